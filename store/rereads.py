"""Stored pages to be read again: which they are, what is known of one, and what came of it.

They are walked by key, a stretch at a time, so that any number of pages costs no memory and no long transaction. What
becomes of an article stands in `revisions`; reading is the job's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from news.model import EntryState, Page, StoredArticle, StoredEntry
from store import articles, entries, queries
from store.rows import Connection, clean_line, fetch_dicts

SQL = queries.load("rereads")

STRETCH = 2000
"""Pages looked at by one statement: 25 ms, 59 at worst, of 300,000 pages, whether all are due or none."""

MOST_COUNTED = 10_000
"""Counted one by one up to here."""


class Connections(Protocol):
    """Who lends connections: the database."""

    def connection(self) -> AbstractAsyncContextManager[Any]:
        """Lend one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which pages are to be read again.

    Attributes:
        reader: Today's; what it has read, or could not read, is left out.
        all_readers: That, too.
        since: Only pages fetched at or after.
        source_id: Only pages of this source.
        doubtful: Only those whose article its reader had doubts about.
    """

    reader: str
    all_readers: bool = False
    since: datetime | None = None
    source_id: int | None = None
    doubtful: bool = False

    @property
    def params(self) -> dict[str, object]:
        """What the queries call it."""
        return {
            "reader": self.reader,
            "all_readers": self.all_readers,
            "since": self.since,
            "source_id": self.source_id,
            "doubtful": self.doubtful,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """A page as kept, with the entry it was fetched for and the article that was read from it.

    Attributes:
        page: Without its body.
        article: None where it could not be read.
    """

    id: int
    page: Page
    body_zstd: bytes
    n_body_bytes: int
    entry: StoredEntry
    article: StoredArticle | None


async def walk(database: Connections, choice: Choice) -> AsyncIterator[list[int]]:
    """Yield the ids of the pages to be read again, the oldest first: they are the next to be deleted.

    A list for each stretch of pages; it may be empty. No connection is held in between.
    """
    after: int | None = 0
    while after is not None:
        async with database.connection() as conn:
            (row,) = await fetch_dicts(conn, SQL.next_pages, choice.params | {"after": after, "size": STRETCH})
        after = row["last_id"]
        if after is not None:
            yield row["page_ids"]


async def find_page(conn: Connection, page_id: int) -> StoredPage | None:
    """Return a stored page; None when it is gone."""
    rows = await fetch_dicts(conn, SQL.find_page, {"page_id": page_id})
    if not rows:
        return None
    row = rows[0]
    fetched = Page(
        requested_url=row["requested_url"],
        final_url=row["final_url"],
        status=row["status"],
        headers=row["headers"],
        body=b"",
        fetched_at=row["fetched_at"],
    )
    return StoredPage(
        id=row["id"],
        page=fetched,
        body_zstd=row["body"],
        n_body_bytes=row["n_body_bytes"],
        entry=await entries.find_entry(conn, row["entry_id"]),
        article=None if row["article_id"] is None else await articles.find_article(conn, row["article_id"]),
    )


async def lock_unchanged(conn: Connection, seen: StoredPage) -> bool:
    """Lock the article of a page; return whether it is still the one that was seen, by the same reader."""
    assert seen.article is not None, "only an article that was seen can be unchanged"
    params = {"article_id": seen.article.id, "seen_reader": seen.article.article.reader, "page_id": seen.id}
    return bool(await fetch_dicts(conn, SQL.lock_unchanged, params))


async def lock_unread(conn: Connection, entry_id: int) -> bool:
    """Lock an entry; return whether it still has no article of its page."""
    return bool(await fetch_dicts(conn, SQL.lock_unread, {"entry_id": entry_id}))


async def settle_read(
    conn: Connection, entry_id: int, *, article_id: int, state: EntryState, reason: str | None
) -> None:
    """End an entry, pending or failed, whose stored page could be read after all."""
    params = {"entry_id": entry_id, "article_id": article_id, "state": state.value, "reason": clean_line(reason)}
    await conn.execute(SQL.settle_read, params)


async def note_read(conn: Connection, page_id: int, article_id: int) -> None:
    """Note what a page was read as."""
    await conn.execute(SQL.note_reading, {"page_id": page_id, "article_id": article_id, "unreadable_by": None})


async def note_unreadable(conn: Connection, page_id: int, reader: str) -> None:
    """Note that a reader could not read a page: it need not try again."""
    await conn.execute(SQL.note_reading, {"page_id": page_id, "article_id": None, "unreadable_by": reader})


async def count_without_page(conn: Connection, choice: Choice) -> int:
    """Return how many of the chosen articles have no page any more; `MOST_COUNTED` where there are more."""
    return int((await fetch_dicts(conn, SQL.count_without_page, choice.params | {"most": MOST_COUNTED}))[0]["n"])


async def count_outdated(conn: Connection, reader: str) -> int:
    """Return how many articles another reader read from pages that are still stored; `MOST_COUNTED` where more."""
    return int((await fetch_dicts(conn, SQL.count_outdated, {"reader": reader, "most": MOST_COUNTED}))[0]["n"])
