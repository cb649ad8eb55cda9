"""How well a grouping agrees with the truth: pairs and B³, and averages of both. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def pairs(found: Sequence[Hashable], truth: Sequence[Hashable]) -> Agreement:
    """Return how pairs of one group agree; without any pair both are 1.

    Args:
        found: The group of each item.
        truth: The same, in the same order.
    """
    right = sum(map(_n_pairs, Counter(zip(found, truth, strict=True)).values()))
    n_found = sum(map(_n_pairs, Counter(found).values()))
    n_true = sum(map(_n_pairs, Counter(truth).values()))
    return Agreement(precision=right / n_found if n_found else 1.0, recall=right / n_true if n_true else 1.0)


def bcubed(found: Sequence[Hashable], truth: Sequence[Hashable]) -> Agreement:
    """Return B³: for each item the share of its group that is right, and of its true group that is found, averaged.

    Source: Bagga and Baldwin, "Entity-Based Cross-Document Coreferencing Using the Vector Space Model", 1998.
    """
    if not found:
        return Agreement(precision=1.0, recall=1.0)
    groups, true_groups = Counter(found), Counter(truth)
    both = Counter(zip(found, truth, strict=True))
    return Agreement(
        precision=sum(n * n / groups[group] for (group, _), n in both.items()) / len(found),
        recall=sum(n * n / true_groups[group] for (_, group), n in both.items()) / len(found),
    )


def _n_pairs(n: int) -> int:
    return n * (n - 1) // 2
