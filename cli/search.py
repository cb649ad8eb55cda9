"""`wirewatch search`: articles by a query. Reading it is `news.query`'s business, finding them the store's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.numbers import NUMBER
from cli.safe import folded, one_line
from cli.session import current, run_async

if TYPE_CHECKING:
    from cli.search_answer import Question
    from store.search import Hit

MOST_HITS = 1000


@click.command(
    # `-word` is a word that must not occur, not an option.
    context_settings={"ignore_unknown_options": True},
    epilog=examples(
        "wirewatch search выборы президента --since 7d",
        "wirewatch search '\"prime minister\" NOT football' --json | jq -r .url",
        "wirewatch search '(ceasefire OR перемирие) lang:ru is:original' --collapse",
        "wirewatch search 'title:bank* source:gazette date:2026-03' --explain",
    ),
)
@click.argument("words", metavar="QUERY", nargs=-1, required=True)
@click.option("--since", metavar="WHEN", help="Not older than: 30min, 12h, 7d, 2w, or 2026-11-01.")
@click.option("--until", metavar="WHEN", help="Not newer than; written alike.")
@click.option("--source", "source_name", metavar="SOURCE", help="Of this source only.")
@click.option("--language", metavar="CODE", help="In this language only, as ru.")
@click.option("--limit", type=click.IntRange(1, MOST_HITS), default=20, show_default=True, help="At most so many.")
@click.option("--sort", "order", type=click.Choice(("newest", "best")), default="newest", show_default=True,
              help="Which come first; best: of the newest 1,000.")  # fmt: skip
@click.option("--after", metavar="ARTICLE", type=NUMBER, help="Go on behind this article, the last of a page before.")
@click.option("--collapse", is_flag=True, help="One article a story.")
@click.option("--facets", is_flag=True, help="Count the newest 1,000 matches by source, language and day instead.")
@click.option("--explain", is_flag=True, help="Show how the query is understood instead.")
@output.json_option
def search(
    words: tuple[str, ...],
    since: str | None,
    until: str | None,
    source_name: str | None,
    language: str | None,
    limit: int,
    order: str,
    after: int | None,
    collapse: bool,
    facets: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Find articles by words and phrases, newest first.

    Every word must occur, in any of its grammatical forms; "in quotes" as a phrase; -word must not occur; OR between
    two words means either; begin* any word that begins so; one NEAR/5 other at most five words apart. Fields: title:
    source: site: author: lang: tag: country: date: since: before: is:original is:copy changed: watch:. With --json
    each article is a line of JSON Lines.
    """
    from cli.moments import read_since
    from cli.search_answer import Question

    for word in words:
        if word.startswith("--"):
            raise click.UsageError(f"No such option '{word}'; a word that must not occur has one dash.")
    if after is not None and (order == "best" or collapse):
        raise click.UsageError("--after goes on in the order of time: leave --sort and --collapse out.")
    now = datetime.now().astimezone()
    question = Question(
        query=" ".join(words),
        since=read_since(since, now) if since else None,
        until=read_since(until, now) if until else None,
        source=source_name,
        language=language,
        limit=limit,
        order=order,
        after=after,
        collapse=collapse,
    )
    if explain:
        explain_query(question, as_json=as_json)
    elif facets:
        show_facets(question, as_json=as_json)
    else:
        show_hits(question, as_json=as_json)


def show_hits(question: Question, *, as_json: bool) -> None:
    """Print what is found."""
    from cli.search_answer import find_hits

    hits = run_async(find_hits(current(), question))
    if as_json:
        for hit in hits:
            output.print_json_line(as_object(hit))
        return
    if not hits:
        output.say("nothing found")
    for hit in hits:
        show(hit)


def show_facets(question: Question, *, as_json: bool) -> None:
    """Print how many matches there are of each source, language and day."""
    from cli.search_answer import find_facets

    found = run_async(find_facets(current(), question))
    if as_json:
        output.print_json([output.plain(facet) for facet in found])
        return
    if not found:
        output.say("nothing found")
    output.print_table(
        ("by", "value", "articles"), [(facet.kind, facet.value or "unknown", f"{facet.n:,}") for facet in found]
    )


def explain_query(question: Question, *, as_json: bool) -> None:
    """Print how a query is understood: as it was read, and what it looks for in each language."""
    from cli.search_answer import explain

    compiled = run_async(explain(current(), question))
    if as_json:
        output.print_json(output.plain(compiled))
        return
    click.echo(f"understood as  {one_line(compiled.understood)}")
    for form in compiled.forms:
        names = ", ".join(code or "other languages" for code in form.languages)
        click.echo(f"in {names}")
        click.echo(f"  {one_line(form.words)}")
    if compiled.condition is not None:
        click.echo(f"and asked of each article  {one_line(compiled.condition)}")


def show(hit: Hit) -> None:
    """Print one hit for a person."""
    output.print_heading(f"{hit.title or hit.url}")
    origin = " · the feed's summary only" if hit.text_origin == "entry" else ""
    moment = output.moment(hit.published_at or hit.fetched_at)
    story = "" if hit.story_id is None else f" · story {hit.story_id}"
    copy = "" if hit.relation in (None, "original") else f" · {hit.relation} of {hit.original_id}"
    more = f" · and {hit.n_in_story - 1:,} more" if hit.n_in_story > 1 else ""
    click.echo(f"  {moment} · {one_line(hit.source)}{origin} · article {hit.id}{copy}{story}{more}")
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
