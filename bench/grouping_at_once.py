"""Eight workers that place copies at one moment: how many events are split, how many transactions break, how fast.

10,000 articles of 2,500 events, four copies of each next to one another, so that different workers place them at the
same moment. Each worker is a process with connections of its own; beside them the terms are counted, as the sweep does.
`python -m bench.grouping_at_once [--articles N] [--workers N …] [--json]` places the same articles with 1, 2, 4 and 8
workers, each time in a fresh database. What one worker splits or joins too is the rules' doing; what eight do beyond is
a race's.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import json
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.grouping_recombined import DATA, SENTENCE, edited, made_new, read_texts
from bench.grouping_speed import own_database, server_s
from news.model import Article
from scheduler.jobs.stories import place
from store import articles, tidying
from store.config import StoreConfig
from store.database import Database, open_database

N_ARTICLES = 10_000
COPIES_OF_EACH = 4
_LEAST_WORDS = 80
"""Of an event's text: what is left of it in a copy can be known again, and is no common sentence."""

_BATCH = 100
_COUNTED_EACH_S = 2.0
_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnce:
    """A run.

    Attributes:
        n_events: Texts, each told several times.
        n_split: Events whose copies are in more than one group; `n_split_stories` likewise.
        n_joined: Groups with copies of more than one event.
        n_broken: Transactions that Postgres ended, as deadlocks.
        processor_ms: Of an article, ours and Postgres': what a busy machine leaves as it is.
    """

    n_workers: int
    n_articles: int
    n_events: int
    n_split: int
    n_split_stories: int
    n_joined: int
    n_broken: int
    articles_per_s: float
    processor_ms: float


async def measure(n_articles: int, n_workers: int) -> AtOnce:
    """Place articles with so many workers, in a database of the run's own."""
    context = get_context("spawn")
    async with own_database() as (database, source_ids):
        loop = asyncio.get_running_loop()
        taken = context.Value("q", 0)
        with ProcessPoolExecutor(n_workers, context, initializer=_share, initargs=(taken,)) as pool:
            # Imports and reading come before the clock starts; each waits, so that each is asked.
            await asyncio.gather(*(loop.run_in_executor(pool, _prepare, 3.0) for _ in range(n_workers)))
            began, server_began_s = time.perf_counter(), await server_s(database)
            counting = asyncio.create_task(_count_terms(database))
            runs = (loop.run_in_executor(pool, _work, database.url, source_ids, n_articles) for _ in range(n_workers))
            found = await asyncio.gather(*runs)
            seconds = time.perf_counter() - began
            counting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await counting
        processors_s = await server_s(database) - server_began_s + sum(spent_s for _, spent_s in found)
        n_split, n_split_stories, n_joined = await _count(database)
    return AtOnce(
        n_workers=n_workers,
        n_articles=n_articles,
        n_events=n_articles // COPIES_OF_EACH,
        n_split=n_split,
        n_split_stories=n_split_stories,
        n_joined=n_joined,
        n_broken=sum(n_broken for n_broken, _ in found),
        articles_per_s=n_articles / seconds,
        processor_ms=1000 * processors_s / n_articles,
    )


def tell(n: int) -> tuple[Article, datetime]:
    """Return the nth article, the copies of an event next to one another; the first of them as it was written."""
    event, copy = divmod(n, COPIES_OF_EACH)
    chance = random.Random(event)
    language, title, sentences = chance.choice(_texts())
    sentences = list(sentences)
    pool = [text for text in _texts()[:500] if text[0] == language] or [(language, title, sentences)]
    while sum(len(sentence.split()) for sentence in sentences) < _LEAST_WORDS:
        sentences += chance.choice(pool)[2]
    other = chance.choice(pool)[2]
    sentences = [made_new(sentence, other, chance) for sentence in sentences]
    if copy:
        sentences = edited(sentences, random.Random(n))
    url = f"https://h{copy}.example/{event}"
    text = "\n\n".join(sentences)
    return Article(url=url, title=title, text=text, language=language, reader="bench"), _START + timedelta(
        seconds=n / 10
    )


@functools.cache
def _texts() -> list[tuple[str, str, list[str]]]:
    return [(language, title, SENTENCE.split(text)) for language, title, text in read_texts(DATA)]


_taken: Any = None
"""How many articles the workers took: whoever is free takes the next, so that neighbours are placed at one moment."""


def _share(taken: Any) -> None:
    global _taken
    _taken = taken


def _prepare(wait_s: float) -> None:
    _texts()
    time.sleep(wait_s)


def _work(url: str, source_ids: list[int], n_articles: int) -> tuple[int, float]:
    """Place articles while there are any; return how many transactions broke, and seconds of the processor."""
    began = time.process_time()
    n_broken = asyncio.run(_place_all(url, source_ids, n_articles))
    return n_broken, time.process_time() - began


async def _place_all(url: str, source_ids: list[int], n_articles: int) -> int:
    n_broken = 0
    config = StoreConfig(home=Path(tempfile.gettempdir()), database_url=url)
    async with open_database(config, migrate=False) as database:
        while True:
            async with database.connection() as conn:
                for _ in range(_BATCH):
                    with _taken.get_lock():
                        n, _taken.value = _taken.value, _taken.value + 1
                    if n >= n_articles:
                        return n_broken
                    # What broke is tried again, as a visit does.
                    while not await _add(conn, n, source_ids[n % len(source_ids)]):
                        n_broken += 1


async def _add(conn: Any, n: int, source_id: int) -> bool:
    article, at = tell(n)
    try:
        async with conn.transaction():
            article_id, _ = await articles.add_article(conn, article, source_id=source_id, fetched_at=at)
            await place(conn, article_id, article, source_id=source_id, fetched_at=at)
    except Exception as error:  # noqa: BLE001 whatever broke is counted, and told
        print(f"broken: {type(error).__name__}: {error}", file=sys.stderr)
        return False
    return True


async def _count_terms(database: Database) -> None:
    while True:
        await asyncio.sleep(_COUNTED_EACH_S)
        async with database.connection() as conn:
            await tidying.count_terms(conn, *await tidying.find_uncounted(conn))


async def _count(database: Database) -> tuple[int, int, int]:
    async with database.connection() as conn:
        cursor = await conn.execute(
            "WITH told AS ("
            " SELECT group_id, story_id, split_part(url, '/', 4) AS event"
            " FROM article_story JOIN article ON article.id = article_id)"
            " SELECT count(*) FILTER (WHERE n_groups > 1) AS split, count(*) FILTER (WHERE n_stories > 1) AS stories,"
            " (SELECT count(*) FROM (SELECT FROM told GROUP BY group_id HAVING count(DISTINCT event) > 1) AS mixed)"
            " AS joined"
            " FROM (SELECT count(DISTINCT group_id) AS n_groups, count(DISTINCT story_id) AS n_stories"
            " FROM told GROUP BY event) AS event"
        )
        row = await cursor.fetchone()
    assert row is not None
    return row["split"], row["stories"], row["joined"]


def main() -> None:
    """Measure with each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=N_ARTICLES)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--json", action="store_true", dest="as_json", help="a line of JSON a run")
    chosen = parser.parse_args()
    if not read_texts(DATA):
        sys.exit(f"bench: {DATA}: has no texts")
    for n_workers in chosen.workers:
        run = asyncio.run(measure(chosen.articles, n_workers))
        if chosen.as_json:
            print(json.dumps(asdict(run)), flush=True)
            continue
        print(
            f"{run.n_workers} workers, {run.n_articles:,} articles: {run.n_split} of {run.n_events:,} events split, "
            f"{run.n_split_stories} in two stories, {run.n_joined} groups of several events, "
            f"{run.n_broken} transactions broken, {run.articles_per_s:.0f}/s, "
            f"processors {run.processor_ms:.1f} ms an article",
            flush=True,
        )


if __name__ == "__main__":
    main()
