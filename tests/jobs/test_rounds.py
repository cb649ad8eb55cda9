"""Rounds in the foreground, when what they stand on gives way, or there is nothing for them to do."""

from __future__ import annotations

import asyncio

import pytest

from news.errors import WorkerBrokenError
from news.model import SourceState
from newsroom.server import Newsroom
from scheduler.kit import Kit
from scheduler.round import run_round
from store import hosts, sources
from tests.jobs.telling import site, watch


@pytest.mark.parametrize("statement", ["INSERT", "UPDATE"])
async def test_a_round_whose_queue_fails_ends_with_one_clear_error(kit: Kit, room: Newsroom, statement: str) -> None:
    await watch(kit, room, site("outlet"))
    async with kit.database.connection() as conn:
        await conn.execute(
            "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no more jobs'; END $$"
        )
        await conn.execute(
            f"CREATE TRIGGER refuse BEFORE {statement} ON procrastinate.procrastinate_jobs"
            " EXECUTE FUNCTION public.refuse()"
        )
    with pytest.raises(WorkerBrokenError, match="no more jobs"):
        await run_round(kit)


@pytest.mark.parametrize("state", [SourceState.PAUSED, SourceState.REMOVED])
async def test_a_round_of_a_source_that_is_not_asked_ends_at_once(kit: Kit, room: Newsroom, state: SourceState) -> None:
    (added,) = await watch(kit, room, site("outlet"))
    async with kit.database.connection() as conn, conn.transaction():
        await sources.set_state(conn, added.source.id, state)
    async with asyncio.timeout(20):
        report = await run_round(kit, [added.source.id])
    assert report.n_feeds == 0


async def test_a_round_waits_for_a_visit_that_is_under_way(kit: Kit, room: Newsroom) -> None:
    (added,) = await watch(kit, room, site("outlet"))
    async with kit.database.connection() as conn, conn.transaction():
        await sources.set_state(conn, added.source.id, SourceState.PAUSED)
        await conn.execute(
            "INSERT INTO procrastinate.procrastinate_jobs (queue_name, task_name, lock, status)"
            " SELECT 'visits', 'visit', name, 'doing' FROM host"
        )
        assert await hosts.count_open(conn, [added.source.id]) == 1
