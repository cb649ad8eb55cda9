"""Sources, feeds, lines and articles that tests of the store begin with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from news.identity import identify
from news.model import Article, Entry, FeedKind, FeedState, Moment, Page, Precision, StoredFeed
from store import articles, entries, feeds, sources
from store.entries import AddedEntries

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


async def make_feed(conn: Any, url: str = "https://outlet.example/rss", *, due: bool = False) -> StoredFeed:
    """A feed of a source of its own."""
    source, _ = await sources.add_source(conn, name=url, url=url)
    feed, _ = await feeds.add_feed(
        conn,
        source_id=source.id,
        url=url,
        kind=FeedKind.RSS,
        state=FeedState.ACTIVE,
        due_at=datetime(2020, 1, 1, tzinfo=UTC) if due else None,
    )
    return feed


def line(n: int | str, host: str = "outlet.example", **fields: Any) -> Entry:
    """A line of a feed."""
    given: dict[str, Any] = {
        "url": f"https://{host}/news/{n}",
        "guid": f"urn:{n}",
        "title": f"Title {n}",
        "summary": f"Summary {n}",
    }
    return Entry(**given | fields)


async def add(conn: Any, feed: StoredFeed, lines: Sequence[Entry], **given: Any) -> AddedEntries:
    """Record lines as a visit does."""
    options: dict[str, Any] = {"now": NOW, "skip_older_than": None}
    return await entries.add_entries(
        conn, feed=feed, entries=lines, identities=identify(lines, feed.url), **options | given
    )


def stated(at: datetime, raw: str = "as stated", **fields: Any) -> Moment:
    """A moment as an outlet states it."""
    return Moment(at=at, raw=raw, origin="feed", **fields)


def article(n: int | str = 1, **fields: Any) -> Article:
    """An article as read from a page."""
    given: dict[str, Any] = {
        "url": f"https://outlet.example/news/{n}",
        "title": f"Title {n}",
        "text": f"Text {n}.",
        "language": "en",
        "published": stated(NOW - timedelta(hours=1), precision=Precision.TIME),
        "reader": "test-1",
    }
    return Article(**given | fields)


async def add_article(conn: Any, n: int | str = 1, *, source_id: int | None = None, **fields: Any) -> int:
    """Store an article; return its id."""
    article_id, _ = await articles.add_article(conn, article(n, **fields), source_id=source_id, fetched_at=NOW)
    return article_id


def page(url: str = "https://outlet.example/news/1", **fields: Any) -> Page:
    """An answer with a small page."""
    given: dict[str, Any] = {
        "requested_url": url,
        "final_url": url,
        "status": 200,
        "headers": {"content-type": "text/html"},
        "body": b"<p>words</p>",
        "fetched_at": NOW,
    }
    return Page(**given | fields)


async def scalar(conn: Any, query: str, params: Any = None) -> Any:
    """The one value that a query answers with."""
    async with conn.cursor() as cursor:
        await cursor.execute(query, params)
        row = await cursor.fetchone()
    return next(iter(row.values())) if isinstance(row, dict) else row[0]


async def values(conn: Any, query: str, params: Any = None) -> list[Any]:
    """The first column of a query's answer."""
    async with conn.cursor() as cursor:
        await cursor.execute(query, params)
        return [next(iter(row.values())) if isinstance(row, dict) else row[0] for row in await cursor.fetchall()]
