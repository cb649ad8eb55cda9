"""Articles that tests store and place as a page's transaction does, and sample texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from news.facts import Attribution
from news.model import Article
from news.placement import Placement
from news.revisions import Cause
from scheduler.jobs.stories import place
from store import articles, sources
from store.database import Database
from store.revisions import revise_article

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

BRIDGE = """The council of Lower Ashford voted on Tuesday night to close the iron bridge over the Wend for two years.
Engineers had found cracks in four of its nine piers after the floods of last winter, and said that no lorry should
cross it again before they are mended.

Mayor Ellen Harcastle told the meeting that the repair would cost eleven million, of which the county pays a third. The
ferry that ended its service in 1974 is to run again from March, she said, free of charge for whoever lives in the town.

Shopkeepers of the eastern bank had collected two thousand signatures against the closure. Their speaker, the baker
Tobias Wren, called the decision a sentence of death for nine family businesses, and announced that they would go to
court before Christmas."""

HARBOUR = """Divers have found the wreck of the mail steamer Corvina off the northern mole of Port Sayle, ninety years
after she went down in a storm with a cargo of letters and silver coins. The hull lies upright in thirty metres of water
and is covered with nets, the museum of the harbour said on Wednesday.

A first dive brought up the ship's bell and a chest with sealed post. The museum wants to dry the letters leaf by leaf
and hand them to the grandchildren of those to whom they were written."""

STORIES = [BRIDGE, HARBOUR]


def piece(n: int | str, text: str, *, host: str = "outlet.example", **fields: Any) -> Article:
    """An article as read."""
    given: dict[str, Any] = {
        "url": f"https://{host}/news/{n}",
        "title": text.split(".")[0][:60],
        "text": text,
        "language": "en",
        "reader": "test",
    }
    return Article(**given | fields)


async def add(conn: Any, article: Article, *, at: datetime = NOW, source: str | None = None) -> Placement:
    """Store an article and place it, in one transaction."""
    async with conn.transaction():
        source_id = None
        if source is not None:
            stored, _ = await sources.add_source(conn, name=source, url=f"https://{source.lower()}.example/")
            source_id = stored.id
        article_id, _ = await articles.add_article(conn, article, source_id=source_id, fetched_at=at)
        return await place(conn, article_id, article, source_id=source_id, fetched_at=at)


async def add_all(database: Database, told: Sequence[Article], *, at: datetime = NOW) -> list[Placement]:
    """Store and place articles one after another, a minute between two."""
    async with database.connection() as conn:
        return [await add(conn, article, at=at + timedelta(minutes=n)) for n, article in enumerate(told)]


async def replace(conn: Any, placed: Placement, article: Article) -> Placement:
    """Put another reading in an article's place and place it again, in one transaction."""
    async with conn.transaction():
        await revise_article(conn, placed.article_id, article, cause=Cause.OUTLET, fetched_at=NOW)
        return await place(conn, placed.article_id, article, source_id=None, fetched_at=NOW)


def named(name: str) -> tuple[Attribution, ...]:
    """What a text that names its source leaves."""
    return (Attribution(name=name, raw=f"according to {name}"),)
