"""Search at a million articles: milliseconds by kind of query, and how many forms of a word it finds.

    python -m bench.search [--articles N] [--data DIR] [--home DIR] [--json]

The articles are recombined by the database from sentences of the real texts in `../shared/data/grouping`, in seven
languages, over a year; 1,000,000 take some half an hour to make: `--home` keeps them, and asks them again. Each query
goes through `store.search` as a user's does, snippets and all, with a warm cache; one that search gives up after five
seconds counts as long, and is counted apart. Recall is measured on forms of words of languages with and without a
stemmer, written here: of the forms that a document may have, the share that the other forms find; those by which
`news.endings` was tuned, and others.
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
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.grouping_texts import Text, data_folder, read_pool
from bench.search_forms import FORMS, OTHER_FORMS, Forms
from news.errors import SearchTimeoutError
from store.config import StoreConfig
from store.database import Database, open_database
from store.query_sql import compile_query
from store.rows import Connection
from store.search import TIMEOUT_S, Order, search

BATCH = 5_000
SENTENCES = 14
N_QUERIES = 40
SEED = 7

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W\d_]{4,}")

_MAKE = """
INSERT INTO article (
    url_key, url, title, text, text_origin, language, authors, tags, reader, published_at, fetched_at
)
SELECT
    sha256(n::text::bytea), 'https://outlet-' || n %% 2000 || '.example/' || n, title.text, body.text, 'page',
    spoken.language, ARRAY['Ann Author' || n %% 20000], ARRAY['topic ' || n %% 500], 'bench', made.at, made.at
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
CROSS JOIN LATERAL (SELECT now() - (abs(hashint8(n)) %% 31536000) * interval '1 second' AS at) made
CROSS JOIN LATERAL (
    SELECT language, n_sentences FROM bench_language WHERE place = abs(hashint8(n + 1)) %% %(n_languages)s
) spoken
CROSS JOIN LATERAL (
    SELECT left(text, 120) AS text FROM bench_sentence
    WHERE language = spoken.language AND place = abs(hashint8(n + 2)) %% spoken.n_sentences
) title
CROSS JOIN LATERAL (
    SELECT string_agg(bench_sentence.text, ' ') AS text
    FROM generate_series(1, %(n_sentences)s) k
    JOIN bench_sentence
        ON language = spoken.language AND place = abs(hashint8extended(n, k)) %% spoken.n_sentences
) body
"""


async def measure(data: Path, n_articles: int, home: Path) -> dict[str, Any]:
    """Make the archive where it is not there yet, ask it, and return what `--json` prints."""
    pool = read_pool(data)
    if not pool:
        raise SystemExit(f"bench.search: {data}: no texts to make articles of")
    async with open_database(StoreConfig(home=home, statement_timeout_s=3600)) as database:
        began = time.perf_counter()
        await _make(database, pool, n_articles)
        made_s = time.perf_counter() - began
        async with database.connection(timeout_s=3600) as conn:
            times = {kind: await _time(conn, asked) for kind, asked in _queries(pool).items()}
            recall, other = await _recall(conn, FORMS), await _recall(conn, OTHER_FORMS)
    return {
        "n_articles": n_articles,
        "made_s": round(made_s, 1),
        "p50_ms": {kind: round(median(ms), 1) for kind, ms in times.items()},
        "p95_ms": {kind: round(sorted(ms)[int(0.95 * (len(ms) - 1))], 1) for kind, ms in times.items()},
        "n_given_up": {kind: n for kind, ms in times.items() if (n := sum(one > 1000 * TIMEOUT_S for one in ms))},
        "recall_of_forms": recall,
        "recall_of_other_forms": other,
    }


async def _make(database: Database, pool: Sequence[Text], n_articles: int) -> None:
    sentences: defaultdict[str, list[str]] = defaultdict(list)
    for text in pool:
        sentences[text.language] += [one for one in _SENTENCE.split(" ".join(text.text.split())) if 20 < len(one) < 600]
    async with database.connection(timeout_s=3600) as conn:
        cursor = await conn.execute("SELECT coalesce(max(id), 0) AS n FROM article WHERE reader = 'bench'")
        if (await _one(cursor))["n"] >= n_articles:
            return
        await conn.execute(
            "CREATE TABLE bench_sentence (language text, place int, text text, PRIMARY KEY (language, place))"
        )
        await conn.execute("CREATE TABLE bench_language (place int PRIMARY KEY, language text, n_sentences int)")
        for place, (language, own) in enumerate(sentences.items()):
            await conn.execute("INSERT INTO bench_language VALUES (%s, %s, %s)", (place, language, len(own)))
            await conn.execute(
                "INSERT INTO bench_sentence"
                " SELECT %s, place - 1, text FROM unnest(%s::text[]) WITH ORDINALITY s (text, place)",
                (language, own),
            )
        await conn.execute("ANALYZE bench_sentence")
    numbers = list(range(1, n_articles + 1, BATCH))

    async def work(mine: Sequence[int]) -> None:
        async with database.connection(timeout_s=7200) as conn:
            for first in mine:
                last = min(first + BATCH - 1, n_articles)
                params = {"first": first, "last": last, "n_languages": len(sentences), "n_sentences": SENTENCES}
                await conn.execute(_MAKE, params)

    shown = Console(stderr=True)
    for start in track(range(0, len(numbers), 20), "making articles", console=shown):
        part = numbers[start : start + 20]
        await asyncio.gather(work(part[::2]), work(part[1::2]))
    async with database.connection(timeout_s=3600) as conn:
        await conn.execute("VACUUM ANALYZE article")


def _queries(pool: Sequence[Text]) -> dict[str, list[Callable[[Connection], Any]]]:
    """Return what is asked: words by how many of the texts have them, drawn with a seed of their own."""
    chance = random.Random(SEED)
    counts: dict[str, Counter[str]] = {language: Counter() for language in ("en", "ru")}
    phrases: list[str] = []
    for text in pool:
        if text.language in counts:
            found = _WORD.findall(text.text.lower())
            counts[text.language].update(set(found))
            if len(found) > 40:
                start = text.text.split()
                place = chance.randrange(len(start) - 2)
                phrases.append(
                    '"' + " ".join(re.sub(r"\W+$|^\W+", "", word) for word in start[place : place + 2]) + '"'
                )
    ranked = {language: [word for word, _ in counted.most_common()] for language, counted in counts.items()}

    def words(language: str, low: int, high: int) -> str:
        return chance.choice(ranked[language][low : min(high, len(ranked[language]))])

    def times(make: Callable[[], str], **given: Any) -> list[Callable[[Connection], Any]]:
        return [partial(search, query=make(), **given) for _ in range(N_QUERIES)]

    week = datetime.now(UTC) - timedelta(days=7)
    both = ("en", "ru")
    return {
        "common word": times(lambda: words(chance.choice(both), 100, 300)),
        "word": times(lambda: words(chance.choice(both), 300, 3000)),
        "rare word": times(lambda: words(chance.choice(both), 8000, 20000)),
        "and": times(lambda: f"{words('en', 300, 2000)} {words('en', 300, 2000)}"),
        "or, not": times(lambda: f"({words('ru', 300, 2000)} OR {words('en', 300, 2000)}) -{words('ru', 300, 2000)}"),
        "two languages, no hit": times(lambda: f"{words('en', 100, 2000)} {words('ru', 100, 2000)}"),
        "no hit": times(lambda: f"{words('en', 300, 2000)} qqxxzz{chance.randrange(99)}"),
        "prefix": times(lambda: f"{words('en', 300, 3000)[:5]}*"),
        "field": times(lambda: f"site:outlet-{chance.randrange(2000)}.example"),
        "author or tag": times(
            lambda: f'author:author{chance.randrange(20000)} OR tag:"topic {chance.randrange(500)}"'
        ),
        "field, no hit": times(lambda: f"site:outlet-{chance.randrange(2000)}.invalid lang:en"),
        "title": times(lambda: f"title:{words('en', 300, 3000)}"),
        "word and field": times(
            lambda: f"{words('en', 300, 2000)} lang:en site:outlet-{chance.randrange(2000)}.example"
        ),
        "field and time": times(lambda: f"{words('ru', 300, 2000)} lang:ru since:30d"),
        "last week": times(lambda: words("en", 300, 2000), since=week),
        "phrase": times(lambda: chance.choice(phrases)),
        "near": times(lambda: f"{words('en', 300, 1000)} NEAR/3 {words('en', 300, 1000)}"),
        "best": times(lambda: f"{words('en', 300, 2000)} {words('en', 300, 2000)}", order=Order.BEST),
        "collapsed": times(lambda: words("ru", 300, 2000), collapse=True),
    }


async def _time(conn: Connection, asked: Sequence[Callable[[Connection], Any]]) -> list[float]:
    times = []
    for ask in (asked[0], *asked):
        began = time.perf_counter()
        with suppress(SearchTimeoutError):
            await ask(conn)
        times.append(1000 * (time.perf_counter() - began))
    return times[1:]


async def _recall(conn: Connection, known: Forms) -> dict[str, float]:
    """Return, by language, how many pairs of forms find each other, 0 to 1."""
    found = {}
    for language, paradigms in known.items():
        hits = n = 0
        await conn.execute(
            "INSERT INTO article (url_key, url, title, text, text_origin, language, reader, fetched_at)"
            " SELECT sha256(%s::text::bytea), 'https://forms.example/' || %s, NULL, 'x', 'page', %s, 'bench', now()"
            " ON CONFLICT DO NOTHING",
            (f"forms {language}", language, language),
        )
        for forms in paradigms:
            for asked in forms:
                words = (await compile_query(conn, asked)).words
                cursor = await conn.execute(
                    "SELECT count(*) AS n FROM unnest(%s::text[]) form"
                    " WHERE form <> %s AND fts_document(%s, NULL, form) @@ %s::tsquery",
                    (list(forms), asked, language, words),
                )
                hits, n = hits + (await _one(cursor))["n"], n + len(forms) - 1
        found[language] = round(hits / n, 3)
    return found


async def _one(cursor: Any) -> Any:
    row = await cursor.fetchone()
    assert row is not None, "a count has a row"
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--home", type=Path, help="keeps the archive there; asked again where it is there already")
    parser.add_argument("--json", action="store_true", dest="as_json")
    chosen = parser.parse_args()
    if chosen.articles < 1:
        sys.exit("bench.search: --articles: at least one")
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as home:
        figures = asyncio.run(measure(chosen.data, chosen.articles, chosen.home or Path(home)))
    if chosen.as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    table = Table("query", "p50 ms", "p95 ms")
    for kind, ms in figures["p50_ms"].items():
        table.add_row(kind, f"{ms:,}", f"{figures['p95_ms'][kind]:,}")
    forms = Table("language", "forms found by others", "of other words")
    for language, share in figures["recall_of_forms"].items():
        forms.add_row(language, f"{share:.2f}", f"{figures['recall_of_other_forms'][language]:.2f}")
    Console().print(f"{figures['n_articles']:,} articles, made in {figures['made_s']:,} s", table, forms)


if __name__ == "__main__":
    main()
