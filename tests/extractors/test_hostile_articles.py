"""Pages that hurt a reader of blocks: each ends as a value, in seconds, in little memory."""

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.extractors.hostile_articles import PAGES

ROOT = Path(__file__).parents[2]

MOST_CPU_S = 5
MOST_GROWN_MB = 300
"""A parse child has 20 s and 1 GB: what stays within these leaves no doubt, on a loaded machine either."""

NOT_YET: Collection[str] = {"900,000 lines parted by br"}


@pytest.fixture(scope="module")
def costs() -> dict[str, dict[str, object]]:
    """What each page cost, read in a child of its own."""
    names = [name for name in PAGES if name not in NOT_YET]
    command = [sys.executable, "-m", "tests.extractors.hostile_articles", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=True)
    return {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}


def pages() -> list[object]:
    mark = pytest.mark.xfail(run=False, reason="the parser's own tree of so many elements takes 309 MB")
    return [pytest.param(name, marks=[mark] if name in NOT_YET else []) for name in PAGES]


@pytest.mark.slow
@pytest.mark.xdist_group("hostile_articles")
@pytest.mark.parametrize("name", pages())
def test_a_page_that_hurts_is_read_within_seconds_and_little_memory(name, costs):
    cost = costs[name]
    assert not cost["outcome"].startswith("RAISED"), cost
    assert cost["n_bytes"] < 5 * 2**20, "a larger one is not read at all"
    assert cost["cpu_s"] < MOST_CPU_S, cost
    assert cost["grown_mb"] < MOST_GROWN_MB, cost
