"""What the sweep of stories reads and writes: terms to be counted, stories to be closed, pairs to be looked at, links.

What is one and what is not decide the rules in `news`; merging and splitting are `stories`' and `placements`'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.errors import LockNotAvailable

from news import meaning
from news.crosslingual import Keyed, Link
from news.meaning import Told
from news.stories import OPEN_FOR
from store import copies, queries
from store.rows import Connection, fetch_dicts
from store.stories import OpenStory, read_story
from store.transactions import atomic

SQL = queries.load("tidying")

_ALONE = 0x7377656570
"""Number of the lock: "sweep" in ASCII."""

_MOST_COUNTED = 400_000
"""Groups of a language; beyond, what was counted weighs half: words come and go, and the table stays small."""

_COUNTED_A_TURN = 2_000
STORIES_A_TURN = 500

MOST_ORIGINALS = 50
"""Of a story that was merged or split, whose keys are read again: more would add to keys that are many already."""

MOST_LINKABLE = 20_000
"""Stories of the last days that are looked at for links; the newest."""

MOST_TOLD = 3_000
"""Of these, that a model of meaning reads, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kindred:
    """Two groups that hold copies of one article; `by_hand`: a person has put one of them where it is."""

    group_id: int
    other_id: int
    original_id: int
    other_original_id: int
    story_id: int
    other_story_id: int
    by_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyless:
    """A group whose names and numbers are not among its story's keys yet."""

    group_id: int
    story_id: int
    language: str
    title: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """Articles that have no place yet.

    Attributes:
        n_waiting: Those that were put off.
        n_late: At most so many of the time before there was any placing.
        swept_at: When the sweep went round last; None: never.
    """

    n_waiting: int
    n_late: int
    swept_at: datetime | None


async def try_alone(conn: Connection) -> bool:
    """Return whether nobody else sweeps; if so nobody does until the end of the transaction."""
    return bool((await fetch_dicts(conn, SQL.try_alone, {"key": _ALONE}))[0]["alone"])


async def open_ahead(conn: Connection, now: datetime) -> bool:
    """Make tomorrow's partitions ready; return whether they were free. A backup under way reads them all."""
    try:
        async with conn.transaction():
            await conn.execute(SQL.hurry)
            await copies.open_tomorrow(conn, now)
    except LockNotAvailable:
        return False
    return True


async def find_uncounted(conn: Connection) -> tuple[int, int]:
    """Return the ids of the groups between which none is counted: after the first, up to the second, a turn's work."""
    async with conn.transaction():
        await copies.lock_alone(conn)
        (row,) = await fetch_dicts(conn, SQL.find_uncounted, {})
    return row["counted_to"], min(row["last_id"], row["counted_to"] + _COUNTED_A_TURN)


@atomic
async def count_terms(conn: Connection, after: int, to: int) -> None:
    """Count the terms of groups, so that rare ones weigh more, and note that they are counted."""
    await conn.execute(SQL.count_terms, {"after": after, "to": to})
    await conn.execute(SQL.note_counted, {"to": to})
    for row in await fetch_dicts(conn, SQL.find_full, {"most": _MOST_COUNTED}):
        await conn.execute(SQL.halve_counts, {"language": row["language"]})


@atomic
async def close_stories(conn: Connection, now: datetime) -> int:
    """Close stories that have been silent for days, alone with all placements; return how many."""
    await copies.lock_alone(conn)
    params = {"before": now - OPEN_FOR, "now": now, "limit": STORIES_A_TURN}
    async with conn.cursor() as cursor:
        await cursor.execute(SQL.close_stories, params)
        return cursor.rowcount


async def find_grown(conn: Connection, after: int) -> list[OpenStory]:
    """Return open stories that have grown since they were last looked at, beyond an id."""
    rows = await fetch_dicts(conn, SQL.find_grown, {"after": after, "limit": STORIES_A_TURN})
    return [read_story(row) for row in rows]


async def note_swept(conn: Connection, story: OpenStory) -> None:
    """Note that a story was looked at as it was."""
    await conn.execute(SQL.note_swept, {"story_id": story.id, "n_groups": story.n_groups})


async def find_apart(conn: Connection, story_id: int) -> set[int]:
    """Return the stories that a person took apart from one."""
    return {row["id"] for row in await fetch_dicts(conn, SQL.find_apart, {"story_id": story_id})}


async def find_kindred(conn: Connection) -> list[Kindred]:
    """Return groups to be looked at together."""
    return [Kindred(**row) for row in await fetch_dicts(conn, SQL.find_kindred, {"limit": STORIES_A_TURN})]


async def forget_kindred(conn: Connection, pair: Kindred) -> None:
    """Note that two groups were looked at."""
    await conn.execute(SQL.forget_kindred, {"group_id": pair.group_id, "other_id": pair.other_id})


async def find_keyless(conn: Connection, after: int, to: int) -> list[Keyless]:
    """Return groups of open stories between two ids, for their keys."""
    return [Keyless(**row) for row in await fetch_dicts(conn, SQL.find_keyless, {"after": after, "to": to})]


async def take_changed(conn: Connection, after: int) -> int | None:
    """Take an open story that was merged or split since its keys were read, beyond an id; None where there is none.

    Args:
        conn: In the transaction that writes its keys.
        after: Its id is greater.
    """
    rows = await fetch_dicts(conn, SQL.take_changed, {"after": after})
    return rows[0]["id"] if rows else None


async def find_originals(conn: Connection, story_id: int) -> list[Keyless]:
    """Return the newest groups of a story whose keys were read before, for those of the story."""
    rows = await fetch_dicts(conn, SQL.find_originals, {"story_id": story_id, "most": MOST_ORIGINALS})
    return [Keyless(**row) for row in rows]


async def find_keys(conn: Connection, story_id: int) -> Mapping[str, float] | None:
    """Return the keys of an open story; None where it is none."""
    rows = await fetch_dicts(conn, SQL.find_keys, {"story_id": story_id})
    return dict(zip(rows[0]["keys"], rows[0]["key_weights"], strict=True)) if rows else None


async def set_keys(conn: Connection, story_id: int, keys: Mapping[str, float]) -> None:
    """Write the keys of a story."""
    await conn.execute(
        SQL.set_keys, {"story_id": story_id, "keys": list(keys), "weights": [float(n) for n in keys.values()]}
    )


async def find_linkable(conn: Connection, since: datetime) -> list[Keyed]:
    """Return open stories of the last days with their keys."""
    rows = await fetch_dicts(conn, SQL.find_linkable, {"since": since, "limit": MOST_LINKABLE})
    return [
        Keyed(
            story_id=row["id"],
            language=row["language"],
            keys=dict(zip(row["keys"], row["key_weights"], strict=True)),
            last_at=row["last_at"],
        )
        for row in rows
    ]


async def find_told(conn: Connection, since: datetime) -> list[Told]:
    """Return open stories of the last days with title and text of what was told first."""
    rows = await fetch_dicts(conn, SQL.find_told, {"since": since, "limit": MOST_TOLD, "n_chars": meaning.MOST_CHARS})
    return [Told(**row) for row in rows]


async def link_stories(conn: Connection, links: Sequence[Link]) -> None:
    """Link stories of two languages; a link stays."""
    params = {
        "story_ids": [link.story_id for link in links],
        "other_ids": [link.other_id for link in links],
        "scores": [link.score for link in links],
    }
    await conn.execute(SQL.link_stories, params)


async def note_round(conn: Connection, now: datetime) -> None:
    """Note that the sweep went round."""
    await conn.execute(SQL.note_round, {"now": now})


async def find_unplaced(conn: Connection) -> Unplaced:
    """Return which articles have no place yet."""
    return Unplaced(**(await fetch_dicts(conn, SQL.find_unplaced, {}))[0])
