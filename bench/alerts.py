"""Alerts: do they speak of articles and of nothing else, once a story, and how soon.

    python -m bench.alerts [--pages N] [--data DIR] [--json]

Three parts, each through the whole pipeline, with a database and a newsroom of its own:

- Real pages (`bench.real_pages`), those with a full reference text. 50 watches on words that stand only in menus, links
  and teasers of the pages, never in a text, a title or a description: no alert. 50 watches on words of the texts: whom
  they should find is said by the same query asked of the labelled texts, so that only reading is judged.
- Ten copies of each of 20 texts on ten sites: alerts a story.
- Four sites that publish now and then: time from publishing to the alert, against the interval of the feeds' checks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.alert_counts import ADD_LABEL, COUNT_BESIDE, COUNT_EXPECTED, COUNT_RIGHT, COUNT_TOLD, NOTE_BESIDE
from bench.alert_stage import follow, opened, recompiling, value
from bench.alert_words import LabelledPage, boilerplate_words, own_text, read_labels, text_words
from bench.grouping_texts import data_folder as texts_folder
from bench.grouping_texts import read_pool
from bench.labelled import data_folder
from bench.real_pages import read_pages, sites_of
from news.watches import Watch
from newsroom.server import Newsroom
from newsroom.site import FeedFormat, Piece, Site
from scheduler.cadence import Limits
from scheduler.config import SchedulerConfig
from scheduler.jobs.watches import recompile
from scheduler.kit import Kit
from scheduler.round import run_round
from store import watches

N_WORDS = 50
N_STORIES, N_COPIES = 20, 10
INTERVAL_S = 10.0
N_PUBLISHED = 24
SEED = 11

LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What is printed of the real pages.

    Attributes:
        n_read: Pages of which there is an article.
        boilerplate_watches: On words that stand beside articles and in no form within any: 50, where there are so many.
        boilerplate_alerts: Of these.
        precision, recall: Of the alerts of 50 watches on words of the texts; each article is told.
        n_expected: Articles whose labelled text they match.
    """

    n_pages: int
    n_read: int
    boilerplate_watches: int
    boilerplate_alerts: int
    precision: float
    recall: float
    n_expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What is printed of copies and of time.

    Attributes:
        alerts_per_story: Of stories with ten copies each, a watch.
        delay_p50_s, delay_p95_s: From publishing to the alert; feeds are asked each `interval_s`.
    """

    alerts_per_story: float
    n_stories_told: int
    interval_s: float
    delay_p50_s: float
    delay_p95_s: float


async def measure(data: Path, n_pages: int) -> dict[str, float]:
    """Run the three parts; return what `--json` prints."""
    quality = await _quality(data / "extraction", n_pages)
    per_story, n_told = await _copies()
    delays = sorted(await _delays())
    speed = Speed(
        alerts_per_story=per_story,
        n_stories_told=n_told,
        interval_s=INTERVAL_S,
        delay_p50_s=round(median(delays), 2),
        delay_p95_s=round(delays[int(0.95 * (len(delays) - 1))], 2),
    )
    return asdict(quality) | asdict(speed)


async def _quality(folder: Path, n_pages: int) -> Quality:
    pages = read_labels(folder, read_pages(folder))
    random.Random(SEED).shuffle(pages)
    pages = pages[:n_pages]
    # Of many another form stands in a text: these are left out when the texts are known to the database.
    beside = boilerplate_words(pages, 8 * N_WORDS, SEED)
    spoken = text_words(pages, N_WORDS, SEED)
    sites = sites_of([one.page for one in pages])
    async with opened(sites) as (kit, room):
        for name, words in (("beside", beside), ("text", spoken)):
            await _watch_words(kit, name, words)
        await follow(kit, room, [site.name for site in sites])
        async with recompiling(kit):
            await run_round(kit)
        kit.stopping.clear()
        for _ in range(2):
            await recompile(kit)
        await _note_labels(kit, pages, room)
        async with kit.database.connection(timeout_s=600) as conn:
            await conn.execute(NOTE_BESIDE)
        n_watches = await value(kit, "SELECT count(*) FROM bench_beside")
        n_beside = await value(kit, COUNT_BESIDE)
        told = await value(kit, COUNT_TOLD)
        expected = await value(kit, COUNT_EXPECTED)
        right = await value(kit, COUNT_RIGHT)
        n_read = await value(kit, "SELECT count(*) FROM bench_label WHERE article_id IS NOT NULL")
    return Quality(
        n_pages=len(pages),
        n_read=n_read,
        boilerplate_watches=n_watches,
        boilerplate_alerts=n_beside,
        precision=round(right / max(told, 1), 4),
        recall=round(right / max(expected, 1), 4),
        n_expected=expected,
    )


async def _note_labels(kit: Kit, pages: Sequence[LabelledPage], room: Newsroom) -> None:
    async with kit.database.connection(timeout_s=600) as conn, conn.transaction():
        await conn.execute("CREATE TABLE bench_label (url text, article_id bigint, search tsvector, own tsvector)")
        for one in pages:
            params = {
                "url": room.url(one.page.site, one.page.path),
                "language": one.page.language,
                "title": one.page.title,
                "text": one.text,
                "own": own_text(one.page),
            }
            await conn.execute(ADD_LABEL, params)


async def _watch_words(kit: Kit, name: str, words: Sequence[str]) -> None:
    async with kit.database.connection(timeout_s=600) as conn, conn.transaction():
        for word in words:
            # Languages are those that the archive will hold: compiled again when it does.
            watch = Watch(name=f"{name} {word}", query=word, each_article=True)
            await watches.add_watch(conn, watch, now=kit.clock.now(), baseline_at=LONG_AGO)


async def _copies() -> tuple[float, int]:
    """Return alerts a story of stories with ten copies each, and how many were told."""
    pool = [text for text in read_pool(texts_folder()) if text.language == "en" and len(text.text) > 800][:N_STORIES]
    now = datetime.now(UTC)
    made = [
        Site(
            f"copy{n}",
            format=FeedFormat.RSS,
            pieces=tuple(
                Piece(
                    path=f"/news/{at}-story",
                    title=f"{text.title} ({n})" if n % 3 else text.title,
                    text=f"CITY {n} (Agency {n}) - {text.text}" if n % 2 else text.text,
                    summary=text.title,
                    published_at=now - timedelta(minutes=at),
                )
                for at, text in enumerate(pool)
            ),
        )
        for n in range(N_COPIES)
    ]
    async with opened(made) as (kit, room):
        async with kit.database.connection() as conn, conn.transaction():
            for at, text in enumerate(pool):
                word = max((word for word in text.text.split() if word.isalpha()), key=len)
                watch = Watch(name=f"story {at}", query=f"{word} lang:en")
                await watches.add_watch(conn, watch, now=now, baseline_at=LONG_AGO)
        await follow(kit, room, [site.name for site in made])
        await run_round(kit)
        n_alerts = await value(kit, "SELECT count(*) FROM alert WHERE NOT silent")
        pairs = await value(
            kit,
            """
            SELECT count(DISTINCT (watch_query.watch_id, article_story.story_id))
            FROM article JOIN article_story ON article_story.article_id = article.id
            JOIN watch_query ON article.search @@ watch_query.words
            """,
        )
    return round(n_alerts / max(pairs, 1), 4), pairs


async def _delays() -> list[float]:
    """Return the seconds from publishing to the alert, of pieces published at chance moments."""
    chance = random.Random(SEED)
    pool = [text for text in read_pool(texts_folder()) if text.language == "en" and len(text.text) > 800]
    made = [Site(f"tick{n}", format=FeedFormat.RSS) for n in range(4)]
    config = SchedulerConfig(limits=Limits(shortest_s=INTERVAL_S, longest_s=INTERVAL_S, unknown_s=INTERVAL_S))
    published: dict[str, datetime] = {}
    async with opened(made, config) as (kit, room):
        await follow(kit, room, [site.name for site in made])
        async with kit.database.connection() as conn, conn.transaction():
            watch = Watch(name="all", query="zzyzxmark", each_article=True)
            await watches.add_watch(conn, watch, now=kit.clock.now(), baseline_at=LONG_AGO)
        moments = sorted(chance.uniform(2, 60) for _ in range(N_PUBLISHED))
        began = last = time.monotonic()
        while len(published) < N_PUBLISHED or time.monotonic() - last < 4 * INTERVAL_S:
            kit.stopping.clear()
            while moments and time.monotonic() - began >= moments[0]:
                moments.pop(0)
                last = time.monotonic()
                number = len(published)
                text = pool[number]
                title = f"{text.title} {number}"
                # Within a sentence: a line that several pages of a site repeat is furniture.
                words = text.text.split()
                piece = Piece(
                    path=f"/news/{number}-piece",
                    title=title,
                    text=" ".join([*words[:30], "zzyzxmark", *words[30:]]),
                    summary=text.title,
                    published_at=datetime.now(UTC),
                )
                room.publish(made[number % 4].name, piece)
                published[f"/news/{number}-piece"] = kit.clock.now()
            await run_round(kit)
        async with kit.database.connection() as conn:
            rows = await (
                await conn.execute(
                    "SELECT article.url, alert.created_at FROM alert JOIN article ON article.id = article_id"
                )
            ).fetchall()
    found = {"/news/" + row["url"].rpartition("/news/")[2]: row["created_at"] for row in rows}
    lost = published.keys() - found.keys()
    if lost:
        raise SystemExit(f"bench.alerts: no alert for {len(lost)} of {len(published)} pieces: {sorted(lost)[:3]}")
    return [(found[path] - at).total_seconds() for path, at in published.items()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.alerts", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=600, help="real pages (600)")
    parser.add_argument("--data", type=Path, default=data_folder(), help="the folder of corpora")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    figures = asyncio.run(measure(given.data, given.pages))
    if given.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    table = Table(show_header=False)
    for name, number in figures.items():
        table.add_row(name, f"{number:,}")
    Console().print(table)


if __name__ == "__main__":
    main()
