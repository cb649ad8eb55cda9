"""The health check of docker-compose.yml, run by hand on a real worker: it tells whether this very worker lives."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKER = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["worker"]


def is_healthy(file: Path) -> bool:
    _, check = WORKER["healthcheck"]["test"]
    words = check.replace("$$", "$").replace("/tmp/heartbeat", str(file))
    return subprocess.run(["sh", "-c", words], stderr=subprocess.DEVNULL).returncode == 0


def start(file: Path, database_url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "worker", "--heartbeat-file", str(file)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "WIREWATCH_DATABASE_URL": database_url},
    )


def test_the_health_check_tells_a_living_worker_from_one_that_hangs_and_one_that_never_began(database_url, tmp_path):
    file = tmp_path / "heartbeat"
    assert not is_healthy(file)
    file.touch()
    with start(file, database_url) as process:
        try:
            deadline = time.monotonic() + 60
            while file.exists():  # left by a worker before it: no sign of life of this one
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
            while not is_healthy(file):
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.1)
        finally:
            process.terminate()
            process.communicate(timeout=40)
    os.utime(file, (time.time() - 180,) * 2)
    assert not is_healthy(file)


@pytest.mark.parametrize("place", ["nowhere/heartbeat", "."])
def test_a_heartbeat_that_cannot_be_written_is_told_at_once(database_url, tmp_path, place):
    with start(tmp_path / place, database_url) as process:
        _, told = process.communicate(timeout=30)
    assert process.returncode == 2
    assert told.count("\n") == 1 and str(tmp_path) in told
