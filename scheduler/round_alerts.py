"""What a round in the foreground tells at its end, where no worker does: whatever is due, within a minute or so.

What is told, and when, is the business of `jobs.watches` and `jobs.deliver`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace

from alerts.config import AlertsConfig
from crawler.config import CrawlerConfig
from scheduler.deliveries import open_outbox
from scheduler.jobs import watches
from scheduler.jobs.tidying import tidy_stories
from scheduler.kit import Kit
from store import deliveries

SWEEP_S = 30.0
"""Longest time for what a worker's clock does: stories that grew together become one before any is told."""

TELL_S = 30.0
"""Longest time for the messages; what is left waits for the next round, or for a worker."""

STEP_S = 0.1


async def tell_round(kit: Kit, alerts_config: AlertsConfig, crawler_config: CrawlerConfig) -> int:
    """Tell what watches have matched; return how many messages were taken.

    Alerts are not held: nothing comes any more with which their stories could merge. Where a worker lives, all is left
    to it, and where nobody watches anything there is nothing to do.
    """
    async with kit.database.connection() as conn:
        if not await deliveries.nobody_tells(conn, stalled_after_s=kit.config.stalled_after_s):
            return 0
    # The round is over; so are its visits.
    kit.stopping.clear()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SWEEP_S):
            # The second time the first articles of a language are matched by what was compiled the first time.
            await watches.recompile(kit)
            await watches.recompile(kit)
            await tidy_stories(kit)
            await watches.tell_later(kit)
    deadline = time.monotonic() + TELL_S
    async with open_outbox(kit.database, replace(alerts_config, hold_s=0), crawler_config, kit.clock.now) as outbox:
        while time.monotonic() < deadline:
            if not await outbox.dispatch() and not outbox.is_busy:
                break
            await asyncio.sleep(STEP_S)
    return outbox.n_sent
