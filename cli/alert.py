"""`wirewatch alert …`: what the watches had to tell, and what became of it."""

from __future__ import annotations

import click

from cli.lazy import LazyGroup, examples

COMMANDS = {
    "list": ("cli.alert_list:list_", "List alerts, the newest first: why each was made, and what became of it."),
    "retry": ("cli.alert_retry:retry", "Deliver again what failed or was given up."),
}


@click.group(cls=LazyGroup, places=COMMANDS, epilog=examples("wirewatch alert list", "wirewatch alert retry"))
def alert() -> None:
    """See what the watches told, and deliver again what could not be delivered."""
