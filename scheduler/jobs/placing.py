"""Articles that wait for their place: each gets it in a transaction of its own.

Two kinds wait: articles that were stored several in one transaction, where placing would have waited for others while
others waited for it; and articles of the time before there was any placing. The first are placed right after that
transaction; what a crash left over, and the second kind, by the sweep.
"""

from __future__ import annotations

import time

from scheduler.jobs.stories import place
from scheduler.jobs.watches import match
from scheduler.kit import Kit
from store import articles, placements
from store.rows import Connection

LATE_A_TURN = 200

LATE_S = 30.0
"""Old articles are placed for so long in one round of the sweep, which rings each minute."""


async def place_waiting(kit: Kit) -> int:
    """Place the articles that were put off, as any worker may; return how many."""
    n, last = 0, 0
    while not kit.stopping.is_set():
        async with kit.database.connection() as conn, conn.transaction():
            article_id = await placements.take_unplaced(conn, last)
            if article_id is None:
                break
            await place_stored(conn, article_id)
            await match(conn, article_id, first_read_age_s=kit.config.first_read_age_s)
        n, last = n + 1, article_id
    return n


async def place_late(kit: Kit) -> int:
    """Place the next articles from before there was any placing, the oldest first; return how many.

    One at a time in the fleet: who calls it holds the sweep's lock.
    """
    n, began = 0, time.monotonic()
    while True:
        async with kit.database.connection() as conn:
            article_ids = await placements.find_late(conn, LATE_A_TURN)
            if not article_ids:
                await placements.note_late(conn, None)
        for article_id in article_ids:
            if kit.stopping.is_set():
                return n
            async with kit.database.connection() as conn, conn.transaction():
                await place_stored(conn, article_id, late=True)
                await placements.note_late(conn, article_id)
            n += 1
        if not article_ids or time.monotonic() - began > LATE_S:
            return n


async def place_stored(conn: Connection, article_id: int, *, late: bool = False) -> None:
    """Place an article as it is stored."""
    stored = await articles.find_article(conn, article_id)
    await place(
        conn,
        article_id,
        stored.article,
        source_id=await placements.find_source(conn, article_id),
        fetched_at=stored.fetched_at,
        late=late,
    )
