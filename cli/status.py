"""`wirewatch status`: what is healthy, what is not, and why. What is counted stands in `store.status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from store.status import Status


@click.command(epilog=examples("wirewatch status", "wirewatch status --json | jq .n_articles"))
@output.json_option
def status(as_json: bool) -> None:
    """Tell what is healthy, what is not, and why.

    Ends with 0 whenever it could be read, whatever it says.
    """
    report = run_async(read_status(current()))
    if as_json:
        output.print_json(report)
    else:
        show(report)


async def read_status(session: Session) -> Status:
    """Return what the database knows of everything's health."""
    from store import status

    async with session.open_database() as database, database.connection() as conn:
        return await status.read_status(conn)


def show(report: Status) -> None:
    """Print the status for a person."""
    output.print_json(report)
