"""One round in the foreground: visit what is due now, through the queue as ever, then stop.

Other workers may share it; what they did is not in this round's report.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from news.errors import WorkerBrokenError
from scheduler.jobs import sweeps
from scheduler.kit import Kit
from scheduler.queue import Queue, open_queue
from store import hosts, sources

STEP_S = 0.25
"""How often due hosts are looked for and progress is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """What a round did, and what it told on the way.

    Attributes:
        n_hosts_due: Hosts that wait for their visit, or are being visited.
        n_rechecked: Pages of young articles asked for again; `n_revised`: those that their outlets changed.
        n_messages: Messages of alerts that were taken; told by `round_alerts`, or else by a worker.
        reasons: Why feeds failed and entries ended or wait without an article of their page, with counts.
    """

    n_hosts: int
    n_hosts_due: int
    n_feeds: int
    n_not_modified: int
    n_feeds_failed: int
    n_listed: int
    n_new: int
    n_fetched: int
    n_stored: int
    n_duplicate: int
    n_skipped: int
    n_put_off: int
    n_failed: int
    n_rechecked: int
    n_revised: int
    reasons: tuple[tuple[str, int], ...]
    seconds: float
    n_messages: int = 0


async def run_round(
    kit: Kit,
    source_ids: Sequence[int] | None = None,
    on_progress: Callable[[RoundReport], None] = lambda report: None,
) -> RoundReport:
    """Visit what is due, or the given sources now, until nothing is left to do at once.

    Entries that wait for another attempt later are not waited for.

    Args:
        kit: The process's tools.
        source_ids: Sources that are made due now, and alone visited; None means all that is due.
        on_progress: Called a few times a second.

    Raises:
        WorkerBrokenError: A tool of this process is beyond repair.
        WirewatchError: The database cannot be used.
    """
    began = time.monotonic()
    if source_ids is not None:
        async with kit.database.connection() as conn, conn.transaction():
            await sources.make_due(conn, source_ids)
    async with open_queue(kit) as queue:
        work = asyncio.create_task(queue.work())
        next_recovery = began
        try:
            while not kit.stopping.is_set() and not work.done():
                if kit.broken.is_set():
                    raise WorkerBrokenError("crawl: its fetcher or reader ended by itself; run it again")
                n_due = await _dispatch(kit, queue, source_ids)
                on_progress(report_of(kit, n_due, time.monotonic() - began))
                if n_due == 0:
                    break
                if time.monotonic() > next_recovery:
                    # Visits of workers that died or stand still: this round would wait for them for ever.
                    await queue.recover_stalled()
                    await sweeps.end_stuck_sessions(kit)
                    next_recovery = time.monotonic() + kit.config.recovery_s
                await asyncio.sleep(STEP_S)
        finally:
            kit.stopping.set()
            await queue.end(work)
    return report_of(kit, 0, time.monotonic() - began)


async def _dispatch(kit: Kit, queue: Queue, source_ids: Sequence[int] | None) -> int:
    """Send visits of due hosts into the queue; return how many hosts are due or under way."""
    if source_ids is None:
        await queue.dispatch()
    else:
        async with kit.database.connection() as conn, conn.transaction():
            names = await hosts.claim_hosts_of(conn, source_ids, lease_s=kit.config.lease_s)
            # Before the lease is committed, as in Queue.dispatch.
            await queue.add_visits(names)
    async with kit.database.connection() as conn:
        return await hosts.count_open(conn, source_ids)


def report_of(kit: Kit, n_hosts_due: int, seconds: float) -> RoundReport:
    """Return what this process did since it began."""
    tally = kit.tally
    return RoundReport(
        n_hosts=tally["hosts"],
        n_hosts_due=n_hosts_due,
        n_feeds=tally["feeds"],
        n_not_modified=tally["not_modified"] + tally["unchanged"],
        n_feeds_failed=tally["feeds_failed"],
        n_listed=tally["listed"],
        n_new=tally["new"],
        n_fetched=tally["fetched"],
        n_stored=tally["stored"],
        n_duplicate=tally["duplicate"],
        n_skipped=tally["skipped"],
        n_put_off=tally["put_off"],
        n_failed=tally["failed"],
        n_rechecked=tally["rechecked"],
        n_revised=tally["revised"],
        reasons=tuple(kit.reasons.most_common()),
        seconds=seconds,
    )
