"""What speaks against calling two texts copies though they share much: forms, digests, excerpts, short texts. Pure.

How much is shared is counted by `copies`. The constants were chosen with `bench.grouping` on the seeds 1 to 6, on
labelled posts, and on agencies' copies; the benchmark reports other seeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from news.fingerprints import Hashes, hash_words, shingles
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

_ITEM_OF, _LEAST_ITEMS, _LEAST_ITEM_WORDS, _ITEM_SIZE = 0.5, 3, 12, 0.3
"""A text is gathered when beside a part of less than half it has items, each no smaller than a third of that part: not
the titles of other articles around one."""

_MOST_LINES = 300
_GATHERED = 0.18
"""So few of their stems have items of a digest in common; paragraphs of an article have 0.38 in the median. Digests put
together with others: 1.3 of 40 on the average of six seeds, 3.3 without this guard (pair F1 0.992 in both)."""

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


def are_stubs(one: Sketch, other: Sketch) -> bool:
    """Return whether two texts are so short, and their titles so different, that they say nothing of their articles.

    "Comments", "Read more", "This article is for subscribers" stand below many titles.
    """
    if max(one.n_words, other.n_words) >= _SHORT_WORDS:
        return False
    n_title = min(len(one.title_words), len(other.title_words))
    return n_title > 0 and len(one.title_words & other.title_words) < _ONE_TITLE * n_title


def is_copy(one: Sketch, other: Sketch, common: Overlap) -> bool:
    """Return whether one of two texts was made of the other, and not both of one form, nor one of many."""
    if common.score < LEAST_COVER:
        return False
    fewer, more = sorted((one, other), key=lambda text: len(text.shingles))
    return not (
        are_stubs(one, other)
        or _is_chance(fewer, more, common)
        or _is_excerpt(fewer, more, common)
        or (common.less < _ITEM_OF and _is_gathered(more, common.shared))
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


def _is_gathered(text: Sketch, shared: Hashes) -> bool:
    """Return whether a text has other items beside the shared one, that speak neither of it nor of each other."""
    part: list[str] = []
    rest: list[list[str]] = []
    for line in text.text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        words = tokens(line)
        runs = shingles(hash_words(words), COMPARED_WORDS)
        if len(runs) and np.isin(runs, shared).mean() >= 0.5:
            part += words
        else:
            rest.append(words)
    least = max(_LEAST_ITEM_WORDS, _ITEM_SIZE * len(part))
    others = [_stems(words) for words in rest if len(words) >= least]
    if len(others) < _LEAST_ITEMS or not part:
        return False
    n_lines = Counter(stem for line in (_stems(part), *others) for stem in line)
    told = [sum(n_lines[stem] > 1 for stem in line) / len(line) for line in others if line]
    return bool(told) and sum(told) / len(told) < _GATHERED


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


def _stems(words: Iterable[str]) -> set[str]:
    return {word[:_STEM_LETTERS] for word in words if len(word) >= _STEM_LETTERS and not word.isdigit()}
