"""The sweep of stories, and that what a person merged or split stays."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from placed import BRIDGE, HARBOUR, add, piece

from news.copies import Relation
from news.errors import NotFoundError, UsageError
from news.facts import Moment
from scheduler.jobs import choosing
from scheduler.jobs.placing import place_waiting
from scheduler.jobs.tidying import tidy_stories
from scheduler.kit import Kit
from store import articles, members, placements, stories, tidying

MEETING_UK = """Президент Володимир Гаренко та прем'єр-міністр Естонії Каір Толст домовилися в Талліні про поставку 240
бронемашин. Угоду на 1,75 мільярда євро підписали 18 листопада в присутності посла Мартіна Еклунда. Перші 36 машин
прибудуть до Харкова у березні, повідомила речниця уряду Лейла Саарінен."""
MEETING_RU = """Президент Владимир Гаренко и премьер-министр Эстонии Каир Толст договорились в Таллине о поставке 240
бронемашин. Соглашение на 1,75 миллиарда евро подписано 18 ноября в присутствии посла Мартина Эклунда. Первые 36 машин
прибудут в Харьков в марте, сообщила представитель правительства Лейла Сааринен."""
MEETING_EN = """President Volodymyr Harenko and Estonian Prime Minister Kair Tolst have agreed in Tallinn on the
delivery of 240 armoured vehicles. The deal over 1.75 billion euros was signed on 18 November in the presence of
Ambassador Martin Eklund. The first 36 vehicles will reach Kharkiv in March, said government spokeswoman Leila
Saarinen."""

STRANGE = " ".join(f"{sign}{sign}{n}" for n in range(12) for sign in ("quartz", "feldspar", "basalt", "gneiss"))


@pytest.fixture
async def conn(kit: Kit) -> Any:
    async with kit.database.connection() as connection:
        yield connection


async def test_reports_of_one_meeting_in_three_languages_are_linked_and_never_merged(kit: Kit, conn: Any) -> None:
    now = kit.clock.now()
    told = [("ru", MEETING_RU), ("uk", MEETING_UK), ("en", MEETING_EN)]
    placed = [await add(conn, piece(code, text, language=code), at=now) for code, text in told]
    await add(conn, piece("other", BRIDGE), at=now)
    await tidy_stories(kit)
    assert len({one.story_id for one in placed}) == 3
    cursor = await conn.execute("SELECT story_id, other_id FROM story_link")
    found = {tuple(row.values()) for row in await cursor.fetchall()}
    ids = sorted(one.story_id for one in placed)
    assert found == {(ids[0], ids[1]), (ids[0], ids[2]), (ids[1], ids[2])}


async def test_a_linked_story_is_called_as_it_calls_itself(kit: Kit, conn: Any) -> None:
    now = kit.clock.now()
    told = [("uk", MEETING_UK), ("ru", MEETING_RU), ("en", MEETING_EN)]
    ukrainian, russian, _ = [await add(conn, piece(code, text, language=code), at=now) for code, text in told]
    published = Moment(at=now - timedelta(hours=3), raw="", origin="json-ld")
    first = await add(conn, piece("first", STRANGE, language="ru", title="Первая", published=published), at=now)
    await tidy_stories(kit)
    await stories.merge_stories(conn, russian.story_id, first.story_id, by_hand=True)
    links = {link.language: link for link in (await members.find_story(conn, ukrainian.story_id)).also_in}
    assert links["ru"].title == "Первая"
    assert (await members.find_story(conn, links["ru"].id)).members[0].title == "Первая"


async def test_a_silent_story_closes_and_nothing_joins_it(kit: Kit, conn: Any) -> None:
    now = kit.clock.now()
    old = await add(conn, piece(1, BRIDGE), at=now - timedelta(days=5))
    young = await add(conn, piece(2, HARBOUR), at=now)
    await tidy_stories(kit)
    cursor = await conn.execute("SELECT id FROM story WHERE closed_at IS NOT NULL")
    assert [row["id"] for row in await cursor.fetchall()] == [old.story_id]
    again = await add(conn, piece(3, BRIDGE.replace("Tuesday", "Friday")), at=now)
    assert again.story_id not in (old.story_id, young.story_id)


async def test_terms_are_counted_once_whoever_counts(kit: Kit, conn: Any) -> None:
    for n, text in enumerate((BRIDGE, HARBOUR)):
        await add(conn, piece(n, text), at=kit.clock.now())
    await asyncio.gather(*(tidy_stories(kit) for _ in range(3)))
    assert await stories.find_counts(conn, "en", []) == {0: 2}


async def test_articles_that_were_put_off_are_placed_each_by_itself_and_once(kit: Kit, conn: Any) -> None:
    async with conn.transaction():
        ids = [
            (await articles.add_article(conn, piece(n, text), source_id=None, fetched_at=kit.clock.now()))[0]
            for n, text in enumerate((BRIDGE, HARBOUR, BRIDGE))
        ]
        await placements.put_off(conn, ids)
    placed = await asyncio.gather(place_waiting(kit), place_waiting(kit))
    assert sum(placed) == 3
    found = [await placements.find_placement(conn, article_id) for article_id in ids]
    assert [one.relation for one in found if one] == [Relation.ORIGINAL, Relation.ORIGINAL, Relation.EXACT]
    assert (await tidying.find_unplaced(conn)).n_waiting == 0


async def test_articles_of_the_time_before_are_placed_the_oldest_first(kit: Kit, conn: Any) -> None:
    then = kit.clock.now() - timedelta(days=60)
    for n, text in enumerate((BRIDGE, f"{BRIDGE}\n\nMore follows.", HARBOUR, BRIDGE)):
        at = then + timedelta(days=20 if n == 3 else 0, hours=n)
        await articles.add_article(conn, piece(n, text), source_id=None, fetched_at=at)
    await conn.execute("UPDATE sweep_progress SET place_to = (SELECT max(id) FROM article)")
    new = await add(conn, piece("new", HARBOUR), at=kit.clock.now())
    await tidy_stories(kit)
    cursor = await conn.execute("SELECT relation FROM placement ORDER BY article_id")
    relations = [row["relation"] for row in await cursor.fetchall()]
    assert relations == ["original", "near", "reprint", "reprint", "original"]
    assert (await tidying.find_unplaced(conn)).n_late == 0
    assert await placements.find_placement(conn, new.article_id) == new


async def test_groups_that_an_article_shows_to_be_one_are_joined_with_their_stories(kit: Kit, conn: Any) -> None:
    texts = [_retold(BRIDGE, step) for step in (4, 5)]
    now = kit.clock.now()
    parts = [await add(conn, piece(n, text), at=now) for n, text in enumerate(texts)]
    await stories.split_groups(
        conn, parts[0].story_id, [parts[1].group_id], by_hand=False, centroids=choosing.centroid_of
    )
    whole = await add(conn, piece("whole", "\n\n".join(texts)), at=now)
    assert whole.relation.joins
    await tidy_stories(kit)
    found = [await placements.find_placement(conn, one.article_id) for one in (*parts, whole)]
    assert len({one.story_id for one in found if one}) == 1
    cursor = await conn.execute("SELECT count(*) AS n FROM kindred_group")
    assert (await cursor.fetchone())["n"] == 0


async def test_a_merge_by_hand_moves_all_and_both_numbers_lead_there(conn: Any) -> None:
    one, other = [await add(conn, piece(n, text)) for n, text in enumerate((BRIDGE, HARBOUR))]
    assert one.story_id != other.story_id
    kept = await stories.merge_stories(conn, other.story_id, one.story_id, by_hand=True)
    assert kept == one.story_id
    now = await placements.find_placement(conn, other.article_id)
    assert now is not None
    assert now.story_id == one.story_id
    assert await stories.merge_stories(conn, one.story_id, other.story_id, by_hand=True) == kept


async def test_no_sweep_takes_apart_what_a_person_joined(kit: Kit, conn: Any) -> None:
    now = kit.clock.now()
    texts = (BRIDGE, BRIDGE[::-1], HARBOUR)
    placed = [await add(conn, piece(n, text), at=now) for n, text in enumerate(texts)]
    for one in placed[1:]:
        await stories.merge_stories(conn, placed[0].story_id, one.story_id, by_hand=True)
    await conn.execute("UPDATE story SET n_swept = 0 WHERE closed_at IS NULL")
    await tidy_stories(kit)
    found = [await placements.find_placement(conn, one.article_id) for one in placed]
    assert len({one.story_id for one in found if one}) == 1


async def test_no_sweep_joins_what_a_person_took_apart(kit: Kit, conn: Any) -> None:
    now = kit.clock.now()
    told = [piece(1, BRIDGE), piece(2, _retold(BRIDGE)), piece(3, _retold(BRIDGE, 5))]
    placed = [await add(conn, one, at=now) for one in told]
    assert len({one.story_id for one in placed}) == 1
    assert len({one.group_id for one in placed}) == 3
    new_id = await stories.split_story(
        conn, placed[0].story_id, [placed[2].article_id], by_hand=True, centroids=choosing.centroid_of
    )
    await conn.execute("UPDATE story SET n_swept = 0 WHERE closed_at IS NULL")
    await tidy_stories(kit)
    found = [await placements.find_placement(conn, one.article_id) for one in placed]
    assert [one.story_id for one in found if one] == [placed[0].story_id] * 2 + [new_id]
    assert await stories.merge_stories(conn, placed[0].story_id, new_id, by_hand=False) != new_id
    assert await stories.merge_stories(conn, placed[0].story_id, new_id, by_hand=True) == placed[0].story_id


async def test_stories_that_have_grown_together_are_joined_by_the_sweep(kit: Kit, conn: Any) -> None:
    now = kit.clock.now()
    placed = [await add(conn, one, at=now) for one in (piece(1, BRIDGE), piece(2, _retold(BRIDGE)))]
    # As if they had been told apart, by nobody.
    apart = await stories.split_groups(
        conn, placed[0].story_id, [placed[1].group_id], by_hand=False, centroids=choosing.centroid_of
    )
    await conn.execute("UPDATE story SET n_swept = 0 WHERE closed_at IS NULL")
    await tidy_stories(kit)
    now_there = await placements.find_placement(conn, placed[1].article_id)
    assert now_there is not None
    assert now_there.story_id == placed[0].story_id != apart


async def test_what_strayed_into_a_story_is_taken_out_by_the_sweep(kit: Kit, conn: Any) -> None:
    now = kit.clock.now()
    told = (piece(1, BRIDGE), piece(2, _retold(BRIDGE)), piece(3, _retold(BRIDGE, 5)), piece(4, STRANGE))
    placed = [await add(conn, one, at=now) for one in told]
    await stories.merge_stories(conn, placed[0].story_id, placed[3].story_id, by_hand=False)
    await conn.execute("UPDATE story SET n_swept = 0 WHERE closed_at IS NULL")
    await tidy_stories(kit)
    found = [await placements.find_placement(conn, one.article_id) for one in placed]
    ids = [one.story_id for one in found if one]
    assert len(set(ids[:3])) == 1
    assert ids[3] not in ids[:3]


async def test_a_split_that_cannot_be_says_why_and_changes_nothing(conn: Any) -> None:
    one, other = [await add(conn, piece(n, text)) for n, text in enumerate((BRIDGE, HARBOUR))]
    for article_id, error in ((other.article_id, NotFoundError), (one.article_id, UsageError)):
        with pytest.raises(error):
            await stories.split_story(conn, one.story_id, [article_id], by_hand=True, centroids=choosing.centroid_of)
    with pytest.raises(NotFoundError):
        await stories.merge_stories(conn, one.story_id, 10**9, by_hand=True)
    cursor = await conn.execute("SELECT count(*) AS n FROM story")
    assert (await cursor.fetchone())["n"] == 2


async def test_stories_that_are_merged_and_split_are_linked_by_what_they_tell_then(kit: Kit, conn: Any) -> None:
    now = kit.clock.now()
    english = await add(conn, piece("en", MEETING_EN, language="en"), at=now)
    bridge = await add(conn, piece("bridge", BRIDGE, language="en"), at=now - timedelta(hours=1))
    await add(conn, piece("ru", MEETING_RU, language="ru"), at=now)
    into = await stories.merge_stories(conn, english.story_id, bridge.story_id, by_hand=True)
    await tidy_stories(kit)
    assert {"S:hrnk", "S:hrks"} <= await _keys(conn, into)
    apart = await stories.split_story(conn, into, [english.article_id], by_hand=True, centroids=choosing.centroid_of)
    await tidy_stories(kit)
    for story_id, own in ((into, "S:hrks"), (apart, "S:hrnk")):
        assert {"S:hrnk", "S:hrks"} & await _keys(conn, story_id) == {own}
    cursor = await conn.execute("SELECT count(*) AS n FROM story_link WHERE %s IN (story_id, other_id)", [apart])
    assert (await cursor.fetchone())["n"] == 1
    await stories.merge_stories(conn, into, apart, by_hand=True)
    cursor = await conn.execute("SELECT split_from, needs_keys FROM story WHERE id = %s", [into])
    assert tuple((await cursor.fetchone()).values()) == (None, True)


async def _keys(conn: Any, story_id: int) -> set[str]:
    return set(await tidying.find_keys(conn, story_id) or ())


def _retold(text: str, step: int = 4) -> str:
    """The same words in another order: another text of the same story."""
    words = text.split()
    return " ".join(word for start in range(step) for word in words[start::step])
