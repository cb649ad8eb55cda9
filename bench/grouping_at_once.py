"""Eight workers that place copies at one moment: how many events are split, how many transactions break, how fast.

10,000 articles of 2,500 events, four copies of each next to one another, so that different workers place them at the
same moment. Each worker is a process with connections of its own. `python -m bench.grouping_at_once` places the same
articles with 1, 2, 4 and 8 workers, each time in a fresh database; `… N 8` places N with eight.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.grouping_speed import DATA, edited, read_texts
from news.model import Article
from scheduler.jobs.stories import place
from store import articles
from store.config import StoreConfig
from store.database import Database, open_database

N_ARTICLES = 10_000
COPIES_OF_EACH = 4
_BATCH = 100
_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnce:
    """A run.

    Attributes:
        n_events: Texts, each told several times.
        n_split: Events whose copies are in more than one group; `n_split_stories` likewise.
        n_broken: Transactions that Postgres ended, as deadlocks.
    """

    n_workers: int
    n_articles: int
    n_events: int
    n_split: int
    n_split_stories: int
    n_broken: int
    articles_per_s: float


async def measure(n_articles: int, n_workers: int) -> AtOnce:
    """Place articles with so many workers, in a database of the run's own."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(StoreConfig(home=Path(folder))) as database:
            loop = asyncio.get_running_loop()
            with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as pool:
                # Imports and reading come before the clock starts.
                await asyncio.gather(*(loop.run_in_executor(pool, _sentences, 3.0) for _ in range(n_workers)))
                began = time.perf_counter()
                runs = (
                    loop.run_in_executor(pool, _work, folder, database.url, n, n_workers, n_articles)
                    for n in range(n_workers)
                )
                n_broken = sum(await asyncio.gather(*runs))
                seconds = time.perf_counter() - began
            n_split, n_split_stories = await _count(database)
    return AtOnce(
        n_workers=n_workers,
        n_articles=n_articles,
        n_events=n_articles // COPIES_OF_EACH,
        n_split=n_split,
        n_split_stories=n_split_stories,
        n_broken=n_broken,
        articles_per_s=n_articles / seconds,
    )


def told(n_articles: int) -> Iterator[tuple[Article, datetime]]:
    """Yield the articles, the copies of an event next to one another; the first of them as it was written."""
    texts = _sentences()
    for n in range(n_articles):
        event, copy = divmod(n, COPIES_OF_EACH)
        chance = random.Random(event)
        language, title, one = chance.choice(texts)
        other = chance.choice([text for text in texts[:500] if text[0] == language] or [(language, title, one)])[2]
        sentences = [s for s in (*one, *other) if chance.random() < 0.5]
        chance.shuffle(sentences)
        sentences = sentences or one
        if copy:
            sentences = edited(sentences, random.Random(n))
        url = f"https://h{copy}.example/{event}"
        article = Article(url=url, title=title, text=" ".join(sentences), language=language, reader="bench")
        yield article, _START + timedelta(seconds=n / 10)


@functools.cache
def _read() -> list[tuple[str, str, list[str]]]:
    return [(language, title, re.split(r"(?<=[.!?…])\s+", text)) for language, title, text in read_texts(DATA)]


def _sentences(wait_s: float = 0.0) -> list[tuple[str, str, list[str]]]:
    """Return the texts; whoever waits leaves the next call to another process."""
    found = _read()
    time.sleep(wait_s)
    return found


def _work(folder: str, url: str, number: int, n_workers: int, n_articles: int) -> int:
    """Place every so manieth article; return how many transactions broke. Each is tried again, as a visit does."""
    return asyncio.run(_place_all(folder, url, number, n_workers, n_articles))


async def _place_all(folder: str, url: str, number: int, n_workers: int, n_articles: int) -> int:
    n_broken = 0
    config = StoreConfig(home=Path(folder), database_url=url)
    async with open_database(config, migrate=False) as database:
        mine = itertools.islice(told(n_articles), number, None, n_workers)
        while batch := list(itertools.islice(mine, _BATCH)):
            async with database.connection() as conn:
                for article, at in batch:
                    while not await _add(conn, article, at):
                        n_broken += 1
    return n_broken


async def _add(conn: Any, article: Article, at: datetime) -> bool:
    try:
        async with conn.transaction():
            article_id, _ = await articles.add_article(conn, article, source_id=None, fetched_at=at)
            await place(conn, article_id, article, source_id=None, fetched_at=at)
    except Exception as error:  # noqa: BLE001 whatever broke is counted, and told
        print(f"broken: {type(error).__name__}: {error}", file=sys.stderr)
        return False
    return True


async def _count(database: Database) -> tuple[int, int]:
    async with database.connection() as conn:
        cursor = await conn.execute(
            "SELECT count(*) FILTER (WHERE n_groups > 1) AS split, count(*) FILTER (WHERE n_stories > 1) AS stories"
            " FROM (SELECT count(DISTINCT group_id) AS n_groups, count(DISTINCT story_id) AS n_stories"
            " FROM article_story JOIN article ON article.id = article_id GROUP BY split_part(url, '/', 4)) event"
        )
        row = await cursor.fetchone()
    assert row is not None
    return row["split"], row["stories"]


def main() -> None:
    """Measure with the given number of articles and workers, or all of them."""
    words = [int(word) for word in sys.argv[1:]]
    if not read_texts(DATA):
        sys.exit(f"bench: {DATA}: has no texts")
    for n_workers in words[1:] or (1, 2, 4, 8):
        run = asyncio.run(measure(words[0] if words else N_ARTICLES, n_workers))
        print(
            f"{run.n_workers} workers, {run.n_articles:,} articles: {run.n_split} of {run.n_events:,} events split, "
            f"{run.n_split_stories} in two stories, {run.n_broken} transactions broken, {run.articles_per_s:.0f}/s",
            flush=True,
        )


if __name__ == "__main__":
    main()
