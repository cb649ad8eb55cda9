"""`wirewatch source add`: shows what was found at an outlet, with its newest lines as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.safe import one_line
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from news.errors import WirewatchError
    from scheduler.discovery import FoundFeed
    from scheduler.sources import AddedSource

N_EVIDENCE = 3


@click.command(
    epilog=examples(
        "wirewatch source add https://outlet.example",
        "wirewatch source add https://outlet.example/rss.xml --name outlet",
    )
)
@click.argument("urls", metavar="URL…", nargs=-1, required=True)
@click.option("--name", help="What commands shall call it; the host's name by default. For a single URL.")
@output.json_option
def add(urls: tuple[str, ...], name: str | None, as_json: bool) -> int:
    """Find an outlet's feeds and watch it from now on.

    URL is a home page, a section or a feed. The feed to watch is chosen by itself; the others are kept as alternatives.
    """
    if name and len(urls) > 1:
        raise click.UsageError("--name goes with a single URL.")
    added, errors = run_async(add_sources(current(), urls, name))
    if as_json:
        output.print_json([as_object(one) for one in added])
    else:
        for one in added:
            show_added(one)
    for error in errors:
        output.say(f"wirewatch: {error}")
    return max((error.exit_code for error in errors), default=0)


async def add_sources(
    session: Session, urls: Sequence[str], name: str | None
) -> tuple[list[AddedSource], list[WirewatchError]]:
    """Add each URL; one that cannot be added stops none of the others."""
    from news.errors import BadURLError, SourceUnreachableError
    from scheduler.sources import add_source

    added: list[AddedSource] = []
    errors: list[WirewatchError] = []
    with output.progress() as progress:
        task = progress.add_task("looking for feeds", total=len(urls), note="")
        async with session.open_kit() as kit:
            for url in urls:
                progress.update(task, note=one_line(url))
                try:
                    added.append(await add_source(kit, url, name))
                except (BadURLError, SourceUnreachableError) as error:
                    errors.append(error)
                progress.advance(task)
    return added, errors


def show_added(added: AddedSource) -> None:
    """Print a source with the feeds found."""
    output.print_heading(f"{added.source.name}: {'now watched' if added.new else 'was watched already'}")
    for feed in added.findings.feeds:
        _show_found(feed)
    for problem in added.findings.problems:
        output.print_line(f"  did not answer as a feed: {problem}")


def _show_found(feed: FoundFeed) -> None:
    role = "watched" if feed.chosen else "kept as an alternative"
    click.echo(f"  {one_line(feed.url)}")
    click.echo(f"    {feed.kind} · {role} · {one_line(feed.how)} · {len(feed.document.entries)} lines")
    if not feed.chosen:
        return
    for entry in feed.document.entries[:N_EVIDENCE]:
        published = output.moment(entry.published.at) if entry.published else "undated"
        click.echo(f"    {published:16}  {one_line(entry.title or entry.url)}")
    for note in feed.document.notes:
        click.echo(f"    note: {one_line(note)}")


def as_object(added: AddedSource) -> dict[str, object]:
    """Return what `--json` prints of one added source."""
    return {
        "source": added.source,
        "new": added.new,
        "feeds": [
            {
                "url": feed.url,
                "kind": feed.kind,
                "title": feed.title,
                "how": feed.how,
                "chosen": feed.chosen,
                "n_entries": len(feed.document.entries),
                "newest": [
                    {"title": entry.title, "url": entry.url, "published_at": entry.published and entry.published.at}
                    for entry in feed.document.entries[:N_EVIDENCE]
                ],
                "notes": feed.document.notes,
            }
            for feed in added.findings.feeds
        ],
        "problems": added.findings.problems,
    }
