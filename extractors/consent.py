"""Which blocks ask for consent to cookies: by their words, and by what the box around them is called.

The learned trees know most of them; these are those that stand where an article would.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.blocks import Block, Box, lies_in
from extractors.cues import load_cues

REASON = "asks for consent"

_NAMES = re.compile(
    r"(?i)(?:cookies?|consent|privacy)[-_]*(?:banner|bar|box|consent|dialog|info|law|message|modal|notice|overlay|popup|"
    r"wall)|consent[-_]*(?:manager|management)|onetrust|didomi|qc-cmp|cmpbox|usercentrics|cookiebot|cybot"
)
_WHOLE = frozenset(("html", "body", "main", "article"))
"""What holds the article as well: outlets name a state of the page there."""

_STEPS = 4
_LEAST_WORDS = 8
_MOST_BESIDE = 3
"""Times the words of what asks: a box with more holds something else, too."""


def drop_consent(blocks: Sequence[Block], verdicts: list[str]) -> None:
    """Give a verdict on the blocks that ask, with all that stands in one small box with them."""
    boxes: set[Box] = set()
    for number, block in enumerate(blocks):
        if verdicts[number]:
            continue
        box = _named_box(block.box)
        if box is None and block.n_words >= _LEAST_WORDS and load_cues().asks_for_consent(block.text):
            box = _small_box(block)
        if box is not None:
            boxes.add(box)
    if not boxes:
        return
    for number, block in enumerate(blocks):
        if not verdicts[number] and lies_in(block.box, boxes):
            verdicts[number] = REASON


def _named_box(box: Box) -> Box | None:
    outer: Box | None = box
    for _ in range(_STEPS):
        if outer is None or outer.tag in _WHOLE:
            return None
        if _NAMES.search(outer.names):
            return outer
        outer = outer.parent
    return None


def _small_box(block: Block) -> Box:
    """Return the largest box around a block that holds little else."""
    found = block.box
    outer = block.box.parent
    while outer is not None and outer.tag not in _WHOLE and outer.n_words <= _MOST_BESIDE * block.n_words:
        found, outer = outer, outer.parent
    return found
