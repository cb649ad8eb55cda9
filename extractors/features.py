"""What can be measured of a page's blocks: a row of numbers each, in no language and for no outlet.

What the numbers mean for a block is learned (`forest`); `NAMES` says what each column is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.blocks import HEADINGS, Block
from extractors.class_names import Part
from extractors.clues import Clues, letters_of, words_of
from extractors.core import FAR, PLACE_NAMES, Core
from extractors.cues import Kind
from extractors.layout import Floats, Layout

_TAGS = ("p", "li", "td", "div", "blockquote", "span", "figcaption", "dd", "a", "pre")
_NEAR = (
    "article", "main", "section", "aside", "nav", "header", "footer", "form", "figure", "ul", "table", "blockquote",
)  # fmt: skip
_CUES = (
    Kind.HEADINGS, Kind.COMMENTS, Kind.RELATED, Kind.MORE, Kind.CALLS, Kind.CALLS_WITHIN, Kind.CREDITS,
    Kind.CREDIT_ENDS, Kind.SOURCES, Kind.TAGS, Kind.DATELINES, Kind.BYLINES, Kind.LEGAL,
)  # fmt: skip
_ODD_TAGS = frozenset(("aside", "nav", "header", "footer", "form", "figure"))
_ODD_PARTS = frozenset((Part.COMMENTS, Part.RELATED, Part.NAVIGATION, Part.OVERLAY, Part.PROMOTION, Part.SHARE))
_TAG_NUMBERS = {tag: number for number, tag in enumerate(_TAGS)}
_CUE_NUMBERS = {kind: number for number, kind in enumerate(_CUES)}
_NEAR_NUMBERS = {tag: number for number, tag in enumerate(_NEAR)} | {"ol": _NEAR.index("ul")}
_STEPS = (-2, -1, 1, 2)
_HEAD_CHARS = 300
"""Of a block's text, whose signs are counted."""

_DIGITS = re.compile(r"\d")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
_END = re.compile(r"""[.!?…。！？։।؟]["'”»’)\]]*$""")
_COMMAS = re.compile(r"[,;，、،]")
_QUOTES = re.compile(r"[\"“”«»„「」]")
_BARS = re.compile(r"[|»›•·→▶►]")
_ADDRESS = re.compile(r"@|https?:|www\.|©")

_BLOCK = (
    "n_words", "link_share", "n_links", "n_sentences", "ends_sentence", "ends_colon", "ends_ellipsis", "begins_upper",
    "upper_share", "digit_share", "comma_share", "quotes", "bars", "address", "has_date", "question",
    "word_length", "is_prose", "broken", "hidden", "is_heading", "heading_level", "n_same_text", "same_text_before",
    "title_overlap", "is_title", "title_share", "description_overlap", "in_description",
)  # fmt: skip
_BOX = ("words", "link_share", "prose_share", "blocks", "page_prose_share", "mean_words")
_PLACE = (
    "depth", "at_block", "at_word", "at_prose", "n_blocks", "n_prose_words", "after_title", "words_after_title",
    "prose_after_title", "signature_prose_share", "signature_blocks", "signature_mean_words", "signature_link_share",
    "parent_signature_prose_share", "prose_before", "prose_left", "blocks_since_prose", "blocks_to_prose",
    "same_article_as_title", "in_body_text", "has_body_text",
)  # fmt: skip
_NEIGHBOUR = ("words", "link_share", "is_prose", "is_heading", "same_signature", "same_box", "ends_sentence", "cue")

NAMES: tuple[str, ...] = (
    *_BLOCK,
    *(f"near_{tag}" for tag in _NEAR),
    *(f"part_{part.name.lower()}" for part in Part),
    *(f"box{level}_{name}" for level in range(4) for name in _BOX),
    *_PLACE,
    *(f"{core}_{name}" for core in ("core", "plain_core") for name in PLACE_NAMES),
    *(f"tag_{tag}" for tag in _TAGS),
    *(f"cue_{kind}" for kind in _CUES),
    *(f"{name}_{step:+d}" for step in _STEPS for name in _NEIGHBOUR),
)


def measure(layout: Layout, kinds: Sequence[Kind | None], clues: Clues) -> NDArray[np.float32]:
    """Return a row for each block, as wide as `NAMES`.

    Args:
        layout: Of the page.
        kinds: What kind of line each block is by its words.
        clues: To compare with.
    """
    page = _Page(layout, clues)
    own = page.seen_by_others(kinds)
    tags = np.array([_TAG_NUMBERS.get(block.box.tag, -1) for block in layout.blocks])
    cues = np.array([-1 if kind is None else _CUE_NUMBERS.get(kind, -1) for kind in kinds])
    return np.column_stack(
        [
            page.own_rows(),
            page.near_rows(),
            *page.box_rows(),
            *page.place_columns(),
            *page.core.columns(layout, page.n_words, page.n_prose),
            *page.plain_core.columns(layout, page.n_words, page.n_prose),
            tags[:, np.newaxis] == np.arange(len(_TAGS)),
            cues[:, np.newaxis] == np.arange(len(_CUES)),
            *(_neighbours(own, step) for step in _STEPS),
        ]
    ).astype(np.float32)


def _neighbours(own: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Return what stands so many blocks further on, as wide as `_NEIGHBOUR`; -1 beyond the page."""
    found = np.full_like(own, -1.0)
    here, there = (slice(None, -step), slice(step, None)) if step > 0 else (slice(-step, None), slice(None, step))
    found[here] = own[there]
    for column in (_NEIGHBOUR.index("same_signature"), _NEIGHBOUR.index("same_box")):
        found[here, column] = own[here, column] == own[there, column]
    return found


class _Page:
    def __init__(self, layout: Layout, clues: Clues) -> None:
        self.layout = layout
        self.blocks = layout.blocks
        self.letters = [letters_of(block.text[:_HEAD_CHARS]) for block in layout.blocks]
        self.n_words = float(layout.n_words.sum()) or 1.0
        self.n_prose = float(layout.n_prose.sum()) or 1.0
        self.words_before: Floats = np.concatenate([[0.0], np.cumsum(layout.n_words)])
        self.prose_before: Floats = np.concatenate([[0.0], np.cumsum(layout.n_prose)])
        self._read_clues(clues)
        self._find_title()
        self._find_cores()

    def _read_clues(self, clues: Clues) -> None:
        self.title = {word for word in words_of(clues.title) if len(word) > 2 or not word.isascii()}
        self.titles = clues.titles()
        self.description = {word for word in words_of(clues.description) if len(word) > 3 or not word.isascii()}
        self.description_letters = letters_of(clues.description or "")
        self.body_letters = letters_of(clues.body_text or "")
        if len(self.body_letters) < 200:
            self.body_letters = ""

    def _find_title(self) -> None:
        """Find the block that bears the title: an h1, else the first that a reader sees."""
        blocks = self.blocks
        titled = [n for n, block in enumerate(blocks) if block.n_words < 60 and letters_of(block.text) in self.titles]
        shown = (n for n in titled if blocks[n].n_words >= 3 and not blocks[n].box.hidden)
        self.title_at = next((n for n in titled if blocks[n].box.tag == "h1"), next(shown, None))

    def _find_cores(self) -> None:
        weights = np.array([self._weight(number, block) for number, block in enumerate(self.blocks)])
        odd = self._odd_boxes()[self.layout.box_of]
        self.plain_core = Core(self.layout, weights)
        self.core = Core(self.layout, np.where(odd, np.minimum(weights, 0.0), weights))

    def _weight(self, number: int, block: Block) -> float:
        """Say how much a block speaks for the boxes around it."""
        if not block.is_prose or block.box.hidden:
            return -0.25 * block.n_words if block.n_link_words > 0.5 * block.n_words else 0.0
        overlap = len(self.title.intersection(block.words)) / (len(self.title) or 1)
        weight = min(block.n_words, 200) * (1 - block.n_link_words / block.n_words) * (0.75 + min(1.2, 2 * overlap))
        return 0.3 * weight if self.title_at is not None and number < self.title_at else weight

    def _odd_boxes(self) -> NDArray[np.bool_]:
        """Say which boxes lie in a part that is something else by its names, and that holds but a part of the page."""
        boxes, much = self.layout.boxes, 0.6 * self.n_prose
        odd = [False] * (len(boxes) + 1)
        for number, (box, parent) in enumerate(zip(boxes, self.layout.parents.tolist(), strict=False)):
            if box.n_prose_words <= much:
                is_odd = box.hidden or box.tag in _ODD_TAGS or bool(box.parts & _ODD_PARTS)
                odd[number] = is_odd or odd[parent]
        return np.array(odd)

    def own_rows(self) -> NDArray[np.float64]:
        """Return what is measured of each block alone, in the order of `_BLOCK`."""
        texts = Counter(block.text for block in self.blocks)
        seen: Counter[str] = Counter()
        rows = []
        for block, letters in zip(self.blocks, self.letters, strict=True):
            rows.append(self._own_row(block, letters, texts[block.text], seen[block.text]))
            seen[block.text] += 1
        return np.array(rows, dtype=np.float64)

    def _own_row(self, block: Block, letters: str, n_same: int, n_same_before: int) -> list[float]:
        box, text, n_words = block.box, block.text, block.n_words or 1
        head = text[:_HEAD_CHARS]
        n_head = len(head)
        words = set(block.words)
        in_title = len(self.title & words)
        is_heading = box.tag in HEADINGS
        return [
            math.log1p(n_words), block.n_link_words / n_words, min(block.n_links, 50), block.n_sentences,
            _END.search(text[-5:]) is not None, text.endswith((":", "：")), text.endswith(("...", "…")),
            head[:1].isupper(), sum(map(str.isupper, head)) / n_head, len(_DIGITS.findall(head)) / n_head,
            len(_COMMAS.findall(head)) / n_head, len(_QUOTES.findall(head)), len(_BARS.findall(head)),
            _ADDRESS.search(head) is not None, _DATE.search(head) is not None, "?" in head, len(text) / n_words,
            block.is_prose, block.broken, box.hidden, is_heading, int(box.tag[1]) if is_heading else 0,
            n_same, n_same_before, in_title / (len(self.title) or 1), letters in self.titles,
            in_title / (len(words) or 1), len(self.description & words) / (len(self.description) or 1),
            len(letters) > 20 and letters[:60] in self.description_letters,
        ]  # fmt: skip

    def near_rows(self) -> NDArray[np.float64]:
        """Return the steps from each block up to the nearest box of each tag and each part."""
        layout = self.layout
        depths = np.full((len(layout.boxes) + 1, len(_NEAR) + len(Part)), -FAR)
        for number, (box, parent) in enumerate(zip(layout.boxes, layout.parents.tolist(), strict=False)):
            depths[number] = depths[parent]
            if (column := _NEAR_NUMBERS.get(box.tag)) is not None:
                depths[number, column] = box.depth
            for part in box.parts:
                depths[number, len(_NEAR) + part] = box.depth
        return np.asarray(np.minimum(FAR, (layout.depth[:, np.newaxis] - depths)[layout.box_of]))

    def box_rows(self) -> list[NDArray[np.float64]]:
        """Return what each block's box and the three around it hold, in the order of `_BOX`."""
        layout = self.layout
        n_words, n_blocks = np.maximum(layout.box_words, 1.0), np.maximum(layout.box_blocks, 1.0)
        rows = np.column_stack(
            [
                np.log1p(n_words), layout.box_link_words / n_words, layout.box_prose / n_words,
                np.log1p(layout.box_blocks), layout.box_prose / self.n_prose, np.log1p(n_words / n_blocks),
            ]
        )  # fmt: skip
        rows[-1] = 0.0
        levels = [layout.box_of]
        for _ in range(3):
            levels.append(layout.parents[levels[-1]])
        return [rows[level] for level in levels]

    def place_columns(self) -> list[NDArray[np.float64]]:
        """Return where each block stands on the page, in the order of `_PLACE`."""
        layout, n, at = self.layout, len(self.blocks), np.arange(len(self.blocks), dtype=np.float64)
        words, prose = self.words_before, self.prose_before
        columns = [
            layout.depth[layout.box_of], at / n, words[:-1] / self.n_words, prose[:-1] / self.n_prose,
            np.full(n, math.log1p(n)), np.full(n, math.log1p(self.n_prose)),
        ]  # fmt: skip
        if self.title_at is None:
            columns += [np.full(n, -99.0), np.full(n, -99.0), np.full(n, -2.0)]
        else:
            columns += [
                np.clip(at - self.title_at, -50, 100),
                _log(words[:-1] - words[self.title_at + 1]),
                (prose[:-1] - prose[self.title_at + 1]) / self.n_prose,
            ]
        alike, outer = layout.signatures, layout.outer_signatures
        link_words = np.array([block.n_link_words for block in self.blocks], dtype=np.float64)
        n_alike, words_alike = np.maximum(np.bincount(alike), 1), np.bincount(alike, layout.n_words)
        is_prose = layout.n_prose > 0
        first = np.minimum(max(0, self.core.first), at).astype(np.intp)
        in_article = layout.nearest([box.tag == "article" for box in layout.boxes])[layout.box_of]
        title_article = len(layout.boxes) if self.title_at is None else in_article[self.title_at]
        has_body = bool(self.body_letters)
        return [
            *columns,
            (np.bincount(alike, layout.n_prose) / self.n_prose)[alike],
            np.log1p(n_alike)[alike],
            np.log1p(words_alike / n_alike)[alike],
            (np.bincount(alike, link_words) / np.maximum(words_alike, 1.0))[alike],
            (np.bincount(outer, layout.n_prose) / self.n_prose)[outer],
            _log(prose[:-1] - prose[first]),
            _log(self.n_prose - prose[1:]),
            _since(is_prose),
            _since(is_prose[::-1])[::-1],
            (in_article == title_article).astype(np.float64),
            np.array([has_body and letters[:200] in self.body_letters for letters in self.letters], dtype=np.float64),
            np.full(n, float(has_body)),
        ]

    def seen_by_others(self, kinds: Sequence[Kind | None]) -> NDArray[np.float32]:
        """Return what a block tells its neighbours, as wide as `_NEIGHBOUR`; of signature and box, a number each."""
        layout, blocks = self.layout, self.blocks
        link_words = np.array([block.n_link_words for block in blocks], dtype=np.float64)
        return np.column_stack(
            [
                np.log1p(layout.n_words), link_words / np.maximum(layout.n_words, 1.0),
                layout.n_prose > 0, [block.box.tag in HEADINGS for block in blocks],
                layout.signatures, layout.box_of,
                [block.n_sentences > 0 for block in blocks], [kind is not None for kind in kinds],
            ]
        ).astype(np.float32)  # fmt: skip


def _since(marks: NDArray[np.bool_]) -> Floats:
    """Return how many blocks stand between each and the last marked one before it."""
    at = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, at, -1))
    before = np.concatenate([[-1], last[:-1]])
    return np.where(before < 0, FAR, np.minimum(FAR, at - before - 1))


def _log(values: Floats) -> Floats:
    return np.copysign(np.log1p(np.abs(values)), values)
