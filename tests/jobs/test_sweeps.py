"""The sweeps, on entries that no visit will end."""

from __future__ import annotations

from newsroom.faults import EVERYWHERE, Fault, FaultKind
from newsroom.server import Newsroom
from scheduler.jobs import sweeps
from scheduler.kit import Kit
from scheduler.round import run_round
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
