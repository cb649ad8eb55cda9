"""The check of one feed: ask, read, record every line, say when to ask again.

Validators and the next check are saved in the transaction that saves the entries they vouch for.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.fetcher import Door, NotModified
from crawler.room import Hold
from news.identity import EntryIdentity, identify
from news.model import (
    Article,
    Entry,
    EntryState,
    FailureKind,
    FeedDocument,
    FeedKind,
    FeedState,
    FetchFailure,
    Page,
    StoredFeed,
    Unreadable,
)
from scheduler import cadence
from scheduler.discovery import find_feeds_of_page
from scheduler.jobs.placing import place_waiting
from scheduler.jobs.rechecks import hasten_edited
from scheduler.jobs.sitemaps import read_sitemaps
from scheduler.kit import Kit
from scheduler.readers import read_feed, read_listing, read_stand_ins
from scheduler.sources import adopt
from store import articles, entries, feeds, placements
from store.entries import AddedEntries
from store.feeds import FeedCheck
from store.rows import Connection

GONE_AFTER = timedelta(days=1)
"""A 410 is believed when it is said again a day later."""

DOORS = {
    FeedKind.SITEMAP: Door.SITEMAP,
    FeedKind.SITEMAP_INDEX: Door.SITEMAP,
    FeedKind.LISTING: Door.HOME,
}


async def check_feed(kit: Kit, feed: StoredFeed) -> FetchFailure | None:
    """Ask a feed and record what it says.

    Returns:
        The failure, when the outlet did not answer or was not asked; None when it did answer, readable or not.
    """
    with kit.room.hold() as hold:
        return await _check(kit, feed, hold)


async def _check(kit: Kit, feed: StoredFeed, hold: Hold) -> FetchFailure | None:
    now = kit.clock.now()
    conditional = feed.full_at is not None and (now - feed.full_at).total_seconds() < kit.config.full_after_s
    answer = await kit.fetcher.fetch(
        feed.url,
        DOORS.get(feed.kind, Door.FEED),
        etag=feed.etag if conditional else None,
        last_modified=feed.last_modified if conditional else None,
        hold=hold,
    )
    if isinstance(answer, FetchFailure) and answer.kind is FailureKind.BUSY and answer.status is None:
        # Nobody was asked: the feed has not failed. It may be another host, where redirects lead to, that is to rest.
        if answer.retry_after_s is not None:
            async with kit.database.connection() as conn:
                await feeds.put_off(conn, feed.id, wait_s=answer.retry_after_s)
        return answer
    kit.tally["feeds"] += 1
    if isinstance(answer, FetchFailure):
        await _record_failure(kit, feed, answer.reason, answer)
        return answer
    if isinstance(answer, NotModified):
        kit.tally["not_modified"] += 1
        await _record_unchanged(kit, feed, max_age_s=max_age_s(answer.headers))
        return None
    await read_answer(kit, feed, answer, hold)
    return None


async def read_answer(kit: Kit, feed: StoredFeed, page: Page, hold: Hold) -> None:
    """Read a feed's answer and record its entries with the validators that vouch for them."""
    body_hash = await asyncio.to_thread(lambda: hashlib.sha256(page.body).digest())
    fresh = replace(
        feed,
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
        body_hash=body_hash,
        full_at=kit.clock.now(),
    )
    if body_hash == feed.body_hash:
        kit.tally["unchanged"] += 1
        await _record_unchanged(kit, fresh, max_age_s=max_age_s(page.headers))
        return
    document = await read_document(kit, feed.kind, page)
    # What follows may ask for more bodies.
    hold.give_back()
    if isinstance(document, Unreadable):
        reason = document.reason
        if feed.first_read_at is None and not document.ended:
            if await adopt(kit, feed, await find_feeds_of_page(kit, feed.url, page)):
                kit.tally["adopted"] += 1
                return
            reason += ", and nothing there lists articles"
        await _record_failure(kit, feed, f"{feed.url}: {reason}", None)
        return
    lines = document.entries
    if document.sitemaps:
        below, vouched_for = await read_sitemaps(kit, document)
        lines = (*lines, *below)
        if not vouched_for:
            fresh = replace(fresh, etag=None, last_modified=None, body_hash=None)
    await _record_lines(kit, fresh, document, lines, page)


async def read_document(kit: Kit, kind: FeedKind, page: Page) -> FeedDocument | Unreadable:
    """Read a page as the kind of feed it is known for, in a child; a listing page by its links."""
    now = kit.clock.now()
    if kind is FeedKind.LISTING:
        return await kit.parse.run(read_listing, page.body, page.final_url, now)
    return await kit.parse.run(read_feed, page.body, page.final_url, page.headers.get("content-type"), now)


async def _record_lines(
    kit: Kit, feed: StoredFeed, document: FeedDocument, lines: tuple[Entry, ...], page: Page
) -> None:
    now = kit.clock.now()
    # A sitemap takes half a second.
    identities = await asyncio.to_thread(identify, lines, feed.url)
    words = await _read_words(kit, lines, identities)
    if isinstance(words, Unreadable):
        await _record_failure(kit, feed, f"{feed.url}: {words.reason}", None)
        return
    await hasten_edited(kit, lines, identities, visited_host=feed.host)
    kind = feed.kind if feed.kind is FeedKind.LISTING else document.kind
    holds_archive = kind in (FeedKind.SITEMAP, FeedKind.SITEMAP_INDEX, FeedKind.LISTING)
    async with kit.database.connection() as conn, conn.transaction():
        added = await entries.add_entries(
            conn,
            feed=feed,
            entries=lines,
            identities=identities,
            now=now,
            skip_older_than=now - timedelta(seconds=kit.config.max_age_s) if holds_archive else None,
        )
        await _store_pageless(conn, kit, added, words, now)
        gap_s = cadence.mean_gap_s(await feeds.recent_seen_at(conn, feed.id), now)
        wish_s = max(document.min_interval_s or 0.0, max_age_s(page.headers))
        wait_s = _interval_s(kit, feed, gap_s, 0, wish_s=wish_s)
        check = FeedCheck.of(
            feed,
            checked_at=now,
            next_check_at=now + timedelta(seconds=wait_s),
            kind=kind,
            title=document.title or feed.title,
            min_interval_s=document.min_interval_s,
            mean_gap_s=gap_s,
            n_failures=0,
            error=None,
            gone_at=None,
            first_read_at=feed.first_read_at or now,
            new_at=now if added.n_new else feed.new_at,
        )
        await feeds.record_check(conn, feed.id, check)
    if added.pageless:
        await place_waiting(kit)
    kit.tally["listed"] += added.n_listed
    kit.tally["new"] += added.n_new
    kit.tally["known"] += added.n_known
    kit.tally["skipped"] += added.n_skipped


async def _read_words(
    kit: Kit, lines: Sequence[Entry], identities: Sequence[EntryIdentity]
) -> dict[bytes, Article | None] | Unreadable:
    """Return the articles made of the words of new lines that have no page of their own, by the lines' keys.

    It stands before the transaction: a child may keep it waiting.
    """
    without_page = {
        identity.key: line for line, identity in zip(lines, identities, strict=True) if not identity.has_page
    }
    if not without_page:
        return {}
    async with kit.database.connection() as conn:
        known = await entries.known_keys(conn, list(without_page))
    new = {key: line for key, line in without_page.items() if key not in known}
    read = await kit.parse.run(read_stand_ins, [(line, line.url or "") for line in new.values()])
    return read if isinstance(read, Unreadable) else dict(zip(new, read, strict=True))


async def _store_pageless(
    conn: Connection, kit: Kit, added: AddedEntries, words: Mapping[bytes, Article | None], now: datetime
) -> None:
    """Store the entries that have no page of their own as articles made of their title and summary."""
    for stored in added.pageless:
        article = words.get(stored.key)
        if article is None:
            reason = "the feed's line has neither a page of its own, a title nor a summary"
            await entries.settle(conn, stored.id, state=EntryState.SKIPPED, reason=reason, now=now)
            kit.note_reason(reason)
            continue
        if not article.url:
            article = replace(article, url=f"urn:wirewatch:entry:{stored.id}")
        article_id, new = await articles.add_article(
            conn, article, key=stored.key, source_id=stored.source_id, fetched_at=now
        )
        if new:
            await placements.put_off(conn, [article_id])
        await entries.settle(
            conn,
            stored.id,
            state=EntryState.STORED,
            reason="the feed's line has no page of its own: its title and summary are the article",
            article_id=article_id,
            now=now,
        )
        kit.tally["stored"] += 1


async def _record_unchanged(kit: Kit, feed: StoredFeed, *, max_age_s: float) -> None:
    now = kit.clock.now()
    wish_s = max(feed.min_interval_s or 0.0, max_age_s)
    wait_s = _interval_s(kit, feed, feed.mean_gap_s, 0, wish_s=wish_s)
    check = FeedCheck.of(
        feed,
        checked_at=now,
        next_check_at=now + timedelta(seconds=wait_s),
        n_failures=0,
        error=None,
        gone_at=None,
    )
    async with kit.database.connection() as conn:
        await feeds.record_check(conn, feed.id, check)


async def _record_failure(kit: Kit, feed: StoredFeed, reason: str, failure: FetchFailure | None) -> None:
    now = kit.clock.now()
    gone = failure is not None and failure.status == 410
    gone_at = (feed.gone_at or now) if gone else None
    is_gone = gone_at is not None and now - gone_at >= GONE_AFTER
    n_failures = feed.n_failures + 1
    wait_s = _interval_s(
        kit, feed, feed.mean_gap_s, n_failures, retry_after_s=failure.retry_after_s if failure else None
    )
    check = FeedCheck.of(
        feed,
        checked_at=now,
        next_check_at=None if is_gone else now + timedelta(seconds=wait_s),
        n_failures=n_failures,
        error=reason,
        gone_at=gone_at,
        state=FeedState.GONE if is_gone else feed.state,
    )
    async with kit.database.connection() as conn:
        await feeds.record_check(conn, feed.id, check)
    kit.tally["feeds_failed"] += 1
    kit.note_reason(reason)


def _interval_s(
    kit: Kit,
    feed: StoredFeed,
    gap_s: float | None,
    n_failures: int,
    *,
    wish_s: float | None = None,
    retry_after_s: float | None = None,
) -> float:
    return cadence.check_interval_s(
        limits=kit.config.limits,
        mean_gap_s=gap_s,
        n_failures=n_failures,
        wish_s=wish_s,
        retry_after_s=retry_after_s,
        spread=cadence.spread_of(feed.id),
    )


def max_age_s(headers: Mapping[str, str]) -> float:
    """Return the freshness an answer claims by `Cache-Control: max-age`, in seconds; 0 where it claims none."""
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('" ').isdigit():
            return float(min(int(value.strip('" ')), 10**9))
    return 0.0
