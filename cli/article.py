"""`wirewatch article`: one article with its metadata, where each came from, and its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from news.model import Article, Attribution, Moment, StoredArticle
    from news.placement import Placement
    from store.rechecks import Recheck


@click.command(
    epilog=examples(
        "wirewatch article 42",
        "wirewatch article 42 --json | jq -r .article.text",
        "wirewatch article 42 --copies",
        "wirewatch article 42 --explain",
        "wirewatch article https://outlet.example/news/1 --explain",
        "wirewatch article page.html --explain --url https://outlet.example/news/1",
    )
)
@click.argument("what", metavar="ID|URL|FILE")
@click.option("--copies", is_flag=True, help="Show what it and its copies share, and what each changed.")
@click.option("--explain", is_flag=True, help="Show each block of the page, kept or dropped, and why; store nothing.")
@click.option("--url", help="The address of the page in a FILE.")
@output.json_option
def article(what: str, copies: bool, explain: bool, url: str | None, as_json: bool) -> int:
    """Show one article: where it came from, and its text.

    With --copies, its copies: each with the words that it shares with the original and those that it changed.

    With --explain, how today's reader reads its page: ID takes the stored page, URL fetches one, FILE reads one from
    disk (- is standard input). Ends with 1 where no article is read.
    """
    from cli import article_copies, article_explain

    if copies and (explain or url is not None or not article_explain.is_id(what)):
        raise click.UsageError("--copies goes with an article's number alone.")
    if copies:
        found = run_async(article_copies.read_copies(current(), int(what)))
        if as_json:
            output.print_json(article_copies.as_object(found))
        else:
            article_copies.show_copies(found)
        return 0
    if explain:
        explained = run_async(article_explain.explain(current(), what, url))
        if not as_json:
            return article_explain.show(explained)
        fields = article_explain.as_object(explained)
        output.print_json(fields)
        return 1 if fields["article"] is None else 0
    if url is not None or not article_explain.is_id(what):
        raise click.UsageError("A URL or FILE goes with --explain; without it, ID is an article's number.")
    stored = run_async(read_article(current(), int(what)))
    placed, named_origin = run_async(article_copies.read_placement(current(), int(what)))
    asked = run_async(read_recheck(current(), int(what)))
    if as_json:
        told = {"placement": output.plain(placed), "named_origin": named_origin, "recheck": output.plain(asked)}
        output.print_json(as_object(stored) | told)
    else:
        show(stored, placed, named_origin, asked)
    return 0


async def read_article(session: Session, article_id: int) -> StoredArticle:
    """Return an article.

    Raises:
        NotFoundError: There is none with that number.
    """
    from store import articles

    async with session.open_database() as database, database.connection() as conn:
        return await articles.find_article(conn, article_id)


async def read_recheck(session: Session, article_id: int) -> Recheck | None:
    """Return when the page of an article was asked for again, and what came of it; None where it never was to be."""
    from store import rechecks

    async with session.open_database() as database, database.connection() as conn:
        return await rechecks.find_recheck(conn, article_id)


def show(
    stored: StoredArticle,
    placed: Placement | None = None,
    named_origin: str | None = None,
    asked: Recheck | None = None,
) -> None:
    """Print an article for a person.

    Args:
        stored: The article.
        placed: What it is among the others; None while it is not placed.
        named_origin: Whom its copies name as the source of their text.
        asked: When its page was asked for again.
    """
    from cli.story import what_it_is

    article = stored.article
    output.print_heading(article.title or article.url)
    told = [("story", f"{placed.story_id}: {what_it_is(placed)}")] if placed else []
    output.print_facts([*told, ("source named", named_origin), *facts(article, stored), *_asked_again(asked)])
    click.echo()
    output.print_text(article.text or article.description or "")


def facts(article: Article, stored: StoredArticle | None = None) -> Iterator[tuple[str, str | None]]:
    """Yield what is known of an article, and where it was read; of a stored one, where it comes from, too."""
    yield "subtitle", article.subtitle
    yield "url", article.url
    yield "source", stored.source if stored else None
    yield "site", article.site_name
    yield "published", _told(article.published)
    yield "modified", _told(article.modified)
    yield "fetched", output.moment(stored.fetched_at) if stored else None
    yield "authors", ", ".join(article.authors)
    yield "agencies", ", ".join(article.agencies)
    yield from (("attributed to", _named(attribution)) for attribution in article.attributions)
    yield "language", article.language
    yield "section", article.section
    yield "tags", ", ".join(article.tags)
    yield "image", article.image_url
    yield "caption", article.image_caption
    yield from (("caption", caption) for caption in article.captions if caption != article.image_caption)
    yield "access", None if article.paywalled is None else "in part paid for" if article.paywalled else "free"
    yield "words", None if article.n_words is None else str(article.n_words)
    yield "confidence", _confidence(article)
    yield "text from", "the feed's summary: the page could not be read" if _is_entry(article) else "the page"
    yield "reader", article.reader
    yield "note", "the document was cut: text may be missing" if article.truncated else None
    yield from (("listed by", url) for url in (stored.listed_by if stored else ()))
    yield from ((f"  {fact.field} from", f"{fact.origin}: {fact.raw!r}") for fact in article.provenance)


def as_object(stored: StoredArticle) -> dict[str, object]:
    """Return what `--json` prints: all that is stored."""
    fields = output.plain(stored)
    assert isinstance(fields, dict)
    # They go from the reader to the job, and are never read back.
    del fields["article"]["fingerprints"]
    return fields


def _asked_again(asked: Recheck | None) -> Iterator[tuple[str, str | None]]:
    if asked is not None:
        yield "asked again", f"{output.moment(asked.asked_at)}: {asked.outcome}" if asked.asked_at else None
        yield "asked next", output.moment(asked.next_at) if asked.next_at else None


def _named(attribution: Attribution) -> str:
    return f"{attribution.name} {attribution.url}" if attribution.url else attribution.name


def _confidence(article: Article) -> str | None:
    if article.confidence is None:
        return article.doubt
    return f"{article.confidence:.2f}" + (f", {article.doubt}" if article.doubt else "")


def _is_entry(article: Article) -> bool:
    return article.text_origin == "entry"


def _told(moment: Moment | None) -> str | None:
    """Return a moment as it was stated, and where."""
    if moment is None:
        return None
    shown = moment.at.strftime("%Y-%m-%d" if moment.precision == "day" else "%Y-%m-%d %H:%M %z")
    zone = "" if moment.zone_stated or moment.precision == "day" else ", no zone stated"
    return f"{shown} ({moment.origin}: {moment.raw!r}{zone})"
