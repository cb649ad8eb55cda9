"""Watches that tests add, and articles that arrive as the transaction of a page stores, places and matches them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from news.model import Article, Moment, Precision
from news.watches import StoredAlert, StoredWatch, Watch
from scheduler.jobs.stories import place
from scheduler.jobs.watches import match
from store import alerts, articles, sources, watches

ADDED_AT = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
NOW = ADDED_AT + timedelta(hours=1)


async def watch(conn: Any, query: str, name: str = "one", **facts: Any) -> StoredWatch:
    return await watches.add_watch(conn, Watch(name=name, query=query, **facts), now=ADDED_AT)


async def arrive(conn: Any, article: Article, *, at: datetime = NOW, source: str = "Outlet") -> int:
    """Store, place and match an article as the transaction of its page does; return how many alerts it made."""
    # Where the test's own transaction has not begun, the one below would be committed.
    await conn.execute("SELECT 1")
    async with conn.transaction():
        stored, _ = await sources.add_source(conn, name=source, url=f"https://{source.lower()}.example/")
        article_id, _ = await articles.add_article(conn, article, source_id=stored.id, fetched_at=at)
        await place(conn, article_id, article, source_id=stored.id, fetched_at=at)
        return await match(conn, article_id, first_read_age_s=86400)


async def told(conn: Any, **given: Any) -> list[StoredAlert]:
    return await alerts.list_alerts(conn, **given)


def published(at: datetime, **facts: Any) -> Moment:
    return Moment(at=at, raw="as stated", origin="test", **{"precision": Precision.TIME, "zone_stated": True} | facts)
