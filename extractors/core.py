"""The box of a page that holds most of something most closely, and where blocks lie as seen from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extractors.layout import Floats, Layout, Places

FAR = 12.0
"""Steps to what is not there at all."""

PLACE_NAMES = ("above", "below", "share", "common_prose_share", "before", "after", "at")

_FALL = 0.6
"""What a weight keeps at each step up."""

_MOST_BLOCKS_AWAY = 50.0


class Core:
    """The box that holds most of some weight most closely, and where it lies.

    Attributes:
        box: Its place among the layout's boxes; that of none where no block weighs enough.
        above: Steps from it up to the box that it shares with each block; `FAR` where they share none.
        below: Steps from each block's box up to the shared one.
        common: The shared one.
        first: The first block of weight in it.
        last: The last one; the number of blocks where there is none.
    """

    def __init__(self, layout: Layout, weights: Floats, *, least: float = 0.5) -> None:
        """Find it.

        Args:
            layout: Of the page.
            weights: Of each block; negative ones speak against the boxes around them.
            least: A block that weighs less says nothing.
        """
        self.box = find_core(layout, weights, least)
        none = len(layout.boxes)
        line = [False] * none
        box = self.box
        while box != none:
            line[box] = True
            box = int(layout.parents[box])
        self.common: Places = layout.nearest(line)[layout.box_of]
        shared = self.common != none
        depth = layout.depth[layout.box_of]
        self.above: Floats = np.where(shared, layout.depth[self.box] - layout.depth[self.common], FAR)
        self.below: Floats = np.where(shared, depth - layout.depth[self.common], depth + 1)
        heavy = np.flatnonzero((weights > least) & (self.above == 0))
        self.first, self.last = (int(heavy[0]), int(heavy[-1])) if len(heavy) else (0, len(weights))

    def before(self) -> Floats:
        """Return how many blocks each stands before the first of the core."""
        return np.clip(self.first - np.arange(len(self.above)), 0, _MOST_BLOCKS_AWAY)

    def after(self) -> Floats:
        """Return how many blocks each stands behind the last of the core."""
        return np.clip(np.arange(len(self.above)) - self.last, 0, _MOST_BLOCKS_AWAY)

    def at(self) -> Floats:
        """Return where each block stands from the first, 0, to the last, almost 1."""
        return np.asarray((np.arange(len(self.above)) - self.first) / (self.last - self.first + 1))

    def columns(self, layout: Layout, n_words: float, n_prose: float) -> list[NDArray[np.float64]]:
        """Return where each block stands as seen from the core, in the order of `PLACE_NAMES`."""
        return [
            np.minimum(self.above, FAR),
            np.minimum(self.below, FAR),
            np.full(len(self.above), layout.box_words[self.box] / n_words),
            layout.box_prose[self.common] / n_prose,
            self.before(),
            self.after(),
            self.at(),
        ]


def find_core(layout: Layout, weights: Floats, least: float) -> int:
    """Return the box that holds most of the weight most closely: each step up costs two fifths of it."""
    none = len(layout.boxes)
    inline = np.array([*(box.tag in ("p", "li", "blockquote", "pre") for box in layout.boxes), False])
    box = np.where(inline[layout.box_of], layout.parents[layout.box_of], layout.box_of)
    votes = np.full(none + 1, -np.inf)
    weight = weights
    while True:
        says = (np.abs(weight) > least) & (box != none)
        if not says.any():
            break
        box, weight = box[says], weight[says]
        votes[box] = np.where(np.isinf(votes[box]), 0.0, votes[box])
        np.add.at(votes, box, weight)
        box, weight = layout.parents[box], weight * _FALL
    return int(np.argmax(votes)) if np.isfinite(votes).any() else none
