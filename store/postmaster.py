"""One server process on one data folder: is it there, is it ours, start it, stop it.

Knows processes and signals, nothing of who uses the server or when it should run.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from psycopg import pq

from news.errors import DataFolderError, PostgresStartError
from store.binaries import Account, Binaries, cannot_run, environment

PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"

_POLL_S = 0.02
# Crash recovery replays at most max_wal_size (1 GB), which took under 20 s on two loaded cores.
_START_TIMEOUT_S = 120.0
# A postmaster that is well answers within milliseconds, on a machine that is stuck in swap within seconds.
_SILENCE_S = 30.0
# Backends notice the death of their postmaster when they next wait for a client; one in a long query does not.
_ORPHAN_GRACE_S = 2.0

# Servers that this process started are its children: they are polled, so that none stays a zombie.
_children: list[subprocess.Popen[bytes]] = []


class Postmaster:
    """The server on one data folder.

    Args:
        data: The cluster.
        socket: Folder of its Unix socket.
        log: Folder where it writes its log.
        start_log: File for what it says before its log begins; not within `log`, which belongs to the server's account.
    """

    def __init__(self, *, data: Path, socket: Path, log: Path, start_log: Path) -> None:
        self.data = data
        self.socket = socket
        self.log = log
        self.start_log = start_log

    def ping(self, conninfo: str) -> pq.Ping:
        """Ask whether it takes connections, as pg_isready does."""
        return pq.Ping(pq.PGconn.ping(conninfo.encode()))

    def pid(self) -> int | None:
        """Return the process that serves this data folder; None when the pid file is absent, stale or another's."""
        _reap()
        pid = self._recorded_pid()
        return pid if pid is not None and _serves(pid, self.data) else None

    def clear(self) -> None:
        """Make way for a new server after one that died: orphaned backends end, a misleading pid file goes.

        Postgres handles a pid file whose process is gone, but believes one whose process is a zombie (a container
        without a reaping init) or a stranger that was given the same number.

        Raises:
            PostgresStartError: A backend of the dead server does not end.
        """
        signals = [signal.SIGQUIT, signal.SIGKILL]
        deadline = time.monotonic() + _ORPHAN_GRACE_S
        while orphans := _processes_in(self.data):
            if time.monotonic() > deadline:
                if not signals:
                    raise PostgresStartError(f"embedded Postgres: {self.data}: processes {orphans} do not end")
                number = signals.pop(0)
                for pid in orphans:
                    _send(pid, number)
                deadline = time.monotonic() + _ORPHAN_GRACE_S
            time.sleep(_POLL_S)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for file in self.socket.glob(".s.PGSQL.*"):
            file.unlink(missing_ok=True)

    def start(self, binaries: Binaries, account: Account | None, settings: Sequence[str], conninfo: str) -> None:
        """Start the server and return when it takes connections.

        Raises:
            DataFolderError: It has no room to start.
            PostgresStartError: It ends or stays silent.
        """
        said_before = {file: file.stat().st_size for file in self.log.glob("*.log")}
        program = binaries.folder / "postgres"
        with self.start_log.open("wb") as log:
            try:
                process = subprocess.Popen(
                    [program, "-D", self.data, *settings],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=self.data,
                    env=environment(),
                    start_new_session=True,  # Ctrl-C in a terminal is for us, not for the server
                    user=account.uid if account else None,
                    group=account.gid if account else None,
                    extra_groups=[] if account else None,
                )
            except OSError as error:
                raise cannot_run(program, error) from error
        _children.append(process)
        if not _wait(lambda: self.ping(conninfo) == pq.Ping.OK or process.poll() is not None, _START_TIMEOUT_S):
            cause = f"no answer for {_START_TIMEOUT_S:g} s"
            raise PostgresStartError(f"embedded Postgres: {self.data}: {cause} (log: {self.log})")
        if process.poll() is not None:
            raise self._failure(said_before)

    def becomes_ready(self, conninfo: str) -> bool:
        """Wait while a server that is there starts, recovers or stops.

        Returns:
            True when it takes connections; False when it is gone, or will never answer: its socket was deleted, or it
            says that it is ready and yet is silent.

        Raises:
            PostgresStartError: It is still starting after minutes.
        """
        silent_since = time.monotonic()
        state = pq.Ping.NO_RESPONSE

        def decided() -> bool:
            nonlocal state
            state = self.ping(conninfo)
            if state != pq.Ping.NO_RESPONSE:
                return state == pq.Ping.OK
            lost = self._says_ready() and not (self.socket / SOCKET_NAME).exists()
            hung = self._says_ready() and time.monotonic() - silent_since > _SILENCE_S
            return lost or hung or self.pid() is None

        if not _wait(decided, _START_TIMEOUT_S):
            raise PostgresStartError(f"embedded Postgres: process {self.pid()}: does not get ready (log: {self.log})")
        return state == pq.Ping.OK

    def stop(self, timeout_s: float = 60.0) -> bool:
        """Stop the server cleanly, dropping its connections; False when it is still there after `timeout_s`."""
        pid = self.pid()
        if pid is None:
            return True
        _send(pid, signal.SIGINT)
        return _wait(lambda: self.pid() is None, timeout_s)

    def _failure(self, said_before: Mapping[Path, int]) -> DataFolderError | PostgresStartError:
        """Turn the last words of a server that did not start into an error."""
        said = [self.start_log.read_bytes()]
        said += [file.read_bytes()[said_before.get(file, 0) :] for file in self.log.glob("*.log")]
        lines = b"\n".join(said).decode(errors="replace").splitlines()
        return failure(self.data, lines, f"log: {self.start_log}, {self.log}")

    def _recorded_pid(self) -> int | None:
        lines = self._pid_file()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def _says_ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _pid_file(self) -> list[str]:
        with contextlib.suppress(FileNotFoundError):
            return (self.data / "postmaster.pid").read_text(errors="replace").splitlines()
        return []


def failure(data: Path, lines: Sequence[str], where: str) -> DataFolderError | PostgresStartError:
    """Turn what a program of Postgres said last into an error, by its gravest line."""
    if any(sign in line for line in lines for sign in ("No space left on device", "Disk quota exceeded")):
        return DataFolderError(f"data folder: {data.parent}: is full; free space there, or set WIREWATCH_HOME")
    if any("Read-only file system" in line for line in lines):
        return DataFolderError(f"data folder: {data.parent}: is read-only; mend that, or set WIREWATCH_HOME")
    grave = [line for line in lines if any(word in line for word in ("PANIC", "FATAL", "error:"))]
    cause = (grave or [line for line in lines if line.strip()] or ["it said nothing"])[-1].strip()
    return PostgresStartError(f"embedded Postgres: does not start: {cause} ({where})")


def _wait(condition: Callable[[], bool], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def _reap() -> None:
    for process in _children:
        process.poll()


def forget_children() -> None:
    """Leave servers that others still use to the system, at the end of this process.

    A `Popen` that is dropped while its process runs complains, and the server is to outlive us.
    """
    for process in _children:
        if process.poll() is None:
            process.returncode = 0
    _children.clear()


atexit.register(forget_children)


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _serves(pid: int, data: Path) -> bool:
    """Tell whether `pid` is alive and a server working in `data`, as every process of a Postgres server does."""
    if Path("/proc/self/cwd").exists():
        return _working_folder(pid) == data
    told = subprocess.run(["/bin/ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, check=False)
    return not told.stdout.startswith(b"Z") and b"-D " + os.fsencode(data) + b" " in told.stdout


def _working_folder(pid: int) -> Path | None:
    """Return where a living process of Postgres works; None for any other process, such as a person's shell there."""
    try:
        name, _, state = Path(f"/proc/{pid}/stat").read_bytes().partition(b"(")[2].rpartition(b")")
        living = name == b"postgres" and state.split()[0] not in (b"Z", b"X")
        return Path(f"/proc/{pid}/cwd").readlink() if living else None
    except OSError:
        return None


def _processes_in(data: Path) -> list[int]:
    """Return the processes that work in `data`; none where there is no /proc (there Postgres' own guard must do)."""
    if not Path("/proc/self/cwd").exists():
        return []
    numbers = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    return [pid for pid in numbers if _working_folder(pid) == data]
