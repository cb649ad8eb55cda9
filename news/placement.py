"""What an article is among the others: its group of copies and its story. The rules are `copies`, `stories`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from news.copies import Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What an article is.

    Attributes:
        original_id: The first of its group of copies, as far as is known; itself where it is that.
        of_article_id: The article it is a copy, an excerpt or a reprint of; None for an original and a digest.
        score: How much of one of the two texts stands in the other, 0 to 1; None for an original.
        story_id: The story it tells.
    """

    article_id: int
    group_id: int
    original_id: int
    relation: Relation
    of_article_id: int | None
    score: float | None
    story_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
    """An article of a story, as it is listed.

    Attributes:
        placement: What it is.
        moment: When it was published; when it was fetched where that is unknown.
        named_origin: Whom the copies of its text name as the source; None where nobody does.
    """

    placement: Placement
    title: str | None
    url: str
    source: str | None
    moment: datetime
    fetched_at: datetime
    named_origin: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedStory:
    """A story in another language that tells the same event.

    Attributes:
        score: How sure, 0 to 1.
        title: Of its first article.
    """

    id: int
    language: str
    score: float
    title: str | None
    n_articles: int
    n_sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStory:
    """A story.

    Attributes:
        language: ISO 639; None where it is not known.
        first_at, last_at: When its first and its last article were fetched.
        closed_at: Nothing joins it any more; None while it is open.
        by_hand: A person merged it or took it apart: no machine does so again.
        split_from: The story it was taken out of.
        members: Original after original in the order of their appearance, each with its copies behind it; a bounded
            number, the first.
        n_articles: Of all.
        also_in: The same event in other languages.
    """

    id: int
    language: str | None
    first_at: datetime
    last_at: datetime
    closed_at: datetime | None
    by_hand: bool
    split_from: int | None
    n_articles: int
    members: tuple[StoryMember, ...]
    also_in: tuple[LinkedStory, ...]
