"""A process that delivers alerts and is killed while it does: each line of stdin is one life, a child of its own.

A line is a JSON object: `alerts`, how many to make; `step`, at which step to be killed (0: at none).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from alerts.carrier import Carrier
from alerts.config import AlertsConfig
from news.messages import Message, Outcome
from scheduler.jobs.deliver import deliver
from scheduler.kit import Clock
from store import deliveries
from store.config import StoreConfig
from store.database import Database, open_database

MAKE_ALERT = "INSERT INTO alert (watch_id, story_id, occasion) VALUES (%s, %s, 'story')"
MAKE_STORY = "INSERT INTO story (language, first_at, last_at, n_groups) VALUES ('en', now(), now(), 0) RETURNING id"


class Steps:
    """Counts steps, and kills the process at one."""

    def __init__(self, last: int) -> None:
        self._left = last

    def pass_one(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class SteppingDatabase:
    """The real database; each use of a connection has a step before it, one within, and one after its commit."""

    def __init__(self, database: Database, steps: Steps) -> None:
        self._database = database
        self._steps = steps

    @contextlib.asynccontextmanager
    async def connection(self, timeout_s: float = 60.0) -> AsyncIterator[Any]:
        self._steps.pass_one()
        async with self._database.connection(timeout_s) as conn:
            yield SteppingConnection(conn, self._steps)
        self._steps.pass_one()


class SteppingConnection:
    """The real connection; each transaction has a step before its commit."""

    def __init__(self, conn: Any, steps: Steps) -> None:
        self._conn = conn
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        async with self._conn.transaction():
            yield
            self._steps.pass_one()


class SteppingCarrier(Carrier):
    """The real carrier; there is a step before and after each message."""

    steps: Steps

    async def carry(self, url: str, message: Message) -> Outcome:
        self.steps.pass_one()
        outcome = await super().carry(url, message)
        self.steps.pass_one()
        return outcome


async def live(url: str, task: dict[str, int]) -> None:
    """Make alerts as a match does, then serve the channels that are due."""
    steps = Steps(task["step"])
    config = AlertsConfig(allow_networks=(ipaddress.ip_network("127.0.0.0/8"),), hold_s=0, most_per_hour=10_000)
    async with open_database(StoreConfig(home=Path("/nowhere"), database_url=url), migrate=False) as database:
        clock = Clock(database)
        await clock.sync()
        stepping: Any = SteppingDatabase(database, steps)
        for _ in range(task["alerts"]):
            async with stepping.connection() as conn, conn.transaction():
                story = await (await conn.execute(MAKE_STORY)).fetchone()
                await conn.execute(MAKE_ALERT, [1, story["id"]])
        async with SteppingCarrier(config) as carrier:
            carrier.steps = steps
            async with stepping.connection() as conn:
                claimed = await deliveries.claim_channels(conn, hold_s=0, lease_s=60, limit=10)
            for channel in claimed:
                await deliver(stepping, carrier, channel, now=clock.now)


def main() -> None:
    """Live once for each line."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with Path(os.devnull).open() as nothing:
                os.dup2(nothing.fileno(), 0)
            asyncio.run(live(sys.argv[1], json.loads(line)))
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{'killed' if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
