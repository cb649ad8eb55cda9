"""The parse children, killed for real: each misdeed ends as a value, and the next document is read."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from news.model import Unreadable
from scheduler.config import SchedulerConfig
from scheduler.parsing import ParsePool
from tests.scheduler import children

CONFIG = SchedulerConfig(n_parse_children=1, parse_timeout_s=2.0)
MIB = 2**20
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("misdeed", "reason"),
    [
        (children.sleep_for_ever, "longer than 2 seconds"),
        (children.eat_memory, "more memory"),
        (children.abort, "ended the reader (SIGABRT)"),
        (children.leave_at_once, "ended the reader"),
        (children.fail, "KeyError"),
        (children.fail_pickily, "PickyError"),
        (children.leave, "SystemExit"),
        (children.answer_what_does_not_cross, "the reader failed"),
        (children.connect, "PermissionError"),
    ],
)
async def test_a_misdeed_ends_as_a_value_and_the_next_document_is_read(misdeed: Callable, reason: str) -> None:
    async with ParsePool(CONFIG) as pool:
        outcome = await pool.run(misdeed)
        assert isinstance(outcome, Unreadable)
        assert reason in outcome.reason
        began = time.monotonic()
        assert await pool.run(children.answer, "next") == "NEXT"
        assert time.monotonic() - began < 10


async def test_a_document_too_large_to_be_taken_and_an_answer_too_large_to_be_sent_end_as_values() -> None:
    config = SchedulerConfig(n_parse_children=1, parse_memory_bytes=100 * MIB)
    async with ParsePool(config) as pool:
        for outcome in (
            await pool.run(children.length, bytes(150 * MIB)),
            await pool.run(children.answer_at_length, 70 * MIB),
        ):
            assert isinstance(outcome, Unreadable)
            assert "more memory" in outcome.reason
        assert await pool.run(children.length, bytes(10 * MIB)) == 10 * MIB


@pytest.mark.parametrize("n_children", [1, 2])
async def test_idle_children_that_the_system_kills_are_replaced(n_children: int) -> None:
    async with ParsePool(SchedulerConfig(n_parse_children=n_children)) as pool:
        for _ in range(2):
            for pid in await asyncio.gather(*[pool.run(os.getpid) for _ in range(n_children)]):
                os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.3)
            assert await asyncio.gather(*[pool.run(children.answer, "a")] * n_children) == ["A"] * n_children


async def test_a_fork_server_that_the_system_kills_is_started_again() -> None:
    async with ParsePool(CONFIG) as pool:
        pid, fork_server = await pool.run(os.getpid), await pool.run(os.getppid)
        os.kill(fork_server, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.3)
        assert await pool.run(children.answer, "next") == "NEXT"
        assert await pool.run(os.getppid) != fork_server


async def test_a_child_that_could_not_be_started_is_started_for_the_next_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scheduler.parse_child.serve", lambda pipe, memory_bytes: None)  # has no name to send
    async with ParsePool(CONFIG) as pool:
        with pytest.raises((pickle.PicklingError, AttributeError)):
            await pool.run(children.answer, "first")
        monkeypatch.undo()
        assert await pool.run(children.answer, "next") == "NEXT"


async def test_one_stuck_child_does_not_hold_up_the_other() -> None:
    async with ParsePool(SchedulerConfig(n_parse_children=2, parse_timeout_s=5)) as pool:
        await pool.run(children.answer, "warm")
        stuck = asyncio.create_task(pool.run(children.sleep_for_ever))
        for _ in range(20):
            assert await pool.run(children.answer, "next") == "NEXT"
        assert not stuck.done()
        assert isinstance(await stuck, Unreadable)


async def test_a_child_is_replaced_after_its_share_of_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.parsing.TASKS_A_CHILD", 3)
    async with ParsePool(CONFIG) as pool:
        pids = [await pool.run(os.getpid) for _ in range(7)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


async def test_a_child_sees_no_secret_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", "postgresql://user:canary@db/x")
    async with ParsePool(CONFIG) as pool:
        assert "canary" not in str(await pool.run(children.environment))


async def test_children_end_with_the_pool_also_in_the_midst_of_a_document() -> None:
    async with ParsePool(SchedulerConfig(n_parse_children=2)) as pool:
        pid = await pool.run(os.getpid)
        reading = asyncio.create_task(pool.run(children.sleep_for_ever))
        await asyncio.sleep(0.2)
        assert Path(f"/proc/{pid}").exists()
        began = time.monotonic()
    assert time.monotonic() - began < 20
    await _gone([pid])
    assert isinstance(await reading, Unreadable)


async def test_children_end_when_their_worker_is_killed() -> None:
    program = (
        "import asyncio, os, time\n"
        "from scheduler.config import SchedulerConfig\n"
        "from scheduler.parsing import ParsePool\n"
        "async def main():\n"
        "    async with ParsePool(SchedulerConfig(n_parse_children=1)) as pool:\n"
        "        print(await pool.run(os.getpid), flush=True)\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT) as worker:
        assert worker.stdout is not None
        pid = int(await asyncio.to_thread(worker.stdout.readline))
        worker.kill()
    await _gone([pid])


async def test_the_readers_and_the_language_model_are_loaded_before_a_child_begins() -> None:
    async with ParsePool(CONFIG) as pool:
        assert await pool.run(children.loaded) == {"trafilatura", "py3langid", "feedparser", "protego"}
        assert await pool.run(children.n_models_loaded) == 1


def test_a_worker_that_reads_nothing_holds_no_reader() -> None:
    readers = "{'trafilatura', 'py3langid', 'feedparser'}"
    program = f"import scheduler.worker, sys; print(*{readers} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert (told.returncode, told.stdout.strip()) == (0, ""), told.stderr


async def _gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
