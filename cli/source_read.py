"""`wirewatch source list`, `show` and `check`: what is watched, and what its feeds say now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.safe import one_line
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from news.model import StoredFeed, StoredSource
    from scheduler.check import FeedReport
    from store.sources import SourceReport

N_SHOWN = 5


@click.command(
    "list",
    epilog=examples(
        "wirewatch source list", "wirewatch source list --json | jq '.[] | select(.n_failing > 0) | .source.name'"
    ),
)
@click.option("--all", "include_removed", is_flag=True, help="Removed sources, too.")
@output.json_option
def list_(include_removed: bool, as_json: bool) -> None:
    """List the sources, with what they bring and what is wrong."""
    reports = run_async(read_list(current(), include_removed))
    if as_json:
        output.print_json(reports)
        return
    if not reports:
        output.say("no sources yet; add one: wirewatch source add https://outlet.example")
    output.print_table(
        ("SOURCE", "STATE", "FEEDS", "ARTICLES", "LAST NEW", "NEXT CHECK", "PROBLEM"),
        (
            (
                report.source.name,
                report.source.state,
                str(report.n_feeds),
                str(report.n_articles),
                output.moment(report.last_new_at),
                output.moment(report.next_check_at),
                report.error or "",
            )
            for report in reports
        ),
    )


async def read_list(session: Session, include_removed: bool) -> list[SourceReport]:
    """Return all sources with what they bring."""
    from store import sources

    async with session.open_database() as database, database.connection() as conn:
        return await sources.list_sources(conn, include_removed=include_removed)


@click.command(epilog=examples("wirewatch source show outlet.example"))
@click.argument("name", metavar="SOURCE")
@output.json_option
def show(name: str, as_json: bool) -> None:
    """Show one source with all its feeds.

    SOURCE is its name or its URL.
    """
    source, feeds = run_async(read_source(current(), name))
    if as_json:
        output.print_json({"source": source, "feeds": [_public(feed) for feed in feeds]})
        return
    output.print_heading(source.name)
    output.print_facts(
        (
            ("url", source.url),
            ("state", source.state),
            ("language", source.language),
            ("added", output.moment(source.added_at)),
        )
    )
    for feed in feeds:
        click.echo()
        output.print_heading(feed.url)
        output.print_facts(_facts(feed))


def _facts(feed: StoredFeed) -> list[tuple[str, str | None]]:
    return [
        ("kind", feed.kind),
        ("state", feed.state),
        ("title", feed.title),
        ("checked", output.moment(feed.checked_at)),
        ("last new", output.moment(feed.new_at)),
        ("next check", output.moment(feed.next_check_at)),
        ("mean gap", output.span(feed.mean_gap_s) if feed.mean_gap_s else None),
        ("failures", f"{feed.n_failures} in a row" if feed.n_failures else None),
        ("problem", feed.error),
    ]


def _public(feed: StoredFeed) -> dict[str, object]:
    """Return what `--json` prints of a feed: all but the hash of its body."""
    fields = output.plain(feed)
    del fields["body_hash"]
    assert isinstance(fields, dict)
    return fields


async def read_source(session: Session, name: str) -> tuple[StoredSource, list[StoredFeed]]:
    """Return a source and its feeds.

    Raises:
        NotFoundError: There is none of that name or URL.
    """
    from store import feeds, sources

    async with session.open_database() as database, database.connection() as conn:
        source = await sources.find_source(conn, name, include_removed=True)
        return source, await feeds.list_feeds(conn, source.id)


@click.command(epilog=examples("wirewatch source check outlet.example"))
@click.argument("name", metavar="SOURCE")
@output.json_option
def check(name: str, as_json: bool) -> int:
    """Ask a source's feeds now and tell what they list; store nothing.

    Ends with 1 when none of its feeds could be read.
    """
    reports = run_async(check_feeds(current(), name))
    if as_json:
        output.print_json([as_object(report) for report in reports])
    else:
        for report in reports:
            _show_report(report)
    return 0 if any(report.document for report in reports) else 1


async def check_feeds(session: Session, name: str) -> list[FeedReport]:
    """Return what each feed of a source says now."""
    from scheduler.check import check_source
    from store import sources

    async with session.open_kit() as kit:
        async with kit.database.connection() as conn:
            source = await sources.find_source(conn, name)
        return await check_source(kit, source)


def _show_report(report: FeedReport) -> None:
    output.print_heading(report.feed.url)
    if report.document is None:
        output.print_line(f"  could not be read: {report.problem}")
        return
    n_new = sum(not known for known in report.known)
    lines = report.document.entries
    click.echo(f"  {report.document.kind} · {report.feed.state} · {len(lines)} lines, {n_new} new")
    for entry, known in list(zip(lines, report.known, strict=True))[:N_SHOWN]:
        published = output.moment(entry.published.at) if entry.published else "undated"
        verdict = "known" if known else "new"
        click.echo(f"  {verdict:5}  {published:16}  {one_line(entry.title or entry.url)}")
    for note in report.document.notes:
        click.echo(f"  note: {one_line(note)}")


def as_object(report: FeedReport) -> dict[str, object]:
    """Return what `--json` prints of one feed's report."""
    document = report.document
    return {
        "url": report.feed.url,
        "state": report.feed.state,
        "kind": document.kind if document else report.feed.kind,
        "problem": report.problem,
        "notes": document.notes if document else (),
        "entries": [
            {
                "title": entry.title,
                "url": entry.url,
                "published_at": entry.published and entry.published.at,
                "known": known,
            }
            for entry, known in zip(document.entries if document else (), report.known, strict=True)
        ],
    }
