"""Eight workers that place copies at one moment: no event is split, nobody waits in a circle, none stays half done."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from placed import NOW, piece
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from news.model import Article
from scheduler.jobs import choosing
from scheduler.jobs.stories import place
from store import articles, placements, stories
from store.connections import full_conninfo

N_EVENTS, N_COPIES, N_WORKERS = 40, 5, 8


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    async with await AsyncConnection.connect(full_conninfo(url), autocommit=True, row_factory=dict_row) as conn:
        yield conn


def told(event: int, n: int) -> Article:
    """A copy of an event's text: its words are its own, its beginning and its end the outlet's."""
    words = random.Random(event)
    text = " ".join(f"{words.choice('abcdefghij')}{words.randrange(10**6)}" for _ in range(150))
    own = random.Random((event, n).__hash__())
    wrapped = f"{' '.join(f'x{own.randrange(10**9)}' for _ in range(12 * n))}\n\n{text}" if n else text
    return piece(f"{event}-{n}", wrapped, host=f"h{n}.example", title=f"Event {event}", language="en")


async def work(url: str, queue: asyncio.Queue[tuple[int, Article]], groups: dict[int, set[int]]) -> None:
    async with connected(url) as conn:
        while not queue.empty():
            event, article = queue.get_nowait()
            async with conn.transaction():
                article_id, _ = await articles.add_article(conn, article, source_id=None, fetched_at=NOW)
                # The others come in between.
                await asyncio.sleep(0)
                await place(conn, article_id, article, source_id=None, fetched_at=NOW)
            groups[event].add(article_id)


async def test_copies_that_eight_workers_place_at_one_moment_are_one_group_and_one_story(database_url: str) -> None:
    queue: asyncio.Queue[tuple[int, Article]] = asyncio.Queue()
    for event in range(N_EVENTS):
        for n in range(N_COPIES):
            queue.put_nowait((event, told(event, n)))
    ids: dict[int, set[int]] = defaultdict(set)
    await asyncio.gather(*(work(database_url, queue, ids) for _ in range(N_WORKERS)))
    async with connected(database_url) as conn:
        found = {n: [await placements.find_placement(conn, one) for one in ids[n]] for n in range(N_EVENTS)}
        cursor = await conn.execute("SELECT sum(n_articles) AS a, count(*) AS n FROM copy_group")
        assert tuple((await cursor.fetchone()).values()) == (N_EVENTS * N_COPIES, N_EVENTS)
        cursor = await conn.execute(
            "SELECT count(*) AS n FROM copy_group"
            " WHERE n_articles <> (SELECT count(*) FROM placement WHERE group_id = copy_group.id)"
        )
        assert (await cursor.fetchone())["n"] == 0
    assert [len({one.group_id for one in members if one}) for members in found.values()] == [1] * N_EVENTS


async def test_merging_and_splitting_beside_eight_workers_loses_nothing(database_url: str) -> None:
    queue: asyncio.Queue[tuple[int, Article]] = asyncio.Queue()
    for event in range(N_EVENTS):
        for n in range(3):
            queue.put_nowait((event, told(event, n)))
    ids: dict[int, set[int]] = defaultdict(set)
    chance = random.Random(5)

    async def meddle() -> int:
        n = 0
        async with connected(database_url) as conn:
            while not queue.empty():
                cursor = await conn.execute("SELECT id FROM story WHERE closed_at IS NULL ORDER BY id")
                open_ids = [row["id"] for row in await cursor.fetchall()]
                if len(open_ids) > 1:
                    await stories.merge_stories(conn, *chance.sample(open_ids, 2), by_hand=False)
                    n += 1
                cursor = await conn.execute("SELECT story_id, id FROM copy_group ORDER BY random() LIMIT 1")
                for row in await cursor.fetchall():
                    if await _has_others(conn, row["story_id"]):
                        await stories.split_groups(
                            conn, row["story_id"], [row["id"]], by_hand=False, centroids=choosing.centroid_of
                        )
                await asyncio.sleep(0.02)
        return n

    *_, n_merges = await asyncio.gather(*(work(database_url, queue, ids) for _ in range(N_WORKERS)), meddle())
    assert n_merges
    async with connected(database_url) as conn:
        cursor = await conn.execute("SELECT count(*) AS n FROM article_story")
        assert (await cursor.fetchone())["n"] == 3 * N_EVENTS
        cursor = await conn.execute(
            "SELECT id FROM story WHERE n_groups <> (SELECT count(*) FROM copy_group WHERE story_id = story.id)"
            " OR (merged_into IS NOT NULL AND n_groups > 0)"
            " OR EXISTS (SELECT FROM story next WHERE next.id = story.merged_into AND next.merged_into IS NOT NULL)"
        )
        assert await cursor.fetchall() == []


async def test_a_worker_that_dies_before_its_commit_leaves_nothing_and_is_not_waited_for(database_url: str) -> None:
    async with connected(database_url) as dying, connected(database_url) as other:
        async with dying.transaction():
            article_id, _ = await articles.add_article(dying, told(1, 0), source_id=None, fetched_at=NOW)
            await place(dying, article_id, told(1, 0), source_id=None, fetched_at=NOW)
            waiting = asyncio.create_task(_add(other, told(1, 1)))
            await asyncio.sleep(0.2)
            assert not waiting.done()
            # What a killed process leaves: a connection that ends without a word.
            await dying.close()
        placed = await asyncio.wait_for(waiting, 30)
        cursor = await other.execute("SELECT count(*) AS n FROM placement")
        assert (await cursor.fetchone())["n"] == 1
        again = await _add(other, told(1, 0))
    assert (again.group_id, again.relation.joins) == (placed.group_id, True)


async def _add(conn: Any, article: Article) -> Any:
    async with conn.transaction():
        article_id, _ = await articles.add_article(conn, article, source_id=None, fetched_at=NOW + timedelta(seconds=1))
        return await place(conn, article_id, article, source_id=None, fetched_at=NOW + timedelta(seconds=1))


async def _has_others(conn: Any, story_id: int) -> bool:
    cursor = await conn.execute("SELECT count(*) AS n FROM copy_group WHERE story_id = %s", [story_id])
    return bool((await cursor.fetchone())["n"] > 1)
