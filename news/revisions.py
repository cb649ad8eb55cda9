"""An article's earlier states: who caused a change, and which facts it touched.

How they are kept is `store`'s; that a reader's correction is no news is for whoever tells of changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from news.model import Article


class Cause(StrEnum):
    """Who caused the change that ended a state."""

    OUTLET = "outlet"
    """The outlet changed its page: news."""
    READER = "reader"
    """A later reader read the same page otherwise: no news, and nobody is alerted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRevision:
    """An earlier state of an article.

    Attributes:
        cause: What ended it.
        reader: Who had read it.
        fetched_at: When the page was fetched that it was read from.
        replaced_at: When its end came; for an outlet's when the page was fetched that says otherwise.
    """

    id: int
    article_id: int
    cause: Cause
    title: str | None
    text: str
    published_at: datetime | None
    modified_at: datetime | None
    reader: str
    fetched_at: datetime
    replaced_at: datetime


KEPT = frozenset({"title", "text", "published", "modified"})
"""What a revision holds: what is searched, dated and alerted on. A change of other facts leaves none."""

FACTS = (
    *("title", "subtitle", "text", "authors", "agencies", "attributions", "language", "published", "modified"),
    *("description", "section", "tags", "image_url", "image_caption", "captions", "site_name", "paywalled", "doubt"),
)
"""What of an article is told as changed: not its identity, nor what the reader notes for itself."""


def changed_facts(before: Article, after: Article) -> tuple[str, ...]:
    """Return the names of the article's fields that differ, in the order of `FACTS`."""
    return tuple(fact for fact in FACTS if getattr(before, fact) != getattr(after, fact))


RETRACTED_SHARE = 0.2
"""An outlet that leaves less than this of a text's words has taken the article back."""

RETRACTED_WORDS = 50
"""Of shorter texts nothing is said: a line more or less is no retraction."""


def is_retracted(before: str, after: str) -> bool:
    """Return whether an outlet that changed a text from one into the other took it back."""
    n_words = len(before.split())
    return n_words >= RETRACTED_WORDS and len(after.split()) < RETRACTED_SHARE * n_words
