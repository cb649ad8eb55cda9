"""Reading stored pages again with today's reader: what changes, and, unless only asked for, writing it.

The same parse children as ever, given what the first reading was given: the body, the feed's line, the day it was
fetched. Each page is one short transaction, and the reader's name its mark: killed and started again, it goes on; two
at once, or a worker at the same pages, do no harm. Nothing is fetched, and nobody is alerted.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from news.model import Article, EntryState, Unreadable
from news.revisions import Cause, changed_facts
from scheduler.jobs import furniture
from scheduler.jobs.addresses import store_article
from scheduler.jobs.stories import place
from scheduler.parsing import ParsePool
from scheduler.readers import read_again
from store import articles, entries, rereads, revisions
from store.database import Database
from store.rereads import Choice, StoredPage
from store.rows import Connection

MOST_REASONS = 1000
"""Told apart; the rest is counted as one."""

OTHER_REASONS = "other reasons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What today's reader makes of an article.

    Attributes:
        article_id: None where there was none: only the entry's own words stood in for its page, or not even these.
        before: As stored; None likewise.
        facts: The names of the fields that differ.
    """

    article_id: int | None
    url: str
    before: Article | None
    after: Article
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadReport:
    """What reading again found, or did.

    Attributes:
        reader: Today's.
        n_due: Pages to be read again when it began, within the limit.
        n_read: Pages read so far, whatever came of it.
        n_changed: Articles with another fact; `facts` says how often which.
        n_shorter, n_longer: Of these, those whose text is.
        n_recovered: Articles of pages that could not be read before.
        n_unreadable: Pages that today's reader cannot read; what was stored stays.
        n_overtaken: Pages that somebody else changed, read or deleted meanwhile.
        n_without_page: Articles that cannot be read again: their page is not stored any more. Counted up to 10,000.
        facts, reasons: How often which fact changed, and why pages are unreadable; the commonest first.
        corrections: The first few, for people.
    """

    reader: str
    dry_run: bool
    n_due: int
    n_read: int
    n_unchanged: int
    n_changed: int
    n_shorter: int
    n_longer: int
    n_recovered: int
    n_unreadable: int
    n_overtaken: int
    n_without_page: int
    facts: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    corrections: tuple[Correction, ...]
    seconds: float


async def reread(
    database: Database,
    parse: ParsePool,
    choice: Choice,
    *,
    dry_run: bool,
    limit: int | None = None,
    n_corrections: int = 0,
    n_at_once: int = 3,
    on_progress: Callable[[RereadReport], None] = lambda report: None,
) -> RereadReport:
    """Read stored pages again, the oldest first.

    Args:
        database: Each page takes a connection for a moment.
        parse: The children that read.
        choice: Which pages.
        dry_run: Write nothing, only tell what would change.
        limit: At most so many pages.
        n_corrections: So many changed articles are told in full.
        n_at_once: Pages in memory at once: one more than there are children, so that none waits.
        on_progress: Called after each page.
    """
    work = _Rereading(database, parse, choice, dry_run=dry_run, limit=limit, n_corrections=n_corrections)
    if await work.count() == 0:
        return work.report()
    async for page_ids in rereads.walk(database, choice):
        left = iter(page_ids if limit is None else page_ids[: limit - work.n_taken])
        async with asyncio.TaskGroup() as readers:
            for _ in range(n_at_once):
                readers.create_task(work.read_pages(left, on_progress))
        if limit is not None and work.n_taken >= limit:
            break
    return work.report()


class _Rereading:
    """The work under way, and its tally."""

    def __init__(
        self,
        database: Database,
        parse: ParsePool,
        choice: Choice,
        *,
        dry_run: bool,
        limit: int | None,
        n_corrections: int,
    ) -> None:
        self.n_taken = 0
        self._database = database
        self._parse = parse
        self._choice = choice
        self._dry_run = dry_run
        self._limit = limit
        self._n_corrections = n_corrections
        self._n_due = 0
        self._n_without_page = 0
        self._tally: Counter[str] = Counter()
        self._facts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._corrections: list[Correction] = []
        self._began = time.monotonic()

    async def count(self) -> int:
        """See how much there is to do, and return it."""
        async with self._database.connection() as conn:
            self._n_without_page = await rereads.count_without_page(conn, self._choice)
        async for page_ids in rereads.walk(self._database, self._choice):
            self._n_due += len(page_ids)
        if self._limit is not None:
            self._n_due = min(self._n_due, self._limit)
        return self._n_due

    async def read_pages(self, page_ids: Iterator[int], on_progress: Callable[[RereadReport], None]) -> None:
        """Read pages as long as there are some; several of these share the ids."""
        for page_id in page_ids:
            self.n_taken += 1
            await self._read(page_id)
            self._tally["read"] += 1
            on_progress(self.report())

    async def _read(self, page_id: int) -> None:
        async with self._database.connection() as conn:
            seen = await rereads.find_page(conn, page_id)
            if seen is None or self._is_done(seen):
                self._tally["overtaken"] += 1
                return
            site = await furniture.find_site(conn, seen.page.final_url, seen.entry.source_id)
        known = furniture.furniture_for(site, seen.page.final_url)
        read = await self._parse.run(read_again, seen.page, seen.body_zstd, seen.n_body_bytes, seen.entry.entry, known)
        if isinstance(read, Unreadable):
            await self._note_unreadable(seen, read)
        elif seen.article is None:
            await self._recover(seen, read)
        else:
            await self._correct(seen, read)

    def _is_done(self, seen: StoredPage) -> bool:
        """Return whether somebody else has read it since its id was taken."""
        was_read = seen.article is not None and seen.article.article.reader == self._choice.reader
        return was_read and not self._choice.all_readers

    async def _note_unreadable(self, seen: StoredPage, read: Unreadable) -> None:
        if not self._dry_run:
            async with self._database.connection() as conn:
                await rereads.note_unreadable(conn, seen.id, self._choice.reader)
        self._tally["unreadable"] += 1
        known = read.reason in self._reasons or len(self._reasons) < MOST_REASONS
        self._reasons[read.reason if known else OTHER_REASONS] += 1

    async def _correct(self, seen: StoredPage, read: Article) -> None:
        assert seen.article is not None, "there is an article to correct"
        before = seen.article.article
        fetched_at = seen.page.fetched_at
        after = articles.as_stored(replace(read, url=before.url), fetched_at)
        facts = changed_facts(before, after)
        if not self._dry_run:
            async with self._database.connection() as conn, conn.transaction():
                if not await rereads.lock_unchanged(conn, seen):
                    self._tally["overtaken"] += 1
                    return
                facts = await revisions.revise_article(
                    conn, seen.article.id, read, cause=Cause.READER, fetched_at=fetched_at
                )
                if "text" in facts or "title" in facts:
                    await place(
                        conn,
                        seen.article.id,
                        after,
                        source_id=seen.entry.source_id,
                        fetched_at=seen.article.fetched_at,
                    )
                await rereads.note_read(conn, seen.id, seen.article.id)
        if not facts:
            self._tally["unchanged"] += 1
            return
        self._tally["changed"] += 1
        self._facts.update(facts)
        if "text" in facts:
            self._tally["shorter"] += len(after.text) < len(before.text)
            self._tally["longer"] += len(after.text) > len(before.text)
        self._show(Correction(article_id=seen.article.id, url=before.url, before=before, after=after, facts=facts))

    async def _recover(self, seen: StoredPage, read: Article) -> None:
        """Give an entry the article of its page, in the place of its own words."""
        before = None
        if not self._dry_run:
            async with self._database.connection() as conn, conn.transaction():
                if not await rereads.lock_unread(conn, seen.entry.id):
                    self._tally["overtaken"] += 1
                    return
                await _store(conn, seen, read)
        elif seen.entry.article_id is not None:
            async with self._database.connection() as conn:
                before = (await articles.find_article(conn, seen.entry.article_id)).article
        self._tally["recovered"] += 1
        after = articles.as_stored(read, seen.page.fetched_at)
        self._show(
            Correction(article_id=seen.entry.article_id, url=after.url, before=before, after=after, facts=("text",))
        )

    def _show(self, correction: Correction) -> None:
        if len(self._corrections) < self._n_corrections:
            self._corrections.append(correction)

    def report(self) -> RereadReport:
        """Return the tally so far."""
        tally = self._tally
        return RereadReport(
            reader=self._choice.reader,
            dry_run=self._dry_run,
            n_due=max(self._n_due, tally["read"]),
            n_read=tally["read"],
            n_unchanged=tally["unchanged"],
            n_changed=tally["changed"],
            n_shorter=tally["shorter"],
            n_longer=tally["longer"],
            n_recovered=tally["recovered"],
            n_unreadable=tally["unreadable"],
            n_overtaken=tally["overtaken"],
            n_without_page=self._n_without_page,
            facts=tuple(self._facts.most_common()),
            reasons=tuple(self._reasons.most_common()),
            corrections=tuple(self._corrections),
            seconds=time.monotonic() - self._began,
        )


async def _store(conn: Connection, seen: StoredPage, read: Article) -> None:
    # What stands in for it may have come since the page was looked at.
    entry = await entries.find_entry(conn, seen.entry.id)
    article_id, new = await store_article(conn, read, entry, seen.page)
    if new:
        await place(conn, article_id, read, source_id=entry.source_id, fetched_at=seen.page.fetched_at)
    await rereads.note_read(conn, seen.id, article_id)
    await rereads.settle_read(
        conn,
        entry.id,
        article_id=article_id,
        state=EntryState.STORED if new else EntryState.DUPLICATE,
        reason=None if new else f"duplicate of article {article_id}: the page says its address is {read.url}",
    )
