"""Sessions of the server: those whose process stood still while others wait for what they hold."""

from __future__ import annotations

from store import queries
from store.rows import Connection, fetch_dicts

SQL = queries.load("sessions")

STUCK_S = 10.0
"""A client that was not heard of for so long, in the midst of a transaction, stands still."""


async def end_stuck(conn: Connection) -> int:
    """End the sessions that others wait for and that wait for a client that stands still, and those of its process.

    Returns how many.

    Their work is rolled back; a client that goes on finds its connection broken, as after an outage.
    """
    (row,) = await fetch_dicts(conn, SQL.end_stuck_sessions, {"stuck_s": STUCK_S})
    return int(row["n"])
