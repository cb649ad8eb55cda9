"""What becomes of a group of copies, and of its story, when an article leaves it: by another text, or for ever.

Where articles belong is kept by `placements`, who had a text first by `copies`.
"""

from __future__ import annotations

from datetime import datetime

from news.imprints import Imprint
from news.imprints import imprint as make_imprint
from news.placement import Placement
from store import copies, placements, queries, stories
from store.rows import Connection, fetch_dicts

SQL = queries.load("succession")


async def is_held(conn: Connection, placement: Placement, story_id: int) -> bool:
    """Return whether a person decided that an article's group does not tell another story."""
    if placement.story_id == story_id:
        return False
    params = {"group_id": placement.group_id, "story_id": placement.story_id, "other_id": story_id}
    (row,) = await fetch_dicts(conn, SQL.is_held, params)
    return bool(row["is_held"])


async def leave_group(conn: Connection, placement: Placement, into_story_id: int) -> None:
    """Take an article out of its group: it is to be placed anew, or to be deleted.

    Where nobody else is in its group that is gone. Where it was the original the first after it is that now, and has
    what the other had first of its text.

    Args:
        conn: Holding the lock of the language of its story.
        placement: What it was.
        into_story_id: The story that it will belong to. Where it was all of its story that is as if merged into this.
    """
    (left,) = await fetch_dicts(conn, SQL.leave_group, {"article_id": placement.article_id})
    await conn.execute(SQL.delete_placement, {"article_id": placement.article_id})
    if left["n_articles"] == 0:
        await placements.delete_group(conn, placement.group_id)
        await stories.count_out(conn, placement.story_id, into_story_id)
        return
    if placement.original_id == placement.article_id:
        first = (await placements.find_group(conn, placement.group_id))[0]
        await placements.set_original(conn, placement.group_id, first.id, None)
        imprint, _ = await _imprint_of(conn, first.id)
        await copies.take_from(conn, first.id, imprint, [placement.article_id], first.fetched_at)
    await conn.execute(SQL.copy_original, {"article_id": placement.article_id, "group_id": placement.group_id})


async def hand_over(conn: Connection, gone_id: int, article_id: int) -> None:
    """Let an article take the place of one that gives way to it and is about to be deleted.

    What was a copy of the one is a copy of the other. Where both have a place that of the one that stays is kept, and
    the group of the other, if nobody else is in it, joins that.

    Args:
        conn: In the transaction that deletes, before that.
        gone_id: Who gives way.
        article_id: Who stays.
    """
    gone = await placements.find_placement(conn, gone_id)
    if gone is None:
        return
    params = {"gone_id": gone_id, "article_id": article_id}
    await copies.lock_shared(conn)
    await stories.lock_language_of(conn, gone.story_id)
    kept = await placements.find_placement(conn, article_id)
    await placements.lock_groups(conn, [gone.group_id] + ([kept.group_id] if kept else []))
    if kept is None:
        await conn.execute(SQL.take_place, params)
        await conn.execute(SQL.take_originality, params)
    else:
        await leave_group(conn, gone, kept.story_id)
    imprint, fetched_at = await _imprint_of(conn, gone_id)
    await copies.take_from(conn, article_id, imprint, [gone_id], fetched_at)
    for query in (SQL.take_copies, SQL.take_texts):
        await conn.execute(query, params)


async def _imprint_of(conn: Connection, article_id: int) -> tuple[Imprint, datetime]:
    """Return what a stored article is placed by, and when it came."""
    (row,) = await fetch_dicts(conn, SQL.find_text, {"article_id": article_id})
    return make_imprint(row["title"], row["text"], row["language"]), row["fetched_at"]
