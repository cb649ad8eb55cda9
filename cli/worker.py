"""`wirewatch worker`: one worker process. What it does stands in `scheduler.worker`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path

import click

from cli.lazy import examples
from cli.session import Session, current, log_to_stderr, run_async

log = logging.getLogger(__name__)


@click.command(epilog=examples("WIREWATCH_DATABASE_URL=postgresql://wirewatch@db/wirewatch wirewatch worker"))
@click.option("--heartbeat-fd", type=int, hidden=True, help="The supervisor's pipe: a byte a second while all is well.")
@click.option(
    "--heartbeat-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Touch it each second while all is well, for health checks.",
)
def worker(heartbeat_fd: int | None, heartbeat_file: Path | None) -> None:
    """Run a single worker, for servers; any number share one database.

    It ends when the database is lost: let the system start it again (systemd, Docker), or use `wirewatch up`, which
    does so itself.
    """
    session = current()
    log_to_stderr("DEBUG" if session.debug else "INFO")
    run_async(work(session, heartbeat_fd, heartbeat_file))


async def work(session: Session, heartbeat_fd: int | None = None, heartbeat_file: Path | None = None) -> None:
    """Work until SIGTERM or Ctrl-C.

    Raises:
        UsageError: The heartbeat's file cannot be written.
        WirewatchError: The database cannot be used.
    """
    from scheduler.worker import run_worker

    stop = stop_on_signals()
    beat, touch = beating(heartbeat_fd, stop), touching(heartbeat_file)

    def both() -> None:
        beat()
        touch()

    await run_worker(session.store, session.crawler, session.scheduler, session.alerts, stop, beat=both)


def stop_on_signals() -> asyncio.Event:
    """Return an event of the running loop that SIGTERM, Ctrl-C and a closed terminal set; a second changes nothing."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # nohup and the like have SIGHUP ignored: then it stays so.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def beating(heartbeat_fd: int | None, stop: asyncio.Event) -> Callable[[], None]:
    """Return what writes a sign of life into the supervisor's pipe; it does nothing without one.

    A supervisor that died leaves a broken pipe: `stop` is set, for the next one brings workers of its own.
    """

    def beat() -> None:
        if heartbeat_fd is None:
            return
        try:
            with contextlib.suppress(BlockingIOError):
                os.write(heartbeat_fd, b".")
        except BrokenPipeError:
            log.warning("supervisor is gone", extra={"action": "supervisor_gone"})
            stop.set()

    if heartbeat_fd is not None:
        os.set_blocking(heartbeat_fd, False)
    return beat


def touching(file: Path | None) -> Callable[[], None]:
    """Return what touches a file; it does nothing without one. An old file of a worker before us is taken away.

    Raises:
        UsageError: It cannot be written.
    """
    from news.errors import UsageError

    if file is None:
        return lambda: None
    try:
        file.touch()
        file.unlink()
    except OSError as error:
        cause = (error.strerror or str(error)).lower()
        raise UsageError(f"heartbeat: {file}: cannot be written: {cause}; name another file") from error

    def touch() -> None:
        # On a full disk the check says what is true enough: not all is well.
        with contextlib.suppress(OSError):
            file.touch()

    return touch
