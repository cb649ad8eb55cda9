"""What is told later: stories that grow, merge and split, articles that outlets change, and spikes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from placed import BRIDGE, HARBOUR, piece
from watched import NOW, arrive, told, watch

from news.model import TextOrigin
from news.revisions import Cause
from news.watches import Occasion
from store import articles, occasions, revisions, sources, stories, watches


async def test_a_story_is_told_again_when_enough_sources_tell_it(conn: Any) -> None:
    await watch(conn, "bridge", tell_growth=(3, 5))
    counts = [await arrive(conn, piece(n, BRIDGE, host=f"o{n}.example"), source=f"Outlet{n}") for n in range(1, 8)]
    assert counts == [1, 0, 1, 0, 1, 0, 0]
    assert [(alert.occasion, alert.occasion_key) for alert in await told(conn)] == [
        (Occasion.GROWN, "5"),
        (Occasion.GROWN, "3"),
        (Occasion.STORY, ""),
    ]


async def test_what_a_story_had_when_it_was_told_is_no_growth(conn: Any) -> None:
    for n in range(1, 5):
        await arrive(conn, piece(n, BRIDGE, host=f"o{n}.example"), source=f"Outlet{n}")
    await watch(conn, "bridge", tell_growth=(3, 6))
    assert await arrive(conn, piece(5, BRIDGE, host="o5.example"), source="Outlet5") == 1
    assert [alert.n_sources for alert in await told(conn)] == [5]
    assert await arrive(conn, piece(6, BRIDGE, host="o6.example"), source="Outlet6") == 1
    assert (await told(conn))[0].occasion_key == "6"


async def test_an_edited_headline_is_told_once_to_who_was_told_of_the_article(conn: Any) -> None:
    await watch(conn, "bridge", tell_revisions=True)
    await watch(conn, "bridge", "other")
    first = piece(1, BRIDGE, title="Bridge closed")
    await arrive(conn, first)
    (article_id,) = {alert.article_id for alert in await told(conn)}
    assert article_id is not None
    for title in ("Bridge stays open", "Bridge closed", "Bridge stays open"):
        await revisions.revise_article(
            conn, article_id, replace(first, title=title), cause=Cause.OUTLET, fetched_at=NOW + timedelta(hours=1)
        )
    found = [alert for alert in await told(conn) if alert.occasion is Occasion.REVISED]
    assert [(alert.watch, alert.note) for alert in found] == [
        ("one", "the headline was: Bridge stays open"),
        ("one", "the headline was: Bridge closed"),
    ]


async def test_a_text_that_the_outlet_takes_away_is_told(conn: Any) -> None:
    await watch(conn, "bridge", tell_revisions=True)
    first = piece(1, BRIDGE, title="Bridge closed")
    await arrive(conn, first)
    (alert,) = await told(conn)
    assert alert.article_id is not None
    gone = replace(first, text="This article was withdrawn.")
    await revisions.revise_article(conn, alert.article_id, gone, cause=Cause.OUTLET, fetched_at=NOW)
    assert (await told(conn))[0].note == f"the outlet took the article back: of {len(BRIDGE.split())} words it left 4"


async def test_a_readers_correction_is_told_nobody(conn: Any) -> None:
    await watch(conn, "bridge", tell_revisions=True)
    first = piece(1, BRIDGE, title="Bridge closed")
    await arrive(conn, first)
    (alert,) = await told(conn)
    assert alert.article_id is not None
    other = replace(first, title="Another", text="Short.")
    await revisions.revise_article(conn, alert.article_id, other, cause=Cause.READER, fetched_at=NOW)
    assert len(await told(conn)) == 1


async def test_stories_that_merge_are_told_no_more_and_keep_one_alert(conn: Any) -> None:
    await watch(conn, "bridge OR wreck")
    await arrive(conn, piece(1, BRIDGE))
    await arrive(conn, piece(2, HARBOUR))
    one, other = (alert.story_id for alert in await told(conn))
    assert one is not None
    assert other is not None
    kept = await stories.merge_stories(conn, one, other, by_hand=True)
    assert [alert.story_id for alert in await told(conn)] == [kept]
    assert await arrive(conn, piece(3, HARBOUR, host="b.example"), source="Second") == 0
    assert await arrive(conn, piece(4, BRIDGE, host="b.example"), source="Second") == 0


async def test_the_parts_of_a_story_that_is_split_are_told_no_more(conn: Any) -> None:
    await watch(conn, "bridge OR wreck")
    await arrive(conn, piece(1, BRIDGE))
    await arrive(conn, piece(2, HARBOUR))
    newer, older = await told(conn)
    assert newer.story_id is not None
    assert older.story_id is not None
    kept = await stories.merge_stories(conn, newer.story_id, older.story_id, by_hand=True)
    (row,) = await (await conn.execute("SELECT min(id) AS a, max(id) AS b FROM article")).fetchall()
    for article_id in (row["b"],):
        await stories.split_story(conn, kept, [article_id], by_hand=True, centroids=_nothing)
    assert len(await told(conn)) == 1
    assert await arrive(conn, piece(3, HARBOUR, host="b.example"), source="Second") == 0
    assert await arrive(conn, piece(4, BRIDGE, host="b.example"), source="Second") == 0
    rows = await (await conn.execute("SELECT count(*) AS n, count(DISTINCT story_id) AS stories FROM alert")).fetchall()
    assert (rows[0]["n"], rows[0]["stories"]) == (2, 2)


async def _nothing(conn: Any, language: str, groups: Any) -> dict[int, float]:
    return {}


async def test_a_stand_in_that_was_told_is_not_told_again_as_its_page(conn: Any) -> None:
    await watch(conn, "bridge")
    await watch(conn, "bridge", "each", each_article=True)
    await arrive(conn, piece(1, "The bridge is closed.", title="Bridge", text_origin=TextOrigin.ENTRY))
    rows = await (await conn.execute("SELECT id FROM article")).fetchall()
    await arrive(conn, piece("there", BRIDGE, host="b.example"), source="Second")
    # Its page turns out to be an article that is there.
    there = piece("there", BRIDGE, host="b.example")
    await articles.add_article(conn, there, source_id=None, fetched_at=NOW, stand_in_id=rows[0]["id"])
    assert [alert.article_id for alert in await told(conn) if alert.watch == "one"] != [rows[0]["id"]]
    assert await arrive(conn, there, source="Second") == 0
    assert len([alert for alert in await told(conn) if alert.watch == "one"]) == 1


async def test_much_more_than_usual_is_told_once_with_its_picture(conn: Any) -> None:
    one = await watch(conn, "bridge", tell_spikes=True)
    await conn.execute("INSERT INTO host (name) VALUES ('h') ON CONFLICT DO NOTHING")
    source, _ = await sources.add_source(conn, name="S", url="https://s.example/")
    await conn.execute(
        "INSERT INTO feed (source_id, host_id, url, url_key, kind, first_read_at)"
        " SELECT %s, min(id), 'u', 'u', 'rss', %s FROM host",
        [source.id, NOW - timedelta(days=40)],
    )
    await arrive(conn, piece(0, BRIDGE))
    assert await occasions.tell_spikes(conn, NOW) == 0
    for n in range(1, 21):
        await arrive(conn, piece(n, f"A bridge of {n} piers. " * 5, host=f"o{n}.example"))
    assert await occasions.tell_spikes(conn, NOW) == 1
    assert await occasions.tell_spikes(conn, NOW) == 0
    assert await occasions.tell_spikes(conn, NOW + timedelta(hours=14)) == 0
    (alert,) = [alert for alert in await told(conn) if alert.occasion is Occasion.SPIKE]
    assert (alert.watch, alert.story_id, alert.daily) == (one.watch.name, None, (0,) * 30 + (21,))
    assert alert.note == "21 articles in 24 hours, usually 0: " + "▁" * 30 + "█"


async def test_a_watch_knows_the_volume_of_the_archive(conn: Any) -> None:
    for n in range(4):
        await arrive(conn, piece(n, BRIDGE, host=f"o{n}.example"), at=NOW - timedelta(days=n))
    one = await watch(conn, "bridge", tell_spikes=True)
    await occasions.fill_hits(conn, one.id, NOW)
    rows = await (await conn.execute("SELECT count(*) AS n FROM watch_hit")).fetchall()
    assert rows[0]["n"] == 4
    await watches.change_watch(conn, one, replace(one.watch, query="wreck"))
    await occasions.fill_hits(conn, one.id, NOW)
    assert await (await conn.execute("SELECT FROM watch_hit")).fetchall() == []
