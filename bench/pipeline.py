"""The whole pipeline on real pages: articles a second against the reader alone, overhead, 304s, memory.

    python -m bench.pipeline [--pages N] [--json]

The pages of the shared data are served as live sites by a process of its own; database, worker and parse children are
the real ones, pacing is off. The reader alone reads the same pages in the same children, one half before and one half
after the pipeline, so that a machine that slows down slows both.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import processes
from bench.memory import Memory, growth_mb, sample
from bench.real_pages import RealPage, extraction_folder, read_pages, real_pages_process
from crawler.config import CrawlerConfig
from news.model import FeedKind, FeedState, Page
from news.settings import Settings
from newsroom.process import NewsroomProcess
from scheduler.config import SchedulerConfig
from scheduler.kit import Kit, open_kit
from scheduler.parsing import ParsePool
from scheduler.queue import open_queue
from scheduler.readers import read_page
from scheduler.round import run_round
from store import feeds, sources
from store.config import StoreConfig
from store.embedded import EmbeddedPostgres

SETTINGS = Settings(
    {
        "WIREWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
        "WIREWATCH_RESOLVE": "*.localhost=127.0.0.1",
        "WIREWATCH_DELAY": "0",
    }
)
PAGES_A_SITE = 4
"""About 500 sites for all 2,000 pages."""
N_DUE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is printed. CPU in milliseconds, memory in MB with shared pages counted once.

    Attributes:
        overhead_ms_per_page: CPU of the worker process a page: all that is neither reader nor Postgres.
        postgres_ms_per_page: CPU of all Postgres processes a page.
        not_modified_ms: CPU of the worker process for a feed that answers 304, its visit included.
        rss_growth_mb_per_1000: Of the worker process, which lives for weeks, from the second run to the third.
        dispatch_pause_ms: Longest pause of the loop while 10,000 due hosts are put into the queue.
    """

    n_pages: int
    n_stored: int
    n_other: int
    articles_per_s: float
    reader_only_per_s: float
    ratio: float
    overhead_ms_per_page: float
    postgres_ms_per_page: float
    reader_ms_per_page: float
    not_modified_ms: float
    dispatch_pause_ms: float
    rss_mb_peak: float
    rss_growth_mb_per_1000: float


async def measure(folder: Path, n_pages: int | None) -> Figures:
    """Run the pipeline and the reader alone on the same pages."""
    n_sites = max(1, (n_pages or 2000) // PAGES_A_SITE)
    pages = read_pages(folder, n_pages=n_pages, n_sites=n_sites)
    config = SchedulerConfig()
    halves = pages[::2], pages[1::2]
    before_s = await _read_alone(halves[0], config)
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as home:
        store_config = StoreConfig(home=Path(home), database_url=os.environ.get("WIREWATCH_DATABASE_URL"))
        async with (
            real_pages_process(folder, n_pages=n_pages, n_sites=n_sites) as room,
            open_kit(store_config, CrawlerConfig.from_settings(SETTINGS), config) as kit,
        ):
            run = await _run_pipeline(kit, room, store_config)
            pause_ms = await _dispatch_pause_ms(kit)
    after_s = await _read_alone(halves[1], config)
    reader_only = len(pages) / (before_s + after_s)
    return Figures(
        n_pages=len(pages),
        n_stored=run.n_stored,
        n_other=run.n_fetched - run.n_stored,
        articles_per_s=round(run.n_fetched / run.wall_s, 1),
        reader_only_per_s=round(reader_only, 1),
        ratio=round(run.n_fetched / run.wall_s / reader_only, 3),
        overhead_ms_per_page=round(1000 * run.own_cpu_s / run.n_fetched, 2),
        postgres_ms_per_page=round(1000 * run.postgres_cpu_s / run.n_fetched, 2),
        reader_ms_per_page=round(1000 * run.children_cpu_s / run.n_fetched, 2),
        not_modified_ms=round(1000 * run.unchanged_cpu_s / max(run.n_unchanged, 1), 2),
        dispatch_pause_ms=round(pause_ms, 1),
        rss_mb_peak=round(max(memory.own_mb + memory.children_mb for lap in run.laps for memory in lap), 1),
        rss_growth_mb_per_1000=round(growth_mb(run.laps[1], run.laps[2]), 2),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    n_fetched: int
    n_stored: int
    wall_s: float
    own_cpu_s: float
    children_cpu_s: float
    postgres_cpu_s: float
    n_unchanged: int
    unchanged_cpu_s: float
    laps: list[list[Memory]]


async def _run_pipeline(kit: Kit, room: NewsroomProcess, config: StoreConfig) -> _Run:
    await _watch(kit, room)
    await _warm_up(kit.parse, kit.config)
    memory: list[Memory] = []
    children, postgres = processes.Cpu(lambda: _children(room.pid)), processes.Cpu(lambda: _servers(config))
    sampler = asyncio.create_task(sample(kit, lambda: _children(room.pid), memory, children.spent_s))
    own, began = time.process_time(), time.perf_counter()
    report = await run_round(kit)
    wall_s, own_cpu_s = time.perf_counter() - began, time.process_time() - own - sum(look.cost_s for look in memory)
    children_cpu_s, postgres_cpu_s, _ = children.spent_s(), postgres.spent_s(), sampler.cancel()
    if report.n_fetched == 0:
        raise SystemExit(f"nothing was fetched: {report}")
    laps = [memory, await _fetch_all_again(kit, room), await _fetch_all_again(kit, room)]
    kit.tally.clear()
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE feed SET next_check_at = now() WHERE state = 'active' AND etag IS NOT NULL")
        await conn.execute("UPDATE host SET next_visit_at = now() WHERE id IN (SELECT host_id FROM feed)")
    kit.stopping.clear()
    own = time.process_time()
    again = await run_round(kit)
    if again.n_fetched:
        raise SystemExit(f"known pages were fetched again: {again}")
    return _Run(
        n_fetched=report.n_fetched,
        n_stored=report.n_stored,
        wall_s=wall_s,
        own_cpu_s=own_cpu_s,
        children_cpu_s=children_cpu_s,
        postgres_cpu_s=postgres_cpu_s,
        n_unchanged=again.n_not_modified,
        unchanged_cpu_s=time.process_time() - own,
        laps=laps,
    )


async def _fetch_all_again(kit: Kit, room: NewsroomProcess) -> list[Memory]:
    """Forget the articles and fetch every page once more; return the memory on the way."""
    async with kit.database.connection() as conn, conn.transaction():
        await conn.execute("UPDATE entry SET state = 'pending', next_attempt_at = now(), article_id = NULL")
        await conn.execute("TRUNCATE story, copy_group, placement, known_text, fingerprint, source_line CASCADE")
        await conn.execute("DELETE FROM page")
        await conn.execute("DELETE FROM article")
        await conn.execute("UPDATE host SET next_visit_at = now()")
    kit.tally.clear()
    kit.stopping.clear()
    memory: list[Memory] = []
    sampler = asyncio.create_task(sample(kit, lambda: _children(room.pid), memory))
    await run_round(kit)
    sampler.cancel()
    return memory


async def _watch(kit: Kit, room: NewsroomProcess) -> None:
    """Store every site with its feed, as `source add` leaves them: finding feeds is not what is measured."""
    now = kit.clock.now()
    async with kit.database.connection() as conn, conn.transaction():
        for name in room.names:
            source, _ = await sources.add_source(conn, name=name, url=room.url(name))
            kind = FeedKind.LISTING if room.feed_paths[name] == "/" else FeedKind.RSS
            await feeds.add_feed(
                conn, source_id=source.id, url=room.feed_url(name), kind=kind, state=FeedState.ACTIVE, due_at=now
            )


async def _read_alone(pages: Sequence[RealPage], config: SchedulerConfig) -> float:
    """Return the seconds in which the children read the pages, fed as fast as they go."""
    todo = list(reversed(pages))

    async def feed(pool: ParsePool) -> None:
        while todo:
            page = todo.pop()
            body = gzip.decompress(page.file.read_bytes())
            await pool.run(read_page, _as_fetched(page, body), None, datetime.now(UTC))

    async with ParsePool(config) as pool:
        await _warm_up(pool, config)
        began = time.perf_counter()
        await asyncio.gather(*[feed(pool) for _ in range(2 * config.n_parse_children)])
        return time.perf_counter() - began


async def _warm_up(pool: ParsePool, config: SchedulerConfig) -> None:
    """Wait until all children have begun: a start is not what is measured, neither here nor there."""
    page = Page(
        requested_url="https://outlet.example/",
        final_url="https://outlet.example/",
        status=200,
        headers={"content-type": "text/html"},
        body=b"<p>warm up",
        fetched_at=datetime.now(UTC),
    )
    await asyncio.gather(
        *[pool.run(read_page, page, None, datetime.now(UTC)) for _ in range(4 * config.n_parse_children)]
    )


def _as_fetched(page: RealPage, body: bytes) -> Page:
    return Page(
        requested_url=page.url,
        final_url=page.url,
        status=200,
        headers={"content-type": "text/html"},
        body=body,
        fetched_at=datetime.now(UTC),
    )


async def _dispatch_pause_ms(kit: Kit) -> float:
    """Return the longest pause of the loop while 10,000 due hosts are claimed and put into the queue, in ms."""
    async with kit.database.connection() as conn:
        await conn.execute(
            "INSERT INTO host (name, next_visit_at) "
            "SELECT 'due-' || n || '.invalid', now() FROM generate_series(1, %s) n",
            (N_DUE,),
        )
    async with open_queue(kit) as queue:
        return await _longest_pause_ms(lambda: _dispatch_all(queue.dispatch))


async def _dispatch_all(dispatch: Callable[[], Awaitable[int]]) -> None:
    while await dispatch():
        pass


async def _longest_pause_ms(work: Callable[[], Awaitable[None]]) -> float:
    longest, done = 0.0, asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        while not done.is_set():
            at = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - at - 0.005)

    watcher = asyncio.create_task(watch())
    await work()
    done.set()
    await watcher
    return 1000 * longest


def _servers(config: StoreConfig) -> list[int]:
    """Return the processes of Postgres: of the server of this run, not of others on the machine."""
    pid = None if config.database_url else EmbeddedPostgres(config.home).pid
    return processes.named("postgres") if pid is None else processes.descendants(pid)


def _children(room_pid: int) -> list[int]:
    """Return the parse children and the process they are forked from."""
    ours = processes.descendants(os.getpid())[1:]
    postgres = set(processes.named("postgres"))
    return [pid for pid in ours if pid != room_pid and pid not in postgres]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, help="so many pages; all of the shared data unless told")
    parser.add_argument("--json", action="store_true", dest="as_json")
    chosen = parser.parse_args()
    folder = extraction_folder()
    if folder is None:
        sys.exit("the shared data is not there; name its folder in WIREWATCH_TEST_DATA")
    figures = asdict(asyncio.run(measure(folder, chosen.pages)))
    if chosen.as_json:
        print(json.dumps(figures))
        return
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:,}")
    Console().print(table)


if __name__ == "__main__":
    main()
