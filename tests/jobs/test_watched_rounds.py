"""Rounds of a crawl with watches: what a source's first read alerts, what a later one, and stand-ins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from news.watches import StoredAlert, Watch
from newsroom.server import Newsroom
from newsroom.site import Piece
from scheduler.jobs.watches import recompile
from scheduler.kit import Kit
from scheduler.round import run_round
from store import alerts, watches
from tests.jobs.telling import NOW, again, piece, rows, site, watch


async def ask(kit: Kit, query: str, name: str = "one") -> None:
    """A watch to which nothing is too old: what is held here is what feeds' first reads may tell."""
    async with kit.database.connection() as conn:
        await watches.add_watch(
            conn, Watch(name=name, query=query), now=kit.clock.now(), baseline_at=NOW - timedelta(days=3650)
        )


async def told(kit: Kit) -> list[StoredAlert]:
    async with kit.database.connection() as conn:
        return await alerts.list_alerts(conn)


async def publish(kit: Kit, room: Newsroom, one: Piece) -> None:
    """Publish and go round once more."""
    room.publish("outlet", one)
    await again(kit)


def about(number: int, word: str, **fields: Any) -> Piece:
    text = "\n\n".join(
        f"In the {part} part of town {number} the {word} of {number * 7 + part} was seen by {part + 3} people. " * 4
        for part in range(4)
    )
    return piece(number, title=f"The {word} of town {number}", text=text, **fields)


async def test_of_a_sources_first_read_only_what_is_a_day_old_alerts(kit: Kit, room: Newsroom) -> None:
    await ask(kit, "zeppelin")
    old = [about(n, "zeppelin", published_at=NOW - timedelta(days=2 + n)) for n in range(3, 9)]
    await watch(
        kit, room, site("outlet", [], pieces=(about(1, "zeppelin", published_at=NOW - timedelta(hours=3)), *old))
    )
    await run_round(kit)
    assert len(await rows(kit, "SELECT id FROM article")) == 7
    assert [alert.title for alert in await told(kit)] == ["The zeppelin of town 1"]


async def test_what_comes_later_alerts_however_it_is_dated(kit: Kit, room: Newsroom) -> None:
    await ask(kit, "zeppelin")
    await watch(kit, room, site("outlet", [1, 2]))
    await run_round(kit)
    assert await told(kit) == []
    await publish(kit, room, about(5, "zeppelin", published_at=NOW - timedelta(days=40)))
    assert [alert.title for alert in await told(kit)] == ["The zeppelin of town 5"]


async def test_the_first_item_of_a_feed_that_was_empty_alerts(kit: Kit, room: Newsroom) -> None:
    await ask(kit, "zeppelin")
    await watch(kit, room, site("outlet", []))
    await run_round(kit)
    (feed,) = await rows(kit, "SELECT first_read_at FROM feed WHERE state = 'active'")
    assert feed["first_read_at"] is not None
    await publish(kit, room, about(1, "zeppelin", published_at=NOW - timedelta(days=40)))
    assert len(await told(kit)) == 1


async def test_a_page_is_told_once_however_often_its_feed_is_read(kit: Kit, room: Newsroom) -> None:
    await ask(kit, "zeppelin OR harbour OR pier")
    await watch(kit, room, site("outlet", []))
    await run_round(kit)
    await publish(kit, room, about(1, "zeppelin"))
    await again(kit)
    (alert,) = await told(kit)
    assert alert.matched_words == ("zeppelin",)
    assert "zeppelin" in (alert.snippet or "")


async def test_the_first_articles_of_a_language_are_told_when_the_watches_know_it(kit: Kit, room: Newsroom) -> None:
    await ask(kit, "Brücken")
    await watch(kit, room, site("outlet", []))
    await run_round(kit)
    sentences = (
        "Der Stadtrat hat am Dienstag beschlossen, die alte Brücke über den Fluss für zwei Jahre zu sperren.",
        "Die Ingenieure hatten nach dem Hochwasser des letzten Winters Risse in vier von neun Pfeilern gefunden.",
        "Die Bürgermeisterin sagte, dass die Sanierung elf Millionen kosten werde, ein Drittel zahlt das Land.",
    )
    await publish(kit, room, piece(1, title="Der Stadtrat sperrt die Brücke", text="\n\n".join(sentences)))
    (article,) = await rows(kit, "SELECT language FROM article")
    assert article["language"] == "de"
    kit.stopping.clear()
    await recompile(kit)
    await recompile(kit)
    (alert,) = await told(kit)
    assert "Brücke" in alert.matched_words
    await recompile(kit)
    assert len(await told(kit)) == 1
