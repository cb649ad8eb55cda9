"""`wirewatch watch list`, `show` and `test`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from cli import output
from cli.lazy import examples
from cli.session import current, run_async

if TYPE_CHECKING:
    from news.watches import StoredWatch
    from store.channels import StoredChannel

N_ALERTS = 10


@click.command("list", epilog=examples("wirewatch watch list", "wirewatch watch list --json | jq -r '.[].name'"))
@output.json_option
def list_(as_json: bool) -> None:
    """List the watches, with what they told."""
    from cli.watch_work import list_watches

    found = run_async(list_watches(current()))
    if as_json:
        output.print_json([as_object(one.watch, one.channels) for one in found])
        return
    if not found:
        output.say("there is no watch yet; save one with: wirewatch watch add NAME QUERY --to CHANNEL")
        return
    rows = [
        (
            one.watch.watch.name,
            one.watch.error or one.watch.state.value,
            one.watch.watch.query,
            ", ".join(channel.shown for channel in one.channels) or "-",
            f"{one.watch.n_alerts:,}",
            output.moment(one.watch.last_alert_at),
        )
        for one in found
    ]
    output.print_table(("name", "state", "query", "tells", "alerts", "last"), rows)


@click.command(epilog=examples("wirewatch watch show bridges"))
@click.argument("name", metavar="NAME")
@output.json_option
def show(name: str, as_json: bool) -> None:
    """Show one watch: what it asks, where it tells, what it told last."""
    from cli.alert_list import as_object as alert_object
    from cli.alert_list import show_alert
    from cli.watch_work import show_watch

    found = run_async(show_watch(current(), name, n_alerts=N_ALERTS))
    if as_json:
        told = [alert_object(alert, ()) for alert in found.alerts]
        output.print_json(as_object(found.watch, found.channels) | {"alerts": told})
        return
    output.print_facts(facts_of(found.watch, found.channels))
    for alert in found.alerts:
        click.echo()
        show_alert(alert, ())


@click.command(epilog=examples("wirewatch watch test bridges"))
@click.argument("name", metavar="NAME")
@output.json_option
def test(name: str, as_json: bool) -> None:
    """Send a test message to each channel of a watch.

    Ends with 1 where one does not take it.
    """
    from cli.watch_work import test_channels

    found = run_async(test_channels(current(), name))
    if as_json:
        output.print_json([output.plain(one) for one in found])
    elif not found:
        output.say(f"{name}: tells no channel")
    else:
        output.print_table(("channel", "test message"), [(one.channel, one.reason or "taken") for one in found])
    if any(one.reason is not None for one in found):
        raise click.exceptions.Exit(1)


def facts_of(stored: StoredWatch, channels: Sequence[StoredChannel]) -> Iterable[tuple[str, str | None]]:
    """Return what a person is shown of a watch."""
    watch, pace = stored.watch, stored.watch.pace
    yield "watch", watch.name
    yield "query", watch.query
    yield "state", stored.error or stored.state.value
    yield "tells", "each article" if watch.each_article else "each story once"
    if watch.tell_growth:
        yield "growth", f"again at {', '.join(map(str, watch.tell_growth))} sources"
    yield "revisions", "edited headlines and retractions" if watch.tell_revisions else None
    yield "spikes", "when many more articles match than usual" if watch.tell_spikes else None
    yield "when", pace.pace.value + (f", {pace.time_zone}" if pace.time_zone != "UTC" else "")
    if pace.quiet_from is not None and pace.quiet_until is not None:
        yield "quiet", f"{pace.quiet_from:%H:%M}-{pace.quiet_until:%H:%M} {pace.time_zone}"
    yield "cap", None if pace.most_per_hour is None else f"{pace.most_per_hour} messages an hour"
    yield "since", output.moment(stored.baseline_at)
    for channel in channels:
        state = "" if channel.state == "well" else f" · {channel.state}: {channel.error}"
        yield f"channel {channel.id}", f"{channel.shown}{state}"
    if stored.n_alerts:
        yield "alerts", f"{stored.n_alerts:,}, the last {output.moment(stored.last_alert_at)}"


def as_object(stored: StoredWatch, channels: Sequence[StoredChannel]) -> dict[str, Any]:
    """Return what `--json` prints of a watch."""
    watch, pace = stored.watch, stored.watch.pace
    return {
        "id": stored.id,
        "name": watch.name,
        "query": watch.query,
        "state": stored.state.value,
        "error": stored.error,
        "added_at": output.plain(stored.added_at),
        "baseline_at": output.plain(stored.baseline_at),
        "each_article": watch.each_article,
        "growth": list(watch.tell_growth),
        "revisions": watch.tell_revisions,
        "spikes": watch.tell_spikes,
        "pace": pace.pace.value,
        "time_zone": pace.time_zone,
        "quiet_from": f"{pace.quiet_from:%H:%M}" if pace.quiet_from is not None else None,
        "quiet_until": f"{pace.quiet_until:%H:%M}" if pace.quiet_until is not None else None,
        "most_per_hour": pace.most_per_hour,
        "n_alerts": stored.n_alerts,
        "last_alert_at": output.plain(stored.last_alert_at),
        "channels": [
            {"id": one.id, "channel": one.shown, "kind": one.kind.value, "state": one.state, "error": one.error}
            for one in channels
        ],
    }
