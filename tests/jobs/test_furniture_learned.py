"""Sites teach their own template, end to end: what their pages repeat is learned and missing from later articles."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from extractors.furniture import fingerprint
from newsroom.server import Newsroom
from newsroom.site import Piece
from scheduler.kit import Kit
from scheduler.round import run_round
from store import furniture
from store.status import read_status
from tests.jobs.conftest import OpenKit
from tests.jobs.telling import NOW, again, rows, site, value, watch

TRADES = ("ferry", "bakery", "orchard", "library", "quarry", "tannery", "chapel", "brewery", "foundry", "dairy", "mill")

# No word of them is a cue in any language's list: only that they stand on each page tells.
PROMOS = (
    "The Harbour Lantern comes in three sizes and fits every table in town.",
    "Anna and Piet drink their first cup with the Lantern every single day.",
    "Our reading room above the rope works keeps a warm chair for everybody.",
)
NEW_LAYOUT = (
    "Seven bells ring in the old tower whenever a new edition leaves the press.",
    "The gulls on our front page are drawn by hand, each of them by Old Marten.",
    "Whoever brings an empty crate to the gate takes home a full one on Sunday.",
)


def story(number: int, promos: Sequence[str] = PROMOS) -> Piece:
    """A story unlike the others, with the same lines behind it."""
    one, other, third = (TRADES[n % 11] for n in (number, 3 * number + 1, number + 4))
    paragraphs = [
        f"Inspectors of district {number} found on their visit number {part} that the {one} beside the {other} had "
        f"been closed for {number * 7 + part} days, although its owners had promised {third} workers "
        f"and their families that the gates would open before the first snow of the year."
        for part in range(7)
    ]
    return Piece(
        path=f"/news/{one}-and-{other}-{number}",
        title=f"Inspectors close the {one} beside the {other}",
        text="\n\n".join([*paragraphs, *promos]),
        published_at=NOW - timedelta(hours=30 - number),
    )


async def texts(kit: Kit) -> dict[int, str]:
    """The stored texts by the number of the story."""
    found = await rows(kit, "SELECT url, text FROM article")
    return {int(row["url"].rpartition("-")[2]): row["text"] for row in found}


async def publish(kit: Kit, room: Newsroom, name: str, *pieces: Piece) -> None:
    for piece in pieces:
        room.publish(name, piece)
        await again(kit)


async def test_later_pages_are_stored_without_what_earlier_ones_repeat(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("lantern", [], pieces=(story(1),)))
    await run_round(kit)
    await publish(kit, room, "lantern", *(story(n) for n in range(2, 6)))
    stored = await texts(kit)
    assert len(stored) == 5
    for number in (3, 4, 5):
        assert not [promo for promo in PROMOS if promo in stored[number]]
        assert stored[number].count("Inspectors of district") == 7, "of the story nothing is lost"
    assert await value(kit, "SELECT n_pages FROM site") == 5


async def test_a_restarted_worker_knows_what_was_learned(open_test_kit: OpenKit, room: Newsroom) -> None:
    async with open_test_kit() as kit:
        await watch(kit, room, site("lantern", [], pieces=tuple(story(n) for n in (1, 2))))
        await run_round(kit)
    async with open_test_kit() as kit:
        await publish(kit, room, "lantern", story(3))
        stored = await texts(kit)
    assert not [promo for promo in PROMOS if promo in stored[3]]


async def test_a_page_that_is_fetched_again_counts_once(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("lantern", [], pieces=(story(1), story(2))))
    await run_round(kit)
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE entry SET state = 'pending', next_attempt_at = now()")
    await again(kit)
    assert kit.tally["fetched"] == 2
    assert await value(kit, "SELECT n_pages FROM site") == 2


async def test_what_was_learned_outlives_the_last_pages_with_counts_and_dates(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("lantern", [], pieces=tuple(story(n) for n in range(1, 9))))
    await run_round(kit)
    async with kit.database.connection() as conn:
        learned = await furniture.find_learned(conn, await value(kit, "SELECT name FROM site"))
    assert learned
    counts = {block.fingerprint: block.n_pages for block in learned}
    assert [counts.get(fingerprint(promo)) for promo in PROMOS] == [8, 8, 8]
    assert all(block.first_seen_at < block.last_seen_at for block in learned)
    # Eight pages without these lines: nothing but what was learned before knows them.
    await publish(kit, room, "lantern", *(story(n, PROMOS[:1]) for n in range(9, 17)), story(17))
    assert not [promo for promo in PROMOS if promo in (await texts(kit))[17]]


async def test_a_changed_layout_is_noticed_within_three_pages_and_told(kit: Kit, room: Newsroom) -> None:
    old = (*PROMOS, "The tide table hangs in the hall.", "Lamps are lit at six.")
    new = (*NEW_LAYOUT, "Herrings go round at noon.", "The bell rope is new.")
    await watch(kit, room, site("lantern", [], pieces=tuple(story(n, old) for n in range(1, 9))))
    await run_round(kit)
    assert await value(kit, "SELECT changed_at FROM site") is None
    await publish(kit, room, "lantern", *(story(n, new) for n in (9, 10, 11, 12)))
    assert await value(kit, "SELECT changed_at IS NOT NULL FROM site")
    assert await value(kit, "SELECT count(*) FROM furniture") == 0
    assert not [promo for promo in new if promo in (await texts(kit))[12]]
    async with kit.database.connection() as conn:
        (told,) = (await read_status(conn, "reader")).changed_sites
    assert told.name.startswith("lantern.localhost")


async def test_two_workers_learn_from_every_page_once(open_test_kit: OpenKit, room: Newsroom) -> None:
    names = ("lantern", "beacon", "buoy", "anchor")
    async with open_test_kit() as one, open_test_kit() as other:
        await watch(one, room, *(site(name, [], pieces=tuple(story(n) for n in range(1, 6))) for name in names))
        await asyncio.gather(run_round(one), run_round(other))
        assert await value(one, "SELECT count(*) FROM article") == 20
        assert [row["n_pages"] for row in await rows(one, "SELECT n_pages FROM site")] == [5] * 4
        for name in names:
            room.publish(name, story(6))
        await asyncio.gather(again(one), again(other))
        assert [row["n_pages"] for row in await rows(one, "SELECT n_pages FROM site")] == [6] * 4
        last = await rows(one, "SELECT text FROM article WHERE url LIKE '%%-6'")
        assert len(last) == 4
        assert not [promo for promo in PROMOS for row in last if promo in row["text"]]


async def test_a_path_that_an_operator_confirmed_keeps_what_stands_within_it(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("lantern", [], pieces=(story(1),)))
    async with kit.database.connection() as conn:
        await furniture.set_content_path(conn, await value(kit, "SELECT id FROM source"), "article")
    await run_round(kit)
    assert (await texts(kit))[1].count("Inspectors of district") == 7
