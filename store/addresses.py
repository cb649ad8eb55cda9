"""The keys of stored articles' addresses: which were made by older rules, and how they are made anew.

The rules are `news.urls`'. Only articles that were read from pages have the key of their address; what stands in for a
page may have another, and keeps it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.errors import UniqueViolation

from news.urls import RULES
from store import queries
from store.rows import Connection, fetch_dicts

SQL = queries.load("addresses")

STRETCH = 2000
"""Articles looked at by one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedAddress:
    """The address of an article, and the key that it is stored under."""

    article_id: int
    url: str
    url_key: bytes


async def find_keyed(conn: Connection) -> Sequence[KeyedAddress]:
    """Return the next articles whose keys were not looked at since the rules changed, by their ids."""
    rows = await fetch_dicts(conn, SQL.find_keyed, {"rules": RULES, "limit": STRETCH})
    return [KeyedAddress(**row) for row in rows]


async def note_keyed(conn: Connection, last_id: int | None) -> None:
    """Note up to which article all keys are today's; None: all of them are."""
    await conn.execute(SQL.note_keyed, {"rules": RULES, "keyed_to": last_id})


async def renew_key(conn: Connection, address: KeyedAddress, key: bytes) -> bool:
    """Store an article under another key; return whether that was free.

    Where it is not, another article has been stored there since: both stay, as copies of one text.
    """
    with contextlib.suppress(UniqueViolation):
        async with conn.transaction():
            params = {"article_id": address.article_id, "old_key": address.url_key, "url_key": key}
            cursor = await conn.execute(SQL.renew_key, params)
            return cursor.rowcount == 1
    return False
