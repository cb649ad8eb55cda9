"""What a text is about, as weighed terms: its words without endings, told apart by how rare they are. Pure.

A term is 64 bits with sign and never 0; its three lowest bits say how common such a word is before anybody counted, so
that the first articles of a language are not alike by their "and" and "but" (`frequent_words`, written by
`bench.train_frequent_words`). Who tells which story is `stories`'. The constants were chosen with
`bench.grouping_stories`, on some orders of two sets of labelled stories.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from operator import mul
from pathlib import Path

from news.stems import stem
from news.tokens import tokens

Vector = Mapping[int, float]
"""Terms to weights."""

MOST_TERMS = 100
"""Of an article, the heaviest; between 50 and 150 the measures differ by less than a hundredth."""

MOST_CENTROID_TERMS = 120
"""Of a story."""

_MOST_WORDS = 250
"""Of a text: what happened stands in its beginning. 120 to 400 were tried."""

_MOST_CHARS = 3_000

_TITLE, _LEAD = 4.0, 3.0
"""A word of the title, and of the beginning, counts as so many of the text."""

_LEAD_STEMS = 30
"""Of the beginning: who, what, where."""

_HALF = 60
"""So many words further on, a word counts half: what happened is told first, what happened before comes last."""

_ENOUGH = 1.5
"""A term that counts so much has half of the weight that it can have at most."""

_PLACES = tuple((_LEAD if n < _LEAD_STEMS else 1.0) * 0.5 ** (n / _HALF) for n in range(_MOST_WORDS))

_RARITY = 0.8
"""The power of rarity: a word that only one article has says less than its rarity."""

_N_BEFORE = 1500
"""Articles that the guess of how common a word is counts for, before and after any were counted."""

_SHARES = (0.003, 0.04, 0.06, 0.1, 0.16, 0.26, 0.43, 0.7)
_LEAST_SHARES = (0.0, 0.03, 0.05, 0.08, 0.13, 0.2, 0.33, 0.55)
"""By the class in a term's lowest bits: what part of all articles has such a word, and from what part on it has it."""

_CLASSES_BY_LENGTH = {3: 3, 4: 1}
"""Of languages that nobody counted: short words are common ones."""

_FOLDER = Path(__file__).parent / "frequent_words"

_SIGN = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Of writings without blanks; each is a token of its own."""


def story_terms(title: str | None, text: str, language: str) -> dict[int, float]:
    """Return the terms of an article, before their rarity is known.

    Args:
        title: Empty or None where it has none.
        text: The first words of it count.
        language: ISO 639; empty where it is not known.
    """
    counts: dict[int, float] = {}
    for n, term in enumerate(hashed(text_stems(text, language), language)):
        counts[term] = counts.get(term, 0.0) + _PLACES[n]
    for term in hashed(stems_of(title or "", language), language):
        counts[term] = counts.get(term, 0.0) + _TITLE
    return {term: count / (count + _ENOUGH) for term, count in counts.items()}


def title_terms(title: str | None, language: str) -> frozenset[int]:
    """Return the terms of a title, that are among `story_terms`."""
    return frozenset(hashed(stems_of(title or "", language), language))


def weigh(terms: Vector, counts: Mapping[int, int], n_articles: int) -> dict[int, float]:
    """Return the heaviest terms of an article as a vector of length 1, by how rare each is.

    Args:
        terms: As `story_terms` gives them.
        counts: How many articles of the language have a term; those that were never counted may be absent.
        n_articles: How many were counted.
    """
    n = n_articles + _N_BEFORE
    weights = {
        term: weight * max(0.0, math.log(n / (counts.get(term, 0) + _N_BEFORE * _SHARES[term & 7]))) ** _RARITY
        for term, weight in terms.items()
    }
    return unit(heaviest(weights, MOST_TERMS))


def heaviest(vector: Vector, most: int) -> dict[int, float]:
    """Return the heaviest of a vector's terms, the heaviest first; of equal ones in the order of the terms."""
    return dict(sorted(vector.items(), key=lambda item: (-item[1], item[0]))[:most])


def unit(vector: Vector) -> dict[int, float]:
    """Return a vector of length 1; without terms, none."""
    size = length(vector)
    return {term: weight / size for term, weight in vector.items()} if size else {}


def length(vector: Vector) -> float:
    """Return how long a vector is."""
    weights = list(vector.values())
    return math.sqrt(sum(map(mul, weights, weights)))


def similarity(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of any length, 0 to 1; 0 where one is empty."""
    fewer, more = sorted((one, other), key=len)
    size = length(one) * length(other)
    return sum(weight * more[term] for term, weight in fewer.items() if term in more) / size if size else 0.0


def join(centroid: Vector, vector: Vector) -> dict[int, float]:
    """Return the sum of what a story and one article more are about, its heaviest terms."""
    joined = dict(centroid)
    for term, weight in vector.items():
        joined[term] = joined.get(term, 0.0) + weight
    return heaviest(joined, MOST_CENTROID_TERMS)


def hash_term(term: str, common: int) -> int:
    """Return 64 bits with sign, never 0; the lowest three are `common`."""
    digest = int.from_bytes(
        blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True
    )
    return (digest & ~7 | common) or 8


def class_of_share(share: float) -> int:
    """Return the class of words that so large a part of all articles has."""
    return max(n for n, least in enumerate(_LEAST_SHARES) if share >= least)


def text_stems(text: str, language: str) -> list[str]:
    """Return the stems of the part of a text that counts."""
    return stems_of(text[:_MOST_CHARS], language)[:_MOST_WORDS]


def stems_of(text: str, language: str) -> list[str]:
    """Return the stems of a text's words, in order; of writings without blanks each two signs."""
    words = tokens(text)
    found = [stem(word, language) for word in words if len(word) > 2 or word.isdigit()]
    if _SIGN.search(text):
        found += [one + other for one, other in pairwise(words) if _SIGN.match(one) and _SIGN.match(other)]
    return found


def hashed(stems: Iterable[str], language: str) -> list[int]:
    """Return stems as terms."""
    return [_term(stemmed, language[:2]) for stemmed in stems]


@lru_cache(100_000)
def _term(stemmed: str, language: str) -> int:
    known = _frequent_words(language)
    if known is not None:
        common = known.get(stemmed, 0)
    else:
        common = 0 if stemmed[:1].isdigit() else _CLASSES_BY_LENGTH.get(len(stemmed), 0)
    return hash_term(stemmed, common)


@lru_cache(None)
def _frequent_words(language: str) -> Mapping[str, int] | None:
    """Return the classes of a language's common stems; None where nobody counted them."""
    file = _FOLDER / f"{language}.txt"
    if not language.isalpha() or not file.is_file():
        return None
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    return {stemmed: int(common) for common, *stems in lines for stemmed in stems}
