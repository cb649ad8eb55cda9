"""The door of everything that lists articles: sniffs, unpacks and hands on to the reader of each shape.

Fetching is `crawler`'s business, and what is new in a list is `store`'s. Both functions run in children that may be
killed, and both always answer with a value.
"""

from __future__ import annotations

from datetime import datetime

from extractors.decode import charset_of
from extractors.jsonfeed import read_json_feed
from extractors.listing import read_links
from extractors.markup import parse_page
from extractors.sitemaps import read_sitemap, read_sitemap_index
from extractors.sniff import Shape, shape_of, unpack
from extractors.syndication import read_syndication
from news.model import FeedDocument, Unreadable

MAX_FEED_BYTES = 15 * 2**20
"""Miniflux's bound. The largest feeds of the wild have about 10 MiB."""

MAX_SITEMAP_BYTES = 50 * 2**20
"""The protocol's bound for an uncompressed sitemap."""

MAX_PAGE_BYTES = 5 * 2**20

_READERS = {
    Shape.SYNDICATION: (read_syndication, MAX_FEED_BYTES),
    Shape.ATOM: (read_syndication, MAX_FEED_BYTES),
    Shape.JSON: (read_json_feed, MAX_FEED_BYTES),
    Shape.SITEMAP: (read_sitemap, MAX_SITEMAP_BYTES),
    Shape.SITEMAP_INDEX: (read_sitemap_index, MAX_SITEMAP_BYTES),
}


def read_feed(body: bytes, url: str, content_type: str | None, now: datetime) -> FeedDocument | Unreadable:
    """Read RSS, RDF, Atom, JSON Feed, a sitemap or a sitemap index, gzipped or not.

    Args:
        body: As fetched. Its first bytes tell what it is.
        url: Where it was fetched; relative links are relative to it.
        content_type: Only its charset counts, and only after what the document says itself.
        now: Aware UTC; what is dated later than two days from it has no date.

    Returns:
        Never a listing: a page is `Unreadable`.
    """
    unpacked = unpack(body, MAX_SITEMAP_BYTES)
    if isinstance(unpacked, Unreadable):
        return unpacked
    shape = shape_of(unpacked)
    if shape not in _READERS:
        return Unreadable(reason=_refusal(shape))
    read, limit = _READERS[shape]
    if len(unpacked) > limit:
        return Unreadable(reason=f"{shape.value} larger than {limit >> 20} MiB")
    return read(unpacked, url, charset_of(content_type), now)


def read_listing(body: bytes, url: str, now: datetime) -> FeedDocument | Unreadable:
    """Read a page as a list of the articles it links to.

    Args:
        body: As fetched, HTML.
        url: Where it was fetched; only links of its site count.
        now: Aware UTC; what is dated later than two days from it has no date.
    """
    unpacked = unpack(body, MAX_PAGE_BYTES)
    if isinstance(unpacked, Unreadable):
        return unpacked
    page = parse_page(unpacked, None)
    if page is None:
        return Unreadable(reason="the page cannot be read as HTML")
    return read_links(page, url, now)


def _refusal(shape: Shape) -> str:
    if shape is Shape.EMPTY:
        return "the answer is empty"
    return f"{shape.value}, not a feed"
