"""Adds sources: one by looking at it, thousands from a list without looking.

What a list names is looked at by its first visit: a page that turns out to be no feed is searched for feeds then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractors.opml import ListedSource, Problem
from news.errors import BadURLError
from news.model import FeedKind, FeedState, StoredFeed, StoredSource
from news.urls import canonical_url, clean_url, clean_url_or_none, host_name
from scheduler.discovery import Findings, find_feeds
from scheduler.kit import Kit
from store import feeds, hosts, sources
from store.rows import Connection

IMPORT_BATCH = 100
"""Lines a transaction: a crash loses at most these, and importing again repeats nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSource:
    """A source with what was found there. `new` is False when it was watched already."""

    source: StoredSource
    new: bool
    findings: Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a list of sources. `known` are the lines whose feed was watched already, or stood above."""

    n_added: int
    known: tuple[ListedSource, ...]
    problems: tuple[Problem, ...]


async def add_source(kit: Kit, text: str, name: str | None = None) -> AddedSource:
    """Find an outlet's feeds, store them, and watch the chosen one from now on.

    Args:
        kit: The process's tools.
        text: A home page, a section or a feed.
        name: What commands shall call it; the host's name where None.

    Raises:
        BadURLError: It is no URL.
        SourceUnreachableError: It does not answer, or nothing there lists articles.
    """
    findings = await find_feeds(kit, text)
    now = kit.clock.now()
    async with kit.database.connection() as conn, conn.transaction():
        source, new = await sources.add_source(
            conn, name=name or findings.source_name, url=findings.home_url, language=findings.language
        )
        for found in findings.feeds:
            await feeds.add_feed(
                conn,
                source_id=source.id,
                url=found.url,
                kind=found.kind,
                state=FeedState.ACTIVE if found.chosen else FeedState.ALTERNATIVE,
                title=found.title,
                due_at=now if found.chosen else None,
            )
    return AddedSource(source=source, new=new, findings=findings)


async def import_sources(
    kit: Kit, listed: Sequence[ListedSource], on_progress: Callable[[int], None] = lambda n_done: None
) -> ImportReport:
    """Store listed sources without asking them; their first visit does. Bad lines are named, the others go in."""
    problems: list[Problem] = []
    known: list[ListedSource] = []
    n_added = 0
    for start in range(0, len(listed), IMPORT_BATCH):
        batch = listed[start : start + IMPORT_BATCH]
        async with kit.database.connection() as conn, conn.transaction():
            # In the one order, before the lines lock them in theirs: visits lock several hosts too.
            names = [host_name(url) for line in batch if (url := clean_url_or_none(line.url)) is not None]
            await hosts.lock_hosts(conn, list((await hosts.ensure_hosts(conn, names)).values()))
            for line in batch:
                try:
                    new = await _add_listed(conn, kit, line)
                except BadURLError as error:
                    problems.append(Problem(line=line.line, text=str(error)))
                    continue
                n_added += new
                if not new:
                    known.append(line)
        on_progress(start + len(batch))
    return ImportReport(n_added=n_added, known=tuple(known), problems=tuple(problems))


async def _add_listed(conn: Connection, kit: Kit, line: ListedSource) -> bool:
    """Store one listed source; return whether its feed is new."""
    url = clean_url(line.url)
    source, _ = await sources.add_source(
        conn, name=line.title or host_name(url).removeprefix("www."), url=line.home_url or url
    )
    _, new = await feeds.add_feed(
        conn,
        source_id=source.id,
        url=url,
        kind=FeedKind.RSS,
        state=FeedState.ACTIVE,
        due_at=kit.clock.now(),
    )
    return new


async def adopt(kit: Kit, feed: StoredFeed, findings: Findings) -> bool:
    """Let what was found on a page take the place of a feed that was never read; return whether anything was found.

    The page's own URL stays when it is its own listing, and gives way to another spelling that is a feed; otherwise it
    is kept as an alternative.
    """
    if not findings.feeds:
        return False
    now = kit.clock.now()
    async with kit.database.connection() as conn, conn.transaction():
        for found in findings.feeds:
            state = FeedState.ACTIVE if found.chosen else FeedState.ALTERNATIVE
            if canonical_url(found.url) == canonical_url(feed.url):
                due_at = now if found.chosen else None
                await feeds.change_feed(
                    conn, feed, kind=found.kind, state=state, due_at=due_at, url=clean_url(found.url)
                )
                continue
            await feeds.add_feed(
                conn,
                source_id=feed.source_id,
                url=found.url,
                kind=found.kind,
                state=state,
                title=found.title,
                due_at=now if found.chosen else None,
            )
        if not any(canonical_url(found.url) == canonical_url(feed.url) for found in findings.feeds):
            await feeds.change_feed(
                conn, feed, kind=FeedKind.LISTING, state=FeedState.ALTERNATIVE, due_at=None, url=feed.url
            )
    return True
