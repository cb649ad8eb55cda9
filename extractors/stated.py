"""A fact with where it stood: what the readers of single facts hand to `metadata`. Cleaning lines is here as well."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

from news.facts import Provenance
from news.text import clean_text

MOST_LINE_CHARS = 2000
"""Of a description."""

MOST_RAW_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A fact in one clean line.

    Attributes:
        text: Clean and bounded.
        origin: As in `Provenance`.
        raw: What stood there.
    """

    text: str
    origin: str
    raw: str

    def provenance(self, field: str) -> Provenance:
        """Return where this was read, for the article's field of that name."""
        return Provenance(field=field, origin=self.origin, raw=self.raw[:MOST_RAW_CHARS])


def line(raw: str | None, limit: int = MOST_LINE_CHARS) -> str | None:
    """Return a text as one clean line, cut to the limit; None when nothing is left."""
    text = clean_text(html.unescape(raw[: 4 * limit])) if raw else None
    return text[:limit].rstrip() if text else None


def first_stated(sources: Iterable[tuple[str, Iterable[str | None]]], limit: int = MOST_LINE_CHARS) -> Stated | None:
    """Return the first text that is not empty.

    Args:
        sources: The surest first: origin and texts.
        limit: Longer ones are cut.
    """
    for origin, raws in sources:
        for raw in raws:
            if raw and (text := line(raw, limit)):
                return Stated(text=text, origin=origin, raw=raw[:MOST_RAW_CHARS])
    return None
