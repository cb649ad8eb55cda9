"""The choice of a story for an article that copies nothing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from news.model import Article
from news.placement import Placement
from news.tokens import tokens
from store import stories
from store.rows import Connection
from store.stories import GroupTerms


def hash_term(term: str) -> int:
    """Return 64 bits with sign, never 0."""
    return (
        int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True)
        or 1
    )


def terms_of(article: Article) -> dict[int, float]:
    """Return what an article is about."""
    tf: Counter[str] = Counter()
    for t in tokens(article.text[:8000])[:400]:
        if len(t) > 2:
            tf[t[:6]] += 1
    for t in tokens(article.title or ""):
        if len(t) > 2:
            tf[t[:6]] += 2
    return {hash_term(t): 1 + math.log(c) for t, c in tf.items()}


async def vector_of(conn: Connection, language: str, terms: Mapping[int, float]) -> dict[int, float]:
    """Return terms weighed by their rarity, as a vector of length 1."""
    counts = await stories.find_counts(conn, language, list(terms))
    n = counts.get(0, 0) + 50
    v = stories.heaviest({t: w * math.log(n / (counts.get(t, 0) + 0.5)) for t, w in terms.items()}, 80)
    z = math.sqrt(sum(x * x for x in v.values())) or 1.0
    return {t: x / z for t, x in v.items()}


async def choose_story(conn: Connection, language: str, terms: Mapping[int, float], at: datetime) -> int:
    """Return the story that an article tells: an open one, or a new one."""
    v = await vector_of(conn, language, terms)
    async with conn.pipeline():
        await stories.lock_language(conn, language)
        found = await stories.find_open(conn, language, v)
    best, best_score = None, 0.2
    for story in found:
        gap = abs((at - story.last_at).total_seconds()) / 86400
        if gap > 4:
            continue
        z = math.sqrt(sum(x * x for x in story.terms.values())) or 1.0
        score = sum(x * story.terms.get(t, 0.0) for t, x in v.items()) / z * math.exp(-gap / 3)
        if score >= best_score:
            best, best_score = story, score
    if best is None:
        return await stories.add_story(conn, language, at, v)
    centroid = dict(best.terms)
    for t, x in v.items():
        centroid[t] = centroid.get(t, 0.0) + x
    await stories.grow_story(conn, best, at, stories.heaviest(centroid, stories.MOST_CENTROID_TERMS))
    return best.id


async def stay_in_story(
    conn: Connection, placement: Placement, language: str, terms: Mapping[int, float], at: datetime
) -> None:
    """Let an article that leaves its group tell the story it told with it."""
    v = await vector_of(conn, language, terms)
    await stories.lock_language(conn, language)
    for story in await stories.find_stories(conn, [placement.story_id]):
        centroid = dict(story.terms)
        for t, x in v.items():
            centroid[t] = centroid.get(t, 0.0) + x
        await stories.grow_story(conn, story, at, stories.heaviest(centroid, stories.MOST_CENTROID_TERMS))


async def centroid_of(conn: Connection, language: str, groups: Sequence[GroupTerms]) -> dict[int, float]:
    """Return what groups are about together."""
    centroid: dict[int, float] = {}
    for group in groups:
        for t, x in (await vector_of(conn, language, group.terms)).items():
            centroid[t] = centroid.get(t, 0.0) + x
    return stories.heaviest(centroid, stories.MOST_CENTROID_TERMS)
