"""Whether two readings are of one article. Pure; which of them is stored is not decided here."""

from __future__ import annotations

from news.model import Article, TextOrigin
from news.text import fold_title

_WINDOW = 12
"""Characters that are compared at a time: two words of most languages, a clause of Chinese."""

_MOST_CHARS = 20_000

_SHARED = 0.75
"""Of the shorter text. Two articles of an outlet share 0.002 of it, 0.3 in one pair of twenty, and up to 0.65 where
what stands around them is read too (948 pairs of real pages); an article and its update nearly all."""

_SHARED_UNDER_ONE_TITLE = 0.5
"""A title alone proves nothing: some outlets head all their pages with their own name."""

_LEAST_TITLE_CHARS = 12
"""Shorter titles, as "Live" or "Obituary", name many articles."""


def is_same_article(one: Article, other: Article) -> bool:
    """Return whether two readings are of one article, perhaps at two times.

    Their texts tell; where one of them is only a feed's line, which has another text, its title must.
    """
    titles = [fold_title(article.title or "") for article in (one, other)]
    one_title = titles[0] == titles[1] and len(titles[0]) >= _LEAST_TITLE_CHARS
    if one_title and TextOrigin.ENTRY in (one.text_origin, other.text_origin):
        return True
    fewer, more = sorted((_windows(article.text) for article in (one, other)), key=len)
    return bool(fewer) and len(fewer & more) >= (_SHARED_UNDER_ONE_TITLE if one_title else _SHARED) * len(fewer)


def _windows(text: str) -> set[str]:
    letters = "".join(text[:_MOST_CHARS].split())
    return {letters[at : at + _WINDOW] for at in range(max(len(letters) - _WINDOW + 1, 1))} if letters else set()
