"""A group of commands whose modules are imported when they are called: `wirewatch --help` imports click and no more.

What the commands do is theirs.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows its commands by name, place and one line of help.

    Args:
        places: Name to (`module:attribute`, short help). The short help is the first sentence of the command's own;
            a test holds them together.
        of_numbers: The command that is meant where a number stands in the place of one.
    """

    def __init__(
        self, *args: Any, places: Mapping[str, tuple[str, str]], of_numbers: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        self.of_numbers = of_numbers

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, or return None when there is none of that name."""
        if cmd_name not in self.places:
            return None
        module, attribute = self.places[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is answered with its nearest neighbour."""
        if args and self.of_numbers and args[0].isdecimal():
            args = [self.of_numbers, *args]
        name = args[0] if args else ""
        if name and name not in self.places and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, self.places, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(self.places)}."
            ctx.fail(f"No such command '{name}'; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands from the one-line helps, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in self.places.items()])


def examples(*lines: str) -> str:
    """Return the last paragraph of a command's help: lines as a person types them (a test sees that they parse)."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
