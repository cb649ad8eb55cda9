"""Decodes and mends a feed in XML before feedparser reads it, and bounds what reading it can cost.

feedparser 6.0.14 is quadratic in the categories of an item and in the letters of an author, and slow on broken XML;
each bound here has its measurement. What mends any XML stands in `markup`.
"""

from __future__ import annotations

import re

from extractors.decode import decode
from extractors.markup import clean_xml, split_cdata, tag_fault
from news.model import Unreadable

MAX_ENTRIES = 20_000
"""Twenty thousand entries cost 2.7 s of CPU; no outlet lists more."""

MAX_TAGS = 500_000
"""Escaped HTML not counted. A tag costs up to 15 µs; twenty thousand full entries have 400,000."""

MAX_REFERENCES = 2_500_000
"""A bare `&` costs 1.3 µs."""

MAX_LABEL_WORK = 3e8
"""Sum over the items of the square of their categories: 60,000 categories in one item cost 34 s."""

_LONGEST_AUTHOR_CHARS = 2000
_LONG_WORD = re.compile(r"[A-Za-z0-9_.+-]{100}")
"""feedparser looks for an e-mail address in quadratic time: ten million letters never end."""

_NAME = r"(?:[A-Za-z_][\w.-]{0,40}:)?"
_ITEM = re.compile(rf"<{_NAME}(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_ITEM_END = re.compile(rf"</{_NAME}(?:item|entry)\s*>", re.IGNORECASE)
_LABEL = re.compile(rf"<{_NAME}(?:category|subject|keywords|tags)(?=[\s/>])[^<>]*>([^<]*)", re.IGNORECASE)
_AUTHOR = re.compile(
    rf"<({_NAME}(?:author|creator|publisher|managingeditor|webmaster|owner))(?=[\s>])[^<>]*(?<!/)>", re.IGNORECASE
)

# Extensions of no use here, or of little, whose handlers in feedparser 6.0.14 raise on odd values.
_FRAGILE = re.compile(
    r"<(/?)(?:(?:georss|gml|geo|psc|cc|creativeCommons|media|image|itunes):[\w.-]{1,40}|width|height|textinput)"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)


def mend_feed(body: bytes, charset: str | None) -> tuple[str, list[str]] | Unreadable:
    """Return a feed's text as UTF-8 XML, with notes on what was damaged or left out.

    Args:
        body: Not compressed, within the size the caller allows.
        charset: As the HTTP header names it.
    """
    text, n_left_out = _cut_entries(decode(body, charset))
    fault = tag_fault(text) or _flood(text)
    if fault:
        return Unreadable(reason=fault)
    notes = ["some letters were damaged"] if "\ufffd" in text else []
    text = clean_xml(text)
    if n_left_out:
        notes.append(f"{n_left_out} entries beyond {MAX_ENTRIES} were left out")
    if _label_work(text) > MAX_LABEL_WORK:
        text = _LABEL.sub("<nothing>", text)
        notes.append("the tags of the entries were left out: there are too many")
    text, n_authors = _cut_authors(text)
    if n_authors:
        notes.append(f"{n_authors} authors longer than any name were left out")
    return text, notes


def without_extensions(text: str) -> str:
    """Return a feed without the extensions that make feedparser raise."""
    return _FRAGILE.sub("", text)


def _flood(text: str) -> str | None:
    """Return why a text has more markup than can be read in time; None when it has not."""
    n_tags = n_references = 0
    for piece, is_cdata in split_cdata(text):
        n_tags += 0 if is_cdata else piece.count("<")
        n_references += 0 if is_cdata else piece.count("&")
    if n_tags > MAX_TAGS:
        return f"it has more than {MAX_TAGS} tags"
    return f"it has more than {MAX_REFERENCES} references" if n_references > MAX_REFERENCES else None


def _cut_entries(text: str) -> tuple[str, int]:
    """Cut the entries beyond the cap out of the middle, so that what stands around them stays well-formed."""
    starts = [match.start() for match in _ITEM.finditer(text)]
    if len(starts) <= MAX_ENTRIES:
        return text, 0
    cut = starts[MAX_ENTRIES]
    last = cut
    for match in _ITEM_END.finditer(text, cut):
        last = match.end()
    return text[:cut] + (text[last:] if last > cut else ""), len(starts) - MAX_ENTRIES


def _label_work(text: str) -> float:
    """Return how many comparisons feedparser makes to list each item's tags once."""
    starts = [match.start() for match in _ITEM.finditer(text)]
    work = 0.0
    n_labels = i = 0
    for match in _LABEL.finditer(text):
        while i < len(starts) and starts[i] < match.start():
            work += n_labels**2
            n_labels = 0
            i += 1
        n_labels += 1 + match.group(1).count(",")
    return work + n_labels**2


def _cut_authors(text: str) -> tuple[str, int]:
    """Blank authors that are longer than any name."""
    pieces: list[str] = []
    position = n_cut = 0
    for match in _AUTHOR.finditer(text):
        if match.end() < position:
            continue
        closing = re.compile(f"</{re.escape(match.group(1))}", re.IGNORECASE)
        near = closing.search(text, match.end(), match.end() + _LONGEST_AUTHOR_CHARS)
        if near and not _LONG_WORD.search(text, match.end(), near.start()):
            continue
        n_cut += 1
        far = near or closing.search(text, match.end())
        pieces.append(text[position : match.end()])
        position = far.start() if far else len(text)
    pieces.append(text[position:])
    return "".join(pieces), n_cut
