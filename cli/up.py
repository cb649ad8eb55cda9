"""`wirewatch up`: database and workers on this machine, kept alive. How is the business of `scheduler.supervisor`."""

from __future__ import annotations

import contextlib
import sys

import click

from cli import output
from cli.lazy import examples
from cli.session import Session, current, log_to_stderr, run_async


@click.command(epilog=examples("wirewatch up", "wirewatch up --workers 2"))
@click.option("--workers", "n_workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def up(n_workers: int) -> None:
    """Run everything on this machine until stopped.

    Starts the embedded Postgres unless WIREWATCH_DATABASE_URL names another, migrates it, and keeps workers alive.
    Ctrl-C or SIGTERM ends it within 30 seconds.
    """
    session = current()
    log_to_stderr("DEBUG" if session.debug else "INFO")
    run_async(run_up(session, n_workers))


async def run_up(session: Session, n_workers: int) -> None:
    """Keep database and workers alive until SIGTERM or Ctrl-C.

    Raises:
        WirewatchError: A setting is wrong or the database cannot be used: told at once, not by a child in a loop.
    """
    from cli.worker import stop_on_signals
    from scheduler.supervisor import Child, supervise
    from store.embedded import EmbeddedPostgres

    stop = stop_on_signals()
    _ = session.crawler, session.scheduler
    embedded = None if session.store.database_url else EmbeddedPostgres(session.store.home)
    with embedded or contextlib.nullcontext():
        # Opened once: it migrates, and refuses an unfit database.
        async with session.open_database():
            pass

        def keep_database() -> None:
            if embedded is not None:
                embedded.ensure_running()

        output.say(f"wirewatch is up with {n_workers} worker(s); Ctrl-C ends it")
        await supervise(
            [Child(name=f"worker-{number}", command=worker_command(session)) for number in range(1, n_workers + 1)],
            stop,
            keep_database=keep_database if embedded else None,
        )
    output.say("wirewatch is down")


def worker_command(session: Session) -> tuple[str, ...]:
    """Return the words that start a worker with this installation; `-P` keeps the current folder out of its imports."""
    return (sys.executable, "-P", "-m", "cli", *(["--debug"] if session.debug else []), "worker")
