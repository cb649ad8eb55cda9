"""What a page says of its article elsewhere: what its blocks are compared with."""

from __future__ import annotations

from dataclasses import dataclass


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
    return "".join(filter(str.isalnum, text)).lower()
