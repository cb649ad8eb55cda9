"""The backtest of a watch: what its query would have matched in the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from news.errors import SearchTimeoutError
from news.spikes import N_DAYS
from store import search
from store.rows import Connection
from store.search import Hit

N_NEWEST = 10

MOST_A_DAY = 20
"""More articles a day than this are warned of: nobody reads them, and the cap of an hour is 20 messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """How many articles of a day match; `day` in ISO 8601."""

    day: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a query would have matched.

    Attributes:
        days: The last 30, the oldest first.
        n_articles: Their sum.
        is_all: False where only the newest 1,000 were counted.
        newest: One article a story, the newest first.
        warnings: What a person should think about.
    """

    days: tuple[DayCount, ...]
    n_articles: int
    is_all: bool
    newest: tuple[Hit, ...]
    warnings: tuple[str, ...]


async def look_back(conn: Connection, query: str, now: datetime) -> Backtest:
    """Return what a query would have matched in the last 30 days; a query that takes too long is only warned of.

    Raises:
        UsageError, NotFoundError: The query cannot be read, or names what is not there.
    """
    first = (now - timedelta(days=N_DAYS - 1)).date()
    since = datetime.combine(first, datetime.min.time(), now.tzinfo)
    try:
        facets = await search.facets(conn, query, since=since)
        newest = await search.search(conn, query, since=since, limit=N_NEWEST, collapse=True)
    except SearchTimeoutError:
        warning = "the archive could not be looked through in time: the query's words are very frequent"
        return Backtest(days=(), n_articles=0, is_all=False, newest=(), warnings=(warning,))
    counts = {facet.value: facet.n for facet in facets if facet.kind == "day"}
    dates = ((first + timedelta(days=n)).isoformat() for n in range(N_DAYS))
    days = tuple(DayCount(day=day, n=counts.get(day, 0)) for day in dates)
    n_articles = sum(counts.values())
    is_all = n_articles < search.MOST_HITS
    return Backtest(
        days=days,
        n_articles=n_articles,
        is_all=is_all,
        newest=tuple(newest),
        warnings=_warnings(days, n_articles, is_all),
    )


def _warnings(days: tuple[DayCount, ...], n_articles: int, is_all: bool) -> tuple[str, ...]:
    if not n_articles:
        return (
            "nothing in the archive of the last 30 days matches: see with `wirewatch search --explain` how the query "
            "is understood",
        )
    filled = [one.n for one in days]
    # Of a young archive, the days since the first match; of one cut off, those that were counted.
    n_days = N_DAYS - next(n for n, count in enumerate(filled) if count)
    a_day = n_articles / n_days
    if a_day > MOST_A_DAY:
        about = f"about {a_day:,.0f}" if is_all else f"more than {a_day:,.0f}"
        return (
            f"{about} articles a day match, more than anybody reads: add a word that must occur, or take a digest "
            "(--pace daily)",
        )
    return ()
