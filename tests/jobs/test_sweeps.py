"""The sweeps, on entries that no visit will end."""

from __future__ import annotations

from news.model import Article, TextOrigin
from news.urls import url_key
from newsroom.faults import EVERYWHERE, Fault, FaultKind
from newsroom.server import Newsroom
from scheduler.jobs import sweeps
from scheduler.kit import Kit
from scheduler.round import run_round
from store import articles
from tests.jobs.placed import BRIDGE, HARBOUR, NOW
from tests.jobs.placed import piece as article_of
from tests.jobs.telling import piece, rows, site, states, value, watch

DEAD = Fault(kind=FaultKind.RESET)


async def test_entries_of_a_host_that_stays_silent_end_with_their_own_words(kit: Kit, room: Newsroom) -> None:
    room.add(site("dead"))
    room.misbehave("dead", EVERYWHERE, DEAD)
    pieces = tuple(piece(n, url=f"http://dead.localhost:{{port}}/{n}") for n in range(1, 6))
    await watch(kit, room, site("lister", [], pieces=pieces))
    await run_round(kit)
    await sweeps.give_up_stale(kit)
    assert await states(kit) == {"pending": 5}
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE host SET failing_since = failing_since - interval '8 days'")
        await conn.execute("UPDATE entry SET seen_at = seen_at - interval '8 days'")
    kit.stopping.clear()
    await sweeps.give_up_stale(kit)
    assert await states(kit) == {"failed": 5}
    assert "dead.localhost" in await value(kit, "SELECT max(reason) FROM entry")
    found = await rows(
        kit,
        "SELECT article.text_origin FROM entry JOIN article ON article.id = entry.article_id"
        " WHERE article.title LIKE 'Council votes%'",
    )
    assert [row["text_origin"] for row in found] == ["entry"] * 5


async def test_articles_stored_by_older_rules_of_addresses_are_known_by_todays(kit: Kit) -> None:
    today = {name: article_of(name, text) for name, text in (("1", BRIDGE), ("2", HARBOUR), ("3", BRIDGE))}
    ids = {name: await _store(kit, article, f"old:{name}".encode()) for name, article in today.items()}
    taken = await _store(kit, today["2"], url_key(today["2"].url))
    ids["line"] = await _store(kit, article_of("4", HARBOUR, text_origin=TextOrigin.ENTRY), b"a line without a page")
    for _ in range(2):
        await sweeps.renew_keys(kit)
        assert await _found(kit, today["1"]) == ids["1"]
        assert await _found(kit, today["2"]) == taken
        assert await _found(kit, today["3"]) == ids["3"]
    assert await value(kit, "SELECT count(*) FROM article WHERE url_key = 'a line without a page'") == 1
    assert await value(kit, "SELECT keyed_to IS NULL FROM sweep_progress")


async def test_keys_that_were_looked_at_are_not_looked_at_again(kit: Kit) -> None:
    await sweeps.renew_keys(kit)
    article = article_of("1", BRIDGE)
    await _store(kit, article, b"of no rules")
    await sweeps.renew_keys(kit)
    assert await _found(kit, article) is None


async def _store(kit: Kit, article: Article, key: bytes) -> int:
    async with kit.database.connection() as conn:
        return (await articles.add_article(conn, article, key=key, source_id=None, fetched_at=NOW))[0]


async def _found(kit: Kit, article: Article) -> int | None:
    async with kit.database.connection() as conn:
        found = await articles.find_by_key(conn, url_key(article.url))
    return found.id if found else None
