"""`wirewatch source pause`, `resume` and `remove`: whether a source is watched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from news.model import SourceState

names_argument = click.argument("names", metavar="SOURCE…", nargs=-1, required=True)


@click.command(epilog=examples("wirewatch source pause outlet.example"))
@names_argument
def pause(names: tuple[str, ...]) -> None:
    """Stop asking sources, until resumed."""
    _change(names, "paused")


@click.command(epilog=examples("wirewatch source resume outlet.example"))
@names_argument
def resume(names: tuple[str, ...]) -> None:
    """Ask paused or removed sources again, at once."""
    _change(names, "active")


@click.command(epilog=examples("wirewatch source remove outlet.example"))
@names_argument
def remove(names: tuple[str, ...]) -> None:
    """Stop watching sources and hide them; their articles stay."""
    _change(names, "removed")


def _change(names: Sequence[str], state: str) -> None:
    from news.model import SourceState

    for name in run_async(change_state(current(), names, SourceState(state))):
        output.say(f"{name}: {state}")


async def change_state(session: Session, names: Sequence[str], state: SourceState) -> list[str]:
    """Give sources a state, all of them or none; return their names.

    Raises:
        NotFoundError: There is none of one of the names.
    """
    from news.model import SourceState
    from store import sources

    back = state is SourceState.ACTIVE
    async with session.open_database() as database, database.connection() as conn, conn.transaction():
        found = [await sources.find_source(conn, name, include_removed=back) for name in names]
        for source in found:
            await sources.set_state(conn, source.id, state)
    return [source.name for source in found]
