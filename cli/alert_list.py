"""`wirewatch alert list`: what the watches had to tell, why, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from cli import output
from cli.lazy import examples
from cli.numbers import NUMBER
from cli.safe import one_line
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from news.watches import StoredAlert
    from store.deliveries import Delivery


@click.command(
    "list", epilog=examples("wirewatch alert list", "wirewatch alert list --watch bridges --since 7d --json")
)
@click.option("--watch", metavar="NAME", help="Only alerts of this watch.")
@click.option("--since", metavar="WHEN", help="Made since then: 30min, 12h, 7d, 2w, or 2026-11-01.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@click.option("--before", metavar="ALERT", type=NUMBER, help="Go on behind this alert, the last of a page before.")
@output.json_option
def list_(watch: str | None, since: str | None, limit: int, before: int | None, as_json: bool) -> None:
    """List alerts, the newest first: why each was made, and what became of it.

    With --json JSON Lines.
    """
    from cli.moments import read_since

    moment = read_since(since, datetime.now().astimezone()) if since else None
    found = run_async(find_alerts(current(), watch, since=moment, limit=limit, before=before))
    if as_json:
        for alert, deliveries in found:
            output.print_json_line(as_object(alert, deliveries))
        return
    if not found:
        output.say("no alerts")
    for alert, deliveries in found:
        show_alert(alert, deliveries)
        click.echo()


async def find_alerts(
    session: Session, watch: str | None, *, since: datetime | None, limit: int, before: int | None
) -> list[tuple[StoredAlert, Sequence[Delivery]]]:
    """Return alerts, the newest first, each with its deliveries.

    Raises:
        NotFoundError: There is no watch of this name.
    """
    from store import alerts, deliveries, watches

    async with session.open_database() as database, database.connection() as conn:
        watch_id = None if watch is None else (await watches.find_watch(conn, watch)).id
        found = await alerts.list_alerts(conn, watch_id=watch_id, since=since, limit=limit, before_id=before)
        known = await deliveries.deliveries_of(conn, [alert.id for alert in found])
    return [(alert, known.get(alert.id, ())) for alert in found]


def show_alert(alert: StoredAlert, deliveries: Sequence[Delivery]) -> None:
    """Print one alert for a person."""
    from cli.search import highlighted

    output.print_heading(alert.title or alert.url or f"alert {alert.id}")
    why = {
        "story": "a new story",
        "article": "a new article",
        "grown": f"told by {alert.occasion_key} sources",
        "revised": "changed",
        "spike": "a spike",
    }[alert.occasion.value]
    story = "" if alert.story_id is None else f" · story {alert.story_id}"
    article = "" if alert.article_id is None else f" · article {alert.article_id}"
    source = "" if alert.source is None else f" · {one_line(alert.source)}"
    made = output.moment(alert.created_at)
    click.echo(f"  {made} · {one_line(alert.watch)}: {why}{source}{article}{story} · alert {alert.id}")
    if alert.matched_words:
        click.echo(f"  hit: {one_line(', '.join(alert.matched_words))}")
    if alert.note:
        click.echo(f"  {one_line(alert.note)}")
    if alert.snippet:
        click.echo(f"  {highlighted(alert.snippet)}")
    if alert.url:
        click.echo(f"  {one_line(alert.url)}")
    for one in deliveries:
        error = f": {one_line(one.error)}" if one.error else ""
        click.echo(f"  {one_line(one.channel)}: {one.state.value}{error}")


def as_object(alert: StoredAlert, deliveries: Sequence[Delivery]) -> dict[str, Any]:
    """Return what `--json` prints of one alert; the snippet with `**` around what hit."""
    from news.messages import MARK_END, MARK_START

    fields = output.plain(alert)
    assert isinstance(fields, dict)
    if alert.snippet is not None:
        fields["snippet"] = alert.snippet.replace(MARK_START, "**").replace(MARK_END, "**")
    fields["deliveries"] = [
        {"channel": one.channel, "state": one.state.value, "n_attempts": one.n_attempts, "error": one.error}
        for one in deliveries
    ]
    return fields
