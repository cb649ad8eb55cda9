"""Hosts that do not answer, ask for peace, or have more than a visit can take: who waits, for how long, and who not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from extractors.opml import ListedSource
from newsroom.faults import EVERYWHERE, Fault, FaultKind
from newsroom.server import Newsroom
from scheduler.jobs.visit import visit
from scheduler.kit import Kit
from scheduler.readers import read_robots
from scheduler.round import run_round
from scheduler.sources import import_sources
from store import hosts
from tests.jobs.conftest import QUICK, OpenKit
from tests.jobs.telling import again, piece, rows, site, states, value, watch

SLOW = Fault(kind=FaultKind.SLOW, delay_s=0.5)
BUSY = Fault(kind=FaultKind.STATUS, status=429, retry_after="3600")


@pytest.fixture
async def paced(open_test_kit: OpenKit) -> AsyncIterator[Kit]:
    """A kit that takes turns: without any, nobody looks whether a host wants to be left alone."""
    async with open_test_kit(WIREWATCH_DELAY="0.01") as kit:
        yield kit


def elsewhere(name: str, numbers: range) -> Any:
    """A site whose pieces stand on the host of another."""
    pieces = tuple(piece(n, url=f"http://{name}.localhost:{{port}}{piece(n).path}") for n in numbers)
    return site("lister", [], pieces=pieces)


async def host_of(kit: Kit, room: Newsroom, name: str) -> dict[str, Any]:
    (row,) = await rows(
        kit,
        "SELECT n_failures, failing_since, error, next_visit_at, backoff_until,"
        " extract(epoch FROM backoff_until - now())::float8 AS wait_s FROM host WHERE name = %s",
        f"{name}.localhost:{room.port}",
    )
    return row


async def test_a_host_whose_robots_txt_was_never_reached_costs_no_entry_an_attempt(kit: Kit, room: Newsroom) -> None:
    room.add(site("dead", range(1, 6)))
    room.misbehave("dead", EVERYWHERE, Fault(kind=FaultKind.RESET))
    await watch(kit, room, elsewhere("dead", range(1, 6)))
    await run_round(kit)
    room.requests.clear()
    for _ in range(3):
        await again(kit)
    assert await states(kit) == {"pending": 5}
    assert await value(kit, "SELECT max(n_attempts) FROM entry") <= 1
    assert not [one for one in room.requests if one.site == "dead"], "robots.txt is asked for twice an hour"
    host = await host_of(kit, room, "dead")
    assert host["n_failures"] == 4
    assert host["failing_since"] is not None
    assert "robots.txt" in host["error"]
    assert "robots.txt" in await value(kit, "SELECT max(reason) FROM entry")


async def test_a_host_that_answers_is_not_failing_though_its_backlog_outlasts_the_visit(
    open_test_kit: OpenKit, room: Newsroom
) -> None:
    async with open_test_kit(replace(QUICK, visit_limit_s=3.0)) as kit:
        await watch(kit, room, site("outlet", range(1, 11)))
        for number in range(1, 11):
            room.misbehave("outlet", piece(number).path, SLOW)
        async with kit.database.connection() as conn:
            await conn.execute("UPDATE host SET n_failures = 5, failing_since = now() - interval '10 days'")
        await visit(kit, f"outlet.localhost:{room.port}")
        assert set(await states(kit)) == {"stored", "pending"}
        host = await host_of(kit, room, "outlet")
        assert (host["n_failures"], host["failing_since"]) == (0, None)
        assert host["next_visit_at"] <= kit.clock.now()


async def test_feeds_leave_a_part_of_the_visit_to_pages(open_test_kit: OpenKit, room: Newsroom) -> None:
    async with open_test_kit(replace(QUICK, visit_limit_s=4.0)) as kit:
        await kit.parse.run(read_robots, b"", "x", ())  # the children's start is no part of the visit
        room.add(site("outlet", range(1, 4)))
        urls = [room.url("outlet", f"/rss.xml?section={n}") for n in range(12)]
        await import_sources(kit, [ListedSource(line=n, url=url) for n, url in enumerate(urls)])
        room.misbehave("outlet", "/rss.xml", SLOW)
        await visit(kit, f"outlet.localhost:{room.port}")
        assert await value(kit, "SELECT count(*) FROM feed WHERE checked_at IS NULL") > 3
        assert (await states(kit))["stored"] > 0


async def test_a_visit_that_asks_nothing_does_not_end_the_peace_a_host_asked_for(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    name = f"outlet.localhost:{room.port}"
    async with kit.database.connection() as conn:
        await hosts.back_off(conn, name, wait_s=3600, error="429")
    await visit(kit, name)
    assert (await host_of(kit, room, "outlet"))["wait_s"] > 3500


async def test_a_page_that_leads_to_a_busy_host_leaves_its_own_host_at_work(paced: Kit, room: Newsroom) -> None:
    kit = paced
    room.add(site("busy"))
    room.misbehave("busy", "/there", BUSY)
    there = Fault(kind=FaultKind.REDIRECT, location=room.url("busy", "/there"))
    await watch(kit, room, site("outlet"))
    for number in (1, 2):
        room.misbehave("outlet", piece(number).path, there)
    await run_round(kit)
    assert await states(kit) == {"stored": 3, "pending": 2}
    assert (await host_of(kit, room, "outlet"))["backoff_until"] is None
    assert (await host_of(kit, room, "busy"))["wait_s"] > 3500
    assert len([one for one in room.requests if one.target == "/there"]) == 1


async def test_a_feed_that_was_not_asked_has_not_failed(paced: Kit, room: Newsroom) -> None:
    kit = paced
    room.add(site("busy"))
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    async with kit.database.connection() as conn:
        await hosts.back_off(conn, f"busy.localhost:{room.port}", wait_s=3600, error="429")
        await conn.execute("UPDATE feed SET next_check_at = now() WHERE next_check_at IS NOT NULL")
        await conn.execute("UPDATE host SET next_visit_at = now() WHERE name LIKE 'outlet%'")
    room.misbehave("outlet", "/rss.xml", Fault(kind=FaultKind.REDIRECT, location=room.url("busy", "/rss.xml")))
    kit.stopping.clear()
    report = await run_round(kit)
    wait = "extract(epoch FROM next_check_at - now())::float8 AS wait_s"
    (feed,) = await rows(kit, f"SELECT n_failures, error, {wait} FROM feed WHERE next_check_at IS NOT NULL")
    assert (feed["n_failures"], feed["error"]) == (0, None)
    assert 3500 < feed["wait_s"] <= 3600
    assert report.n_feeds_failed == 0
    assert (await host_of(kit, room, "outlet"))["backoff_until"] is None


async def test_a_host_that_asks_for_a_second_of_peace_again_and_again_is_left_alone_for_longer(
    kit: Kit, room: Newsroom
) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    room.misbehave("outlet", EVERYWHERE, Fault(kind=FaultKind.STATUS, status=429, retry_after="1"))
    waits = []
    for _ in range(3):
        await again(kit)
        waits.append((await host_of(kit, room, "outlet"))["wait_s"])
    assert [round(wait / 60) for wait in waits] == [1, 2, 4]


async def test_a_page_that_is_always_busy_is_asked_less_often_and_given_up_in_the_end(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1, 2]))
    room.misbehave("outlet", piece(1).path, Fault(kind=FaultKind.STATUS, status=429, retry_after="1"))
    await run_round(kit)
    wait = "SELECT extract(epoch FROM next_attempt_at - now())::float8 FROM entry WHERE state = 'pending'"
    assert 0 < await value(kit, wait) <= 60
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE entry SET seen_at = now() - interval '10 hours'")
    await again(kit)
    assert 4.9 < await value(kit, wait) / 3600 < 5.1
    assert await value(kit, "SELECT n_attempts FROM entry WHERE state = 'pending'") == 0
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE entry SET seen_at = now() - interval '8 days'")
    for _ in range(6):
        await again(kit)
    assert await states(kit) == {"stored": 1, "failed": 1}
    assert "429" in await value(kit, "SELECT reason FROM entry WHERE state = 'failed'")
