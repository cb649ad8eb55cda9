"""The plug for a model that knows what texts in any language mean: off unless an operator brings one. Pure.

Nothing here downloads or ships a model. What links stories without one is `crosslingual`, whose links stay; a model
adds those that names and numbers do not show.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

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
    vectors = [_unit(vector) for vector in embedder.embed([story.text[:MOST_CHARS] for story in stories])]
    best: dict[tuple[int, str], tuple[float, int]] = {}
    for n, (one, vector) in enumerate(zip(stories, vectors, strict=True)):
        for other, others in zip(stories[n + 1 :], vectors[n + 1 :], strict=True):
            if one.language == other.language or abs(one.last_at - other.last_at) > LINK_WINDOW:
                continue
            score = sum(a * b for a, b in zip(vector, others, strict=True))
            if score >= embedder.alike:
                for mine, theirs in ((one, other), (other, one)):
                    slot = mine.story_id, theirs.language
                    best[slot] = max(best.get(slot, (-1.0, 0)), (score, -theirs.story_id))
    languages = {story.story_id: story.language for story in stories}
    return sorted(
        (
            Link(story_id=story_id, other_id=-other, score=min(1.0, score))
            for (story_id, _), (score, other) in best.items()
            if story_id < -other and best[-other, languages[story_id]] == (score, -story_id)
        ),
        key=lambda link: (link.story_id, link.other_id),
    )


def _unit(vector: Sequence[float]) -> list[float]:
    size = math.sqrt(sum(value * value for value in vector))
    return [value / size for value in vector] if size else list(vector)
