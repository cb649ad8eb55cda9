"""Our own processes, started as a person starts them, and what the system knows of those that are left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

LOOPBACK = {
    "WIREWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
    "WIREWATCH_RESOLVE": "*.localhost=127.0.0.1",
    "WIREWATCH_DELAY": "0",
    "WIREWATCH_PARSE_CHILDREN": "1",
}
MARK = "WIREWATCH_TEST_MARK"

SWEPT_S = 150.0
"""By then whatever a dead or standing process left is done: a host that nobody rings for is made due by the clock's
sweep of each minute, once its work is late by another (`hosts.OVERDUE_GRACE_S`)."""


class Stage:
    """Where the processes of one test live: they share settings, a log folder and a mark in their environment.

    Args:
        folder: The test's own.
        mark: Found in the environment of every process started here, and of all that these start.
    """

    def __init__(self, folder: Path, mark: str) -> None:
        self.folder = folder
        self.mark = mark
        self.settings = {**LOOPBACK, "WIREWATCH_HOME": str(folder / "home"), MARK: mark}
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start `wirewatch WORDS` as leader of a group of its own, from a folder without code."""
        number = len(self.started) + 1
        log = self.folder / f"{number:02}-{words[0]}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "cli", *words],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=self._environment(settings),
                cwd=self.folder,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def run(self, *words: str, **settings: str) -> str:
        """Run `wirewatch WORDS` to its end; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "cli", *words],
            capture_output=True,
            text=True,
            env=self._environment(settings),
            cwd=self.folder,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self, process: subprocess.Popen[bytes] | None = None) -> str:
        """What a process said, or all of them."""
        texts = []
        for file in sorted(self.folder.glob("*.log")):
            number = int(file.name[:2])
            if process is None or self.started[number - 1] is process:
                texts.append(file.read_text(errors="replace"))
        return "\n".join(texts)

    def alive(self) -> dict[int, str]:
        """The processes that bear the mark, with their command lines. Postgres bears none: it is started bare."""
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                with contextlib.suppress(OSError):
                    if self.mark.encode() in (folder / "environ").read_bytes():
                        words = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                        found[int(folder.name)] = words.decode(errors="replace").strip()
        return found

    def clear(self) -> None:
        """Kill what is left."""
        for pid in self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.started:
            process.wait()

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        bare = {name: text for name, text in os.environ.items() if not name.startswith("WIREWATCH_")}
        given = {f"WIREWATCH_{name}": text for name, text in settings.items()}
        return {**bare, **self.settings, **given}


async def until(condition: Callable[[], object], timeout_s: float, what: str) -> float:
    """Wait until a condition holds; return how long it took, in seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < timeout_s, f"not within {timeout_s:g} s: {what}"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def ended(process: subprocess.Popen[bytes], timeout_s: float) -> float:
    """Wait until a process has ended; return how long it took, in seconds."""
    return await until(lambda: process.poll() is not None, timeout_s, f"the end of process {process.pid}")


async def nobody_left(stage: Stage, timeout_s: float = 10) -> None:
    """Wait until no process of a stage lives; what starts parse children ends just after its worker."""
    await until(lambda: stage.alive() == {}, timeout_s, f"the end of {stage.alive()}")


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started in its group, as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_alone(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and nothing else, as the system does when memory runs out."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
