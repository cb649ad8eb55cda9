"""Percolation: milliseconds an article takes to find the watches it matches, against asking every watch.

    python -m bench.percolation [--watches N] [--articles N] [--data DIR] [--json]

Texts are those of `../shared/data/grouping`, in seven languages: a part is the archive in which words are counted, the
other arrives. Watches ask for words of these texts, as names and topics do: such as stand in two texts to 1 % of them,
single, in pairs and triples of one text, as phrases, alternatives, denials, beginnings, in a title, and some in a
language alone. They go through the compiler as a user's do. Every article asks in three ways on one connection, without
parallel workers: by anchors; every watch; and every watch with its document unpacked once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.grouping_texts import Text, data_folder, read_pool
from news.model import Article
from news.watches import Watch
from store import articles, percolation, watches
from store.config import StoreConfig
from store.database import Database, open_database
from store.percolation import Way, find_matches
from store.rows import Connection

SEED = 5
N_ARCHIVE = 6_000
A_TURN = 500
MOST_SHARE = 0.01
"""What stands in more texts than this is no name and no topic, and nobody watches it alone."""

_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is printed.

    Attributes:
        naive_ms_per_article: Asking every watch, `search @@ words`.
        unpacked_ms_per_article: The same with the document unpacked once instead of for each comparison.
        ratio: Of the naive way to ours.
        identical: Whether all ways found the same watches for every article.
        n_unanchored: Watches that every article is asked about.
    """

    n_watches: int
    n_articles: int
    ms_per_article: float
    p95_ms: float
    naive_ms_per_article: float
    unpacked_ms_per_article: float
    ratio: float
    identical: bool
    matches_per_article: float
    n_unanchored: int
    compile_ms_per_watch: float


async def measure(data: Path, n_watches: int, n_articles: int) -> Figures:
    """Make watches and articles, and let each article find its watches both ways."""
    pool = read_pool(data)
    random.Random(SEED).shuffle(pool)
    if len(pool) < n_articles + 200:
        raise SystemExit(f"bench.percolation: {data}: no texts to make articles of")
    arriving, archive = pool[:n_articles], pool[n_articles : n_articles + N_ARCHIVE]
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as home:
        async with open_database(StoreConfig(home=Path(home), statement_timeout_s=3600)) as database:
            await _store(database, archive, "old")
            ids = await _store(database, arriving, "new")
            async with database.connection(timeout_s=3600) as conn, conn.transaction():
                await percolation.count_lexemes(conn)
            began = time.perf_counter()
            await _watch(database, _queries([*archive, *arriving], n_watches))
            compiled_s = time.perf_counter() - began
            async with database.connection(timeout_s=36_000) as conn:
                await conn.execute("SET max_parallel_workers_per_gather = 0")
                await conn.execute("SET jit = off")
                return await _compare(conn, ids, n_watches, compiled_s)


async def _compare(conn: Connection, ids: Sequence[int], n_watches: int, compiled_s: float) -> Figures:
    for article_id in ids[:5]:
        await find_matches(conn, article_id)
    times: dict[Way, list[float]] = {way: [] for way in Way}
    n_matches, identical = 0, True
    for article_id in track(ids, "asking", console=Console(stderr=True)):
        answers = []
        for way, taken in times.items():
            began = time.perf_counter()
            answers.append(await find_matches(conn, article_id, way=way))
            taken.append(1000 * (time.perf_counter() - began))
        identical = identical and answers[0] == answers[1] == answers[2]
        n_matches += len(answers[0])
    cursor = await conn.execute("SELECT count(*) AS n FROM watch_anchor WHERE lexeme = ''")
    row = await cursor.fetchone()
    quick, slow, unpacked = times[Way.ANCHORS], times[Way.NAIVE], times[Way.UNPACKED]
    return Figures(
        n_watches=n_watches,
        n_articles=len(ids),
        ms_per_article=round(mean(quick), 2),
        p95_ms=round(sorted(quick)[int(0.95 * (len(quick) - 1))], 2),
        naive_ms_per_article=round(mean(slow), 2),
        unpacked_ms_per_article=round(mean(unpacked), 2),
        ratio=round(mean(slow) / mean(quick), 1),
        identical=identical,
        matches_per_article=round(n_matches / len(ids), 1),
        n_unanchored=row["n"] if row else 0,
        compile_ms_per_watch=round(1000 * compiled_s / n_watches, 2),
    )


async def _store(database: Database, texts: Sequence[Text], host: str) -> list[int]:
    now = datetime.now(UTC)
    ids = []
    async with database.connection(timeout_s=3600) as conn, conn.transaction():
        for n, text in enumerate(texts):
            article = Article(
                url=f"https://{host}.example/{n}",
                title=text.title,
                text=text.text,
                language=text.language,
                reader="bench",
            )
            article_id, _ = await articles.add_article(
                conn, article, source_id=None, fetched_at=now - timedelta(minutes=n)
            )
            ids.append(article_id)
    async with database.connection(timeout_s=3600) as conn:
        await conn.execute("VACUUM ANALYZE article")
    return ids


async def _watch(database: Database, queries: Sequence[str]) -> None:
    now = datetime.now(UTC)
    turns = range(0, len(queries), A_TURN)
    async with database.connection(timeout_s=36_000) as conn:
        for start in track(turns, "compiling watches", console=Console(stderr=True)):
            async with conn.transaction():
                for n, query in enumerate(queries[start : start + A_TURN], start):
                    await watches.add_watch(conn, Watch(name=f"watch {n}", query=query), now=now)
        await conn.execute("VACUUM ANALYZE")


def _queries(texts: Sequence[Text], n_watches: int) -> list[str]:
    """Return queries of words that stand in the texts, of each kind its share."""
    chance = random.Random(SEED)
    words = [sorted(set(_WORD.findall(text.text))) for text in texts]
    counts = Counter(word.lower() for found in words for word in found)
    known = {word for word, n in counts.items() if 2 <= n <= MOST_SHARE * len(texts)}
    words = [[word for word in found if word.lower() in known] for found in words]
    vocabulary = sorted(known)

    def near() -> list[str]:
        """Words of one text: what a person puts together belongs together."""
        while True:
            found = chance.choice(words)
            if len(found) >= 3:
                return found

    def single() -> str:
        return str(chance.choice(vocabulary))

    def phrase() -> str:
        while True:
            text = chance.choice(texts).text.split()
            start = chance.randrange(max(1, len(text) - 2))
            pair = [word for word in text[start : start + 2] if word.lower() in known]
            if len(pair) == 2:
                return f'"{pair[0]} {pair[1]}"'

    kinds: list[tuple[int, Callable[[], str]]] = [
        (25, single),
        (25, lambda: " AND ".join(chance.sample(near(), 2))),
        (12, lambda: " ".join(chance.sample(near(), 3))),
        (10, phrase),
        (8, lambda: f"{single()} OR {single()} OR {single()}"),
        (6, lambda: f"{chance.choice(near())} {single()} -{single()}"),
        (5, lambda: f"{single()[:5]}*"),
        (5, lambda: f"({single()} OR {single()}) {chance.choice(near())}"),
        (2, lambda: f"title:{single()}"),
        (2, lambda: f"{single()} lang:{chance.choice(texts).language}"),
    ]
    drawn: list[str] = []
    while len(drawn) < n_watches:
        (make,) = chance.choices([make for _, make in kinds], [share for share, _ in kinds])
        drawn.append(make())
    return drawn


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.percolation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--watches", type=int, default=10_000, help="watches (10,000)")
    parser.add_argument("--articles", type=int, default=100, help="articles that arrive (100)")
    parser.add_argument("--data", type=Path, default=data_folder(), help="the labelled texts")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    figures = asyncio.run(measure(given.data, given.watches, given.articles))
    if given.json:
        sys.stdout.write(json.dumps(asdict(figures), indent=2) + "\n")
        return
    table = Table(show_header=False)
    for name, value in asdict(figures).items():
        table.add_row(name, f"{value:,}" if not isinstance(value, bool) else str(value))
    Console().print(table)


if __name__ == "__main__":
    main()
