"""The demo: the whole thing at work without the internet, as its user sees it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def start(words: list[str], folder: Path) -> subprocess.Popen[str]:
    """Start the demo with a folder of its own for temporary files."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WIREWATCH_")}
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "demo", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**environment, "TMPDIR": str(folder)},
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's account may pass; pytest's own is closed to it again by the next run of pytest."""
    with tempfile.TemporaryDirectory(prefix="ww-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.mark.slow
def test_it_ends_by_itself_within_two_minutes_and_tells_what_was_found_and_why_not_more(folder):
    began = time.monotonic()
    process = start([], folder)
    shown, _ = process.communicate(timeout=180)
    assert process.returncode == 0, shown
    assert time.monotonic() - began < 120
    for outlet in ("listing", "sitemap", "json", "atom", "rss"):
        assert f" {outlet} " in shown, shown
    numbers = {cells[0].strip(): cells[1] for line in shown.splitlines() if len(cells := line.split("\t")) == 2}
    assert int(numbers["articles stored"]) >= 40
    assert int(numbers["feeds asked"]) > int(numbers["of these unchanged"]) > 0
    assert int(numbers["articles stored"]) > int(numbers["stories"]) > int(numbers["alerts of the watch lake"]) >= 3
    assert int(numbers["messages in alerts.jsonl"]) >= 3
    assert "\nwirewatch watch add lake" in shown and "\nwirewatch alert list" in shown and "\nwirewatch story " in shown
    assert "answered 404" in shown and "robots.txt does not let" in shown
    assert "\nwirewatch search " in shown and "\nwirewatch article " in shown
    assert "Traceback" not in shown
    assert list(folder.glob("wirewatch-demo-*")) == []


@pytest.mark.slow
def test_ctrl_c_ends_it_early_and_leaves_nothing_behind(folder):
    process = start([], folder)
    assert process.stdout
    with process:
        for line in process.stdout:
            if line.startswith("the worker runs"):
                break
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(timeout=30) == 130, rest
    assert "Traceback" not in rest
    assert list(folder.glob("wirewatch-demo-*")) == []


@pytest.mark.slow
def test_a_port_in_use_is_one_line_that_names_the_remedy(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(["--port", str(port)], folder)
        shown, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert shown.splitlines()[-1] == (
        f"wirewatch: port: {port}: another program listens there; choose another with --port"
    )
    assert list(folder.glob("wirewatch-demo-*")) == []
