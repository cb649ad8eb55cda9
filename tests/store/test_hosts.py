"""Hosts: claims, turns, backoff, and what is due next, with several connections at once."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from samples import NOW, add, line, make_feed, scalar, values

from news.model import FeedKind, FeedState
from store import entries, feeds, hosts


async def add_job(conn: Any, host: str, status: str = "todo") -> None:
    # The queue's triggers look for its tables on the search path of its own connections.
    await conn.execute("SET LOCAL search_path = public, procrastinate")
    await conn.execute(
        "INSERT INTO procrastinate.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status)"
        " VALUES ('visit', 'visit', %(host)s, %(host)s, %(status)s::procrastinate.procrastinate_job_status)",
        {"host": host, "status": status},
    )


async def make_due_hosts(conn: Any, n: int) -> list[str]:
    names = [f"host{number}.example" for number in range(n)]
    ids = await hosts.ensure_hosts(conn, names)
    await hosts.make_due(conn, list(ids.values()))
    return names


async def test_hosts_keep_their_ids(conn: Any) -> None:
    first = await hosts.ensure_hosts(conn, ["b.example", "a.example", "b.example"])
    assert first.keys() == {"a.example", "b.example"}
    again = await hosts.ensure_hosts(conn, ["c.example", "a.example"])
    assert again["a.example"] == first["a.example"]
    assert await hosts.ensure_hosts(conn, []) == {}


async def test_a_claimed_host_is_due_again_when_the_lease_ends(conn: Any) -> None:
    await make_due_hosts(conn, 3)
    assert len(await hosts.claim_hosts(conn, limit=2, lease_s=600)) == 2
    assert len(await hosts.claim_hosts(conn, limit=9, lease_s=600)) == 1
    assert await hosts.claim_hosts(conn, limit=9, lease_s=600) == []
    assert await scalar(conn, "SELECT count(*) FROM host WHERE next_visit_at = now() + interval '600 s'") == 3


async def test_the_longest_due_are_claimed_first(conn: Any) -> None:
    await make_due_hosts(conn, 5)
    await conn.execute("UPDATE host SET next_visit_at = now() - id * interval '1 minute'")
    assert await hosts.claim_hosts(conn, limit=2, lease_s=60) != []
    assert await values(conn, "SELECT name FROM host WHERE next_visit_at > now() ORDER BY name") == [
        "host3.example",
        "host4.example",
    ]


@pytest.mark.parametrize(("status", "claimed"), [("todo", []), ("doing", ["host0.example"])])
async def test_a_host_whose_visit_waits_in_the_queue_is_not_claimed(conn: Any, status: str, claimed: list[str]) -> None:
    await make_due_hosts(conn, 1)
    await add_job(conn, "host0.example", status)
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == claimed


async def test_two_clocks_never_claim_the_same_host(database_url: str) -> None:
    async def claim() -> list[str]:
        claimed = []
        async with await psycopg.AsyncConnection.connect(database_url) as own:
            while batch := await hosts.claim_hosts(own, limit=7, lease_s=600):
                claimed += batch
                await own.commit()
        return claimed

    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        names = await make_due_hosts(conn, 200)
        await conn.commit()
    claims = await asyncio.gather(*(claim() for _ in range(4)))
    assert sorted(name for claimed in claims for name in claimed) == sorted(names)


async def test_hosts_of_some_sources_are_claimed_and_counted_apart(conn: Any) -> None:
    ours = await make_feed(conn, due=True)
    await make_feed(conn, "https://other.example/rss", due=True)
    await add(conn, ours, [line(1, host="pages.example")])
    assert await hosts.count_open(conn) == 3
    assert await hosts.count_open(conn, [ours.source_id]) == 2
    assert sorted(await hosts.claim_hosts_of(conn, [ours.source_id], lease_s=60)) == ["outlet.example", "pages.example"]
    assert await hosts.count_open(conn, [ours.source_id]) == 0
    await add_job(conn, "pages.example", "doing")
    assert await hosts.count_open(conn, [ours.source_id]) == 1
    assert await hosts.count_open(conn) == 2
    assert await hosts.claim_hosts_of(conn, [], lease_s=60) == []


async def test_turns_lie_apart(conn: Any) -> None:
    turns = [await hosts.reserve_fetch(conn, "new.example", delay_s=10) for _ in range(3)]
    assert turns[0].wait_s == 0
    assert [turn.wait_s for turn in turns] == pytest.approx([0, 10, 20], abs=2)
    assert [turn.backoff_until for turn in turns] == [None, None, None]


async def test_robots_may_ask_for_more_time_between_turns(conn: Any) -> None:
    await hosts.set_crawl_delay(conn, "slow.example", 30.0)
    turns = [await hosts.reserve_fetch(conn, "slow.example", delay_s=2) for _ in range(2)]
    assert turns[1].wait_s == pytest.approx(30, abs=2)
    await hosts.set_crawl_delay(conn, "slow.example", None)
    third, fourth = [await hosts.reserve_fetch(conn, "slow.example", delay_s=2) for _ in range(2)]
    assert fourth.wait_s - third.wait_s == pytest.approx(2, abs=1)


async def test_a_turn_that_was_not_used_is_not_owed(conn: Any) -> None:
    await hosts.reserve_fetch(conn, "a.example", delay_s=2)
    await conn.execute("UPDATE host SET next_fetch_at = now() - interval '1 hour'")
    assert (await hosts.reserve_fetch(conn, "a.example", delay_s=2)).wait_s == 0
    assert (await hosts.reserve_fetch(conn, "a.example", delay_s=2)).wait_s == pytest.approx(2, abs=1)


async def test_a_turn_that_is_too_far_away_stays_free(conn: Any) -> None:
    await hosts.reserve_fetch(conn, "a.example", delay_s=600, most_wait_s=60)
    for _ in range(3):
        turn = await hosts.reserve_fetch(conn, "a.example", delay_s=600, most_wait_s=60)
        assert not turn.taken
        assert turn.wait_s == pytest.approx(600, abs=2)
    await conn.execute("UPDATE host SET next_fetch_at = next_fetch_at - interval '590 s'")
    turn = await hosts.reserve_fetch(conn, "a.example", delay_s=600, most_wait_s=60)
    assert turn.taken
    assert turn.wait_s == pytest.approx(10, abs=2)


async def test_workers_that_ask_at_once_get_turns_of_their_own(database_url: str) -> None:
    async def reserve() -> float:
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as own:
            return (await hosts.reserve_fetch(own, "a.example", delay_s=100)).wait_s

    waits = sorted(await asyncio.gather(*(reserve() for _ in range(6))))
    assert waits == pytest.approx([0, 100, 200, 300, 400, 500], abs=20)


async def test_no_turn_is_taken_at_a_host_that_wants_peace(conn: Any) -> None:
    await hosts.back_off(conn, "a.example", wait_s=600, error="429 Too Many Requests")
    turn = await hosts.reserve_fetch(conn, "a.example", delay_s=2)
    assert turn.backoff_until is not None
    assert turn.wait_s == pytest.approx(600, abs=5)
    await hosts.settle_visit(conn, "a.example", answered=True)
    assert await hosts.reserve_fetch(conn, "a.example", delay_s=2) == hosts.HostTurn(wait_s=0.0)


async def test_a_shorter_backoff_does_not_end_a_longer_one(conn: Any) -> None:
    await hosts.back_off(conn, "a.example", wait_s=3600, error="429")
    await hosts.back_off(conn, "a.example", wait_s=60, error="timed out")
    assert await scalar(conn, "SELECT extract(epoch FROM backoff_until - now()) FROM host") == 3600


async def test_nobody_is_left_alone_for_longer_than_a_day(conn: Any) -> None:
    await hosts.back_off(conn, "a.example", wait_s=1e9, error="503")
    assert await scalar(conn, "SELECT extract(epoch FROM backoff_until - now()) FROM host") == 86400


async def test_failures_are_counted_until_a_success(conn: Any) -> None:
    assert [await hosts.count_failure(conn, "a.example", error="no such host") for _ in range(3)] == [1, 2, 3]
    assert await scalar(conn, "SELECT failing_since = now() FROM host")
    await hosts.settle_visit(conn, "a.example", answered=True)
    assert await hosts.count_failure(conn, "a.example", error="no such host") == 1


async def test_a_visit_settles_by_feeds_pages_and_backoff(conn: Any) -> None:
    feed = await make_feed(conn)
    assert await hosts.settle_visit(conn, "outlet.example") is None
    soon, later = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, 2))
    await feeds.change_feed(conn, feed, kind=FeedKind.RSS, state=FeedState.ACTIVE, due_at=later, url=feed.url)
    assert await hosts.settle_visit(conn, "outlet.example") == later
    await add(conn, feed, [line(1)])
    (entry,) = await entries.claim_entries(conn, "outlet.example", limit=1)
    await entries.retry_later(conn, entry.id, reason="timed out", next_attempt_at=soon, n_attempts=1)
    assert await hosts.settle_visit(conn, "outlet.example") == soon
    await hosts.back_off(conn, "outlet.example", wait_s=5400, error="429")
    due_at = await hosts.settle_visit(conn, "outlet.example")
    assert due_at is not None
    assert soon < due_at < later
    assert await hosts.settle_visit(conn, "unknown.example") is None


async def test_a_visit_that_settles_while_work_is_added_does_not_forget_it(database_url: str) -> None:
    connect = psycopg.AsyncConnection.connect
    async with await connect(database_url) as lister, await connect(database_url) as visitor:
        feed = await make_feed(lister, "https://lister.example/rss")
        await hosts.ensure_hosts(lister, ["visited.example"])
        await lister.commit()
        # The visit settles first; what is being added must make the host due afterwards.
        assert await hosts.settle_visit(visitor, "visited.example") is None
        adding = asyncio.create_task(add(lister, feed, [line(1, host="visited.example")]))
        await asyncio.sleep(0.3)
        assert not adding.done()
        await visitor.commit()
        await adding
        # And the other way round: the visit waits for what is being added.
        settling = asyncio.create_task(hosts.settle_visit(visitor, "visited.example"))
        await asyncio.sleep(0.3)
        assert not settling.done()
        await lister.commit()
        assert await settling is not None


async def test_entries_can_be_added_while_their_host_is_claimed(database_url: str) -> None:
    connect = psycopg.AsyncConnection.connect
    async with await connect(database_url) as clock, await connect(database_url) as visitor:
        feed = await make_feed(visitor, due=True)
        await visitor.commit()
        assert await hosts.claim_hosts(clock, limit=9, lease_s=60) == ["outlet.example"]
        async with asyncio.timeout(5):
            await add(visitor, feed, [line(1)])


async def test_a_host_that_no_clock_would_ring_for_is_repaired(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await conn.execute("UPDATE host SET next_visit_at = NULL")
    assert await hosts.settle_overdue(conn) == 1
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == [feed.host]


async def test_the_sweep_finds_nothing_where_all_is_well(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await add(conn, feed, [line(1), line(2, host="other.example")])
    assert await hosts.settle_overdue(conn) == 0
    await hosts.claim_hosts(conn, limit=9, lease_s=600)
    await conn.execute("UPDATE feed SET next_check_at = now()")
    assert await hosts.settle_overdue(conn) == 0


@pytest.mark.parametrize("status", ["todo", "doing"])
async def test_a_visit_that_waits_or_runs_is_left_alone(conn: Any, status: str) -> None:
    feed = await make_feed(conn, due=True)
    await conn.execute("UPDATE host SET next_visit_at = now() + interval '1 hour'")
    await add_job(conn, feed.host, status)
    assert await hosts.settle_overdue(conn) == 0


async def test_long_due_work_behind_a_far_visit_is_pulled_forward(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await conn.execute("UPDATE host SET next_visit_at = now() + interval '1 year'")
    assert await hosts.settle_overdue(conn) == 1
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == [feed.host]


async def test_after_a_clock_was_set_back_everything_is_due_within_its_period(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await add(conn, feed, [line(1)], now=NOW)
    await hosts.reserve_fetch(conn, feed.host, delay_s=2)
    await hosts.back_off(conn, feed.host, wait_s=60, error="429")
    # All this was written by a clock that was a year ahead.
    for change in (
        "UPDATE feed SET checked_at = now() + interval '1 year', next_check_at = now() + interval '1 year 1 hour'",
        "UPDATE entry SET next_attempt_at = now() + interval '1 year'",
        "UPDATE host SET next_visit_at = now() + interval '1 year', next_fetch_at = now() + interval '1 year',"
        " backoff_until = now() + interval '1 year'",
    ):
        await conn.execute(change)
    assert await hosts.settle_overdue(conn) == 1
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == [feed.host]
    assert len(await feeds.due_feeds(conn, feed.host)) == 1
    assert len(await entries.claim_entries(conn, feed.host, limit=9)) == 1
    assert await hosts.reserve_fetch(conn, feed.host, delay_s=2) == hosts.HostTurn(wait_s=0.0)
    assert await hosts.settle_overdue(conn) == 0


async def test_what_lies_ahead_rightly_stays_there(conn: Any) -> None:
    feed = await make_feed(conn)
    await conn.execute("UPDATE feed SET checked_at = now(), next_check_at = now() + interval '30 days'")
    await hosts.settle_visit(conn, feed.host)
    assert await hosts.settle_overdue(conn) == 0
    assert await scalar(conn, "SELECT next_visit_at = now() + interval '30 days' FROM host")


async def test_ten_thousand_due_hosts_are_claimed_quickly(conn: Any) -> None:
    await make_due_hosts(conn, 10_000)
    began = time.process_time()
    n = 0
    while batch := await hosts.claim_hosts(conn, limit=500, lease_s=600):
        n += len(batch)
    assert n == 10_000
    assert time.process_time() - began < 2
