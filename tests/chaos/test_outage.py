"""The database goes away in the midst of work, for longer than a connection waits; afterwards the work goes on."""

from __future__ import annotations

import asyncio

import pytest

from extractors.opml import ListedSource, write_opml
from newsroom.faults import Fault, FaultKind
from newsroom.server import Newsroom
from store.embedded import EmbeddedPostgres
from tests.chaos.ledger import Ledger
from tests.chaos.wirewatch_process import Stage, ended, nobody_left, until
from tests.jobs.telling import NOW, piece, site

OUTAGE_S = 20.0
PACE = {"STALLED_AFTER": "3", "VISITS": "8", "MIN_INTERVAL": "1", "MAX_INTERVAL": "5"}


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.xdist_group("chaos")
async def test_an_outage_of_the_database_loses_nothing_and_work_goes_on_by_itself(stage: Stage, room: Newsroom) -> None:
    names = [f"outlet-{number}" for number in range(20)]
    for name in names:
        room.add(site(name, range(1, 9)))
        room.misbehave(name, "*", Fault(kind=FaultKind.SLOW, delay_s=0.3))
    postgres = EmbeddedPostgres(stage.folder / "server")
    with postgres:
        # As a server of the user's own: nobody of us starts it again.
        stage.settings["WIREWATCH_DATABASE_URL"] = postgres.url
        ledger = Ledger(postgres.url)
        file = stage.folder / "sources.opml"
        listed = [ListedSource(line=1, url=room.feed_url(name), title=name) for name in names]
        file.write_bytes(write_opml(listed, "All", NOW))
        await asyncio.to_thread(stage.run, "source", "import", str(file))
        process = stage.start("up", **PACE)
        await until(lambda: ledger.n_decided() >= 10, 60, "work is under way")
        postgres.release()
        assert postgres.pid is None
        await asyncio.sleep(OUTAGE_S)
        assert process.poll() is None
        await asyncio.to_thread(postgres.start)
        n_before = ledger.n_decided()
        assert n_before < 8 * len(names)
        await until(lambda: ledger.n_decided() > n_before, 60, f"work goes on\n{stage.log()}")
        room.publish(names[0], piece(9))
        urls = [room.url(name, one.path) for name in names for one in room.site(name).pieces]
        await until(lambda: ledger.is_settled(urls), 90, f"all is stored\n{stage.log()}")
        await until(lambda: ledger.orphaned_jobs() == [], 30, "no job of a dead worker is left")
        ledger.check_whole(urls)
        assert ledger.states() == {"stored": len(urls)}
        assert ledger.value("SELECT count(*) FROM host WHERE error IS NOT NULL") == 0
        process.terminate()
        await ended(process, 30)
        assert process.returncode == 0
        await nobody_left(stage)
        assert ledger.n_doing() == 0
