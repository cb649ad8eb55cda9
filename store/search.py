"""Search: articles by words and phrases, newest first.

How the database finds them stands in `search_articles` (migrations/0001_house.sql).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from psycopg.errors import QueryCanceled

from news.errors import SearchTimeoutError, UsageError
from news.model import TextOrigin
from news.text import clean_text
from store import queries, sources
from store.rows import Connection, fetch_dicts, noun_row, storable_language

SQL = queries.load("search")

MOST_QUERY_CHARS = 1000
MOST_TERMS = 64
MOST_HITS = 1000

TIMEOUT_S = 5.0

MARK_START = "\x02"
"""Stands before what matched, in a snippet. No clean text holds it."""

MARK_END = "\x03"
"""Stands behind what matched."""

SNIPPET_CHARS = 8_000
"""What a snippet is looked for in: about 20 ms a hit, whatever the text. Most articles are shorter."""

SHORT_CHARS = 4_000
SHORT_NODES = 8
"""Up to here a snippet is looked for as the query says, phrases and all: about 30 ms for a text made to be slow."""

_SNIPPET_OPTIONS = (
    f'StartSel="{MARK_START}", StopSel="{MARK_END}", MaxFragments=2, MaxWords=25, MinWords=12, FragmentDelimiter=" … "'
)

_TERM = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found.

    Attributes:
        source: Name of its source.
        authors: People.
        agencies: Agencies and desks where authors are named.
        published_at: None when it is not known; then `fetched_at` orders it.
        doubt: Why the reader is not sure of the text; None where it is.
        snippet: Where the words stand, between `MARK_START` and `MARK_END`. Plain text, never HTML.
    """

    id: int
    title: str | None
    subtitle: str | None
    url: str
    source: str | None
    authors: tuple[str, ...]
    agencies: tuple[str, ...]
    language: str | None
    published_at: datetime | None
    fetched_at: datetime
    text_origin: TextOrigin
    doubt: str | None
    snippet: str

    @property
    def place(self) -> tuple[datetime, int]:
        """What the next page of hits comes after."""
        return self.published_at or self.fetched_at, self.id


hit_row = noun_row(Hit, text_origin=TextOrigin, authors=tuple, agencies=tuple)


async def search(
    conn: Connection,
    query: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 20,
    after: tuple[datetime, int] | None = None,
    source: str | None = None,
    language: str | None = None,
) -> list[Hit]:
    """Return the newest articles that match.

    Every word must occur, in any form that the article's language knows; "in quotes" as a phrase; -word must not;
    `or` between two means either.

    Args:
        conn: In a transaction, or not.
        query: At most 1,000 characters and 64 words.
        since: Not older than (by the date of publication, else of fetching).
        until: Older than.
        limit: At most so many hits; 1,000 at most.
        after: `place` of the last hit of the page before.
        source: Name or URL of a source.
        language: ISO 639-1.

    Raises:
        UsageError: The query is too long, or holds no word.
        NotFoundError: There is no such source.
        SearchTimeoutError: It took longer than five seconds.
    """
    words = read_query(query)
    source_id = (await sources.find_source(conn, source, include_removed=True)).id if source is not None else None
    if language is not None:
        given, language = language, storable_language(language)
        if language is None:
            raise UsageError(f"search: language: {given[:20]!r} is no ISO 639-1 code, as ru")
    after_moment, after_id = after or (None, None)
    params = {
        "words": words,
        "since": since,
        "until": until,
        "after_moment": after_moment,
        "after_id": after_id,
        "source_id": source_id,
        "language": language,
        "limit": min(limit, MOST_HITS),
        "snippet_chars": SNIPPET_CHARS,
        "short_chars": SHORT_CHARS,
        "short_nodes": SHORT_NODES,
        "snippet_options": _SNIPPET_OPTIONS,
    }
    try:
        async with conn.transaction():
            before = (await fetch_dicts(conn, SQL.set_limits, {"timeout_ms": str(int(TIMEOUT_S * 1000))}))[0]
            async with conn.cursor(row_factory=hit_row) as cursor:
                await cursor.execute(SQL.search, params)
                hits: list[Hit] = await cursor.fetchall()
            await conn.execute(SQL.restore_limits, before)
            return hits
    except QueryCanceled as error:
        raise SearchTimeoutError(
            f"search: {words[:80]}: took longer than {TIMEOUT_S:g} s; name a rarer word or a time (--since)"
        ) from error


def read_query(query: str) -> str:
    """Return the query as the database takes it.

    Raises:
        UsageError: It is too long, or holds no word.
    """
    if len(query) > MOST_QUERY_CHARS:
        raise UsageError(f"search: query: {len(query):,} characters; at most {MOST_QUERY_CHARS:,} can be looked for")
    words = clean_text(query) or ""
    n_terms = len(_TERM.findall(words))
    if n_terms > MOST_TERMS:
        raise UsageError(f"search: query: {n_terms} words; at most {MOST_TERMS} can be looked for")
    if n_terms == 0:
        raise UsageError(f"search: query: {words[:80]!r} holds no word to look for")
    return words
