"""A worker's memory, measured from outside over some hundred real pages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench import processes
from bench.real_pages import real_pages_process
from store.embedded import EmbeddedPostgres
from tests.chaos.ledger import Ledger
from tests.chaos.test_kills import list_sites
from tests.chaos.wirewatch_process import Stage

N_PAGES = 600


@pytest.mark.slow
@pytest.mark.xdist_group("chaos")
async def test_memory_stays_flat_over_six_hundred_pages(stage: Stage, shared_data: Path) -> None:
    async with real_pages_process(shared_data / "extraction", n_pages=N_PAGES) as room:
        list_sites(stage, room)
        with EmbeddedPostgres(Path(stage.settings["WIREWATCH_HOME"])) as postgres:
            ledger = Ledger(postgres.url)
            crawl = stage.start("crawl", PARSE_CHILDREN="2")
            samples: list[tuple[int, float]] = []
            while crawl.poll() is None:
                pids = processes.descendants(crawl.pid)
                samples.append((ledger.n_decided(), await asyncio.to_thread(processes.pss_mb, pids)))
                await asyncio.sleep(0.5)
            assert crawl.returncode == 0, stage.log(crawl)
            assert ledger.states()["stored"] > 550
    settled = [mb for n, mb in samples[:-1] if n >= 200]
    assert len(settled) >= 10
    head, tail = settled[: len(settled) // 3], settled[-len(settled) // 3 :]
    # A child holds what its largest page took; 40 MB is two such children, a leak of 100 kB a page were more.
    assert max(tail) - max(head) < 40, samples
    assert max(mb for _, mb in samples) < 600, samples
