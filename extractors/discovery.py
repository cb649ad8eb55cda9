"""Reads a home page for what it says of its outlet, and of its feeds. Asking them is the scheduler's business."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from extractors.entries import language_code
from extractors.markup import parse_page, shorten
from extractors.sniff import unpack
from news.model import Unreadable
from news.text import clean_text
from news.urls import canonical_url, clean_url_or_none, same_site

MAX_PAGE_BYTES = 5 * 2**20
MAX_FEED_LINKS = 50
MAX_ANCHORS = 10_000
_MAX_TITLE_CHARS = 300

WELL_KNOWN_PATHS: tuple[str, ...] = (
    "/feed/",  # WordPress
    "/rss",  # Ghost, Medium, many of their own make
    "/rss.xml",  # Drupal, DLE, Gatsby
    "/feed.xml",  # Jekyll
    "/atom.xml",  # Hexo, Blogger's older form
    "/index.xml",  # Hugo
    "/feed.json",  # JSON Feed's own advice
    "/rss/",  # Bitrix
    "/feeds/posts/default",  # Blogger
    "/?feed=rss2",  # WordPress without permalinks
    "/news/rss",
    "/news/rss.xml",
    "/export/rss2/index.xml",  # Lenta, RIA and their like
    "/rss/news",
    "/rss/all",
    "/news-sitemap.xml",  # Yoast
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/news_sitemap.xml",
    "/sitemap.xml",
)
"""Where feeds stand when no page links to them, the likeliest first; relative to the site's root."""

_FEED_TYPES = {
    "application/rss+xml": "RSS",
    "application/atom+xml": "Atom",
    "application/feed+json": "JSON Feed",
    "application/json": "JSON Feed",
    "application/rdf+xml": "RDF",
    "text/rss+xml": "RSS",
    "text/rss": "RSS",
    "text/atom+xml": "Atom",
    "application/x.atom+xml": "Atom",
}
# WordPress links its API as alternate JSON, and oEmbed as JSON and XML: neither lists articles.
_NO_FEED = re.compile(r"(?i)/wp-json/|oembed|/opensearch|/manifest|/amp/?$|xmlrpc")
_FEED_WORDS = re.compile(r"(?i)(?:^|[^a-z])(?:rss|rdf|atom|feed|feeds|xml|лента\s+rss)(?:$|[^a-z])")
_FEED_PATH = re.compile(
    r"(?i)(?:/|\.|=|-|_)(?:rss2?|atom|rdf|feeds?)(?:[/.?&=_-]|$)|/rss[^/]{0,40}\.xml$|\.(?:rss|atom|rdf)$"
)
_OTHERS_READERS = re.compile(r"(?i)(?:feedly|inoreader|netvibes|bloglovin|newsblur|subtome|my\.yahoo|theoldreader)\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A link that may lead to a feed. `how` says where it stood, in words for people."""

    url: str
    title: str | None
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What a home page says of its outlet.

    Attributes:
        title: Of the page.
        site_name: Of the outlet, as it calls itself for others.
        language: ISO 639-1 where the page names one.
        feed_links: Declared ones first, then anchors; each address once.
        canonical_url: What the page calls its own address, of the same site.
    """

    title: str | None = None
    site_name: str | None = None
    language: str | None = None
    feed_links: tuple[FeedLink, ...] = ()
    canonical_url: str | None = None


def read_home(body: bytes, url: str) -> HomePage | Unreadable:
    """Read a home page, or any other page of an outlet.

    Args:
        body: As fetched.
        url: Where it was fetched.
    """
    unpacked = unpack(body, MAX_PAGE_BYTES)
    if isinstance(unpacked, Unreadable):
        return unpacked
    page = parse_page(unpacked, None)
    if page is None:
        return Unreadable(reason="the page cannot be read as HTML")
    root = page.root
    base = clean_url_or_none(_first(root, "//base/@href"), url) or url
    canonical = clean_url_or_none(_first(root, "//link[@rel='canonical']/@href"), base)
    locale = _meta(root, "og:locale") or _meta(root, "content-language") or _meta(root, "language")
    return HomePage(
        title=_line(_first(root, "//title/text()")),
        site_name=_line(_meta(root, "og:site_name") or _meta(root, "application-name") or _publisher(root)),
        language=language_code(root.get("lang")) or language_code(root.get("xml:lang")) or language_code(locale),
        feed_links=_feed_links(root, base, url),
        canonical_url=canonical if canonical and same_site(canonical, url) else None,
    )


def _feed_links(root: html.HtmlElement, base: str, url: str) -> tuple[FeedLink, ...]:
    once: dict[str, FeedLink] = {}
    for link in (*_declared(root, base), *_anchored(root, base, url)):
        once.setdefault(canonical_url(link.url), link)
        if len(once) == MAX_FEED_LINKS:
            break
    return tuple(once.values())


def _declared(root: html.HtmlElement, base: str) -> Iterator[FeedLink]:
    """Yield what `<link rel="alternate">` names, whatever host it is on."""
    for link in root.iter("link"):
        rels = link.get("rel", "").lower().split()
        kind = _FEED_TYPES.get(link.get("type", "").split(";")[0].strip().lower())
        if kind is None or not {"alternate", "feed"} & set(rels):
            continue
        found = clean_url_or_none(link.get("href", ""), base) if link.get("href") else None
        if found and not _NO_FEED.search(found):
            yield FeedLink(url=found, title=_line(link.get("title")), how=f"{kind} declared by the page")


def _anchored(root: html.HtmlElement, base: str, url: str) -> Iterator[FeedLink]:
    """Yield anchors whose address or words speak of a feed, of the same site or a known host of feeds."""
    for n_anchors, anchor in enumerate(root.iter("a")):
        href = anchor.get("href", "")
        if n_anchors >= MAX_ANCHORS:
            return
        if not href or len(href) > 2000 or _OTHERS_READERS.search(href) or _NO_FEED.search(href):
            continue
        words = " ".join((anchor.text_content()[:200], anchor.get("title", ""), anchor.get("class", "")))
        in_path = bool(_FEED_PATH.search(href))
        if not in_path and not (_FEED_WORDS.search(words) and len(words) < 60):
            continue
        found = clean_url_or_none(href, base)
        if found and (same_site(found, url) or "feedburner" in found):
            title = anchor.get("title") or anchor.text_content()[:200]
            yield FeedLink(url=found, title=_line(title), how="a link on the page")


def _publisher(root: html.HtmlElement) -> str | None:
    """Return the name that JSON-LD gives the site or its publisher."""
    for script in root.xpath("//script[@type='application/ld+json']")[:5]:
        try:
            document = json.loads((script.text or "")[:200_000], strict=False)
        except (ValueError, RecursionError):
            continue
        for node in document if isinstance(document, list) else [document]:
            graph = node.get("@graph", [node]) if isinstance(node, dict) else []
            for part in graph if isinstance(graph, list) else []:
                kind = str(part.get("@type", "")) if isinstance(part, dict) else ""
                if kind in {"WebSite", "NewsMediaOrganization", "Organization"} and isinstance(part.get("name"), str):
                    return str(part["name"])
    return None


def _meta(root: html.HtmlElement, name: str) -> str | None:
    for meta in root.iter("meta"):
        names = (meta.get("property"), meta.get("name"), meta.get("http-equiv"))
        if any(given and given.lower() == name for given in names):
            return str(meta.get("content") or "") or None
    return None


def _first(root: html.HtmlElement, path: str) -> str:
    return str(next(iter(root.xpath(path)), ""))


def _line(text: str | None) -> str | None:
    return shorten(clean_text(text[:4000]), _MAX_TITLE_CHARS) if text else None
