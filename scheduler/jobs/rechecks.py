"""The page of a young article, asked for again: what the outlet changed is a revision, what it took away is told.

A reading is compared with what today's reader makes of the page as it was: so neither a better reader nor what the site
has taught meanwhile is taken for the outlet's hand. When pages are asked for again says `cadence`; a visit does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import nlargest

from crawler.fetcher import Door, NotModified
from news.identity import EntryIdentity
from news.likeness import is_same_article
from news.model import (
    Article,
    Entry,
    FailureKind,
    FetchFailure,
    Page,
    Precision,
    StoredArticle,
    StoredEntry,
    Unreadable,
)
from news.revisions import Cause, is_retracted
from news.urls import url_key
from scheduler import cadence
from scheduler.jobs.furniture import find_site, furniture_for
from scheduler.jobs.pages import LEADS_TO_FRONT, is_front
from scheduler.jobs.stories import place
from scheduler.jobs.watches import match
from scheduler.kit import Kit
from scheduler.readers import PageReading, read_again, read_page
from store import articles, entries, occasions, pages, rechecks, revisions
from store.pages import KeptPage
from store.rechecks import Recheck
from store.rows import Connection

GONE = {404, 410}

UNCHANGED = "unchanged"

MOST_EDITED = 1000
"""Lines of a feed, those edited last: a sitemap may say so of 50,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is stored of an article: as it is, with the entry it is stored for and its page, where that is kept."""

    stored: StoredArticle
    entry: StoredEntry
    kept: KeptPage | None


async def ask_again(kit: Kit, one: Recheck) -> FetchFailure | None:
    """Ask for the page of an article again, and record what came of it; return the failure where nothing came."""
    with kit.room.hold() as hold:
        answer = await kit.fetcher.fetch(one.url, Door.PAGE, etag=one.etag, last_modified=one.last_modified, hold=hold)
        kit.tally["rechecked"] += 1
        if isinstance(answer, FetchFailure):
            await _record_failure(kit, one, answer)
            return answer
        if isinstance(answer, NotModified):
            await _record(kit, one, UNCHANGED)
        else:
            await _read(kit, one, replace(answer, fetched_at=kit.clock.now()))
    return None


async def hasten_edited(
    kit: Kit, lines: Sequence[Entry], identities: Sequence[EntryIdentity], *, visited_host: str
) -> None:
    """Let the pages of known lines be asked for soon that their feed says were edited since we asked last.

    It stands before the transaction that saves the feed's validators: done twice, it does no harm.
    """
    found = ((at, identity.key) for line, identity in zip(lines, identities, strict=True) if (at := _edited_at(line)))
    edited = {key: at for at, key in nlargest(MOST_EDITED, found)}
    if edited and kit.config.recheck_after_s:
        async with kit.database.connection() as conn, conn.transaction():
            await rechecks.hasten(conn, edited, visited_host=visited_host)


def _edited_at(line: Entry) -> datetime | None:
    """Return when a line says that its article was edited; many feeds date an edited article anew instead."""
    moments = (line.updated, line.published)
    return max((one.at for one in moments if one is not None and one.precision is Precision.TIME), default=None)


async def _read(kit: Kit, one: Recheck, page: Page) -> None:
    """Read the page and see whether the outlet changed the article."""
    if is_front(page.final_url) and not is_front(one.url):
        await _put_off(kit, one, LEADS_TO_FRONT)
        return
    async with kit.database.connection() as conn:
        entry = await entries.find_entry(conn, one.entry_id)
        known = _Known(
            stored=await articles.find_article(conn, one.article_id),
            entry=entry,
            kept=await pages.find_of_entry(conn, one.entry_id),
        )
        site = await find_site(conn, page.final_url, entry.source_id)
    furniture = furniture_for(site, page.final_url)
    reading = await kit.parse.run(read_page, page, entry.entry, page.fetched_at, furniture)
    if isinstance(reading, Unreadable):
        await _put_off(kit, one, reading.reason)
        return
    if isinstance(reading.article, Unreadable):
        await _put_off(kit, one, reading.article.reason)
        return
    before = known.stored.article
    after = articles.as_stored(replace(reading.article, url=before.url), page.fetched_at)
    if _is_unchanged(before, after) or not await _is_outlets(kit, known, after):
        await _record(kit, one, UNCHANGED, page=page)
    elif is_same_article(before, after) and not is_retracted(before.text, after.text):
        await _revise(kit, one, known, page, reading, after)
    elif url_key(page.final_url) != url_key(one.url):
        await _put_off(kit, one, "its address leads to another article")
    elif one.n_gone == 0:
        await _doubt(kit, one, "next to nothing of it is left")
    else:
        await _revise(kit, one, known, page, reading, after)


def _is_unchanged(before: Article, after: Article) -> bool:
    """Return whether the article is what it was; dates that move alone, as those of a page made anew, are no change."""
    return (before.title, before.text) == (after.title, after.text)


async def _is_outlets(kit: Kit, known: _Known, after: Article) -> bool:
    """Return whether it is the outlet that changed the article: today's reader reads the page of before otherwise.

    Without that page a reading by another reader proves nothing.
    """
    if known.kept is None:
        return known.stored.article.reader == after.reader
    page = known.kept.page
    async with kit.database.connection() as conn:
        site = await find_site(conn, page.final_url, known.entry.source_id)
    furniture = furniture_for(site, page.final_url)
    again = await kit.parse.run(
        read_again, page, known.kept.body_zstd, known.kept.n_body_bytes, known.entry.entry, furniture
    )
    if isinstance(again, Unreadable):
        return False
    return not _is_unchanged(articles.as_stored(replace(again, url=after.url), page.fetched_at), after)


async def _revise(kit: Kit, one: Recheck, known: _Known, page: Page, reading: PageReading, after: Article) -> None:
    """Put the new state in the place of the old one; who is told of revisions is told, and who waits for its words."""
    async with kit.database.connection() as conn, conn.transaction():
        if not await rechecks.lock_due(conn, one):
            return
        changes = await revisions.revise_article(
            conn, one.article_id, after, cause=Cause.OUTLET, fetched_at=page.fetched_at
        )
        await pages.add_page(
            conn, entry_id=one.entry_id, article_id=one.article_id, page=page, body_zstd=reading.body_zstd
        )
        await place(conn, one.article_id, after, source_id=known.entry.source_id, fetched_at=known.stored.fetched_at)
        await match(conn, one.article_id, first_read_age_s=kit.config.first_read_age_s)
        what = " and ".join(fact for fact in ("title", "text") if fact in changes)
        await _note(conn, kit, one, f"the outlet changed its {what}", page=page)
    kit.tally["revised"] += 1


async def _record(kit: Kit, one: Recheck, outcome: str, *, page: Page | None = None) -> None:
    async with kit.database.connection() as conn, conn.transaction():
        if await rechecks.lock_due(conn, one):
            await _note(conn, kit, one, outcome, page=page)


async def _note(conn: Connection, kit: Kit, one: Recheck, outcome: str, *, page: Page | None = None) -> None:
    now = kit.clock.now()
    next_at = cadence.next_recheck_at(kit.config.recheck_after_s, one.stored_at, now)
    await rechecks.record_recheck(conn, one, asked_at=now, next_at=next_at, outcome=outcome, page=page)


async def _record_failure(kit: Kit, one: Recheck, failure: FetchFailure) -> None:
    """Record that nothing came. A page that is gone twice was taken back; all else is put off."""
    if failure.kind is FailureKind.BUSY and failure.host is None:
        return  # the fetcher is closing: it stays due
    if failure.status not in GONE:
        await _put_off(kit, one, failure.reason, retry_after_s=failure.retry_after_s)
        return
    if one.n_gone == 0:
        await _doubt(kit, one, failure.reason)
        return
    now = kit.clock.now()
    async with kit.database.connection() as conn, conn.transaction():
        if not await rechecks.lock_due(conn, one):
            return
        await occasions.tell_retraction(conn, one.article_id, failure.reason)
        await rechecks.record_recheck(
            conn,
            one,
            asked_at=now,
            next_at=cadence.next_recheck_at(kit.config.recheck_after_s, one.stored_at, now),
            outcome=f"taken back: {failure.reason}",
            n_gone=one.n_gone + 1,
        )
    if one.n_gone == 1:
        kit.tally["taken_back"] += 1


async def _doubt(kit: Kit, one: Recheck, reason: str) -> None:
    """Record that the article seems to be taken back; it is believed when it still is after a while."""
    now = kit.clock.now()
    async with kit.database.connection() as conn, conn.transaction():
        if await rechecks.lock_due(conn, one):
            next_at = now + timedelta(seconds=cadence.RECHECK_AGAIN_S)
            await rechecks.record_recheck(conn, one, asked_at=now, next_at=next_at, outcome=reason, n_gone=1)


async def _put_off(kit: Kit, one: Recheck, reason: str, *, retry_after_s: float | None = None) -> None:
    now = kit.clock.now()
    next_at = cadence.put_off_recheck_at(kit.config.recheck_after_s, one.stored_at, now, retry_after_s)
    async with kit.database.connection() as conn, conn.transaction():
        if await rechecks.lock_due(conn, one):
            await rechecks.record_recheck(
                conn, one, asked_at=now, next_at=next_at, outcome=f"put off: {reason}", n_gone=one.n_gone
            )
