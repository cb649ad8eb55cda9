"""Sites to crawl, rounds to run and rows to look at, for the tests of the jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from newsroom.server import Newsroom
from newsroom.site import FeedFormat, Piece, Site
from scheduler.kit import Kit
from scheduler.round import RoundReport, run_round
from scheduler.sources import AddedSource, add_source

NOW = datetime.now(UTC).replace(microsecond=0)

SENTENCES = (
    "The council of the river town voted on Tuesday to repair the old bridge, which had been closed since the spring.",
    "Engineers expect the work to last until the end of the next summer, provided that the water stays low enough.",
    "Shopkeepers on both banks said that they had lost a third of their customers in the months without a crossing.",
    "The ministry of transport will pay for one half of the repair, the region and the town for a quarter each.",
)


def piece(number: int, **changes: Any) -> Piece:
    """Return an article that the reader can read, unlike the others by its number."""
    text = "\n\n".join(f"{sentence} This was reported as item {number} of the session." for sentence in SENTENCES)
    facts: dict[str, Any] = {
        "path": f"/news/2026/bridge-repair-{number}",
        "title": f"Council votes on bridge number {number}",
        "text": text,
        "summary": f"The council voted on bridge number {number}.",
        "published_at": NOW - timedelta(hours=number),
    }
    return Piece(**facts | changes)


def site(name: str, numbers: Sequence[int] = range(1, 6), **changes: Any) -> Site:
    return Site(name, **{"format": FeedFormat.RSS, "pieces": tuple(piece(n) for n in numbers)} | changes)


async def watch(kit: Kit, room: Newsroom, *sites: Site) -> list[AddedSource]:
    """Open sites in the newsroom and add each by its home page."""
    added = []
    for one in sites:
        room.add(one)
        added.append(await add_source(kit, room.url(one.name)))
    return added


async def rows(kit: Kit, query: str, *values: object) -> list[dict[str, Any]]:
    async with kit.database.connection() as conn:
        cursor = await conn.execute(query, values or None)
        return list(await cursor.fetchall())


async def value(kit: Kit, query: str, *values: object) -> Any:
    (row,) = await rows(kit, query, *values)
    (only,) = row.values()
    return only


async def states(kit: Kit) -> dict[str, int]:
    """Return how many entries there are of each state."""
    found = await rows(kit, "SELECT state, count(*) AS n FROM entry GROUP BY state")
    return {row["state"]: row["n"] for row in found}


async def make_due(kit: Kit) -> None:
    """Let time pass: feeds and pending pages are due, hosts rested."""
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE feed SET next_check_at = now() WHERE next_check_at IS NOT NULL")
        await conn.execute("UPDATE entry SET next_attempt_at = now() WHERE state = 'pending'")
        await conn.execute("UPDATE host SET next_visit_at = now(), backoff_until = NULL, next_fetch_at = now()")


async def again(kit: Kit) -> RoundReport:
    """Run a round with a tally of its own, all being due."""
    kit.tally.clear()
    kit.reasons.clear()
    kit.stopping.clear()
    await make_due(kit)
    return await run_round(kit)
