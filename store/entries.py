"""Entries: what feeds have listed and what became of it. Kept for ever.

How a batch of lines becomes entries and sightings stands in `listing`, which hands `add_entries` on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from news.errors import NotFoundError
from news.model import EntryState, StoredEntry
from store import hosts, queries
from store.listing import AddedEntries, add_entries
from store.rows import MOST_LINE_CHARS, Connection, clean_line, fetch_dicts, read_stored_entries
from store.transactions import atomic

__all__ = [
    "AddedEntries",
    "add_entries",
    "claim_entries",
    "find_entry",
    "find_stale",
    "known_keys",
    "lock_pending",
    "retry_failed",
    "retry_later",
    "settle",
]

SQL = queries.load("entries")


async def known_keys(conn: Connection, keys: Sequence[bytes]) -> set[bytes]:
    """Return those of the identities that are stored."""
    return {row["key"] for row in await fetch_dicts(conn, SQL.known_keys, {"keys": list(keys)})}


async def find_entry(conn: Connection, entry_id: int) -> StoredEntry:
    """Return an entry.

    Raises:
        NotFoundError: There is none of that id.
    """
    found = read_stored_entries(await fetch_dicts(conn, SQL.find_entries, {"ids": [entry_id]}))
    if not found:
        raise NotFoundError(f"entry: {entry_id}: not stored")
    return found[0]


async def claim_entries(conn: Connection, host: str, *, limit: int) -> list[StoredEntry]:
    """Return a host's pending entries that are due, longest due first; a feed's new ones in the feed's order.

    Nothing is locked: one visit at a time is the queue's promise.
    """
    return read_stored_entries(await fetch_dicts(conn, SQL.claim_entries, {"host": host, "limit": limit}))


async def lock_pending(conn: Connection, entry_id: int) -> bool:
    """Lock an entry until the end of the transaction; return whether it is still pending."""
    return bool(await fetch_dicts(conn, SQL.lock_pending, {"entry_id": entry_id}))


async def settle(
    conn: Connection,
    entry_id: int,
    *,
    state: EntryState,
    reason: str | None = None,
    article_id: int | None = None,
    n_attempts: int | None = None,
    now: datetime,
) -> None:
    """End a pending entry; one that has ended already stays as it is.

    Args:
        conn: In the transaction that stores the article.
        entry_id: The entry.
        state: Any but `PENDING`.
        reason: A sentence for people; `FAILED` and `SKIPPED` must have one.
        article_id: None keeps the article that stands in for its page, if there is one.
        n_attempts: Attempts at its page, the last one included; None keeps the number.
        now: Aware UTC.
    """
    params = {
        "entry_id": entry_id,
        "state": state.value,
        "reason": clean_line(reason, MOST_LINE_CHARS),
        "article_id": article_id,
        "n_attempts": n_attempts,
        "now": now,
    }
    await conn.execute(SQL.settle, params)


async def retry_later(
    conn: Connection,
    entry_id: int,
    *,
    reason: str,
    next_attempt_at: datetime,
    n_attempts: int,
    article_id: int | None = None,
) -> None:
    """Put a pending entry off; its host's visit settles when the host is due.

    Args:
        conn: In the transaction that stores what stands in.
        entry_id: The entry.
        reason: A sentence for people.
        next_attempt_at: Aware UTC.
        n_attempts: Attempts so far, this one included where it counts.
        article_id: The article that stands in for the page; None keeps the one there is.
    """
    params = {
        "entry_id": entry_id,
        "reason": clean_line(reason, MOST_LINE_CHARS),
        "next_attempt_at": next_attempt_at,
        "n_attempts": n_attempts,
        "article_id": article_id,
    }
    await conn.execute(SQL.retry_later, params)


@atomic
async def retry_failed(conn: Connection, source_id: int | None) -> int:
    """Try the failed entries of a source, or of all, again from the start; return how many."""
    rows = await fetch_dicts(conn, SQL.retry_failed, {"source_id": source_id})
    host_ids = sorted({row["host_id"] for row in rows})
    await hosts.lock_hosts(conn, host_ids)
    await conn.execute(SQL.forgive_hosts, {"host_ids": host_ids})
    await hosts.make_due(conn, host_ids)
    return len(rows)


async def find_stale(conn: Connection, before: datetime, *, limit: int) -> list[tuple[StoredEntry, str]]:
    """Return pending entries, listed before, from whose host nothing came since before, each with that as a reason."""
    rows = await fetch_dicts(conn, SQL.find_stale, {"before": before, "limit": limit})
    reasons = {row["id"]: row["reason"] for row in rows}
    found = read_stored_entries(await fetch_dicts(conn, SQL.find_entries, {"ids": list(reasons)}))
    return [(entry, reasons[entry.id]) for entry in found]
