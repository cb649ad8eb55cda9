"""A text prepared for finding its copies and for being compared. Pure.

What two sketches are to each other is `copies`' to say; what speaks against a copy is in `guards`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from news.fingerprints import Hashes, fingerprints, hash_words, shingles, text_hash
from news.tokens import numbers, tokens

COMPARED_WORDS = 3
"""Of a shingle that texts are compared by; shorter than those they are found by, so that edited passages count."""

_LEAD_WORDS = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sketch:
    """A text, prepared.

    Attributes:
        text: As it was given.
        words: Of it, folded, in order.
        hashes: Of the words.
        fingerprints: What it is looked up by: 64 bits with sign, sorted.
        text_hash: The same for exact copies; None for a text without words.
        shingles: Of three words, sorted, each once.
        lead: Those of the beginning.
        numbers: As they stand in the text.
        title_words: Folded, each once.
    """

    text: str
    words: tuple[str, ...]
    hashes: Hashes
    fingerprints: tuple[int, ...]
    text_hash: bytes | None
    shingles: Hashes
    lead: frozenset[int]
    numbers: frozenset[str]
    title_words: frozenset[str]

    @property
    def n_words(self) -> int:
        """Of the text."""
        return len(self.words)


def sketch(title: str | None, text: str) -> Sketch:
    """Return a text prepared: 0.8 ms for 400 words.

    Args:
        title: Of the article; None where it has none.
        text: Of the article, without what its source repeats (`repeats.without_lines`).
    """
    words = tokens(text)
    hashes = hash_words(words)
    return Sketch(
        text=text,
        words=tuple(words),
        hashes=hashes,
        fingerprints=fingerprints(hashes),
        text_hash=text_hash(words),
        shingles=np.unique(shingles(hashes, COMPARED_WORDS)),
        lead=frozenset(shingles(hashes[:_LEAD_WORDS], COMPARED_WORDS).tolist()),
        numbers=numbers(text),
        title_words=frozenset(tokens(title or "")),
    )
