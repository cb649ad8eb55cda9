"""Feeds with their polling state. What they list is `entries`' business, when to ask again the scheduler's."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from news.errors import NotFoundError
from news.model import FeedKind, FeedState, SourceState, StoredFeed, StoredSource
from news.text import clean_text
from news.urls import clean_url, host_name, url_key
from store import hosts, queries
from store.rows import MOST_LINE_CHARS, Connection, clean_line, fetch_dicts, noun_row
from store.transactions import atomic

SQL = queries.load("feeds")

MOST_VALIDATOR_CHARS = 1024

feed_row = noun_row(StoredFeed, kind=FeedKind, state=FeedState)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCheck:
    """A feed's polling state after a check; the fields are `StoredFeed`'s."""

    checked_at: datetime
    next_check_at: datetime | None
    kind: FeedKind
    state: FeedState
    title: str | None
    etag: str | None
    last_modified: str | None
    body_hash: bytes | None
    full_at: datetime | None
    first_read_at: datetime | None
    new_at: datetime | None
    gone_at: datetime | None
    n_failures: int
    mean_gap_s: float | None
    min_interval_s: float | None
    error: str | None

    @classmethod
    def of(cls, feed: StoredFeed, *, checked_at: datetime, next_check_at: datetime | None, **changes: Any) -> FeedCheck:
        """Return a check that leaves the feed as it was but for the changes."""
        kept = {field.name: getattr(feed, field.name) for field in fields(cls)}
        return cls(**(kept | changes | {"checked_at": checked_at, "next_check_at": next_check_at}))


@atomic
async def add_feed(
    conn: Connection,
    *,
    source_id: int,
    url: str,
    kind: FeedKind,
    state: FeedState,
    title: str | None = None,
    due_at: datetime | None,
) -> tuple[StoredFeed, bool]:
    """Store a feed of a source, and let its host be visited when it is due.

    A feed that is known stays as it is, with two exceptions: one of a removed source moves to this source, and one of
    this source that is not asked is asked when `state` says so.

    Returns:
        The feed, and whether it is new or changed.

    Raises:
        BadURLError: The URL is none.
        NotFoundError: There is no such source.
    """
    url = clean_url(url)
    host = host_name(url)
    host_id = (await hosts.ensure_hosts(conn, [host]))[host]
    if due_at is not None:
        await hosts.make_due(conn, [host_id])
    params = {
        "source_id": source_id,
        "host_id": host_id,
        "url": url,
        "url_key": url_key(url),
        "kind": kind.value,
        "state": state.value,
        "title": clean_line(title),
        "due_at": due_at,
    }
    async with conn.cursor(row_factory=feed_row) as cursor:
        await cursor.execute(SQL.add_feed, params)
        feed: StoredFeed | None = await cursor.fetchone()
        if feed is not None:
            return feed, True
        await cursor.execute(SQL.take_feed, params)
        taken = cursor.rowcount > 0
        await cursor.execute(SQL.find_by_url_key, params)
        feed = await cursor.fetchone()
    if feed is None:
        raise NotFoundError(f"source: {source_id}: no source has this id")
    return feed, taken


async def list_feeds(conn: Connection, source_id: int) -> list[StoredFeed]:
    """Return a source's feeds, those that are asked first."""
    return await _fetch(conn, "list_feeds", source_id=source_id)


async def all_feeds(conn: Connection) -> list[tuple[StoredSource, StoredFeed]]:
    """Return every feed of the sources that are not removed, with its source, by the source's name."""
    pairs = []
    for row in await fetch_dicts(conn, SQL.all_feeds, {}):
        source = StoredSource(
            id=row["source_id"],
            name=row.pop("source_name"),
            url=row.pop("source_url"),
            state=SourceState(row.pop("source_state")),
            language=row.pop("source_language"),
            added_at=row.pop("source_added_at"),
        )
        row |= {"kind": FeedKind(row["kind"]), "state": FeedState(row["state"])}
        pairs.append((source, StoredFeed(**row)))
    return pairs


async def due_feeds(conn: Connection, host: str) -> list[StoredFeed]:
    """Return a host's feeds that are due, longest due first."""
    return await _fetch(conn, "due_feeds", host=host)


async def record_check(conn: Connection, feed_id: int, check: FeedCheck) -> None:
    """Write what a check found, in the transaction that stores the entries its validators vouch for."""
    params = asdict(check) | {
        "feed_id": feed_id,
        "kind": check.kind.value,
        "state": check.state.value,
        "title": clean_line(check.title),
        "etag": _validator(check.etag),
        "last_modified": _validator(check.last_modified),
        "error": clean_line(check.error, MOST_LINE_CHARS),
    }
    await conn.execute(SQL.record_check, params)


async def put_off(conn: Connection, feed_id: int, *, wait_s: float) -> None:
    """Ask a feed later that could not be asked now; the rest stays as it is."""
    await conn.execute(SQL.put_off, {"feed_id": feed_id, "wait_s": wait_s})


@atomic
async def change_feed(
    conn: Connection, feed: StoredFeed, *, kind: FeedKind, state: FeedState, due_at: datetime | None, url: str
) -> None:
    """Ask a feed, or put it aside, as the kind it turned out to be.

    Args:
        conn: Any.
        feed: As it was.
        kind: What its URL answers with.
        state: Whether it is asked.
        due_at: When; None where it is not.
        url: Its own, or one of the same identity that answers better (`https`, or without a slash at its end).
    """
    host = host_name(url)
    host_id = (await hosts.ensure_hosts(conn, [host]))[host]
    if due_at is not None:
        await hosts.make_due(conn, [host_id])
    params = {
        "feed_id": feed.id,
        "kind": kind.value,
        "state": state.value,
        "due_at": due_at,
        "url": url,
        "host_id": host_id,
    }
    await conn.execute(SQL.change_feed, params)


async def recent_seen_at(conn: Connection, feed_id: int, limit: int = 20) -> list[datetime]:
    """Return when the last entries came that this feed was the first to list, newest first.

    When they were published, else when they were seen.
    """
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(SQL.recent_seen_at, {"feed_id": feed_id, "limit": limit})
        return sorted((row["at"] for row in await cursor.fetchall()), reverse=True)


async def _fetch(conn: Connection, query: str, **params: object) -> list[StoredFeed]:
    async with conn.cursor(row_factory=feed_row) as cursor:
        await cursor.execute(SQL[query], params)
        found: list[StoredFeed] = await cursor.fetchall()
        return found


def _validator(text: str | None) -> str | None:
    """Return a validator as it came; one that cannot be kept unchanged is none."""
    return text if text is not None and len(text) <= MOST_VALIDATOR_CHARS and clean_text(text) == text else None
