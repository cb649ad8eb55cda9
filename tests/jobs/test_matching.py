"""What an article that was stored and placed tells whom: each story once, nothing old, with why it matched."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from placed import BRIDGE, HARBOUR, piece
from watched import ADDED_AT, NOW, arrive, published, told, watch

from news.errors import NotFoundError, UsageError
from news.messages import MARK_END, MARK_START
from news.model import Moment, Precision
from news.watches import Occasion, Watch, WatchState
from store import percolation, sources, watch_queries, watches
from store.config import StoreConfig
from store.database import Database, open_database


async def test_an_article_that_matches_is_told_with_the_words_that_hit(conn: Any) -> None:
    await watch(conn, "signatures AND ferry")
    assert await arrive(conn, piece(1, BRIDGE)) == 1
    (alert,) = await told(conn)
    assert (alert.watch, alert.occasion, alert.source) == ("one", Occasion.STORY, "Outlet")
    assert {word.lower() for word in alert.matched_words} == {"signatures", "ferry"}
    assert f"{MARK_START}signatures{MARK_END}" in (alert.snippet or "")


async def test_words_of_the_title_alone_are_shown_in_the_title(conn: Any) -> None:
    await watch(conn, "sensation")
    await arrive(conn, piece(1, HARBOUR, title="A sensation below the mole"))
    (alert,) = await told(conn)
    assert alert.matched_words == ("sensation",)
    assert alert.snippet == f"A {MARK_START}sensation{MARK_END} below the mole"


async def test_a_hit_deep_in_a_long_text_is_shown(conn: Any) -> None:
    await watch(conn, "zeppelin")
    text = "Nothing much was said about anything. " * 1500 + "Then a zeppelin came. " + "And it went again. " * 500
    await arrive(conn, piece(1, text, title="A long day"))
    (alert,) = await told(conn)
    assert alert.matched_words == ("zeppelin",)
    assert f"{MARK_START}zeppelin{MARK_END}" in (alert.snippet or "")


async def test_a_watch_of_fields_alone_says_what_was_asked(conn: Any) -> None:
    await sources.add_source(conn, name="Outlet", url="https://outlet.example/")
    await watch(conn, "source:outlet")
    assert await arrive(conn, piece(1, BRIDGE)) == 1
    (alert,) = await told(conn)
    assert alert.note == "by what is asked beside words: source:outlet"
    assert await arrive(conn, piece(2, HARBOUR), source="Elsewhere") == 0


async def test_an_article_that_does_not_match_is_told_nobody(conn: Any) -> None:
    await watch(conn, "signatures -ferry")
    await watch(conn, '"ferry signatures"', "two")
    await watch(conn, "title:signatures", "three")
    assert await arrive(conn, piece(1, BRIDGE)) == 0


async def test_copies_of_a_story_that_was_told_are_told_no_more(conn: Any) -> None:
    await watch(conn, "bridge")
    assert await arrive(conn, piece(1, BRIDGE)) == 1
    for n in range(2, 12):
        assert await arrive(conn, piece(n, BRIDGE, host=f"o{n}.example"), source=f"Outlet{n}") == 0
    assert len(await told(conn)) == 1


async def test_each_article_is_told_where_the_watch_says_so_once(conn: Any) -> None:
    await watch(conn, "bridge", each_article=True)
    for n in range(3):
        assert await arrive(conn, piece(n, BRIDGE, host=f"o{n}.example"), source=f"Outlet{n}") == 1
        assert await arrive(conn, piece(n, BRIDGE, host=f"o{n}.example"), source=f"Outlet{n}") == 0
    assert [alert.occasion for alert in await told(conn)] == [Occasion.ARTICLE] * 3


@pytest.mark.parametrize(
    ("moment", "n"),
    [
        (published(ADDED_AT - timedelta(minutes=1)), 0),
        (published(ADDED_AT + timedelta(minutes=1)), 1),
        (published(ADDED_AT.replace(hour=0), precision=Precision.DAY), 1),
        (published(ADDED_AT - timedelta(days=2), precision=Precision.DAY), 0),
        (published(ADDED_AT - timedelta(hours=5), zone_stated=False), 1),
        (published(ADDED_AT - timedelta(hours=13), zone_stated=False), 0),
        (None, 1),
    ],
)
async def test_what_was_surely_published_before_the_watch_is_old_news(conn: Any, moment: Moment | None, n: int) -> None:
    await watch(conn, "bridge")
    assert await arrive(conn, piece(1, BRIDGE, published=moment)) == n


async def test_older_articles_are_told_where_they_are_asked_for(conn: Any) -> None:
    asked = ADDED_AT - timedelta(days=7)
    await watches.add_watch(conn, Watch(name="one", query="bridge"), now=ADDED_AT, baseline_at=asked)
    assert await arrive(conn, piece(1, BRIDGE, published=published(ADDED_AT - timedelta(days=6)))) == 1


async def test_a_paused_watch_is_told_nothing_and_later_nothing_of_that_time(conn: Any) -> None:
    one = await watch(conn, "bridge OR wreck")
    await watches.set_state(conn, one, WatchState.PAUSED, now=NOW)
    assert await arrive(conn, piece(1, BRIDGE)) == 0
    paused = await watches.find_watch(conn, "one")
    await watches.set_state(conn, paused, WatchState.ACTIVE, now=NOW + timedelta(hours=2))
    late = published(NOW + timedelta(hours=1))
    assert await arrive(conn, piece(2, BRIDGE, host="b.example", published=late), at=NOW + timedelta(hours=3)) == 0
    new = published(NOW + timedelta(hours=4))
    assert await arrive(conn, piece(3, HARBOUR, published=new), at=NOW + timedelta(hours=5)) == 1


async def test_percolation_finds_what_asking_every_watch_finds(conn: Any) -> None:
    await sources.add_source(conn, name="Outlet", url="https://outlet.example/")
    queries = [
        "bridge", "bridge -ferry", "-ferry bridge OR wreck", '"iron bridge"', "bridge NEAR/3 Wend", "signat*",
        "sig* AND zzz*", "title:council", "lang:en", "lang:ru", "source:outlet", "source:outlet bridge",
        "bridge OR source:outlet", "-source:outlet bridge", "мост", "мост OR bridge", "is:copy bridge",
        "(bridge OR wreck) (Wend OR mole)",
    ]  # fmt: skip
    for n, query in enumerate(queries):
        await watch(conn, query, f"w{n:02}")
    ids = []
    for n, text in enumerate((BRIDGE, HARBOUR, "Мост закрыт. Мосты стоят.", "", "The bridge.")):
        await arrive(conn, piece(n, text, language="ru" if "ё" in text or "М" in text else "en"))
        rows = await (await conn.execute("SELECT max(id) AS id FROM article")).fetchall()
        ids.append(rows[0]["id"])
    n_found = 0
    for count in range(2):
        for one in ids:
            found = await percolation.find_matches(conn, one)
            assert found == await percolation.find_matches(conn, one, way=percolation.Way.NAIVE)
            n_found += len(found)
        if not count:
            await percolation.count_lexemes(conn)
            await watch_queries.recompile(conn, everything=True)
    assert n_found > 40


async def test_watches_are_compiled_anew_when_the_archive_knows_another_language(conn: Any) -> None:
    await watch(conn, "выборов OR elections OR Wahlen")
    assert await watch_queries.recompile(conn) == 0
    await arrive(conn, piece(1, "Die Wahl ist vorbei.", language="de", title="Nach der Wahl"))
    assert await watch_queries.recompile(conn) == 1
    assert await watch_queries.recompile(conn) == 0
    assert await arrive(conn, piece(2, "Eine andere Wahl beginnt.", language="de", title="Vor der Wahl")) == 1


async def test_a_watch_that_is_large_in_all_languages_is_kept_and_compiled_anew(conn: Any) -> None:
    for language in ("ru", "tr", "hy", "uk"):
        await arrive(conn, piece(language, "Мост закрыт на два года.", language=language))
    parts = ("bridge NEAR/10 wend", "presidents NEAR/10 elections", "lake NEAR/10 treaty", "moscow NEAR/10 talks")
    await watch(conn, " OR ".join(parts))
    await watch(conn, "signatures", "two")
    await arrive(conn, piece("az", "Körpü bağlandı.", language="az"))
    assert await watch_queries.recompile(conn) == 2
    assert await arrive(conn, piece(1, BRIDGE)) == 2


async def test_an_age_that_no_calendar_knows_keeps_no_article_from_being_stored(conn: Any) -> None:
    for n, span in enumerate(("since:9999y", "date:9999y", "(since:7000y OR lang:ru)")):
        await watch(conn, f"ferry {span}", f"old {n}")
    assert await arrive(conn, piece(1, BRIDGE)) == 3


async def test_a_watch_of_sources_learns_of_those_that_come_later(conn: Any) -> None:
    await sources.add_source(conn, name="Orrery", url="https://orrery.example/")
    await watch(conn, "source:or")
    await watch(conn, "ferry", "two")
    await sources.add_source(conn, name="Orbit", url="https://orbit.example/")
    assert await watch_queries.recompile(conn) == 1
    assert await watch_queries.recompile(conn) == 0
    assert await arrive(conn, piece(1, HARBOUR), source="Orbit") == 1


async def test_a_watch_whose_source_is_gone_says_so_and_comes_back(conn: Any) -> None:
    await sources.add_source(conn, name="Outlet", url="https://outlet.example/")
    await watch(conn, "bridge source:outlet")
    await conn.execute("UPDATE source SET name = 'Gone', url = 'https://gone.example/' WHERE name = 'Outlet'")
    await watch_queries.recompile(conn, everything=True)
    assert "no source" in ((await watches.find_watch(conn, "one")).error or "")
    await conn.execute("UPDATE source SET name = 'Outlet', url = 'https://outlet.example/' WHERE name = 'Gone'")
    await watch_queries.recompile(conn, everything=True)
    assert (await watches.find_watch(conn, "one")).error is None
    assert await arrive(conn, piece(1, BRIDGE)) == 1


async def test_a_watch_within_a_watch_follows_its_changes_and_keeps_it_from_being_removed(conn: Any) -> None:
    inner = await watch(conn, "bridge", "inner")
    await watch(conn, "watch:inner AND ferry", "outer")
    with pytest.raises(UsageError, match="outer"):
        await watches.remove_watch(conn, inner)
    with pytest.raises(UsageError, match="outer"):
        await watches.change_watch(conn, inner, replace(inner.watch, name="another"))
    await watches.change_watch(conn, inner, replace(inner.watch, query="wreck"))
    await arrive(conn, piece(1, BRIDGE))
    assert await told(conn) == []
    await watches.change_watch(conn, inner, replace(inner.watch, query="signatures"))
    await arrive(conn, piece(2, BRIDGE, host="b.example"))
    assert {alert.watch for alert in await told(conn)} == {"inner", "outer"}


async def test_a_watch_that_asks_for_another_stops_its_changes_only_where_it_is_well(conn: Any) -> None:
    other, inner = await watch(conn, "bridge", "other"), await watch(conn, "ferry", "inner")
    await watch(conn, "watch:inner -wreck", "outer")
    await watch(conn, "watch:outer", "outmost")
    with pytest.raises(UsageError, match="asks for itself: outmost → outer → inner"):
        async with conn.transaction():
            await watches.change_watch(conn, inner, replace(inner.watch, query="watch:outmost"))
    await conn.execute("UPDATE watch SET query = 'watch:inner source:gone' WHERE name = 'outer'")
    await watches.change_watch(conn, other, replace(other.watch, query="wreck"))
    with pytest.raises(UsageError, match=r"the watch outer asks for it, and could no longer be: .*no source"):
        async with conn.transaction():
            await watches.change_watch(conn, inner, replace(inner.watch, query="wreck"))
    await watch_queries.recompile(conn, everything=True)
    assert "no source" in ((await watches.find_watch(conn, "outmost")).error or "")
    changed = await watches.change_watch(conn, inner, replace(inner.watch, query="wreck"))
    assert (changed.watch.query, changed.error) == ("wreck", None)


async def test_watches_that_ask_for_each_other_many_times_are_refused_before_they_grow(conn: Any) -> None:
    await watch(conn, "bridge", "w0")
    for n in (1, 2):
        await watch(conn, " OR ".join([f"watch:w{n - 1}"] * 20), f"w{n}")
    with pytest.raises(UsageError, match="more than 1,000 words in the watches asked for"):
        await watch(conn, " OR ".join(["watch:w2"] * 20), "w3")


@pytest.mark.parametrize("query", ["-bridge", "", "since:7d", "is:original", "-bridge OR wreck", "the -bank"])
async def test_a_query_that_matches_nearly_everything_is_no_watch(conn: Any, query: str) -> None:
    with pytest.raises(UsageError):
        await watch(conn, query)


async def test_names_are_of_one_watch_each(conn: Any) -> None:
    await watch(conn, "bridge")
    with pytest.raises(UsageError, match="one of that name"):
        await watch(conn, "wreck")
    with pytest.raises(UsageError, match="name"):
        await watch(conn, "wreck", " ")
    await watches.remove_watch(conn, await watches.find_watch(conn, "one"))
    with pytest.raises(NotFoundError):
        await watches.find_watch(conn, "one")
    await watch(conn, "wreck")


async def test_eight_workers_make_one_alert_a_story(database_url: str, tmp_path: Any) -> None:
    async with open_database(StoreConfig(home=tmp_path, database_url=database_url)) as database:
        async with database.connection() as conn:
            await watch(conn, "bridge")
            await watch(conn, "ferry", "two")
        todo = [(n, text) for n in range(12) for text in (BRIDGE, HARBOUR + " A ferry came by a bridge.")]
        todo.reverse()
        await asyncio.gather(*[_work(database, todo) for _ in range(8)])
        async with database.connection() as conn:
            rows = await (
                await conn.execute("SELECT watch_id, story_id, count(*) AS n FROM alert WHERE NOT silent GROUP BY 1, 2")
            ).fetchall()
            n_stories = await (await conn.execute("SELECT count(DISTINCT story_id) AS n FROM article_story")).fetchone()
            assert n_stories is not None
            assert [row["n"] for row in rows] == [1] * (2 * n_stories["n"])


async def _work(database: Database, todo: list[tuple[int, str]]) -> None:
    while todo:
        n, text = todo.pop()
        async with database.connection() as conn:
            await arrive(conn, piece(n, text, host=f"o{n}-{len(text)}.example"), source=f"Outlet{n}")
