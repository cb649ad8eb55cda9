"""Turns the body of a page into one tree that every reader of it shares, or says why it is none.

Refuses what would cost a parser minutes, and tells when the parser gave up before the end. What a page says is the
readers' business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement
from trafilatura.utils import HTML_PARSER, load_html

from extractors.decode import charset_of, decode
from news.model import Unreadable

MAX_BYTES = 5 * 1024 * 1024
"""No article needs more; 5 MB of links cost the reader 10 s of CPU, of line breaks 35 s."""

MAX_ATTRIBUTES = 5000
"""Of one tag. The parser is quadratic in them: 10,000 cost 0.08 s, 80,000 cost 10 s. Long values cost nothing: real
outlets keep 200 kB of JSON in one attribute (measured: a limit of 64 KiB a tag would lose 8 of 2,035 real pages)."""

# As the parser sees tags: only `>` ends one, and quoted values may hold it. Possessive: no step is ever taken back, so
# the search is linear.
_TAG = re.compile(r"""<[A-Za-z/](?:[^>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+""")
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")

# References to characters that no XML may hold: the parser lets them through, and the reader then gives up the page.
_IMPOSSIBLE = re.compile(
    r"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)"
    r"|[xX]0*(?:[1-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF])(?![0-9a-fA-F]));?"
)

_FILES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "an archive or office file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xff\xd8\xff", "an image"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image or sound"),
    (b"ID3", "a sound"),
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"<?xml-stylesheet", "XML"),
    (b"<rss", "a feed"),
)
_HEAD_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page. `truncated` tells that the parser stopped: too deep (256), or a text too long (10 MB)."""

    root: HtmlElement
    truncated: bool


def load_document(body: bytes, content_type: str | None) -> Document | Unreadable:
    """Decode and parse a page.

    Args:
        body: Not compressed.
        content_type: Its charset is one witness among others; the rest of it lies too often to be asked.
    """
    if len(body) > MAX_BYTES:
        return Unreadable(reason=f"the page is larger than {MAX_BYTES // 1024 // 1024} MiB")
    head = body[:_HEAD_BYTES].lstrip()
    if not head and not body.strip():
        return Unreadable(reason="the page is empty")
    for mark, name in _FILES:
        if head.startswith(mark):
            return Unreadable(reason=f"{name}, not a page")
    text = decode(body, charset_of(content_type))
    if _has_many_attributes(text):
        return Unreadable(reason=f"a tag of the page has more than {MAX_ATTRIBUTES:,} attributes")
    try:
        root = load_html(_IMPOSSIBLE.sub(" ", text))
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        return Unreadable(reason="no HTML")
    # The parser is trafilatura's own and keeps the log of its last document only.
    cut = any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in HTML_PARSER.error_log)
    return Document(root=root, truncated=cut)


def _has_many_attributes(text: str) -> bool:
    # A name and a blank each: a shorter tag has no room for so many; few real pages have a longer one.
    if max(map(len, _TAG.findall(text)), default=0) <= 2 * MAX_ATTRIBUTES:
        return False
    return any(
        match.end() - match.start() > 2 * MAX_ATTRIBUTES
        and len(_QUOTED.sub(" ", match.group()).split(None, MAX_ATTRIBUTES)) > MAX_ATTRIBUTES
        and not _is_in_script(text, match.start())
        for match in _TAG.finditer(text)
    )


def _is_in_script(text: str, position: int) -> bool:
    """Whether a script is open here: `i<f.length` starts no tag."""
    return text.rfind("<script", 0, position) > text.rfind("</script", 0, position)
