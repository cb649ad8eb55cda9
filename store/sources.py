"""Sources: outlets we watch. Finding their feeds is the scheduler's business, their feeds' state `feeds`'."""

from __future__ import annotations

import difflib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from news.errors import BadURLError, NotFoundError
from news.model import SourceState, StoredSource
from news.urls import clean_url, host_name, url_key
from store import hosts, queries
from store.rows import Connection, clean_line, fetch_dicts, noun_row, storable_language
from store.transactions import atomic

SQL = queries.load("sources")

MOST_NAME_CHARS = 200

MOST_NAMES = 10_000
"""Names looked through for a suggestion, in an error message only."""

REMOVED_REASON = "its source was removed before the page was fetched"

source_row = noun_row(StoredSource, state=SourceState)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """A source with its health.

    Attributes:
        n_feeds: Feeds that are asked.
        n_failing: Feeds that failed when asked last, or are gone.
        last_new_at: When a feed last brought something new.
        next_check_at: When the first feed is asked again; None when none is.
        error: The last error of the feed that failed most often in a row.
    """

    source: StoredSource
    n_feeds: int
    n_articles: int
    n_failing: int
    last_new_at: datetime | None
    next_check_at: datetime | None
    error: str | None


@atomic
async def add_source(
    conn: Connection, *, name: str, url: str, language: str | None = None
) -> tuple[StoredSource, bool]:
    """Store a source, or bring a removed one back.

    A name that another source bears gets the host's behind it, or a number; an empty one becomes the host's name.

    Returns:
        The source, and whether it is new or back. One that is stored already stays as it is.

    Raises:
        BadURLError: The URL is none.
    """
    url = clean_url(url)
    key = url_key(url)
    host = host_name(url)
    stem = clean_line(name, MOST_NAME_CHARS) or host
    candidates = _names(conn, stem, host)
    while True:
        known = await _find(conn, "find_by_url_key", url_key=key)
        if known is not None:
            if known.state is not SourceState.REMOVED:
                return known, False
            await set_state(conn, known.id, SourceState.ACTIVE)
            return replace(known, state=SourceState.ACTIVE), True
        params = {
            "name": await anext(candidates),
            "url": url,
            "url_key": key,
            "language": storable_language(language),
        }
        new = await _find(conn, "add_source", **params)
        if new is not None:
            return new, True


async def find_source(conn: Connection, name_or_url: str, *, include_removed: bool = False) -> StoredSource:
    """Return the source of that name, home page or feed.

    Raises:
        NotFoundError: There is none; the text suggests names that are alike.
    """
    name = clean_line(name_or_url, MOST_NAME_CHARS) or ""
    found = await _find(conn, "find_by_name", name=name, include_removed=include_removed)
    if found is not None:
        return found
    try:
        key = url_key(clean_url(name_or_url))
    except BadURLError:
        pass
    else:
        for query in ("find_by_url_key", "find_by_feed"):
            found = await _find(conn, query, url_key=key)
            if found is not None and (include_removed or found.state is not SourceState.REMOVED):
                return found
    names = [row["name"] for row in await fetch_dicts(conn, SQL.list_names, {"limit": MOST_NAMES})]
    raise NotFoundError(f"source: {name or repr(name)}: not watched{_suggestion(name, names)}")


async def list_sources(conn: Connection, *, include_removed: bool = False) -> list[SourceReport]:
    """Return every source with its health, by name."""
    reports = []
    for row in await fetch_dicts(conn, SQL.list_sources, {"include_removed": include_removed}):
        source = StoredSource(
            id=row.pop("id"),
            name=row.pop("name"),
            url=row.pop("url"),
            state=SourceState(row.pop("state")),
            language=row.pop("language"),
            added_at=row.pop("added_at"),
        )
        reports.append(SourceReport(source=source, **row))
    return reports


@atomic
async def set_state(conn: Connection, source_id: int, state: SourceState) -> None:
    """Watch a source, pause it, or remove it.

    While it is paused its feeds are not asked and its pending pages wait. When it is removed, what it brought stays;
    pages that wait are left, unless another source lists them too. When it is brought back, they are not left any more.

    Raises:
        NotFoundError: There is no source of that id.
    """
    async with conn.cursor() as cursor:
        await cursor.execute(SQL.set_state, {"source_id": source_id, "state": state.value})
        if await cursor.fetchone() is None:
            raise NotFoundError(f"source: {source_id}: no source has this id")
    if state is SourceState.ACTIVE:
        await conn.execute(SQL.bring_entries_back, {"source_id": source_id, "reason": REMOVED_REASON})
        await make_due(conn, [source_id])
        return
    await conn.execute(SQL.stop_feeds, {"source_id": source_id})
    if state is SourceState.REMOVED:
        await _leave_entries(conn, source_id)


@atomic
async def end_removed(conn: Connection) -> int:
    """Leave the entries that came to removed sources while they were being removed; return of how many sources."""
    found = await fetch_dicts(conn, SQL.removed_with_entries, {})
    for row in found:
        await _leave_entries(conn, row["id"])
    return len(found)


@atomic
async def make_due(conn: Connection, source_ids: Sequence[int]) -> None:
    """Let the feeds of these sources be asked now. A host that asked for peace is left in peace."""
    params = {"source_ids": list(source_ids)}
    host_ids = [row["id"] for row in await fetch_dicts(conn, SQL.hosts_of, params)]
    # Hosts before feeds, as everywhere.
    await hosts.make_due(conn, host_ids)
    await conn.execute(SQL.start_feeds, params)


async def _leave_entries(conn: Connection, source_id: int) -> None:
    await conn.execute(SQL.hand_over_entries, {"source_id": source_id})
    await conn.execute(SQL.skip_entries, {"source_id": source_id, "reason": REMOVED_REASON})


async def _find(conn: Connection, query: str, **params: object) -> StoredSource | None:
    async with conn.cursor(row_factory=source_row) as cursor:
        await cursor.execute(SQL[query], params)
        source: StoredSource | None = await cursor.fetchone()
        return source


async def _names(conn: Connection, stem: str, host: str) -> AsyncIterator[str]:
    """Yield names for a source: the wanted one, with its host, and with the next free number."""
    yield stem
    yield f"{stem} ({host})"
    n = 1 + (await fetch_dicts(conn, SQL.count_names, {"stem": f"{stem} "}))[0]["n"]
    while True:
        yield f"{stem} {n}"
        n += 1


def _suggestion(name: str, names: Sequence[str]) -> str:
    folded = {known.lower(): known for known in names}
    alike = difflib.get_close_matches(name.lower(), folded, n=3, cutoff=0.5)
    if not alike:
        return "; wirewatch source list has all names"
    return f"; did you mean {' or '.join(folded[known] for known in alike)}?"
