"""The pace of hosts across workers, on a real database."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from gated import ROBOTS, RULES, Worker, serve
from hostile_server import HostileServer, answer

from crawler import gate as gate_module
from crawler.doors import Door
from news.model import FailureKind, FetchFailure, Page
from store import hosts
from store.database import Database


async def test_requests_to_a_host_lie_apart_across_workers(worker: Worker, outlet: HostileServer) -> None:
    times: list[float] = []

    def timed(asked: Any, writer: asyncio.StreamWriter) -> None:
        times.append(time.monotonic())
        writer.write(answer())

    outlet.routes |= {"/timed": timed, ROBOTS: timed}
    workers = [await worker(delay_s=0.3) for _ in range(3)]
    url, started_at = outlet.url("/timed"), time.monotonic()
    pages = await asyncio.gather(*(fetcher.fetch(url, Door.PAGE) for fetcher in workers for _ in range(2)))
    assert all(isinstance(page, Page) for page in pages)
    assert len(times) >= 7
    for turn, at in enumerate(sorted(times)):
        assert at - started_at > 0.3 * turn - 0.02, "a request may come late, never before its turn"


async def test_hosts_do_not_wait_for_each_other(worker: Worker, outlet: HostileServer) -> None:
    serve(outlet, answer(b""))
    fetcher = await worker(delay_s=9.0)
    started_at = time.monotonic()
    for host in ("127.0.1.1", "127.0.1.2"):
        assert isinstance(await fetcher.fetch(outlet.url(ROBOTS, host), Door.ROBOTS), Page)
    assert time.monotonic() - started_at < 8


async def test_a_crawl_delay_is_kept_within_a_minute(worker: Worker, outlet: HostileServer, database: Database) -> None:
    serve(outlet, answer(b"User-agent: *\nCrawl-delay: 3600\n"))
    fetcher = await worker()
    assert isinstance(await fetcher.fetch(outlet.url("/ok"), Door.PAGE), Page)
    async with database.connection() as conn:
        cursor = await conn.execute("SELECT crawl_delay_s FROM host WHERE name = %s", [f"127.0.1.1:{outlet.port}"])
        row = await cursor.fetchone()
    assert row is not None
    assert row["crawl_delay_s"] == 60
    waiting = asyncio.create_task(fetcher.fetch(outlet.url("/ok"), Door.PAGE))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    too_late = await fetcher.fetch(outlet.url("/ok"), Door.PAGE)
    assert isinstance(too_late, FetchFailure)
    assert too_late.kind is FailureKind.BUSY
    assert "our turn" in too_late.reason
    waiting.cancel()
    assert outlet.hits()["/ok"] == 1


async def test_a_host_that_wants_peace_is_left_alone(worker: Worker, outlet: HostileServer, database: Database) -> None:
    serve(outlet, answer(b""))
    async with database.connection() as conn:
        await hosts.back_off(conn, f"127.0.1.1:{outlet.port}", wait_s=600, error="429")
    found = await (await worker(delay_s=0.1)).fetch(outlet.url("/ok"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.BUSY
    assert found.retry_after_s is not None
    assert 590 < found.retry_after_s <= 600
    assert not outlet.asked


async def test_without_a_delay_no_turn_is_taken(worker: Worker, outlet: HostileServer, database: Database) -> None:
    serve(outlet, answer(RULES))
    await (await worker()).fetch(outlet.url("/ok"), Door.PAGE)
    async with database.connection() as conn:
        cursor = await conn.execute("SELECT count(*) AS n FROM host WHERE next_fetch_at > '-infinity'")
        row = await cursor.fetchone()
    assert row is not None
    assert row["n"] == 0


async def test_a_fetch_that_waits_for_its_turn_ends_when_the_fetcher_closes(
    worker: Worker, outlet: HostileServer
) -> None:
    serve(outlet, answer(b""))
    fetcher = await worker(delay_s=30.0)
    await fetcher.fetch(outlet.url(ROBOTS), Door.ROBOTS)
    waiting = asyncio.create_task(fetcher.fetch(outlet.url("/ok"), Door.PAGE))
    await asyncio.sleep(0.2)
    await fetcher.__aexit__(None, None, None)
    found = await asyncio.wait_for(waiting, 1)
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.BUSY
    assert "stopping" in found.reason


def test_a_turn_more_than_a_minute_away_is_given_up() -> None:
    assert gate_module.LONGEST_WAIT_S == gate_module.LONGEST_CRAWL_DELAY_S == 60
