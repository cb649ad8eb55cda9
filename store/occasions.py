"""The later occasions of watches: a story grew, an article was revised, much more is written than usual.

The first one, that an article matches, stands in `alerts`. What a spike is says `news.spikes`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from news.spikes import N_DAYS, find_spike, sparkline
from news.watches import Occasion
from store import alerts, queries
from store.alerts import NewAlert
from store.rows import Connection, Row, clean_line, fetch_dicts

SQL = queries.load("alerts")

MOST_FILLED = 50_000
"""Articles of the archive that are counted as a watch's baseline of volume: 1,600 a day."""

SPIKE_REST = timedelta(days=3)
"""A spike that lasts is told once: after so long, what is still far above the median is told again."""

_STORIES_A_TURN = 500

_SPIKES = 0x5370696B
"""Number of the lock of who looks for spikes: "Spik" in ASCII."""

_MOST_HEADLINE_CHARS = 300


async def note_hits(conn: Connection, article_id: int, watch_ids: Sequence[int], at: datetime) -> None:
    """Count an article for the volume of the watches that tell spikes."""
    await conn.execute(SQL.add_hits, {"article_id": article_id, "watch_ids": list(watch_ids), "at": at})


async def tell_growth(conn: Connection, story_id: int, article_id: int) -> int:
    """Tell a story again where an article of it made it grow to a number that a watch waits for; return how often."""
    return len(await fetch_dicts(conn, SQL.grow, {"story_ids": [story_id], "article_id": article_id}))


async def tell_grown(conn: Connection) -> int:
    """Tell the open stories that grew otherwise: by a merge, or by two articles at one moment; return how often."""
    after_id, n = 0, 0
    while rows := await fetch_dicts(conn, SQL.find_growing, {"after_id": after_id, "limit": _STORIES_A_TURN}):
        story_ids = [row["story_id"] for row in rows]
        n += len(await fetch_dicts(conn, SQL.grow, {"story_ids": story_ids, "article_id": None}))
        after_id = story_ids[-1]
    return n


async def tell_headline(conn: Connection, article_id: int, before: str | None, after: str | None) -> int:
    """Tell that the outlet edited a headline, once for each it chose; return how often.

    Args:
        conn: In the transaction that stores the revision.
        article_id: Only who was told of this article is told.
        before: The headline as it was.
        after: As it is.
    """
    digest = hashlib.sha256((after or "").encode()).hexdigest()[:16]
    was = clean_line(before, _MOST_HEADLINE_CHARS)
    note = f"the headline was: {was}" if was else "there was no headline"
    return await _revise(conn, article_id, f"{article_id}:headline:{digest}", note)


async def tell_retraction(conn: Connection, article_id: int, reason: str) -> int:
    """Tell that the outlet took an article back, once; return how often.

    Args:
        conn: In the transaction that records it.
        article_id: Only who was told of this article is told.
        reason: What shows it, for people.
    """
    note = f"the outlet took the article back: {clean_line(reason, _MOST_HEADLINE_CHARS)}"
    return await _revise(conn, article_id, f"{article_id}:retracted", note)


async def fill_hits(conn: Connection, watch_id: int, now: datetime) -> None:
    """Count anew what the archive holds of a watch of the last 30 days, as its baseline of volume. In a transaction."""
    await conn.execute(SQL.drop_hits, {"watch_id": watch_id})
    since = now - timedelta(days=N_DAYS + 1)
    await conn.execute(SQL.fill_hits, {"watch_id": watch_id, "since": since, "limit": MOST_FILLED})


async def tell_spikes(conn: Connection, now: datetime) -> int:
    """Tell the watches that matched many more articles in 24 hours than usual; return how many.

    Args:
        conn: In a transaction; who finds another at it leaves it to that one.
        now: Aware UTC.
    """
    if not (await fetch_dicts(conn, SQL.lock_spikes, {"key": _SPIKES}))[0]["locked"]:
        return 0
    await conn.execute(SQL.forget_hits, {"now": now})
    began_at = (await fetch_dicts(conn, SQL.archive_began_at, {}))[0]["at"]
    if began_at is None:
        return 0
    # The first day holds what the feeds' first reads brought of the days before: it is no usual day.
    n_days = min(N_DAYS, (now - began_at).days - 1)
    rows = await fetch_dicts(conn, SQL.daily, {"now": now})
    return await alerts.add_alerts(conn, [alert for row in rows if (alert := _spike(row, n_days, now))])


def _spike(row: Row, n_days: int, now: datetime) -> NewAlert | None:
    *before, last = row["daily"]
    spike = find_spike(before[-n_days:] if n_days > 0 else [], last)
    if spike is None or (row["told_at"] is not None and now - row["told_at"] < SPIKE_REST):
        return None
    return NewAlert(
        watch_id=row["watch_id"],
        story_id=None,
        occasion=Occasion.SPIKE,
        occasion_key=now.date().isoformat(),
        article_id=row["article_id"],
        note=f"{spike.n_articles} articles in 24 hours, usually {spike.usual:g}: {sparkline(row['daily'])}",
        daily=tuple(row["daily"]),
    )


async def _revise(conn: Connection, article_id: int, key: str, note: str) -> int:
    return len(await fetch_dicts(conn, SQL.revise, {"article_id": article_id, "key": key, "note": note}))
