"""Articles that wait for their place: each gets it in a transaction of its own.

Two kinds wait: articles that were stored several in one transaction, where placing would have waited for others while
others waited for it; and articles of the time before there was any placing. The first are placed right after that
transaction; what a crash left over, and the second kind, by the sweep.
"""

from __future__ import annotations

from scheduler.jobs.stories import place
from scheduler.kit import Kit
from store import articles, placements
from store.rows import Connection

LATE_A_TURN = 200
"""Old articles placed in one turn of the sweep; it comes again at once while there are more."""


async def place_waiting(kit: Kit) -> int:
    """Place the articles that were put off, as any worker may; return how many."""
    n, last = 0, 0
    while not kit.stopping.is_set():
        async with kit.database.connection() as conn, conn.transaction():
            article_id = await placements.take_unplaced(conn, last)
            if article_id is None:
                break
            await place_stored(conn, article_id)
        n, last = n + 1, article_id
    return n


async def place_late(kit: Kit) -> int:
    """Place the next articles from before there was any placing, the oldest first; return how many.

    One at a time in the fleet: who calls it holds the sweep's lock.
    """
    async with kit.database.connection() as conn:
        article_ids = await placements.find_late(conn, LATE_A_TURN)
    for n, article_id in enumerate(article_ids):
        if kit.stopping.is_set():
            return n
        async with kit.database.connection() as conn, conn.transaction():
            await place_stored(conn, article_id, late=True)
            await placements.note_late(conn, article_id)
    if not article_ids:
        async with kit.database.connection() as conn:
            await placements.note_late(conn, None)
    return len(article_ids)


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
