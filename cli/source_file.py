"""`wirewatch source import` and `export`: lists of sources as files. The formats are the extractors' business."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

import click

from cli import output
from cli.lazy import examples
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from extractors.opml import Problem
    from scheduler.sources import ImportReport

MOST_KNOWN = 20
"""Duplicates named on a terminal: an import that is run again has thousands."""


@click.command(
    "import", epilog=examples("wirewatch source import subscriptions.opml", "wirewatch source import sources.toml")
)
@click.argument("file", type=click.File("rb"))
@output.json_option
def import_(file: BinaryIO, as_json: bool) -> int:
    """Watch all sources of an OPML or TOML file.

    Lines that cannot be used are named on stderr, and the others go in. Ends with 1 when none could be used.
    The sources are asked by the next visit, not now. FILE may be - for standard input.
    """
    from extractors.opml import MAX_BYTES

    body = file.read(MAX_BYTES + 1)
    report, problems = run_async(import_body(current(), body, file.name))
    for problem in problems:
        output.say(f"{file.name}:{problem.line}: {problem.text}")
    for line in report.known[:MOST_KNOWN]:
        output.say(f"{file.name}:{line.line}: known already: {line.url}")
    if len(report.known) > MOST_KNOWN:
        output.say(f"{file.name}: {len(report.known) - MOST_KNOWN} more are known already; --json lists them")
    if as_json:
        output.print_json({"n_added": report.n_added, "known": report.known, "problems": problems})
    else:
        output.print_line(f"{report.n_added} added, {len(report.known)} known already, {len(problems)} not usable")
    return 0 if report.n_added + len(report.known) or not problems else 1


async def import_body(session: Session, body: bytes, filename: str) -> tuple[ImportReport, list[Problem]]:
    """Store what a file lists; return the report and all problems, in the order of the file.

    Raises:
        ImportFileError: It is neither OPML nor TOML; nothing was stored.
    """
    from extractors.opml import read_sources
    from scheduler.sources import import_sources

    listed = read_sources(body, filename)
    with output.progress() as progress:
        task = progress.add_task("importing", total=len(listed.sources), note="")
        async with session.open_kit() as kit:
            report = await import_sources(kit, listed.sources, lambda n_done: progress.update(task, completed=n_done))
    return report, sorted([*listed.problems, *report.problems], key=lambda problem: problem.line or 0)


@click.command(epilog=examples("wirewatch source export > subscriptions.opml"))
def export() -> None:
    """Write all sources as OPML to stdout.

    Each feed that is asked is a line; removed sources are left out.
    """
    # Bytes: the file is UTF-8, whatever the terminal's encoding.
    sys.stdout.buffer.write(run_async(export_body(current(), datetime.now(UTC))))


async def export_body(session: Session, now: datetime) -> bytes:
    """Return the watched feeds as an OPML file."""
    from extractors.opml import ListedSource, write_opml
    from news.model import FeedState
    from store import feeds

    async with session.open_database() as database, database.connection() as conn:
        stored = await feeds.all_feeds(conn)
    listed = [
        ListedSource(line=line, url=feed.url, title=source.name, home_url=source.url)
        for line, (source, feed) in enumerate(stored, 1)
        if feed.state is FeedState.ACTIVE
    ]
    return write_opml(listed, "Wirewatch sources", now)
