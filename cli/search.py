"""`wirewatch search`: articles by words and phrases. How they are found is the store's business."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.safe import folded, one_line
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from store.search import Hit

MOST_HITS = 1000


@click.command(
    # `-word` is a word that must not occur, not an option.
    context_settings={"ignore_unknown_options": True},
    epilog=examples(
        "wirewatch search выборы президента --since 7d",
        "wirewatch search '\"prime minister\" -football' --json | jq -r .url",
    ),
)
@click.argument("words", metavar="QUERY", nargs=-1, required=True)
@click.option("--since", metavar="WHEN", help="Not older than: 30min, 12h, 7d, 2w, or 2026-11-01.")
@click.option("--until", metavar="WHEN", help="Not newer than; written alike.")
@click.option("--source", "source_name", metavar="SOURCE", help="Of this source only.")
@click.option("--language", metavar="CODE", help="In this language only, as ru.")
@click.option("--limit", type=click.IntRange(1, MOST_HITS), default=20, show_default=True, help="At most so many.")
@output.json_option
def search(
    words: tuple[str, ...],
    since: str | None,
    until: str | None,
    source_name: str | None,
    language: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find articles by words and phrases, newest first.

    Every word must occur, in any of its grammatical forms; "in quotes" as a phrase; -word must not; or between two
    words means either. With --json each article is a line of JSON Lines.
    """
    from cli.moments import read_since

    for word in words:
        if word.startswith("--"):
            raise click.UsageError(f"No such option '{word}'; a word that must not occur has one dash.")
    now = datetime.now().astimezone()
    hits = run_async(
        find_hits(
            current(),
            " ".join(words),
            since=read_since(since, now) if since else None,
            until=read_since(until, now) if until else None,
            source_name=source_name,
            language=language,
            limit=limit,
        )
    )
    if as_json:
        for hit in hits:
            output.print_json_line(as_object(hit))
        return
    if not hits:
        output.say("nothing found")
    for hit in hits:
        show(hit)


async def find_hits(
    session: Session,
    query: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    source_name: str | None = None,
    language: str | None = None,
    limit: int = 20,
) -> list[Hit]:
    """Return the newest articles that match.

    Raises:
        NotFoundError: There is no source of that name.
        UsageError: The query is too long, or holds no word.
    """
    from store import search

    async with session.open_database() as database, database.connection() as conn:
        return await search.search(
            conn,
            query,
            since=since,
            until=until,
            limit=limit,
            source=source_name,
            language=language,
        )


def show(hit: Hit) -> None:
    """Print one hit for a person."""
    output.print_heading(f"{hit.title or hit.url}")
    origin = " · the feed's summary only" if hit.text_origin == "entry" else ""
    moment = output.moment(hit.published_at or hit.fetched_at)
    click.echo(f"  {moment} · {one_line(hit.source)}{origin} · article {hit.id}")
    click.echo(f"  {highlighted(hit.snippet)}")
    click.echo(f"  {one_line(hit.url)}")
    click.echo()


def highlighted(snippet: str) -> str:
    """Return the snippet with its matches in bold; plain where stdout is no terminal."""
    from store.search import MARK_END, MARK_START

    first, *marked = snippet.split(MARK_START)
    parts = [folded(first)]
    for piece in marked:
        match, _, rest = piece.partition(MARK_END)
        parts.append(click.style(folded(match), bold=True) + folded(rest))
    return "".join(parts).strip()


def as_object(hit: Hit) -> dict[str, object]:
    """Return what `--json` prints of one hit; the snippet without its marks."""
    from store.search import MARK_END, MARK_START

    fields = output.plain(hit)
    assert isinstance(fields, dict)
    fields["snippet"] = hit.snippet.replace(MARK_START, "").replace(MARK_END, "")
    return fields
