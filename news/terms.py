"""What a text is about, as weighed terms: its words without endings, told apart by how rare they are. Pure.

A term is 64 bits with sign and never 0; its three lowest bits say how common such a word is before anybody counted, so
that the first articles of a language are not alike by their "and" and "but". Who tells which story is `stories`'.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b

from news.stems import stem
from news.tokens import tokens

Vector = Mapping[int, float]
"""Terms to weights."""

MOST_TERMS = 80
"""Of an article, the heaviest; between 20 and 150 the measures differ by a hundredth."""

MOST_CENTROID_TERMS = 120
"""Of a story."""

_MOST_WORDS = 400
"""Of a text: what happened stands in its beginning."""

_MOST_CHARS = 8_000

_TITLE = 2.0
"""A word of the title counts as so many of the text."""

_N_BEFORE = 50
"""Articles that a guess of how common a word is counts for."""

# How many of a hundred articles have such a word, before any were counted, by the class in a term's lowest bits.
_SHARES = (0.002, 0.006, 0.015, 0.04, 0.1, 0.2, 0.4, 0.7)


def story_terms(title: str | None, text: str, language: str) -> dict[int, float]:
    """Return the terms of an article, before their rarity is known.

    Args:
        title: Empty or None where it has none.
        text: The first words of it count.
        language: ISO 639; empty where it is not known.
    """
    counts: Counter[int] = Counter()
    for words, weight in ((tokens(text[:_MOST_CHARS])[:_MOST_WORDS], 1.0), (tokens(title or ""), _TITLE)):
        for term in _terms(words, language):
            counts[term] += weight  # type: ignore[assignment]
    return {term: 1.0 + math.log(max(count, 1.0)) for term, count in counts.items()}


def weigh(terms: Vector, counts: Mapping[int, int], n_articles: int) -> dict[int, float]:
    """Return the heaviest terms of an article as a vector of length 1, by how rare each is.

    Args:
        terms: As `story_terms` gives them.
        counts: How many articles of the language have a term; those that were never counted may be absent.
        n_articles: How many were counted.
    """
    n = n_articles + _N_BEFORE
    weights = {
        term: weight * math.log(n / (counts.get(term, 0) + _N_BEFORE * _SHARES[term & 7]))
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
    return math.sqrt(sum(weight * weight for weight in vector.values()))


def similarity(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of any length, 0 to 1; 0 where one is empty."""
    fewer, more = sorted((one, other), key=len)
    size = length(one) * length(other)
    return sum(weight * more.get(term, 0.0) for term, weight in fewer.items()) / size if size else 0.0


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


def _terms(words: Iterable[str], language: str) -> Iterable[int]:
    return [_term(word, language) for word in words if len(word) > 2 or word.isdigit()]


@lru_cache(100_000)
def _term(word: str, language: str) -> int:
    stemmed = stem(word, language)
    return hash_term(stemmed, 0)
