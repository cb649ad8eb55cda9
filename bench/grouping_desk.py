"""Puts articles into stories as the store and its sweep do, in memory: what benchmarks of stories measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from news.stories import OPEN_FOR, Telling, choose, is_one, parts
from news.terms import Vector, heaviest, join, story_terms, title_terms, weigh

_PROBE_TERMS, _SIGN_TERMS, _MOST_OPEN, _LEAST_TERMS = 16, 24, 8, 2
"""As in `store.stories`: what a story is found by, and how many are compared."""

_SWEEP_EVERY = 500
"""Articles."""


@dataclass(slots=True, kw_only=True)
class _Article:
    terms: dict[int, float]
    at: datetime
    story: int


class Desk:
    """Chooses a story for one article after another; `sweeps`: closes, splits and merges stories now and then."""

    def __init__(self, *, sweeps: bool = True) -> None:
        self._sweeps = sweeps
        self._ids = count(1)
        self._counts: Counter[int] = Counter()
        self._articles: list[_Article] = []
        self._members: dict[int, set[int]] = {}
        self._open: dict[int, Telling] = {}
        self._signed: dict[int, dict[int, float]] = {}
        self._grown: set[int] = set()

    def place(self, title: str | None, text: str, language: str, at: datetime) -> None:
        """Choose a story for an article."""
        terms = story_terms(title, text, language)
        vector = weigh(terms, self._counts, len(self._articles))
        chosen = choose(vector, self._near(vector), at, title_terms(title, language))
        number = len(self._articles)
        story = next(self._ids) if chosen.story_id is None else chosen.story_id
        self._articles.append(_Article(terms=terms, at=at, story=story))
        self._members.setdefault(story, set()).add(number)
        before = self._open.get(story)
        self._set(story, join(before.centroid if before else {}, vector))
        self._counts.update(terms.keys())
        if self._sweeps and len(self._articles) % _SWEEP_EVERY == 0:
            self.sweep(at)

    def sweep(self, now: datetime) -> None:
        """Close what is silent, split what is two, merge what is one."""
        for story in [story for story in self._open.values() if now - story.last_at > OPEN_FOR]:
            self._drop(story.story_id)
        for story_id in sorted(self._grown & self._open.keys()):
            for part in parts({n: self._vector(n) for n in sorted(self._members[story_id])}):
                self._move(part, next(self._ids))
                self._rebuild(story_id)
        for story_id in sorted(self._grown & self._open.keys()):
            one = self._open[story_id]
            same = [other for other in self._near(one.centroid) if other.story_id != story_id and is_one(one, other)]
            if same:
                self._move(tuple(self._members[story_id]), same[0].story_id)
                self._drop(story_id)
        self._grown.clear()

    def stories(self) -> list[int]:
        """Return the story of each article, in the order they came."""
        return [article.story for article in self._articles]

    def _near(self, vector: Vector) -> list[Telling]:
        scores: Counter[int] = Counter()
        shared: Counter[int] = Counter()
        for term, weight in heaviest(vector, _PROBE_TERMS).items():
            for story_id, other in self._signed.get(term, {}).items():
                scores[story_id] += weight * other  # type: ignore[assignment]
                shared[story_id] += 1
        best = sorted((-score, story_id) for story_id, score in scores.items() if shared[story_id] >= _LEAST_TERMS)
        return [self._open[story_id] for _, story_id in best[:_MOST_OPEN]]

    def _vector(self, number: int) -> dict[int, float]:
        return weigh(self._articles[number].terms, self._counts, len(self._articles))

    def _move(self, numbers: tuple[int, ...], story: int) -> None:
        for number in numbers:
            self._members[self._articles[number].story].discard(number)
            self._articles[number].story = story
            self._members.setdefault(story, set()).add(number)
        self._rebuild(story)

    def _rebuild(self, story: int) -> None:
        centroid: Mapping[int, float] = {}
        for number in sorted(self._members[story]):
            centroid = join(centroid, self._vector(number))
        self._set(story, centroid)

    def _set(self, story: int, centroid: Vector) -> None:
        self._drop(story)
        members = self._members[story]
        last_at = max(self._articles[number].at for number in members)
        self._open[story] = Telling(story_id=story, centroid=centroid, n_articles=len(members), last_at=last_at)
        length = sum(weight * weight for weight in centroid.values()) ** 0.5 or 1.0
        for term, weight in heaviest(centroid, _SIGN_TERMS).items():
            self._signed.setdefault(term, {})[story] = weight / length
        self._grown.add(story)

    def _drop(self, story: int) -> None:
        if (before := self._open.pop(story, None)) is not None:
            for term in heaviest(before.centroid, _SIGN_TERMS):
                self._signed[term].pop(story, None)
