"""`wirewatch watch add` and `wirewatch watch change`: what a watch asks, tells, when and whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import click

from cli import output
from cli.lazy import examples
from cli.numbers import NUMBER
from cli.session import current, run_async

if TYPE_CHECKING:
    from cli.watch_work import WatchAnswer
    from news.watches import Watch

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
PACES = ("at once", "hourly", "daily", "weekly")


def what_it_tells(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that adding and changing have in common."""
    options = (
        click.option(
            "--to", "urls", metavar="CHANNEL", multiple=True, help="Tell this channel: mailto:, https:, file: …"
        ),
        click.option("--each-article/--each-story", default=None, help="Tell each article, copies too, or each story."),
        click.option(
            "--growth", metavar="N,N…", help="Tell again when so many sources tell it, as 5,20; `none`: never."
        ),
        click.option(
            "--revisions/--no-revisions", default=None, help="Tell headlines that are edited, and retractions."
        ),
        click.option("--spikes/--no-spikes", default=None, help="Tell when many more articles match than usual."),
        click.option("--pace", type=click.Choice(PACES), help="When to tell."),
        click.option("--time-zone", metavar="ZONE", help="Of digests and quiet hours, as Europe/Berlin."),
        click.option("--quiet", metavar="FROM-UNTIL", help="Tell nothing then, as 22:00-07:00; `none`: at any hour."),
        click.option(
            "--most-per-hour", type=click.IntRange(0, 100_000), help="Messages an hour; 0: the installation's own cap."
        ),
        click.option("--title-template", metavar="TEXT", help="The subject in your own words, with $title and others."),
        click.option("--text-template", metavar="TEXT", help="The text in your own words."),
        click.option("--test", is_flag=True, help="Send a test message to each channel."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(
    # `-word` is a word that must not occur, not an option.
    context_settings={"ignore_unknown_options": True},
    epilog=examples(
        "wirewatch watch add bridges 'bridge* NEAR/5 collapse*' --to mailto:me@outlet.example --test",
        "wirewatch watch add выборы выборы -футбол --to https://hooks.outlet.example/#whsec_KEY --growth 5,20",
        "wirewatch watch add bank 'title:bank lang:de' --dry-run",
    ),
)
@click.argument("name", metavar="NAME")
@click.argument("words", metavar="QUERY", nargs=-1, required=True)
@what_it_tells
@click.option("--since", metavar="WHEN", help="Also tell what the archive holds since then: 12h, 7d, or 2026-11-01.")
@click.option("--dry-run", is_flag=True, help="Save nothing; show what would have matched.")
@output.json_option
def add(
    name: str, words: tuple[str, ...], since: str | None, dry_run: bool, test: bool, as_json: bool, **given: Any
) -> None:
    """Save a query, and be told of each story that matches from now on.

    What it would have matched in the last 30 days is shown at once. The query is written as for `wirewatch search`.
    """
    from cli.moments import read_since
    from cli.watch_work import add_watch, try_query
    from news.watches import Watch

    for word in words:
        if word.startswith("--"):
            raise click.UsageError(f"No such option '{word}'; a word that must not occur has one dash.")
    query = " ".join(words)
    if dry_run:
        show_backtest(run_async(try_query(current(), query)), as_json=as_json)
        return
    watch = _changed(Watch(name=name, query=query), given)
    moment = read_since(since, datetime.now().astimezone()) if since else None
    answer = run_async(add_watch(current(), watch, _wish(given), since=moment, test=test))
    show_answer(answer, as_json=as_json)
    _end(answer)


@click.command(
    epilog=examples(
        "wirewatch watch change bridges --query 'bridge* OR viaduct*'",
        "wirewatch watch change bridges --pace daily --time-zone Europe/Berlin --drop 2",
    )
)
@click.argument("name", metavar="NAME")
@click.option("--name", "new_name", metavar="NAME", help="Another name.")
@click.option("--query", metavar="QUERY", help="Another query.")
@what_it_tells
@click.option(
    "--drop",
    "dropped",
    metavar="CHANNEL",
    type=NUMBER,
    multiple=True,
    help="Tell this channel, by its number, no more.",
)
@output.json_option
def change(name: str, test: bool, as_json: bool, **given: Any) -> None:
    """Change what is given of a watch, and leave the rest as it is.

    What was told is not told again.
    """
    from cli.watch_work import change_watch

    change = lambda before: _changed(before, given)  # noqa: E731
    answer = run_async(change_watch(current(), name, change, _wish(given), test=test))
    show_answer(answer, as_json=as_json)
    _end(answer)


def show_answer(answer: WatchAnswer, *, as_json: bool) -> None:
    """Print what came of adding or changing a watch."""
    from cli.watch_read import as_object, facts_of

    if as_json:
        output.print_json(
            as_object(answer.watch, answer.channels)
            | {
                "backtest": output.plain(answer.backtest),
                "n_told": answer.n_told,
                "tests": [output.plain(one) for one in answer.tests],
            }
        )
        return
    output.print_facts(facts_of(answer.watch, answer.channels))
    if not answer.channels:
        output.say("no channel is told; its alerts are listed by: wirewatch alert list")
    show_backtest(answer.backtest, as_json=False)
    if answer.n_told:
        output.say(f"{answer.n_told} alerts of what the archive holds will be told")
    for one in answer.tests:
        output.say(f"test message to {one.channel}: {one.reason or 'taken'}")


def show_backtest(backtest: Any, *, as_json: bool) -> None:
    """Print what a query would have matched."""
    from cli.safe import one_line
    from news.spikes import sparkline

    if as_json:
        output.print_json(output.plain(backtest))
        return
    total = f"{backtest.n_articles:,}" + ("" if backtest.is_all else " or more")
    if backtest.days:
        picture = sparkline([one.n for one in backtest.days])
        click.echo(f"\nthe last {len(backtest.days)} days  {picture}  {total} articles")
        if rows := [(one.day, f"{one.n:,}") for one in backtest.days if one.n]:
            output.print_table(("day", "articles"), rows)
    if backtest.newest:
        click.echo("\nthe newest stories")
    for hit in backtest.newest:
        moment = output.moment(hit.published_at or hit.fetched_at)
        click.echo(f"  {moment}  {one_line(hit.source or '-')}  {one_line(hit.title or hit.url)}")
    for warning in backtest.warnings:
        output.say(f"beware: {warning}")


def _changed(watch: Watch, given: dict[str, Any]) -> Watch:
    """Return a watch with what was given put in."""
    from alerts.pace import zone_named
    from news.messages import Pace

    named = {"new_name": "name", "query": "query", "each_article": "each_article", "revisions": "tell_revisions"}
    named |= {"spikes": "tell_spikes"}
    changes = {field: given[option] for option, field in named.items() if given.get(option) is not None}
    if given["growth"] is not None:
        changes["tell_growth"] = _read_growth(given["growth"])
    pace: dict[str, Any] = {}
    if given["pace"] is not None:
        pace["pace"] = Pace(given["pace"])
    if given["time_zone"] is not None:
        pace["time_zone"] = zone_named(given["time_zone"]).key
    if given["quiet"] is not None:
        pace["quiet_from"], pace["quiet_until"] = _read_quiet(given["quiet"])
    if given["most_per_hour"] is not None:
        pace["most_per_hour"] = given["most_per_hour"] or None
    return replace(watch, **changes, pace=replace(watch.pace, **pace))


def _wish(given: dict[str, Any]) -> Any:
    from cli.watch_work import ChannelWish

    return ChannelWish(
        urls=given["urls"],
        dropped=given.get("dropped", ()),
        title_template=given["title_template"],
        text_template=given["text_template"],
    )


def _read_growth(text: str) -> tuple[int, ...]:
    if text.strip().lower() == "none":
        return ()
    try:
        numbers = tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError:
        numbers = ()
    if not numbers or numbers[0] < 2 or numbers[-1] > 10_000 or len(numbers) > 20:
        raise click.BadParameter(f"{text!r}: write numbers of sources, from 2 on, as 5,20", param_hint="--growth")
    return numbers


def _read_quiet(text: str) -> tuple[time | None, time | None]:
    if text.strip().lower() == "none":
        return None, None
    begin, dash, end = text.partition("-")
    found = _CLOCK.fullmatch(begin.strip()), _CLOCK.fullmatch(end.strip())
    if not dash or found[0] is None or found[1] is None or begin.strip() == end.strip():
        raise click.BadParameter(f"{text!r}: write two times of day, as 22:00-07:00", param_hint="--quiet")
    first, last = (time(int(match[1]), int(match[2])) for match in found if match)
    return first, last


def _end(answer: WatchAnswer) -> None:
    """End with 1 where a test message was not taken: the watch is saved all the same."""
    if any(one.reason is not None for one in answer.tests):
        raise click.exceptions.Exit(1)
