"""The text of an article's page: the seam behind which a reader chooses the paragraphs.

The reader is trafilatura in precision mode: on news it is its best (findings: pageF1 +.004 to +.014 over its default).
What it leaves that is surely not the article goes: copies of the title, lines said twice, the blocks after the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import trafilatura
from lxml.html import HtmlElement

from extractors import content_path
from extractors.cues import Kind, load_cues
from extractors.edition import READER
from extractors.furniture import Furniture, fingerprint, furniture_among
from news.text import clean_paragraphs, fold_title

__all__ = ["READER", "Body", "Judged", "read_body"]

_LEAST_SECOND_CHARS = 250

_HEAD_LINES = 6
"""Copies of the title stand in the first lines (findings: 30 % of pages, 0 losses within six)."""

_PROSE_CHARS = 200
"""A paragraph of so many characters is prose, and never goes."""

_LEAST_CHARS_BEFORE = 300
_TAIL_KINDS = (Kind.CALLS, Kind.MORE, Kind.RELATED, Kind.HEADINGS)
_SENTENCE_ENDS = (".", "!", "?", "…", ".”", ".»", '."', "։", "。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A block of a page with the reader's verdict.

    Attributes:
        text: In one line.
        reason: Why it is not the article; empty where it was kept.
        path: Where it stands, from the body down: `main/div.story/p`.
    """

    text: str
    reason: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The article's text as read from a page.

    Attributes:
        text: Paragraphs apart by a blank line; empty where none are found.
        blocks: All blocks of the page in order, for people who ask why.
        fingerprints: Of the paragraphs as they were before furniture went.
    """

    text: str
    blocks: tuple[Judged, ...] = ()
    fingerprints: tuple[int, ...] = ()


def read_body(
    root: HtmlElement,
    url: str,
    headings: Iterable[str],
    *,
    description: str | None = None,
    furniture: Furniture | None = None,
) -> Body:
    """Read the paragraphs of the article.

    Args:
        root: Not changed.
        url: Where the page was found.
        headings: What the page calls the article; lines that only repeat one of them above the text go.
        description: The page's own words on the article, which are never furniture.
        furniture: What other pages of the site taught.
    """
    headings = tuple(headings)
    text = _read(root, url, precise=True)
    if not text:
        # On 3 of 2,035 labelled pages; all three have an article.
        text = _read(root, url, precise=False)
        text = text if len(text) >= _LEAST_SECOND_CHARS else ""
    paragraphs = _without_tail(_without_repeats(text.split("\n\n"), headings)) if text else []
    found = dict.fromkeys(map(fingerprint, paragraphs))
    if furniture is not None:
        if furniture.content_path is not None:
            outside = content_path.places_outside(paragraphs, root, furniture.content_path)
            paragraphs = [line for place, line in enumerate(paragraphs) if place not in outside]
        gone = furniture_among(paragraphs, furniture, headings, description)
        paragraphs = [line for place, line in enumerate(paragraphs) if place not in gone]
    return Body(text="\n\n".join(paragraphs), fingerprints=tuple(found))


def _read(root: HtmlElement, url: str, *, precise: bool) -> str:
    found = trafilatura.bare_extraction(root, url=url, favor_precision=precise, include_comments=False)
    assert not isinstance(found, dict), "dicts come only with as_dict"
    return clean_paragraphs(found.text) if found is not None and found.text else ""


def _without_repeats(paragraphs: list[str], headings: Iterable[str]) -> list[str]:
    """Drop copies of the title above the text, and a line that is said twice in a row."""
    titles = {fold for heading in headings if (fold := fold_title(heading))}
    kept: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        is_title = number < _HEAD_LINES and len(paragraph) < 2 * _PROSE_CHARS and fold_title(paragraph) in titles
        if not is_title and not (kept and kept[-1] == paragraph):
            kept.append(paragraph)
    return kept


def _without_tail(paragraphs: list[str]) -> list[str]:
    """Drop the named blocks behind the beginning: their heading, and the short lines that follow it.

    A sentence or a long paragraph ends the block: such a heading may stand amid the article.
    """
    cues = load_cues()
    kept: list[str] = []
    in_block = False
    n_chars = 0
    for paragraph in paragraphs:
        is_heading = cues.is_heading(paragraph)
        if is_heading and n_chars >= _LEAST_CHARS_BEFORE:
            in_block = True
        elif len(paragraph) >= _PROSE_CHARS or paragraph.endswith(_SENTENCE_ENDS):
            in_block = False
        n_chars += len(paragraph)
        if not in_block:
            kept.append(paragraph)
    while len(kept) > 1 and cues.kind_of(kept[-1]) in _TAIL_KINDS:
        kept.pop()
    if kept:
        kept[-1] = cues.cut_glued(kept[-1]).text
    return [paragraph for paragraph in kept if paragraph]
