"""What speaks against calling two texts copies though they share much: forms, digests, excerpts, short texts. Pure.

How much is shared is counted by `copies`. The constants were chosen with `bench.grouping` on the seeds 1, 2 and 3, on
labelled posts, and on agencies' copies; the benchmark reports other seeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from news.fingerprints import Hashes, shingles
from news.sketches import COMPARED_WORDS, Sketch
from news.tokens import tokens

LEAST_COVER = 0.4
"""Of one of two texts, or they are no copies. Independent reports of one event share 0.00 in the median, 0.12 in one
pair of ten."""

WHOLE = 0.8
"""So much of a text in another is all of it, but for what editors change."""

_TINY_WORDS, _TINY_COVER, _TINY_OTHER_COVER = 12, 0.8, 0.3
_SHORT_WORDS, _SHORT_OTHER_COVER, _SHORT_LEAD = 25, 0.4, 0.5
"""A sentence is soon contained in another text: it must be its beginning."""

_SMALL_PART, _AT_HEAD, _ONE_TITLE = 0.25, 0.3, 0.6
"""A smaller part of the longer text is an excerpt, unless it is its head, or the titles agree."""

WHOLE_WORDS = 50
WHOLE_PART = 0.2
"""A whole article stands among furniture: it may be so small a part, and not the head."""

_MANY_WORDS = 150
_PART, _COHESION, _SMALL_COHESION = 0.35, 0.14, 0.2
"""Where only parts of both are shared, what is shared and the rest must speak of one thing. The first quarter of an
article shares 0.38 of its stems with the rest, 0.14 in one of twenty; an item of a digest 0.08 in the median. A text of
fewer words has too few stems to tell."""

_PATCHED, _PATCHED_PART, _PATCHED_WHOLE_WORDS = 0.15, 0.3, 80
"""Lines of a digest share 0.08 of their stems with its others in the median, 0.18 at most in nineteen of twenty; those
of an article 0.38, and 0.17 at least in nineteen of twenty. Digests put together with others: 3 of 40 instead of 4."""

_LEAST_LINES, _LEAST_LINE_WORDS = 4, 6

_MOST_TEMPLATE_SCORE, _FEW_NUMBERS, _SAME_NUMBERS = 0.97, 3, 0.5
_GAIN, _SURE_GAIN, _SURE_SCORE = 0.06, 0.5, 0.9
"""Of what is not shared, that is where numbers are left out. Daily reports of one form gain 0.13 and more; two versions
of an agency's report with other numbers 0.02."""

_STEM_LETTERS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlap:
    """What two texts have in common.

    Attributes:
        shared: Their common shingles, sorted.
        own: Its share of the first text's shingles.
        others: Its share of the second's.
    """

    shared: Hashes
    own: float
    others: float

    @property
    def score(self) -> float:
        """How much of one text stands in the other."""
        return max(self.own, self.others)

    @property
    def less(self) -> float:
        """The smaller share: of the longer text."""
        return min(self.own, self.others)


def overlap(one: Sketch, other: Sketch) -> Overlap:
    """Return what two texts have in common."""
    shared = np.intersect1d(one.shingles, other.shingles, assume_unique=True)
    return Overlap(
        shared=shared,
        own=len(shared) / max(1, len(one.shingles)),
        others=len(shared) / max(1, len(other.shingles)),
    )


def is_copy(one: Sketch, other: Sketch, common: Overlap) -> bool:
    """Return whether one of two texts was made of the other, and not both of one form, nor one of many."""
    if common.score < LEAST_COVER:
        return False
    fewer, more = sorted((one, other), key=lambda text: len(text.shingles))
    return not (
        _is_chance(fewer, more, common)
        or _is_excerpt(fewer, more, common)
        or _is_patched(fewer, more, common)
        or _is_form(one, other, common)
    )


def _is_chance(fewer: Sketch, more: Sketch, common: Overlap) -> bool:
    """Return whether a text is so short that what it shares may be a common sentence."""
    if fewer.n_words < _TINY_WORDS and (common.score < _TINY_COVER or common.less < _TINY_OTHER_COVER):
        return True
    n_lead = len(fewer.lead & more.lead)
    return fewer.n_words < _SHORT_WORDS and common.less < _SHORT_OTHER_COVER and n_lead < _SHORT_LEAD * len(fewer.lead)


def _is_excerpt(fewer: Sketch, more: Sketch, common: Overlap) -> bool:
    if common.less >= _SMALL_PART:
        return False
    if common.score >= WHOLE and fewer.n_words >= WHOLE_WORDS and common.less >= WHOLE_PART:
        return False
    if len(fewer.lead & more.lead) >= _AT_HEAD * min(len(fewer.lead), len(more.lead)):
        return False
    n_title = min(len(fewer.title_words), len(more.title_words))
    return not n_title or len(fewer.title_words & more.title_words) < _ONE_TITLE * n_title


def _is_patched(fewer: Sketch, more: Sketch, common: Overlap) -> bool:
    """Return whether one of two texts was put together of many, of which the other is one."""
    if common.less < _PART and common.score < WHOLE and more.n_words >= _MANY_WORDS:
        least = _SMALL_COHESION if common.less < _SMALL_PART else _COHESION
        if _cohesion(more, common.shared) < least:
            return True
    if common.less >= _PATCHED_PART or (common.score >= WHOLE and fewer.n_words >= _PATCHED_WHOLE_WORDS):
        return False
    return min(_coherence(more), _coherence(fewer)) < _PATCHED


def _is_form(one: Sketch, other: Sketch, common: Overlap) -> bool:
    """Return whether two texts are one form, filled in twice: rates, weather, results."""
    n_numbers = min(len(one.numbers), len(other.numbers))
    if not n_numbers or common.score >= _MOST_TEMPLATE_SCORE or one.numbers == other.numbers:
        return False
    first, second = _without_numbers(one), _without_numbers(other)
    shared = len(np.intersect1d(first, second, assume_unique=True)) / min(len(first), len(second))
    gain = (shared - common.score) / (1 - common.score)
    if gain >= _SURE_GAIN and common.score < _SURE_SCORE:
        return True
    others = len(one.numbers & other.numbers) < _SAME_NUMBERS * n_numbers
    return n_numbers >= _FEW_NUMBERS and others and gain >= _GAIN


def _without_numbers(text: Sketch) -> Hashes:
    is_number = np.fromiter((word[0].isdigit() for word in text.words), bool, text.n_words)
    return np.unique(shingles(np.where(is_number, np.uint64(0), text.hashes), COMPARED_WORDS))


def _cohesion(text: Sketch, shared: Hashes) -> float:
    """Return how many stems the shared part of a text and its rest have in common, of the fewer; 1 without stems."""
    inside = np.zeros(text.n_words, bool)
    starts = np.flatnonzero(np.isin(shingles(text.hashes, COMPARED_WORDS), shared))
    for place in range(COMPARED_WORDS):
        inside[np.minimum(starts + place, text.n_words - 1)] = True
    places = inside.tolist()
    stems = [
        _stems(word for word, is_in in zip(text.words, places, strict=True) if is_in is side) for side in (False, True)
    ]
    fewer = min(map(len, stems))
    return len(stems[0] & stems[1]) / fewer if fewer else 1.0


def _coherence(text: Sketch) -> float:
    """Return how many stems of a line stand in another, over all lines of a text; 1 where there are few."""
    lines = [words for line in text.text.split("\n") if len(words := tokens(line)) >= _LEAST_LINE_WORDS]
    if len(lines) < _LEAST_LINES:
        return 1.0
    stems = [_stems(words) for words in lines]
    n_lines = Counter(stem for line in stems for stem in line)
    told = [
        (len(words), sum(n_lines[stem] > 1 for stem in line) / len(line))
        for words, line in zip(lines, stems, strict=True)
        if len(line) > 2
    ]
    return sum(n * share for n, share in told) / sum(n for n, _ in told) if told else 1.0


def _stems(words: Iterable[str]) -> set[str]:
    return {word[:_STEM_LETTERS] for word in words if len(word) >= _STEM_LETTERS and not word.isdigit()}
