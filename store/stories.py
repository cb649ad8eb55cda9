"""Stories: which are open, what joins them, and how they are merged and split, by a person or by the sweep.

What two stories have in common is weighed by `news.stories`; who may be alone with all placements says `copies`. What
a person decided stays: it is noted here, and whoever decides by machine asks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from news.errors import NotFoundError, UsageError
from news.terms import heaviest, join, length
from store import copies, queries
from store.rows import Connection, Row, array_literal, fetch_dicts
from store.transactions import atomic

SQL = queries.load("stories")

_CHOICE = 0x53746F72
"""Number of the locks of languages: "Stor" in ASCII."""

MOST_OPEN = 8
"""Stories that an article is compared with."""

PROBE_TERMS = 16
"""Of an article, the heaviest: by these open stories are found."""

SIGN_TERMS = 24
"""Of a story, the heaviest: by these it is found."""

_LEAST_TERMS = 2
"""That a story and an article have in common to be compared."""

MOST_ID = 2**63
"""No id is as large: the database has no number for it."""

MOST_GROUPS = 2000
"""Of a story whose centroid is summed up anew: the newest."""

Centroids = Callable[[Connection, str, Sequence["GroupTerms"]], Awaitable[Mapping[int, float]]]
"""Sums up what groups of a language are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStory:
    """A story that can be joined.

    Attributes:
        terms: Hashes of its terms to their weights: the sum of its groups' vectors.
    """

    id: int
    language: str
    first_at: datetime
    last_at: datetime
    n_groups: int
    by_hand: bool
    terms: Mapping[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTerms:
    """What a group of an open story is about: hashes of its terms to their weights, before their rarity."""

    id: int
    by_hand: bool
    first_at: datetime
    last_at: datetime
    terms: Mapping[int, float]


async def lock_language(conn: Connection, language: str) -> None:
    """Choose a story alone among all who choose one in this language, until the end of the transaction."""
    await conn.execute(SQL.lock_language, {"key": _CHOICE, "language": language})


async def lock_language_of(conn: Connection, story_id: int) -> None:
    """The same for the language of a story."""
    await conn.execute(SQL.lock_language_of, {"key": _CHOICE, "story_id": story_id})


async def find_counts(conn: Connection, language: str, terms: Sequence[int]) -> dict[int, int]:
    """Return in how many groups of a language terms occur, and of all groups under 0."""
    rows = await fetch_dicts(conn, SQL.find_counts, {"language": language, "terms": array_literal([0, *terms])})
    return {row["term"]: row["n_groups"] for row in rows}


async def find_open(
    conn: Connection, language: str, vector: Mapping[int, float], *, least_terms: int = _LEAST_TERMS
) -> list[OpenStory]:
    """Return the open stories of a language that have most in common with a vector, the best first."""
    probe = heaviest(vector, PROBE_TERMS)
    params = {
        "language": language,
        "terms": array_literal(probe),
        "weights": array_literal(probe.values()),
        "least_terms": min(least_terms, max(1, len(probe))),
        "most": MOST_OPEN,
    }
    return [read_story(row) for row in await fetch_dicts(conn, SQL.find_open, params)]


async def find_stories(conn: Connection, story_ids: Sequence[int]) -> list[OpenStory]:
    """Return those of the stories that are open."""
    return [read_story(row) for row in await fetch_dicts(conn, SQL.find_stories, {"story_ids": list(story_ids)})]


async def add_story(conn: Connection, language: str, at: datetime, centroid: Mapping[int, float]) -> int:
    """Begin a story of one group; return its id. Its language is locked."""
    (row,) = await fetch_dicts(conn, SQL.add_story, {"language": language, "at": at} | _about(centroid))
    return int(row["id"])


async def grow_story(conn: Connection, story: OpenStory, at: datetime, centroid: Mapping[int, float]) -> None:
    """Give a story a group more. Its language is locked."""
    params = {"story_id": story.id, "language": story.language, "at": at} | _about(centroid)
    async with conn.pipeline():
        await conn.execute(SQL.grow_story, params)
        await conn.execute(SQL.add_terms, params)


async def set_centroid(conn: Connection, story_id: int, language: str, centroid: Mapping[int, float]) -> None:
    """Say anew what an open story is about."""
    params = {"story_id": story_id, "language": language} | _about(centroid)
    await conn.execute(SQL.set_centroid, params)
    await conn.execute(SQL.add_terms, params)


async def find_group_terms(conn: Connection, story_id: int) -> list[GroupTerms]:
    """Return what the groups of an open story are about, the newest first."""
    rows = await fetch_dicts(conn, SQL.find_group_terms, {"story_id": story_id, "most": MOST_GROUPS})
    return [
        GroupTerms(
            id=row["id"],
            by_hand=row["by_hand"],
            first_at=row["first_at"],
            last_at=row["last_at"],
            terms=dict(zip(row["terms"], row["weights"], strict=True)),
        )
        for row in rows
    ]


async def count_in(conn: Connection, story_id: int) -> None:
    """Give a closed story a group more, that told it before."""
    await conn.execute(SQL.count_group_in, {"story_id": story_id})


async def count_out(conn: Connection, story_id: int, into_id: int) -> None:
    """Take a group that is gone out of a story; one that has none left is as if merged into the other."""
    (row,) = await fetch_dicts(conn, SQL.count_group_out, {"story_id": story_id})
    if row["n_groups"] == 0 and story_id != into_id:
        await _end(conn, story_id, into_id)


@atomic
async def merge_stories(conn: Connection, one_id: int, other_id: int, *, by_hand: bool) -> int:
    """Make one story of two and return its id: that of the older. The ids of both lead there from now on.

    Args:
        conn: Holding no lock; alone with all placements until the transaction ends.
        one_id: A story, or one that was merged.
        other_id: Another.
        by_hand: A person says so: what a machine found does not undo what a person took apart, and its answer is
            then the first story, as it was.

    Raises:
        NotFoundError: There is no such story.
    """
    await copies.lock_alone(conn)
    one, other = [await _lock(conn, story_id) for story_id in sorted((one_id, other_id))]
    if one["id"] == other["id"]:
        return int(one["id"])
    kept, gone = sorted((one, other), key=lambda row: (row["first_at"], row["id"]))
    pair = {"one_id": kept["id"], "other_id": gone["id"]}
    if by_hand:
        await conn.execute(SQL.forget_apart, pair)
    elif (await fetch_dicts(conn, SQL.are_apart, pair))[0]["are_apart"]:
        return one_id
    params = {"into_id": kept["id"], "gone_id": gone["id"], "by_hand": by_hand}
    stories = {story.id: story for story in await find_stories(conn, [kept["id"], gone["id"]])}
    await conn.execute(SQL.move_groups, params)
    await conn.execute(SQL.take_story, params)
    await _end(conn, gone["id"], kept["id"])
    centroid: Mapping[int, float] = {}
    for story in stories.values():
        centroid = join(centroid, story.terms)
    await set_centroid(conn, kept["id"], kept["language"], centroid)
    return int(kept["id"])


@atomic
async def split_story(
    conn: Connection, story_id: int, article_ids: Sequence[int], *, by_hand: bool, centroids: Centroids
) -> int:
    """Make a story of some articles of another, with their copies, and return its id.

    Args:
        conn: Holding no lock; alone with all placements until the transaction ends.
        story_id: The story, or one that was merged into it.
        article_ids: Articles of it; copies of one text are not parted.
        by_hand: A person says so: no machine joins them again.
        centroids: How the sum of what groups are about is made.

    Raises:
        NotFoundError: There is no such story, or an article is not in it.
        UsageError: These are all of its articles.
    """
    await copies.lock_alone(conn)
    old = await _lock(conn, story_id)
    params = {"story_id": old["id"], "article_ids": [one for one in article_ids if one < MOST_ID]}
    found = {row["article_id"]: row["group_id"] for row in await fetch_dicts(conn, SQL.find_groups_of, params)}
    if strange := [article_id for article_id in article_ids if article_id not in found]:
        raise NotFoundError(f"story: {old['id']}: article {strange[0]} is not in it")
    return await split_groups(conn, old["id"], sorted(set(found.values())), by_hand=by_hand, centroids=centroids)


@atomic
async def split_groups(
    conn: Connection, story_id: int, group_ids: Sequence[int], *, by_hand: bool, centroids: Centroids
) -> int:
    """Make a story of some groups of another; as `split_story`."""
    await copies.lock_alone(conn)
    old = await _lock(conn, story_id)
    params = {"story_id": old["id"], "group_ids": sorted(group_ids), "by_hand": by_hand}
    (rest,) = await fetch_dicts(conn, SQL.count_rest, params)
    if not rest["n_groups"]:
        raise UsageError(f"story: {old['id']}: these articles, with their copies, are all of it")
    (row,) = await fetch_dicts(conn, SQL.add_split, params)
    params["new_id"] = row["id"]
    await conn.execute(SQL.take_groups, params)
    await conn.execute(SQL.shrink_story, params)
    if by_hand:
        await conn.execute(SQL.keep_apart, {"one_id": old["id"], "other_id": row["id"]})
    await conn.execute(SQL.tell_split, params)
    if old["closed_at"] is None:
        for part in (old["id"], row["id"]):
            groups = await find_group_terms(conn, part)
            await set_centroid(conn, part, old["language"], await centroids(conn, old["language"], groups))
    return int(row["id"])


async def _end(conn: Connection, gone_id: int, into_id: int) -> None:
    params = {"gone_id": gone_id, "into_id": into_id}
    for query in (SQL.end_merged, SQL.forget_terms, SQL.move_apart, SQL.move_links, SQL.tell_merged):
        await conn.execute(query, params)


async def _lock(conn: Connection, story_id: int) -> Row:
    rows = await fetch_dicts(conn, SQL.lock_story, {"story_id": story_id})
    if not rows:
        raise NotFoundError(f"story: {story_id}: not stored")
    return rows[0]


def _about(centroid: Mapping[int, float]) -> Row:
    """Return a centroid, and what it is found by: its heaviest terms, weighed as parts of a vector of length 1."""
    size = length(centroid) or 1.0
    sign = heaviest(centroid, SIGN_TERMS)
    return {
        "terms": array_literal(centroid),
        "weights": array_literal(centroid.values()),
        "sign": array_literal(sign),
        "sign_weights": array_literal(weight / size for weight in sign.values()),
    }


def read_story(row: Row) -> OpenStory:
    """Return an open story from its row."""
    terms = dict(zip(row["terms"], row["weights"], strict=True))
    return OpenStory(**{name: row[name] for name in OpenStory.__dataclass_fields__ if name != "terms"}, terms=terms)
