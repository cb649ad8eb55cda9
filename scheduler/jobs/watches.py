"""Watches at work: what an article that was just placed tells whom, and the sweeps for what no single article shows.

What matches and what is told already is the store's business; a delivery for each channel is made by the database when
an alert is stored.
"""

from __future__ import annotations

import logging

from news.watches import is_news, newest_moment
from scheduler.kit import Kit
from store import alerts, occasions, percolation, watch_queries, watches
from store.rows import Connection

SWEEP_LIMIT_S = 3600.0
"""100,000 watches are compiled anew in minutes, a few hundred in a transaction; what is left is the next sweep's."""

ARTICLES_A_TURN = 500

log = logging.getLogger(__name__)


async def match(conn: Connection, article_id: int, *, entry_id: int | None = None, first_read_age_s: float) -> int:
    """Tell the watches that an article matches, and those whose story it makes grow; return how many alerts are new.

    Args:
        conn: In the transaction that stores the article, after it was placed.
        article_id: The article; one that was told before is not told again.
        entry_id: The entry that it is stored for, while that does not name it yet.
        first_read_age_s: Of what stands in a feed when it is read first, only what was published within so long
            before is news.
    """
    watch_ids, is_told = await percolation.find_occasions(conn, article_id)
    subject = await alerts.find_subject(conn, article_id, entry_id) if watch_ids or is_told else None
    if subject is None:
        return 0
    n = 0
    if watch_ids:
        at = min(subject.published_at or newest_moment(subject), subject.fetched_at)
        await occasions.note_hits(conn, article_id, watch_ids, at)
        if is_news(subject, first_read_age_s):
            n += await alerts.tell(conn, subject, watch_ids)
    n += await occasions.tell_growth(conn, subject.story_id, article_id)
    return n


async def tell_later(kit: Kit) -> None:
    """Tell stories that grew by a merge, and watches that match much more than usual."""
    async with kit.database.connection() as conn, conn.transaction():
        n_grown = await occasions.tell_grown(conn)
    async with kit.database.connection() as conn, conn.transaction():
        n_spikes = await occasions.tell_spikes(conn, kit.clock.now())
    if n_grown or n_spikes:
        log.info("alerts made", extra={"action": "tell_later", "n_grown": n_grown, "n_spikes": n_spikes})


async def recompile(kit: Kit) -> None:
    """Compile anew the watches that another compiler compiled, or one that knew fewer languages.

    The first articles of a language come before the watches know it: they are matched again in the round after, when
    nobody reads what was compiled before.
    """
    async with kit.database.connection(timeout_s=SWEEP_LIMIT_S) as conn:
        n = await watch_queries.recompile(conn)
        languages = await watches.find_new_languages(conn)
    if n:
        log.info("watches compiled anew", extra={"action": "recompile", "n_watches": n})
        return
    for language in languages:
        if not await _match_language(kit, language):
            return


async def _match_language(kit: Kit, language: str) -> bool:
    """Match the articles of a language again; return False where the process is to end before that is done."""
    last = 0
    while True:
        async with kit.database.connection() as conn:
            article_ids = await watches.find_of_language(conn, language, after_id=last, limit=ARTICLES_A_TURN)
        if not article_ids:
            break
        for article_id in article_ids:
            if kit.stopping.is_set():
                return False
            async with kit.database.connection() as conn, conn.transaction():
                await match(conn, article_id, first_read_age_s=kit.config.first_read_age_s)
        last = article_ids[-1]
    async with kit.database.connection() as conn:
        await watches.note_language(conn, language)
    return True


async def choose_anchors(kit: Kit) -> None:
    """Count anew how often words occur, and let articles find all watches by those that are rarest now."""
    async with kit.database.connection(timeout_s=SWEEP_LIMIT_S) as conn:
        async with conn.transaction():
            await percolation.count_lexemes(conn)
        await watch_queries.recompile(conn, everything=True)
