"""Two worker processes on one database: they share the work, end when told to, and survive one that stands still."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections import Counter

import pytest

from extractors.opml import ListedSource, write_opml
from newsroom.faults import Fault, FaultKind
from newsroom.server import Newsroom
from tests.chaos.ledger import Ledger
from tests.chaos.wirewatch_process import SWEPT_S, Stage, ended, nobody_left, until
from tests.jobs.telling import NOW, site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("chaos")]


@pytest.fixture
def ledger(stage: Stage, database_url: str) -> Ledger:
    stage.settings["WIREWATCH_DATABASE_URL"] = database_url
    return Ledger(database_url)


async def start_two(stage: Stage, ledger: Ledger, **settings: str) -> list[subprocess.Popen[bytes]]:
    """Start two workers that outlets can tell apart, and wait until both have begun."""
    workers = [stage.start("worker", USER_AGENT=f"Wirewatch-{name}/1", **settings) for name in "AB"]
    both = "SELECT count(*) = 2 FROM procrastinate.procrastinate_workers"
    await until(lambda: ledger.value(both), 60, "both workers have begun")
    return workers


async def watch(
    stage: Stage, room: Newsroom, *, n_sites: int, n_pieces: int, delay_s: float, slow_feeds: bool = True
) -> list[str]:
    """Open slow sites and watch their feeds; return the addresses of their pieces."""
    names = [f"outlet-{number}" for number in range(n_sites)]
    for name in names:
        room.add(site(name, range(1, n_pieces + 1)))
        paths = ["*"] if slow_feeds else [piece.path for piece in room.site(name).pieces]
        for path in paths:
            room.misbehave(name, path, Fault(kind=FaultKind.SLOW, delay_s=delay_s))
    listed = [ListedSource(line=1, url=room.feed_url(name), title=name) for name in names]
    file = stage.folder / "sources.opml"
    file.write_bytes(write_opml(listed, "All", NOW))
    await asyncio.to_thread(stage.run, "source", "import", str(file))
    return [room.url(name, piece.path) for name in names for piece in room.site(name).pieces]


async def test_two_workers_share_the_work_and_ask_for_nothing_twice_nor_two_things_at_once(
    stage: Stage, ledger: Ledger, room: Newsroom
) -> None:
    workers = await start_two(stage, ledger, VISITS="4")
    urls = await watch(stage, room, n_sites=16, n_pieces=6, delay_s=0.15)
    await until(lambda: ledger.is_settled(urls), 60, "all is stored")
    await until(lambda: ledger.n_doing() == 0, 20, "all visits have ended")
    ledger.check_whole(urls)
    assert ledger.states() == {"stored": len(urls)}
    asked = Counter((one.site, one.target) for one in room.requests)
    assert {what: n for what, n in asked.items() if n > 1} == {}
    assert len(asked) == len(urls) + 2 * len(room.sites)
    assert {name: room.requests.most_at_once(name) for name in room.sites} == dict.fromkeys(room.sites, 1)
    shares = Counter(one.user_agent for one in room.requests)
    assert set(shares) == {"Wirewatch-A/1", "Wirewatch-B/1"}
    assert min(shares.values()) >= 0.1 * sum(shares.values())
    for worker in workers:
        worker.terminate()
        await ended(worker, 30)
        assert worker.returncode == 0, stage.log(worker)


async def test_a_signal_ends_workers_within_30_seconds_while_pages_are_open_and_what_was_open_is_due_at_once(
    stage: Stage, ledger: Ledger, room: Newsroom
) -> None:
    workers = await start_two(stage, ledger, VISITS="4", TIMEOUT="600")
    urls = await watch(stage, room, n_sites=8, n_pieces=3, delay_s=300, slow_feeds=False)
    await until(lambda: ledger.value("SELECT count(*) FROM entry") == len(urls), 60, "the feeds are read")
    assert ledger.n_doing() == 8
    for worker in workers:
        worker.terminate()
    took_s = [await ended(worker, 30) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], stage.log()
    assert sum(took_s) < 30
    assert ledger.n_doing() == 0
    await nobody_left(stage)
    ledger.check_sound()
    # Due, or in the queue already: a worker that still had its clock may have put it there.
    not_due = """
        SELECT name, next_visit_at, backoff_until, n_failures, error, now() AS now
        FROM host
        WHERE backoff_until IS NOT NULL
            OR coalesce(next_visit_at > now(), TRUE)
            AND name NOT IN (SELECT lock FROM procrastinate.procrastinate_jobs WHERE status = 'todo')
    """
    assert ledger.rows(not_due) == [], stage.log()
    assert ledger.value("SELECT count(*) FROM host") == 8
    assert ledger.value("SELECT count(*) FROM entry WHERE state = 'pending' AND next_attempt_at <= now()") == len(urls)


async def test_a_worker_that_stood_still_for_a_while_finds_its_work_done_and_goes_on(
    stage: Stage, ledger: Ledger, room: Newsroom
) -> None:
    workers = await start_two(stage, ledger, VISITS="4", STALLED_AFTER="3", MIN_INTERVAL="1", MAX_INTERVAL="3")
    urls = await watch(stage, room, n_sites=12, n_pieces=6, delay_s=0.3)
    frozen, other = workers
    agent = "Wirewatch-A/1"
    await until(lambda: sum(one.user_agent == agent for one in room.requests) >= 8, 60, "the first is at work")
    os.killpg(frozen.pid, signal.SIGSTOP)
    # What it holds is taken from it after a while, and what nobody rings for is swept up.
    await until(lambda: ledger.is_settled(urls), SWEPT_S, "the other has taken over")
    room.requests.clear()
    os.killpg(frozen.pid, signal.SIGCONT)
    await until(lambda: sum(one.user_agent == agent for one in room.requests) >= 4, 30, "the first works again")
    await until(lambda: ledger.orphaned_jobs() == [], 30, "no job is left behind")
    ledger.check_whole(urls)
    assert ledger.states() == {"stored": len(urls)}
    for worker in (frozen, other):
        worker.terminate()
        await ended(worker, 30)
        assert worker.returncode == 0, stage.log(worker)
    assert ledger.n_doing() == 0
