"""The parse children, killed for real: each misdeed ends as a value, and the next document is read."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from news.model import Unreadable
from scheduler.config import SchedulerConfig
from scheduler.parsing import ParsePool
from tests.scheduler import children

CONFIG = SchedulerConfig(n_parse_children=1, parse_timeout_s=2.0)


@pytest.mark.parametrize(
    ("misdeed", "reason"),
    [
        (children.sleep_for_ever, "longer than 2 seconds"),
        (children.eat_memory, "more memory"),
        (children.abort, "ended the reader"),
        (children.fail, "KeyError"),
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


async def test_a_child_sees_no_secret_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", "postgresql://user:canary@db/x")
    async with ParsePool(CONFIG) as pool:
        assert "canary" not in str(await pool.run(children.environment))


async def test_children_end_with_the_pool() -> None:
    async with ParsePool(CONFIG) as pool:
        pid = await pool.run(os.getpid)
        assert Path(f"/proc/{pid}").exists()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
