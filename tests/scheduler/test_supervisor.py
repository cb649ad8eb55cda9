"""The supervisor with real child processes: small Python programs that exit, hang, or beat."""

import asyncio
import os
import sys
import time
from pathlib import Path

from scheduler.supervisor import Child, supervise

BEATING = """
import os, sys, time
fd = int(sys.argv[sys.argv.index("--heartbeat-fd") + 1])
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
while True:
    os.write(fd, b".")
    time.sleep(0.05)
"""
HANGING = """
import os, sys, time
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
time.sleep(600)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + BEATING


def child(program: str, log: Path) -> Child:
    return Child(name="toy", command=(sys.executable, "-c", program, str(log)))


def pids(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().split()] if log.exists() else []


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in "ZX"


async def until(condition, timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


async def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    log, stop = tmp_path / "pids", asyncio.Event()
    task = asyncio.create_task(supervise([child(BEATING, log)], stop))
    for n in (1, 2):
        await until(lambda n=n: len(pids(log)) == n)
        os.kill(pids(log)[-1], 9)
    await until(lambda: len(pids(log)) == 3)
    stop.set()
    await task
    assert not any(is_alive(pid) for pid in pids(log))


async def test_a_child_that_gives_no_sign_of_life_is_killed_and_started_again(tmp_path: Path) -> None:
    log, stop = tmp_path / "pids", asyncio.Event()
    task = asyncio.create_task(supervise([child(HANGING, log)], stop, silence_s=1.0))
    await until(lambda: len(pids(log)) >= 2)
    assert not is_alive(pids(log)[0])
    stop.set()
    await task


async def test_a_child_that_ignores_the_wish_to_end_is_killed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("scheduler.supervisor.TERM_S", 0.5)
    log, stop = tmp_path / "pids", asyncio.Event()
    task = asyncio.create_task(supervise([child(STUBBORN, log)], stop))
    await until(lambda: len(pids(log)) == 1)
    await asyncio.sleep(0.3)
    stop.set()
    began = time.monotonic()
    await task
    assert time.monotonic() - began < 20
    assert not is_alive(pids(log)[0])


async def test_the_database_is_looked_after_while_children_run(tmp_path: Path) -> None:
    log, stop = tmp_path / "pids", asyncio.Event()
    looks: list[float] = []
    task = asyncio.create_task(
        supervise([child(BEATING, log)], stop, keep_database=lambda: looks.append(time.monotonic()))
    )
    await until(lambda: len(looks) >= 2)
    stop.set()
    await task
