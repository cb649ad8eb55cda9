"""Workers are killed twenty times in the midst of their work, the database twice; nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from bench.real_pages import read_pages, real_pages_process, sites_of
from extractors.opml import ListedSource, write_opml
from newsroom.faults import Fault, FaultKind
from newsroom.process import NewsroomProcess
from newsroom.site import FeedFormat
from store.embedded import EmbeddedPostgres
from tests.chaos.ledger import Ledger
from tests.chaos.wirewatch_process import SWEPT_S, Stage, ended, kill_alone, kill_group, nobody_left, until
from tests.jobs.telling import NOW

N_PAGES, N_SITES = 160, 50
N_WORKERS = 2
N_KILLS = 20
CRASHES_BEFORE = (6, 13)
"""Before these kills, counted from 0, the database is killed too."""

SEED = 20261123
LONGEST_LIFE_S = 8.0
"""Without progress a worker is killed after this."""

STALLED_AFTER_S = 3
PACE = {"STALLED_AFTER": str(STALLED_AFTER_S), "VISITS": "5", "MIN_INTERVAL": "1", "MAX_INTERVAL": "10"}
"""Dead workers are noticed soon, and feeds are asked again, with their validators, in between."""


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.xdist_group("chaos")
async def test_twenty_kills_and_two_crashes_of_the_database_lose_and_double_nothing(
    stage: Stage, shared_data: Path
) -> None:
    folder = shared_data / "extraction"
    pages = read_pages(folder, n_pages=N_PAGES, n_sites=N_SITES)
    async with real_pages_process(folder, n_pages=N_PAGES, n_sites=N_SITES) as room:
        await watch_all(stage, room)
        with EmbeddedPostgres(Path(stage.settings["WIREWATCH_HOME"])) as postgres:
            ledger = Ledger(postgres.url)
            workers = await kill_again_and_again(stage, postgres, ledger)
            # A home page with one link or two is no listing: such a site need not be read, but may be.
            listings = {site.name for site in sites_of(pages) if site.format is FeedFormat.LISTING}
            listed = [room.url(page.site, page.path) for page in pages if page.site not in listings]
            others = [room.url(page.site, page.path) for page in pages if page.site in listings]
            await until(lambda: ledger.is_settled(listed), SWEPT_S, "every listed line has come to something")
            # The last victims' visits are taken over once their silence is noticed.
            await asyncio.sleep(4 * STALLED_AFTER_S)
            await until(lambda: ledger.orphaned_jobs() == [], 30, "no job of a dead worker is left")
            ledger.check_whole(listed, others)
            assert ledger.states()["stored"] > 0.9 * len(listed)
            for worker in workers:
                worker.terminate()
            for worker in workers:
                await ended(worker, 30)
                assert worker.returncode == 0, stage.log(worker)
            assert ledger.n_doing() == 0
            await nobody_left(stage)
            assert "Process parse-child" not in stage.log()


def list_sites(stage: Stage, room: NewsroomProcess) -> None:
    """Add every site by its feed."""
    listed = [ListedSource(line=1, url=room.feed_url(name), title=name) for name in room.names]
    file = stage.folder / "sources.opml"
    file.write_bytes(write_opml(listed, "All", NOW))
    stage.run("source", "import", str(file))


async def watch_all(stage: Stage, room: NewsroomProcess) -> None:
    """Add every site by its feed, and let each answer take a moment, so that there are visits to kill."""
    list_sites(stage, room)
    for name in room.names:
        await room.misbehave(name, "*", Fault(kind=FaultKind.SLOW, delay_s=0.3))


async def kill_again_and_again(
    stage: Stage, postgres: EmbeddedPostgres, ledger: Ledger
) -> list[subprocess.Popen[bytes]]:
    """Keep workers alive and kill one after the other; return those that live at the end."""
    chance = random.Random(SEED)
    crashes = list(CRASHES_BEFORE)
    workers: list[subprocess.Popen[bytes]] = []
    n_kills = n_ended = 0
    while n_kills < N_KILLS:
        gone = [worker for worker in workers if worker.poll() is not None]
        workers = [worker for worker in workers if worker not in gone] or [stage.start("worker", **PACE)]
        n_ended += len(gone)
        assert {worker.returncode for worker in gone} <= {1}, stage.log()
        if len(workers) < N_WORKERS:
            workers.append(stage.start("worker", **PACE))
        await live_a_while(ledger, chance)
        if crashes and crashes[0] == n_kills:
            del crashes[0]
            assert postgres.pid is not None
            os.kill(postgres.pid, signal.SIGKILL)
            await asyncio.sleep(chance.uniform(0, 2))
        victim = chance.choice(workers)
        if victim.poll() is None:
            # Mostly with all its children, as by a power cut; now and then alone, as when memory runs out.
            chance.choice([kill_group, kill_group, kill_alone])(victim)
            workers.remove(victim)
            n_kills += 1
    # Nobody but a worker that lost its database ends by itself.
    assert n_ended <= N_WORKERS * len(CRASHES_BEFORE), stage.log()
    last = stage.start("worker", **PACE)
    await until(lambda: "worker began" in stage.log(last), 60, "the start of the last worker")
    return [*(worker for worker in workers if worker.poll() is None), last]


async def live_a_while(ledger: Ledger, chance: random.Random) -> None:
    """Return at a moment when a worker is best killed: mostly in the midst of work, now and then while one starts."""
    if chance.random() < 0.2:
        await asyncio.sleep(chance.uniform(0, 2))
        return
    deadline = time.monotonic() + LONGEST_LIFE_S
    goal = ledger.n_decided() + chance.randint(1, 12)
    while ledger.n_decided() < goal and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    await asyncio.sleep(chance.uniform(0, 0.3))
