"""Status: what is healthy, what is not, and why. Every number is bounded in cost; what to say of it is the reader's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from news.model import FeedState
from store import channels, deliveries, furniture, queries, rereads, tidying
from store.channels import AilingChannel
from store.deliveries import DeliveryCounts
from store.furniture import ChangedSite
from store.rows import Connection, Row, fetch_dicts
from store.tidying import Unplaced

SQL = queries.load("status")

MOST_COUNTED = 1_000_000
"""Counted one by one up to here, about 0.1 s; estimated beyond."""

MOST_LISTED = 20

POOR_READS_DAYS = 7
"""How far back poor reads are told of: what a new layout of an outlet's spoils shows within a day."""

MOST_POOR_READS = 10_000
"""Looked at one by one, about 20 ms."""

MOST_DOUBTS = 5

CHANGES_TOLD = timedelta(days=14)
"""Of layouts: by then their sites are learned again."""

STALLED_AFTER_S = 30.0
"""A worker beats every 10 s; one that is silent for three beats is dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number; where it is not `exact` there are about that many, or more."""

    n: int
    exact: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCounts:
    """Sources by state, without the removed."""

    active: int
    paused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCounts:
    """Feeds by state; of the active ones, those that failed when asked last, those never read, those due."""

    active: int
    alternative: int
    gone: int
    failing: int
    unread: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCounts:
    """Entries by state."""

    pending: Count
    stored: Count
    duplicate: Count
    failed: Count
    skipped: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingFeed:
    """A feed that could not be read when it was asked last, or is gone."""

    source: str
    url: str
    state: FeedState
    n_failures: int
    error: str | None
    checked_at: datetime | None
    next_check_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostInBackoff:
    """A host that is left alone, and why."""

    name: str
    backoff_until: datetime
    n_failures: int
    failing_since: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedEntry:
    """An entry that was given up."""

    id: int
    source: str | None
    url: str | None
    reason: str
    settled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastArticle:
    """The article stored last."""

    id: int
    title: str | None
    url: str
    source: str | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a reader had doubts about articles, and how many they are.

    Attributes:
        doubt: As of the newest of them, which the other fields name; of the others numbers may differ.
    """

    n: int
    doubt: str
    article_id: int
    title: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PoorReads:
    """Articles of the last days whose reader had doubts; of their reasons the commonest."""

    n: Count
    days: int
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is due and not done. `oldest_due_at` is None when nothing is."""

    n_hosts: int
    n_feeds: int
    n_entries: Count
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """Visits in the queue: waiting, running, among these without a living worker; and ended by our own mistake."""

    waiting: int
    running: int
    stalled: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of the house.

    Attributes:
        at: The database's clock.
        page_bytes: Of these `database_bytes`, the raw pages.
        failing_feeds, hosts_in_backoff, failed_entries: The first 20; `feeds` and `entries` say how many there are.
        ailing_channels: Those that fail or have dead messages, the first 20.
        changed_sites: Sites whose layout changed within the last 14 days.
        outdated: Articles that another reader read than today's, and whose page is still stored.
        unplaced: Articles that have no place among the others yet.
    """

    at: datetime
    sources: SourceCounts
    feeds: FeedCounts
    entries: EntryCounts
    articles: Count
    last_article: LastArticle | None
    backlog: Backlog
    queue: QueueCounts
    failing_feeds: tuple[FailingFeed, ...]
    n_hosts_in_backoff: int
    hosts_in_backoff: tuple[HostInBackoff, ...]
    failed_entries: tuple[FailedEntry, ...]
    changed_sites: tuple[ChangedSite, ...]
    deliveries: DeliveryCounts
    ailing_channels: tuple[AilingChannel, ...]
    poor_reads: PoorReads
    outdated: Count
    unplaced: Unplaced
    database_bytes: int
    page_bytes: int
    postgres_version: str
    migrations: tuple[str, ...]


async def read_status(conn: Connection, reader: str) -> Status:
    """Return the state of everything that is stored; `reader` is today's."""
    row = (await fetch_dicts(conn, SQL.counts, {"most": MOST_COUNTED, "stalled_after_s": STALLED_AFTER_S}))[0]
    few = {"limit": MOST_LISTED}
    failing = await fetch_dicts(conn, SQL.failing_feeds, few)
    backing_off = await fetch_dicts(conn, SQL.hosts_backing_off, few)
    failed = await fetch_dicts(conn, SQL.failed_entries, few)
    outdated = await rereads.count_outdated(conn, reader)
    changed = await furniture.changed_sites(conn, since=row["at"] - CHANGES_TOLD, limit=MOST_LISTED)
    last = await fetch_dicts(conn, SQL.last_article, {})
    migrations = await fetch_dicts(conn, SQL.migrations, {})
    return Status(
        at=row["at"],
        sources=SourceCounts(active=row["sources_active"], paused=row["sources_paused"]),
        feeds=FeedCounts(**_part(row, "feeds_")),
        entries=_entry_counts(row),
        articles=_count(row["articles"], row["articles_estimate"]),
        last_article=LastArticle(**last[0]) if last else None,
        backlog=Backlog(
            n_hosts=row["hosts_due"],
            n_feeds=row["feeds_due"],
            n_entries=_count(row["entries_due"]),
            oldest_due_at=row["oldest_due_at"],
        ),
        queue=QueueCounts(**_part(row, "jobs_")),
        failing_feeds=tuple(FailingFeed(**feed | {"state": FeedState(feed["state"])}) for feed in failing),
        n_hosts_in_backoff=row["hosts_backing_off"],
        hosts_in_backoff=tuple(HostInBackoff(**host) for host in backing_off),
        failed_entries=tuple(FailedEntry(**entry) for entry in failed),
        changed_sites=tuple(changed),
        deliveries=await deliveries.count_deliveries(conn),
        ailing_channels=tuple(await channels.ailing_channels(conn, limit=MOST_LISTED)),
        poor_reads=await _poor_reads(conn),
        outdated=Count(n=outdated, exact=outdated < rereads.MOST_COUNTED),
        unplaced=await tidying.find_unplaced(conn),
        database_bytes=row["database_bytes"],
        page_bytes=row["page_bytes"],
        postgres_version=row["postgres_version"],
        migrations=tuple(migration["name"] for migration in migrations),
    )


async def _poor_reads(conn: Connection) -> PoorReads:
    params = {"days": POOR_READS_DAYS, "most": MOST_POOR_READS, "limit": MOST_DOUBTS}
    rows = await fetch_dicts(conn, SQL.poor_reads, params)
    total = rows[0]["total"] if rows else 0
    doubts = tuple(
        Doubt(n=row["n"], doubt=row["doubt"], article_id=row["id"], title=row["title"], url=row["url"]) for row in rows
    )
    return PoorReads(n=Count(n=total, exact=total < MOST_POOR_READS), days=POOR_READS_DAYS, doubts=doubts)


def _entry_counts(row: Row) -> EntryCounts:
    """Return the counts by state; those stored are the rest, and have no index of their own."""
    counts = {state: _count(row[state]) for state in ("pending", "duplicate", "failed", "skipped")}
    total = _count(row["entries"], row["entries_estimate"])
    stored = Count(
        n=max(0, total.n - sum(count.n for count in counts.values())),
        exact=total.exact and all(count.exact for count in counts.values()),
    )
    return EntryCounts(stored=stored, **counts)


def _count(counted: int, estimate: int | None = None) -> Count:
    if counted < MOST_COUNTED:
        return Count(n=counted)
    return Count(n=max(counted, estimate or 0), exact=False)


def _part(row: Row, prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): n for name, n in row.items() if name.startswith(prefix)}
