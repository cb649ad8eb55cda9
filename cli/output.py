"""Shows answers: as tables for people, as JSON for machines. Results on stdout, talk on stderr.

On a terminal tables have columns and colour; elsewhere they are lines of tab-separated cells under a header.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import click

from cli.safe import escape_unsafe, many_lines, one_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def say(text: str) -> None:
    """Talk to the person: one line on stderr."""
    click.echo(one_line(text), err=True)


def print_line(text: str = "") -> None:
    """Print one line of a result."""
    click.echo(one_line(text))


def print_text(text: str) -> None:
    """Print a result of several lines."""
    click.echo(many_lines(text))


def print_heading(text: str) -> None:
    """Print a heading; bold on a terminal."""
    click.echo(click.style(one_line(text), bold=True))


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; every cell becomes one line of harmless text."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [list(header), *cells]:
            click.echo("\t".join(row))
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in header:
        table.add_column(name, overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console().print(table)


def print_facts(facts: Iterable[tuple[str, str | None]]) -> None:
    """Print names and values, a line each; unknown values are left out."""
    known = [(name, one_line(value)) for name, value in facts if value]
    width = max((len(name) for name, _ in known), default=0)
    for name, value in known:
        click.echo(f"{click.style(name.ljust(width), dim=True)}  {value}")


def print_json(value: object) -> None:
    """Print one JSON document."""
    click.echo(_dumped(value, indent=2))


def print_json_line(value: object) -> None:
    """Print one line of JSON Lines."""
    click.echo(_dumped(value))


def plain(value: object) -> Any:
    """Return a value as JSON knows it: dataclasses as objects with the same names, moments in ISO 8601, UTC.

    Bytes (hashes) are nobody's business outside and become hexadecimal.
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def moment(at: datetime | None) -> str:
    """Return a moment in the reader's own zone, to the minute; a dash when unknown."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at else "-"


def span(seconds: float) -> str:
    """Return a length of time in its largest fitting unit, as `5 min`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def console() -> Console:
    """Return a console on stdout."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def progress() -> Progress:
    """Return a progress display on stderr; it shows nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    # On a narrow terminal the note gives way first, and not the bar.
    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    talk = Console(stderr=True, highlight=False, markup=False, emoji=False)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}", markup=False, table_column=rest),
        expand=True,
        console=talk,
        disable=not talk.is_terminal,
        transient=True,
    )


def _dumped(value: object, indent: int | None = None) -> str:
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    text = json.dumps(plain(value), ensure_ascii=encoding != "utf8", allow_nan=False, indent=indent)
    return escape_unsafe(text)
