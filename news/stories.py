"""Which story an article tells, and what of all stories is one or more than one. Pure.

A story is the sum of what its articles are about (`terms`), one vote for each text however often it is copied. What is
stored and who chooses alone is `store`'s; stories in two languages are linked by `crosslingual`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.terms import Vector, similarity

OPEN_FOR = timedelta(days=4)
"""After its last article, by when that was fetched, nothing joins a story."""

JOIN = 0.21
"""How like a story an article is that tells it; from 0.20 to 0.22 the measures stay within a hundredth."""

PAIR = 0.3
"""The same for two articles of which nothing else is known (40 labelled pairs, F1 0.863; 0.81 to 0.86 around it)."""

_TITLE_PART = 0.3
"""Of the likeness, what the title says by itself. A text without one lacks that part: posts need more in common."""

MERGE = 0.5
"""How like each other two stories are that are one."""

SPLIT = 0.1
"""How unlike the rest of its story an article is that tells another."""

_LEAST_PARTED = 3
"""Of two articles nobody can say which one is out of place."""

_SILENCE = timedelta(days=3)
"""After so long a silence a story is e times less like any article, after a day a tenth less. Of eight wrong joins in
the first hundred stories that were read by hand six came after a day of silence or more; of the right ones one in ten.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A story that an article may tell.

    Attributes:
        centroid: The sum of its articles' vectors.
        n_articles: How many texts it has, copies not counted.
        last_at: When the last was fetched; aware.
    """

    story_id: int
    centroid: Vector
    n_articles: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which story an article tells.

    Attributes:
        story_id: None: a new one.
        score: How like the most alike story it is, 0 to 1.
    """

    story_id: int | None
    score: float


def choose(vector: Vector, candidates: Sequence[Telling], at: datetime, title: Collection[int] = ()) -> Choice:
    """Return which of the open stories an article tells.

    Args:
        vector: Of the article, as `terms.weigh` gives it.
        candidates: Of its language.
        at: When it was fetched; aware.
        title: Its title's terms, as `terms.title_terms` gives them.
    """
    best, best_score = None, 0.0
    for story in candidates:
        score = _score(vector, title, story, at)
        if score >= JOIN and score > best_score:
            best, best_score = story.story_id, score
    return Choice(story_id=best, score=best_score)


def tells_same(one: Vector, title: Collection[int], other: Vector, others_title: Collection[int]) -> bool:
    """Return whether two articles tell one story, whichever of them came first."""
    return max(likeness(one, title, other), likeness(other, others_title, one)) >= PAIR


def is_one(one: Telling, other: Telling) -> bool:
    """Return whether two open stories have grown together, so that the sweep merges them."""
    if abs(one.last_at - other.last_at) > OPEN_FOR:
        return False
    return similarity(one.centroid, other.centroid) >= MERGE


def parts(vectors: Mapping[int, Vector]) -> tuple[tuple[int, ...], ...]:
    """Return what the sweep takes out of a story: groups of articles that each tell another; mostly none.

    Args:
        vectors: Of the story's texts by an id, weighed anew.
    """
    if len(vectors) < _LEAST_PARTED:
        return ()
    whole: dict[int, float] = {}
    for vector in vectors.values():
        for term, weight in vector.items():
            whole[term] = whole.get(term, 0.0) + weight
    return tuple((key,) for key in sorted(vectors) if _is_strayed(vectors[key], whole))


def likeness(vector: Vector, title: Collection[int], centroid: Vector) -> float:
    """Return how like a story an article is, 0 to 1: by all that it says, and by its title alone."""
    titled = {term: vector[term] for term in title if term in vector}
    return (1 - _TITLE_PART) * similarity(vector, centroid) + _TITLE_PART * similarity(titled, centroid)


def _is_strayed(vector: Vector, whole: Vector) -> bool:
    rest = {term: weight - vector.get(term, 0.0) for term, weight in whole.items()}
    return similarity(vector, rest) < SPLIT


def _score(vector: Vector, title: Collection[int], story: Telling, at: datetime) -> float:
    gap = abs(at - story.last_at)
    if gap > OPEN_FOR:
        return 0.0
    # Silence makes a story less likely: the same words are another event's then.
    return likeness(vector, title, story.centroid) * math.exp(-((gap / _SILENCE) ** 2))
