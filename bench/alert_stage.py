"""What `bench.alerts` is played on: a newsroom, a kit on a fresh database, feeds that were read before."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from crawler.config import CrawlerConfig
from news.model import FeedKind, FeedState
from news.settings import Settings
from newsroom.server import Newsroom
from newsroom.site import FeedFormat, Site
from scheduler.config import SchedulerConfig
from scheduler.jobs.watches import recompile
from scheduler.kit import Kit, open_kit
from store import feeds, sources
from store.config import StoreConfig

SETTINGS = Settings(
    {
        "WIREWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
        "WIREWATCH_RESOLVE": "*.localhost=127.0.0.1",
        "WIREWATCH_DELAY": "0",
    }
)
RECOMPILED_S = 2.0
"""The clock of a worker rings each minute, and an archive that is filled in a minute is no archive."""


@asynccontextmanager
async def opened(sites: Sequence[Site], config: SchedulerConfig | None = None) -> AsyncIterator[tuple[Kit, Newsroom]]:
    """Open sites and a kit that may reach them."""
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as home:
        store_config = StoreConfig(home=Path(home))
        async with (
            Newsroom(sites) as room,
            open_kit(store_config, CrawlerConfig.from_settings(SETTINGS), config or SchedulerConfig()) as kit,
        ):
            yield kit, room


async def follow(kit: Kit, room: Newsroom, names: Sequence[str]) -> None:
    """Store every site with its feed, which was read before, when it listed nothing: finding feeds is not measured."""
    now = kit.clock.now()
    async with kit.database.connection(timeout_s=600) as conn, conn.transaction():
        for name in names:
            source, _ = await sources.add_source(conn, name=name, url=room.url(name))
            kind = FeedKind.LISTING if room.site(name).format is FeedFormat.LISTING else FeedKind.RSS
            await feeds.add_feed(
                conn, source_id=source.id, url=room.feed_url(name), kind=kind, state=FeedState.ACTIVE, due_at=now
            )
        await conn.execute("UPDATE feed SET first_read_at = now() - interval '1 day'")


async def value(kit: Kit, query: str) -> int:
    """Return the one number that a query answers with."""
    async with kit.database.connection(timeout_s=600) as conn:
        row = await (await conn.execute(query, {})).fetchone()
    assert row is not None
    return int(next(iter(row.values())))


@asynccontextmanager
async def recompiling(kit: Kit) -> AsyncIterator[None]:
    """Compile watches anew as a worker's clock does, when the archive knows another language."""

    async def go_on() -> None:
        while True:
            await recompile(kit)
            await asyncio.sleep(RECOMPILED_S)

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
