"""The learned trees: asked as they were trained, and only with the columns they know."""

import json

import numpy as np
import pytest

from extractors import context, features, forest
from extractors.forest import Forest, load_forests

NAMES = ("a", "b")
TREES = [
    [[0, 1.5, 1, 2], [-2.0], [1, 0.0, 3, 4], [0.5], [3.0]],
    [[0.25]],
]


def by_hand(row: list[float]) -> float:
    total = 0.0
    for tree in TREES:
        node = tree[0]
        while len(node) > 1:
            column, limit, left, right = node
            node = tree[int(left if row[int(column)] <= limit else right)]
        total += node[0]
    return 1 / (1 + np.exp(-total))


def test_all_rows_at_once_are_judged_as_one_by_one():
    rows = [[a, b] for a in (1.0, 1.5, 2.0) for b in (-1.0, 0.0, 1.0)]
    found = Forest.of(TREES, NAMES, NAMES).judge(np.array(rows, dtype=np.float32))
    assert found.tolist() == pytest.approx([by_hand(row) for row in rows])


def test_other_columns_than_the_learned_ones_are_refused():
    with pytest.raises(ValueError, match="train the reader again"):
        Forest.of(TREES, NAMES, ("a", "c"))


def test_the_trees_that_ship_know_what_is_measured():
    forests = load_forests(features.NAMES, (*features.NAMES, *context.NAMES))
    row = np.zeros((1, len(features.NAMES)), dtype=np.float32)
    assert 0 < forests.first.judge(row)[0] < 1
    learned = json.loads(forest.FILE.read_text(encoding="utf-8"))
    assert len(learned["columns"]) == len(set(learned["columns"])) == len(features.NAMES) + len(context.NAMES)
