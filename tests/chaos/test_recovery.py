"""Whatever breaks between two steps of the queue, the next step finds and mends; a host is never forgotten."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from procrastinate.manager import JobManager

from crawler.config import CrawlerConfig
from news.errors import WorkerBrokenError
from news.settings import Settings
from newsroom.faults import Fault, FaultKind
from newsroom.server import Newsroom
from scheduler.config import SchedulerConfig
from scheduler.kit import Kit, open_kit
from scheduler.parsing import ParsePool
from scheduler.queue import _leave_alone, open_queue
from scheduler.round import run_round
from scheduler.supervisor import Child, supervise
from scheduler.worker import _work_until
from store import hosts, seats
from store.config import StoreConfig
from store.embedded import EmbeddedPostgres
from tests.chaos.wirewatch_process import LOOPBACK, until
from tests.jobs.conftest import QUICK
from tests.jobs.telling import piece, rows, site, states, value, watch

JOBS = "procrastinate.procrastinate_jobs"


async def refuse(kit: Kit, event: str, table: str, code: str = "RAISE 'refused';") -> None:
    """Let the database do something else than what it is asked, from now on."""
    async with kit.database.connection() as conn:
        await conn.execute(
            f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {code} RETURN NEW; END $$"
        )
        await conn.execute(f"CREATE TRIGGER refuse BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()")


async def obey(kit: Kit) -> None:
    async with kit.database.connection() as conn:
        await conn.execute("DROP FUNCTION refuse CASCADE")


async def abandon_visit(kit: Kit, host: str) -> None:
    """Leave what a worker leaves that was killed while it visited a host."""
    async with kit.database.connection() as conn:
        assert await hosts.claim_hosts(conn, limit=9, lease_s=1200) == [host]
        await conn.execute(
            f"INSERT INTO {JOBS} (queue_name, task_name, lock, queueing_lock, args, status)"
            " VALUES ('visit', 'visit', %(host)s, %(host)s, jsonb_build_object('host', %(host)s::text), 'doing')",
            {"host": host},
        )


async def test_a_host_whose_visit_could_not_be_queued_stays_due(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    async with open_queue(kit) as queue:
        await refuse(kit, "INSERT", JOBS)
        with pytest.raises(WorkerBrokenError):
            await queue.dispatch()
        await obey(kit)
        assert await queue.dispatch() == 1
    assert await value(kit, f"SELECT count(*) FROM {JOBS} WHERE status = 'todo'") == 1


async def test_a_process_that_is_told_to_stop_takes_no_further_host(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    async with open_queue(kit) as queue:
        kit.stopping.set()
        assert await queue.dispatch() == 0
        assert await value(kit, f"SELECT count(*) FROM {JOBS}") == 0
        kit.stopping.clear()
        assert await queue.dispatch() == 1


async def test_a_worker_that_ends_while_it_signs_in_is_not_taken_for_one_that_lives(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = "SELECT count(*) FROM procrastinate.procrastinate_workers"
    sign_in = JobManager.register_worker
    signed_in = asyncio.Event()

    async def sign_in_slowly(manager: JobManager) -> int:
        worker_id = await sign_in(manager)
        signed_in.set()
        await asyncio.sleep(0.2)
        return worker_id

    monkeypatch.setattr(JobManager, "register_worker", sign_in_slowly)
    async with open_queue(kit) as queue:
        work = asyncio.create_task(queue.work())
        await signed_in.wait()
        assert await value(kit, workers) == 1
        await queue.end(work)
    assert await value(kit, workers) == 0


async def test_a_recovery_that_breaks_off_is_done_again(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    host = await value(kit, "SELECT name FROM host")
    await abandon_visit(kit, host)
    async with open_queue(kit) as queue:
        for event, table in (("UPDATE", "host"), ("DELETE", JOBS)):
            await refuse(kit, event, table)
            with pytest.raises((WorkerBrokenError, psycopg.Error)):
                await queue.recover_stalled()
            await obey(kit)
        assert await queue.recover_stalled() == 1
        assert await queue.recover_stalled() == 0
        assert await queue.dispatch() == 1
    assert (await run_round(kit)).n_stored == 5


async def test_a_visit_whose_end_could_not_be_written_blocks_its_host_for_two_looks_only(
    kit: Kit, room: Newsroom
) -> None:
    await watch(kit, room, site("outlet"))
    async with open_queue(kit) as queue:
        work = asyncio.create_task(queue.work())
        await refuse(kit, "DELETE", JOBS)
        await queue.dispatch()
        await until(lambda: kit.tally["hosts"] == 1, 20, "the visit has ended")
        # The end is written just after, and once.
        await asyncio.sleep(2)
        await obey(kit)
        assert await states(kit) == {"stored": 5}
        assert await value(kit, f"SELECT status FROM {JOBS}") == "doing"
        assert [await queue.recover_stalled() for _ in range(3)] == [0, 1, 0]
        assert await value(kit, f"SELECT count(*) FROM {JOBS}") == 0
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work


async def test_a_visit_under_way_is_no_stray_and_a_worker_beats_with_each_look(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    room.misbehave("outlet", "*", Fault(kind=FaultKind.SLOW, delay_s=1))
    age = "SELECT extract(epoch FROM now() - last_heartbeat)::float8 FROM procrastinate.procrastinate_workers"
    async with open_queue(kit) as queue:
        work = asyncio.create_task(queue.work())
        await queue.dispatch()
        await until(lambda: room.requests.most_at_once("outlet") == 1, 20, "the visit is under way")
        async with kit.database.connection() as conn:
            await conn.execute("UPDATE procrastinate.procrastinate_workers SET last_heartbeat = now() - interval '1 h'")
        assert [await queue.recover_stalled() for _ in range(3)] == [0, 0, 0]
        assert await value(kit, age) < 5
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work


async def test_a_host_with_due_work_but_without_a_visit_is_found_within_two_minutes(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    async with kit.database.connection() as conn:
        await hosts.claim_hosts(conn, limit=9, lease_s=1200)
        assert await hosts.settle_overdue(conn) == 0
        await conn.execute("UPDATE feed SET next_check_at = now() - interval '61 seconds'")
        assert await hosts.settle_overdue(conn) == 1
    assert (await run_round(kit)).n_stored == 5


async def test_a_visit_whose_connection_breaks_is_tried_again_soon_and_nobody_is_blamed(
    kit: Kit, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.queue.LOST_DATABASE_WAIT_S", 0.5)
    await watch(kit, room, site("outlet"))
    async with kit.database.connection() as conn:
        await conn.execute("CREATE SEQUENCE times")
    once = "IF nextval('times') = 2 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;"
    await refuse(kit, "INSERT", "page", once)
    await run_round(kit)
    assert (await states(kit))["pending"] > 0
    await asyncio.sleep(0.5)
    kit.stopping.clear()
    await run_round(kit)
    assert await states(kit) == {"stored": 5}
    assert kit.tally["our_faults"] == 0
    assert await rows(kit, "SELECT error, backoff_until FROM host") == [{"error": None, "backoff_until": None}]


async def test_a_visit_that_failed_is_recorded_when_the_embedded_server_can_start_again(
    tmp_path: Path, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.database._FIRST_TRY_S", 0.2)
    home = tmp_path / "home"
    async with open_kit(StoreConfig(home=home), CrawlerConfig.from_settings(Settings(LOOPBACK)), QUICK) as kit:
        await watch(kit, room, site("outlet"))
        host = await value(kit, "SELECT name FROM host")
        version, postgres = seats.find(home, 18).data / "PG_VERSION", EmbeddedPostgres(home)
        served = [row["pid"] for row in await rows(kit, "SELECT pid FROM pg_stat_activity")]
        hidden = version.rename(version.with_name("hidden"))
        os.kill(postgres.pid, signal.SIGKILL)
        # What it started ends a moment later, and answers until then.
        await until(lambda: not any(map(_runs, served)), 20, "the end of its children")
        record = asyncio.create_task(_leave_alone(kit, host, 10, "lost"))
        await asyncio.sleep(3)
        assert not record.done()
        hidden.rename(version)
        await asyncio.wait_for(record, 60)
        assert await rows(kit, "SELECT error, next_visit_at > now() AS later FROM host") == [
            {"error": "lost", "later": True}
        ]


async def test_a_fork_server_killed_while_it_starts_a_child_costs_no_document() -> None:
    async with ParsePool(SchedulerConfig(n_parse_children=1)) as pool:
        child, fork_server = await pool.run(os.getpid), await pool.run(os.getppid)
        os.kill(fork_server, signal.SIGSTOP)
        os.kill(child, signal.SIGKILL)
        answer = asyncio.create_task(pool.run(os.getppid))
        await asyncio.sleep(0.5)
        os.kill(fork_server, signal.SIGKILL)
        assert await asyncio.wait_for(answer, 20) not in (fork_server, os.getpid())


async def test_a_mistake_of_ours_ends_one_visit_and_the_host_is_left_alone_for_minutes(
    kit: Kit, room: Newsroom
) -> None:
    await watch(kit, room, site("good"), site("bad", [7, 8]))
    await refuse(kit, "INSERT", "page", "IF NEW.requested_url LIKE '%://bad.%' THEN RAISE 'a mistake'; END IF;")
    await run_round(kit)
    assert await states(kit) == {"stored": 5, "pending": 2}
    assert kit.tally["our_faults"] == 1
    waits = "SELECT extract(epoch FROM next_visit_at - now())::float8 AS s FROM host WHERE name LIKE 'bad.%'"
    assert 280 < await value(kit, waits) <= 300


async def end_engine_while_a_page_is_open(kit: Kit, room: Newsroom) -> None:
    await until(lambda: kit.tally["feeds"] == 1, 20, "the feed is read")
    room.requests.clear()
    await until(lambda: room.requests.most_at_once("outlet") == 1, 20, "a page is open")
    await kit.fetcher._engine._crawler.stop_async()


@pytest.fixture
async def slow_outlet(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    kit.tally.clear()
    for number in range(1, 6):
        room.misbehave("outlet", piece(number).path, Fault(kind=FaultKind.SLOW, delay_s=1))


async def test_a_round_ends_when_its_engine_ends_while_a_page_is_open(
    kit: Kit, room: Newsroom, slow_outlet: None
) -> None:
    round_ = asyncio.create_task(run_round(kit))
    await end_engine_while_a_page_is_open(kit, room)
    with pytest.raises(WorkerBrokenError):
        await asyncio.wait_for(round_, 20)
    assert await is_free(kit)


async def test_a_worker_ends_when_its_engine_ends_while_a_page_is_open(
    kit: Kit, room: Newsroom, slow_outlet: None
) -> None:
    async with open_queue(kit) as queue:
        await queue.dispatch()
        work = asyncio.create_task(_work_until(queue, asyncio.Event(), kit))
        await end_engine_while_a_page_is_open(kit, room)
        with pytest.raises(WorkerBrokenError, match="a tool of it"):
            await asyncio.wait_for(work, 20)
    assert await is_free(kit)


async def is_free(kit: Kit) -> Any:
    """Whether the next worker may visit the host at once, and nobody says that it failed."""
    return await value(
        kit,
        f"SELECT next_visit_at <= now() AND error IS NULL AND NOT EXISTS (SELECT FROM {JOBS} WHERE status = 'doing')"
        " FROM host",
    )


async def test_a_child_that_cannot_be_started_is_tried_again_while_the_others_live(tmp_path: Path) -> None:
    program, stop = tmp_path / "program", asyncio.Event()
    began = tmp_path / "began"
    task = asyncio.create_task(supervise([Child(name="late", command=(str(program),))], stop, silence_s=60))
    await asyncio.sleep(0.5)
    assert not task.done()
    unfinished = tmp_path / "unfinished"
    unfinished.write_text(f"#!/bin/sh\ntouch {began}\nexec sleep 600\n")
    unfinished.chmod(0o755)
    unfinished.rename(program)
    await until(began.exists, 10, "the child has begun")
    stop.set()
    await asyncio.wait_for(task, 10)


def _runs(pid: int) -> bool:
    """Whether a process lives; one that ended and that nobody has asked about has no command line any more."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False
