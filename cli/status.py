"""`wirewatch status`: what is healthy, what is not, and why. What is counted stands in `store.status`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from store.status import Count, Status

OVERDUE = timedelta(minutes=10)
"""A worker takes what is due within a second; a host that is slow or polite holds its own work up for minutes."""


@click.command(epilog=examples("wirewatch status", "wirewatch status --json | jq .problems"))
@output.json_option
def status(as_json: bool) -> None:
    """Tell what is healthy, what is not, and why.

    Ends with 0 whenever it could be read, whatever it says.
    """
    report = run_async(read_status(current()))
    if as_json:
        output.print_json(as_object(report))
    else:
        show(report)


async def read_status(session: Session) -> Status:
    """Return what the database knows of everything's health."""
    from extractors.edition import READER
    from store import status

    async with session.open_database() as database, database.connection() as conn:
        return await status.read_status(conn, READER)


def problems(report: Status) -> list[str]:
    """Return what is not as it should be, a sentence each, the gravest first; empty when all is well."""
    found = []
    oldest = report.backlog.oldest_due_at
    if report.queue.failed:
        found.append(f"{report.queue.failed} visits ended by a mistake of ours: see the worker's log")
    if oldest is not None and report.at - oldest > OVERDUE:
        late = output.span((report.at - oldest).total_seconds())
        found.append(f"work is due since {late}: is a worker running? (wirewatch up)")
    if report.queue.stalled:
        found.append(f"{report.queue.stalled} visits are held by a worker that gives no sign of life")
    if report.deliveries.dead:
        found.append(f"{report.deliveries.dead} alerts could not be delivered for days: wirewatch alert retry")
    n_failing = sum(channel.n_failures > 0 for channel in report.ailing_channels)
    if n_failing:
        found.append(f"{n_failing} channels take no alerts; what is for them waits")
    if report.feeds.failing or report.feeds.gone:
        found.append(f"{report.feeds.failing} feeds fail, {report.feeds.gone} are gone")
    if report.unplaced.n_waiting and report.at - (report.unplaced.swept_at or report.at) > OVERDUE:
        late = output.span((report.at - (report.unplaced.swept_at or report.at)).total_seconds())
        found.append(f"{report.unplaced.n_waiting} articles have no place yet, stories were not tidied for {late}")
    if report.n_hosts_in_backoff:
        found.append(f"{report.n_hosts_in_backoff} hosts are left alone for a while")
    return found


def as_object(report: Status) -> dict[str, object]:
    """Return what `--json` prints: the numbers, and what they mean."""
    fields = output.plain(report)
    assert isinstance(fields, dict)
    return {"problems": problems(report), **fields}


def show(report: Status) -> None:
    """Print the status for a person."""
    if not report.sources.active + report.sources.paused:
        output.print_heading("no sources yet; add one: wirewatch source add https://outlet.example")
    else:
        output.print_heading("not all is well:" if problems(report) else "all is well")
    for problem in problems(report):
        click.echo(f"  {problem}")
    click.echo()
    output.print_facts(_facts(report))
    _show_channels(report)
    _show_feeds(report)
    _show_hosts(report)
    _show_entries(report)
    _show_changed_sites(report)
    _show_doubts(report)


def _facts(report: Status) -> list[tuple[str, str | None]]:
    entries, feeds, last = report.entries, report.feeds, report.last_article
    unplaced = report.unplaced
    return [
        ("sources", f"{report.sources.active} active, {report.sources.paused} paused"),
        ("feeds", f"{feeds.active} asked, {feeds.unread} never read yet, {feeds.alternative} kept as alternatives"),
        ("articles", _told(report.articles)),
        (
            "entries",
            f"{_told(entries.stored)} stored, {_told(entries.duplicate)} duplicates, {_told(entries.pending)} pending, "
            f"{_told(entries.failed)} failed, {_told(entries.skipped)} skipped",
        ),
        (
            "last article",
            f"{output.moment(last.fetched_at)}  {last.title or last.url} ({last.source})" if last else "-",
        ),
        ("read poorly", f"{_told(report.poor_reads.n)} of the last {report.poor_reads.days} days"),
        (
            "read by another reader",
            f"{_told(report.outdated)}; `wirewatch reread` reads them again" if report.outdated.n else None,
        ),
        (
            "without a place yet",
            f"{unplaced.n_waiting} articles, and about {unplaced.n_late} from before there were stories"
            if unplaced.n_waiting or unplaced.n_late
            else None,
        ),
        ("due now", f"{report.backlog.n_feeds} feeds, {_told(report.backlog.n_entries)} pages"),
        ("alerts to deliver", f"{report.deliveries.waiting} waiting, {report.deliveries.under_way} under way"),
        ("visits", f"{report.queue.running} under way, {report.queue.waiting} waiting"),
        ("database", f"{_size(report.database_bytes)}, of this raw pages {_size(report.page_bytes)}"),
        ("postgres", report.postgres_version),
    ]


def _show_channels(report: Status) -> None:
    if report.ailing_channels:
        click.echo()
        rows = (
            (
                str(channel.id),
                channel.shown,
                str(channel.n_failures),
                str(channel.n_dead),
                channel.error or channel.dead_error or "",
                output.moment(channel.next_attempt_at),
            )
            for channel in report.ailing_channels
        )
        output.print_table(("CHANNEL", "WHERE", "FAILED", "DEAD", "WHY", "NEXT ATTEMPT"), rows)


def _show_feeds(report: Status) -> None:
    if report.failing_feeds:
        click.echo()
        rows = (
            (feed.source, feed.url, str(feed.n_failures), feed.error or feed.state, output.moment(feed.next_check_at))
            for feed in report.failing_feeds
        )
        output.print_table(("FAILING FEED OF", "URL", "TIMES", "WHY", "NEXT CHECK"), rows)


def _show_hosts(report: Status) -> None:
    if report.hosts_in_backoff:
        click.echo()
        rows = ((host.name, output.moment(host.backoff_until), host.error or "") for host in report.hosts_in_backoff)
        output.print_table(("HOST LEFT ALONE", "UNTIL", "WHY"), rows)


def _show_entries(report: Status) -> None:
    if report.failed_entries:
        click.echo()
        rows = (
            (output.moment(entry.settled_at), entry.source or "-", entry.url or "-", entry.reason)
            for entry in report.failed_entries
        )
        output.print_table(("GIVEN UP", "SOURCE", "URL", "WHY"), rows)


def _show_doubts(report: Status) -> None:
    if report.poor_reads.doubts:
        click.echo()
        rows = (
            (doubt.doubt, str(doubt.n), f"{doubt.article_id}  {doubt.title or doubt.url}")
            for doubt in report.poor_reads.doubts
        )
        output.print_table(("READ POORLY", "HOW OFTEN", "AS ARTICLE"), rows)


def _show_changed_sites(report: Status) -> None:
    if report.changed_sites:
        click.echo()
        rows = (
            (site.name, output.moment(site.changed_at), "what it taught before is forgotten")
            for site in report.changed_sites
        )
        output.print_table(("LAYOUT CHANGED", "NOTICED", "SO"), rows)


def _told(count: Count) -> str:
    return f"{count.n}" if count.exact else f"about {count.n}"


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 2**30:.1f} GiB" if n_bytes >= 2**30 else f"{n_bytes / 2**20:.0f} MiB"
