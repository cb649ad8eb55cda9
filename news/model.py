"""The nouns: one frozen dataclass for each stage of the flow.

Rules about them live in the sibling modules; how they are stored is `store`'s.
Every moment is aware. `None` means unknown, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from news.facts import Attribution as Attribution
from news.facts import Moment as Moment
from news.facts import Precision as Precision
from news.facts import Provenance as Provenance


class FeedKind(StrEnum):
    """What a feed's URL answers with."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"
    LISTING = "listing"


class FeedState(StrEnum):
    """Whether a feed is asked."""

    ACTIVE = "active"
    ALTERNATIVE = "alternative"
    """Found at the source and kept, not asked."""
    GONE = "gone"
    """The outlet said twice, a day apart, that it is gone for good (410)."""


class SourceState(StrEnum):
    """Whether a source is watched. A removed source keeps what it brought."""

    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"


class EntryState(StrEnum):
    """What became of an entry."""

    PENDING = "pending"
    STORED = "stored"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    SKIPPED = "skipped"


class TextOrigin(StrEnum):
    """Where an article's text was read."""

    PAGE = "page"
    ENTRY = "entry"
    """The page could not be fetched or read: title and summary of the feed's entry stand in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a feed as read. Texts are plain and clean; `url` is absolute http(s) as published, or None.

    `updated` is when the article was edited last, as the feed says; it is not stored.
    """

    url: str | None = None
    guid: str | None = None
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    updated: Moment | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapLink:
    """One child of a sitemap index."""

    url: str
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """What one answer of a feed says.

    Attributes:
        entries: In the order of the document, each once.
        sitemaps: Children of a sitemap index, newest first where dated; empty for every other kind.
        min_interval_s: The outlet's wish (ttl, sy:updatePeriod): not to be asked more often than this.
        notes: Sentences on what was left out or mended, for `source check`.
    """

    kind: FeedKind
    title: str | None = None
    home_url: str | None = None
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[SitemapLink, ...] = ()
    min_interval_s: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A document that could not be read as what it should be: an outlet's fault, as a value.

    Attributes:
        ended: Whether a limit of time or memory ended the reader: no other should try what cost this one its life.
    """

    reason: str
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One HTTP answer as fetched, body decompressed. `headers` has lower-case names; repeated ones joined by `, `."""

    requested_url: str
    final_url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched_at: datetime


class FailureKind(StrEnum):
    """Why a fetch brought no page."""

    REFUSED_ADDRESS = "refused_address"
    ROBOTS = "robots"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    REDIRECTS = "redirects"
    HTTP = "http"
    PROTOCOL = "protocol"
    BUSY = "busy"
    """The host asked us to wait (429, 503 with Retry-After), or its turn did not come in time."""
    BAD_URL = "bad_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailure:
    """A fetch that brought no page: an outlet's fault or a rule of ours, as a value.

    Attributes:
        reason: A sentence for people, naming the thing.
        status: The HTTP status where there was one.
        retry_after_s: How long the outlet asked us to stay away, within one day; for a closed door, how long we do.
        lasting: Whether asking again soon is pointless (404, 410, robots, refused address).
        host: Whose failure it is: a redirect may have led to another than was asked. None: nobody was to be asked.
    """

    kind: FailureKind
    reason: str
    status: int | None = None
    retry_after_s: float | None = None
    lasting: bool = False
    host: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What the extractor read from a page.

    Attributes:
        url: The article's own address: `rel=canonical` when it is of the same site, else the final URL.
        text: Plain paragraphs, apart by a blank line.
        authors: People.
        agencies: Agencies and desks where authors are named, as `Reuters` and `редакция`.
        attributions: Whom the text names as its source.
        captions: What stands below pictures and videos, in order.
        paywalled: Whether only part of the text is free; None where the page does not say.
        n_words: Words of the text, each sign of Chinese and Japanese one; None where nobody counted.
        reader: Name and version of the reader, as `wirewatch/2`.
        truncated: The document was larger or deeper than the parser goes: the text may be cut.
        confidence: How sure the reader is of the text, 0 to 1.
        doubt: Why it is not, in a few words.
        provenance: Where each fact was read; of dates see their `origin`.
        fingerprints: Of all blocks of the page, 64 bits with sign; carried to the job, not stored with the article.
    """

    url: str
    title: str | None = None
    subtitle: str | None = None
    text: str = ""
    text_origin: TextOrigin = TextOrigin.PAGE
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    language: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    description: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    image_caption: str | None = None
    captions: tuple[str, ...] = ()
    site_name: str | None = None
    paywalled: bool | None = None
    n_words: int | None = None
    reader: str = ""
    truncated: bool = False
    confidence: float | None = None
    doubt: str | None = None
    provenance: tuple[Provenance, ...] = ()
    fingerprints: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """An outlet we watch. `name` is unique and what commands take; `url` is its home page or its feed."""

    id: int
    name: str
    url: str
    state: SourceState
    language: str | None
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFeed:
    """A feed with its polling state.

    Attributes:
        etag, last_modified: Validators of the last answer whose entries are all recorded.
        body_hash: SHA-256 of that answer's body.
        full_at: When the last unconditional answer came.
        first_read_at: When its entries were first recorded; None before.
        n_failures: Failures in a row.
        mean_gap_s: Mean gap between its last entries in seconds; None while unknown.
        min_interval_s: The outlet's wish.
    """

    id: int
    source_id: int
    host: str
    url: str
    kind: FeedKind
    state: FeedState
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: bytes | None = None
    full_at: datetime | None = None
    first_read_at: datetime | None = None
    next_check_at: datetime | None = None
    checked_at: datetime | None = None
    new_at: datetime | None = None
    gone_at: datetime | None = None
    n_failures: int = 0
    mean_gap_s: float | None = None
    min_interval_s: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry with what became of it. `key` is its identity; `n_attempts` counts fetches of its page so far."""

    id: int
    key: bytes
    source_id: int | None
    feed_id: int | None
    host: str | None
    entry: Entry
    state: EntryState
    reason: str | None = None
    article_id: int | None = None
    n_attempts: int = 0
    seen_at: datetime
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article with its id, its source and when it was first stored."""

    id: int
    source: str | None
    article: Article
    fetched_at: datetime
    listed_by: tuple[str, ...] = field(default=())
    """URLs of the feeds that listed it."""
