"""Search: the articles that a query finds, newest first or best first, with where its words stand.

How a query is read and compiled is the business of `news.query` and `query_sql`; how the database finds what matches
stands in `find_articles` (migrations/0012_looks.sql).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from psycopg.errors import QueryCanceled

from news.errors import SearchTimeoutError, UsageError
from news.lexemes import quote
from news.model import TextOrigin
from store import queries, sources
from store.query_sql import Compiled, compile_query, language_mark, source_mark
from store.rows import Connection, fetch_dicts, noun_row, storable_language

SQL = queries.load("search")

MOST_HITS = 1000
"""Also of those that are ranked, counted by facets, or looked through for stories: the newest."""

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

SNIPPET_OPTIONS = (
    f'StartSel="{MARK_START}", StopSel="{MARK_END}", MaxFragments=2, MaxWords=25, MinWords=12, FragmentDelimiter=" … "'
)


class Order(StrEnum):
    """Which hits come first."""

    NEWEST = "newest"
    BEST = "best"
    """Of the newest 1,000: words close to each other, in the title above all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found.

    Attributes:
        source: Name of its source.
        authors: People.
        agencies: Agencies and desks where authors are named.
        published_at: None when it is not known; then `fetched_at` orders it.
        doubt: Why the reader is not sure of the text; None where it is.
        story_id: The story it tells; None while it is in none.
        relation: What it is among copies of its text: original, near, truncated; None while nobody knows.
        original_id: The article that had the text first.
        n_in_story: How many of the matches looked at tell its story; 1 unless stories are asked for.
        rank: How well it matches; 0 unless the best are asked for.
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
    story_id: int | None
    relation: str | None
    original_id: int | None
    snippet: str
    n_in_story: int = 1
    rank: float = 0.0

    @property
    def place(self) -> tuple[datetime, int]:
        """What the next page of hits, newest first, comes after."""
        return self.published_at or self.fetched_at, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """How many of the newest 1,000 matches have something: `kind` is source, language or day."""

    kind: str
    value: str | None
    n: int


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
    order: Order = Order.NEWEST,
    collapse: bool = False,
) -> list[Hit]:
    """Return the articles that match.

    Args:
        conn: In a transaction, or not.
        query: See `news.query.parse`.
        since: Not older than (by the date of publication, else of fetching).
        until: Older than.
        limit: At most so many hits; 1,000 at most.
        after: `place` of the last hit of the page before.
        source: Name or URL of a source.
        language: ISO 639-1.
        order: Which come first.
        collapse: Of each story one hit, the first in order, with how many more there are.

    Raises:
        UsageError: The query cannot be read, or asks for nothing.
        NotFoundError: There is no such source or watch.
        SearchTimeoutError: It took longer than five seconds.
    """
    limit = min(limit, MOST_HITS)
    async with _limited(conn, query):
        wanted = await _narrowed(conn, await compile_query(conn, query), source, language)
        ranked = order is Order.BEST or collapse
        ids = await _find(conn, wanted, since, until, after, MOST_HITS if ranked else limit)
        ranks: dict[int, float] = {}
        if order is Order.BEST:
            words = {code: form.words for form in wanted.forms for code in form.languages}
            params = {"languages": list(words), "words": list(words.values()), "ids": ids}
            rows = await fetch_dicts(conn, SQL.rank, params)
            ranks = {row["id"]: row["rank"] for row in rows}
            ids.sort(key=lambda one: ranks[one], reverse=True)
        counts: dict[int, int] = {}
        if collapse:
            ids, counts = await _one_a_story(conn, ids)
        hits = await _show(conn, wanted, ids[:limit])
    return [replace(hit, n_in_story=counts.get(hit.id, 1), rank=ranks.get(hit.id, 0.0)) for hit in hits]


async def facets(
    conn: Connection,
    query: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    source: str | None = None,
    language: str | None = None,
) -> list[Facet]:
    """Return how many of the newest 1,000 matches there are by source, language and day.

    Raises:
        UsageError, NotFoundError, SearchTimeoutError: As for `search`.
    """
    async with _limited(conn, query):
        wanted = await _narrowed(conn, await compile_query(conn, query), source, language)
        ids = await _find(conn, wanted, since, until, None, MOST_HITS)
        return [Facet(**row) for row in await fetch_dicts(conn, SQL.facets, {"ids": ids})]


async def _narrowed(conn: Connection, compiled: Compiled, source: str | None, language: str | None) -> Compiled:
    """Add what was asked beside the query."""
    marks: list[str] = []
    if source is not None:
        source_id = (await sources.find_source(conn, source, include_removed=True)).id
        marks.append(quote(source_mark(source_id)))
    if language is not None:
        known = storable_language(language)
        if known is None:
            raise UsageError(f"search: language: {language[:20]!r} is no ISO 639-1 code, as ru")
        marks.append(quote(language_mark(known)))
    if not marks:
        return compiled
    beside = " & ".join(marks)
    looks = tuple(replace(look, words=f"{beside} & ({look.words})") for look in compiled.looks)
    words = beside if compiled.words is None else f"{beside} & ({compiled.words})"
    return replace(compiled, words=words, looks=looks)


async def _find(
    conn: Connection,
    wanted: Compiled,
    since: datetime | None,
    until: datetime | None,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[int]:
    """Return the numbers of the newest matches."""
    for span in wanted.spans:
        # The condition asks for these times too; as bounds they spare looking further back.
        if span.since is not None:
            since = max(filter(None, (since, datetime.fromisoformat(span.since))))
        if span.until is not None:
            until = min(filter(None, (until, datetime.fromisoformat(span.until))))
    after_moment, after_id = after or (None, None)
    params = {
        "words": wanted.words,
        "looks": _as_json(wanted),
        "condition": wanted.condition,
        "since": since,
        "until": until,
        "after_moment": after_moment,
        "after_id": after_id,
        "limit": limit,
    }
    return [row["id"] for row in await fetch_dicts(conn, SQL.find, params)]


def _as_json(wanted: Compiled) -> str | None:
    """Return the looks as `find_articles` takes them; None where there are none."""
    looks = [
        {"words": look.words, "languages": [code for code in look.languages if code]}
        | ({"known": wanted.known} if None in look.languages else {})
        for look in wanted.looks
    ]
    return json.dumps(looks) if looks else None


async def _one_a_story(conn: Connection, ids: Sequence[int]) -> tuple[list[int], dict[int, int]]:
    """Return the first article of each story, and how many tell it; an article in no story stands for itself."""
    stories = {row["article_id"]: row["story_id"] for row in await fetch_dicts(conn, SQL.stories, {"ids": list(ids)})}
    first: dict[tuple[str, int], int] = {}
    counts: dict[int, int] = {}
    for one in ids:
        story = stories.get(one)
        leader = first.setdefault(("article", one) if story is None else ("story", story), one)
        counts[leader] = counts.get(leader, 0) + 1
    return list(first.values()), counts


async def _show(conn: Connection, wanted: Compiled, ids: list[int]) -> list[Hit]:
    any_words = {code: form.words for form in wanted.any_words for code in form.languages}
    words = {code: form.words for form in wanted.forms for code in form.languages}
    languages = list(any_words)
    params = {
        "ids": ids,
        "languages": languages,
        "words": [words.get(code, any_words[code]) for code in languages],
        "any_words": [any_words[code] for code in languages],
        "snippet_chars": SNIPPET_CHARS,
        "short_chars": SHORT_CHARS,
        "short_nodes": SHORT_NODES,
        "snippet_options": SNIPPET_OPTIONS,
    }
    async with conn.cursor(row_factory=hit_row) as cursor:
        await cursor.execute(SQL.show, params)
        return await cursor.fetchall()


@asynccontextmanager
async def _limited(conn: Connection, query: str) -> AsyncIterator[None]:
    """Let what happens inside take five seconds a statement, and say so where it takes longer."""
    try:
        async with conn.transaction():
            before = (await fetch_dicts(conn, SQL.set_limits, {"timeout_ms": str(int(TIMEOUT_S * 1000))}))[0]
            yield
            await conn.execute(SQL.restore_limits, before)
    except QueryCanceled as error:
        raise SearchTimeoutError(
            f"search: {query[:80]}: took longer than {TIMEOUT_S:g} s; name a rarer word or a time (--since)"
        ) from error
