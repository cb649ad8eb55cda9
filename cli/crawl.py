"""`wirewatch crawl`: one round in the foreground. What a round does stands in `scheduler.round`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from news.model import StoredSource
    from scheduler.round import RoundReport

MOST_REASONS = 20


@click.command(epilog=examples("wirewatch crawl", "wirewatch crawl outlet.example"))
@click.argument("names", metavar="[SOURCE…]", nargs=-1)
@output.json_option
def crawl(names: tuple[str, ...], as_json: bool) -> None:
    """Visit now what is due, or the named sources, then stop.

    Where no worker lives, what watches matched is told at the end.
    """
    report = run_async(run_crawl(current(), names))
    if as_json:
        output.print_json(report)
    else:
        show(report)


async def run_crawl(session: Session, names: Sequence[str]) -> RoundReport:
    """Run a round and tell what it matched, with a progress bar on a terminal.

    Raises:
        NotFoundError: There is no source of one of the names.
        UsageError: One is paused.
    """
    from scheduler.round import run_round
    from scheduler.round_alerts import tell_round
    from store import sources

    async with session.open_kit() as kit:
        ids: list[int] | None = None
        if names:
            async with kit.database.connection() as conn:
                found = [await sources.find_source(conn, name) for name in names]
            _refuse_paused(found)
            ids = [source.id for source in found]
        with output.progress() as progress:
            task = progress.add_task("visiting hosts", total=None, note="")

            def on_progress(report: RoundReport) -> None:
                progress.update(
                    task,
                    completed=report.n_hosts,
                    total=report.n_hosts + report.n_hosts_due,
                    note=f"{report.n_new} new, {report.n_stored} stored, {report.n_failed} failed",
                )

            report = await run_round(kit, ids, on_progress)
            progress.update(task, note="telling")
            n_messages = await tell_round(kit, session.alerts, session.crawler)
            return replace(report, n_messages=n_messages)


def _refuse_paused(found: Sequence[StoredSource]) -> None:
    from news.errors import UsageError
    from news.model import SourceState

    for source in found:
        if source.state is SourceState.PAUSED:
            raise UsageError(f"source: {source.name}: is paused; first: wirewatch source resume {source.name}")


def show(report: RoundReport) -> None:
    """Print what a round did, and why not more."""
    output.print_table(
        ("WHAT", "HOW MANY"),
        (
            ("hosts visited", str(report.n_hosts)),
            ("feeds asked", str(report.n_feeds)),
            ("  of these unchanged", str(report.n_not_modified)),
            ("  of these failed", str(report.n_feeds_failed)),
            ("lines listed", str(report.n_listed)),
            ("  of these new", str(report.n_new)),
            ("pages fetched", str(report.n_fetched)),
            ("articles stored", str(report.n_stored)),
            ("duplicates", str(report.n_duplicate)),
            ("skipped", str(report.n_skipped)),
            ("put off, to be tried again", str(report.n_put_off)),
            ("failed", str(report.n_failed)),
            ("pages asked for again", str(report.n_rechecked)),
            ("  of these changed", str(report.n_revised)),
            *([("messages sent", str(report.n_messages))] if report.n_messages else []),
            ("time", output.span(report.seconds)),
        ),
    )
    if report.reasons:
        click.echo()
        output.print_table(("WHY", "HOW OFTEN"), ((why, str(n)) for why, n in report.reasons[:MOST_REASONS]))
