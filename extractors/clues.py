"""What a page says of its article elsewhere: what its blocks are compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W぀-ヿ㐀-䶿一-鿿豈-﫿]+|[぀-ヿ㐀-䶿一-鿿豈-﫿]{1,2}")
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What a page says of its article elsewhere, for comparing.

    Attributes:
        title: The article's.
        headings: All that the page may repeat above its text.
        body_text: The text that JSON-LD states, which may be cut or older; None where none is.
    """

    title: str | None = None
    headings: tuple[str, ...] = ()
    description: str | None = None
    body_text: str | None = None

    def titles(self) -> frozenset[str]:
        """Return the letters of what the article is called, of what is long enough to tell."""
        return frozenset(letters_of(heading) for heading in (*self.headings, self.title or "") if len(heading) > 8)


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, small and without anything between them."""
    return _NO_LETTERS.sub("", text).lower()


def words_of(text: str | None) -> list[str]:
    """Return the words of a text, small; two signs of Chinese or Japanese are a word."""
    return _WORD.findall((text or "").lower())
