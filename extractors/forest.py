"""Decision trees that were learned elsewhere, asked here: how likely is each block a part of the article?

The trees are data, `reader.json`; `bench/train_reader.py` makes them out of labelled pages, and says how well they do
on sites that they have not seen.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).parent / "reader.json"

_AT_ONCE = 500
"""Rows: a million numbers of nodes take 8 MB, some times over."""


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees whose leaves add up to the logarithm of the odds.

    Attributes:
        depth: Steps from a root to the deepest leaf.
        roots: Number of each tree's first node.
        columns: Of each node, which column it asks; of a leaf, any.
        limits: A row goes left where its number is at most this; leaves lead to themselves.
        values: Of leaves; 0 elsewhere.
    """

    depth: int
    roots: NDArray[np.intp]
    columns: NDArray[np.intp]
    limits: NDArray[np.float32]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    values: NDArray[np.float64]

    @staticmethod
    def of(trees: Sequence[Sequence[Sequence[float]]], names: Sequence[str], wanted: Sequence[str]) -> Forest:
        """Build it from lists.

        Args:
            trees: Each a list of nodes: `[column, limit, left, right]` with numbers of nodes within the tree, or
                `[value]` for a leaf; the first is the root.
            names: What the trees call their columns.
            wanted: The columns that rows will have.

        Raises:
            ValueError: The trees ask for other columns than the rows have.
        """
        if list(names) != list(wanted):
            raise ValueError("the learned trees ask for other columns than are measured: train the reader again")
        roots: list[int] = []
        columns: list[int] = []
        limits: list[float] = []
        left: list[int] = []
        right: list[int] = []
        values: list[float] = []
        for tree in trees:
            start = len(columns)
            roots.append(start)
            for number, node in enumerate(tree):
                is_leaf = len(node) == 1
                columns.append(0 if is_leaf else int(node[0]))
                limits.append(0.0 if is_leaf else node[1])
                left.append(start + (number if is_leaf else int(node[2])))
                right.append(start + (number if is_leaf else int(node[3])))
                values.append(node[0] if is_leaf else 0.0)
        return Forest(
            max((_depth(tree) for tree in trees), default=0),
            np.array(roots, dtype=np.intp),
            np.array(columns, dtype=np.intp),
            np.array(limits, dtype=np.float32),
            np.array(left, dtype=np.intp),
            np.array(right, dtype=np.intp),
            np.array(values),
        )

    def judge(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return a number from 0 to 1 for each row."""
        if len(rows) > _AT_ONCE:
            starts = range(0, len(rows), _AT_ONCE)
            return np.concatenate([self.judge(rows[start : start + _AT_ONCE]) for start in starts])
        node = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        lines = np.arange(len(rows))[:, np.newaxis]
        for _ in range(self.depth):
            is_left = rows[lines, self.columns[node]] <= self.limits[node]
            node = np.where(is_left, self.left[node], self.right[node])
        odds = self.values[node].sum(axis=1)
        return np.asarray(1 / (1 + np.exp(-odds)))


@dataclass(frozen=True, slots=True, eq=False)
class Forests:
    """The two judgements: of a block alone, and of a block among its neighbours."""

    first: Forest
    second: Forest


@functools.cache
def load_forests(first_names: tuple[str, ...], second_names: tuple[str, ...]) -> Forests:
    """Read the learned trees once.

    Args:
        first_names: Columns of `features.measure`.
        second_names: Those, and the columns of `context.measure_context`.
    """
    learned: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    names = learned["columns"]
    n_first = learned["n_first_columns"]
    return Forests(
        Forest.of(learned["first"], names[:n_first], first_names),
        Forest.of(learned["second"], names, second_names),
    )


def _depth(tree: Sequence[Sequence[float]], number: int = 0) -> int:
    node = tree[number]
    return 0 if len(node) == 1 else 1 + max(_depth(tree, int(node[2])), _depth(tree, int(node[3])))
