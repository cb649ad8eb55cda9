"""What is watched while hostile outlets are visited: this process's memory, and how long its loop is held up."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from extractors.opml import ListedSource
from scheduler.kit import Kit
from scheduler.sources import import_sources

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
STEP_S = 0.02


class Watched:
    """What was seen since the beginning.

    Attributes:
        growth_mb: Most memory of this process beyond that at the beginning.
        held_s: Most CPU of the loop's thread between two looks: a busy machine is not the outlets' doing.
    """

    def __init__(self) -> None:
        self._began_mb = _resident_mb()
        self.growth_mb = 0.0
        self.held_s = 0.0

    async def look(self) -> None:
        while True:
            at = time.thread_time()
            await asyncio.sleep(STEP_S)
            self.held_s = max(self.held_s, time.thread_time() - at)
            self.growth_mb = max(self.growth_mb, _resident_mb() - self._began_mb)


@asynccontextmanager
async def watched() -> AsyncIterator[Watched]:
    """Watch this process for the while."""
    seen = Watched()
    looking = asyncio.create_task(seen.look())
    try:
        yield seen
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking


async def watch_feeds(kit: Kit, urls: dict[str, str]) -> None:
    """Watch feeds, each as a source of its name."""
    listed = [ListedSource(line=n, url=url, title=name) for n, (name, url) in enumerate(urls.items(), 1)]
    assert (await import_sources(kit, listed)).n_added == len(listed)


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 2**20
