"""robots.txt of each origin, shared by all workers. What an answer means is the crawler's business."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from store import queries
from store.rows import Connection, clean_line, noun_row

SQL = queries.load("robots")


class Verdict(StrEnum):
    """What robots.txt lets us do."""

    RULES = "rules"
    """Obey the rules in `body`."""
    ALLOW = "allow"
    """There are no rules."""
    DISALLOW = "disallow"
    """The rules are not known: stay away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRobots:
    """What is known of an origin's robots.txt.

    Attributes:
        origin: `scheme://host[:port]`.
        fetched_at: When it was last asked for.
        body: The last one received; may stand in while the origin answers with errors.
        reason: A sentence for people: why this verdict.
        body_at: When `body` was received.
        failing_since: When the answers in error began; None while all is well.
    """

    origin: str
    fetched_at: datetime
    verdict: Verdict
    body: bytes | None = None
    reason: str
    body_at: datetime | None = None
    failing_since: datetime | None = None


robots_row = noun_row(StoredRobots, verdict=Verdict)


async def find_robots(conn: Connection, origin: str) -> StoredRobots | None:
    """Return what is known of an origin's robots.txt; None when it was never asked for."""
    async with conn.cursor(row_factory=robots_row) as cursor:
        await cursor.execute(SQL.find_robots, {"origin": origin})
        robots: StoredRobots | None = await cursor.fetchone()
        return robots


async def record_robots(conn: Connection, robots: StoredRobots) -> None:
    """Store what was learned, in place of what was known."""
    params = asdict(robots) | {"verdict": Verdict(robots.verdict).value, "reason": clean_line(robots.reason) or ""}
    await conn.execute(SQL.record_robots, params)
