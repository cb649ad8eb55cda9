"""What an article is among the others, and what becomes of it as time goes by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from placed import BRIDGE, HARBOUR, NOW, add, named, piece

from news.copies import Relation
from scheduler.jobs.stories import place
from store import members, placements

TRUCE = """Посредники предложили сторонам прекратить огонь на зиму, сообщает Politico со ссылкой на дипломатов.

Документ из девяти пунктов обсудили в Женеве в ночь на среду. Наблюдать за его исполнением должна миссия из двухсот
человек, которых направят Швейцария, Индия и Кения.

В столицах текст назвали черновиком, однако ни одна из сторон его не отвергла. Следующую встречу назначили на первую
неделю декабря."""

FURNITURE = "Subscribe to our newsletter and never miss a story.\n\nRead also: what our readers loved this week."


async def test_the_first_is_the_original_and_an_exact_copy_is_of_it(own_conn: Any) -> None:
    first = await add(own_conn, piece(1, BRIDGE))
    second = await add(own_conn, piece(2, BRIDGE.upper(), host="other.example"), at=NOW + timedelta(hours=1))
    assert (first.relation, first.of_article_id, first.original_id) == (Relation.ORIGINAL, None, first.article_id)
    assert (second.relation, second.of_article_id, second.score) == (Relation.EXACT, first.article_id, 1.0)
    assert (second.group_id, second.story_id) == (first.group_id, first.story_id)
    assert await placements.find_placement(own_conn, second.article_id) == second


async def test_a_copy_that_is_cut_or_wrapped_joins_its_original(own_conn: Any) -> None:
    first = await add(own_conn, piece(1, BRIDGE))
    cut = await add(own_conn, piece(2, BRIDGE.rsplit("\n\n", 1)[0]), at=NOW + timedelta(hours=1))
    wrapped = await add(own_conn, piece(3, f"From our own reporters in the valley.\n\n{BRIDGE}\n\n{HARBOUR[:300]}"))
    assert (cut.relation, cut.of_article_id) == (Relation.NEAR, first.article_id)
    assert wrapped.relation in (Relation.NEAR, Relation.EXPANDED)
    assert {cut.group_id, wrapped.group_id} == {first.group_id}


async def test_another_text_is_an_original_of_another_story(own_conn: Any) -> None:
    one, other = await add(own_conn, piece(1, BRIDGE)), await add(own_conn, piece(2, HARBOUR))
    assert other.relation is Relation.ORIGINAL
    assert one.story_id != other.story_id


async def test_the_outlet_that_copies_name_is_their_original_though_it_came_later(own_conn: Any) -> None:
    copy = await add(own_conn, piece(1, BRIDGE + "\n\nRead more.", attributions=named("Courier")), source="Echo")
    first = await add(own_conn, piece(2, BRIDGE, host="courier.example"), at=NOW + timedelta(hours=2), source="Courier")
    assert (first.relation, first.original_id) == (Relation.ORIGINAL, first.article_id)
    now = await placements.find_placement(own_conn, copy.article_id)
    assert now is not None
    assert (now.original_id, now.of_article_id) == (first.article_id, first.article_id)
    assert now.relation in (Relation.NEAR, Relation.EXPANDED)


async def test_a_text_told_again_weeks_later_is_a_reprint_and_the_next_copy_is_of_the_reprint(own_conn: Any) -> None:
    first = await add(own_conn, piece(1, BRIDGE))
    later = NOW + timedelta(days=30)
    again = await add(own_conn, piece(2, BRIDGE), at=later)
    assert (again.relation, again.of_article_id) == (Relation.REPRINT, first.article_id)
    assert again.group_id != first.group_id
    assert again.story_id != first.story_id
    copy = await add(own_conn, piece(3, BRIDGE), at=later + timedelta(hours=3))
    assert (copy.relation, copy.of_article_id, copy.story_id) == (Relation.EXACT, again.article_id, again.story_id)


async def test_two_copies_before_and_after_midnight_meet(own_conn: Any) -> None:
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    first = await add(own_conn, piece(1, BRIDGE), at=midnight - timedelta(seconds=1))
    second = await add(own_conn, piece(2, f"{BRIDGE}\n\nMore follows."), at=midnight + timedelta(seconds=1))
    assert second.group_id == first.group_id


async def test_copies_are_found_for_three_days_and_their_fingerprints_go_with_their_partition(own_conn: Any) -> None:
    first = await add(own_conn, piece(1, BRIDGE))
    near = await add(own_conn, piece(2, f"{BRIDGE}\n\nMore."), at=NOW + timedelta(hours=71))
    assert near.group_id == first.group_id
    for day in range(3, 11):
        await add(own_conn, piece(f"d{day}", f"{HARBOUR} {day}"), at=NOW + timedelta(days=day))
    cursor = await own_conn.execute("SELECT count(DISTINCT slot) AS n FROM fingerprint")
    assert (await cursor.fetchone())["n"] <= 8
    owners = await own_conn.execute("SELECT DISTINCT owner FROM fingerprint")
    assert first.article_id % 2**32 - 2**31 not in {row["owner"] for row in await owners.fetchall()}


async def test_an_article_placed_twice_stays_as_it_is_and_is_counted_once(own_conn: Any) -> None:
    article = piece(1, f"{BRIDGE}\n\n{FURNITURE}")
    first = await add(own_conn, article, source="Echo")
    assert await place(own_conn, first.article_id, article, source_id=1, fetched_at=NOW) == first
    cursor = await own_conn.execute("SELECT n_articles, n_groups FROM copy_group JOIN story ON story.id = story_id")
    assert [tuple(row.values()) for row in await cursor.fetchall()] == [(1, 1)]
    lines = await own_conn.execute("SELECT max(n_articles) AS n FROM source_line")
    assert (await lines.fetchone())["n"] == 1


async def test_lines_that_a_source_repeats_are_no_evidence_of_copying(own_conn: Any) -> None:
    footer = "\n".join(f"Our paper number{n} has told the truth to its readers since the old days." for n in range(3))
    for n in range(5):
        words = " ".join(f"word{n}x{m}" for m in range(40))
        await add(own_conn, piece(n, f"{words}\n\n{footer}"), source="Echo")
    short = [" ".join(f"short{n}y{m}" for m in range(14)) for n in range(2)]
    one, other = [
        await add(own_conn, piece(f"s{n}", f"{text}\n\n{footer}"), source="Echo") for n, text in enumerate(short)
    ]
    assert (one.relation, other.relation) == (Relation.ORIGINAL, Relation.ORIGINAL)


async def test_ten_outlets_that_tell_one_text_are_ten_copies_whose_source_is_named(own_conn: Any) -> None:
    placed = []
    for n in range(10):
        told = f"Редакция {n} приветствует читателей.\n\n{TRUCE}\n\nПодпишитесь на канал номер {n}. Фото: архив {n}."
        article = piece(n, told, host=f"outlet{n}.example", language="ru", attributions=named("Politico"))
        placed.append(await add(own_conn, article, at=NOW + timedelta(minutes=n), source=f"Outlet{n}"))
    other = await add(own_conn, piece("other", HARBOUR))
    assert {one.group_id for one in placed} == {placed[0].group_id} != {other.group_id}
    story = await members.find_story(own_conn, placed[0].story_id)
    assert [member.placement.article_id for member in story.members] == [one.article_id for one in placed]
    assert {member.named_origin for member in story.members} == {"Politico"}
    assert [member.placement.relation is Relation.ORIGINAL for member in story.members] == [True] + [False] * 9


async def test_an_article_without_text_and_one_of_few_words_have_their_place(own_conn: Any) -> None:
    empty = [await add(own_conn, piece(n, "", title=title)) for n, title in enumerate(["Video of the day", None])]
    few = [await add(own_conn, piece(f"f{n}", "The bridge is closed.")) for n in range(2)]
    assert [one.relation for one in empty] == [Relation.ORIGINAL] * 2
    assert few[1].relation is Relation.EXACT


async def test_a_deleted_original_leaves_its_copies_an_original(own_conn: Any) -> None:
    first = await add(own_conn, piece(1, BRIDGE))
    copies = [await add(own_conn, piece(n, BRIDGE)) for n in (2, 3)]
    await own_conn.execute("DELETE FROM article WHERE id = %s", [first.article_id])
    now = [await placements.find_placement(own_conn, copy.article_id) for copy in copies]
    assert [(one.relation, one.original_id) for one in now if one] == [
        (Relation.ORIGINAL, copies[0].article_id),
        (Relation.EXACT, copies[0].article_id),
    ]


async def test_a_clock_that_was_far_ahead_once_hides_no_copies(own_conn: Any) -> None:
    now = datetime.now(UTC)
    for ahead in (365, 366, 8 * 365, 8 * 366):
        await add(own_conn, piece(f"ahead-{ahead}", HARBOUR), at=now + timedelta(days=ahead))
    for n in range(16):
        text, at = BRIDGE.replace("the", f"the{n}"), now + timedelta(days=n)
        first = await add(own_conn, piece(f"first-{n}", text), at=at)
        second = await add(own_conn, piece(f"second-{n}", f"{text}\n\nMore to follow."), at=at + timedelta(minutes=1))
        assert second.group_id == first.group_id, n
