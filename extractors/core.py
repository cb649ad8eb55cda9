"""The box of a page that holds most of something most closely, and where blocks lie as seen from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractors.blocks import Block, Box

FAR = 12.0
"""Steps to what is not there at all."""

PLACE_NAMES = ("above", "below", "share", "common_prose_share", "before", "after", "at")

_FALL = 0.6
"""What a weight keeps at each step up."""

_MOST_BLOCKS_AWAY = 50


class Core:
    """The box that holds most of some weight most closely, and where it lies."""

    def __init__(self, blocks: Sequence[Block], weights: Sequence[float], *, least: float = 0.5) -> None:
        """Find it.

        Args:
            blocks: Of the page.
            weights: Of each block; negative ones speak against the boxes around them.
            least: A block that weighs less says nothing.
        """
        self.box = find_core(blocks, weights, least)
        self._line: dict[Box, int] = {}
        box, steps = self.box, 0
        while box is not None:
            self._line[box] = steps
            box, steps = box.parent, steps + 1
        heavy = [n for n, block in enumerate(blocks) if weights[n] > least and self.place(block.box)[0] == 0]
        self.first, self.last = (heavy[0], heavy[-1]) if heavy else (0, len(blocks))

    def place(self, box: Box | None) -> tuple[float, float, Box | None]:
        """Return the steps from the core up to the box it shares with another, the other's steps, and that box."""
        below = 0
        while box is not None:
            if box in self._line:
                return float(self._line[box]), float(below), box
            below += 1
            box = box.parent
        return FAR, float(below), None

    def row(self, number: int, box: Box, n_words: int, n_prose: int) -> list[float]:
        """Return where a block stands as seen from the core, in the order of `PLACE_NAMES`."""
        above, below, common = self.place(box)
        return [
            min(above, FAR), min(below, FAR), self.box.n_words / n_words if self.box else 0,
            common.n_prose_words / n_prose if common else 0, min(_MOST_BLOCKS_AWAY, max(0, self.first - number)),
            min(_MOST_BLOCKS_AWAY, max(0, number - self.last)), (number - self.first) / (self.last - self.first + 1),
        ]  # fmt: skip


def find_core(blocks: Sequence[Block], weights: Iterable[float], least: float) -> Box | None:
    """Return the box that holds most of the weight most closely: each step up costs two fifths of it."""
    votes: dict[Box, float] = {}
    for block, weight in zip(blocks, weights, strict=True):
        box: Box | None = block.box if block.box.tag not in ("p", "li", "blockquote", "pre") else block.box.parent
        while box is not None and abs(weight) > least:
            votes[box] = votes.get(box, 0.0) + weight
            weight *= _FALL
            box = box.parent
    return max(votes, key=lambda box: votes[box], default=None)


def signature(block: Block) -> tuple[str, str, str, str]:
    """Return how a block is marked up: its box and the one around, by tag and names."""
    box, outer = block.box, block.box.parent
    return (box.tag, box.names, outer.tag if outer else "", outer.names if outer else "")
