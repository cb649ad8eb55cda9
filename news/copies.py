"""What an article is beside another: an original, a copy cut, wrapped or edited, an excerpt, a digest, a reprint. Pure.

`store` finds the few candidates by shared fingerprints and keeps the verdict; who wrote a text first is `origins`'. A
copy is found by containment: how much of one text stands in the other, in runs of three words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from news.fingerprints import Hashes, fingerprints, hash_words, shingles, text_hash
from news.tokens import numbers, tokens

COPY_WINDOW = timedelta(hours=72)
"""Between the fetches of an article and its copy; what is told word for word later is a reprint: another event."""

MOST_CANDIDATES = 12
"""That are compared, those with most shared fingerprints; 1 to 2.5 on the average."""


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
class Sketch:
    """A text, prepared for finding and comparing.

    Attributes:
        fingerprints: What it is looked up by: 64 bits with sign, sorted.
        text_hash: The same for exact copies; None for a text without words.
        n_words: Of the text.
        shingles: Of three words, sorted, each once.
        lead: Those of the beginning.
        numbers: As they stand in the text.
        title_words: Folded, each once.
    """

    fingerprints: tuple[int, ...]
    text_hash: bytes | None
    n_words: int
    shingles: Hashes
    lead: frozenset[int]
    numbers: frozenset[str]
    title_words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that was placed before and shares fingerprints.

    Attributes:
        article_id: Its own.
        group_id: Of its copies; whatever tells groups apart.
        fetched_at: Aware.
        is_digest: Whether it is known as one: nothing joins a digest.
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
        score: How much of one text stands in the other, 0 to 1; None for an original.
        digests: Ids of candidates that this comparison shows to be digests: they lose their copies' fingerprints.
    """

    relation: Relation
    of: int | None = None
    group_id: int | None = None
    score: float | None = None
    digests: tuple[int, ...] = ()


ORIGINAL = Verdict(relation=Relation.ORIGINAL)

_LEAD_WORDS = 60
_LEAST_COVER = 0.4
"""Of one of two texts. Independent reports of one event share 0.00 in the median, 0.12 in one pair of ten."""
_NEAR_COVER = 0.6
_SMALL_PART = 0.25
_EXCERPT_COVER = 0.5
_TINY_WORDS, _SHORT_WORDS = 12, 25
_LEAST_NUMBERS = 3
_TEMPLATE_SCORE = 0.97
_DIGEST_PARTS = 3
_DIGEST_LEAST_PART, _DIGEST_MOST_PART, _DIGEST_LEAST = 0.07, 0.45, 0.3


def sketch(title: str | None, text: str) -> Sketch:
    """Return a text prepared for `compare`.

    Args:
        title: Of the article; None where it has none.
        text: Of the article, without what its source repeats (`repeats.without_lines`).
    """
    words = tokens(text)
    hashes = hash_words(words)
    return Sketch(
        fingerprints=fingerprints(hashes),
        text_hash=text_hash(words),
        n_words=len(words),
        shingles=np.unique(shingles(hashes, 3)),
        lead=frozenset(shingles(hashes[:_LEAD_WORDS], 3).tolist()),
        numbers=numbers(text),
        title_words=frozenset(tokens(title or "")),
    )


def compare(article: Sketch, candidates: Sequence[Candidate], fetched_at: datetime) -> Verdict:
    """Return what an article is beside those that share fingerprints or its `text_hash`.

    Args:
        article: The new one.
        candidates: At most `MOST_CANDIDATES` are of use; the order does not matter.
        fetched_at: Of the new one; aware.
    """
    exact = [c for c in candidates if article.text_hash is not None and c.sketch.text_hash == article.text_hash]
    if exact:
        return _exact(exact, fetched_at)
    near = [c for c in candidates if abs(c.fetched_at - fetched_at) <= COPY_WINDOW]
    pairs = [_Pair.of(article, c) for c in near]
    if _is_digest(article, pairs):
        return Verdict(relation=Relation.DIGEST, score=max(p.own for p in pairs))
    copies = [p for p in pairs if not p.candidate.is_digest and _is_copy(article, p)]
    excerpts = [p for p in pairs if p not in copies and p.own >= _EXCERPT_COVER and p.others < _SMALL_PART]
    digests = tuple(
        p.candidate.article_id for p in excerpts if p.candidate.n_excerpts >= 1 and not p.candidate.is_digest
    )
    if copies:
        best = max(copies, key=lambda p: (p.score, -p.candidate.article_id))
        return Verdict(
            relation=_kind(best),
            of=best.candidate.article_id,
            group_id=best.candidate.group_id,
            score=best.score,
            digests=digests,
        )
    if excerpts:
        best = max(excerpts, key=lambda p: (p.own, -p.candidate.article_id))
        return Verdict(relation=Relation.EXCERPT, of=best.candidate.article_id, score=best.own, digests=digests)
    return ORIGINAL


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pair:
    """The article and a candidate: what both have, and how much of each it is."""

    candidate: Candidate
    shared: Hashes
    own: float
    others: float

    @property
    def score(self) -> float:
        return max(self.own, self.others)

    @classmethod
    def of(cls, article: Sketch, candidate: Candidate) -> _Pair:
        theirs = candidate.sketch.shingles
        shared = np.intersect1d(article.shingles, theirs, assume_unique=True)
        return cls(
            candidate=candidate,
            shared=shared,
            own=len(shared) / max(1, len(article.shingles)),
            others=len(shared) / max(1, len(theirs)),
        )


def _exact(candidates: Sequence[Candidate], fetched_at: datetime) -> Verdict:
    best = min(candidates, key=lambda c: (abs(c.fetched_at - fetched_at) > COPY_WINDOW, c.article_id))
    if abs(best.fetched_at - fetched_at) > COPY_WINDOW:
        return Verdict(relation=Relation.REPRINT, of=best.article_id, score=1.0)
    return Verdict(relation=Relation.EXACT, of=best.article_id, group_id=best.group_id, score=1.0)


def _kind(pair: _Pair) -> Relation:
    if min(pair.own, pair.others) >= _NEAR_COVER:
        return Relation.NEAR
    return Relation.TRUNCATED if pair.own > pair.others else Relation.EXPANDED


def _is_copy(article: Sketch, pair: _Pair) -> bool:
    other = pair.candidate.sketch
    less = min(pair.own, pair.others)
    if pair.score < _LEAST_COVER:
        return False
    fewer, more = sorted((article, other), key=lambda s: len(s.shingles))
    lead = len(fewer.lead & more.lead)
    n_words = min(article.n_words, other.n_words)
    if n_words < _TINY_WORDS and (pair.score < 0.8 or less < 0.3):
        return False
    if n_words < _SHORT_WORDS and less < 0.4 and lead < 0.5 * len(fewer.lead):
        return False
    if less < _SMALL_PART and lead < 0.3 * min(len(fewer.lead), len(more.lead)) and not _one_title(article, other):
        return False
    return not _is_template(article, other, pair.score)


def _one_title(one: Sketch, other: Sketch) -> bool:
    fewer = min(len(one.title_words), len(other.title_words))
    return bool(fewer) and len(one.title_words & other.title_words) >= 0.6 * fewer


def _is_template(one: Sketch, other: Sketch, score: float) -> bool:
    fewer = min(len(one.numbers), len(other.numbers))
    return fewer >= _LEAST_NUMBERS and score < _TEMPLATE_SCORE and len(one.numbers & other.numbers) < 0.5 * fewer


def _is_digest(article: Sketch, pairs: Sequence[_Pair]) -> bool:
    seen: Hashes = np.empty(0, np.uint64)
    parts: dict[int, float] = {}
    for pair in sorted(pairs, key=lambda p: -p.own):
        added = len(np.setdiff1d(pair.shared, seen, assume_unique=True)) / max(1, len(article.shingles))
        if added >= _DIGEST_LEAST_PART and pair.candidate.group_id not in parts:
            parts[pair.candidate.group_id] = added
        seen = np.union1d(seen, pair.shared)
    return (
        len(parts) >= _DIGEST_PARTS and max(parts.values()) < _DIGEST_MOST_PART and sum(parts.values()) >= _DIGEST_LEAST
    )
