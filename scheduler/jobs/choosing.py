"""The choice of a story: what an article is about is weighed, then compared with the open stories of its language.

The rules are `news.terms` and `news.stories`. How rare terms are was counted by the sweep: nobody waits for a counter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from news.imprints import Imprint
from news.placement import Placement
from news.stories import Telling, choose
from news.terms import join, weigh
from store import stories
from store.rows import Connection
from store.stories import GroupTerms, OpenStory


async def vector_of(conn: Connection, language: str, terms: Mapping[int, float]) -> dict[int, float]:
    """Return terms weighed by how rare they are today."""
    counts = await stories.find_counts(conn, language, list(terms))
    return weigh(terms, counts, counts.get(0, 0))


async def choose_story(conn: Connection, language: str, imprint: Imprint, at: datetime) -> int:
    """Return the story that an article tells: an open one, or a new one.

    Args:
        conn: In the transaction that places the article; until it ends nobody else chooses in this language.
        language: Of the article; empty where it is not known.
        imprint: Of the article, which copies nothing.
        at: When it was fetched.
    """
    vector = await vector_of(conn, language, imprint.terms)
    async with conn.pipeline():
        await stories.lock_language(conn, language)
        found = await stories.find_open(conn, language, vector)
    choice = choose(vector, [telling(story) for story in found], at, imprint.title_terms)
    if choice.story_id is None:
        return await stories.add_story(conn, language, at, vector)
    [story] = [story for story in found if story.id == choice.story_id]
    await stories.grow_story(conn, story, at, join(story.terms, vector))
    return story.id


async def stay_in_story(
    conn: Connection, placement: Placement, language: str, terms: Mapping[int, float], at: datetime
) -> None:
    """Let an article that is to leave its group go on telling the story that it told with it."""
    vector = await vector_of(conn, language, terms)
    await stories.lock_language_of(conn, placement.story_id)
    if not await stories.find_stories(conn, [placement.story_id]):
        await stories.count_in(conn, placement.story_id)
    for story in await stories.find_stories(conn, [placement.story_id]):
        await stories.grow_story(conn, story, at, join(story.terms, vector))


async def centroid_of(conn: Connection, language: str, groups: Sequence[GroupTerms]) -> Mapping[int, float]:
    """Return what groups are about together, weighed anew."""
    centroid: Mapping[int, float] = {}
    for vector in (await vectors_of(conn, language, groups)).values():
        centroid = join(centroid, vector)
    return centroid


async def vectors_of(conn: Connection, language: str, groups: Sequence[GroupTerms]) -> dict[int, dict[int, float]]:
    """Return what each of some groups is about, by its id, weighed anew."""
    terms = sorted({term for group in groups for term in group.terms})
    counts = await stories.find_counts(conn, language, terms)
    return {group.id: weigh(group.terms, counts, counts.get(0, 0)) for group in groups}


def telling(story: OpenStory) -> Telling:
    """Return an open story as one that may be told."""
    return Telling(story_id=story.id, centroid=story.terms, n_articles=story.n_groups, last_at=story.last_at)
