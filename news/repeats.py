"""Lines that a source repeats under its articles, "Subscribe to our newsletter": no evidence of copying. Pure.

How often each line was seen at a source is counted by `store`. The furniture of pages (`furniture`) is about what the
reader should leave out; this is about what it left in, and takes nothing from the article's text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Set

from news.tokens import tokens

REPEATED_AFTER = 3
"""A line that stands in more other articles of its source is repeated (findings: 40 % fewer false pairs)."""

MOST_LINE_WORDS = 40
"""A longer line that repeats is a text that was told again, as a statement is."""

MOST_LINES = 400
"""Of a text, that are counted; the rest is taken as it is."""


def line_hashes(text: str) -> tuple[int, ...]:
    """Return 64 bits with sign for each line of a text that may be repeated, sorted, each once: what is counted."""
    return tuple(sorted({found for _, found in _lines(text) if found is not None}))


def without_lines(text: str, repeated: Set[int]) -> str:
    """Return the text without the lines whose hashes are repeated at its source."""
    if not repeated:
        return text
    return "\n".join(line for line, found in _lines(text) if found not in repeated)


def _lines(text: str) -> Iterator[tuple[str, int | None]]:
    n = 0
    for line in text.split("\n"):
        if not line.strip():
            continue
        n += 1
        # Longer than any line of so many words: not worth its folding.
        words = tokens(line) if n <= MOST_LINES and len(line) <= MOST_LINE_WORDS * 24 else []
        yield line, _hash(words) if 0 < len(words) <= MOST_LINE_WORDS else None


def _hash(words: list[str]) -> int:
    joined = "\0".join(words).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), "little", signed=True)
