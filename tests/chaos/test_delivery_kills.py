"""Kill -9 of who delivers, at every step between match and receipt: every alert arrives, repeats carry the same key."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from alerts.carrier import Carrier
from alerts.config import AlertsConfig
from tests.alerts.outbox import Desk, open_desk
from tests.alerts.receivers import WebhookReceiver

ROOT = Path(__file__).parents[2]


class Deliverers:
    """Lives of a delivering process, one after another."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.n_killed = 0

    async def live(self, *, alerts: int = 0, step: int = 0, kill_after_s: float | None = None) -> None:
        """Let one live until it is done, is killed at a step, or from outside after a while."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"alerts": alerts, "step": step}).encode() + b"\n")
        child = int(await self._process.stdout.readline())
        ending = asyncio.create_task(self._process.stdout.readline())
        if kill_after_s is not None:
            await asyncio.sleep(kill_after_s)
            if not ending.done():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        told = (await ending).decode().strip()
        assert told in {"killed", "0"}
        self.n_killed += told == "killed"


@contextlib.asynccontextmanager
async def deliverers(url: str, log: Path):
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.chaos.delivering", url),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
        )
    try:
        yield Deliverers(process)
    finally:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("n_kills", [15, pytest.param(100, marks=pytest.mark.slow)])
async def test_no_alert_is_lost_whenever_who_delivers_is_killed(
    n_kills: int, database_url: str, tmp_path: Path
) -> None:
    chance = random.Random(n_kills)
    async with (
        WebhookReceiver() as receiver,
        Carrier(AlertsConfig()) as carrier,
        open_desk(database_url, tmp_path, carrier) as desk,
        deliverers(database_url, tmp_path / "delivering.log") as lives,
    ):
        watch = desk.watch()
        for path in ("/ok?one", "/ok?two"):
            await desk.channel(watch, receiver.url(path))
        n_lives = 0
        while lives.n_killed < n_kills:
            n_lives += 1
            assert n_lives <= 5 * n_kills, "most lives end by themselves"
            # Now and then the receiver refuses, or takes a message and dies before it says so.
            receiver.answers = [chance.choice([500, 0])] if chance.random() < 0.2 else []
            if n_lives % 4:
                await lives.live(alerts=2, step=n_lives % 40 + 1)
            else:
                await lives.live(alerts=2, kill_after_s=chance.uniform(0.0, 0.4))
            desk.pass_time(0.3)
        receiver.answers = []
        for _ in range(20):
            if set(desk.states()) == {"sent"}:
                break
            await lives.live()
            desk.pass_time(0.3)
        check(desk, receiver)
        n_repeats = len(receiver.posts) - len({post.key for post in receiver.posts})
        n_alerts = len(desk.rows("SELECT id FROM alert"))
        print(f"{lives.n_killed} kills, {n_alerts} alerts to 2 channels, {n_repeats} repeats")


def check(desk: Desk, receiver: WebhookReceiver) -> None:
    """See that every alert came to both channels, and each under one key however often."""
    alerts = {row["id"] for row in desk.rows("SELECT id FROM alert")}
    assert len(alerts) > 5
    assert desk.states() == {"sent": 2 * len(alerts)}
    keys: dict[tuple[str, int], set[str]] = defaultdict(set)
    for post in receiver.posts:
        for told in post.document["data"]["alerts"]:
            keys[post.path, told["id"]].add(post.key)
    assert set(keys) == {(path, alert) for path in ("/ok?one", "/ok?two") for alert in alerts}
    assert {where: found for where, found in keys.items() if len(found) > 1} == {}
