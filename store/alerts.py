"""Alerts: what watches have to tell, each once, with why it matched.

Which watches an article matches is `percolation`'s business, whether it is news `news.watches`'; a delivery for each
channel is made by the database itself when an alert is stored. Later occasions (growth, revisions, spikes) stand in
`occasions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from news.lexemes import for_language, quote, read_words
from news.messages import MARK_END, MARK_START
from news.model import Precision
from news.watches import Occasion, StoredAlert, Subject, newest_moment
from store import queries
from store.rows import Connection, Row, fetch_dicts, noun_row
from store.search import SHORT_CHARS, SHORT_NODES, SNIPPET_CHARS, SNIPPET_OPTIONS

SQL = queries.load("alerts")

MOST_WORDS = 20
"""Of those that hit, named in an alert."""

MOST_LISTED = 1000

_LEAD_CHARS = SNIPPET_CHARS // 2
"""Of a long text, looked at before about the place of the first hit: where that is, is an estimate."""

_TITLE_OPTIONS = f'StartSel="{MARK_START}", StopSel="{MARK_END}", HighlightAll=true'

_MARKED = re.compile(f"{MARK_START}(.*?){MARK_END}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert as it is stored; see `StoredAlert`. A silent one only keeps its story from being told."""

    watch_id: int
    story_id: int | None
    occasion: Occasion
    occasion_key: str = ""
    article_id: int | None
    matched_words: tuple[str, ...] = ()
    snippet: str | None = None
    note: str | None = None
    daily: tuple[int, ...] | None = None
    n_sources: int = 1
    silent: bool = False


async def find_subject(conn: Connection, article_id: int, entry_id: int | None = None) -> Subject | None:
    """Return what matters of an article; None where it is in no story.

    Args:
        conn: Any.
        article_id: The article.
        entry_id: The entry it is being stored for, while that does not name it yet.
    """
    params = {"article_id": article_id, "entry_id": entry_id}
    precision = noun_row(Subject, published_precision=lambda value: value and Precision(value))
    async with conn.cursor(row_factory=precision) as cursor:
        await cursor.execute(SQL.find_subject, params)
        found: Subject | None = await cursor.fetchone()
        return found


async def tell(conn: Connection, subject: Subject, watch_ids: Sequence[int]) -> int:
    """Make the alerts of an article; return how many. What was told is not told again.

    Args:
        conn: In the transaction that stores and places the article: two that are placed in one story at a moment make
            one alert.
        subject: The article.
        watch_ids: Active watches that it matches.
    """
    params = {
        "watch_ids": list(watch_ids),
        "article_id": subject.article_id,
        "story_id": subject.story_id,
        "newest_at": newest_moment(subject),
    }
    rows = [row for row in await fetch_dicts(conn, SQL.find_interested, params) if not row["told"]]
    if not rows:
        return 0
    n_sources = (await fetch_dicts(conn, SQL.count_sources, params))[0]["n_sources"]
    shown = await _describe(conn, subject, {row["words"] for row in rows if row["words"]})
    made = [_alert(row, subject, n_sources, *shown.get(row["words"], (None, None))) for row in rows]
    return await add_alerts(conn, made)


async def tell_archive(conn: Connection, watch_id: int, since: datetime) -> int:
    """Make the alerts of what the archive holds of a watch since a moment, the oldest first; return how many.

    Args:
        conn: In the transaction that adds the watch.
        watch_id: The watch.
        since: Of more than 1,000 articles the newest are told.
    """
    params = {"watch_id": watch_id, "since": since, "limit": MOST_LISTED}
    n = 0
    for row in await fetch_dicts(conn, SQL.find_archived, params):
        subject = await find_subject(conn, row["article_id"])
        n += 0 if subject is None else await tell(conn, subject, [watch_id])
    return n


async def add_alerts(conn: Connection, alerts: Iterable[NewAlert]) -> int:
    """Store alerts; return how many are new and not silent."""
    params = {"alerts": Jsonb([asdict(alert) for alert in alerts])}
    return sum(not row["silent"] for row in await fetch_dicts(conn, SQL.add_alerts, params))


async def hand_over(conn: Connection, stand_in_id: int, article_id: int) -> None:
    """Let the alerts of an article that gives way be those of another."""
    await conn.execute(SQL.hand_over, {"stand_in_id": stand_in_id, "article_id": article_id})


async def list_alerts(
    conn: Connection,
    *,
    watch_id: int | None = None,
    since: datetime | None = None,
    before_id: int | None = None,
    limit: int = 20,
) -> list[StoredAlert]:
    """Return alerts, the newest first.

    Args:
        conn: Any.
        watch_id: Of this watch only.
        since: Made since then.
        before_id: The last of the page before.
        limit: At most so many; 1,000 at most.
    """
    params = {"watch_id": watch_id, "since": since, "before_id": before_id, "limit": min(limit, MOST_LISTED)}
    made = noun_row(
        StoredAlert,
        occasion=Occasion,
        matched_words=tuple,
        daily=lambda counts: None if counts is None else tuple(counts),
    )
    async with conn.cursor(row_factory=made) as cursor:
        await cursor.execute(SQL.list_alerts, params)
        return await cursor.fetchall()


def _alert(row: Row, subject: Subject, n_sources: int, title: str | None, snippet: str | None) -> NewAlert:
    words = _marked(title, snippet)
    return NewAlert(
        watch_id=row["watch_id"],
        story_id=subject.story_id,
        occasion=Occasion.ARTICLE if row["each_article"] else Occasion.STORY,
        occasion_key=str(subject.article_id) if row["each_article"] else "",
        article_id=subject.article_id,
        matched_words=words,
        snippet=title if words and MARK_START not in (snippet or "") else snippet,
        note=None if row["words"] and read_words(row["words"]) else f"by what is asked beside words: {row['query']}",
        n_sources=n_sources,
        silent=row["told_elsewhere"],
    )


async def _describe(conn: Connection, subject: Subject, compiled: set[str]) -> dict[str | None, tuple[str, str]]:
    """Return an article's title and the place in its text where queries hit, with marks, by query."""
    asked = {words: read for words in compiled if (read := for_language(words, subject.language))}
    if not asked:
        return {}
    own = list(asked.values())
    params = {
        "article_id": subject.article_id,
        "words": own,
        "any_words": [_any_of(words) for words in own],
        "title_options": _TITLE_OPTIONS,
        "snippet_options": SNIPPET_OPTIONS,
        "snippet_chars": SNIPPET_CHARS,
        "short_chars": SHORT_CHARS,
        "short_nodes": SHORT_NODES,
        "lead_chars": _LEAD_CHARS,
    }
    rows = await fetch_dicts(conn, SQL.describe, params)
    found = {row["number"]: (row["title"], row["snippet"]) for row in rows}
    return {words: found[number] for number, words in enumerate(asked, start=1)}


def _any_of(words: str) -> str:
    """Return the query for any of a query's words."""
    found = sorted(read_words(words), key=lambda one: (one.text, one.prefix))
    return " | ".join(quote(one.text) + (":*" if one.prefix else "") for one in found)


def _marked(*texts: str | None) -> tuple[str, ...]:
    """Return the words between marks, each once, whatever its case."""
    words = [match[1].strip() for text in texts for match in _MARKED.finditer(text or "")]
    return tuple({word.casefold(): word for word in reversed(words) if word}.values())[::-1][:MOST_WORDS]
