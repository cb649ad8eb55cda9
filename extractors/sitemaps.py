"""Reads sitemaps and sitemap indexes, with the news and image extensions, as a stream.

Source: https://www.sitemaps.org/protocol.html and
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap. Which child of an index is worth
asking is the scheduler's business.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from lxml import etree

from extractors.dates import read_moment
from extractors.decode import decode
from extractors.entries import EntryList, first_moment, language_code, listed_names
from extractors.markup import clean_xml, plain_title, tag_fault
from news.model import Entry, FeedDocument, FeedKind, SitemapLink, Unreadable
from news.urls import clean_url_or_none

MAX_LINKS = 50_000
"""The protocol's own bound for one file, of pages as of sitemaps."""

MAX_TAGS = 4_000_000
"""Fifty thousand rows of forty elements; a tag costs 1.3 µs."""

MAX_TITLE_CHARS = 1000
LASTMOD = "lastmod"
"""Origin of a moment read from `lastmod`: when a page was changed, where nothing says when it was published."""

_OLDEST = datetime.min.replace(tzinfo=UTC)

_Fields = dict[str, list[str]]
"""Local names of a row's elements, those of the extensions with their prefix, to their texts."""

_PREFIXES = (("sitemap-news", "news:"), ("sitemap-image", "image:"), ("sitemap-video", "video:"), ("xhtml", "xhtml:"))


def read_sitemap(body: bytes, url: str, charset: str | None, now: datetime) -> FeedDocument | Unreadable:
    """Read a sitemap: an entry for each `<url>`, with title and date where it is a news sitemap.

    Args:
        body: Not compressed, within the size the caller allows.
        url: Where it was fetched; relative links are relative to it.
        charset: As the HTTP header names it.
        now: Aware UTC; what is dated later than two days from it has no date.
    """
    listed = EntryList()
    notes = _read_rows(body, charset, "url", lambda fields: listed.add(_read_entry(fields, url, now)))
    if isinstance(notes, Unreadable):
        return notes
    languages = dict.fromkeys(entry.language for entry in listed.entries)
    return FeedDocument(
        kind=FeedKind.SITEMAP,
        language=next(iter(languages)) if len(languages) == 1 else None,
        entries=listed.entries,
        notes=(*notes, *listed.notes),
    )


def read_sitemap_index(body: bytes, url: str, charset: str | None, now: datetime) -> FeedDocument | Unreadable:
    """Read a sitemap index: its children, newest first where they are dated. The arguments are `read_sitemap`'s."""
    links: dict[str, SitemapLink] = {}

    def add(fields: _Fields) -> None:
        child = clean_url_or_none(_first(fields, "loc"), url)
        if child:
            moment = first_moment(fields.get("lastmod", ()), lambda raw: read_moment(raw, LASTMOD, now))
            links.setdefault(child, SitemapLink(url=child, modified_at=moment.at.astimezone(UTC) if moment else None))

    notes = _read_rows(body, charset, "sitemap", add)
    if isinstance(notes, Unreadable):
        return notes
    newest_first = sorted(links.values(), key=lambda link: link.modified_at or _OLDEST, reverse=True)
    return FeedDocument(kind=FeedKind.SITEMAP_INDEX, sitemaps=tuple(newest_first), notes=tuple(notes))


def _read_entry(fields: _Fields, base: str, now: datetime) -> Entry:
    keywords = _first(fields, "news:keywords")[:4096]
    published = first_moment(fields.get("news:publication_date", ()), lambda raw: read_moment(raw, "feed", now))
    updated = first_moment(fields.get("lastmod", ()), lambda raw: read_moment(raw, LASTMOD, now))
    return Entry(
        url=clean_url_or_none(_first(fields, "loc"), base),
        title=plain_title(_first(fields, "news:title"), MAX_TITLE_CHARS, marked_up=False),
        published=published or updated,
        updated=updated,
        language=language_code(_first(fields, "news:language")),
        tags=listed_names(keyword.strip() for keyword in keywords.split(",")),
        image_url=clean_url_or_none(_first(fields, "image:loc"), base) if "image:loc" in fields else None,
    )


def _first(fields: _Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "").strip()


def _read_rows(
    body: bytes, charset: str | None, row_name: str, add: Callable[[_Fields], None]
) -> list[str] | Unreadable:
    """Hand each row's fields to `add`, the first fifty thousand of them; return notes on the others."""
    text = decode(body, charset)
    fault = tag_fault(text) or (f"it has more than {MAX_TAGS} tags" if text.count("<") > MAX_TAGS else None)
    if fault:
        return Unreadable(reason=fault)
    notes = ["some letters were damaged"] if "\ufffd" in text else []
    mended = clean_xml(text).encode()
    del text
    n_rows = 0
    try:
        for fields in _rows(mended, row_name):
            n_rows += 1
            if n_rows <= MAX_LINKS:
                add(fields)
    except etree.XMLSyntaxError as error:
        if n_rows == 0:
            return Unreadable(reason=f"the sitemap's XML cannot be read: {str(error)[:100]}")
        notes.append(f"the XML is damaged after {n_rows} rows: {str(error)[:100]}")
    if n_rows > MAX_LINKS:
        notes.append(f"{n_rows - MAX_LINKS} rows beyond {MAX_LINKS} were left out")
    return notes


def _rows(mended: bytes, row_name: str) -> Iterator[_Fields]:
    """Yield the fields of each row, and forget it: memory does not grow with the file."""
    fields: _Fields = {}
    for _, element in etree.iterparse(
        io.BytesIO(mended),
        events=("end",),
        huge_tree=False,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        recover=True,
    ):
        name = _name(element.tag)
        if name == row_name:
            yield fields
            fields = {}
        elif element.text and len(element) == 0:
            texts = fields.setdefault(name, [])
            if len(texts) < 10:
                texts.append(element.text)
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _name(tag: str) -> str:
    """Return the local name, with the prefix of its extension whatever prefix the file uses."""
    namespace, _, local = tag.rpartition("}")
    prefix = next((prefix for part, prefix in _PREFIXES if part in namespace), "")
    return prefix + local.lower()
