"""Stories and groups of copies as people read them: who belongs to them, in the order of appearance.

How they came about is `placements`' and `stories`'.
"""

from __future__ import annotations

from news.copies import Relation
from news.errors import NotFoundError
from news.placement import LinkedStory, Placement, StoredStory, StoryMember
from store import queries
from store.rows import Connection, Row, fetch_dicts, noun_row

SQL = queries.load("members")

MOST_COUNTED = 1_000_000
"""Counted one by one up to here."""

MOST_MEMBERS = 1000
MOST_LINKS = 20

_OF_PLACEMENT = ("article_id", "group_id", "original_id", "of_article_id", "score", "story_id")
_OF_MEMBER = ("title", "url", "source", "moment", "fetched_at", "named_origin")


async def find_story(conn: Connection, story_id: int) -> StoredStory:
    """Return a story with its articles; of one that was merged the story that took it.

    Raises:
        NotFoundError: There is none with that number.
    """
    rows = await fetch_dicts(conn, SQL.find_story, {"story_id": story_id})
    if not rows:
        raise NotFoundError(f"story: {story_id}: not stored")
    params = {"story_id": rows[0]["id"]}
    members = await fetch_dicts(conn, SQL.list_members, params | {"most": MOST_MEMBERS})
    async with conn.cursor(row_factory=noun_row(LinkedStory)) as cursor:
        await cursor.execute(SQL.list_links, params | {"most": MOST_LINKS})
        links: list[LinkedStory] = await cursor.fetchall()
    return StoredStory(**rows[0], members=tuple(map(_member, members)), also_in=tuple(links))


async def find_copies(conn: Connection, group_id: int) -> list[StoryMember]:
    """Return the articles of a group of copies, the original first."""
    rows = await fetch_dicts(conn, SQL.list_copies, {"group_id": group_id, "most": MOST_MEMBERS})
    return [_member(row) for row in rows]


def _member(row: Row) -> StoryMember:
    placement = Placement(relation=Relation(row["relation"]), **{name: row[name] for name in _OF_PLACEMENT})
    return StoryMember(placement=placement, **{name: row[name] for name in _OF_MEMBER})


async def count_stories(conn: Connection) -> int:
    """Return how many stories there are; `MOST_COUNTED` where there are more."""
    return int((await fetch_dicts(conn, SQL.count_stories, {"most": MOST_COUNTED}))[0]["n"])
