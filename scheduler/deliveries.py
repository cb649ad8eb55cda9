"""Which channels are served, and by whom: the clock rings, due channels are claimed, each has a task of its own.

A channel that is down holds up no other, and one that a worker died with is free when its lease ends: the lease stands
in the channel's row, so no job of the queue is needed. What is done for a channel stands in `jobs.deliver`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from alerts.carrier import Carrier
from alerts.config import AlertsConfig
from crawler.config import CrawlerConfig
from crawler.resolver import Resolver
from news.errors import DatabaseBusyError, DatabaseFullError, DatabaseUnreachableError
from scheduler.jobs.deliver import deliver
from store import deliveries
from store.database import Database
from store.deliveries import ClaimedChannel

OUR_FAULT_WAIT_S = 300.0
"""A channel whose job ended in a mistake of ours is served again after this."""

STOP_GRACE_S = 10.0
"""How long messages under way may finish when the process is to end; what does not is carried again."""

log = logging.getLogger(__name__)


class Outbox:
    """Serves due channels, each in a task. Open it with `open_outbox`.

    Args:
        database: Where the outbox is.
        carrier: Knows the channels.
        now: The database's time.
    """

    def __init__(self, database: Database, carrier: Carrier, now: Callable[[], datetime]) -> None:
        self._database = database
        self._carrier = carrier
        self._now = now
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.n_sent = 0

    @property
    def is_busy(self) -> bool:
        """Whether a channel is being served."""
        return bool(self._tasks)

    async def dispatch(self) -> int:
        """Claim as many due channels as there are free seats, and begin to serve them; return how many."""
        config = self._carrier.config
        n_free = config.n_channels - len(self._tasks)
        if n_free <= 0 or self._stopping:
            return 0
        async with self._database.connection() as conn:
            claimed = await deliveries.claim_channels(conn, hold_s=config.hold_s, lease_s=config.lease_s, limit=n_free)
        for channel in claimed:
            task = asyncio.create_task(self._serve(channel), name=f"channel {channel.id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(claimed)

    async def close(self) -> None:
        """Let the messages under way finish, for a while."""
        self._stopping = True
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=STOP_GRACE_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _serve(self, channel: ClaimedChannel) -> None:
        """Serve a channel; a mistake of ours ends here, and the other channels go on."""
        try:
            self.n_sent += await deliver(
                self._database, self._carrier, channel, now=self._now, stopping=lambda: self._stopping
            )
        except (DatabaseUnreachableError, DatabaseFullError, DatabaseBusyError):
            # The lease ends by itself.
            log.warning(
                "delivery lost the database", extra={"action": "delivery_lost_database", "channel_id": channel.id}
            )
        except Exception:
            log.exception("delivery failed", extra={"action": "delivery_failed", "channel_id": channel.id})
            async with self._database.connection() as conn:
                await deliveries.back_off(conn, channel.id, wait_s=OUR_FAULT_WAIT_S)


@asynccontextmanager
async def open_carrier(config: AlertsConfig, crawler: CrawlerConfig) -> AsyncIterator[Carrier]:
    """Open a carrier that knows the names that are fixed for the crawler, too."""
    resolver = Resolver(crawler.resolve)
    async with Carrier(config, resolver) as carrier:
        yield carrier


@asynccontextmanager
async def open_outbox(
    database: Database, config: AlertsConfig, crawler: CrawlerConfig, now: Callable[[], datetime]
) -> AsyncIterator[Outbox]:
    """Open the outbox of a worker; close it when the messages under way are done."""
    async with open_carrier(config, crawler) as carrier:
        outbox = Outbox(database, carrier, now)
        try:
            yield outbox
        finally:
            await outbox.close()
