"""What an article is beside others: an original, a copy cut, wrapped or edited, an excerpt, a digest, a reprint. Pure.

`store` finds the few candidates by shared fingerprints and keeps the verdict; who wrote a text first is `origins`'. A
copy is found by containment: how much of one text stands in the other, in runs of three words; `guards` says what
speaks against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from news.fingerprints import Hashes
from news.guards import WHOLE, WHOLE_PART, WHOLE_WORDS, Overlap, are_stubs, is_copy, overlap
from news.sketches import Sketch as Sketch
from news.sketches import sketch as sketch

COPY_WINDOW = timedelta(hours=72)
"""Between the fetches of an article and its copy; what is told word for word later is a reprint: another event."""

MOST_CANDIDATES = 12
"""That are compared, those with most shared fingerprints; 1 to 2.5 on the average."""

_NEAR_COVER = 0.6
_EXCERPT_COVER, _EXCERPT_PART = 0.5, 0.25

_DIGEST_PARTS = 3
_LEAST_PART, _MOST_PART, _LEAST_PARTS = 0.07, 0.45, 0.3
"""Of a digest: what each of its texts adds, at least and at most, and all of them together."""

_WHOLE_DOMINATES = 1.5
"""An article between other articles' titles is more than any of them."""


class Relation(StrEnum):
    """What an article is."""

    ORIGINAL = "original"
    EXACT = "exact"
    """The same words."""
    NEAR = "near"
    """Most of the words of both."""
    TRUNCATED = "truncated"
    """Its text stands in the other, which has more."""
    EXPANDED = "expanded"
    """The other's text stands in it, with more around."""
    EXCERPT = "excerpt"
    """A small part of another text, not its beginning: a group of its own."""
    DIGEST = "digest"
    """Parts of several texts: a group of its own."""
    REPRINT = "reprint"
    """The same text, but later than copies come: a group of its own."""

    @property
    def joins(self) -> bool:
        """Whether the article belongs to the group of the one it is related to."""
        return self in (Relation.EXACT, Relation.NEAR, Relation.TRUNCATED, Relation.EXPANDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that was placed before and shares fingerprints, or its `text_hash`.

    Attributes:
        article_id: Its own.
        group_id: Of its copies; whatever tells groups apart.
        fetched_at: Aware.
        is_digest: Whether it is known as one: nothing joins a digest but its exact copy.
        n_excerpts: How many articles are known as excerpts of it.
    """

    article_id: int
    group_id: int
    sketch: Sketch
    fetched_at: datetime
    is_digest: bool = False
    n_excerpts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an article is.

    Attributes:
        of: The article's id that it is a copy, excerpt or reprint of; None for an original and a digest.
        group_id: The group to join; None where it begins one of its own.
        score: How much of one text stands in the other, 0 to 1, for a digest how much is others'; None for an original.
        digests: Ids of candidates that this comparison shows to be digests: their fingerprints are others' by right.
    """

    relation: Relation
    of: int | None = None
    group_id: int | None = None
    score: float | None = None
    digests: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pair:
    candidate: Candidate
    common: Overlap


def compare(article: Sketch, candidates: Sequence[Candidate], fetched_at: datetime) -> Verdict:
    """Return what an article is beside those that share fingerprints or its `text_hash`.

    Args:
        article: The new one.
        candidates: At most `MOST_CANDIDATES` are of use; their order does not matter.
        fetched_at: Of the new one; aware. Candidates that are further away than `COPY_WINDOW` count for reprints only.
    """
    if twins := [c for c in candidates if _is_twin(article, c.sketch)]:
        return _exact(twins, fetched_at)
    pairs = [
        _Pair(candidate=candidate, common=overlap(article, candidate.sketch))
        for candidate in candidates
        if abs(candidate.fetched_at - fetched_at) <= COPY_WINDOW
    ]
    if (parts := _parts_of_others(article, pairs)) is not None:
        return Verdict(relation=Relation.DIGEST, score=min(1.0, parts))
    copies = [
        pair for pair in pairs if not pair.candidate.is_digest and is_copy(article, pair.candidate.sketch, pair.common)
    ]
    excerpts = [
        pair
        for pair in pairs
        if pair not in copies and pair.common.own >= _EXCERPT_COVER and pair.common.others < _EXCERPT_PART
    ]
    digests = tuple(
        sorted(p.candidate.article_id for p in excerpts if p.candidate.n_excerpts and not p.candidate.is_digest)
    )
    if copies:
        # A teaser stands in every copy as a whole: who shares most both ways is nearest.
        best = max(copies, key=lambda pair: (pair.common.own + pair.common.others, -pair.candidate.article_id))
        return Verdict(
            relation=_kind(best.common),
            of=best.candidate.article_id,
            group_id=best.candidate.group_id,
            score=best.common.score,
            digests=digests,
        )
    if excerpts:
        best = max(excerpts, key=lambda pair: (pair.common.own, -pair.candidate.article_id))
        return Verdict(relation=Relation.EXCERPT, of=best.candidate.article_id, score=best.common.own, digests=digests)
    return Verdict(relation=Relation.ORIGINAL)


def _is_twin(one: Sketch, other: Sketch) -> bool:
    return one.text_hash is not None and one.text_hash == other.text_hash and not are_stubs(one, other)


def _exact(twins: Sequence[Candidate], fetched_at: datetime) -> Verdict:
    best = min(twins, key=lambda c: (abs(c.fetched_at - fetched_at) > COPY_WINDOW, c.article_id))
    if abs(best.fetched_at - fetched_at) > COPY_WINDOW:
        return Verdict(relation=Relation.REPRINT, of=best.article_id, score=1.0)
    return Verdict(relation=Relation.EXACT, of=best.article_id, group_id=best.group_id, score=1.0)


def _kind(common: Overlap) -> Relation:
    if common.less >= _NEAR_COVER:
        return Relation.NEAR
    return Relation.TRUNCATED if common.own > common.others else Relation.EXPANDED


def _parts_of_others(article: Sketch, pairs: Sequence[_Pair]) -> float | None:
    """Return how much of an article is parts of other groups' texts; None where it is no digest."""
    seen: Hashes = np.empty(0, np.uint64)
    parts: dict[int, float] = {}
    for pair in sorted(pairs, key=lambda pair: -pair.common.own):
        added = len(np.setdiff1d(pair.common.shared, seen, assume_unique=True)) / max(1, len(article.shingles))
        if added >= _LEAST_PART:
            parts.setdefault(pair.candidate.group_id, added)
        seen = np.union1d(seen, pair.common.shared)
    sizes = sorted(parts.values(), reverse=True)
    if len(sizes) < _DIGEST_PARTS or sizes[0] >= _MOST_PART or sum(sizes) < _LEAST_PARTS:
        return None
    largest = max(pairs, key=lambda pair: pair.common.own)
    stands_whole = (
        largest.common.others >= WHOLE
        and largest.common.own >= WHOLE_PART
        and largest.candidate.sketch.n_words >= WHOLE_WORDS
    )
    return None if stands_whole and sizes[0] > _WHOLE_DOMINATES * sizes[1] else sum(sizes)
