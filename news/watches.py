"""The nouns of watching: a saved query with what it is to tell, and what was told. Pure.

Whether an article is old news, which alerts nobody, is decided here; what a query matches is the store's business, when
and to whom an alert goes is the alerts'.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from news.messages import WatchPace
from news.model import Precision


class WatchState(StrEnum):
    """Whether a watch looks at what comes."""

    ACTIVE = "active"
    PAUSED = "paused"


class Occasion(StrEnum):
    """Why a watch tells something."""

    STORY = "story"
    """The first article of a story that matches."""
    ARTICLE = "article"
    """An article that matches, where the watch tells each."""
    GROWN = "grown"
    """So many sources tell the story now."""
    REVISED = "revised"
    """The outlet changed the headline of an article that was told, or took the article back."""
    SPIKE = "spike"
    """Many more articles match than usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved query, and what it tells.

    Attributes:
        query: As the user wrote it.
        each_article: Each article that matches is told, copies as well, instead of each story.
        tell_growth: A story that was told is told again when so many sources tell it; ascending.
        tell_revisions: And when the outlet edits its headline, or takes it back.
        tell_spikes: And when many more articles match than usual.
    """

    name: str
    query: str
    each_article: bool = False
    tell_growth: tuple[int, ...] = ()
    tell_revisions: bool = False
    tell_spikes: bool = False
    pace: WatchPace = field(default_factory=WatchPace)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWatch:
    """A watch with its id.

    Attributes:
        baseline_at: What was published before is old news to it.
        error: Why its query matches nothing at present: what it names is gone. None where all is well.
        n_alerts, last_alert_at: What it told so far.
    """

    id: int
    watch: Watch
    state: WatchState
    added_at: datetime
    baseline_at: datetime
    error: str | None = None
    n_alerts: int = 0
    last_alert_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An article that was placed, as far as it matters whether it is news.

    Attributes:
        story_id: The story it tells.
        language: Of its text, as stored.
        published_at: As stated; None where no possible date was.
        zone_stated: Whether the outlet said which zone its clock is in.
        seen_at: When a feed listed it first; None where none did.
        in_first_read: It stood in its feed when that was read for the first time.
        fetched_at: When it was first stored.
    """

    article_id: int
    story_id: int
    language: str | None
    published_at: datetime | None
    published_precision: Precision | None
    zone_stated: bool
    seen_at: datetime | None
    in_first_read: bool
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """An alert, with what it is about.

    Attributes:
        story_id: None for a spike.
        occasion_key: Which of its kind: how many sources, which article, which day.
        title, url, source: Of the article; None where that is gone.
        matched_words: What hit, as it stands in the article.
        snippet: Where, between `MARK_START` and `MARK_END`.
        note: What else there is to say, in a sentence.
        daily: Of a spike: articles a day, the oldest of 30 days first, then the last 24 hours.
        n_sources: How many sources told the story then.
    """

    id: int
    watch: str
    story_id: int | None
    occasion: Occasion
    occasion_key: str
    article_id: int | None
    title: str | None
    url: str | None
    source: str | None
    language: str | None
    published_at: datetime | None
    matched_words: tuple[str, ...]
    snippet: str | None
    note: str | None
    daily: tuple[int, ...] | None
    n_sources: int
    created_at: datetime


WEST_OF_UTC = timedelta(hours=12)
"""A clock that names no zone is at most so far behind: what it calls 7:00 may be 19:00 UTC."""

A_DAY = timedelta(days=1)


def newest_moment(subject: Subject) -> datetime:
    """Return the latest moment at which an article can have been published.

    A day without a time lasts until it is over everywhere; a time without a zone may be meant far in the west. Without
    a date it is the moment at which a feed first listed it. It is never later than that at which we had it.
    """
    known_at = subject.seen_at or subject.fetched_at
    if subject.published_at is None:
        return known_at
    latest = subject.published_at
    if subject.published_precision is Precision.DAY:
        latest += A_DAY
    if not subject.zone_stated:
        latest += WEST_OF_UTC
    return min(latest, max(known_at, subject.fetched_at))


def is_news(subject: Subject, first_read_age_s: float) -> bool:
    """Return whether an article may alert at all.

    What stood in a feed when it was read for the first time is the archive of an outlet: of that only what states a
    date within `first_read_age_s` before.
    """
    if not subject.in_first_read or subject.seen_at is None:
        return True
    if subject.published_at is None:
        return False
    return newest_moment(subject) >= subject.seen_at - timedelta(seconds=first_read_age_s)
