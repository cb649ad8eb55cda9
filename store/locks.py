"""Locks between processes on files: they end with their process, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from news.errors import PostgresStartError

# A cold start on a loaded machine took 6 s, crash recovery 20 s: who holds the lock longer is stuck.
_TIMEOUT_S = 180.0
_POLL_S = 0.02


class Hold:
    """A shared lock on a file, held until released or until the process ends.

    A forked child inherits the file but not the hold: `mine` is False there.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._process = os.getpid()

    @property
    def mine(self) -> bool:
        """Whether this process took it."""
        return os.getpid() == self._process

    def try_alone(self) -> bool:
        """Tell whether nobody else holds it; if so, nobody else gets it before `release`."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Give it back, also on behalf of forked children that inherited the file."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        os.close(self._file)


def share(path: Path) -> Hold:
    """Take a shared lock on `path`; nobody may hold it alone at that moment."""
    file = _open(path)
    try:
        _acquire(file, fcntl.LOCK_SH, path)
    except BaseException:
        os.close(file)
        raise
    return Hold(file)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold `path` alone, waiting for others.

    Raises:
        PostgresStartError: Another process holds it for minutes.
    """
    file = _open(path)
    try:
        _acquire(file, fcntl.LOCK_EX, path)
        yield
    finally:
        os.close(file)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _acquire(file: int, kind: int, path: Path) -> None:
    deadline = time.monotonic() + _TIMEOUT_S
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise PostgresStartError(
                    f"embedded Postgres: {path}: another process has held this lock for {_TIMEOUT_S:g} s; end it"
                ) from None
            time.sleep(_POLL_S)
        else:
            return
