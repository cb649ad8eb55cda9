"""The sweeps: small repairs that the clock rings for. Each is idempotent and bounded; any worker may run them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from news.model import EntryState, StoredEntry, Unreadable
from news.urls import clean_url_or_none, url_key
from scheduler.jobs.placing import place_waiting
from scheduler.kit import Kit
from scheduler.readers import read_stand_ins
from store import addresses, articles, entries, hosts, pages, placements, sessions, sources
from store.addresses import KeyedAddress

PAGES_A_SWEEP = 5000

ENTRIES_A_TURN = 100
"""Entries given up in one transaction, their words read in one go."""

log = logging.getLogger(__name__)


async def settle_overdue(kit: Kit) -> None:
    """Make due the hosts whose work is due but which no clock would ring for."""
    async with kit.database.connection() as conn, conn.transaction():
        n = await hosts.settle_overdue(conn)
    if n:
        log.info("hosts made due", extra={"action": "settle_overdue", "n_hosts": n})


async def end_stuck_sessions(kit: Kit) -> None:
    """End the sessions of a worker that stands still in a transaction which others wait for."""
    async with kit.database.connection() as conn:
        n = await sessions.end_stuck(conn)
    if n:
        log.warning("sessions of a process that stands still ended", extra={"action": "end_stuck", "n_sessions": n})


async def drop_old_pages(kit: Kit) -> None:
    """Delete raw pages older than the retention time, a few thousand at a time."""
    before = kit.clock.now() - timedelta(seconds=kit.config.page_retention_s)
    while not kit.stopping.is_set():
        async with kit.database.connection() as conn:
            n = await pages.delete_older(conn, before, limit=PAGES_A_SWEEP)
        if n < PAGES_A_SWEEP:
            return


async def give_up_stale(kit: Kit) -> None:
    """End the entries from whose host nothing came for a week: their own words stand in, with the host's error."""
    before = kit.clock.now() - timedelta(seconds=kit.config.give_up_s)
    n = 0
    while not kit.stopping.is_set():
        async with kit.database.connection() as conn:
            stale = await entries.find_stale(conn, before, limit=ENTRIES_A_TURN)
        if not stale:
            break
        await _give_up(kit, stale)
        await place_waiting(kit)
        n += len(stale)
    if n:
        log.warning("entries given up", extra={"action": "give_up_stale", "n_entries": n})


async def end_removed(kit: Kit) -> None:
    """End the entries that a visit under way added to a source that was being removed."""
    async with kit.database.connection() as conn:
        n = await sources.end_removed(conn)
    if n:
        log.info("entries of removed sources ended", extra={"action": "end_removed", "n_sources": n})


async def renew_keys(kit: Kit) -> None:
    """Know articles by today's rules of addresses that were stored by older ones, so that none is stored twice."""
    n = 0
    while not kit.stopping.is_set():
        async with kit.database.connection() as conn:
            found = await addresses.find_keyed(conn)
            for address, key in await asyncio.to_thread(_stale, found):
                n += await addresses.renew_key(conn, address, key)
            await addresses.note_keyed(conn, found[-1].article_id if found else None)
        if not found:
            break
    if n:
        log.info("addresses keyed anew", extra={"action": "renew_keys", "n_articles": n})


def _stale(found: Sequence[KeyedAddress]) -> list[tuple[KeyedAddress, bytes]]:
    keyed = [(address, url_key(address.url)) for address in found if clean_url_or_none(address.url) is not None]
    return [(address, key) for address, key in keyed if key != address.url_key]


async def _give_up(kit: Kit, stale: Sequence[tuple[StoredEntry, str]]) -> None:
    read = await kit.parse.run(read_stand_ins, [(entry.entry, entry.entry.url or "") for entry, _ in stale])
    words = [None] * len(stale) if isinstance(read, Unreadable) else read
    now = kit.clock.now()
    async with kit.database.connection() as conn, conn.transaction():
        for (entry, reason), article in zip(stale, words, strict=True):
            if not await entries.lock_pending(conn, entry.id):
                continue
            article_id = entry.article_id
            if article_id is None and article is not None:
                article_id, new = await articles.add_article(
                    conn, article, key=entry.key, source_id=entry.source_id, fetched_at=now
                )
                if new:
                    await placements.put_off(conn, [article_id])
            await entries.settle(conn, entry.id, state=EntryState.FAILED, reason=reason, article_id=article_id, now=now)
