"""`wirewatch up` as a person runs it: whatever is killed comes back by itself, and what ends leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsroom.server import Newsroom
from store.embedded import EmbeddedPostgres
from tests.chaos.ledger import Ledger
from tests.chaos.wirewatch_process import Stage, ended, kill_alone, nobody_left, until
from tests.jobs.telling import piece, site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240), pytest.mark.xdist_group("chaos")]

PACE = {"STALLED_AFTER": "3", "MIN_INTERVAL": "1", "MAX_INTERVAL": "2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A running `up` on a data folder of its own, with one outlet that it watches."""

    stage: Stage
    room: Newsroom
    postgres: EmbeddedPostgres
    process: subprocess.Popen[bytes]
    ledger: Ledger

    def worker_pids(self) -> list[int]:
        """The workers so far, as the supervisor told them."""
        return [int(pid) for pid in re.findall(r"child began .*pid=(\d+)", self.stage.log(self.process))]

    async def publishes_and_stores(self, number: int) -> float:
        """Publish a piece and wait until it is stored; return after how long."""
        self.room.publish("outlet", piece(number))
        query = f"SELECT count(*) FROM article WHERE url LIKE '%bridge-repair-{number}' AND text_origin = 'page'"
        return await until(lambda: self.ledger.glance(query, 0), 60, f"piece {number} is stored\n{self.stage.log()}")


async def begin(stage: Stage, room: Newsroom) -> Household:
    process = stage.start("up", **PACE)
    await until(lambda: "is up with" in stage.log(process), 60, "up is up")
    postgres = EmbeddedPostgres(Path(stage.settings["WIREWATCH_HOME"]))
    return Household(stage=stage, room=room, postgres=postgres, process=process, ledger=Ledger(postgres.url))


async def test_up_brings_back_what_is_killed_and_ends_without_a_trace(stage: Stage, room: Newsroom) -> None:
    house = await begin(stage, room)
    room.add(site("outlet", [1, 2, 3]))
    await asyncio.to_thread(stage.run, "source", "add", room.url("outlet"))
    await until(lambda: house.ledger.states()["stored"] == 3, 60, "the first pieces are stored")

    [first] = house.worker_pids()
    os.kill(first, signal.SIGKILL)
    await until(lambda: len(house.worker_pids()) == 2, 20, "another worker takes over")
    await house.publishes_and_stores(4)

    before = house.postgres.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    await until(lambda: house.postgres.pid not in (None, before), 30, "the database is back")
    await house.publishes_and_stores(5)

    house.ledger.check_whole([room.url("outlet", piece(number).path) for number in range(1, 6)])
    assert house.ledger.states() == {"stored": 5}
    house.process.terminate()
    await ended(house.process, 30)
    assert (house.process.returncode, house.postgres.pid) == (0, None)
    await nobody_left(stage)

    again = await begin(stage, room)
    await again.publishes_and_stores(6)
    assert again.ledger.states() == {"stored": 6}
    again.process.terminate()
    await ended(again.process, 30)
    assert (again.process.returncode, again.postgres.pid) == (0, None)
    await nobody_left(stage)


async def test_workers_and_database_end_by_themselves_when_their_supervisor_is_killed(
    stage: Stage, room: Newsroom
) -> None:
    house = await begin(stage, room)
    room.add(site("outlet", [1, 2, 3]))
    await asyncio.to_thread(stage.run, "source", "add", room.url("outlet"))
    await until(lambda: house.ledger.states()["stored"] == 3, 60, "the first pieces are stored")
    kill_alone(house.process)
    await nobody_left(stage, 20)
    assert "supervisor is gone" in stage.log(house.process)
    await until(lambda: house.postgres.pid is None, 10, "the database ends with its last user")

    again = await begin(stage, room)
    await again.publishes_and_stores(4)
    assert again.ledger.states() == {"stored": 4}
    assert again.ledger.n_doing() <= 1
    again.process.terminate()
    await ended(again.process, 30)
    assert (again.process.returncode, again.postgres.pid) == (0, None)
    await nobody_left(stage)
