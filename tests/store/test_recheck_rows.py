"""Rechecks as rows: when a host is due by them, what a feed's word changes, and what the sweep repairs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from samples import add, add_article, line, make_feed, page, scalar, values

from news.model import StoredFeed
from news.urls import url_key
from store import hosts, rechecks

KEY = url_key("https://outlet.example/news/1")


async def now_of(conn: Any) -> datetime:
    return await scalar(conn, "SELECT now()")


async def make_recheck(conn: Any, *, hours: float, age: timedelta = timedelta()) -> StoredFeed:
    """An article whose page came `age` ago and is asked for again in so many hours."""
    feed = await make_feed(conn)
    await add(conn, feed, [line(1)])
    article_id = await add_article(conn, 1)
    await conn.execute("UPDATE entry SET state = 'stored', next_attempt_at = NULL, article_id = %s", [article_id])
    entry_id = await scalar(conn, "SELECT id FROM entry")
    now = await now_of(conn)
    for _ in range(2):
        await rechecks.add_recheck(
            conn,
            article_id=article_id,
            entry_id=entry_id,
            page=page(fetched_at=now - age, headers={"etag": '"1"', "last-modified": "yesterday"}),
            next_at=now + timedelta(hours=hours),
        )
    return feed


async def test_a_host_is_due_by_the_pages_to_be_asked_again(conn: Any) -> None:
    feed = await make_recheck(conn, hours=1)
    assert await hosts.settle_visit(conn, feed.host) == await now_of(conn) + timedelta(hours=1)
    assert await rechecks.claim_rechecks(conn, feed.host, limit=9) == []
    await conn.execute("UPDATE recheck SET next_at = now() - interval '1 minute'")
    (one,) = await rechecks.claim_rechecks(conn, feed.host, limit=9)
    assert (one.url, one.etag, one.last_modified) == ("https://outlet.example/news/1", '"1"', "yesterday")
    assert await hosts.settle_visit(conn, feed.host) == one.next_at
    await conn.execute("UPDATE source SET state = 'paused'")
    assert await hosts.settle_visit(conn, feed.host) is None
    assert await rechecks.claim_rechecks(conn, feed.host, limit=9) == []


async def test_what_was_recorded_once_is_not_recorded_again(conn: Any) -> None:
    feed = await make_recheck(conn, hours=0)
    (one,) = await rechecks.claim_rechecks(conn, feed.host, limit=9)
    now = await now_of(conn)
    assert await rechecks.lock_due(conn, one)
    await rechecks.record_recheck(conn, one, asked_at=now, next_at=None, outcome="gone", n_gone=1)
    assert not await rechecks.lock_due(conn, one)
    found = await rechecks.find_recheck(conn, one.article_id)
    assert found is not None
    assert (found.n_asked, found.outcome, found.gone_at, found.etag) == (1, "gone", now, '"1"')


@pytest.mark.parametrize(
    ("age_h", "edited_h", "expected_h"),
    [
        (0.5, 0.25, 0.0),
        (0.5, 1, 1.0),
        (0.05, 0.01, 0.0333),
        (0.5, -1, 1.0),
    ],
    ids=["edited since", "edited before it came", "it came a moment ago", "edited in the future"],
)
async def test_a_page_that_its_feed_calls_edited_is_due(
    conn: Any, age_h: float, edited_h: float, expected_h: float
) -> None:
    await make_recheck(conn, hours=1, age=timedelta(hours=age_h))
    now = await now_of(conn)
    await rechecks.hasten(conn, {KEY: now - timedelta(hours=edited_h)}, visited_host="other.example")
    (next_at,) = await values(conn, "SELECT next_at FROM recheck")
    assert abs((next_at - now).total_seconds() - expected_h * 3600) < 2
    due = await scalar(conn, "SELECT count(*) FROM host WHERE next_visit_at <= now()")
    assert due == (expected_h < 1)


async def test_of_a_page_asked_for_again_a_feed_is_believed_after_a_fifth_of_its_age(conn: Any) -> None:
    await make_recheck(conn, hours=100, age=timedelta(hours=21))
    await conn.execute("UPDATE recheck SET asked_at = now() - interval '1 hour'")
    now = await now_of(conn)
    await rechecks.hasten(conn, {KEY: now}, visited_host="outlet.example")
    assert await scalar(conn, "SELECT next_at FROM recheck") == now + timedelta(hours=3)


async def test_the_sweep_makes_hosts_due_for_forgotten_rechecks_and_those_of_a_wrong_clock(conn: Any) -> None:
    feed = await make_recheck(conn, hours=-1)
    await conn.execute("UPDATE host SET next_visit_at = NULL")
    assert await hosts.settle_overdue(conn) == 1
    assert await hosts.claim_hosts(conn, limit=9, lease_s=600) == [feed.host]
    await conn.execute(
        "UPDATE recheck SET stored_at = now() + interval '1 year', next_at = now() + interval '1 year 1 hour'"
    )
    await hosts.settle_visit(conn, feed.host)
    assert await hosts.settle_overdue(conn) == 1
    assert await hosts.claim_hosts(conn, limit=9, lease_s=600) == [feed.host]
    (one,) = await rechecks.claim_rechecks(conn, feed.host, limit=9)
    assert one.stored_at <= datetime.now(UTC) + timedelta(seconds=5)


async def test_switched_off_what_is_due_is_dropped(conn: Any) -> None:
    feed = await make_recheck(conn, hours=0)
    await rechecks.drop_due(conn, feed.host)
    assert await hosts.settle_visit(conn, feed.host) is None
