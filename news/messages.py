"""The nouns of delivery: an alert as it is told, the message that carries one or many, and what became of it. Pure.

What a message says and when is the alerts' business; which alerts are in it is the store's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

MARK_START, MARK_END = "\x02", "\x03"
"""Around each word of a snippet that hit. No text has them: cleaning takes them out."""


class ChannelKind(StrEnum):
    """Who carries."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    APPRISE = "apprise"
    FILE = "file"
    STDOUT = "stdout"


class MessageKind(StrEnum):
    """What a message is: one alert, those of a digest, those that had to wait, or a test."""

    ALERT = "alert"
    DIGEST = "digest"
    SUMMARY = "summary"
    TEST = "test"


class DeliveryState(StrEnum):
    """How far a delivery is. `failed` is tried again, `dead` is not unless a person says so."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"


class Pace(StrEnum):
    """How often a watch may speak."""

    AT_ONCE = "at once"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class Wait(StrEnum):
    """What an alert waits for: the digest, the end of quiet hours, or the end of the hour whose cap is reached."""

    DIGEST = "digest"
    QUIET = "quiet"
    CAP = "cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPace:
    """When the alerts of a watch may be told.

    Attributes:
        time_zone: IANA name of the user's zone: digests and quiet hours are on its clock.
        quiet_from, quiet_until: Local times; both or neither; the span may hold midnight.
        most_per_hour: Messages to one channel in any hour; None for the installation's own.
    """

    pace: Pace = Pace.AT_ONCE
    time_zone: str = "UTC"
    quiet_from: time | None = None
    quiet_until: time | None = None
    most_per_hour: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlert:
    """An alert with what is told of it.

    Attributes:
        occasion: Why now: 'story', 'article', 'grown', 'revised', 'spike'.
        occasion_key: Which of its kind: how many sources, which revision, which day.
        matched_words: The words that hit, as they stand in the article.
        snippet: Where they stand, in marks; None where there is nothing to show.
        note: What else there is to say, in a sentence.
        daily: Of a spike: articles a day, the last 30 days, the oldest first.
        n_articles, n_sources: That tell the story now.
    """

    id: int
    occasion: str
    occasion_key: str
    story_id: int | None
    article_id: int | None
    title: str | None
    url: str | None
    source: str | None
    language: str | None
    published_at: datetime | None
    matched_words: tuple[str, ...]
    snippet: str | None
    note: str | None
    daily: tuple[int, ...]
    n_articles: int
    n_sources: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What goes to a channel at once; each repetition has the same key.

    Attributes:
        key: Names the message wherever it goes: the idempotency key, the Message-ID.
        wait: What its alerts waited for; None for those that did not.
        thread_key: Of the first message to this channel about the same story; None for that one itself.
        title_template, text_template: The user's own, with `$name`; None for ours.
    """

    key: UUID
    kind: MessageKind
    watch: str
    alerts: tuple[ToldAlert, ...]
    made_at: datetime
    wait: Wait | None = None
    time_zone: str = "UTC"
    thread_key: UUID | None = None
    title_template: str | None = None
    text_template: str | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """The channel took the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDelivered:
    """The channel did not take the message, or did not say so.

    Attributes:
        reason: For a person; without the channel's secrets.
        of_message: It is this message that is refused: the channel takes others.
        retry_after_s: How long it asks to be left alone.
    """

    reason: str
    of_message: bool = False
    retry_after_s: float | None = None


Outcome = Delivered | NotDelivered
