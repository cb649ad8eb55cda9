"""Percolation: which watches an article matches. The article finds the few by their anchors, and only these are asked.

What an anchor is stands in `news.anchors`, how a query is compiled in `query_sql`; what a match means is `alerts`'
business.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from news.anchors import MOST_PREFIX_CHARS, Anchors, find_anchors
from news.lexemes import read_lexemes
from store import queries
from store.rows import Connection, Row, fetch_dicts

SQL = queries.load("percolation")

EVERY = ""
"""The lexeme that every article has: the anchor of queries that have none."""

SAMPLE_ARTICLES = 20_000
"""The newest, in which lexemes are counted: a second or three, once a day."""

MOST_ANCHORS = 2_000
"""Of one watch. A query of more is asked of every article."""


class Way(StrEnum):
    """How watches are found; the answer is the same, the others are for tests and benchmarks."""

    ANCHORS = "find_matches"
    NAIVE = "find_matches_naively"
    UNPACKED = "find_matches_unpacked"


async def find_matches(conn: Connection, article_id: int, *, way: Way = Way.ANCHORS) -> list[int]:
    """Return the ids of the active watches that an article matches, ascending."""
    return [row["watch_id"] for row in await fetch_dicts(conn, SQL[way.value], {"article_id": article_id})]


async def find_occasions(conn: Connection, article_id: int) -> tuple[list[int], bool]:
    """Return the watches that an article matches, as `find_matches`, and whether its story was told to any."""
    (row,) = await fetch_dicts(conn, SQL.find_occasions, {"article_id": article_id})
    return row["watch_ids"], row["is_told"]


async def anchor(conn: Connection, watch_id: int, words: str | None) -> bool:
    """Let articles find a watch by the rarest words of its query; return whether its anchors are others than before.

    Args:
        conn: In the transaction that changes the watch, or one of its own.
        watch_id: An active watch.
        words: Its compiled words, as Postgres writes them; None where there are none to be found by.
    """
    wanted = await _choose(conn, words)
    rows = await fetch_dicts(conn, SQL.find_anchors, {"watch_id": watch_id})
    lexemes = {row["lexeme"] for row in rows if not row["n_chars"]}
    prefixes = {row["lexeme"] for row in rows if row["n_chars"]}
    if lexemes == wanted.lexemes and prefixes == wanted.prefixes:
        return False
    await conn.execute(SQL.drop_anchors, {"watch_id": watch_id})
    params = {"watch_id": watch_id, "lexemes": sorted(wanted.lexemes), "prefixes": sorted(wanted.prefixes)}
    await conn.execute(SQL.add_anchors, params)
    return True


async def drop_anchors(conn: Connection, watch_id: int) -> None:
    """Let no article find a watch any more."""
    await conn.execute(SQL.drop_anchors, {"watch_id": watch_id})


async def count_lexemes(conn: Connection) -> None:
    """Count anew how often lexemes occur, in the newest articles. In a transaction."""
    await conn.execute(SQL.forget_counts)
    await conn.execute(SQL.count_lexemes, {"n_articles": SAMPLE_ARTICLES})


async def _choose(conn: Connection, words: str | None) -> Anchors:
    every = Anchors(lexemes=frozenset({EVERY}), prefixes=frozenset(), cost=0.0)
    if words is None:
        return every
    known = read_lexemes(words)
    params = {
        "lexemes": [one.text for one in known if not one.prefix],
        "prefixes": list({one.text[:MOST_PREFIX_CHARS] for one in known if one.prefix}),
    }
    counts = _read(await fetch_dicts(conn, SQL.find_counts, params))
    prefix_counts = _read(await fetch_dicts(conn, SQL.find_prefix_counts, params)) if params["prefixes"] else {}
    found = find_anchors(words, counts, prefix_counts)
    return every if found is None or len(found.lexemes) + len(found.prefixes) > MOST_ANCHORS else found


def _read(rows: Iterable[Row]) -> dict[str, float]:
    return {row["lexeme"]: float(row["n_articles"]) for row in rows}
