"""The plug for a model that knows what texts in any language mean: off unless an operator brings one. Pure.

Nothing here downloads or ships a model. What links stories without one is `crosslingual`, whose links stay; a model
adds those that names and numbers do not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from news.crosslingual import LINK_WINDOW, Link

MOST_CHARS = 1_000
"""Of a story's text that a model is given, after its title."""


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors of one space, in which what means the same lies in one direction, in any language.

    Attributes:
        alike: The cosine from which on two texts tell one event; what it is depends on the model.
    """

    alike: float

    def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return a vector for each text, all of one length; a text that says nothing may be all zeros."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story with what a model is to read of it: the title and the beginning of its first article."""

    story_id: int
    language: str
    text: str
    last_at: datetime


def links_by_meaning(stories: Sequence[Told], embedder: Embedder) -> list[Link]:
    """Return which stories of two languages a model takes for one event: each the other's best in its language.

    Args:
        stories: Those of some days.
        embedder: The model. Asked once, for all of them.

    Raises:
        ValueError: It returned another number of vectors than it was given texts.
    """
    if not stories:
        return []
    matrix = _units(embedder.embed([story.text[:MOST_CHARS] for story in stories]), len(stories))
    places: dict[str, list[int]] = {}
    for place, story in enumerate(stories):
        places.setdefault(story.language, []).append(place)
    found = []
    for one, other in combinations(sorted(places), 2):
        scores = matrix[places[one]] @ matrix[places[other]].T
        scores[~_near_in_time([stories[n] for n in places[one]], [stories[n] for n in places[other]])] = -1.0
        best = scores.argmax(axis=1)
        for row in np.flatnonzero(scores.max(axis=1) >= embedder.alike).tolist():
            column = int(best[row])
            if scores[:, column].argmax() == row:
                ids = sorted((stories[places[one][row]].story_id, stories[places[other][column]].story_id))
                found.append(Link(story_id=ids[0], other_id=ids[1], score=min(1.0, float(scores[row, column]))))
    return sorted(found, key=lambda link: (link.story_id, link.other_id))


def _units(vectors: Sequence[Sequence[float]], n: int) -> NDArray[np.float64]:
    if len(vectors) != n:
        raise ValueError(f"embedder: {len(vectors)} vectors for {n} texts")
    matrix = np.asarray(vectors, dtype=np.float64).reshape(n, -1)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    units: NDArray[np.float64] = np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > 0)
    return units


def _near_in_time(ones: Sequence[Told], others: Sequence[Told]) -> NDArray[np.bool_]:
    one, other = (np.array([story.last_at.timestamp() for story in told]) for told in (ones, others))
    near: NDArray[np.bool_] = np.abs(one[:, None] - other[None, :]) <= LINK_WINDOW.total_seconds()
    return near
