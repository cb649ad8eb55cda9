"""The real parts of the jobs' tests, for chaos within this process; chaos between processes starts its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.wirewatch_process import Stage
from tests.jobs.conftest import kit, open_test_kit, room

__all__ = ["kit", "open_test_kit", "room"]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Starts our processes, and leaves none behind."""
    opened = Stage(tmp_path, mark=uuid.uuid4().hex)
    yield opened
    opened.clear()
