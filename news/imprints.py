"""What an article is placed by, as its text alone says it: made where the page is read, looked up where it is stored.

Copies are found by fingerprints and hashes of lines (`fingerprints`, `repeats`), stories by terms (`terms`). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from news.fingerprints import fingerprints, hash_words, text_hash
from news.repeats import line_hashes
from news.terms import story_terms, title_terms
from news.tokens import MOST_CHARS, tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What an article is placed by.

    Attributes:
        lines: Of its text, that a source may repeat: see `repeats.line_hashes`.
        n_words: Of its text.
        fingerprints: What copies of it are found by: 64 bits with sign, sorted.
        text_hash: The same for exact copies; None for a text without words.
        terms: What it is about, by hashes, before their rarity is known.
        title_terms: Those of its title.
    """

    lines: tuple[int, ...]
    n_words: int
    fingerprints: tuple[int, ...]
    text_hash: bytes | None
    terms: Mapping[int, float]
    title_terms: frozenset[int]


def imprint(title: str | None, text: str, language: str | None) -> Imprint:
    """Return what an article is placed by: 1.5 ms for 400 words.

    Args:
        title: Empty or None where it has none.
        text: Of the article; its beginning counts (`tokens.MOST_CHARS`).
        language: ISO 639; None where it is not known.
    """
    text = text[:MOST_CHARS]
    words = tokens(text)
    return Imprint(
        lines=line_hashes(text),
        n_words=len(words),
        fingerprints=fingerprints(hash_words(words)),
        text_hash=text_hash(words),
        terms=story_terms(title, text, language or ""),
        title_terms=title_terms(title, language or ""),
    )
