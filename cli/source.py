"""`wirewatch source …`: the outlets that are watched. What is done stands in `scheduler` and `store`."""

from __future__ import annotations

import click

from cli.lazy import LazyGroup, examples

COMMANDS = {
    "add": ("cli.source_add:add", "Find an outlet's feeds and watch it from now on."),
    "list": ("cli.source_read:list_", "List the sources, with what they bring and what is wrong."),
    "show": ("cli.source_read:show", "Show one source with all its feeds."),
    "check": ("cli.source_read:check", "Ask a source's feeds now and tell what they list; store nothing."),
    "template": (
        "cli.source_template:template",
        "Show what a source's pages taught, and confirm where their text stands.",
    ),
    "pause": ("cli.source_change:pause", "Stop asking sources, until resumed."),
    "resume": ("cli.source_change:resume", "Ask paused or removed sources again, at once."),
    "remove": ("cli.source_change:remove", "Stop watching sources and hide them; their articles stay."),
    "import": ("cli.source_file:import_", "Watch all sources of an OPML or TOML file."),
    "export": ("cli.source_file:export", "Write all sources as OPML to stdout."),
}


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    epilog=examples("wirewatch source add https://outlet.example", "wirewatch source list"),
)
def source() -> None:
    """Add, list, check and change the outlets that are watched."""
