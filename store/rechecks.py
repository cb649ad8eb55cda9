"""Rechecks: pages of articles that are asked for again, when, and what came of it.

When that is `scheduler.cadence` says; what an answer means, the job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from news.model import Page
from store import hosts, queries
from store.rows import MOST_LINE_CHARS, Connection, clean_line, fetch_dicts, noun_row, storable_url
from store.transactions import atomic

SQL = queries.load("rechecks")

LEAST_WAIT_S = 300.0
SHARE_OF_AGE = 0.2
"""Waits of a page that its feed calls edited, since it was asked for last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """That the page of an article is asked for again.

    Attributes:
        url: Where the page was in the end.
        etag, last_modified: Validators of its last answer.
        stored_at: When the page came for the first time.
        asked_at: When it was asked for last since; None: not yet.
        outcome: What came of that, for people.
        n_gone: How often in a row the page was gone, or next to nothing of it was left; `gone_at`: since when.
        next_at: When it is asked for next; None: never.
    """

    article_id: int
    entry_id: int
    url: str
    etag: str | None
    last_modified: str | None
    stored_at: datetime
    asked_at: datetime | None
    n_asked: int
    outcome: str | None
    n_gone: int
    gone_at: datetime | None
    next_at: datetime | None


async def add_recheck(
    conn: Connection, *, article_id: int, entry_id: int, page: Page, next_at: datetime | None
) -> None:
    """Let the page of an article be asked for again; once for an article.

    Args:
        conn: In the transaction that stores the article.
        article_id: Which one.
        entry_id: The entry that it is stored for.
        page: As fetched.
        next_at: Aware UTC; None: only should its feed say that it was edited.
    """
    url = storable_url(page.final_url)
    if url is not None:
        params = {"article_id": article_id, "entry_id": entry_id, "url": url, "stored_at": page.fetched_at}
        await conn.execute(SQL.add_recheck, params | _validators(page) | {"next_at": next_at})


async def claim_rechecks(conn: Connection, host: str, *, limit: int) -> list[Recheck]:
    """Return a host's pages that are to be asked for again now, longest due first.

    Nothing is locked: one visit at a time is the queue's promise.
    """
    async with conn.cursor(row_factory=noun_row(Recheck)) as cursor:
        await cursor.execute(SQL.claim_rechecks, {"host": host, "limit": limit})
        return await cursor.fetchall()


async def find_recheck(conn: Connection, article_id: int) -> Recheck | None:
    """Return what is known of asking for an article's page again; None where it never was to be."""
    async with conn.cursor(row_factory=noun_row(Recheck)) as cursor:
        await cursor.execute(SQL.find_recheck, {"article_id": article_id})
        found: Recheck | None = await cursor.fetchone()
        return found


async def lock_due(conn: Connection, one: Recheck) -> bool:
    """Lock a claimed recheck until the end of the transaction; return whether nobody else has carried it out."""
    return bool(await fetch_dicts(conn, SQL.lock_due, {"article_id": one.article_id, "next_at": one.next_at}))


async def record_recheck(
    conn: Connection,
    one: Recheck,
    *,
    asked_at: datetime,
    next_at: datetime | None,
    outcome: str,
    n_gone: int = 0,
    page: Page | None = None,
) -> None:
    """Record what came of asking for a page again.

    Args:
        conn: In the transaction that stores what it brought.
        one: Locked by `lock_due`.
        asked_at: Aware UTC.
        next_at: When it is asked for next; None: never.
        outcome: For people.
        n_gone: How often in a row it was gone, this time included.
        page: Whose validators are sent next; None keeps those there are.
    """
    kept = {"etag": one.etag, "last_modified": one.last_modified} if page is None else _validators(page)
    facts = {"asked_at": asked_at, "next_at": next_at, "outcome": clean_line(outcome), "n_gone": n_gone}
    await conn.execute(SQL.record_recheck, {"article_id": one.article_id} | kept | facts)


@atomic
async def hasten(conn: Connection, edited: Mapping[bytes, datetime], *, visited_host: str) -> int:
    """Let pages be asked for soon that a feed says were edited since we asked for them last; return how many.

    Args:
        conn: Any.
        edited: When, by the identities of the feed's lines.
        visited_host: The feed's own, whose visit goes on with them; other hosts are made due.
    """
    params = {
        "keys": list(edited),
        "edited_at": list(edited.values()),
        "least_wait_s": LEAST_WAIT_S,
        "share_of_age": SHARE_OF_AGE,
    }
    rows = await fetch_dicts(conn, SQL.hasten, params)
    if rows:
        visited = await hosts.ensure_hosts(conn, [visited_host])
        await hosts.make_due(conn, sorted({row["host_id"] for row in rows} - {visited[visited_host]}))
    return len(rows)


async def drop_due(conn: Connection, host: str) -> None:
    """Ask for none of a host's pages again that are due now: asking again is switched off."""
    await conn.execute(SQL.drop_due, {"host": host})


def _validators(page: Page) -> dict[str, str | None]:
    return {
        "etag": clean_line(page.headers.get("etag"), MOST_LINE_CHARS),
        "last_modified": clean_line(page.headers.get("last-modified"), MOST_LINE_CHARS),
    }
