"""Pages that bring no answer between pages that do: their neighbours do not wait for them."""

from __future__ import annotations

from newsroom.faults import Fault, FaultKind
from newsroom.server import Newsroom
from scheduler.kit import Kit
from scheduler.round import run_round
from tests.jobs.telling import again, piece, rows, site, states, watch

RESET = Fault(kind=FaultKind.RESET)


async def test_one_page_without_an_answer_does_not_end_the_visit(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", range(1, 8)))
    for number in (1, 3, 5):
        room.misbehave("outlet", piece(number).path, RESET)
    report = await run_round(kit)
    assert await states(kit) == {"stored": 4, "pending": 3}, report.reasons
    (host,) = await rows(kit, "SELECT n_failures, backoff_until FROM host")
    assert (host["n_failures"], host["backoff_until"]) == (0, None)


async def test_a_page_that_leads_to_a_dead_host_is_not_blamed_on_its_own(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", range(1, 4)))
    room.misbehave("outlet", piece(1).path, Fault(kind=FaultKind.REDIRECT, location="http://dead.localhost:9/"))
    await run_round(kit)
    assert await states(kit) == {"stored": 2, "pending": 1}
    assert "dead.localhost" in (await rows(kit, "SELECT reason FROM entry WHERE state = 'pending'"))[0]["reason"]


async def test_two_in_a_row_end_the_visit_and_the_host_rests_for_a_minute_however_often(
    kit: Kit, room: Newsroom
) -> None:
    await watch(kit, room, site("outlet", range(1, 10)))
    for number in range(1, 7):
        room.misbehave("outlet", piece(number).path, RESET)
    await run_round(kit)
    for _ in range(2):
        (host,) = await rows(kit, "SELECT extract(epoch FROM backoff_until - now())::float8 AS wait_s FROM host")
        assert 30 < host["wait_s"] <= 60
        async with kit.database.connection() as conn:
            await conn.execute("UPDATE feed SET next_check_at = now()")
            await conn.execute("UPDATE host SET next_visit_at = now(), backoff_until = NULL, next_fetch_at = now()")
        kit.stopping.clear()
        await run_round(kit)
    assert await states(kit) == {"stored": 3, "pending": 6}
    for number in range(1, 7):
        room.behave("outlet", piece(number).path)
    await again(kit)
    assert await states(kit) == {"stored": 9}
