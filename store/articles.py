"""Articles: what was read from pages. How they are found by words is `search`'s business."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from news.errors import NotFoundError
from news.model import Article, Attribution, Provenance, StoredArticle, TextOrigin
from news.text import clean_paragraphs
from news.urls import url_key
from store import alerts, queries, succession
from store.rows import (
    MOST_ITEMS,
    MOST_URL_CHARS,
    MOST_WORD_CHARS,
    Connection,
    Row,
    clean_items,
    clean_line,
    fetch_dicts,
    moment_columns,
    read_moment,
    storable_language,
    storable_url,
)
from store.transactions import atomic

SQL = queries.load("articles")

MOST_TEXT_CHARS = 5_000_000
"""A page has 5 MiB at most; its text is not longer."""

MOST_RAW_CHARS = 500
"""Of the words a fact was read from."""


@atomic
async def add_article(
    conn: Connection,
    article: Article,
    *,
    key: bytes | None = None,
    source_id: int | None,
    fetched_at: datetime,
    stand_in_id: int | None = None,
) -> tuple[int, bool]:
    """Store an article under its identity, once.

    One that is known stays as it is, except that a page's text takes the place of an entry's, which stood in for it.

    Args:
        conn: In the transaction that settles the entry.
        article: As read.
        key: Its identity; that of its URL where None.
        source_id: The source that listed it.
        fetched_at: Aware UTC; when it was fetched. A replaced stand-in keeps the moment it was first stored.
        stand_in_id: The article that stood in for this page. It becomes this one, or gives way to the one that is
            stored under this identity already.

    Returns:
        The article's id, and whether its text is what is stored now: it is new, or took a stand-in's place.
    """
    params = _columns(article, fetched_at) | {
        "url_key": key if key is not None else url_key(article.url),
        "source_id": source_id,
        "stand_in_id": stand_in_id,
        "replaced_id": None,
    }
    if stand_in_id is not None:
        # Somebody who stores the same article at this moment is in the way as much as one who did so before.
        with contextlib.suppress(UniqueViolation):
            async with conn.transaction():
                await conn.execute(SQL.move_stand_in, params)
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL.add_article, params)
        row = await cursor.fetchone()
        stored = row is not None
        if row is None:
            await cursor.execute(SQL.find_by_key, params)
            row = await cursor.fetchone()
    assert row is not None, "an article that is in the way is there"
    article_id: int = row[0]
    if stand_in_id is not None and stand_in_id != article_id:
        params["article_id"] = article_id
        await succession.hand_over(conn, stand_in_id, article_id)
        await alerts.hand_over(conn, stand_in_id, article_id)
        for query in (SQL.hand_over_entries, SQL.hand_over_pages, SQL.delete_stand_in):
            await conn.execute(query, params)
    return article_id, stored


async def replace_article(
    conn: Connection, article_id: int, article: Article, *, key: bytes, fetched_at: datetime
) -> None:
    """Put another reading in the place of an article's facts. Its identity, source and first moment stay.

    Args:
        conn: In the transaction that locked the article; `revisions` keeps what was there.
        article_id: Which one.
        article: As read, under the URL that is stored.
        key: The identity that is stored.
        fetched_at: Aware UTC; when the page was fetched.
    """
    params = _columns(article, fetched_at) | {
        "url_key": key,
        "source_id": None,
        "replaced_id": article_id,
    }
    await conn.execute(SQL.add_article, params)


def as_stored(article: Article, fetched_at: datetime) -> Article:
    """Return an article as it would come back from the database: cleaned, bounded, without impossible dates."""
    row = _columns(article, fetched_at)
    return _read_article(row | {name: row[name].obj for name in ("attributions", "provenance")})


async def give_address_back(conn: Connection, article_id: int) -> bool:
    """Move an article that is stored under another page's address to that of its own entry; return whether it could."""
    with contextlib.suppress(UniqueViolation):
        async with conn.transaction():
            cursor = await conn.execute(SQL.give_address_back, {"article_id": article_id})
            return cursor.rowcount == 1
    return False


async def find_article(conn: Connection, article_id: int) -> StoredArticle:
    """Return an article with the feeds that listed it.

    Raises:
        NotFoundError: There is none of that id.
    """
    rows = await fetch_dicts(conn, SQL.find_article, {"article_id": article_id})
    if not rows:
        raise NotFoundError(f"article: {article_id}: not stored")
    return _read(rows[0])


async def find_by_key(conn: Connection, key: bytes) -> StoredArticle | None:
    """Return the article that is stored under an identity, or None."""
    rows = await fetch_dicts(conn, SQL.find_by_key, {"url_key": key})
    return await find_article(conn, rows[0]["id"]) if rows else None


async def newest(
    conn: Connection, *, limit: int = 20, since: datetime | None = None, after: tuple[datetime, int] | None = None
) -> list[StoredArticle]:
    """Return the newest articles, by their date or else by when they were fetched; `listed_by` is empty.

    Args:
        conn: Any.
        limit: At most so many.
        since: Not older than.
        after: Moment and id of the last article of the page before.
    """
    moment, last_id = after or (None, None)
    params = {"limit": limit, "since": since, "moment": moment, "id": last_id}
    return [_read(row) for row in await fetch_dicts(conn, SQL.newest, params)]


def _columns(article: Article, fetched_at: datetime) -> dict[str, Any]:
    return {
        "url": clean_line(article.url, MOST_URL_CHARS) or "",
        "title": clean_line(article.title),
        "text": clean_paragraphs(article.text[:MOST_TEXT_CHARS]),
        "text_origin": article.text_origin.value,
        "authors": clean_items(article.authors),
        "language": storable_language(article.language),
        **moment_columns("published", article.published, fetched_at),
        **moment_columns("modified", article.modified, fetched_at),
        "description": clean_paragraphs((article.description or "")[:MOST_TEXT_CHARS]) or None,
        "section": clean_line(article.section),
        "tags": clean_items(article.tags),
        "image_url": storable_url(article.image_url),
        "site_name": clean_line(article.site_name),
        "reader": clean_line(article.reader) or "",
        "truncated": article.truncated,
        "subtitle": clean_line(article.subtitle),
        "agencies": clean_items(article.agencies),
        "attributions": Jsonb(_storable_attributions(article.attributions)),
        "image_caption": clean_line(article.image_caption),
        "captions": _storable_captions(article.captions),
        "paywalled": article.paywalled,
        "n_words": article.n_words,
        "confidence": None if article.confidence is None else min(1.0, max(0.0, article.confidence)),
        "doubt": clean_line(article.doubt),
        "provenance": Jsonb(_storable_provenance(article.provenance)),
        "fetched_at": fetched_at,
    }


def _storable_attributions(attributions: tuple[Attribution, ...]) -> list[Row]:
    items = (
        {
            "name": clean_line(item.name, MOST_WORD_CHARS),
            "url": storable_url(item.url),
            "raw": clean_line(item.raw, MOST_RAW_CHARS) or "",
        }
        for item in attributions[:MOST_ITEMS]
    )
    return [item for item in items if item["name"]]


def _storable_captions(captions: tuple[str, ...]) -> list[str]:
    lines = (clean_line(caption) for caption in captions[:MOST_ITEMS])
    return [line for line in lines if line]


def _storable_provenance(provenance: tuple[Provenance, ...]) -> list[Row]:
    return [
        {
            "field": clean_line(item.field, MOST_WORD_CHARS) or "",
            "origin": clean_line(item.origin, MOST_WORD_CHARS) or "",
            "raw": clean_line(item.raw, MOST_RAW_CHARS) or "",
        }
        for item in provenance[:MOST_ITEMS]
    ]


def _read(row: Row) -> StoredArticle:
    return StoredArticle(
        id=row["id"],
        source=row["source"],
        article=_read_article(row),
        fetched_at=row["fetched_at"],
        listed_by=tuple(row["listed_by"]),
    )


def _read_article(row: Row) -> Article:
    return Article(
        url=row["url"],
        title=row["title"],
        text=row["text"],
        text_origin=TextOrigin(row["text_origin"]),
        authors=tuple(row["authors"]),
        language=row["language"],
        published=read_moment("published", row),
        modified=read_moment("modified", row),
        description=row["description"],
        section=row["section"],
        tags=tuple(row["tags"]),
        image_url=row["image_url"],
        site_name=row["site_name"],
        reader=row["reader"],
        truncated=row["truncated"],
        subtitle=row["subtitle"],
        agencies=tuple(row["agencies"]),
        attributions=tuple(Attribution(**item) for item in row["attributions"]),
        image_caption=row["image_caption"],
        captions=tuple(row["captions"]),
        paywalled=row["paywalled"],
        n_words=row["n_words"],
        confidence=row["confidence"],
        doubt=row["doubt"],
        provenance=tuple(Provenance(**item) for item in row["provenance"]),
    )
