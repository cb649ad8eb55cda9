"""Hosts: when each is due, whose turn it is, and whether it wants to be left alone.

The clock is the database's `now()` throughout. Rows are locked in the order of their ids, and before the feeds and
entries of the same transaction, so that no two transactions wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store import queries
from store.rows import MOST_LINE_CHARS, Connection, clean_line, fetch_dicts
from store.transactions import atomic

SQL = queries.load("hosts")

LONGEST_BACKOFF_S = 86400.0
"""An outlet that asks for more peace than a day is asked again after a day."""

OVERDUE_GRACE_S = 60.0
"""Work that is due for so long, while its host is due later and has no visit, was forgotten."""

CLOCK_LIMITS = {
    "most_backoff_s": LONGEST_BACKOFF_S + 3600,
    # A turn is taken a minute ahead at most, and the next one lies an hour behind it where the owner wants that.
    "most_turn_s": 2 * 3600.0,
    # Pages are put off for a day at most; the worker's clock may differ from the database's.
    "most_put_off_s": 1.5 * 86400,
    # 30 days after the article was stored at most, and a day for pages that did not come then.
    "most_recheck_s": 32 * 86400.0,
}
"""What lies further ahead than this was written before the clock was set back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTurn:
    """When a host may be asked.

    Attributes:
        wait_s: Seconds until then.
        taken: Whether it is the caller's turn; otherwise it is further away than the caller would wait.
        backoff_until: The host wants to be left alone until then: no turn was taken. None otherwise.
    """

    wait_s: float
    taken: bool = True
    backoff_until: datetime | None = None


async def ensure_hosts(conn: Connection, names: Sequence[str]) -> dict[str, int]:
    """Return the ids of hosts, adding those that are new."""
    wanted = set(names)
    known = await _find_hosts(conn, wanted)
    missing = sorted(wanted - known.keys())
    if missing:
        await conn.execute(SQL.add_hosts, {"names": missing})
        known |= await _find_hosts(conn, missing)
    return known


async def claim_hosts(conn: Connection, *, limit: int, lease_s: float) -> list[str]:
    """Return hosts that are due and have no visit waiting; they are due again in `lease_s`.

    Claims of several clocks at once never return the same host.
    """
    params = {"limit": limit, "lease_s": lease_s}
    return [row["name"] for row in await fetch_dicts(conn, SQL.claim_hosts, params)]


async def claim_hosts_of(conn: Connection, source_ids: Sequence[int], *, lease_s: float) -> list[str]:
    """Claim, as `claim_hosts` does, the hosts of these sources' feeds and pending pages."""
    params = {"source_ids": list(source_ids), "lease_s": lease_s}
    return [row["name"] for row in await fetch_dicts(conn, SQL.claim_hosts_of, params)]


async def count_open(conn: Connection, source_ids: Sequence[int] | None = None) -> int:
    """Return how many hosts are due, wait in the queue or are being visited; of these sources only, or of all."""
    if source_ids is None:
        rows = await fetch_dicts(conn, SQL.count_open, {})
    else:
        rows = await fetch_dicts(conn, SQL.count_open_of, {"source_ids": list(source_ids)})
    return int(rows[0]["n"])


async def reserve_fetch(
    conn: Connection, name: str, *, delay_s: float, most_wait_s: float = LONGEST_BACKOFF_S
) -> HostTurn:
    """Take the next turn at a host, across all workers, unless it is too far away; the caller waits for it.

    Turns lie `delay_s` apart, or what robots.txt asks where that is more. A turn beyond `most_wait_s` stays free: taken
    and not used, it would put off the next. Commit at once: the row is locked until then.
    """
    params = {"name": name, "delay_s": delay_s, "most_wait_s": most_wait_s}
    rows = await fetch_dicts(conn, SQL.reserve_fetch, params)
    if not rows:
        await ensure_hosts(conn, [name])
        rows = await fetch_dicts(conn, SQL.reserve_fetch, params)
    backoff_until, wait_s = rows[0]["backoff_until"], max(0.0, rows[0]["wait_s"])
    return HostTurn(wait_s=wait_s, taken=backoff_until is None and wait_s <= most_wait_s, backoff_until=backoff_until)


async def set_crawl_delay(conn: Connection, name: str, delay_s: float | None) -> None:
    """Note what the host's robots.txt asks between two requests; None when it asks nothing."""
    await ensure_hosts(conn, [name])
    await conn.execute(SQL.set_crawl_delay, {"name": name, "delay_s": delay_s})


async def back_off(
    conn: Connection, name: str, *, wait_s: float, error: str | None = None, answered: bool = False
) -> None:
    """Leave a host alone for `wait_s` from now, a day at most; nothing of it is due before.

    Args:
        conn: Any.
        name: The host.
        wait_s: How long. A longer peace that was asked for before stays.
        error: Why; None leaves what was said before.
        answered: Whether it answered before it had to be left alone: its failures are forgotten then.
    """
    await ensure_hosts(conn, [name])
    params = {
        "name": name,
        "wait_s": min(max(wait_s, 0.0), LONGEST_BACKOFF_S),
        "error": clean_line(error, MOST_LINE_CHARS),
        "answered": answered,
    }
    await conn.execute(SQL.back_off, params)


async def count_failure(conn: Connection, name: str, *, error: str) -> int:
    """Count a failure that speaks of the host, not of a page; return how many there were in a row."""
    await ensure_hosts(conn, [name])
    rows = await fetch_dicts(conn, SQL.count_failure, {"name": name, "error": clean_line(error, MOST_LINE_CHARS)})
    return int(rows[0]["n_failures"])


async def settle_visit(conn: Connection, name: str, *, answered: bool = False) -> datetime | None:
    """End a visit: say when the host is due next, by its feeds and pending pages; None when it is not.

    Args:
        conn: Any.
        name: The host.
        answered: Whether it answered as it should: its failures and its wish for peace are forgotten then.
    """
    rows = await fetch_dicts(conn, SQL.settle_visit, {"name": name, "answered": answered})
    due_at: datetime | None = rows[0]["next_visit_at"]
    return due_at


@atomic
async def settle_overdue(conn: Connection) -> int:
    """Repair what a clock that was set back, or a mistake, left undue; return the number of hosts repaired."""
    params: Mapping[str, Any] = {**CLOCK_LIMITS, "grace_s": OVERDUE_GRACE_S}
    ids = [row["id"] for row in await fetch_dicts(conn, SQL.find_overdue, params)]
    if not ids:
        return 0
    params = {**params, "ids": ids}
    await conn.execute(SQL.lock_hosts, params)
    pull_back = (SQL.pull_back_hosts, SQL.pull_back_feeds, SQL.pull_back_entries, SQL.pull_back_rechecks)
    for query in (*pull_back, SQL.settle_hosts):
        await conn.execute(query, params)
    return len(ids)


async def lock_hosts(conn: Connection, ids: Sequence[int]) -> None:
    """Lock the rows of hosts until the end of the transaction, in the one order."""
    if ids:
        await conn.execute(SQL.lock_hosts, {"ids": list(ids)})


@atomic
async def make_due(conn: Connection, ids: Sequence[int]) -> None:
    """Let hosts be visited now, or when the peace they asked for ends."""
    if ids:
        await lock_hosts(conn, ids)
        await conn.execute(SQL.make_due, {"ids": list(ids)})


async def _find_hosts(conn: Connection, names: set[str] | list[str]) -> dict[str, int]:
    if not names:
        return {}
    rows = await fetch_dicts(conn, SQL.find_hosts, {"names": sorted(names)})
    return {row["name"]: row["id"] for row in rows}
