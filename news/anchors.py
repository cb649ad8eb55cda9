"""Anchors: the words by which an article finds the watches that may match it. Pure.

Whatever matches a query must hold one of its anchors: of words that must all occur the rarest is enough, of words of
which any may occur each is needed, and what must not occur is no anchor. How often words occur is told; who is looked
up how is the store's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from news.lexemes import Lexeme, fold, is_language

MOST_PREFIX_CHARS = 12
"""Of a longer prefix the beginning is the anchor: an article asks for each length in use."""

_LEAST = 0.001
"""A word costs more than none, so that of words that never occur one is taken rather than several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Words of which each match holds one.

    Attributes:
        lexemes: As they stand in documents.
        prefixes: Beginnings of such, at most `MOST_PREFIX_CHARS` long.
        cost: How often these occur, all together.
    """

    lexemes: frozenset[str]
    prefixes: frozenset[str]
    cost: float


def find_anchors(words: str, counts: Mapping[str, float], prefix_counts: Mapping[str, float]) -> Anchors | None:
    """Return the cheapest anchors of a query, or None where it has none: it may match an article of any words.

    Args:
        words: The query, as Postgres writes it.
        counts: How often lexemes occur; those that are missing are rare.
        prefix_counts: The same for words that begin so.

    Raises:
        ValueError: This is no query.
    """

    def leaf(one: Lexeme) -> Anchors | None:
        if is_language(one.text):
            return None
        if not one.prefix:
            cost = counts.get(one.text, 0.0) + _LEAST
            return Anchors(lexemes=frozenset({one.text}), prefixes=frozenset(), cost=cost)
        prefix = one.text[:MOST_PREFIX_CHARS]
        cost = prefix_counts.get(prefix, 0.0) + 2 * _LEAST
        return Anchors(lexemes=frozenset(), prefixes=frozenset({prefix}), cost=cost)

    def join(sign: str, left: Anchors | None, right: Anchors | None) -> Anchors | None:
        if sign == "|":
            return None if left is None or right is None else _together(left, right)
        if left is None or right is None:
            return left or right
        return left if left.cost <= right.cost else right

    return fold(words, leaf, join, lambda denied: None)


def _together(one: Anchors, other: Anchors) -> Anchors:
    return Anchors(
        lexemes=one.lexemes | other.lexemes, prefixes=one.prefixes | other.prefixes, cost=one.cost + other.cost
    )
