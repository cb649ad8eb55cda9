"""Pages as fetched, kept compressed for a retention time, so that a better extractor can read them again."""

from __future__ import annotations

from datetime import datetime

from psycopg.types.json import Jsonb

from news.model import Page
from news.text import clean_text
from store import queries
from store.rows import MOST_URL_CHARS, Connection, clean_line

SQL = queries.load("pages")


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


async def delete_older(conn: Connection, before: datetime, limit: int) -> int:
    """Delete the oldest pages that were fetched before, at most `limit`; return how many."""
    async with conn.cursor() as cursor:
        await cursor.execute(SQL.delete_older, {"before": before, "limit": limit})
        return cursor.rowcount
