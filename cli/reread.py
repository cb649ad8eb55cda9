"""`wirewatch reread`: stored pages read again with today's reader. What is done stands in `scheduler.jobs.reread`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from cli import output
from cli.edits import coloured, marked
from cli.lazy import examples
from cli.safe import one_line
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from news.model import Article
    from news.wording import Paragraph
    from scheduler.jobs.reread import Correction, RereadReport

MOST_REASONS = 20

MOST_SHOWN_CHARS = 300
"""Of a fact before and after; a text is told in full."""


@click.command(
    epilog=examples(
        "wirewatch reread --dry-run", "wirewatch reread --since 3d --source outlet.example", "wirewatch reread"
    )
)
@click.option("--since", metavar="WHEN", help="Only pages fetched since: 30min, 12h, 7d, 2w, or 2026-11-01.")
@click.option("--source", "source_name", metavar="SOURCE", help="Of this source only.")
@click.option("--doubtful", is_flag=True, help="Only articles whose reader had doubts.")
@click.option("--all", "all_readers", is_flag=True, help="Also what today's reader has read already.")
@click.option("--dry-run", is_flag=True, help="Change nothing; tell what would change.")
@click.option("--limit", metavar="N", type=click.IntRange(1), help="At most so many pages.")
@click.option(
    "--diffs",
    metavar="N",
    type=click.IntRange(0, 1000),
    help="Show what changes in so many articles; with --dry-run 5.",
)
@output.json_option
def reread(
    since: str | None,
    source_name: str | None,
    doubtful: bool,
    all_readers: bool,
    dry_run: bool,
    limit: int | None,
    diffs: int | None,
    as_json: bool,
) -> None:
    """Read stored pages again with today's reader, and correct what was read of them.

    Only what an older reader has read, unless --all. What stood there before is kept as a revision of the reader's; it
    is no news, and alerts nobody. Stopped, it goes on where it was when it is started again.
    """
    from cli.moments import read_since

    report = run_async(
        run_reread(
            current(),
            since=read_since(since, datetime.now().astimezone()) if since else None,
            source_name=source_name,
            doubtful=doubtful,
            all_readers=all_readers,
            dry_run=dry_run,
            limit=limit,
            n_corrections=diffs if diffs is not None else 5 if dry_run else 0,
        )
    )
    if as_json:
        output.print_json(as_object(report))
    else:
        show(report)


async def run_reread(
    session: Session,
    *,
    since: datetime | None = None,
    source_name: str | None = None,
    doubtful: bool = False,
    all_readers: bool = False,
    dry_run: bool = False,
    limit: int | None = None,
    n_corrections: int = 0,
) -> RereadReport:
    """Read stored pages again, with a progress bar on a terminal.

    Raises:
        NotFoundError: There is no source of that name.
    """
    from extractors.edition import READER
    from scheduler.jobs import reread as job
    from scheduler.parsing import ParsePool
    from store import sources
    from store.rereads import Choice

    async with session.open_database() as database, ParsePool(session.scheduler) as parse:
        source_id = None
        if source_name is not None:
            async with database.connection() as conn:
                source_id = (await sources.find_source(conn, source_name, include_removed=True)).id
        choice = Choice(
            reader=READER,
            all_readers=all_readers,
            since=since,
            source_id=source_id,
            doubtful=doubtful,
        )
        with output.progress() as progress:
            task = progress.add_task("reading pages again", total=None, note="")

            def on_progress(report: RereadReport) -> None:
                note = f"{report.n_changed} changed, {report.n_recovered} new, {report.n_unreadable} unreadable"
                progress.update(task, completed=report.n_read, total=report.n_due, note=note)

            return await job.reread(
                database,
                parse,
                choice,
                dry_run=dry_run,
                limit=limit,
                n_corrections=n_corrections,
                n_at_once=session.scheduler.n_parse_children + 1,
                on_progress=on_progress,
            )


def as_object(report: RereadReport) -> dict[str, object]:
    """Return what `--json` prints: of corrections the facts before and after, of the text only what differs."""
    fields = output.plain(report)
    assert isinstance(fields, dict)
    fields["facts"] = dict(report.facts)
    fields["reasons"] = dict(report.reasons)
    fields["corrections"] = [
        {
            "article_id": correction.article_id,
            "url": correction.url,
            "facts": {
                fact: {"before": _fact(correction.before, fact), "after": _fact(correction.after, fact)}
                for fact in correction.facts
            },
            "text": [marked(paragraph) for paragraph in _changed_paragraphs(correction)],
        }
        for correction in report.corrections
    ]
    return fields


def show(report: RereadReport) -> None:
    """Print what was found, for a person."""
    for correction in report.corrections:
        _show_correction(correction)
    verb = "would change" if report.dry_run else "changed"
    rows = [
        ("pages read again", report.n_read),
        ("articles unchanged", report.n_unchanged),
        (f"articles that {verb}", report.n_changed),
        *((f"  of these {fact.replace('_', ' ')}", n) for fact, n in report.facts),
        ("  of these text shorter", report.n_shorter),
        ("  of these text longer", report.n_longer),
        ("read for the first time", report.n_recovered),
        ("unreadable today, left as they are", report.n_unreadable),
        ("changed by others meanwhile", report.n_overtaken),
        ("without a stored page", report.n_without_page),
    ]
    table = [(what, str(n)) for what, n in rows if n or not what.startswith("  ")]
    output.print_table(("WHAT", "HOW MANY"), [*table, ("time", output.span(report.seconds))])
    if report.reasons:
        click.echo()
        output.print_table(("UNREADABLE", "HOW OFTEN"), ((why, str(n)) for why, n in report.reasons[:MOST_REASONS]))
    if report.dry_run:
        output.say("nothing was changed; without --dry-run it is")
    elif not report.n_due:
        output.say(f"nothing to do: all stored pages were read by {report.reader}; --all reads them nevertheless")


def _show_correction(correction: Correction) -> None:
    number = f"article {correction.article_id}" if correction.article_id else "a new article"
    output.print_heading(f"{number}: {correction.after.title or correction.url}")
    output.print_line(correction.url)
    for fact in correction.facts:
        if fact != "text":
            before, after = _told(_fact(correction.before, fact)), _told(_fact(correction.after, fact))
            click.echo(f"  {fact}: {click.style(before, fg='red')} → {click.style(after, fg='green')}")
    for paragraph in _changed_paragraphs(correction):
        click.echo(f"  {coloured(paragraph)}")
    click.echo()


def _changed_paragraphs(correction: Correction) -> list[Paragraph]:
    from news.wording import Edit, compare_texts

    before = correction.before.text if correction.before else ""
    return [
        paragraph
        for paragraph in compare_texts(before, correction.after.text)
        if any(piece.edit is not Edit.SAME for piece in paragraph)
    ]


def _fact(article: Article | None, fact: str) -> object:
    """Return a fact as JSON knows it; the text as its length in characters: what differs in it is told apart."""
    value = getattr(article, fact) if article else None
    return len(value) if fact == "text" and isinstance(value, str) else output.plain(value)


def _told(value: object) -> str:
    """Return a fact in one line."""
    if isinstance(value, dict):
        # A moment; an attribution.
        value = value.get("at") or value.get("name")
    if isinstance(value, list):
        value = ", ".join(_told(item) for item in value)
    return one_line("" if value is None else str(value))[:MOST_SHOWN_CHARS] or "-"
