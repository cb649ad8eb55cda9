"""How fast articles are placed, end to end in Postgres, and how many bytes they leave; neither grows with the store.

Each article is stored and placed in a transaction of its own, as a page is, on an embedded Postgres of the run's own.
The texts are real ones, recombined: sentences of two articles, each fourth word another, so that any number of new
articles can be had, three in ten a copy of one of the last thousand (the same, cut, wrapped or edited).
`python -m bench.grouping_speed 10000 …` goes on to so many and prints a line each; `… --articles 1000000` places ten
thousand, clones them to a hundred thousand and to a million (`grouping_clones`), and places the next at each of these
sizes, in a quarter of an hour; `python -m bench.grouping` takes `articles_per_s` of a short run.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench import grouping_clones, processes
from bench.grouping_recombined import A_DAY, BEGIN, DATA, read_texts, stream
from news.model import Article
from scheduler.jobs.stories import place
from store import articles, sources, tidying
from store.config import StoreConfig
from store.database import Database, open_database

N_SHORT = 2000
N_WARM = 300
_BATCH, _BATCH_S, _CLONING_S = 500, 600.0, 7200.0
_BASE, _PROBE = 10_000, 1000
_TIMES = 10
"""Articles that are placed before any are cloned, and at each size after it, which is so many times the one before."""

_BULK = 200_000
"""So many are cloned without indexes, which are made anew; with fewer these grow as in life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """A run, or a part of one.

    Attributes:
        n_articles: Stored so far.
        articles_per_s: Of the last part, stored and placed, on one connection.
        store_ms, place_ms: Of an article, on the average: storing alone, placing alone.
        client_ms, server_ms: The same of the processors' time, ours and Postgres': what is left on a busy machine.
        fingerprint_bytes: Of an article of the days that are kept, table and index.
        line_bytes, group_bytes, text_hash_bytes: The same of lines of sources, of placements with groups, of texts.
        n_fingerprints: Of such an article, on the average: those that nobody had before.
    """

    n_articles: int
    articles_per_s: float
    store_ms: float
    place_ms: float
    client_ms: float
    server_ms: float
    n_fingerprints: float
    fingerprint_bytes: int
    line_bytes: int
    group_bytes: int
    text_hash_bytes: int


@dataclass(slots=True)
class Spent:
    """Seconds on storing and on placing, summed up; those of the processors when it began."""

    store_s: float = 0.0
    place_s: float = 0.0
    client_s: float = field(default_factory=time.process_time)
    server_s: float = 0.0


def measure(data: Path) -> dict[str, float | None]:
    """Return how many articles a second are stored and placed on one connection; None where the folder has no texts."""
    texts = read_texts(data)
    speed = asyncio.run(run(texts, [N_SHORT]))[-1] if texts else None
    return {"articles_per_s": round(speed.articles_per_s, 1) if speed else None}


async def run(texts: Sequence[tuple[str, str, str]], steps: Sequence[int], seed: int = 1) -> list[Speed]:
    """Store and place articles up to each of some numbers, and return what each part took."""
    told = stream(texts, seed)
    found: list[Speed] = []
    async with own_database() as (database, source_ids):
        n = 0
        for step in sorted({N_WARM, *steps}):
            speed = await _place(database, source_ids, told, n, step - n)
            n = step
            if step in steps:
                found.append(speed)
                print(_told(speed), file=sys.stderr, flush=True)
    return found


async def run_to(texts: Sequence[tuple[str, str, str]], n_articles: int, seed: int = 1) -> list[Speed]:
    """Place ten thousand articles, clone them up to a number, and return what placing the next took at each size."""
    told = stream(texts, seed)
    found: list[Speed] = []
    n, n_clones = _BASE, 0
    async with own_database() as (database, source_ids), database.connection(timeout_s=_CLONING_S) as conn:
        for table in ("article", "copy_group", "story"):
            await conn.execute(f"ALTER TABLE {table} ALTER COLUMN id RESTART WITH {2 * n_articles}")
        await conn.execute("UPDATE sweep_progress SET counted_to = %s", [2 * n_articles - 1])
        await _place(database, source_ids, told, 0, _BASE)
        await grouping_clones.keep_base(conn)
        while True:
            # Those that clones drove out of the caches come back first, as they are there in life.
            await _place(database, source_ids, told, n, _PROBE)
            found.append(await _place(database, source_ids, told, n, _PROBE))
            print(_told(found[-1]), file=sys.stderr, flush=True)
            if n >= n_articles:
                return found
            n = min(n * _TIMES, n_articles)
            began, last = time.perf_counter(), n // _BASE - 1
            await grouping_clones.clone(
                conn, n_clones + 1, last, apart=timedelta(days=_BASE / A_DAY), at=BEGIN, bulk=n > _BULK
            )
            n_clones = last
            print(f"cloned to {n:,} in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


@asynccontextmanager
async def own_database() -> AsyncIterator[tuple[Database, list[int]]]:
    """Give an embedded database of the run's own, and the ids of its sources."""
    with _open_folder() as folder:
        async with open_database(StoreConfig(home=folder)) as database:
            async with database.connection() as conn:
                added = [await sources.add_source(conn, name=f"s{n}", url=f"https://s{n}.example/") for n in range(200)]
            yield database, [source.id for source, _ in added]


@contextmanager
def _open_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        # Root's server runs as somebody else, who must get there: else its files would lie, and stay, elsewhere.
        Path(folder).chmod(0o711)
        yield Path(folder)


async def _place(
    database: Database, source_ids: Sequence[int], told: Iterator[tuple[Article, int, datetime]], n_there: int, n: int
) -> Speed:
    """Store and place the next articles of a stream."""
    began, spent = time.perf_counter(), Spent(server_s=await server_s(database))
    for done in range(0, n, _BATCH):
        batch = list(islice(told, min(_BATCH, n - done)))
        async with database.connection(timeout_s=_BATCH_S) as conn:
            for article, number, at in batch:
                await _add(conn, article, source_ids[number % len(source_ids)], at, spent)
        await _tidy(database)
    return await _speed(database, n_there + n, n, time.perf_counter() - began, spent)


async def _add(conn: Any, article: Article, source_id: int, at: datetime, spent: Spent) -> None:
    async with conn.transaction():
        began = time.perf_counter()
        article_id, _ = await articles.add_article(conn, article, source_id=source_id, fetched_at=at)
        stored = time.perf_counter()
        await place(conn, article_id, article, source_id=source_id, fetched_at=at)
        spent.store_s += stored - began
        spent.place_s += time.perf_counter() - stored


async def _tidy(database: Database) -> None:
    """Count terms as the sweep does each minute: how rare they are is part of the work."""
    async with database.connection() as conn:
        await tidying.count_terms(conn, *await tidying.find_uncounted(conn))


async def _speed(database: Database, n: int, n_part: int, seconds: float, spent: Spent) -> Speed:
    # Before anything is counted, which is no part of placing.
    client, server = time.process_time() - spent.client_s, await server_s(database) - spent.server_s
    async with database.connection() as conn:
        n_fingerprints = await _one(conn, "SELECT count(*) FROM fingerprint")
        n_kept = await _one(
            conn,
            "SELECT count(*) FROM article"
            " WHERE fetched_at >= (SELECT min(day) FROM fingerprint_day)::timestamp AT TIME ZONE 'UTC'",
        )
        sizes = {
            name: await _one(
                conn,
                "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class"
                " WHERE relkind = 'r' AND relname ~ %s",
                [pattern],
            )
            for name, pattern in (
                ("fingerprint", r"^fingerprint_\d+$"),
                ("line", r"^source_line_\d$"),
                ("group", "^(copy_group|placement)$"),
                ("text", "^known_text$"),
            )
        }
    return Speed(
        n_articles=n,
        articles_per_s=n_part / seconds,
        store_ms=1000 * spent.store_s / n_part,
        place_ms=1000 * spent.place_s / n_part,
        client_ms=1000 * client / n_part,
        server_ms=1000 * server / n_part,
        n_fingerprints=n_fingerprints / n_kept,
        fingerprint_bytes=sizes["fingerprint"] // n_kept,
        line_bytes=sizes["line"] // n,
        group_bytes=sizes["group"] // n,
        text_hash_bytes=sizes["text"] // n,
    )


async def server_s(database: Database) -> float:
    """Return the seconds of the processors that Postgres took since it started, those of processes that ended, too."""
    async with database.connection() as conn:
        pid = await _one(conn, "SELECT pg_backend_pid()")
    return processes.family_cpu_s(processes.parent(pid))


async def _one(conn: Any, query: str, values: Sequence[object] = ()) -> int:
    cursor = await conn.execute(query, values)
    row = await cursor.fetchone()
    return int(next(iter(row.values())))


def _told(speed: Speed) -> str:
    return (
        f"{speed.n_articles:>9,} articles: {speed.articles_per_s:6.0f}/s, storing {speed.store_ms:.1f} ms, placing "
        f"{speed.place_ms:.1f} ms, processors {speed.client_ms:.1f} + {speed.server_ms:.1f} ms; "
        f"{speed.n_fingerprints:.0f} fingerprints kept, {speed.fingerprint_bytes:,} B; lines {speed.line_bytes:,} B; "
        f"placement and group {speed.group_bytes:,} B; text hash {speed.text_hash_bytes:,} B"
    )


def main() -> None:
    """Measure up to the numbers that are given, or a short run."""
    parser = argparse.ArgumentParser(description="How fast articles are placed, and what they leave.")
    parser.add_argument("steps", nargs="*", type=int, default=[N_SHORT], help="articles, all placed one by one")
    parser.add_argument("--articles", type=int, help="ten thousand are placed and cloned to so many")
    arguments = parser.parse_args()
    texts = read_texts(DATA)
    if not texts:
        sys.exit(f"bench: {DATA}: has no texts")
    if not arguments.articles:
        asyncio.run(run(texts, arguments.steps))
        return
    first, *more = asyncio.run(run_to(texts, arguments.articles))
    for speed in more:
        print(
            f"{speed.n_articles:,} articles beside {first.n_articles:,}: "
            f"processors {(speed.client_ms + speed.server_ms) / (first.client_ms + first.server_ms):.2f}, ours "
            f"{speed.client_ms / first.client_ms:.2f}, Postgres' {speed.server_ms / first.server_ms:.2f}, placing "
            f"{speed.place_ms / first.place_ms:.2f}, storing {speed.store_ms / first.store_ms:.2f}"
        )


if __name__ == "__main__":
    main()
