"""The sweeps: small repairs that the clock rings for. Each is idempotent and bounded; any worker may run them."""

from __future__ import annotations

import logging
from datetime import timedelta

from scheduler.kit import Kit
from store import entries, hosts, pages

PAGES_A_SWEEP = 5000

log = logging.getLogger(__name__)


async def settle_overdue(kit: Kit) -> None:
    """Make due the hosts whose work is due but which no clock would ring for."""
    async with kit.database.connection() as conn, conn.transaction():
        n = await hosts.settle_overdue(conn)
    if n:
        log.info("hosts made due", extra={"action": "settle_overdue", "n_hosts": n})


async def drop_old_pages(kit: Kit) -> None:
    """Delete raw pages older than the retention time, a few thousand at a time."""
    before = kit.clock.now() - timedelta(seconds=kit.config.page_retention_s)
    while not kit.stopping.is_set():
        async with kit.database.connection() as conn:
            n = await pages.delete_older(conn, before, limit=PAGES_A_SWEEP)
        if n < PAGES_A_SWEEP:
            return


async def give_up_stale(kit: Kit) -> None:
    """End the entries whose host has not answered for a week: they stay visible as failed, with the host's error."""
    before = kit.clock.now() - timedelta(seconds=kit.config.give_up_s)
    async with kit.database.connection() as conn:
        n = await entries.give_up_stale(conn, before, now=kit.clock.now())
    if n:
        log.warning("entries given up", extra={"action": "give_up_stale", "n_entries": n})
