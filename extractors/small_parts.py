"""Small parts of an article that look like something else when judged alone: subheadings, cells of a table, slides.

They stay by where they stand: amid what is surely the article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.blocks import HEADINGS, Block, Box
from extractors.class_names import Part

UNLIKE = "unlike the article"

_LEAST_HEADING = 0.2
_LEAST_IN_ROW = 0.02
_LEAST_TABLE = 0.15
_LEAST_SLIDE = 0.1
"""Less likely than these, a part is something else wherever it stands. On unseen sites the three rules change no score
by more than 0.0005: they are for what the labelled pages hardly have."""

_LEAST_ROW = 2
_BETWEEN = ("date line", "byline")
_LEAST_SLIDES = 3
_FEW_WORDS = 80
_SUBHEADINGS = HEADINGS - {"h1"}


def keep_small_parts(blocks: Sequence[Block], likely: NDArray[np.float64], verdicts: list[str]) -> None:
    """Keep them: clear their verdicts."""
    _keep_tables(blocks, likely, verdicts)
    _keep_slides(blocks, likely, verdicts)
    _keep_headings(blocks, likely, verdicts)


def _keep_headings(blocks: Sequence[Block], likely: NDArray[np.float64], verdicts: list[str]) -> None:
    """A subheading above a paragraph that is kept stays, unless it is named otherwise or very unlikely.

    One of a row of subheadings that are kept, such as a later post's of a live blog, may be less likely, and the time
    of the post may stand between.
    """
    rows = Counter(block.markup() for block, verdict in zip(blocks, verdicts, strict=True) if not verdict)
    for number in range(1, len(blocks) - 1):
        block = blocks[number]
        if verdicts[number] != UNLIKE or block.box.tag not in _SUBHEADINGS:
            continue
        in_row = rows[block.markup()] >= _LEAST_ROW
        below = number + 1
        while in_row and below < len(blocks) - 1 and verdicts[below] in _BETWEEN:
            below += 1
        if (
            likely[number] >= (_LEAST_IN_ROW if in_row else _LEAST_HEADING)
            and not verdicts[below]
            and blocks[below].is_prose
            and blocks[below].box.parent is block.box.parent
        ):
            verdicts[number] = ""


def _keep_tables(blocks: Sequence[Block], likely: NDArray[np.float64], verdicts: list[str]) -> None:
    """A table or list amid the article stays with all its cells, unless it is made of links."""
    number = 0
    while number < len(blocks):
        whole = _table_of(blocks[number].box)
        end = number + 1
        while whole is not None and end < len(blocks) and _table_of(blocks[end].box) is whole:
            end += 1
        after = end
        while whole is not None and after < len(blocks) and verdicts[after] and _lies_beside(blocks[after].box, whole):
            after += 1
        if (
            whole is not None
            and number > 0
            and after < len(blocks)
            and not verdicts[number - 1]
            and not verdicts[after]
            and _around(whole) is blocks[number - 1].box.parent
            and _around(whole) is blocks[after].box.parent
            and whole.n_link_words < 0.3 * whole.n_words
            and float(likely[number:end].mean()) >= _LEAST_TABLE
        ):
            verdicts[number:end] = [""] * (end - number)
        number = end


def _keep_slides(blocks: Sequence[Block], likely: NDArray[np.float64], verdicts: list[str]) -> None:
    """The descriptions of a gallery stay where there is little other text, with the headings above them."""
    if sum(block.n_words for block, verdict in zip(blocks, verdicts, strict=True) if not verdict) >= _FEW_WORDS:
        return
    found = [
        number
        for number, block in enumerate(blocks)
        if block.is_prose and block.n_links == 0 and likely[number] >= _LEAST_SLIDE and _is_slide(block.box)
    ]
    if len(found) >= _LEAST_SLIDES:
        for number in found:
            verdicts[number] = ""
            if number and blocks[number - 1].box.tag in HEADINGS and _is_slide(blocks[number - 1].box):
                verdicts[number - 1] = ""


def _is_slide(box: Box | None) -> bool:
    for _ in range(3):
        if box is not None:
            if Part.MEDIA in box.parts:
                return True
            box = box.parent
    return False


def _around(table: Box) -> Box | None:
    """Return what a table stands in, its own figure left out."""
    outer = table.parent
    return outer.parent if outer is not None and outer.tag == "figure" else outer


def _lies_beside(box: Box, table: Box) -> bool:
    """Whether a box lies in the table's own figure: its caption."""
    figure = table.parent
    if figure is None or figure.tag != "figure":
        return False
    outer: Box | None = box
    while outer is not None and outer is not figure:
        outer = outer.parent
    return outer is not None


def _table_of(box: Box | None) -> Box | None:
    """Return the outermost table or list that a box lies in, within five steps."""
    found = None
    for _ in range(5):
        if box is None:
            break
        if box.tag in ("table", "ul", "ol", "dl"):
            found = box
        box = box.parent
    return found
