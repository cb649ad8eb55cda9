"""What a page's blocks look like once each was judged alone: what its neighbours and its boxes were taken for.

A second row of numbers, for a second judgement: a list amid an article, a teaser among teasers.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.blocks import Block, Box
from extractors.core import Core, signature

_REACH = 3
_WINDOW = 5
_MOST_STEPS = 30.0
_SURE = 0.7

_BOX_LEVELS = 4

_GROUPS = ("signature", *(f"box{level}" for level in range(_BOX_LEVELS)))

NAMES: tuple[str, ...] = (
    "first",
    *(f"first_{step:+d}" for step in range(-_REACH, _REACH + 1) if step),
    "share_before", "share_after", "expected_words", "best_of_next", "best_of_last", "since_sure", "until_sure",
    *(f"{group}_{name}" for group in _GROUPS for name in ("mean", "share")),
    "judged_core_above", "judged_core_below", "judged_core_before", "judged_core_after", "judged_core_at",
)  # fmt: skip


def measure_context(blocks: Sequence[Block], first: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return a row for each block, as wide as `NAMES`.

    Args:
        blocks: Of the page, at least one.
        first: The first judgement of each, 0 to 1.
    """
    n = len(blocks)
    n_words = np.array([block.n_words for block in blocks], dtype=np.float64)
    mass = first * n_words
    total = max(float(mass.sum()), 1e-9)
    far = np.full(_WINDOW, -0.1)
    padded = np.concatenate([far, first, far])
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW).max(axis=1)
    summed = np.concatenate([[0.0], np.cumsum(mass)])
    columns = [
        first,
        *(padded[_WINDOW + step : _WINDOW + step + n] for step in range(-_REACH, _REACH + 1) if step),
        summed[:-1] / total,
        (total - summed[1:]) / total,
        np.full(n, np.log1p(total)),
        windows[_WINDOW + 1 : _WINDOW + 1 + n],
        windows[:n],
        _since(first > _SURE),
        _since((first > _SURE)[::-1])[::-1],
    ]
    columns += _means([signature(block) for block in blocks], mass, n_words, total)
    boxes: list[Box | None] = [block.box for block in blocks]
    for _ in range(_BOX_LEVELS):
        boxes = [box.parent if box is not None else None for box in boxes]
        columns += _means(boxes, mass, n_words, total)
    weights = (n_words * (2 * first - 1)).tolist()
    core = Core(blocks, [weight if weight > 0 else 0.2 * weight for weight in weights])
    rows = []
    for number, block in enumerate(blocks):
        above, below, _ = core.place(block.box)
        before, after = max(0, core.first - number), max(0, number - core.last)
        rows.append(
            (above, below, min(50, before), min(50, after), (number - core.first) / (core.last - core.first + 1))
        )
    return np.column_stack([*columns, np.array(rows)]).astype(np.float32)


def _since(marks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the steps since the last mark before each place."""
    found = np.empty(len(marks))
    steps = _MOST_STEPS
    for number, mark in enumerate(marks.tolist()):
        found[number] = steps
        steps = 0.0 if mark else min(_MOST_STEPS, steps + 1)
    return found


def _means(
    groups: Sequence[Hashable], mass: NDArray[np.float64], n_words: NDArray[np.float64], total: float
) -> list[NDArray[np.float64]]:
    """Return, for each block, the mean of its group and the group's share of the page's article."""
    numbers: dict[Hashable, int] = {}
    index = np.array([numbers.setdefault(group, len(numbers)) for group in groups])
    masses = np.bincount(index, mass)
    words = np.maximum(np.bincount(index, n_words), 1.0)
    return [(masses / words)[index], (masses / total)[index]]
