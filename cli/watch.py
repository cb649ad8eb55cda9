"""`wirewatch watch …`: saved queries, and where their alerts go. What they do stands in `watch_work`."""

from __future__ import annotations

import click

from cli.lazy import LazyGroup, examples

COMMANDS = {
    "add": ("cli.watch_add:add", "Save a query, and be told of each story that matches from now on."),
    "list": ("cli.watch_read:list_", "List the watches, with what they told."),
    "show": ("cli.watch_read:show", "Show one watch: what it asks, where it tells, what it told last."),
    "test": ("cli.watch_read:test", "Send a test message to each channel of a watch."),
    "change": ("cli.watch_add:change", "Change what is given of a watch, and leave the rest as it is."),
    "pause": ("cli.watch_state:pause", "Let watches tell nothing, until resumed."),
    "resume": ("cli.watch_state:resume", "Let paused watches tell what comes from now on."),
    "remove": ("cli.watch_state:remove", "Remove watches with their alerts and deliveries."),
}


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    epilog=examples(
        "wirewatch watch add bridges 'bridge* NEAR/5 collapse*' --to mailto:me@outlet.example", "wirewatch watch list"
    ),
)
def watch() -> None:
    """Save queries, and be told of each story that matches."""
