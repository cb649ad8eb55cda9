"""The visit of a host: its feeds are asked, its pages fetched, known ones asked for again. The unit of politeness.

How one feed is checked and one page fetched stands in the sibling modules.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from news.model import FailureKind, FetchFailure, Page, StoredEntry
from scheduler.cadence import host_wait_s, is_host_closed
from scheduler.jobs.feeds import check_feed
from scheduler.jobs.furniture import Sites
from scheduler.jobs.pages import ask_page, read_answer
from scheduler.jobs.rechecks import ask_again
from scheduler.kit import Kit
from store import entries, feeds, hosts, rechecks

BATCH = 20
"""Pending entries taken at a time: enough to save queries, few enough that new ones of the visit come soon."""

RECHECKS = 20
"""Known pages asked for again by one visit, at its end: then feeds and new pages have their turn before others do."""

READ_AHEAD = 3
"""Pages of one host that are read while the next is fetched; it bounds the bodies held in memory."""

SETTLE_S = 5.0
"""Longest time for recording a visit's end: stopping must not wait for a database that is away."""

FEEDS_SHARE = 0.5
"""Of a visit's time: a host of hundreds of feeds has pages too."""

NO_ANSWER = {FailureKind.DNS, FailureKind.CONNECT, FailureKind.TLS, FailureKind.TIMEOUT}
"""Failures that speak of the host rather than of the page, unless it has just answered."""

NOT_ASKED = {FailureKind.ROBOTS, FailureKind.REFUSED_ADDRESS, FailureKind.BAD_URL}
"""Failures that come without a request: they tell nothing of how the host is."""

MOST_UNANSWERED = 2
"""Requests in a row without an answer, then a host that has answered is left alone too."""


@dataclass(slots=True)
class _Visited:
    """The host as this visit finds it.

    Attributes:
        answers: Whether it has answered, be it with an error.
        left_alone: Whether it must not be asked for more now.
        n_unanswered: Requests in a row that it has not.
        sites: Those of its pages.
    """

    name: str
    answers: bool = False
    left_alone: bool = False
    n_unanswered: int = 0
    sites: Sites = field(default_factory=Sites)

    def has_answered(self) -> None:
        """Note an answer."""
        self.answers, self.n_unanswered = True, 0


async def visit(kit: Kit, host: str) -> None:
    """Ask the host's due feeds, fetch its pending pages, then ask for known ones again: until the time is up.

    At most one visit of a host runs at a time; the queue sees to it. A host that does not answer is left alone for a
    while; what is due there stays due.
    """
    visited, began = _Visited(host), time.monotonic()
    try:
        limit_s = kit.config.visit_limit_s
        goes_on = await _ask_feeds(kit, visited, began + limit_s * FEEDS_SHARE)
        if goes_on and await _fetch_pages(kit, visited, began + limit_s):
            await _ask_pages_again(kit, visited, began + limit_s)
    finally:
        # Also when the worker is told to stop: the host is free for the next worker at once.
        async with kit.database.connection(timeout_s=SETTLE_S) as conn:
            await hosts.settle_visit(conn, host, answered=visited.answers and not visited.left_alone)
        kit.tally["hosts"] += 1


async def _ask_feeds(kit: Kit, host: _Visited, deadline: float) -> bool:
    """Check the due feeds; return whether the host can be asked for more."""
    async with kit.database.connection() as conn:
        due = await feeds.due_feeds(conn, host.name)
    for feed in due:
        if kit.stopping.is_set():
            return False
        if time.monotonic() > deadline:
            return True
        failure = await check_feed(kit, feed)
        if failure is None:
            host.has_answered()
        elif not await _can_go_on(kit, host, failure):
            return False
    return True


async def _fetch_pages(kit: Kit, host: _Visited, deadline: float) -> bool:
    """Fetch pending pages, as long as there are some; return whether the host can be asked for more."""
    while True:
        async with kit.database.connection() as conn:
            batch = await entries.claim_entries(conn, host.name, limit=BATCH)
        if not batch:
            return True
        await kit.gate.foresee([entry.entry.url for entry in batch if entry.entry.url])
        if not await _fetch_batch(kit, host, batch, deadline):
            return False


async def _ask_pages_again(kit: Kit, host: _Visited, deadline: float) -> None:
    """Ask for the pages of young articles again, a few of them."""
    async with kit.database.connection() as conn:
        if not kit.config.recheck_after_s:
            await rechecks.drop_due(conn, host.name)
            return
        due = await rechecks.claim_rechecks(conn, host.name, limit=RECHECKS)
    for one in due:
        if kit.stopping.is_set() or time.monotonic() > deadline:
            return
        failure = await ask_again(kit, one)
        if failure is None:
            host.has_answered()
        elif not await _can_go_on(kit, host, failure):
            return


async def _fetch_batch(kit: Kit, host: _Visited, batch: list[StoredEntry], deadline: float) -> bool:
    """Fetch pages one after another, and read each while the next is fetched; return whether to go on."""
    places = asyncio.Semaphore(READ_AHEAD)

    async def read(entry: StoredEntry, page: Page) -> None:
        async with places:
            await read_answer(kit, entry, page, host.sites)

    async with asyncio.TaskGroup() as readings:
        for entry in batch:
            if kit.stopping.is_set() or time.monotonic() > deadline:
                return False
            with kit.room.hold() as hold:
                async with places:
                    answer = await ask_page(kit, entry, hold)
                if isinstance(answer, Page):
                    readings.create_task(read(entry, answer)).add_done_callback(hold.until())
            if isinstance(answer, Page):
                host.has_answered()
            elif not await _can_go_on(kit, host, answer):
                return False
    return True


async def _can_go_on(kit: Kit, host: _Visited, failure: FetchFailure) -> bool:
    """Note what a failure says of its host, and leave that alone where need be; return whether to ask ours for more."""
    if failure.host not in (None, host.name):
        # It led us to another host, which has nothing to do with it.
        host.has_answered()
        await _leave_other_alone(kit, failure)
        return True
    if is_host_closed(failure):
        await _leave_alone(kit, host, failure)
        return False
    if failure.kind not in NO_ANSWER:
        if failure.kind not in NOT_ASKED:
            host.has_answered()
        return True
    host.n_unanswered += 1
    if host.answers and host.n_unanswered < MOST_UNANSWERED:
        # One page that never ends must not keep its neighbours waiting.
        return True
    await _leave_alone(kit, host, failure)
    return False


async def _leave_alone(kit: Kit, host: _Visited, failure: FetchFailure) -> None:
    """Leave the host alone for as long as it wants, and longer each time that it does not answer at all."""
    if failure.host is None:
        return  # the fetcher is closing
    host.left_alone = True
    wish_s = failure.retry_after_s or 0.0
    async with kit.database.connection() as conn:
        if failure.kind is FailureKind.BUSY and failure.status is None:
            # Nothing was asked: it is left alone already, or its turn is far.
            await hosts.back_off(conn, host.name, wait_s=wish_s or host_wait_s(1))
            return
        n_failures = 1 if host.answers else await hosts.count_failure(conn, host.name, error=failure.reason)
        wait_s = max(wish_s, host_wait_s(n_failures))
        await hosts.back_off(conn, host.name, wait_s=wait_s, error=failure.reason, answered=host.answers)


async def _leave_other_alone(kit: Kit, failure: FetchFailure) -> None:
    """Leave alone a host that a redirect led to, where it asks for peace. Whether it answers is for its own visits."""
    if failure.host is not None and failure.kind is FailureKind.BUSY and failure.status is not None:
        wait_s = max(failure.retry_after_s or 0.0, host_wait_s(1))
        async with kit.database.connection() as conn:
            await hosts.back_off(conn, failure.host, wait_s=wait_s, error=failure.reason)
