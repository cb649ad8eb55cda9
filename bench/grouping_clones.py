"""A store of a million articles in minutes: articles that were placed for real, and clones of these as other texts.

Placing a million one by one would take hours. So some thousand are placed, and their rows, all that placing reads and
writes, are cloned into the days before, in SQL: with ids of their own, other hashes, keys, fingerprints and lines. What
is common stays common: terms, and every thirty-second fingerprint, which the first text of a day owns. Days that are
gone have no fingerprints, and silent stories no terms, as in life.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from psycopg import sql

from news.stories import OPEN_FOR

_IDENTIFIED = ("article", "copy_group", "story")
_CLONED = (*_IDENTIFIED, "placement", "known_text", "story_term", "source_line")
_RING_DAYS = 8
_FILL = 70
"""Per cent: how full an index is whose keys come by chance. Made anew it would be fuller, and smaller than in life."""

_BITS = "('x' || substr(md5('clone' || clone.k), 1, 14))::bit(56)::bigint"
"""Of a clone: 56 bits, so that what is small stays small, as the least of a window is."""

_EARLIER = "- clone.k * %(apart)s::interval"
_IS_OPEN = f"base.last_at {_EARLIER} > %(open_from)s"


def _id(column: str, table: str) -> str:
    return f"base.{column} - clone.k * (SELECT n_ids FROM base.span WHERE name = '{table}')"


def _moments(*columns: str) -> dict[str, str]:
    return {column: f"base.{column} {_EARLIER}" for column in columns}


_TERMS = {column: f"CASE WHEN {_IS_OPEN} THEN base.{column} ELSE '{{}}' END" for column in ("terms", "weights")}

_OTHER: Mapping[str, Mapping[str, str]] = {
    "article": {
        "id": _id("id", "article"),
        "url_key": "sha256(base.url_key || int4send(clone.k))",
        "url": "base.url || '?' || clone.k",
        **_moments("fetched_at"),
    },
    "story": {
        "id": _id("id", "story"),
        "n_swept": "base.n_groups",
        "closed_at": f"CASE WHEN NOT {_IS_OPEN} THEN base.last_at END",
        **_moments("first_at", "last_at"),
        **_TERMS,
    },
    "copy_group": {
        "id": _id("id", "copy_group"),
        "story_id": _id("story_id", "story"),
        "original_id": _id("original_id", "article"),
        **_moments("first_at", "last_at"),
        **_TERMS,
    },
    "placement": {
        "article_id": _id("article_id", "article"),
        "group_id": _id("group_id", "copy_group"),
        "of_article_id": _id("of_article_id", "article"),
        "text_hash": "md5(base.text_hash::text || clone.k)::uuid",
    },
    "known_text": {
        "hash": "md5(base.hash::text || clone.k)::uuid",
        "article_id": _id("article_id", "article"),
        **_moments("at"),
    },
    "story_term": {"story_id": _id("story_id", "story")},
    "source_line": {"line": f"base.line # {_BITS}", "slot": "week.slot"},
}
"""What the columns of a clone hold instead; `k` is its number, the greater the older."""

_FROM = {
    "story_term": f"JOIN base.story told ON told.id = base.story_id AND told.last_at {_EARLIER} > %(open_from)s",
    # A line that is repeated is furniture: the same in all clones.
    "source_line": "JOIN base.week ON week.k = clone.k AND base.n_articles = 1",
}

# Of each day so much is kept as is needed; what is common is its first text's.
_FINGERPRINTS = """
CREATE TABLE base.cloned AS
SELECT
    CASE WHEN base.fingerprint & 31 = 0 THEN base.fingerprint ELSE base.fingerprint # {bits} END AS fingerprint,
    (base.owner - clone.k * (SELECT n_ids FROM base.span WHERE name = 'article'))::integer AS owner,
    day.slot
FROM generate_series(%(first)s::integer, %(last)s::integer) AS clone (k)
CROSS JOIN base.fingerprint base
JOIN base.article ON article.id = base.owner + 2147483648
JOIN fingerprint_day day ON day.day = ((article.fetched_at {earlier}) AT TIME ZONE 'UTC')::date;
INSERT INTO fingerprint (fingerprint, owner, slot)
SELECT fingerprint, owner, slot FROM base.cloned WHERE fingerprint & 31 <> 0
UNION ALL
(
    SELECT DISTINCT ON (one.slot, one.fingerprint) one.fingerprint, one.owner, one.slot
    FROM base.cloned one
    LEFT JOIN fingerprint there ON there.slot = one.slot AND there.fingerprint = one.fingerprint
    WHERE one.fingerprint & 31 = 0 AND there.slot IS NULL
    ORDER BY one.slot, one.fingerprint, one.owner
);
DROP TABLE base.cloned;
"""


async def keep_base(conn: Any) -> None:
    """Note all that is stored as what is cloned from now on."""
    await conn.execute("CREATE SCHEMA base")
    for table in (*_CLONED, "fingerprint", "term_count"):
        await _run(conn, "CREATE TABLE base.{0} AS SELECT * FROM public.{0}", table)
    await conn.execute("CREATE TABLE base.span (name text, n_ids bigint)")
    for table in _IDENTIFIED:
        await _run(conn, f"INSERT INTO base.span SELECT '{table}', max(id) - min(id) + 1 FROM base.{{}}", table)
    await conn.execute("CREATE TABLE base.week (k integer, slot smallint)")
    await conn.execute("ANALYZE")


async def clone(conn: Any, first: int, last: int, *, apart: timedelta, at: datetime, bulk: bool) -> None:
    """Add clones of the base, numbered from the newest, and leave the tables as a day of autovacuum would.

    Args:
        conn: Of a superuser, in no transaction; its session is spoiled.
        first: The number of the newest clone to add; 1 is next to the base.
        last: Of the oldest.
        apart: Each clone was told so much before the one after it.
        at: When the base's articles were fetched, the first of them.
        bulk: Without indexes, which are made anew: faster for many.
    """
    params = {"first": first, "last": last, "apart": apart, "open_from": at - OPEN_FOR, "at": at}
    await conn.execute("SET session_replication_role = replica")
    await conn.execute("SET statement_timeout = 0")
    await conn.execute("SET maintenance_work_mem = '1GB'")
    await conn.execute("SET work_mem = '256MB'")
    await _open_days(conn, params)
    dropped = await _drop_indexes(conn) if bulk else []
    # A generated column takes what it is given while the catalogue says that it is none.
    generated = "UPDATE pg_attribute SET attgenerated = %s WHERE attrelid = 'article'::regclass AND attname = 'search'"
    await conn.execute(generated, [""])
    for table in _CLONED:
        await _insert(conn, table, params)
    await conn.execute(generated, ["s"])
    for statement in _FINGERPRINTS.format(bits=_BITS, earlier=_EARLIER).split(";\n")[:-1]:
        await conn.execute(statement, params if "%(" in statement else None)
    await conn.execute(
        "UPDATE term_count SET n_groups = base.n_groups * %(last)s::bigint + term_count.n_groups"
        " FROM base.term_count base WHERE base.language = term_count.language AND base.term = term_count.term",
        {"last": last - first + 1},
    )
    for definition in dropped:
        await conn.execute(definition)
    await conn.execute("SET session_replication_role = origin")
    for table in (*_CLONED, "fingerprint", "term_count"):
        await _run(conn, "VACUUM (ANALYZE) public.{}", table)
    await conn.execute("CHECKPOINT")


async def _open_days(conn: Any, params: Mapping[str, object]) -> None:
    """Say which days and weeks the partitions hold, and to which of them each clone belongs."""
    await conn.execute(
        "UPDATE fingerprint_day SET day = %(at)s::date - ago"
        f" FROM generate_series(0, {_RING_DAYS - 1}) ago"
        f" WHERE slot = (%(at)s::date - ago - date '0001-01-01' + 1) %% {_RING_DAYS}"
        " AND ago <= (%(last)s * extract(epoch FROM %(apart)s::interval) / 86400)::integer + 1",
        params,
    )
    await conn.execute("TRUNCATE base.week")
    await conn.execute(
        "INSERT INTO base.week"
        " SELECT k, (date_trunc('week', %(at)s::timestamptz - k * %(apart)s::interval)::date"
        " - date '0001-01-01' + 1) / 7 %% 3"
        " FROM generate_series(%(first)s::integer, %(last)s::integer) k",
        params,
    )
    await conn.execute(
        "UPDATE source_line_week held SET week = date_trunc('week', %(at)s::timestamptz)::date - 7 * ago"
        " FROM generate_series(0, 2) ago"
        " WHERE held.slot = (date_trunc('week', %(at)s::timestamptz)::date - 7 * ago - date '0001-01-01' + 1) / 7 %% 3",
        params,
    )


async def _drop_indexes(conn: Any) -> list[str]:
    """Drop what is no constraint's, and return how to make it anew."""
    cursor = await conn.execute(
        "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made"
        " FROM pg_index JOIN pg_class ON pg_class.oid = indrelid"
        " WHERE relnamespace = 'public'::regnamespace AND (relname = ANY(%s) OR relname ~ '^fingerprint_[0-9]+$')"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [list(_CLONED)],
    )
    dropped = []
    for row in await cursor.fetchall():
        made = row["made"]
        if "fingerprint_" in row["name"] and " WITH " not in made:
            made += f" WITH (fillfactor = {_FILL})"
        dropped.append(made)
        await conn.execute(f"DROP INDEX {row['name']}")
    return dropped


async def _insert(conn: Any, table: str, params: Mapping[str, object]) -> None:
    cursor = await conn.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " ORDER BY attnum",
        [f"public.{table}"],
    )
    columns = [row["attname"] for row in await cursor.fetchall()]
    # Ours alone, but for the names, which are the schema's.
    query = (
        f"INSERT INTO public.{table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE"
        f" SELECT {', '.join(_OTHER[table].get(column, f'base.{column}') for column in columns)}"
        " FROM generate_series(%(last)s::integer, %(first)s::integer, -1) AS clone (k)"
        f" CROSS JOIN base.{table} base {_FROM.get(table, '')}"
    )
    await conn.execute(query, params)


async def _run(conn: Any, query: str, table: str) -> None:
    await conn.execute(sql.SQL(query).format(sql.Identifier(table)))
