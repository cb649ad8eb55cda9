"""The sweep of stories: what one article alone cannot show. One at a time in the fleet, in short transactions.

It places what was left over, counts how rare terms are, closes what is silent, joins groups and stories that have grown
together, takes out what strayed into a story, links stories of two languages. What a person merged or split stays: a
machine asks before. Alerts follow by the functions that merging and splitting call.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import datetime

from news import copies as rules
from news.copies import Candidate
from news.crosslingual import LINK_WINDOW, Keyed, Link, join_keys, keys, links
from news.meaning import links_by_meaning
from news.sketches import sketch
from news.stories import JOIN, is_one, parts
from news.terms import similarity
from scheduler.embedders import load_embedder
from scheduler.jobs import choosing
from scheduler.jobs.placing import place_late, place_waiting
from scheduler.kit import Kit
from store import articles, placements, stories, tidying
from store.rows import Connection
from store.stories import OpenStory
from store.tidying import Kindred

MOST_PARTS = 30
"""Of a story whose articles are each compared with the rest: what strays does so while it is small."""

log = logging.getLogger(__name__)


async def tidy_stories(kit: Kit) -> None:
    """Go round once, unless another worker does; the rest of a long backlog is left to the next rounds."""
    async with kit.database.connection() as guard, guard.transaction():
        if not await tidying.try_alone(guard):
            return
        await place_waiting(kit)
        n_late = await place_late(kit)
        await _close(kit, kit.clock.now())
        await _count(kit)
        await _look_at_kindred(kit)
        n_merged, n_split = await _look_at_grown(kit)
        await _read_keys_anew(kit)
        await _link(kit)
        async with kit.database.connection() as conn:
            await tidying.open_ahead(conn, kit.clock.now())
            await tidying.note_round(conn, kit.clock.now())
        if kit.config.embedder is not None:
            await _link_by_meaning(kit, kit.config.embedder)
    if n_late or n_merged or n_split:
        found = {"n_late": n_late, "n_merged": n_merged, "n_split": n_split}
        log.info("stories tidied", extra={"action": "stories_tidied", **found})


async def _close(kit: Kit, now: datetime) -> None:
    """Close what is silent; while old articles are placed behind the others, as it was in their days."""
    async with kit.database.connection() as conn:
        now = min(now, await placements.find_late_at(conn) or now)
    while not kit.stopping.is_set():
        async with kit.database.connection() as conn:
            if await tidying.close_stories(conn, now) < tidying.STORIES_A_TURN:
                return


async def _read_keys_anew(kit: Kit) -> None:
    """Read the keys of stories that were merged or split; those of groups that are not counted yet come with them."""
    story_id: int | None = 0
    while story_id is not None and not kit.stopping.is_set():
        async with kit.database.connection() as conn, conn.transaction():
            story_id = await tidying.take_changed(conn, story_id)
            if story_id is not None:
                joined: dict[str, float] = {}
                for group in await tidying.find_originals(conn, story_id):
                    found = await asyncio.to_thread(keys, group.title, group.text, group.language)
                    joined = join_keys(joined, found)
                await tidying.set_keys(conn, story_id, joined)


async def _count(kit: Kit) -> None:
    """Count the terms of new groups, and add their keys to those of their stories."""
    while not kit.stopping.is_set():
        async with kit.database.connection() as conn:
            after, to = await tidying.find_uncounted(conn)
            if to <= after:
                return
            for group in await tidying.find_keyless(conn, after, to):
                found = await asyncio.to_thread(keys, group.title, group.text, group.language)
                known = await tidying.find_keys(conn, group.story_id)
                if found and known is not None:
                    await tidying.set_keys(conn, group.story_id, join_keys(known, found))
            await tidying.count_terms(conn, after, to)


async def _look_at_kindred(kit: Kit) -> None:
    async with kit.database.connection() as conn:
        pairs = await tidying.find_kindred(conn)
    for pair in pairs:
        if kit.stopping.is_set():
            return
        async with kit.database.connection() as conn:
            if not pair.by_hand:
                await _join(conn, pair)
            await tidying.forget_kindred(conn, pair)


async def _join(conn: Connection, pair: Kindred) -> None:
    """Make one group of two whose originals are copies; else one story of theirs where they are alike."""
    one, other = [
        await articles.find_article(conn, article_id) for article_id in (pair.original_id, pair.other_original_id)
    ]
    candidate = Candidate(
        article_id=one.id,
        group_id=pair.group_id,
        sketch=sketch(one.article.title, one.article.text),
        fetched_at=one.fetched_at,
    )
    verdict = rules.compare(sketch(other.article.title, other.article.text), [candidate], other.fetched_at)
    if not verdict.relation.joins and not await _are_alike(conn, pair.story_id, pair.other_story_id):
        return
    if pair.story_id != pair.other_story_id:
        if pair.other_story_id in await tidying.find_apart(conn, pair.story_id):
            return
        await stories.merge_stories(conn, pair.story_id, pair.other_story_id, by_hand=False)
    if verdict.relation.joins:
        await placements.merge_groups(conn, pair.other_id, pair.group_id, verdict)


async def _are_alike(conn: Connection, story_id: int, other_id: int) -> bool:
    found = await stories.find_stories(conn, [story_id, other_id])
    return len(found) == 2 and similarity(found[0].terms, found[1].terms) >= JOIN


async def _look_at_grown(kit: Kit) -> tuple[int, int]:
    """Look at the stories that have grown; return how many were merged into another, and how many taken out of one."""
    n_merged = n_split = after = 0
    while not kit.stopping.is_set():
        async with kit.database.connection() as conn:
            grown = await tidying.find_grown(conn, after)
            for story in grown:
                merged = await _merge(conn, story)
                n_merged += merged
                if not merged and not story.by_hand and story.n_groups <= MOST_PARTS:
                    n_split += await _split(conn, story)
                await tidying.note_swept(conn, story)
        if not grown:
            break
        after = grown[-1].id
    return n_merged, n_split


async def _merge(conn: Connection, story: OpenStory) -> bool:
    """Merge a story with the first of the most alike that is one with it, and that no person took apart from it."""
    apart: set[int] | None = None
    for other in await stories.find_open(conn, story.language, story.terms):
        if other.id == story.id or not is_one(choosing.telling(story), choosing.telling(other)):
            continue
        if apart is None:
            apart = await tidying.find_apart(conn, story.id)
        if other.id not in apart:
            await stories.merge_stories(conn, story.id, other.id, by_hand=False)
            return True
    return False


async def _split(conn: Connection, story: OpenStory) -> int:
    """Take out of a story what tells another, and return how many groups; what a person put there stays."""
    if story.n_groups < 3:
        return 0
    groups = await stories.find_group_terms(conn, story.id)
    vectors = await choosing.vectors_of(conn, story.language, groups)
    by_hand = {group.id for group in groups if group.by_hand}
    n = 0
    for strayed in parts({group_id: vector for group_id, vector in vectors.items() if vector}):
        if not by_hand.intersection(strayed) and len(strayed) < story.n_groups - n:
            await stories.split_groups(conn, story.id, strayed, by_hand=False, centroids=choosing.centroid_of)
            n += len(strayed)
    return n


async def _link(kit: Kit) -> None:
    async with kit.database.connection() as conn:
        linkable = await tidying.find_linkable(conn, kit.clock.now() - LINK_WINDOW)
    if len({story.language for story in linkable}) < 2:
        return
    found = await asyncio.to_thread(_find_links, linkable)
    async with kit.database.connection() as conn:
        await tidying.link_stories(conn, found)


async def _link_by_meaning(kit: Kit, name: str) -> None:
    """Add the links that a model of the operator's finds; after all else, so that its faults delay nothing."""
    async with kit.database.connection() as conn:
        told = await tidying.find_told(conn, kit.clock.now() - LINK_WINDOW)
    if len({story.language for story in told}) < 2:
        return
    found = await asyncio.to_thread(lambda: links_by_meaning(told, load_embedder(name)))
    async with kit.database.connection() as conn:
        await tidying.link_stories(conn, found)


def _find_links(linkable: list[Keyed]) -> list[Link]:
    # A key is as rare as in the language that has it most: an event told in five languages has it five times.
    counted = Counter((story.language, key) for story in linkable for key in story.keys)
    counts: dict[str, int] = {}
    for (_, key), n in counted.items():
        counts[key] = max(n, counts.get(key, 0))
    return links(linkable, counts, max(Counter(story.language for story in linkable).values()))
