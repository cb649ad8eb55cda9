"""Revisions: the earlier states of articles, each with who caused the change that ended it.

The one way to change a stored article. Which page is read again, and whether a change is told, is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from news.model import Article
from news.revisions import KEPT, Cause, StoredRevision, changed_facts, is_retracted
from store import articles, occasions, queries
from store.rows import Connection, fetch_dicts, noun_row
from store.transactions import atomic

SQL = queries.load("revisions")

MOST_OUTLET_REVISIONS = 100
"""Of one article, the first and the newest: a live page that changes each minute must not fill the disk."""


@atomic
async def revise_article(
    conn: Connection, article_id: int, article: Article, *, cause: Cause, fetched_at: datetime
) -> tuple[str, ...]:
    """Put another reading in the place of an article's, and keep the state before it.

    The article keeps its id, its URL, its identity, its source and the moment of its first fetch. A revision is kept
    where title, text or a date changes; of a reader's changes only the first for each page as fetched.

    Args:
        conn: Any; the article is locked until the end of the transaction.
        article_id: Which one.
        article: As read; its `url` does not count.
        cause: Whether the page is another, or the reader.
        fetched_at: Aware UTC; when the page was fetched that `article` was read from.

    Returns:
        The facts that changed, as `changed_facts` names them. The reader's name and what it notes for itself are
        stored in any case.

    Raises:
        NotFoundError: There is no such article.
    """
    rows = await fetch_dicts(conn, SQL.lock_article, {"article_id": article_id})
    before = (await articles.find_article(conn, article_id)).article
    after = replace(article, url=before.url)
    changes = changed_facts(before, articles.as_stored(after, fetched_at))
    if KEPT.intersection(changes):
        await _keep(conn, article_id, cause, fetched_at, new_text="text" in changes)
    await articles.replace_article(conn, article_id, after, key=rows[0]["url_key"], fetched_at=fetched_at)
    if cause is Cause.OUTLET:
        await _tell(conn, article_id, before, after)
    return changes


async def list_revisions(conn: Connection, article_id: int, cause: Cause | None = None) -> list[StoredRevision]:
    """Return an article's earlier states in the order in which they ended, of one cause or of both."""
    async with conn.cursor(row_factory=noun_row(StoredRevision, cause=Cause)) as cursor:
        await cursor.execute(SQL.list_revisions, {"article_id": article_id, "cause": cause})
        return await cursor.fetchall()


async def _tell(conn: Connection, article_id: int, before: Article, after: Article) -> None:
    """Tell who was told of the article: the outlet chose another headline, or left next to nothing of the text."""
    if before.title != after.title:
        await occasions.tell_headline(conn, article_id, before.title, after.title)
    if is_retracted(before.text, after.text):
        reason = f"of {len(before.text.split())} words it left {len(after.text.split())}"
        await occasions.tell_retraction(conn, article_id, reason)


async def _keep(conn: Connection, article_id: int, cause: Cause, fetched_at: datetime, *, new_text: bool) -> None:
    one = {"article_id": article_id}
    by_outlet = cause is Cause.OUTLET
    began_at = (await fetch_dicts(conn, SQL.state_fetched_at, one))[0]["at"] if by_outlet else fetched_at
    replaced_at = fetched_at if by_outlet else None
    await conn.execute(
        SQL.add_revision, one | {"cause": cause.value, "fetched_at": began_at, "replaced_at": replaced_at}
    )
    if new_text:
        # A text moves out only when the article has another, so that a new headline alone costs no text.
        await conn.execute(SQL.keep_text, one)
    if by_outlet:
        await conn.execute(SQL.forget_middle, one | {"most": MOST_OUTLET_REVISIONS})
        await conn.execute(SQL.forget_texts, one)
