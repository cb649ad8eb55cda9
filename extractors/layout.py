"""A page's blocks and the boxes around them as arrays, so that all of them are measured at once.

What is measured is `features`' and `context`'s to say.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.blocks import Block, Box

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


class Layout:
    """Blocks and boxes, each box before those in it. Behind the last box stands none: what lies around the outermost.

    Attributes:
        blocks: Of the page, in order.
        boxes: Of the blocks and all around them, in order; arrays of boxes have one more place, that of none.
        parents: The box around each box.
        box_of: The box of each block.
        signatures: How each block is marked up, its box and the one around by tag and names: a number each.
        outer_signatures: The same of the box around alone.
        n_words: Of each block.
        n_prose: Of each block that is prose, 0 of others.
        depth: Of each box.
        box_words: Of each box, with all in it; `box_link_words`, `box_prose` and `box_blocks` alike.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        """Number the boxes.

        Args:
            blocks: Of the page, at least one.
        """
        self.blocks = blocks
        found: dict[Box, int] = {}
        for block in blocks:
            box: Box | None = block.box
            while box is not None and box not in found:
                found[box] = 0
                box = box.parent
        self.boxes = sorted(found, key=lambda box: box.number)
        numbers: dict[Box | None, int] = {box: number for number, box in enumerate(self.boxes)}
        numbers[None] = len(self.boxes)
        self.parents: Places = np.array([*(numbers[box.parent] for box in self.boxes), len(self.boxes)], dtype=np.intp)
        self.box_of: Places = np.array([numbers[block.box] for block in blocks], dtype=np.intp)
        self.depth = self._of_boxes(box.depth for box in self.boxes)
        self.box_words = self._of_boxes(box.n_words for box in self.boxes)
        self.box_link_words = self._of_boxes(box.n_link_words for box in self.boxes)
        self.box_prose = self._of_boxes(box.n_prose_words for box in self.boxes)
        self.box_blocks = self._of_boxes(box.n_blocks for box in self.boxes)
        self.n_words: Floats = np.array([block.n_words for block in blocks], dtype=np.float64)
        self.n_prose: Floats = np.array([block.n_words * block.is_prose for block in blocks], dtype=np.float64)
        marks = [(box.tag, box.names) for box in self.boxes]
        around = [(mark, marks[p] if p < len(marks) else None) for mark, p in zip(marks, self.parents, strict=False)]
        self.signatures = number_groups(around)[self.box_of]
        self.outer_signatures = number_groups([outer for _, outer in around])[self.box_of]

    def nearest(self, marks: Sequence[bool]) -> Places:
        """Return the nearest marked box from each box outwards, itself among them; the place of none where none is."""
        none = len(self.boxes)
        found = [none] * (none + 1)
        for number, (marked, parent) in enumerate(zip(marks, self.parents.tolist(), strict=False)):
            found[number] = number if marked else found[parent]
        return np.array(found, dtype=np.intp)

    def _of_boxes(self, values: Iterable[int]) -> Floats:
        return np.array([*values, 0], dtype=np.float64)


def number_groups(groups: Sequence[Hashable]) -> Places:
    """Return a number for each, the same for equals."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.intp)
