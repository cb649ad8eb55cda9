"""Rounds in the foreground, when what they stand on gives way."""

from __future__ import annotations

import pytest

from news.errors import WorkerBrokenError
from newsroom.server import Newsroom
from scheduler.kit import Kit
from scheduler.round import run_round
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
