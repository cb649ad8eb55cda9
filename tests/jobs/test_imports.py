"""Lists of sources that go in while others do."""

from __future__ import annotations

import asyncio

from extractors.opml import ListedSource
from scheduler.kit import Kit
from scheduler.sources import import_sources
from tests.jobs.telling import value


async def test_two_imports_of_the_same_hosts_in_another_order_wait_for_each_other(kit: Kit) -> None:
    listed = [ListedSource(line=n, url=f"https://outlet{n}.example/rss") for n in range(1, 201)]
    reports = await asyncio.gather(import_sources(kit, listed), import_sources(kit, listed[::-1]))
    assert sum(report.n_added for report in reports) == 200
    assert await value(kit, "SELECT count(*) FROM feed") == 200
