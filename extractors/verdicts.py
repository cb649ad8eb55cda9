"""Which blocks are the article, and why the others are not: what the learned trees say, and rules that stand above it.

A rule here is one that people would call right on every page: no caption, no credit, no pointer to another article, no
second copy, nothing below "Related articles". Each verdict is a few words for people; none means that a block is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.blocks import HEADINGS, Block, Box, lies_in
from extractors.calendar_words import MONTHS, fold_word
from extractors.class_names import Part
from extractors.clues import Clues, letters_of
from extractors.consent import drop_consent
from extractors.cues import Kind
from extractors.other_articles import drop_other_articles
from extractors.small_parts import UNLIKE, keep_small_parts

CAPTION = "caption"

LEAST_LIKELY = 0.5
"""From here on a block is kept: 0.45 to 0.55 score the same on unseen sites."""

BY_CUE = {
    Kind.HEADINGS: "names another block",
    Kind.COMMENTS: "names the comments",
    Kind.RELATED: "points to another article",
    Kind.MORE: "points to the whole article elsewhere",
    Kind.CALLS: "calls to follow or to subscribe",
    Kind.CALLS_WITHIN: "calls to follow or to subscribe",
    Kind.CREDITS: "credit",
    Kind.CREDIT_ENDS: "credit",
    Kind.SOURCES: "names the source",
    Kind.TAGS: "tags",
    Kind.DATELINES: "date line",
    Kind.BYLINES: "byline",
    Kind.LEGAL: "legal line",
}
_BY_PART = {
    Part.COMMENTS: "in the comments",
    Part.RELATED: "among links to other articles",
    Part.SHARE: "among buttons to share",
    Part.PROMOTION: "in an advertisement or a call",
    Part.OVERLAY: "in an overlay",
    Part.NAVIGATION: "in the navigation",
    Part.BYLINE: "beside the byline",
    Part.TAGS: "among tags",
    Part.DATE: "beside the date",
}
_BY_TAG = {"nav": "in the navigation", "footer": "in the footer", "aside": "in an aside", "form": "in a form"}
_STEPS_TO_PART = 4

_MOST_CAPTION_WORDS = 60
_MOST_CAPTION_SHARE = 0.5
"""Of the text: a gallery is its captions."""

_LEAST_WORDS_BEFORE = 40
"""Of the article, above the name of another block that ends it."""

_MOST_DATE_CHARS = 40
_LEAST_DATE_DIGITS = 4
_DATE = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}:\d\d\b")
_DATE_WORDS = frozenset(
    ("am", "pm", "г", "года", "год", "р", "року", "at", "в", "um", "uhr", "à", "de", "h", "utc", "gmt", "мск")
)
_LETTERS = re.compile(r"[^\W\d_]+")

_SURELY = 0.8
"""A block below such a name that is so likely is the article, which goes on: at 0.9 three pages in a hundred lose some
of it."""

_ASKS = ("?", "？", "؟")

_MOST_ASIDE_WORDS = 120

_LEAST_TITLE_WORDS = 3
_MOST_TITLE_SHARE = 0.3
"""Of the text: a copy of the title stands above the rest."""

_SCRIPTS = (
    ("\u0370", "latin"),
    ("\u0400", "greek"),
    ("\u0530", "cyrillic"),
    ("\u0590", "armenian"),
    ("\u0600", "hebrew"),
    ("\u0780", "arabic"),
    ("\u0e00", "indic"),
    ("\u10a0", "south-east"),
    ("\u1100", "georgian"),
    ("\u1e00", "other"),
    ("\u2000", "latin"),
)
"""Each ends before its letter; what comes after the last is dense: Chinese, Japanese, Korean."""


def judge(
    blocks: Sequence[Block], kinds: Sequence[Kind | None], likely: NDArray[np.float64], clues: Clues
) -> list[str]:
    """Return a verdict on each block, empty for what is kept.

    Args:
        blocks: Of the page.
        kinds: What kind of line each is by its words.
        likely: How likely each is a part of the article, 0 to 1.
        clues: What the page calls the article.
    """
    verdicts = ["" if kept else _why_not(block) for block, kept in zip(blocks, likely >= LEAST_LIKELY, strict=True)]
    for number, kind in enumerate(kinds):
        if kind is not None:
            verdicts[number] = BY_CUE.get(kind, UNLIKE)
        elif is_date(blocks[number].text):
            verdicts[number] = BY_CUE[Kind.DATELINES]
    keep_small_parts(blocks, likely, verdicts)
    _drop_promotions(blocks, kinds, likely, verdicts)
    drop_consent(blocks, verdicts)
    drop_other_articles(blocks, verdicts, clues)
    _drop_titles(blocks, verdicts, clues)
    _drop_captions(blocks, verdicts)
    _drop_repeated(blocks, likely, verdicts)
    _drop_below_headings(blocks, kinds, likely, verdicts)
    _drop_bare_headings(blocks, verdicts)
    return verdicts


def script_of(text: str) -> str:
    """Return which script most letters of a text belong to; empty where there are none."""
    counts: dict[str, int] = {}
    # Letter by letter of those that occur: a text has few different ones.
    for letter, n in Counter(text[:300]).items():
        if letter.isalpha():
            name = next((name for limit, name in _SCRIPTS if letter < limit), "dense")
            counts[name] = counts.get(name, 0) + n
    return max(counts, key=lambda name: counts[name], default="")


def is_date(text: str) -> bool:
    """Whether a line is nothing but a date, with or without the time of day."""
    if len(text) > _MOST_DATE_CHARS or sum(map(str.isdigit, text)) < _LEAST_DATE_DIGITS:
        return False
    words = [fold_word(word) for word in _LETTERS.findall(text)]
    if not all(word in MONTHS or word in _DATE_WORDS for word in words):
        return False
    return _DATE.search(text) is not None or any(word in MONTHS for word in words)


def _why_not(block: Block) -> str:
    """Say why a block is unlike the article, by where it stands."""
    box: Box | None = block.box
    if block.box.hidden:
        return "hidden"
    for _ in range(_STEPS_TO_PART):
        if box is None:
            break
        if box.tag in _BY_TAG:
            return _BY_TAG[box.tag]
        for part, reason in _BY_PART.items():
            if part in box.parts:
                return reason
        box = box.parent
    if block.n_link_words > 0.6 * block.n_words:
        return "nothing but links"
    return UNLIKE


def _drop_promotions(
    blocks: Sequence[Block], kinds: Sequence[Kind | None], likely: NDArray[np.float64], verdicts: list[str]
) -> None:
    """What stands in one small box with a call to subscribe goes with it, where the box is named so or is an aside."""
    calls = [block.box for block, kind in zip(blocks, kinds, strict=True) if kind in (Kind.CALLS, Kind.CALLS_WITHIN)]
    named = {box for inner in calls for box in (inner, inner.parent) if box is not None and Part.PROMOTION in box.parts}
    asides = {box for inner in calls if (box := _aside_of(inner)) is not None and box.n_words <= _MOST_ASIDE_WORDS}
    for number, block in enumerate(blocks):
        if verdicts[number]:
            continue
        is_named = block.box in named or block.box.parent in named
        if (is_named and likely[number] < _SURELY) or lies_in(block.box, asides):
            verdicts[number] = _BY_PART[Part.PROMOTION]


def _aside_of(box: Box) -> Box | None:
    outer: Box | None = box
    while outer is not None and outer.tag != "aside":
        outer = outer.parent
    return outer


def _drop_titles(blocks: Sequence[Block], verdicts: list[str], clues: Clues) -> None:
    """Copies of the title above most of the text go."""
    titles = clues.titles()
    n_words = _n_kept(blocks, verdicts)
    n_before = 0
    for number, block in enumerate(blocks):
        if verdicts[number]:
            continue
        if n_before <= _MOST_TITLE_SHARE * n_words and block.n_words < 60 and letters_of(block.text) in titles:
            verdicts[number] = "the title"
        else:
            n_before += block.n_words


def _drop_captions(blocks: Sequence[Block], verdicts: list[str]) -> None:
    found = [
        number
        for number, block in enumerate(blocks)
        if not verdicts[number] and block.n_words <= _MOST_CAPTION_WORDS and _is_caption(block.box)
    ]
    n_words = sum(blocks[number].n_words for number in found)
    if n_words <= _MOST_CAPTION_SHARE * _n_kept(blocks, verdicts):
        for number in found:
            verdicts[number] = CAPTION


def _is_caption(box: Box) -> bool:
    outer = box.parent
    return (
        box.tag in ("figcaption", "figure")
        or Part.CAPTION in box.parts
        or (outer is not None and outer.tag in ("figure", "figcaption"))
        or (outer is not None and outer.parent is not None and outer.parent.tag == "figcaption")
    )


def _drop_repeated(blocks: Sequence[Block], likely: NDArray[np.float64], verdicts: list[str]) -> None:
    """What was said before in the same words goes; a short line, and a question asked again, may well be."""
    said: set[str] = set()
    for number, block in enumerate(blocks):
        if verdicts[number] or block.n_words < 4:
            continue
        asked = block.text.endswith(_ASKS) and not block.n_links and likely[number] >= _SURELY
        if block.text in said and not asked:
            verdicts[number] = "said before"
        said.add(block.text)


def _drop_below_headings(
    blocks: Sequence[Block], kinds: Sequence[Kind | None], likely: NDArray[np.float64], verdicts: list[str]
) -> None:
    """Blocks below the name of something else go, until the article's own paragraphs go on."""
    by_signature: dict[tuple[str, ...], int] = {}
    scripts: dict[str, int] = {}
    n_words = 0
    below = ""
    for number, block in enumerate(blocks):
        if kinds[number] in (Kind.HEADINGS, Kind.COMMENTS):
            below = block.text
            continue
        if verdicts[number]:
            continue
        script, marked = script_of(block.text), block.markup()
        usual = max(scripts, key=lambda name: scripts[name], default=script)
        if below and (n_words >= _LEAST_WORDS_BEFORE or block.box.tag == "li" or script != usual):
            is_own = 2 * by_signature.get(marked, 0) >= n_words or likely[number] >= _SURELY
            if script != usual or _is_teaser(blocks, number) or not is_own:
                verdicts[number] = f"below «{below}»"
                continue
            # A line may be a teaser's title; a paragraph of its own makes the article go on.
            below = "" if block.is_prose else below
        n_words += block.n_words
        by_signature[marked] = by_signature.get(marked, 0) + block.n_words
        scripts[script] = scripts.get(script, 0) + block.n_words


def _is_teaser(blocks: Sequence[Block], number: int) -> bool:
    """Whether a title stands right above, twice: a mark of lists of other articles."""
    if number < 2 or blocks[number - 1].n_words < _LEAST_TITLE_WORDS:
        return False
    return letters_of(blocks[number - 1].text) == letters_of(blocks[number - 2].text)


def _drop_bare_headings(blocks: Sequence[Block], verdicts: list[str]) -> None:
    """Headings at the end with nothing of the article below them go."""
    for number in reversed(range(len(blocks))):
        if verdicts[number]:
            continue
        if blocks[number].box.tag not in HEADINGS:
            break
        verdicts[number] = "a heading of nothing"


def _n_kept(blocks: Sequence[Block], verdicts: Sequence[str]) -> int:
    return sum(block.n_words for block, verdict in zip(blocks, verdicts, strict=True) if not verdict)
