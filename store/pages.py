"""Pages as fetched, kept compressed for a retention time, so that a better extractor can read them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from news.model import Page
from news.text import clean_text
from store import queries
from store.rows import MOST_URL_CHARS, Connection, Row, clean_line, fetch_dicts

SQL = queries.load("pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page as kept: `page` without its body, and that compressed."""

    page: Page
    body_zstd: bytes
    n_body_bytes: int


async def add_page(
    conn: Connection,
    *,
    entry_id: int,
    article_id: int | None,
    page: Page,
    body_zstd: bytes,
    unreadable_by: str | None = None,
) -> None:
    """Store a page.

    Args:
        conn: In the transaction that settles the entry.
        entry_id: Whose page it is.
        article_id: What was read from it; None when nothing was.
        page: The answer as fetched.
        body_zstd: Its body, compressed with zstd (in the child that parsed it).
        unreadable_by: The reader that could not read it; None when it was read.
    """
    params = {
        "entry_id": entry_id,
        "article_id": article_id,
        "requested_url": clean_line(page.requested_url, MOST_URL_CHARS) or "",
        "final_url": clean_line(page.final_url, MOST_URL_CHARS) or "",
        "status": page.status,
        "headers": Jsonb({clean_text(name) or "": clean_text(value) or "" for name, value in page.headers.items()}),
        "body": body_zstd,
        "n_body_bytes": len(page.body),
        "fetched_at": page.fetched_at,
        "unreadable_by": unreadable_by,
    }
    await conn.execute(SQL.add_page, params)


async def find_of_article(conn: Connection, article_id: int) -> KeptPage | None:
    """Return the page that an article was read from, the newest of several; None when none is kept."""
    return _read(await fetch_dicts(conn, SQL.find_of_article, {"article_id": article_id}))


async def find_of_entry(conn: Connection, entry_id: int) -> KeptPage | None:
    """Return the newest page of an entry that an article was read from; None when none is kept."""
    return _read(await fetch_dicts(conn, SQL.find_of_entry, {"entry_id": entry_id}))


async def delete_older(conn: Connection, before: datetime, limit: int) -> int:
    """Delete the oldest pages that were fetched before, at most `limit`; return how many."""
    async with conn.cursor() as cursor:
        await cursor.execute(SQL.delete_older, {"before": before, "limit": limit})
        return cursor.rowcount


def _read(rows: list[Row]) -> KeptPage | None:
    if not rows:
        return None
    row = rows[0]
    page = Page(
        requested_url=row["requested_url"],
        final_url=row["final_url"],
        status=row["status"],
        headers=row["headers"],
        body=b"",
        fetched_at=row["fetched_at"],
    )
    return KeptPage(page=page, body_zstd=row["body"], n_body_bytes=row["n_body_bytes"])
