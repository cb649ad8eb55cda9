"""What a page says about its article besides the text: title, authors, dates, tags and so on.

Each fact is taken from the first of its sources that states it, in the order of trust in `read_metadata`. Dates are
chosen in `dating`; JSON-LD is read in `jsonld`, bylines in `names`. The feed's entry is weighed by `articles`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement

from extractors.dating import modified_moment, published_moment
from extractors.head import Head, read_head
from extractors.jsonld import LinkedArticle, read_linked_data
from extractors.names import clean_names
from news.model import Moment
from news.text import clean_text, fold_title
from news.urls import clean_url_or_none, same_site

MAX_TAGS = 50
MAX_TAG_CHARS = 120
MAX_TITLE_CHARS = 500
MAX_LINE_CHARS = 2000
"""Of a description."""

_AUTHOR_KEYS = (
    "author", "article:author", "og:article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "dc:creator", "byl", "authors", "article.author", "cxenseparse:author", "citation_author",
    "twitter:creator_name",
)  # fmt: skip
_BYLINES = (re.compile(r"author[-_]*name|byline_*-?name|article[-_]*author"), re.compile(r"byline|author|submitted-by"))
_MOST_BYLINES = 5
_MAX_BYLINE_CHARS = 120
_TITLE_SEPARATOR = re.compile(r"\s+[|–—•·»«/-]\s+|\s*\|\s*|\s*:\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The facts of a page, clean and bounded; None and () where it states none.

    Attributes:
        headings: What the page may repeat above its text: title, h1, headline.
        language_hint: What the page claims its language is; templates lie.
        canonical_url: `rel=canonical`, when it is http(s), of the same site and not just its home.
        claims_article: Whether it calls itself an article in JSON-LD or OpenGraph.
    """

    title: str | None
    headings: tuple[str, ...]
    authors: tuple[str, ...]
    published: Moment | None
    modified: Moment | None
    language_hint: str | None
    tags: tuple[str, ...]
    section: str | None
    description: str | None
    image_url: str | None
    site_name: str | None
    canonical_url: str | None
    claims_article: bool


def read_metadata(root: HtmlElement, url: str, now: datetime) -> Metadata:
    """Read what a page says about its article.

    The order of trust is JSON-LD, OpenGraph, meta, microdata, marked-up HTML, the address; only for the title does an
    h1 come first that one of them confirms, as it is what readers see.

    Args:
        root: Not changed.
        url: Where the page was found at last.
        now: Aware UTC.
    """
    head = read_head(root)
    linked = read_linked_data(head.scripts, [*head.headings, *head.first("og:title"), *head.title])
    site_name = _line(head.first("og:site_name"), (linked.publisher,), head.first("application-name"))
    title = _title(head, linked, site_name, url)
    return Metadata(
        title=title,
        headings=_headings(head, linked),
        authors=_authors(head, linked),
        published=published_moment(head, linked, title, url, now),
        modified=modified_moment(head, linked, now),
        language_hint=_line(
            (head.language,), head.first("og:locale"), (linked.language,), head.first("content-language")
        ),
        tags=_tags(head, linked),
        section=_line(
            linked.sections, head.first("article:section", "parsely-section", "og:section"), limit=MAX_TAG_CHARS
        ),
        description=_line(head.first("og:description", "description", "twitter:description"), (linked.description,)),
        image_url=_image_url(head, linked, url),
        site_name=site_name[:MAX_TAG_CHARS] if site_name else None,
        canonical_url=_canonical_url(head, url),
        claims_article=linked.is_article or "article" in head.first("og:type"),
    )


def _line(*sources: Iterable[str | None], limit: int = MAX_LINE_CHARS) -> str | None:
    """Return the first text of the sources that is not empty, clean and cut to the limit."""
    for source in sources:
        for raw in source:
            if raw and (text := clean_text(html.unescape(raw[: 4 * limit]))):
                return text[:limit].rstrip()
    return None


def _headings(head: Head, linked: LinkedArticle) -> tuple[str, ...]:
    raws = (*head.headings, linked.headline, *head.first("og:title", "twitter:title"), *head.title)
    return tuple(dict.fromkeys(line for raw in raws if (line := _line((raw,), limit=MAX_TITLE_CHARS))))


def _title(head: Head, linked: LinkedArticle, site_name: str | None, url: str) -> str | None:
    stated = [
        line
        for source in (
            (linked.headline if linked.is_article else None,),
            head.first("og:title"),
            head.first("twitter:title"),
            head.title,
        )
        if (line := _line(source, limit=MAX_TITLE_CHARS))
    ]
    headings = [line for raw in head.headings if (line := _line((raw,), limit=MAX_TITLE_CHARS))]
    folded = [fold for text in stated if len(fold := fold_title(text)) > 8]
    for heading in headings:
        fold = fold_title(heading)
        if len(fold) > 8 and any(fold in other or other in fold for other in folded):
            return heading
    if stated:
        return _without_site(stated[0], site_name, url)
    return headings[0] if headings else None


def _without_site(title: str, site_name: str | None, url: str) -> str:
    """Return the title without the site's name at its end or start: "Headline | Outlet"."""
    site = fold_title(site_name or "").replace(" ", "")
    host = re.sub(r"\W", "", url.split("/")[2] if url.count("/") > 1 else "")

    def is_site(part: str) -> bool:
        fold = fold_title(part).replace(" ", "")
        return bool(fold) and (
            fold == site or fold in host or (len(site) > 3 and site in fold and len(fold) < len(site) + 20)
        )

    parts = _TITLE_SEPARATOR.split(title)
    cuts = list(_TITLE_SEPARATOR.finditer(title))
    while len(parts) > 1 and (is_site(parts[-1]) or (len(cuts) > 1 and is_site(parts[-2]))):
        title = title[: cuts[-1].start()]
        parts.pop()
        cuts.pop()
    if len(parts) > 1 and is_site(parts[0]):
        title = title[cuts[0].end() :]
    return title.strip()


def _authors(head: Head, linked: LinkedArticle) -> tuple[str, ...]:
    if names := clean_names(linked.authors):
        return names
    for key in _AUTHOR_KEYS:
        if names := clean_names(head.metas.get(key, ())):
            return names
    for element in _byline_elements(head):
        text = " ".join((element.get("content") or " ".join(islice(element.itertext(), 50))).split())
        if len(text) <= _MAX_BYLINE_CHARS and (names := clean_names((text,))):
            return names
    return ()


def _byline_elements(head: Head) -> Iterator[HtmlElement]:
    """Yield where an author may be named, the surest first."""
    for element in islice(head.microdata("author"), _MOST_BYLINES):
        inner = element.xpath(".//*[@itemprop='name']")
        yield from inner[:_MOST_BYLINES] or (element,)
    yield from islice(head.linked("author"), _MOST_BYLINES)
    for pattern in _BYLINES:
        yield from islice((element for names, element in head.named if pattern.search(names)), _MOST_BYLINES)


def _tags(head: Head, linked: LinkedArticle) -> tuple[str, ...]:
    listed = (
        word
        for key in ("news_keywords", "parsely-tags", "keywords")
        for raw in head.metas.get(key, ())
        for word in re.split("[,;]", raw)
    )
    links = (" ".join(element.itertext()) for element in head.linked("tag"))
    for source in (linked.tags, head.metas.get("article:tag", ()), links, listed):
        tags: dict[str, str] = {}
        for raw in source:
            tag = _line((raw,))
            if tag and len(tag) <= MAX_TAG_CHARS:
                tags.setdefault(tag.casefold(), tag)
        if tags:
            return tuple(tags.values())[:MAX_TAGS]
    return ()


def _image_url(head: Head, linked: LinkedArticle, url: str) -> str | None:
    stated = (
        *head.first("og:image:secure_url", "og:image", "og:image:url"),
        *linked.images,
        *head.first("twitter:image", "twitter:image:src"),
    )
    return next((found for raw in stated if (found := clean_url_or_none(raw, url))), None)


def _canonical_url(head: Head, url: str) -> str | None:
    # Two of them contradict each other: search engines believe neither.
    links = {found for raw in head.canonical if (found := clean_url_or_none(raw, url))}
    if len(links) != 1:
        return None
    found = links.pop()
    if not same_site(found, url):
        return None
    # Broken templates point every page at the home page: all articles would be one.
    is_home = not re.sub(r"^https?://[^/]*/?", "", found)
    return None if is_home else found
