"""Sessions whose client stands still: they end when others wait for what they hold."""

from __future__ import annotations

import asyncio
import contextlib

import psycopg
import pytest
from psycopg import AsyncConnection

from store import sessions
from store.sessions import end_stuck


@pytest.mark.parametrize("within", ["a pipeline", "a transaction"])
async def test_a_session_that_stands_still_is_ended_when_others_wait_for_it(database_url, monkeypatch, within):
    monkeypatch.setattr(sessions, "STUCK_S", 0.3)
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        stuck = psycopg.connect(database_url)
        if within == "a pipeline":
            # Sent and not synced: to the server the session is at work.
            stuck.pgconn.enter_pipeline_mode()
            stuck.pgconn.send_query_params(b"BEGIN", [])
            stuck.pgconn.send_query_params(b"SELECT pg_advisory_xact_lock(7)", [])
            stuck.pgconn.send_flush_request()
            stuck.pgconn.flush()
        else:
            stuck.execute("SELECT pg_advisory_xact_lock(7)")
        await asyncio.sleep(0.5)
        assert await end_stuck(conn) == 0, "nobody waits for it"
        async with await AsyncConnection.connect(database_url) as other:
            waiting = asyncio.create_task(other.execute("SELECT pg_advisory_xact_lock(7)"))
            ended = 0
            async with asyncio.timeout(10):
                while not ended:
                    await asyncio.sleep(0.05)
                    ended = await end_stuck(conn)
            await asyncio.wait_for(waiting, 10)
        assert ended == 1
        stuck.close()


async def test_all_sessions_of_a_process_that_stands_still_end_together(database_url, monkeypatch):
    monkeypatch.setattr(sessions, "STUCK_S", 0.3)
    connect, theirs = AsyncConnection.connect, {"application_name": "wirewatch 4242@elsewhere"}
    async with (
        await connect(database_url, autocommit=True) as conn,
        await connect(database_url) as other,
        await connect(database_url, autocommit=True, **theirs) as idle,
    ):
        await idle.execute("SELECT 1")
        async with await connect(database_url, **theirs) as stuck, await connect(database_url, **theirs) as behind:
            await stuck.execute("SELECT pg_advisory_xact_lock(7)")
            queued = asyncio.create_task(behind.execute("SELECT pg_advisory_xact_lock(7)"))
            await asyncio.sleep(0.2)
            waiting = asyncio.create_task(other.execute("SELECT pg_advisory_xact_lock(7)"))
            await asyncio.sleep(0.3)
            assert await end_stuck(conn) == 2
            await asyncio.wait_for(waiting, 10)
            with contextlib.suppress(psycopg.OperationalError):
                await queued  # it may have got the lock before its end
            for ended in (stuck, behind):
                with pytest.raises(psycopg.OperationalError):
                    await ended.execute("SELECT 1")
        await idle.execute("SELECT 1")


async def test_a_session_that_is_at_work_is_left_alone(database_url, monkeypatch):
    monkeypatch.setattr(sessions, "STUCK_S", 0.3)
    connect = AsyncConnection.connect
    async with (
        await connect(database_url, autocommit=True) as conn,
        await connect(database_url) as working,
        await connect(database_url) as other,
    ):
        await working.execute("SELECT pg_advisory_xact_lock(7)")
        at_work = asyncio.create_task(working.execute("SELECT pg_sleep(1.5)"))
        waiting = asyncio.create_task(other.execute("SELECT pg_advisory_xact_lock(7)"))
        await asyncio.sleep(1)
        assert await end_stuck(conn) == 0
        await at_work
        await working.commit()
        await asyncio.wait_for(waiting, 10)
