"""Which blocks are another article of the page: outlets let theirs scroll on to the next story."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.blocks import Block, Box
from extractors.class_names import Part
from extractors.clues import Clues, letters_of

_LEAST_TITLE_WORDS = 3


def drop_other_articles(blocks: Sequence[Block], verdicts: list[str], clues: Clues) -> None:
    """Give a verdict on the blocks of another `article` with a title of its own, below the one the page is about."""
    title = letters_of(clues.title or "")
    mains = [
        (number, _article_of(block.box), bool(title) and title in letters_of(block.text))
        for number, block in enumerate(blocks)
        if block.box.tag == "h1" and block.n_words >= _LEAST_TITLE_WORDS
    ]
    first = next((number for number, _, is_own in mains if is_own), len(blocks))
    own = {article for _, article, is_own in mains if is_own}
    others = {article for number, article, _ in mains if number > first} - own
    others = {article for article in others if article is not None and Part.LIVE not in article.parts}
    for number in range(first, len(blocks) if others else first):
        if not verdicts[number] and _article_of(blocks[number].box) in others:
            verdicts[number] = "another article"


def _article_of(box: Box) -> Box | None:
    """Return the outermost `article` that a box lies in."""
    found = None
    outer: Box | None = box
    while outer is not None:
        found = outer if outer.tag == "article" else found
        outer = outer.parent
    return found
