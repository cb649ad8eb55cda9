"""Reads the article of a page: bytes in, an `Article` out, or a sentence on why there is none.

Only composes: the page is parsed in `documents`, its facts are read in `metadata`, its text in `body`, its language in
`language`; `walls` knows pages that stand in for one. Fetching, storing and limits of time and memory are others'
business.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from extractors.attribution import read_attributions, read_source_lines
from extractors.body import READER, Body, read_body
from extractors.dates import read_moment
from extractors.dating import preferred
from extractors.documents import Document, load_document
from extractors.furniture import Furniture
from extractors.language import detect_language
from extractors.metadata import Metadata, read_metadata
from extractors.names import part_names
from extractors.stated import MOST_RAW_CHARS
from extractors.walls import find_wall
from news.model import Article, Attribution, Entry, Moment, Provenance, TextOrigin, Unreadable
from news.text import count_words

__all__ = ["READER", "article_from_entry", "read_article"]

ENTRY_READER = "entry/1"

_LEAST_LETTERS = 20
"""Less is no sentence: a button, a date, the name of a section."""

_LEAST_CLAIM_LETTERS = 80
"""A page that does not call itself an article says more, or it is a form or a wall."""


def read_article(
    page_body: bytes,
    url: str,
    content_type: str | None,
    entry: Entry | None,
    now: datetime,
    *,
    furniture: Furniture | None = None,
) -> Article | Unreadable:
    """Read the article of a page.

    Args:
        page_body: As fetched, not compressed.
        url: Where it was found at last, after redirects.
        content_type: As the HTTP header has it.
        entry: The feed's line that led here; what the page does not state is taken from it.
        now: Aware UTC.
        furniture: What other pages of the site taught.

    Returns:
        The article; or why there is none, so that the entry's own words may stand in.
    """
    document = load_document(page_body, content_type)
    if isinstance(document, Unreadable):
        return document
    facts = read_metadata(document.root, url, now)
    body = read_body(document.root, url, facts.clues(), furniture=furniture)
    text = body.text
    if fault := _fault(document, url, facts, text):
        return Unreadable(reason=fault)
    stated = entry or Entry()
    title = facts.title or stated.title
    people, agencies = part_names(stated.authors, filter(None, (facts.site_name,)))
    lists_tags = _lists_tags(facts.tags, body.tags)
    return Article(
        url=facts.canonical_url or url,
        title=title,
        text=text,
        subtitle=facts.subtitle,
        authors=facts.authors or people,
        agencies=facts.agencies or agencies,
        language=detect_language(title, text, facts.language_hint or stated.language),
        published=preferred(facts.published or _shown_day(body, now), stated.published),
        modified=facts.modified,
        description=facts.description,
        section=facts.section,
        tags=(body.tags if lists_tags else facts.tags) or stated.tags,
        image_url=facts.image_url or stated.image_url,
        image_caption=facts.image_caption,
        site_name=facts.site_name,
        paywalled=facts.paywalled,
        reader=READER,
        truncated=document.truncated,
        provenance=_provenance(facts, stated, body.tags if lists_tags else ()),
        captions=body.captions,
        attributions=_attributions(body),
        n_words=count_words(body.text),
        confidence=body.confidence,
        doubt=body.doubt,
        fingerprints=body.fingerprints,
    )


def article_from_entry(entry: Entry, url: str) -> Article | None:
    """Make an article of a feed's line, marked as such; None when it has neither title nor summary."""
    if not (entry.title or entry.summary):
        return None
    text = entry.summary or ""
    people, agencies = part_names(entry.authors)
    return Article(
        url=url,
        title=entry.title,
        text=text,
        text_origin=TextOrigin.ENTRY,
        authors=people,
        agencies=agencies,
        language=detect_language(entry.title, text, entry.language),
        published=entry.published,
        tags=entry.tags,
        image_url=entry.image_url,
        reader=ENTRY_READER,
        provenance=_provenance(None, entry),
    )


def _lists_tags(stated: Sequence[str], listed: Sequence[str]) -> bool:
    """Whether the tags are those listed below the text: its head states none, or the same words as if all were one."""
    if len(stated) == 1 and len(listed) > 1:
        return sorted(stated[0].casefold().split()) == sorted(" ".join(listed).casefold().split())
    return not stated and bool(listed)


def _provenance(facts: Metadata | None, entry: Entry, listed_tags: Sequence[str] = ()) -> tuple[Provenance, ...]:
    """Return where each fact was read: on the page, else in the feed. Dates bear it themselves."""
    of_page = facts.provenance if facts else ()
    if listed_tags:
        listed = Provenance(field="tags", origin="dom", raw="; ".join(listed_tags)[:MOST_RAW_CHARS])
        of_page = (*(each for each in of_page if each.field != "tags"), listed)
    known = {each.field for each in of_page}
    named = not known.isdisjoint(("authors", "agencies"))
    told = (
        ("title", entry.title),
        ("authors", None if named else "; ".join(entry.authors)),
        ("tags", "; ".join(entry.tags)),
        ("image_url", entry.image_url),
    )
    of_feed = (
        Provenance(field=field, origin="feed", raw=raw[:MOST_RAW_CHARS])
        for field, raw in told
        if raw and field not in known
    )
    return (*of_page, *of_feed)


def _attributions(body: Body) -> tuple[Attribution, ...]:
    """Whom the text names, then whom the lines below it name, each once."""
    lines = read_source_lines((line.text, line.href) for line in body.source_lines)
    linked = {attribution.name: attribution for attribution in lines if attribution.url}
    named = (linked.pop(attribution.name, attribution) for attribution in read_attributions(body.text))
    found = {attribution.name: attribution for attribution in (*named, *lines)}
    return tuple(found.values())


def _shown_day(body: Body, now: datetime) -> Moment | None:
    """Return the first date that stands on a line of its own by the article."""
    return next((moment for line in body.date_lines if (moment := read_moment(line, "text", now))), None)


def _fault(document: Document, url: str, facts: Metadata, text: str) -> str | None:
    """Return why a page gives no article, in a sentence; None when it gives one."""
    if wall := find_wall(document.root, url, facts.title, text, claims_article=facts.claims_article):
        return wall
    least = _LEAST_LETTERS if facts.claims_article else _LEAST_CLAIM_LETTERS
    # Chinese and Japanese say in one letter what others say in three.
    if sum(3 if c >= "\u2e80" else 1 for c in text[:2000] if c.isalpha()) >= least:
        return None
    if document.truncated:
        return "no text found on the page: it is nested deeper than the parser goes"
    if not facts.title and not text:
        return "not an article: the page has no title and no text"
    return "no text found on the page"
