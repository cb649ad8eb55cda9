"""`wirewatch article`: one article with its metadata, where each came from, and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.safe import one_line
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from news.model import Article, Attribution, Moment, StoredArticle


@click.command(epilog=examples("wirewatch article 42", "wirewatch article 42 --json | jq -r .article.text"))
@click.argument("article_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@output.json_option
def article(article_id: int, as_json: bool) -> None:
    """Show one article: where it came from, and its text."""
    stored = run_async(read_article(current(), article_id))
    if as_json:
        output.print_json(as_object(stored))
        return
    show(stored)


async def read_article(session: Session, article_id: int) -> StoredArticle:
    """Return an article.

    Raises:
        NotFoundError: There is none with that number.
    """
    from store import articles

    async with session.open_database() as database, database.connection() as conn:
        return await articles.find_article(conn, article_id)


def show(stored: StoredArticle) -> None:
    """Print an article for a person."""
    article = stored.article
    output.print_heading(article.title or article.url)
    if article.subtitle:
        click.echo(one_line(article.subtitle))
    output.print_facts(
        (
            ("url", article.url),
            ("source", stored.source),
            ("site", article.site_name),
            ("published", _told(article.published)),
            ("modified", _told(article.modified)),
            ("fetched", output.moment(stored.fetched_at)),
            ("authors", ", ".join(article.authors)),
            ("agencies", ", ".join(article.agencies)),
            *(("attributed to", _named(attribution)) for attribution in article.attributions),
            ("language", article.language),
            ("section", article.section),
            ("tags", ", ".join(article.tags)),
            ("image", article.image_url),
            ("caption", article.image_caption),
            *(("caption", caption) for caption in article.captions if caption != article.image_caption),
            ("access", None if article.paywalled is None else "in part paid for" if article.paywalled else "free"),
            ("words", None if article.n_words is None else str(article.n_words)),
            ("confidence", _confidence(article)),
            ("text from", "the feed's summary: the page could not be read" if _is_entry(stored) else "the page"),
            ("reader", article.reader),
            ("note", "the document was cut: text may be missing" if article.truncated else None),
            *(("listed by", url) for url in stored.listed_by),
            *((f"  {fact.field} from", f"{fact.origin}: {fact.raw!r}") for fact in article.provenance),
        )
    )
    click.echo()
    output.print_text(article.text or article.description or "")


def as_object(stored: StoredArticle) -> dict[str, object]:
    """Return what `--json` prints: all that is stored."""
    fields = output.plain(stored)
    assert isinstance(fields, dict)
    # They go from the reader to the job, and are never read back.
    del fields["article"]["fingerprints"]
    return fields


def _named(attribution: Attribution) -> str:
    return f"{attribution.name} {attribution.url}" if attribution.url else attribution.name


def _confidence(article: Article) -> str | None:
    if article.confidence is None:
        return article.doubt
    return f"{article.confidence:.2f}" + (f", {article.doubt}" if article.doubt else "")


def _is_entry(stored: StoredArticle) -> bool:
    return stored.article.text_origin == "entry"


def _told(moment: Moment | None) -> str | None:
    """Return a moment as it was stated, and where."""
    if moment is None:
        return None
    shown = moment.at.strftime("%Y-%m-%d" if moment.precision == "day" else "%Y-%m-%d %H:%M %z")
    zone = "" if moment.zone_stated or moment.precision == "day" else ", no zone stated"
    return f"{shown} ({moment.origin}: {moment.raw!r}{zone})"
