"""What a worker and its parse children hold in memory while pages go through, and whether it grows."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from bench import processes
from scheduler.kit import Kit

SAMPLE_S = 1.0


class Memory(NamedTuple):
    """One look: pages fetched until then, MB (shared pages counted once) of the worker and of all its children, CPU."""

    n_fetched: int
    own_mb: float
    children_mb: float
    cost_s: float = 0.0


async def sample(
    kit: Kit, children: Callable[[], list[int]], samples: list[Memory], besides: Callable[[], object] | None = None
) -> None:
    """Look once a second until cancelled. What a look costs this process is in its `cost_s`.

    Args:
        kit: Of the worker, which is this process.
        children: The processes below it that count.
        samples: Filled.
        besides: Called each time.
    """

    def look() -> Memory:
        began = time.thread_time()
        if besides is not None:
            besides()
        own, below = processes.pss_mb([os.getpid()]), processes.pss_mb(children())
        return Memory(kit.tally["fetched"], own, below, time.thread_time() - began)

    while True:
        samples.append(await asyncio.to_thread(look))
        await asyncio.sleep(SAMPLE_S)


def growth_mb(one: list[Memory], next_one: list[Memory]) -> float:
    """Return by how much a worker grew from one run over the pages to the next, in MB per 1,000 pages.

    Medians of the runs' second halves. The worker lives for weeks; a child is replaced after some hundred documents and
    begins small again, so that two runs' means of the children differ by 20 MB either way, with no trend over six runs:
    what they need is in the peak.
    """
    own = [median(look.own_mb for look in run if look.n_fetched >= run[-1].n_fetched / 2) for run in (one, next_one)]
    return 1000 * (own[1] - own[0]) / max(next_one[-1].n_fetched, 1)
