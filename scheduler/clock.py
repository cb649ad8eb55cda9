"""The clock: APScheduler rings a handful of fixed jobs. It holds no schedule: what is due stands in the database."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.deliveries import Outbox
from scheduler.jobs import sweeps, tidying, watches
from scheduler.kit import Kit
from scheduler.queue import Queue

log = logging.getLogger(__name__)


def make_clock(kit: Kit, queue: Queue, outbox: Outbox, beat: Callable[[], None]) -> AsyncIOScheduler:
    """Return a clock, not started, that dispatches each second and sweeps now and then.

    Args:
        kit: The process's tools.
        queue: Where due visits go.
        outbox: Serves the channels of alerts.
        beat: Called after each dispatch that the database answered: the sign of life the supervisor waits for.
    """
    # A skipped or late ring is no news: the next one takes what is due.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    clock = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )

    async def dispatch() -> None:
        await queue.dispatch()
        beat()

    def ring(job: Callable[[], Awaitable[object]], every_s: float) -> None:
        clock.add_job(_at_the_border, "interval", args=(job,), seconds=every_s, id=job.__name__)

    async def settle_overdue() -> None:
        await sweeps.settle_overdue(kit)

    async def end_stuck_sessions() -> None:
        await sweeps.end_stuck_sessions(kit)

    async def drop_old_pages() -> None:
        await sweeps.drop_old_pages(kit)

    async def tidy_stories() -> None:
        await tidying.tidy_stories(kit)

    async def give_up_stale() -> None:
        await sweeps.give_up_stale(kit)

    async def end_removed() -> None:
        await sweeps.end_removed(kit)

    async def renew_keys() -> None:
        await sweeps.renew_keys(kit)

    async def tell_later() -> None:
        await watches.tell_later(kit)

    async def recompile_watches() -> None:
        await watches.recompile(kit)

    async def choose_anchors() -> None:
        await watches.choose_anchors(kit)

    async def deliver_due() -> None:
        await outbox.dispatch()

    ring(dispatch, 1)
    ring(deliver_due, 1)
    ring(queue.recover_stalled, kit.config.recovery_s)
    ring(end_stuck_sessions, 5)
    ring(kit.clock.sync, 30)
    ring(settle_overdue, 60)
    ring(tidy_stories, 60)
    ring(tell_later, 300)
    ring(recompile_watches, 60)
    ring(renew_keys, 600)
    ring(choose_anchors, 6 * 3600)
    ring(give_up_stale, 3600)
    ring(end_removed, 3600)
    ring(drop_old_pages, 3600)
    ring(queue.forget_ended, 3600)
    return clock


async def _at_the_border(job: Callable[[], Awaitable[object]]) -> None:
    """Run a job of the clock; what goes wrong is logged and the next ring tries again."""
    try:
        await job()
    except Exception as error:  # noqa: BLE001 the border of the clock's jobs: the database may be away for a while
        log.warning("clock job failed", extra={"action": "clock_job_failed", "job": job.__name__, "error": str(error)})
