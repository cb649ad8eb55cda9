"""`wirewatch alert …`: what the watches had to tell, and what became of it."""

from __future__ import annotations

import click

from cli.lazy import LazyGroup, examples

COMMANDS = {
    "retry": ("cli.alert_retry:retry", "Deliver again what failed or was given up."),
}


@click.group(cls=LazyGroup, places=COMMANDS, epilog=examples("wirewatch alert retry"))
def alert() -> None:
    """Deliver again what could not be delivered."""
