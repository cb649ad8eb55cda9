"""Tells what a body is from its first bytes, and takes compression off. Content-Type is not asked: it lies.

Reading the body is the business of the reader of its shape.
"""

from __future__ import annotations

import re
import zlib
from enum import StrEnum

from extractors.decode import decode
from extractors.markup import prolog_end
from news.model import Unreadable

_HEAD_BYTES = 256 * 1024
_MAX_LAYERS = 2
_GZIP = b"\x1f\x8b"

_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?([A-Za-z_][\w.-]{0,40})")
_BELOW_JUNK = re.compile(r"(?i)<(?:[a-z_][\w.-]{0,40}:)?(rss|feed|rdf|channel|urlset|sitemapindex)[\s>]")


class Shape(StrEnum):
    """What a body looks like; the value is how it is called in a sentence."""

    SYNDICATION = "a feed in XML"
    ATOM = "an Atom feed"
    JSON = "JSON"
    SITEMAP = "a sitemap"
    SITEMAP_INDEX = "a sitemap index"
    HTML = "an HTML page"
    OPML = "an OPML list"
    XML = "XML of another kind"
    EMPTY = "empty"
    OTHER = "neither XML nor JSON"


_SHAPES = {
    "rss": Shape.SYNDICATION,
    "rdf": Shape.SYNDICATION,
    "channel": Shape.SYNDICATION,
    "item": Shape.SYNDICATION,
    "feed": Shape.ATOM,
    "entry": Shape.ATOM,
    "urlset": Shape.SITEMAP,
    "sitemapindex": Shape.SITEMAP_INDEX,
    "opml": Shape.OPML,
    "html": Shape.HTML,
    "head": Shape.HTML,
    "body": Shape.HTML,
    "title": Shape.HTML,
    "meta": Shape.HTML,
    "script": Shape.HTML,
    "div": Shape.HTML,
}


def unpack(body: bytes, limit: int) -> bytes | Unreadable:
    """Take gzip off, twice at most, never making more than `limit` bytes. What is whole of a cut body is kept."""
    for _ in range(_MAX_LAYERS):
        if not body.startswith(_GZIP):
            break
        unpacked = _gunzip(body, limit)
        if unpacked is None:
            return Unreadable(reason="the gzip data is damaged")
        body = unpacked
    if body.startswith(_GZIP):
        return Unreadable(reason="it is compressed more than twice")
    if len(body) > limit:
        return Unreadable(reason=f"it is larger than {limit / 2**20:g} MiB")
    return body


def shape_of(body: bytes) -> Shape:
    """Tell what an uncompressed body is, from its root element or its first letter."""
    head = decode(body[:_HEAD_BYTES], None).lstrip("\ufeff\x00 \t\r\n")
    if not head:
        return Shape.EMPTY
    if head[0] in "{[":
        return Shape.JSON
    start = prolog_end(head)
    if re.match(r"(?i)\s*<!doctype\s+html", head):
        return Shape.HTML
    root = _ROOT.match(head, start)
    shape = _SHAPES.get(root.group(1).lower()) if root else None
    if shape in {None, Shape.HTML} and not (root and root.group(1).lower() in {"html", "head", "body"}):
        # Warnings of a broken server may stand above the document.
        below = _BELOW_JUNK.search(head)
        shape = _SHAPES[below.group(1).lower()] if below else shape
    if shape is None:
        shape = Shape.XML if head.startswith("<") else Shape.OTHER
    return shape


def _gunzip(body: bytes, limit: int) -> bytes | None:
    """Return at most `limit` + 1 bytes of all members; None when nothing can be read."""
    pieces: list[bytes] = []
    room = limit + 1
    while body.startswith(_GZIP) and room > 0:
        member = zlib.decompressobj(wbits=31)
        try:
            piece = member.decompress(body, room)
        except zlib.error:
            piece = _whole_part(body, room)
            pieces.append(piece)
            break
        pieces.append(piece)
        room -= len(piece)
        if not member.eof:
            break
        body = member.unused_data
    unpacked = b"".join(pieces)
    return unpacked or None


def _whole_part(body: bytes, room: int) -> bytes:
    """Return what comes out of damaged gzip data before the damage."""
    member = zlib.decompressobj(wbits=31)
    pieces: list[bytes] = []
    for start in range(0, len(body), 4096):
        try:
            piece = member.decompress(body[start : start + 4096], room)
        except zlib.error:
            break
        pieces.append(piece)
        room -= len(piece)
        if room <= 0:
            break
    return b"".join(pieces)
