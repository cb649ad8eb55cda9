"""Mends and reads markup before a reader sees it: no DOCTYPE, no entities of its own, no impossible characters.

Knows nothing of feeds. Text comes decoded from `decode`; plain text leaves through `news.text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.entities import entitydefs, html5

from lxml import etree, html

from extractors.decode import decode
from news.text import clean_text

MAX_TAG_CHARS = 64 * 1024
"""Of XML only: 7 of 2,033 real pages carry longer ones, with JSON in an attribute."""

MAX_ATTRIBUTE_WORK = 3e8
"""Parsers are quadratic in the attributes of a tag: 10,000 of them cost feedparser 1 s, 40,000 16 s. This bounds the
sum of the squares over all tags to about 3 s."""

_MANY_ATTRIBUTES_CHARS = 400

_DATA_URI = re.compile(r"data:[\w/.+-]{0,60};base64,[A-Za-z0-9+/=%\s]{1000,}+")

# Quoted values may hold `<` and `>`. Possessive: no step is ever taken back, so the search is linear.
_IN_TAG = r"""(?:[^<>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+"""
_TAG = re.compile("<[A-Za-z/]" + _IN_TAG)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_HTML_TOKEN = re.compile("(<!--)|<([A-Za-z][A-Za-z0-9]*+)" + _IN_TAG)
_END_OF_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}

_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,31});")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]{1,40})|([0-9]{1,40}));")
_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z][A-Za-z0-9]{0,31}|#[0-9]{1,40}|#[xX][0-9A-Fa-f]{1,40});)")
_NO_TAG = re.compile(r"<(?![A-Za-z_/!?])")
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_LONG_TAG_IN_TEXT = re.compile(r"<[A-Za-z/!][^<>]{2000,}+>?")
_BLOCK_NAMES = """
address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav
ol p pre section table td th tr ul
"""
_BLOCK_TAGS = frozenset(_BLOCK_NAMES.split())
_UNSEEN_TAGS = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "math", "head"})
_INLINE_TAG = re.compile(
    r"(?i)</?(?:a|abbr|acronym|b|big|br|cite|code|del|dfn|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|small|span|strike|"
    r"strong|sub|sup|tt|u|var|wbr)(?:\s[^<>]{0,2000})?/?>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlPage:
    """A parsed page. `cut` tells that the parser gave up before its end (too deep, or a text too long)."""

    root: html.HtmlElement
    cut: bool


def tag_fault(text: str, *, is_html: bool = False) -> str | None:
    """Return why a document's tags would take a parser too long; None when they would not.

    Pictures written into a tag as `data:` do not count, nor what stands in scripts and comments of HTML.
    """
    if len(text) <= _MANY_ATTRIBUTES_CHARS:
        return None
    text = _DATA_URI.sub("data:,", text)
    tags = _html_tags(text) if is_html else _TAG.finditer(text)
    work = 0
    for match in tags:
        n_chars = match.end() - match.start()
        if n_chars > MAX_TAG_CHARS and not is_html:
            return "a tag is longer than 64 KiB"
        if n_chars > _MANY_ATTRIBUTES_CHARS:
            names = _QUOTED.sub("", match.group())
            work += max(names.count("="), len(names.split())) ** 2
            if work > MAX_ATTRIBUTE_WORK:
                return "its tags have too many attributes"
    return None


def clean_xml(text: str) -> str:
    """Return XML that a strict parser reads more often, saying that it is UTF-8.

    The prolog goes (declaration, DOCTYPE with its entities, comments, whatever a broken server wrote above); HTML's
    named entities become letters; what starts neither tag nor reference is escaped; references to no character and
    control characters become U+FFFD.
    """
    text = text[prolog_end(text) :]
    text = _REFERENCE.sub(_possible, _IMPOSSIBLE.sub("\ufffd", text))
    pieces = ['<?xml version="1.0" encoding="utf-8"?>\n']
    for piece, is_cdata in split_cdata(text):
        pieces.append(piece if is_cdata else _mend(piece))
    return "".join(pieces)


def split_cdata(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a document's pieces in order, each with whether it is a closed CDATA section."""
    position = 0
    while True:
        start = text.find("<![CDATA[", position)
        end = text.find("]]>", start) if start >= 0 else -1
        if end < 0:
            yield text[position:], False
            return
        yield text[position:start], False
        yield text[start : end + 3], True
        position = end + 3


def prolog_end(text: str) -> int:
    """Return where the first element of a document starts; the length of the text when there is none."""
    position = 0
    while True:
        position = text.find("<", position)
        if position < 0:
            return len(text)
        if text.startswith("<?", position):
            position = _after(text, "?>", position)
        elif text.startswith("<!--", position):
            position = _after(text, "-->", position + 4)
        elif text.startswith("<!", position):
            position = _after_declaration(text, position)
        elif text[position + 1 : position + 2].isalpha() or text[position + 1 : position + 2] == "_":
            return position
        else:
            position += 1


def plain_text(markup: str | None, limit: int) -> str | None:
    """Return the text of a piece of HTML, cut after a word to at most `limit` characters; None when there is none."""
    if not markup:
        return None
    piece = _LONG_TAG_IN_TEXT.sub(" ", markup[: 200 * limit])[: 8 * limit]
    if "<" not in piece:
        return shorten(clean_text(unescape(piece)), limit)
    try:
        root = html.fragment_fromstring(_IMPOSSIBLE.sub(" ", piece), create_parent="div", parser=_html_parser())
    except (etree.LxmlError, ValueError):
        return shorten(clean_text(unescape(_INLINE_TAG.sub(" ", piece))), limit)
    return shorten(clean_text("".join(_seen(root))), limit)


def plain_title(title: str | None, limit: int, *, marked_up: bool) -> str | None:
    """Return a title as people read it. A `<` that starts no HTML tag is kept: titles may speak of `a < b`.

    Args:
        title: As the feed has it, with one level of escaping taken off.
        limit: In characters; cut after a word.
        marked_up: Whether the feed says that it is HTML; otherwise only tags that are closed again are taken out.
    """
    if not title:
        return None
    title = title[: 20 * limit]
    if marked_up or re.search(r"(?i)</(?:a|b|i|u|p|em|strong|span|font|sup|sub|cite|h[1-6])>|<br\s*/?>", title):
        title = _INLINE_TAG.sub(lambda match: " " if match.group()[1:3].lower() in {"br", "p>", "/p"} else "", title)
    return shorten(clean_text(unescape(title)), limit)


def shorten(text: str | None, limit: int) -> str | None:
    """Cut a text after a word to at most `limit` characters, with `…` where something was cut."""
    if text is None or len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ", limit // 2)
    return (cut[:space] if space > 0 else cut).rstrip(" ,;:–—-") + "…"


def parse_page(body: bytes, charset: str | None) -> HtmlPage | None:
    """Parse an HTML page; None when there is nothing to parse or it would take too long."""
    text = decode(body, charset)
    if tag_fault(text, is_html=True):
        return None
    text = re.sub(r"^\s*<\?xml[^>]{0,500}\?>", "", _IMPOSSIBLE.sub(" ", text), count=1)
    parser = _html_parser()
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    cut = any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    return HtmlPage(root=root, cut=cut)


def _html_parser() -> html.HTMLParser:
    return html.HTMLParser(huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)


def _html_tags(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while match := _HTML_TOKEN.search(text, position):
        position = match.end()
        if match.group(1):
            position = _after(text, "-->", position)
            continue
        yield match
        end_of_raw = _END_OF_RAW.get(match.group(2).lower())
        if end_of_raw:
            end = end_of_raw.search(text, position)
            position = end.start() if end else len(text)


def _after(text: str, mark: str, start: int) -> int:
    end = text.find(mark, start)
    return len(text) if end < 0 else end + len(mark)


def _after_declaration(text: str, start: int) -> int:
    """Return the end of a DOCTYPE that starts here, its internal subset included."""
    subset = re.compile(r"[\[>]").search(text, start)
    if subset is None:
        return len(text)
    if subset.group() == ">":
        return subset.end()
    closing = re.compile(r"\]\s*>").search(text, subset.end())
    return closing.end() if closing else subset.end()


def _mend(piece: str) -> str:
    """Escape what starts neither tag nor reference, and write HTML's named letters as letters."""
    return _NO_TAG.sub("&lt;", _BARE_AMPERSAND.sub("&amp;", _ENTITY.sub(_letter, piece)))


def _letter(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in _XML_ENTITIES:
        return match.group()
    letter = entitydefs.get(name) or html5.get(name + ";")
    if letter is None:
        return f"&amp;{name};"
    return letter.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _possible(match: re.Match[str]) -> str:
    number = int(match.group(1), 16) if match.group(1) else int(match.group(2))
    possible = number in {9, 10, 13} or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD
    return match.group() if possible or 0x10000 <= number <= 0x10FFFF else "\ufffd"


def _seen(element: etree._Element) -> list[str]:
    """Return the pieces of text that a reader sees, in order, with a space at the borders of blocks."""
    pieces: list[str] = []
    hidden: etree._Element | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if hidden is None and event == "start":
            if node.tag in _UNSEEN_TAGS:
                hidden = node
                continue
            if node.tag in _BLOCK_TAGS:
                pieces.append(" ")
            pieces.append(node.text or "")
        elif event == "end":
            if node is hidden:
                hidden = None
            if hidden is None and node is not element:
                if node.tag in _BLOCK_TAGS:
                    pieces.append(" ")
                pieces.append(node.tail or "")
    return pieces
