"""What a page says about its article besides the text: title, authors, dates, tags and so on.

Each fact is taken from the first of its sources that states it, in the order of trust in `read_metadata`. Dates are
chosen in `dating`, titles in `titles`, authors in `bylines`, the lead image in `lead_image`; JSON-LD is read in
`jsonld`. The feed's entry is weighed by `articles`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from extractors.bylines import read_bylines
from extractors.clues import Clues
from extractors.dating import modified_moment, published_moment
from extractors.head import Head, read_head
from extractors.jsonld import LinkedArticle, read_linked_data
from extractors.lead_image import read_lead_image
from extractors.stated import Stated, first_stated, line
from extractors.titles import read_headings, read_subtitle, read_title
from news.model import Moment, Provenance
from news.urls import clean_url_or_none, same_site

MAX_TAGS = 50
MAX_TAG_CHARS = 120
_MOST_SITE_CHARS = 120
_MOST_RAW_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The facts of a page, clean and bounded; None and () where it states none.

    Attributes:
        authors: People.
        agencies: Agencies, desks or the outlet itself, where authors are named.
        headings: What the page may repeat above its text: title, h1, headline.
        language_hint: What the page claims its language is; templates lie.
        canonical_url: `rel=canonical`, when it is http(s), of the same site and not just its home.
        claims_article: Whether it calls itself an article in JSON-LD or OpenGraph.
        paywalled: Whether only part of it is free; None where the page does not say.
        provenance: Where each fact was read; dates bear it themselves.
        body_text: The text as JSON-LD states it, raw; often cut, or older than the page.
    """

    title: str | None
    subtitle: str | None
    headings: tuple[str, ...]
    authors: tuple[str, ...]
    agencies: tuple[str, ...]
    published: Moment | None
    modified: Moment | None
    language_hint: str | None
    tags: tuple[str, ...]
    section: str | None
    description: str | None
    image_url: str | None
    image_caption: str | None
    site_name: str | None
    canonical_url: str | None
    claims_article: bool
    paywalled: bool | None = None
    provenance: tuple[Provenance, ...] = ()
    body_text: str | None = None

    def clues(self) -> Clues:
        """Return what the page's blocks are compared with."""
        return Clues(title=self.title, headings=self.headings, description=self.description, body_text=self.body_text)


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
    site_name = first_stated(
        [
            ("opengraph", head.first("og:site_name")),
            ("json-ld", (linked.publisher,)),
            ("meta", head.first("application-name")),
        ],
        _MOST_SITE_CHARS,
    )
    title = read_title(head, linked, _text(site_name), url)
    description = first_stated(
        [
            ("opengraph", head.first("og:description")),
            ("meta", head.first("description", "twitter:description")),
            ("json-ld", (linked.description,)),
        ]
    )
    subtitle = read_subtitle(head, linked, title, _text(description))
    section = first_stated(
        [
            ("json-ld", linked.sections),
            ("opengraph", head.first("article:section", "og:section")),
            ("meta", head.first("parsely-section")),
        ],
        MAX_TAG_CHARS,
    )
    outlets = [name for name in (_text(site_name), linked.publisher, url.partition("//")[2].partition("/")[0]) if name]
    bylines = read_bylines(head, linked, outlets)
    tags_origin, tags = _tags(head, linked)
    image = read_lead_image(head, linked, url)
    access_origin, paywalled, access_raw = _access(head, linked)
    canonical_url = _canonical_url(head, url)
    facts = {"title": title, "subtitle": subtitle, "description": description, "section": section}
    facts |= {"site_name": site_name, "image_url": image.url, "image_caption": image.caption}
    provenance = [stated.provenance(field) for field, stated in facts.items() if stated]
    named = "authors" if bylines.people else "agencies"
    provenance += [
        Provenance(field=field, origin=origin, raw=raw)
        for field, origin, raw in (
            (named, bylines.origin, bylines.raw),
            ("tags", tags_origin, "; ".join(tags)[:_MOST_RAW_CHARS]),
            ("paywalled", access_origin, access_raw),
            ("url", "dom" if canonical_url else "", canonical_url or ""),
        )
        if origin
    ]
    return Metadata(
        title=_text(title),
        subtitle=_text(subtitle),
        headings=read_headings(head, linked),
        authors=bylines.people,
        agencies=bylines.agencies,
        published=published_moment(head, linked, _text(title), url, now),
        modified=modified_moment(head, linked, now),
        language_hint=_language_hint(head, linked),
        tags=tags,
        section=_text(section),
        description=_text(description),
        image_url=_text(image.url),
        image_caption=_text(image.caption),
        site_name=_text(site_name),
        canonical_url=canonical_url,
        claims_article=linked.is_article or "article" in head.first("og:type"),
        paywalled=paywalled,
        provenance=tuple(provenance),
        body_text=linked.body,
    )


def _text(stated: Stated | None) -> str | None:
    return stated.text if stated else None


def _language_hint(head: Head, linked: LinkedArticle) -> str | None:
    hints = (head.language, *head.first("og:locale"), linked.language, *head.first("content-language"))
    return next((hint for raw in hints if (hint := line(raw))), None)


def _access(head: Head, linked: LinkedArticle) -> tuple[str, bool | None, str]:
    """Return origin, whether only part of the article is free, and what says so."""
    if linked.is_free is not None:
        return "json-ld", not linked.is_free, f"isAccessibleForFree: {str(linked.is_free).lower()}"
    for raw in head.first("article:content_tier", "og:article:content_tier")[:1]:
        tier = raw.strip().lower()
        if tier in ("free", "locked", "metered"):
            return "opengraph", tier != "free", f"content_tier: {tier}"
    return "", None, ""


def _tags(head: Head, linked: LinkedArticle) -> tuple[str, tuple[str, ...]]:
    """Return where the tags stand, and them."""
    listed = (
        word
        for key in ("news_keywords", "parsely-tags", "keywords")
        for raw in head.metas.get(key, ())
        for word in re.split("[,;]", raw)
    )
    links = (" ".join(element.itertext()) for element in head.linked("tag"))
    sources: tuple[tuple[str, Iterable[str]], ...] = (
        ("json-ld", linked.tags),
        ("opengraph", head.metas.get("article:tag", ())),
        ("dom", links),
        ("meta", listed),
    )
    for origin, raws in sources:
        tags: dict[str, str] = {}
        for raw in raws:
            tag = line(raw)
            if tag and len(tag) <= MAX_TAG_CHARS:
                tags.setdefault(tag.casefold(), tag)
        if tags:
            return origin, tuple(tags.values())[:MAX_TAGS]
    return "", ()


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
