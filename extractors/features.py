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

from extractors.blocks import HEADINGS, Block, Box
from extractors.class_names import Part
from extractors.clues import Clues, letters_of, words_of
from extractors.core import FAR, PLACE_NAMES, Core, signature
from extractors.cues import Kind

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
_STEPS = (-2, -1, 1, 2)
_AT_ONCE = 500
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


def measure(blocks: Sequence[Block], kinds: Sequence[Kind | None], clues: Clues) -> NDArray[np.float32]:
    """Return a row for each block, as wide as `NAMES`.

    Args:
        blocks: Of the page.
        kinds: What kind of line each is by its words.
        clues: To compare with.
    """
    if not blocks:
        return np.zeros((0, len(NAMES)), dtype=np.float32)
    page = _Page(blocks, kinds, clues)
    # Lists of floats take ten times the room of an array: some hundred rows at a time.
    parts = (range(start, min(start + _AT_ONCE, len(blocks))) for start in range(0, len(blocks), _AT_ONCE))
    rows = np.concatenate([np.array([page.row(number) for number in part], dtype=np.float32) for part in parts])
    own = page.seen_by_others()
    tags = np.array([_TAG_NUMBERS.get(block.box.tag, -1) for block in blocks])
    cues = np.array([-1 if kind is None else _CUE_NUMBERS.get(kind, -1) for kind in kinds])
    return np.column_stack(
        [
            rows,
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
    def __init__(self, blocks: Sequence[Block], kinds: Sequence[Kind | None], clues: Clues) -> None:
        self.blocks = blocks
        self.kinds = kinds
        self.signatures = [signature(block) for block in blocks]
        self.texts = Counter(block.text for block in blocks)
        self.seen: Counter[str] = Counter()
        self.n_words = sum(block.n_words for block in blocks) or 1
        self.n_prose = sum(block.n_words for block in blocks if block.is_prose) or 1
        self._read_clues(clues)
        self._sum_signatures()
        self._find_places()
        self._near: dict[Box, list[float]] = {}
        self._sums: dict[Box | None, list[float]] = {None: [0.0] * len(_BOX)}

    def _read_clues(self, clues: Clues) -> None:
        self.title = {word for word in words_of(clues.title) if len(word) > 2 or not word.isascii()}
        self.titles = clues.titles()
        self.description = {word for word in words_of(clues.description) if len(word) > 3 or not word.isascii()}
        self.description_letters = letters_of(clues.description or "")
        self.body_letters = letters_of(clues.body_text or "")
        if len(self.body_letters) < 200:
            self.body_letters = ""

    def _sum_signatures(self) -> None:
        self.by_signature: dict[tuple[str, str, str, str], list[float]] = {}
        self.by_parent: dict[tuple[str, str], float] = {}
        for block, sign in zip(self.blocks, self.signatures, strict=True):
            sums = self.by_signature.setdefault(sign, [0.0, 0.0, 0.0, 0.0])
            sums[0] += block.n_words * block.is_prose
            sums[1] += 1
            sums[2] += block.n_words
            sums[3] += block.n_link_words
            self.by_parent[sign[2:]] = self.by_parent.get(sign[2:], 0.0) + block.n_words * block.is_prose

    def _find_places(self) -> None:
        blocks = self.blocks
        titled = [n for n, block in enumerate(blocks) if block.n_words < 60 and letters_of(block.text) in self.titles]
        shown = (n for n in titled if blocks[n].n_words >= 3 and not blocks[n].box.hidden)
        self.title_at = next((n for n in titled if blocks[n].box.tag == "h1"), next(shown, None))
        weights = []
        for number, block in enumerate(blocks):
            weight = 0.0
            if block.is_prose and not block.box.hidden:
                overlap = len(self.title.intersection(block.words)) / (len(self.title) or 1)
                weight = (
                    min(block.n_words, 200) * (1 - block.n_link_words / block.n_words) * (0.75 + min(1.2, 2 * overlap))
                )
                if self.title_at is not None and number < self.title_at:
                    weight *= 0.3
            elif block.n_link_words > 0.5 * block.n_words:
                weight = -0.25 * block.n_words
            weights.append(weight)
        odd = [self._is_odd(block.box) for block in blocks]
        self.plain_core = Core(blocks, weights)
        self.core = Core(blocks, [min(weight, 0.0) if odd[n] else weight for n, weight in enumerate(weights)])
        self.first, self.last = self.core.first, self.core.last
        self.words_before, self.prose_before = [0], [0]
        for block in blocks:
            self.words_before.append(self.words_before[-1] + block.n_words)
            self.prose_before.append(self.prose_before[-1] + block.n_words * block.is_prose)
        self.since: list[int] = []
        distance = int(FAR)
        for block in blocks:
            self.since.append(distance)
            distance = 0 if block.is_prose else distance + 1
        self.until: list[int] = []
        distance = int(FAR)
        for block in reversed(blocks):
            self.until.append(distance)
            distance = 0 if block.is_prose else distance + 1
        self.until.reverse()
        self.title_article = None if self.title_at is None else _nearest(blocks[self.title_at].box, "article")

    def _is_odd(self, box: Box | None) -> bool:
        """Whether a block lies in a part that is something else by its names, and that holds but a part of the page."""
        while box is not None:
            if box.n_prose_words > 0.6 * self.n_prose:
                return False
            if box.hidden or box.tag in _ODD_TAGS or box.parts & _ODD_PARTS:
                return True
            box = box.parent
        return False

    def row(self, number: int) -> list[float]:
        """Return what is measured of one block, in the order of `NAMES` up to the tags."""
        block = self.blocks[number]
        box, text, n_words = block.box, block.text, block.n_words or 1
        head = text[:_HEAD_CHARS]
        n_head = len(head)
        letters = letters_of(head)
        words = set(block.words)
        in_title = len(self.title & words)
        self.seen[text] += 1
        is_heading = box.tag in HEADINGS
        row: list[float] = [
            math.log1p(n_words), block.n_link_words / n_words, min(block.n_links, 50), block.n_sentences,
            _END.search(text[-5:]) is not None, text.endswith((":", "：")), text.endswith(("...", "…")),
            head[:1].isupper(), sum(map(str.isupper, head)) / n_head, len(_DIGITS.findall(head)) / n_head,
            len(_COMMAS.findall(head)) / n_head, len(_QUOTES.findall(head)), len(_BARS.findall(head)),
            _ADDRESS.search(head) is not None, _DATE.search(head) is not None, "?" in head, len(text) / n_words,
            block.is_prose, block.broken, box.hidden, is_heading, int(box.tag[1]) if is_heading else 0,
            self.texts[text], self.seen[text] - 1, in_title / (len(self.title) or 1), letters in self.titles,
            in_title / (len(words) or 1), len(self.description & words) / (len(self.description) or 1),
            len(letters) > 20 and letters[:60] in self.description_letters,
        ]  # fmt: skip
        row += self._near_row(box)
        level: Box | None = box
        for _ in range(4):
            row += self._box_row(level)
            level = level.parent if level is not None else None
        return row + self._place_row(number, letters)

    def _near_row(self, box: Box) -> list[float]:
        """Steps up to the nearest box of each tag and each part."""
        found = self._near.get(box)
        if found is None:
            outer = [FAR] * (len(_NEAR) + len(Part)) if box.parent is None else self._near_row(box.parent)
            found = [steps + 1.0 if steps < FAR else FAR for steps in outer]
            tag = "ul" if box.tag == "ol" else box.tag
            if tag in _NEAR:
                found[_NEAR.index(tag)] = 0.0
            for part in box.parts:
                found[len(_NEAR) + part] = 0.0
            self._near[box] = found
        return found

    def _box_row(self, box: Box | None) -> list[float]:
        found = self._sums.get(box)
        if found is None:
            assert box is not None, "none has its row from the start"
            n_words = box.n_words or 1
            found = [
                math.log1p(n_words), box.n_link_words / n_words, box.n_prose_words / n_words, math.log1p(box.n_blocks),
                box.n_prose_words / self.n_prose, math.log1p(n_words / (box.n_blocks or 1)),
            ]  # fmt: skip
            self._sums[box] = found
        return found

    def _place_row(self, number: int, letters: str) -> list[float]:
        block = self.blocks[number]
        title_at = self.title_at if self.title_at is not None else -1
        sums = self.by_signature[self.signatures[number]]
        n_after = number - title_at
        return [
            block.box.depth, number / len(self.blocks), self.words_before[number] / self.n_words,
            self.prose_before[number] / self.n_prose, math.log1p(len(self.blocks)), math.log1p(self.n_prose),
            max(-50, min(100, n_after)) if title_at >= 0 else -99,
            _log(self.words_before[number] - self.words_before[title_at + 1]) if title_at >= 0 else -99,
            (self.prose_before[number] - self.prose_before[title_at + 1]) / self.n_prose if title_at >= 0 else -2,
            sums[0] / self.n_prose, math.log1p(sums[1]),
            math.log1p(sums[2] / sums[1]), sums[3] / (sums[2] or 1), self.by_parent[self.signatures[number][2:]] /
            self.n_prose, _log(self.prose_before[number] - self.prose_before[max(0, min(self.first, number))]),
            _log(self.n_prose - self.prose_before[number + 1]), min(FAR, self.since[number]), min(FAR,
            self.until[number]), _nearest(block.box, "article") is self.title_article, bool(self.body_letters) and
            letters[:200] in self.body_letters, bool(self.body_letters),
            *self.core.row(number, block.box, self.n_words, self.n_prose),
            *self.plain_core.row(number, block.box, self.n_words, self.n_prose),
        ]  # fmt: skip

    def seen_by_others(self) -> NDArray[np.float32]:
        """Return what a block tells its neighbours, as wide as `_NEIGHBOUR`; of signature and box, a number each."""
        numbers: dict[object, int] = {}
        return np.array(
            [
                (
                    math.log1p(block.n_words), block.n_link_words / (block.n_words or 1), block.is_prose,
                    block.box.tag in HEADINGS, numbers.setdefault(marked, len(numbers)), block.box.number,
                    block.n_sentences > 0, kind is not None,
                )
                for block, kind, marked in zip(self.blocks, self.kinds, self.signatures, strict=True)
            ],
            dtype=np.float32,
        )  # fmt: skip


def _nearest(box: Box | None, tag: str) -> Box | None:
    while box is not None and box.tag != tag:
        box = box.parent
    return box


def _log(value: float) -> float:
    return math.copysign(math.log1p(abs(value)), value)
