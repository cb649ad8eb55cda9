"""What the first read of a feed brings, and by whose clock."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from extractors.opml import ListedSource
from newsroom.server import Newsroom
from newsroom.site import FeedFormat
from scheduler.kit import MOST_REASONS, OTHER_REASONS, Clock, Kit
from scheduler.round import run_round
from scheduler.sources import import_sources
from tests.jobs.telling import NOW, piece, rows, site, states, watch


@pytest.mark.parametrize("format", [FeedFormat.NEWS_SITEMAP, FeedFormat.SITEMAP_INDEX])
async def test_an_imported_sitemap_does_not_bring_its_whole_archive(
    kit: Kit, room: Newsroom, format: FeedFormat
) -> None:
    old = tuple(piece(n, published_at=NOW - timedelta(days=100 + n)) for n in range(3, 6))
    room.add(site("outlet", [], pieces=(piece(1), piece(2), *old), format=format))
    await import_sources(kit, [ListedSource(line=1, url=room.feed_url("outlet"))])
    await run_round(kit)
    assert await states(kit) == {"stored": 2, "skipped": 3}


class AheadClock(Clock):
    """The clock of a database that is two days ahead of this machine."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=2)


async def test_what_is_stored_bears_the_databases_time(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1]))
    kit.clock = AheadClock(kit.database)
    await kit.clock.sync()
    await run_round(kit)
    found = await rows(
        kit,
        "SELECT full_at AS at FROM feed WHERE full_at IS NOT NULL "
        "UNION ALL SELECT fetched_at FROM article UNION ALL SELECT fetched_at FROM page",
    )
    assert len(found) >= 3
    for row in found:
        assert abs(row["at"] - kit.clock.now()) < timedelta(minutes=1)


async def test_reasons_do_not_grow_with_the_years(kit: Kit) -> None:
    for number in range(3 * MOST_REASONS):
        kit.note_reason(f"outlet{number}.example: answered 500")
        kit.note_reason("outlet0.example: answered 500")
    assert len(kit.reasons) == MOST_REASONS + 1
    assert kit.reasons["outlet0.example: answered 500"] == 3 * MOST_REASONS + 1
    assert kit.reasons[OTHER_REASONS] == 2 * MOST_REASONS
