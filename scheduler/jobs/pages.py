"""The fetch of one entry's page: ask, read, store page, article and the entry's end in one transaction.

If the page cannot be fetched or read, the entry's own title and summary stand in, marked as such, and the page is
tried again later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawler.fetcher import Door
from crawler.room import Hold
from news.model import Article, EntryState, FailureKind, FetchFailure, Page, StoredEntry, Unreadable
from news.urls import canonical_url, origin
from scheduler import cadence
from scheduler.jobs.addresses import store_article
from scheduler.jobs.furniture import Sites, furniture_for
from scheduler.jobs.stories import place
from scheduler.jobs.watches import match
from scheduler.kit import Kit
from scheduler.readers import PageReading, keep_page, read_page, read_stand_ins
from store import articles, entries, pages, rechecks

STAND_IN_AFTER_S = 3600.0
"""A page whose host is busy may come soon; after so long its entry's own words are stored."""

LEADS_TO_FRONT = "its address leads to the front page, as outlets do with pages that are gone"


async def ask_page(kit: Kit, entry: StoredEntry, hold: Hold) -> Page | FetchFailure:
    """Fetch the page of a pending entry; a failure is recorded, a page is not yet."""
    assert entry.entry.url is not None, "an entry without a page is never pending"
    answer = await kit.fetcher.fetch(entry.entry.url, Door.PAGE, hold=hold)
    if isinstance(answer, Page):
        kit.tally["fetched"] += 1
        return replace(answer, fetched_at=kit.clock.now())
    assert isinstance(answer, FetchFailure), "no validators were sent"
    await _put_off(kit, entry, answer, answer.reason)
    return answer


async def read_answer(kit: Kit, entry: StoredEntry, page: Page, sites: Sites) -> None:
    """Read a fetched page in a child and store what it says, or record why that cannot be read."""
    if is_front(page.final_url) and not is_front(entry.entry.url):
        await _put_off(kit, entry, None, LEADS_TO_FRONT)
        return
    known = furniture_for(await sites.find(kit, page.final_url, entry.source_id), page.final_url)
    reading = await kit.parse.run(read_page, page, entry.entry, kit.clock.now(), known)
    if isinstance(reading, Unreadable):
        reading = await kit.parse.run(keep_page, page.body, reading)
    if isinstance(reading, Unreadable):
        await _put_off(kit, entry, None, reading.reason)
    elif isinstance(reading.article, Unreadable):
        await _put_off(kit, entry, None, reading.article.reason, page=page, reading=reading)
    else:
        await _store(kit, entry, page, reading, reading.article, sites)


async def _store(
    kit: Kit, entry: StoredEntry, page: Page, reading: PageReading, article: Article, sites: Sites
) -> None:
    now = kit.clock.now()
    async with kit.database.connection() as conn, conn.transaction():
        if not await entries.lock_pending(conn, entry.id):
            return  # another worker took us for dead, or a stored page of it was read again, and it has come to its end
        article_id, new = await store_article(conn, article, entry, page)
        async with conn.pipeline():
            await pages.add_page(conn, entry_id=entry.id, article_id=article_id, page=page, body_zstd=reading.body_zstd)
            await entries.settle(
                conn,
                entry.id,
                state=EntryState.STORED if new else EntryState.DUPLICATE,
                reason=None
                if new
                else f"duplicate of article {article_id}: the page says its address is {article.url}",
                article_id=article_id,
                n_attempts=entry.n_attempts + 1,
                now=now,
            )
            if new:
                next_at = _recheck_at(kit, article, page)
                await rechecks.add_recheck(conn, article_id=article_id, entry_id=entry.id, page=page, next_at=next_at)
        if new:
            # Last: others of its language wait from here to the end.
            await place(
                conn,
                article_id,
                article,
                source_id=entry.source_id,
                fetched_at=page.fetched_at,
                imprint=reading.imprint,
            )
            await match(conn, article_id, entry_id=entry.id, first_read_age_s=kit.config.first_read_age_s)
        if new and reading.seen is not None:
            await sites.learn(conn, reading.seen, page.final_url, entry.source_id)
    kit.tally["stored" if new else "duplicate"] += 1


async def _put_off(
    kit: Kit,
    entry: StoredEntry,
    failure: FetchFailure | None,
    reason: str,
    *,
    page: Page | None = None,
    reading: PageReading | None = None,
) -> None:
    """Record an attempt that brought no article: try again later, or give up; the entry's own words stand in."""
    now = kit.clock.now()
    refused = (
        failure is not None and failure.lasting and failure.kind in (FailureKind.ROBOTS, FailureKind.REFUSED_ADDRESS)
    )
    waited_s = (now - entry.seen_at).total_seconds()
    again_at: datetime | None
    if failure is not None and cadence.is_host_closed(failure) and waited_s < kit.config.give_up_s:
        n_attempts, again_at = entry.n_attempts, cadence.next_turn_at(failure, waited_s, now)
    else:
        n_attempts = entry.n_attempts + 1
        again_at = None if refused else cadence.next_attempt_at(failure, n_attempts, now)
    comes_soon = failure is not None and failure.kind is FailureKind.BUSY and waited_s < STAND_IN_AFTER_S
    stand_in = None if comes_soon or entry.article_id is not None else await _read_stand_in(kit, entry)
    async with kit.database.connection() as conn, conn.transaction():
        if not await entries.lock_pending(conn, entry.id):
            return  # another worker took us for dead, and has come to its end
        article_id = entry.article_id
        if stand_in is not None:
            article_id, new = await articles.add_article(
                conn, stand_in, key=entry.key, source_id=entry.source_id, fetched_at=now
            )
            if new:
                await place(conn, article_id, stand_in, source_id=entry.source_id, fetched_at=now)
                await match(conn, article_id, entry_id=entry.id, first_read_age_s=kit.config.first_read_age_s)
        if page is not None and reading is not None:
            await pages.add_page(
                conn,
                entry_id=entry.id,
                article_id=None,
                page=page,
                body_zstd=reading.body_zstd,
                unreadable_by=reading.reader,
            )
        if again_at is None:
            state = EntryState.SKIPPED if refused else EntryState.FAILED
            await entries.settle(
                conn, entry.id, state=state, reason=reason, article_id=article_id, n_attempts=n_attempts, now=now
            )
            kit.tally[state.value] += 1
        else:
            await entries.retry_later(
                conn, entry.id, reason=reason, next_attempt_at=again_at, n_attempts=n_attempts, article_id=article_id
            )
            kit.tally["put_off"] += 1
    kit.note_reason(reason)


def _recheck_at(kit: Kit, article: Article, page: Page) -> datetime | None:
    published_at = article.published.at if article.published else None
    return cadence.next_recheck_at(kit.config.recheck_after_s, page.fetched_at, page.fetched_at, published_at)


def is_front(url: str | None) -> bool:
    """Return whether an address is that of its site's front page."""
    return url is not None and canonical_url(url) == canonical_url(origin(url))


async def _read_stand_in(kit: Kit, entry: StoredEntry) -> Article | None:
    """Return the article made of the entry's own words, in a child as all reading; None where it has none."""
    read = await kit.parse.run(read_stand_ins, [(entry.entry, entry.entry.url or "")])
    return None if isinstance(read, Unreadable) else read[0]
