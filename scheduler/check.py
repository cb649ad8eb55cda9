"""The dry run of a source: what each of its feeds lists now, and what would come of it. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.fetcher import Door
from news.identity import identify
from news.model import FeedDocument, FetchFailure, Page, StoredFeed, StoredSource, Unreadable
from scheduler.jobs.feeds import DOORS, read_document
from scheduler.kit import Kit
from store import entries, feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """What a feed says now.

    Attributes:
        problem: Why there is no document; None when there is one.
        known: For each entry of the document whether it is known already.
    """

    feed: StoredFeed
    document: FeedDocument | None = None
    problem: str | None = None
    known: tuple[bool, ...] = ()


async def check_source(kit: Kit, source: StoredSource) -> list[FeedReport]:
    """Ask every feed of a source, without validators, and tell what is new. Nothing is stored."""
    async with kit.database.connection() as conn:
        stored = await feeds.list_feeds(conn, source.id)
    return [await _check(kit, feed) for feed in stored]


async def _check(kit: Kit, feed: StoredFeed) -> FeedReport:
    kit.gate.look_again(feed.url)
    answer = await kit.fetcher.fetch(feed.url, DOORS.get(feed.kind, Door.FEED))
    if not isinstance(answer, Page):
        reason = (
            answer.reason if isinstance(answer, FetchFailure) else "it answered 304 to a request without a condition"
        )
        return FeedReport(feed=feed, problem=reason)
    document = await read_document(kit, feed.kind, answer)
    if isinstance(document, Unreadable):
        return FeedReport(feed=feed, problem=document.reason)
    keys = [identity.key for identity in identify(document.entries, feed.url)]
    async with kit.database.connection() as conn:
        known = await entries.known_keys(conn, keys)
    return FeedReport(feed=feed, document=document, known=tuple(key in known for key in keys))
