"""What a page's blocks look like once each was judged alone: what its neighbours and its boxes were taken for.

A second row of numbers, for a second judgement: a list amid an article, a teaser among teasers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extractors.core import Core
from extractors.layout import Floats, Layout, Places

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


def measure_context(layout: Layout, first: Floats) -> NDArray[np.float32]:
    """Return a row for each block, as wide as `NAMES`.

    Args:
        layout: Of the page.
        first: The first judgement of each block, 0 to 1.
    """
    n, n_words = len(first), layout.n_words
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
    columns += _means(layout.signatures, mass, n_words, total)
    boxes = layout.box_of
    for _ in range(_BOX_LEVELS):
        boxes = layout.parents[boxes]
        columns += _means(boxes, mass, n_words, total)
    weights = n_words * (2 * first - 1)
    core = Core(layout, np.where(weights > 0, weights, 0.2 * weights))
    columns += [core.above, core.below, core.before(), core.after(), core.at()]
    return np.column_stack(columns).astype(np.float32)


def _since(marks: NDArray[np.bool_]) -> Floats:
    """Return the steps since the last mark before each place."""
    found = np.empty(len(marks))
    steps = _MOST_STEPS
    for number, mark in enumerate(marks.tolist()):
        found[number] = steps
        steps = 0.0 if mark else min(_MOST_STEPS, steps + 1)
    return found


def _means(groups: Places, mass: Floats, n_words: Floats, total: float) -> list[Floats]:
    """Return, for each block, the mean of its group and the group's share of the page's article."""
    masses = np.bincount(groups, mass)
    words = np.maximum(np.bincount(groups, n_words), 1.0)
    return [(masses / words)[groups], (masses / total)[groups]]
