"""What the jobs work with: database, fetcher, parse children, config, the time and a tally. Opened once a process.

It does nothing by itself; the jobs decide.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.config import CrawlerConfig
from crawler.fetcher import Fetcher
from crawler.gate import HostGate
from crawler.room import Room
from extractors.robots import RobotsAnswer
from news.model import Unreadable
from scheduler.config import SchedulerConfig
from scheduler.parsing import ParsePool
from scheduler.readers import read_robots
from store.config import StoreConfig
from store.database import Database, open_database

MOST_REASONS = 1000
"""Reasons told apart: they name hosts and moments."""

OTHER_REASONS = "other reasons"


class Clock:
    """The database's time, carried on by the monotonic clock: a wrong or stepping clock must not move the schedule."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._at: datetime | None = None
        self._read_at = 0.0

    async def sync(self) -> None:
        """Ask the database for the time."""
        async with self._database.connection() as conn:
            cursor = await conn.execute("SELECT clock_timestamp() AS at")
            row = await cursor.fetchone()
        assert row is not None
        self._at, self._read_at = row["at"], time.monotonic()

    def now(self) -> datetime:
        """Return the moment, aware UTC."""
        assert self._at is not None, "sync() comes first"
        return self._at + timedelta(seconds=time.monotonic() - self._read_at)


@dataclass(slots=True, kw_only=True)
class Kit:
    """One process's tools.

    Attributes:
        room: For large bodies, from their arrival until they are read.
        tally: What the jobs of this process did, by name, for progress bars and reports.
        reasons: Why entries ended without a page of their own, and how often.
        stopping: Set when the process is to end: jobs finish the page at hand and stop.
        broken: Set when a tool is beyond repair: the process must end and be started again.
    """

    database: Database
    gate: HostGate
    fetcher: Fetcher
    parse: ParsePool
    room: Room
    config: SchedulerConfig
    clock: Clock
    tally: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    broken: asyncio.Event = field(default_factory=asyncio.Event)

    def note_reason(self, reason: str) -> None:
        """Count a reason; one too many is counted with the others: a worker runs for months."""
        known = reason in self.reasons or len(self.reasons) < MOST_REASONS
        self.reasons[reason if known else OTHER_REASONS] += 1


@asynccontextmanager
async def open_kit(
    store_config: StoreConfig, crawler_config: CrawlerConfig, config: SchedulerConfig, *, migrate: bool = True
) -> AsyncIterator[Kit]:
    """Open database, fetcher and parse children; close them in the opposite order.

    Raises:
        WirewatchError: The database cannot be used; the text says why.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(store_config, migrate=migrate))
        parse = await stack.enter_async_context(ParsePool(config))

        async def robots_in_a_child(body: bytes, agent: str, urls: Sequence[str]) -> RobotsAnswer | Unreadable:
            return await parse.run(read_robots, body, agent, tuple(urls))

        gate = HostGate(database, crawler_config, robots_in_a_child)
        fetcher = await stack.enter_async_context(Fetcher(crawler_config, gate))
        clock = Clock(database)
        await clock.sync()
        # One more than can be read at once: the next is fetched meanwhile.
        room = Room(config.n_parse_children + 1)
        yield Kit(database=database, gate=gate, fetcher=fetcher, parse=parse, room=room, config=config, clock=clock)
