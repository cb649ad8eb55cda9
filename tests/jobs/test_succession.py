"""What becomes of copies and stories when an article has another text, or gives way to another article."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from placed import BRIDGE, HARBOUR, NOW, add, piece, replace

from news.copies import Relation
from news.model import TextOrigin
from scheduler.jobs import choosing
from scheduler.jobs.tidying import tidy_stories
from scheduler.kit import Kit
from store import articles, placements, stories

WITHDRAWN = "This article was withdrawn by the editors."


async def relations(conn: Any, text: str, n: int) -> list[tuple[Relation, int | None]]:
    """Let further outlets tell a text; return what each is, and of which article."""
    told = [piece(f"later-{k}", text, host=f"later{k}.example") for k in range(n)]
    placed = [await add(conn, article, at=NOW + timedelta(hours=k + 1)) for k, article in enumerate(told)]
    return [(one.relation, one.of_article_id) for one in placed]


async def test_a_teaser_becomes_the_full_text_of_the_same_article_in_the_same_story(own_conn: Any) -> None:
    teaser = await add(own_conn, piece(1, BRIDGE.split(".")[0] + "."))
    full = piece(1, BRIDGE)
    now = await replace(own_conn, teaser, full)
    assert now == teaser
    copy = await add(own_conn, piece(2, BRIDGE.split("\n\n", 1)[1]))
    assert copy.of_article_id == teaser.article_id


async def test_a_teaser_whose_full_text_is_a_copy_joins_it_and_its_story_goes_there(own_conn: Any) -> None:
    first = await add(own_conn, piece(1, BRIDGE))
    teaser = await add(
        own_conn, piece(2, "Trouble on the Wend: the town is angry about its bridge, and will go to court.")
    )
    assert teaser.group_id != first.group_id
    full = piece(2, BRIDGE)
    now = await replace(own_conn, teaser, full)
    assert (now.group_id, now.story_id, now.of_article_id) == (first.group_id, first.story_id, first.article_id)
    if teaser.story_id != first.story_id:
        cursor = await own_conn.execute("SELECT merged_into FROM story WHERE id = %s", [teaser.story_id])
        assert (await cursor.fetchone())["merged_into"] == first.story_id


async def test_a_copy_that_the_outlet_rewrites_leaves_its_original_and_keeps_its_story(own_conn: Any) -> None:
    await add(own_conn, piece(1, BRIDGE))
    copy = await add(own_conn, piece(2, BRIDGE))
    other = piece(2, HARBOUR)
    now = await replace(own_conn, copy, other)
    assert (now.relation, now.story_id) == (Relation.ORIGINAL, copy.story_id)
    assert now.group_id != copy.group_id


async def test_an_article_that_gives_way_leaves_its_place_and_its_copies_to_the_one_that_stays(own_conn: Any) -> None:
    stays = await add(own_conn, piece("stays", HARBOUR))
    gives_way = await add(own_conn, piece("gives", BRIDGE, text_origin=TextOrigin.ENTRY))
    copy = await add(own_conn, piece("copy", BRIDGE))
    async with own_conn.transaction():
        await articles.add_article(
            own_conn, piece("stays", HARBOUR), source_id=None, fetched_at=NOW, stand_in_id=gives_way.article_id
        )
    assert await placements.find_placement(own_conn, gives_way.article_id) is None
    now = await placements.find_placement(own_conn, copy.article_id)
    assert now is not None
    assert (now.relation, now.original_id) == (Relation.ORIGINAL, copy.article_id)
    assert await placements.find_placement(own_conn, stays.article_id) == stays


async def test_a_story_whose_only_article_gives_way_leads_to_the_story_of_the_one_that_stays(own_conn: Any) -> None:
    stays = await add(own_conn, piece("stays", HARBOUR))
    gives_way = await add(own_conn, piece("gives", BRIDGE, text_origin=TextOrigin.ENTRY))
    async with own_conn.transaction():
        await articles.add_article(
            own_conn, piece("stays", HARBOUR), source_id=None, fetched_at=NOW, stand_in_id=gives_way.article_id
        )
    cursor = await own_conn.execute("SELECT merged_into, n_groups FROM story WHERE id = %s", [gives_way.story_id])
    assert tuple((await cursor.fetchone()).values()) == (stays.story_id, 0)


async def test_copies_of_a_text_that_its_first_outlet_withdrew_find_the_next(own_conn: Any) -> None:
    first = await add(own_conn, piece(1, BRIDGE))
    second = await add(own_conn, piece(2, BRIDGE))
    withdrawn = await replace(own_conn, first, piece(1, WITHDRAWN))
    assert (withdrawn.relation, withdrawn.story_id) == (Relation.ORIGINAL, first.story_id)
    assert withdrawn.group_id != first.group_id
    assert await relations(own_conn, BRIDGE, 2) == [(Relation.EXACT, second.article_id)] * 2
    cut = await add(own_conn, piece("cut", BRIDGE.split("\n\n", 1)[1], host="cut.example"))
    assert (cut.relation.joins, cut.group_id) == (True, first.group_id)


async def test_copies_of_a_text_that_nobody_has_any_more_find_each_other(own_conn: Any) -> None:
    first = await add(own_conn, piece(1, BRIDGE))
    assert await replace(own_conn, first, piece(1, HARBOUR)) == first
    (begins, of), *later = await relations(own_conn, f"{BRIDGE}\n\nMore to follow.", 3)
    assert (begins, of) == (Relation.ORIGINAL, None)
    assert {relation for relation, _ in later} == {Relation.EXACT}
    near = await add(own_conn, piece("near", BRIDGE, host="near.example"), at=NOW + timedelta(hours=9))
    assert near.relation.joins
    assert near.group_id != first.group_id


async def test_an_original_that_becomes_a_copy_of_another_text_leaves_its_copies(kit: Kit, own_conn: Any) -> None:
    changed = await add(own_conn, piece(1, BRIDGE))
    copies = [await add(own_conn, piece(n, BRIDGE)) for n in (2, 3)]
    harbour = await add(own_conn, piece(4, HARBOUR))
    now = await replace(own_conn, changed, piece(1, HARBOUR))
    assert (now.group_id, now.story_id) == (harbour.group_id, harbour.story_id)
    await tidy_stories(kit)
    left = [await placements.find_placement(own_conn, copy.article_id) for copy in copies]
    assert [(one.relation, one.of_article_id, one.group_id) for one in left if one] == [
        (Relation.ORIGINAL, None, changed.group_id),
        (Relation.EXACT, copies[0].article_id, changed.group_id),
    ]


async def test_a_corrected_original_stays_one_and_its_copies_are_near(own_conn: Any) -> None:
    first = await add(own_conn, piece(1, BRIDGE))
    copy = await add(own_conn, piece(2, BRIDGE))
    assert await replace(own_conn, first, piece(1, BRIDGE.replace("eleven million", "twelve million"))) == first
    now = await placements.find_placement(own_conn, copy.article_id)
    assert now is not None
    assert (now.relation, now.of_article_id) == (Relation.NEAR, first.article_id)


async def test_an_edit_does_not_undo_what_a_person_took_apart(own_conn: Any) -> None:
    bridge = await add(own_conn, piece(1, BRIDGE))
    harbour = await add(own_conn, piece(2, HARBOUR))
    into = await stories.merge_stories(own_conn, bridge.story_id, harbour.story_id, by_hand=True)
    apart = await stories.split_story(
        own_conn, into, [harbour.article_id], by_hand=True, centroids=choosing.centroid_of
    )
    now = await replace(own_conn, harbour, piece(2, f"{BRIDGE}\n\nMore to follow."))
    assert (now.story_id, now.group_id) == (apart, harbour.group_id)
    cursor = await own_conn.execute("SELECT count(*) AS n FROM story_apart")
    assert (await cursor.fetchone())["n"] == 1


async def test_near_copies_of_a_stand_in_that_gave_way_find_what_it_stood_for(own_conn: Any) -> None:
    stand_in = await add(own_conn, piece("stand-in", BRIDGE, text_origin=TextOrigin.ENTRY))
    async with own_conn.transaction():
        kept_id, _ = await articles.add_article(
            own_conn, piece("page", BRIDGE), source_id=None, fetched_at=NOW, stand_in_id=stand_in.article_id
        )
    near = await add(own_conn, piece("near", f"{BRIDGE}\n\nMore to follow.", host="near.example"))
    assert (near.relation.joins, near.of_article_id) == (True, kept_id)
