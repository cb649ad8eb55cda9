"""The queries of watches as they are stored compiled: anew when one changes, or the compiler does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.sql import Composable

from news.errors import UsageError, WirewatchError
from news.query.parse import parse_query
from news.query.tree import FieldName, Node, Words, fields_of, matches_everything, with_watches
from news.watches import WatchState
from store import percolation, queries
from store.query_sql import Compiled, compile_query, current_version, sources_version
from store.rows import Connection, fetch_dicts

SQL = queries.load("watch_queries")

_A_TURN = 200
"""Watches compiled in one transaction: about half a second."""

_OVERSIZE = (psycopg.DataError, psycopg.errors.ProgramLimitExceeded, psycopg.errors.StatementTooComplex)
"""What the database says of a query that it cannot hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compilable:
    id: int
    name: str
    query: str
    state: str
    error: str | None


async def compile_watched(conn: Connection, query: str) -> Compiled:
    """Compile a query that is to be watched.

    Raises:
        UsageError: It cannot be read, or would match everything.
        NotFoundError: It names a source or a watch that is not there.
    """
    if matches_everything(with_watches(parse_query(query), _as_word)):
        raise UsageError(f"watch: query: {query[:80]!r} would match nearly everything; add a word that must occur")
    compiled = await compile_query(conn, query)
    if compiled.condition is None and await _is_denial(conn, [look.words for look in compiled.looks if look.words]):
        raise UsageError(
            f"watch: query: {query[:80]!r} matches nearly everything in a language of the archive where only what it "
            "denies is a word; add one that must occur"
        )
    return compiled


async def _is_denial(conn: Connection, words: list[str]) -> bool:
    """Return whether one of some `tsquery` matches all that lacks a word."""
    (row,) = await fetch_dicts(conn, SQL.find_denial, {"words": words})
    return bool(row["is_denial"])


async def put_query(conn: Connection, watch_id: int, compiled: Compiled, *, active: bool) -> None:
    """Store what is compiled of a watch; an active one is found by it."""
    params = {
        "watch_id": watch_id,
        "version": compiled.version,
        "words": compiled.words,
        "condition": compiled.condition,
        "error": None,
    }
    await conn.execute(SQL.put_query, params)
    if active:
        await percolation.anchor(conn, watch_id, compiled.words)


async def compile_asking(conn: Connection, name: str) -> None:
    """Compile the watches anew that ask for one, be it through others; those that match nothing anyway may go on so.

    Raises:
        UsageError: One of them, which was well, cannot be compiled any more; the text names it.
    """
    version = await current_version(conn) + await sources_version(conn)
    for asking in await _find_asking(conn, name):
        error = await _compile_again(conn, asking, version)
        if error is not None and asking.error is None:
            raise UsageError(f"watch: {name}: the watch {asking.name} asks for it, and could no longer be: {error}")


async def refuse_if_asked(conn: Connection, name: str) -> None:
    """Raise where another watch asks for one.

    Raises:
        UsageError: It does.
    """
    for asking in await _find_asking(conn, name):
        raise UsageError(f"watch: {name}: is asked for by the watch {asking.name}; change that one first")


async def recompile(conn: Connection, *, everything: bool = False) -> int:
    """Compile the watches anew that another compiler compiled; return how many.

    What cannot be compiled any more (a source or a watch that it names is gone) matches nothing, and says why.

    Args:
        conn: Not in a transaction: each turn is one.
        everything: All watches: their anchors are chosen anew as well, since words became frequent or rare.
    """
    version, sources = await current_version(conn), await sources_version(conn)
    n = 0
    async for turn in _walk(conn, None if everything else version, sources):
        async with conn.transaction():
            for watch in turn:
                await _compile_again(conn, watch, version + sources)
        n += len(turn)
    return n


async def _walk(conn: Connection, version: str | None, sources: str) -> AsyncIterator[list[_Compilable]]:
    after_id = 0
    params = {"version": version, "sources": sources, "limit": _A_TURN}
    while found := await _read(conn, SQL.walk, params | {"after_id": after_id}):
        after_id = found[-1].id
        yield found


async def _compile_again(conn: Connection, watch: _Compilable, version: str) -> str | None:
    """Compile a watch anew; return why that cannot be, which is stored with it, or None where all is well."""
    if not await fetch_dicts(conn, SQL.lock_watch, {"watch_id": watch.id}):
        return None
    try:
        async with conn.transaction():
            compiled = await compile_query(conn, watch.query)
    except (WirewatchError, *_OVERSIZE) as error:
        told = str(error) if isinstance(error, WirewatchError) else f"query: {error.diag.message_primary}"
        params = {"watch_id": watch.id, "version": version, "words": None, "condition": None, "error": told}
        await conn.execute(SQL.put_query, params)
        await percolation.drop_anchors(conn, watch.id)
        return told
    await put_query(conn, watch.id, compiled, active=watch.state == WatchState.ACTIVE)
    return None


async def _find_asking(conn: Connection, name: str) -> list[_Compilable]:
    """Return the watches that ask for one, those that do so themselves before those that do through others."""
    rest = [(one, _names(parse_query(one.query))) for one in await _read(conn, SQL.find_nesting, {})]
    found: list[_Compilable] = []
    names = {name}
    while asking := [one for one, asked in rest if asked & names]:
        found += asking
        names = {one.name for one in asking}
        rest = [(one, asked) for one, asked in rest if one not in asking]
    return found


async def _read(conn: Connection, sql: Composable, params: dict[str, Any]) -> list[_Compilable]:
    return [_Compilable(**row) for row in await fetch_dicts(conn, sql, params)]


def _names(tree: Node) -> set[str]:
    """Return the names of the watches that a tree asks for."""
    return {field.value for field in fields_of(tree) if field.name is FieldName.WATCH}


def _as_word(name: str) -> Node:
    return Words(text=name)
