"""`wirewatch watch pause`, `resume` and `remove`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from cli import output
from cli.lazy import examples
from cli.session import Session, current, run_async

names_argument = click.argument("names", metavar="NAME…", nargs=-1, required=True)


@click.command(epilog=examples("wirewatch watch pause bridges"))
@names_argument
def pause(names: tuple[str, ...]) -> None:
    """Let watches tell nothing, until resumed."""
    _change(names, "paused")


@click.command(epilog=examples("wirewatch watch resume bridges"))
@names_argument
def resume(names: tuple[str, ...]) -> None:
    """Let paused watches tell what comes from now on.

    What came meanwhile is old news; what waited to be told goes now.
    """
    _change(names, "active")


@click.command(epilog=examples("wirewatch watch remove bridges"))
@names_argument
def remove(names: tuple[str, ...]) -> None:
    """Remove watches with their alerts and deliveries."""
    for name in run_async(remove_watches(current(), names)):
        output.say(f"{name}: removed")


def _change(names: Sequence[str], state: str) -> None:
    for name in run_async(change_state(current(), names, state)):
        output.say(f"{name}: {state}")


async def change_state(session: Session, names: Sequence[str], state: str) -> list[str]:
    """Give watches a state, all of them or none; return their names.

    Raises:
        NotFoundError: There is none of one of the names.
    """
    from cli.watch_work import LONG_S
    from news.watches import WatchState
    from store import occasions, watches

    wanted, now = WatchState(state), datetime.now(UTC)
    async with session.open_database() as database, database.connection(timeout_s=LONG_S) as conn, conn.transaction():
        found = [await watches.find_watch(conn, name) for name in names]
        for watch in found:
            await watches.set_state(conn, watch, wanted, now=now)
            if watch.watch.tell_spikes and wanted is WatchState.ACTIVE and watch.state is not wanted:
                # What came while it was paused belongs to its usual volume.
                await occasions.fill_hits(conn, watch.id, now)
    return [watch.watch.name for watch in found]


async def remove_watches(session: Session, names: Sequence[str]) -> list[str]:
    """Remove watches, all of them or none; return their names.

    Raises:
        NotFoundError: There is none of one of the names.
        UsageError: Another watch asks for one of them.
    """
    from store import watches

    async with session.open_database() as database, database.connection() as conn, conn.transaction():
        found = [await watches.find_watch(conn, name) for name in names]
        for watch in found:
            await watches.remove_watch(conn, watch)
    return [watch.watch.name for watch in found]
