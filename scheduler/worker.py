"""The worker: one loop with the clock, the queue and the kit. Any number, on any number of machines.

It waits out a short loss of the database and ends by itself at a longer one; the supervisor, or the system's, brings
it back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from alerts.config import AlertsConfig
from crawler.config import CrawlerConfig
from news.errors import WorkerBrokenError
from scheduler.clock import make_clock
from scheduler.config import SchedulerConfig
from scheduler.deliveries import open_outbox
from scheduler.kit import Kit, open_kit
from scheduler.queue import Queue, open_queue
from store.config import StoreConfig

log = logging.getLogger(__name__)


async def run_worker(
    store_config: StoreConfig,
    crawler_config: CrawlerConfig,
    config: SchedulerConfig,
    alerts_config: AlertsConfig,
    stop: asyncio.Event,
    *,
    beat: Callable[[], None] = lambda: None,
    on_ready: Callable[[Kit], None] = lambda kit: None,
) -> None:
    """Work until `stop` is set.

    Args:
        store_config: Which database.
        crawler_config: How to fetch.
        config: How often, how much at once.
        alerts_config: How to deliver.
        stop: Set from outside; open visits finish their page, within `stop_grace_s`.
        beat: Called each second while clock and database answer.
        on_ready: Called once with the worker's tools, when it begins.

    Raises:
        WorkerBrokenError: It lost the database, or a tool of it is beyond repair.
        WirewatchError: The database cannot be used.
    """
    async with (
        open_kit(store_config, crawler_config, config) as kit,
        open_queue(kit) as queue,
        open_outbox(kit.database, alerts_config, crawler_config, kit.clock.now) as outbox,
    ):
        clock = make_clock(kit, queue, outbox, beat)
        clock.start()
        on_ready(kit)
        log.info("worker began", extra={"action": "worker_began"})
        try:
            await _work_until(queue, stop, kit)
        finally:
            clock.shutdown(wait=False)
        log.info("worker ended", extra={"action": "worker_ended"})


async def _work_until(queue: Queue, stop: asyncio.Event, kit: Kit) -> None:
    work = asyncio.create_task(queue.work())
    watchers = [asyncio.create_task(stop.wait()), asyncio.create_task(kit.broken.wait())]
    try:
        await asyncio.wait({work, *watchers}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        kit.stopping.set()
        for watcher in watchers:
            watcher.cancel()
        await queue.end(work)
    if kit.broken.is_set():
        raise WorkerBrokenError("worker: a tool of it ended by itself; start it again, the log says what happened")
    if not stop.is_set():
        raise WorkerBrokenError("worker: its queue ended by itself, it lost the database; start it again")
