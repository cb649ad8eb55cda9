"""Makes entries and sightings of the lines that a feed lists. What becomes of entries is `entries`' business.

Work grows with what is new: a feed of lines that are all known costs one read of the index and writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from news.errors import BadURLError
from news.identity import EntryIdentity
from news.model import Entry, EntryState, StoredEntry, StoredFeed
from news.text import clean_paragraphs
from news.urls import host_name
from store import hosts, queries
from store.rows import (
    Connection,
    clean_items,
    clean_line,
    fetch_dicts,
    moment_columns,
    read_stored_entries,
    storable_at,
    storable_language,
    storable_url,
)
from store.transactions import atomic

SQL = queries.load("entries")

MOST_SUMMARY_CHARS = 200_000

UNIT_SEPARATOR = "\x1f"

BATCH = 1000
"""Lines at a time: 20 ms of the loop, a few megabytes. A sitemap index of 250,000 lines at once took 5 s and 600 MB."""

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedEntries:
    """What became of a feed's lines; `n_listed` is the sum of the others.

    Attributes:
        n_new: Entries that wait for their page, or are in `pageless`.
        n_known: Lines that are known, repeat another, or whose article is stored already.
        n_skipped: Entries that are recorded but too old.
        pageless: New entries without a page of their own. They are pending: settle each in this transaction.
    """

    n_listed: int
    n_new: int
    n_known: int
    n_skipped: int
    pageless: tuple[StoredEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that its feed has not listed before. `host` is None when it has no page of its own."""

    place: int
    entry: Entry
    identity: EntryIdentity
    url: str | None
    host: str | None


@dataclass(frozen=True, slots=True)
class _New:
    """An entry that was added."""

    entry_id: int
    state: EntryState
    host_id: int | None


@atomic
async def add_entries(
    conn: Connection,
    *,
    feed: StoredFeed,
    entries: Sequence[Entry],
    identities: Sequence[EntryIdentity],
    now: datetime,
    skip_older_than: datetime | None,
) -> AddedEntries:
    """Record what a feed lists: new entries, and new sightings of known ones. Idempotent.

    A line is the entry of its key; else, under a new URL, the entry that this feed listed with the same guid and title
    (when that one had failed, it is tried at the new URL). An entry whose article is stored already ends as a
    duplicate of it. Other hosts of new entries are due at once; the feed's own is being visited.

    Args:
        conn: In the transaction that saves the feed's validators. At most one call a transaction: hosts stay locked.
        feed: The feed that lists them.
        entries: Its lines, in its order.
        identities: Of the lines, one each.
        now: Aware UTC; the moment of the answer.
        skip_older_than: Lines published before are recorded as skipped; None skips none.
    """
    lines: dict[bytes, tuple[int, Entry, EntryIdentity]] = {}
    for place, (entry, identity) in enumerate(zip(entries, identities, strict=True)):
        lines.setdefault(identity.sighting_key, (place, entry, identity))
    params: dict[str, Any] = {"feed_id": feed.id, "source_id": feed.source_id, "now": now}
    unknown: list[_Line] = []
    for keys in _batches(list(lines)):
        known = {row["key"] for row in await fetch_dicts(conn, SQL.known_sightings, params | {"keys": keys})}
        unknown += [_read_line(*lines[key]) for key in keys if key not in known]
    if not unknown:
        return AddedEntries(n_listed=len(entries), n_new=0, n_known=len(entries), n_skipped=0)

    host_ids = await hosts.ensure_hosts(conn, [feed.host, *(line.host for line in unknown if line.host is not None)])
    # By their keys from first to last: two feeds that list the same new entries wait for each other in one direction.
    unknown.sort(key=lambda line: (line.identity.key, line.place))
    new: list[_New] = []
    moved: list[tuple[_Line, int]] = []
    for batch in _batches(unknown):
        added, others = await _add_batch(conn, params, batch, host_ids, skip_older_than)
        new += added
        moved += others
    pending = [one for one in new if one.state is EntryState.PENDING]
    due = {one.host_id for one in pending if one.host_id is not None} | await _revive(conn, moved, host_ids)
    # The feed's own host is being visited: the visit goes on with these pages, and settles when it is due next.
    due.discard(host_ids[feed.host])
    if due:
        # The feed's own host is locked with the others: its visit may settle it in this transaction.
        await hosts.lock_hosts(conn, sorted({*due, host_ids[feed.host]}))
        await hosts.make_due(conn, sorted(due))
    pageless = [one.entry_id for one in pending if one.host_id is None]
    n_skipped = sum(one.state is EntryState.SKIPPED for one in new)
    return AddedEntries(
        n_listed=len(entries),
        n_new=len(pending),
        n_known=len(entries) - len(pending) - n_skipped,
        n_skipped=n_skipped,
        pageless=tuple(read_stored_entries(await fetch_dicts(conn, SQL.find_entries, {"ids": pageless})))
        if pageless
        else (),
    )


def _batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


async def _add_batch(
    conn: Connection,
    params: dict[str, Any],
    lines: Sequence[_Line],
    host_ids: dict[str, int],
    skip_older_than: datetime | None,
) -> tuple[list[_New], list[tuple[_Line, int]]]:
    """Make entries and sightings of lines; return the new entries, and the lines with a page of those that are not."""
    entry_ids, article_ids = await _recognise(conn, params, lines)
    fresh: dict[bytes, _Line] = {}
    for line in lines:
        if line.identity.key not in entry_ids:
            fresh.setdefault(line.identity.key, line)
    columns = [_columns(line, host_ids, article_ids, params["now"], skip_older_than) for line in fresh.values()]
    added = await _insert(conn, params, columns)
    entry_ids |= added
    missing = [line["key"] for line in columns if line["key"] not in entry_ids]
    if missing:
        # Another feed was quicker: it listed them in a transaction that has ended by now.
        found = await fetch_dicts(conn, SQL.find_ids, {"keys": missing})
        entry_ids |= {row["key"]: row["id"] for row in found}
    await _add_sightings(conn, params, lines, entry_ids)
    new = [
        _New(added[line["key"]], EntryState(line["state"]), line["host_id"]) for line in columns if line["key"] in added
    ]
    known = [line for line in lines if line.host is not None and line.identity.key not in added]
    return new, [(line, entry_ids[line.identity.key]) for line in known]


def _read_line(place: int, entry: Entry, identity: EntryIdentity) -> _Line:
    """Return the line with what of its URL can be stored and fetched."""
    url = storable_url(entry.url)
    host = None
    if url is not None and identity.has_page:
        try:
            host = host_name(url)
        except BadURLError:
            url = None
    return _Line(place, entry, identity, url, host)


async def _recognise(
    conn: Connection, params: dict[str, Any], lines: Sequence[_Line]
) -> tuple[dict[bytes, int], dict[bytes, int]]:
    """Return the entries and the articles that are known already, by the lines' keys."""
    keys = [line.identity.key for line in lines]
    guid_keys = [line.identity.guid_key for line in lines]
    rows = await fetch_dicts(conn, SQL.recognise, params | {"keys": keys, "guid_keys": guid_keys})
    entry_ids = {keys[row["n"] - 1]: row["entry_id"] for row in rows if row["entry_id"] is not None}
    article_ids = {keys[row["n"] - 1]: row["article_id"] for row in rows if row["article_id"] is not None}
    return entry_ids, article_ids


def _columns(
    line: _Line,
    host_ids: dict[str, int],
    article_ids: dict[bytes, int],
    now: datetime,
    skip_older_than: datetime | None,
) -> dict[str, Any]:
    """Return the row of a new entry."""
    entry = line.entry
    article_id = article_ids.get(line.identity.key)
    published_at = storable_at(entry.published.at, now) if entry.published else None
    state, reason = EntryState.PENDING, None
    if article_id is not None:
        state, reason = EntryState.DUPLICATE, f"duplicate of article {article_id}, which is stored under this address"
    elif skip_older_than is not None and published_at is not None and published_at < skip_older_than:
        reason = f"too old: published {published_at:%Y-%m-%d}, before {skip_older_than:%Y-%m-%d}"
        state = EntryState.SKIPPED
    return {
        "key": line.identity.key,
        "place": line.place,
        "host_id": host_ids[line.host] if line.host is not None else None,
        "url": line.url,
        "guid": clean_line(entry.guid),
        "title": clean_line(entry.title),
        "summary": clean_paragraphs((entry.summary or "")[:MOST_SUMMARY_CHARS]) or None,
        "authors": UNIT_SEPARATOR.join(clean_items(entry.authors)) or None,
        "language": storable_language(entry.language),
        "tags": UNIT_SEPARATOR.join(clean_items(entry.tags)) or None,
        "image_url": storable_url(entry.image_url),
        **moment_columns("published", entry.published, now),
        "state": state.value,
        "reason": reason,
        "article_id": article_id,
    }


async def _insert(conn: Connection, params: dict[str, Any], rows: Sequence[dict[str, Any]]) -> dict[bytes, int]:
    """Insert entries; return the ids of those that nobody else inserted at the same moment."""
    if not rows:
        return {}
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return {row["key"]: row["id"] for row in await fetch_dicts(conn, SQL.add_entries, params | columns)}


async def _add_sightings(
    conn: Connection, params: dict[str, Any], lines: Sequence[_Line], entry_ids: dict[bytes, int]
) -> None:
    columns: dict[str, list[Any]] = defaultdict(list)
    for line in lines:
        columns["key"].append(line.identity.sighting_key)
        columns["entry_id"].append(entry_ids[line.identity.key])
        columns["url"].append(line.url)
        columns["guid_key"].append(line.identity.guid_key)
    await conn.execute(SQL.add_sightings, params | columns)


async def _revive(conn: Connection, moved: Sequence[tuple[_Line, int]], host_ids: dict[str, int]) -> set[int]:
    """Let failed entries that are listed at another URL be tried there; return the hosts that are due for it."""
    due: set[int] = set()
    for batch in _batches(moved):
        columns = {
            "key": [line.identity.key for line, _ in batch],
            "entry_id": [entry_id for _, entry_id in batch],
            "url": [line.url for line, _ in batch],
            "host_id": [host_ids[line.host] for line, _ in batch if line.host is not None],
        }
        due |= {row["host_id"] for row in await fetch_dicts(conn, SQL.revive_entries, columns)}
    return due
