"""Watches: saved queries with what they tell.

What is stored compiled of them stands in `watch_queries`. Who an article finds is `percolation`'s business, what is
told `alerts`', where it goes `channels`'.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from news.errors import NotFoundError, UsageError
from news.messages import Pace, WatchPace
from news.watches import StoredWatch, Watch, WatchState
from store import percolation, queries
from store.rows import MOST_WORD_CHARS, Connection, Row, clean_line, fetch_dicts
from store.transactions import atomic
from store.watch_queries import compile_asking, compile_watched, put_query, refuse_if_asked

SQL = queries.load("watches")

MOST_LISTED = 10_000

_FACTS = ("name", "query", "each_article", "tell_revisions", "tell_spikes")
_PACE = ("time_zone", "quiet_from", "quiet_until", "most_per_hour")


@atomic
async def add_watch(
    conn: Connection, watch: Watch, *, now: datetime, baseline_at: datetime | None = None
) -> StoredWatch:
    """Store a watch.

    Args:
        conn: In the transaction that connects its channels.
        watch: As given.
        now: Aware UTC.
        baseline_at: What was published before alerts nobody; None for now.

    Raises:
        UsageError: There is one of that name, or its query cannot be read or would match everything.
        NotFoundError: Its query names a source or a watch that is not there.
    """
    watch = replace(watch, name=clean_name(watch.name))
    compiled = await compile_watched(conn, watch.query)
    params = _params(watch) | {"now": now, "baseline_at": baseline_at or now}
    rows = await fetch_dicts(conn, SQL.add_watch, params)
    if not rows:
        raise UsageError(f"watch: {watch.name}: there is one of that name; change it with: wirewatch watch change")
    await put_query(conn, rows[0]["id"], compiled, active=True)
    return await find_watch(conn, watch.name)


@atomic
async def change_watch(
    conn: Connection, stored: StoredWatch, watch: Watch, *, baseline_at: datetime | None = None
) -> StoredWatch:
    """Make a watch what another one is. Watches that name it are compiled anew.

    Args:
        conn: In the transaction that changes its channels.
        stored: As it is.
        watch: As it is to be.
        baseline_at: What was published before alerts nobody from now on; None leaves that as it is.

    Raises:
        UsageError: Another watch bears the name or asks for the old one, or the query cannot be read.
        NotFoundError: The query names a source or a watch that is not there.
    """
    await conn.execute(SQL.lock_watch, {"watch_id": stored.id})
    watch = replace(watch, name=clean_name(watch.name))
    if watch.name != stored.watch.name:
        await refuse_if_asked(conn, stored.watch.name)
        if await fetch_dicts(conn, SQL.list_watches, {"name": watch.name, "limit": 1}):
            raise UsageError(f"watch: {watch.name}: there is one of that name")
    await conn.execute(SQL.change_watch, _params(watch) | {"watch_id": stored.id, "baseline_at": baseline_at})
    compiled = await compile_watched(conn, watch.query)
    await put_query(conn, stored.id, compiled, active=stored.state is WatchState.ACTIVE)
    if watch.query != stored.watch.query:
        await compile_asking(conn, watch.name)
    return await find_watch(conn, watch.name)


@atomic
async def set_state(conn: Connection, stored: StoredWatch, state: WatchState, *, now: datetime) -> None:
    """Pause or resume a watch; what was published while it was paused is old news to it."""
    await conn.execute(SQL.lock_watch, {"watch_id": stored.id})
    resumed = state is WatchState.ACTIVE and stored.state is not WatchState.ACTIVE
    params = {"watch_id": stored.id, "state": state.value, "baseline_at": now if resumed else None}
    await conn.execute(SQL.set_state, params)
    if state is WatchState.ACTIVE:
        words = (await fetch_dicts(conn, SQL.find_words, {"watch_id": stored.id}))[0]["words"]
        await percolation.anchor(conn, stored.id, words)
    else:
        await percolation.drop_anchors(conn, stored.id)


@atomic
async def remove_watch(conn: Connection, stored: StoredWatch) -> None:
    """Remove a watch with its alerts, and what is still to be delivered of them.

    Raises:
        UsageError: Another watch asks for it.
    """
    await refuse_if_asked(conn, stored.watch.name)
    await conn.execute(SQL.remove_watch, {"watch_id": stored.id})


async def find_watch(conn: Connection, name: str) -> StoredWatch:
    """Return a watch by its name.

    Raises:
        NotFoundError: There is none.
    """
    rows = await fetch_dicts(conn, SQL.list_watches, {"name": clean_line(name, MOST_WORD_CHARS) or "", "limit": 1})
    if not rows:
        raise NotFoundError(f"watch: {name}: there is none of that name; see: wirewatch watch list")
    return _read(rows[0])


async def list_watches(conn: Connection) -> list[StoredWatch]:
    """Return all watches in the order of their names; 10,000 at most."""
    return [_read(row) for row in await fetch_dicts(conn, SQL.list_watches, {"name": None, "limit": MOST_LISTED})]


def clean_name(name: str) -> str:
    """Return a watch's name as it is stored.

    Raises:
        UsageError: Nothing is left of it.
    """
    cleaned = clean_line(name, MOST_WORD_CHARS)
    if not cleaned:
        raise UsageError(f"watch: name: {name[:40]!r} is none; give it a short one, as bridges")
    return cleaned


async def find_new_languages(conn: Connection) -> list[str]:
    """Return the languages of the archive whose first articles came before the watches knew them."""
    return [row["language"] for row in await fetch_dicts(conn, SQL.find_new_languages, {})]


async def find_of_language(conn: Connection, language: str, *, after_id: int, limit: int) -> list[int]:
    """Return the ids of placed articles of a language, ascending, from behind an id on."""
    params = {"language": language, "after_id": after_id, "limit": limit}
    return [row["id"] for row in await fetch_dicts(conn, SQL.find_of_language, params)]


async def note_language(conn: Connection, language: str) -> None:
    """Note that the watches know a language, and that its articles were matched since."""
    await conn.execute(SQL.note_language, {"language": language})


def _params(watch: Watch) -> dict[str, Any]:
    return {
        **{name: getattr(watch, name) for name in _FACTS},
        **{name: getattr(watch.pace, name) for name in _PACE},
        "pace": watch.pace.pace.value,
        "tell_growth": sorted(set(watch.tell_growth)),
    }


def _read(row: Row) -> StoredWatch:
    pace = WatchPace(pace=Pace(row["pace"]), **{name: row[name] for name in _PACE})
    watch = Watch(tell_growth=tuple(row["tell_growth"]), pace=pace, **{name: row[name] for name in _FACTS})
    return StoredWatch(
        watch=watch,
        state=WatchState(row["state"]),
        **{name: row[name] for name in ("id", "added_at", "baseline_at", "error", "n_alerts", "last_alert_at")},
    )
