"""How fast articles are placed, end to end in Postgres, and how many bytes they leave; neither grows with the store.

Each article is stored and placed in a transaction of its own, as a page is, on an embedded Postgres of the run's own.
The texts are real ones, recombined: sentences of two articles, each fourth word another, so that any number of new
articles can be had, three in ten a copy of one of the last thousand (the same, cut, wrapped or edited).
`python -m bench.grouping_speed 10000 …` goes on to so many and prints a line each; `python -m bench.grouping` takes
`articles_per_s` of a short run.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from bench import processes
from news.model import Article
from scheduler.jobs.stories import place
from store import articles, sources, tidying
from store.config import StoreConfig
from store.database import Database, open_database

DATA = Path(__file__).parents[2] / "shared" / "data" / "grouping"
FILES = ("posts_ru.jsonl", "day_ru.jsonl", "day_en.jsonl", "press_uk.jsonl", "newswire_en.jsonl")

N_SHORT = 2000
N_WARM = 300
_BATCH, _BATCH_S = 500, 600.0
_COPIES, _LAST = 0.3, 1000
_A_DAY = 1_000_000
"""Articles: how the stream's clock goes."""

SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """A run, or a part of one.

    Attributes:
        n_articles: Stored so far.
        articles_per_s: Of the last part, stored and placed, on one connection.
        store_ms, place_ms: Of an article, on the average: storing alone, placing alone.
        client_ms, server_ms: The same of the processors' time, ours and Postgres': what is left on a busy machine.
        fingerprint_bytes: Of an article placed so far, table and index.
        line_bytes, group_bytes, text_hash_bytes: The same of lines of sources, of placements with groups, of texts.
        n_fingerprints: Of an article, on the average.
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


def read_texts(data: Path) -> list[tuple[str, str, str]]:
    """Return language, title and text of the folder's articles of more than thirty words."""
    found = []
    for file in (data / name for name in FILES):
        if not file.exists():
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            text = row.get("text") or ""
            if len(text.split()) > 30:
                language = row.get("lang") or row.get("language") or ("en" if "_en" in file.name else "ru")
                found.append((language[:2], row.get("title") or text.split("\n")[0][:90], text))
    return found


def stream(texts: Sequence[tuple[str, str, str]], seed: int = 1) -> Iterator[tuple[Article, int, datetime]]:
    """Yield articles without end, each with the number of its source and when it was fetched."""
    chance = random.Random(seed)
    by_language: dict[str, list[tuple[str, list[str]]]] = {}
    for language, title, text in texts:
        by_language.setdefault(language, []).append((title, SENTENCE.split(text)))
    languages = list(by_language)
    weights = [len(by_language[language]) for language in languages]
    last: list[tuple[str, str, list[str]]] = []
    # Not around midnight, when fingerprints are taken on both days.
    at = datetime(2026, 1, 1, 6, tzinfo=UTC)
    n = 0
    while True:
        at += timedelta(days=1 / _A_DAY)
        if last and chance.random() < _COPIES:
            language, title, sentences = chance.choice(last)
            sentences = edited(sentences, chance)
        else:
            [language] = chance.choices(languages, weights)
            (title, one), (_, other) = chance.choices(by_language[language], k=2)
            sentences = [made_new(s, other, chance) for s in (*one, *other) if chance.random() < 0.5]
            chance.shuffle(sentences)
            last = [*last[-_LAST:], (language, title, sentences)]
        text = "\n\n".join(" ".join(sentences[k : k + 3]) for k in range(0, len(sentences), 3))
        yield (
            Article(url=f"https://h{n % 2000}.example/{n}", title=title, text=text, language=language, reader="b"),
            n,
            at,
        )
        n += 1


async def run(texts: Sequence[tuple[str, str, str]], steps: Sequence[int], seed: int = 1) -> list[Speed]:
    """Store and place articles up to each of some numbers, and return what each part took."""
    told = stream(texts, seed)
    found: list[Speed] = []
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(StoreConfig(home=Path(folder))) as database:
            async with database.connection() as conn:
                source_ids = [
                    (await sources.add_source(conn, name=f"s{n}", url=f"https://s{n}.example/"))[0].id
                    for n in range(200)
                ]
            n = 0
            for step in sorted({N_WARM, *steps}):
                began, n_before = time.perf_counter(), n
                spent = Spent(server_s=await server_s(database))
                while n < step:
                    batch = [next(told) for _ in range(min(_BATCH, step - n))]
                    async with database.connection(timeout_s=_BATCH_S) as conn:
                        for article, number, at in batch:
                            await _add(conn, article, source_ids[number % len(source_ids)], at, spent)
                    n += len(batch)
                    await _tidy(database)
                if step in steps:
                    found.append(await _speed(database, n, n - n_before, time.perf_counter() - began, spent))
                    print(_told(found[-1]), file=sys.stderr, flush=True)
    return found


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
    async with database.connection() as conn:
        n_fingerprints = await _one(conn, "SELECT count(*) FROM fingerprint")
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
        client_ms=1000 * (time.process_time() - spent.client_s) / n_part,
        server_ms=1000 * (await server_s(database) - spent.server_s) / n_part,
        n_fingerprints=n_fingerprints / n,
        fingerprint_bytes=sizes["fingerprint"] // n,
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


def made_new(sentence: str, others: Sequence[str], chance: random.Random) -> str:
    """Return a sentence with each fourth word from another text: else the hundredth article would repeat the first."""
    words, pool = sentence.split(" "), " ".join(others).split(" ")
    for at in range(chance.randrange(4), len(words), 4):
        words[at] = chance.choice(pool)
    return " ".join(words)


def edited(sentences: list[str], chance: random.Random) -> list[str]:
    """Return a copy of a text: the same, cut, wrapped, or with some words left out."""
    kind = chance.randrange(4)
    if kind == 1 and len(sentences) > 3:
        return _first(sentences, 2 / 3)
    if kind == 2:
        return ["From our own desk.", *sentences, "Read more on our pages."]
    if kind == 3:
        return [" ".join(w for w in sentence.split(" ") if chance.random() > 0.03) for sentence in sentences]
    return sentences


def _first(sentences: Sequence[str], share: float) -> list[str]:
    """Return the first sentences, so many that they hold a share of the words."""
    n_words = [len(sentence.split()) for sentence in sentences]
    return [
        s for s, before in zip(sentences, accumulate(n_words, initial=0), strict=False) if before < share * sum(n_words)
    ]


def _told(speed: Speed) -> str:
    return (
        f"{speed.n_articles:>9,} articles: {speed.articles_per_s:6.0f}/s, storing {speed.store_ms:.1f} ms, placing "
        f"{speed.place_ms:.1f} ms, processors {speed.client_ms:.1f} + {speed.server_ms:.1f} ms; "
        f"{speed.n_fingerprints:.0f} fingerprints kept, {speed.fingerprint_bytes:,} B; lines {speed.line_bytes:,} B; "
        f"placement and group {speed.group_bytes:,} B; text hash {speed.text_hash_bytes:,} B"
    )


def main() -> None:
    """Measure up to the numbers that are given, or a short run."""
    steps = [int(word) for word in sys.argv[1:]] or [N_SHORT]
    texts = read_texts(DATA)
    if not texts:
        sys.exit(f"bench: {DATA}: has no texts")
    asyncio.run(run(texts, steps))


if __name__ == "__main__":
    main()
