"""Entries and sightings: nothing is lost, nothing comes twice, and what is known costs nothing."""

import asyncio
import gc
import json
import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row
from samples import NOW, add, add_article, line, make_feed, scalar, stated, values

from news.errors import NotFoundError
from news.identity import identify
from news.model import EntryState, SourceState
from store import entries, hosts, sources


async def test_new_lines_become_pending_entries_in_the_order_of_the_feed(conn: Any) -> None:
    feed = await make_feed(conn)
    added = await add(conn, feed, [line(n) for n in range(30)])
    assert (added.n_listed, added.n_new, added.n_known, added.n_skipped) == (30, 30, 0, 0)
    claimed = await entries.claim_entries(conn, "outlet.example", limit=50)
    assert [one.entry.title for one in claimed] == [f"Title {n}" for n in range(30)]
    assert {one.state for one in claimed} == {EntryState.PENDING}
    assert {(one.source_id, one.feed_id, one.host) for one in claimed} == {(feed.source_id, feed.id, "outlet.example")}


async def test_an_entry_comes_back_as_it_was_listed(conn: Any) -> None:
    feed = await make_feed(conn)
    listed = line(
        1,
        summary="One paragraph.\n\nAnother.",
        authors=("Анна", "Bob, the 2nd"),
        tags=('"quoted"', "a,b", "{}"),
        language="ru",
        image_url="https://outlet.example/1.jpg",
        published=stated(datetime.fromisoformat("2026-11-19T10:00:00+03:00"), "Thu, 19 Nov 2026 10:00:00 MSK"),
    )
    await add(conn, feed, [listed])
    (stored,) = await entries.claim_entries(conn, "outlet.example", limit=1)
    assert stored.entry == listed
    assert stored.entry.published is not None
    assert stored.entry.published.at.utcoffset() == timedelta(hours=3)
    assert await entries.find_entry(conn, stored.id) == stored


async def test_a_poll_of_known_lines_writes_nothing(database_url: str) -> None:
    lines = [line(n) for n in range(500)]
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        feed = await make_feed(conn)
        await add(conn, feed, lines)
        await conn.commit()
        again = await add(conn, feed, random.Random(1).sample(lines, 500))
        assert (again.n_new, again.n_known) == (0, 500)
        assert await scalar(conn, "SELECT pg_current_xact_id_if_assigned() IS NULL")


async def test_a_poll_of_known_lines_reads_by_index(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        feed = await make_feed(conn)
        await add(conn, feed, [line(1)])
        await conn.execute(
            "INSERT INTO sighting (feed_id, key, entry_id, seen_at)"
            " SELECT feed_id, sha256(n::text::bytea), entry_id, seen_at FROM sighting, generate_series(1, 200000) n"
        )
        await conn.execute("ANALYZE sighting")
        keys = await values(conn, "SELECT key FROM sighting LIMIT 300")
        query = "EXPLAIN " + str(entries.SQL.known_sightings.as_string(conn))
        plan = "\n".join(await values(conn, query, {"feed_id": feed.id, "keys": keys}))
    assert "sighting_pkey" in plan
    assert "Seq Scan" not in plan


async def test_twenty_thousand_lines_go_in_at_once(conn: Any) -> None:
    feed = await make_feed(conn)
    lines = [line(n, host=f"host{n % 50}.example") for n in range(20_000)]
    began = time.process_time()
    added = await add(conn, feed, lines)
    # Our part of the work; the server's share is not measured, the machine may be busy.
    assert time.process_time() - began < 15
    assert added.n_new == 20_000
    assert await scalar(conn, "SELECT count(*) FROM entry") == 20_000
    assert await scalar(conn, "SELECT count(*) FROM host WHERE next_visit_at <= now()") == 50


async def test_a_long_list_goes_in_by_parts_and_leaves_the_loop_to_others(conn: Any) -> None:
    feed = await make_feed(conn)
    lines = [line(n, host=f"host{n % 50}.example") for n in range(20_000)]
    longest_s = 0.0

    async def watch() -> None:
        nonlocal longest_s
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            longest_s = max(longest_s, time.thread_time() - began)

    identities = identify(lines, feed.url)
    watching = asyncio.create_task(watch())
    # What thousands of other tests left on the heap takes the collector half a second.
    gc.collect()
    gc.freeze()
    await entries.add_entries(conn, feed=feed, entries=lines, identities=identities, now=NOW, skip_older_than=None)
    gc.unfreeze()
    watching.cancel()
    # The processor's time, not the clock's: the machine may be busy. In one go it was half a second.
    assert longest_s < 0.2
    first = await entries.claim_entries(conn, "host7.example", limit=3)
    assert [one.entry.title for one in first] == ["Title 7", "Title 57", "Title 107"]


async def test_one_article_listed_by_several_feeds_is_one_entry(conn: Any) -> None:
    urls = [
        "https://outlet.example/news/1",
        "http://www.outlet.example/news/1/?utm_source=rss",
        "https://m.outlet.example/news/1#comments",
        "https://outlet.example:443/news/1?fbclid=abc",
        "https://outlet.example/news/1/amp",
    ]
    fetched = 0
    for n, url in enumerate(urls):
        feed = await make_feed(conn, f"https://feed{n}.example/rss")
        fetched += (await add(conn, feed, [line(1, url=url, guid=f"guid {n}")])).n_new
    assert fetched == 1
    assert await scalar(conn, "SELECT count(*) FROM entry") == 1
    assert await values(conn, "SELECT url FROM sighting ORDER BY feed_id") == urls


async def test_one_feed_that_lists_an_article_twice_makes_one_entry(conn: Any) -> None:
    feed = await make_feed(conn)
    lines = [line(1), line(1), line(1, url="https://outlet.example/news/1?utm_source=x")]
    added = await add(conn, feed, lines)
    assert (added.n_listed, added.n_new, added.n_known) == (3, 1, 2)
    assert await scalar(conn, "SELECT count(*) FROM sighting") == 2


async def test_changed_guids_make_no_new_entries(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(n) for n in range(50)])
    again = await add(conn, feed, [line(n, guid=f"https://outlet.example/?p={n}") for n in range(50)])
    assert (again.n_new, again.n_known) == (0, 50)
    assert await scalar(conn, "SELECT count(*) FROM entry") == 50


async def test_a_changed_scheme_makes_no_new_entries(conn: Any) -> None:
    feed = await make_feed(conn)
    lines = [line(n, guid=f"http://outlet.example/news/{n}", url=f"http://outlet.example/news/{n}") for n in range(50)]
    await add(conn, feed, lines)
    moved = [line(n, guid=f"https://www.outlet.example/news/{n}") for n in range(50)]
    assert (await add(conn, feed, moved)).n_new == 0
    assert await scalar(conn, "SELECT count(*) FROM entry") == 50


async def test_a_known_guid_under_a_new_url_is_the_same_entry(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(n) for n in range(20)])
    moved = [line(n, host="new.example", url=f"https://new.example/{n}.html") for n in range(20)]
    again = await add(conn, feed, moved)
    assert (again.n_new, again.n_known) == (0, 20)
    assert await scalar(conn, "SELECT count(*) FROM sighting") == 40
    assert await entries.claim_entries(conn, "new.example", limit=9) == []


async def test_a_guid_with_another_title_is_another_entry(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(1, guid="weather", title="Weather on Monday")])
    again = await add(conn, feed, [line(2, guid="weather", title="Weather on Tuesday")])
    assert again.n_new == 1


async def test_a_failed_entry_is_tried_at_the_address_that_its_feed_lists_now(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(1), line(2)])
    first, second = await entries.claim_entries(conn, "outlet.example", limit=2)
    await entries.settle(conn, first.id, state=EntryState.FAILED, reason="404", now=NOW)
    await entries.settle(conn, second.id, state=EntryState.STORED, now=NOW)
    mended = [line(n, url=f"https://new.example/mended/{n}") for n in (1, 2)]
    await add(conn, feed, mended)
    (again,) = await entries.claim_entries(conn, "new.example", limit=9)
    assert (again.id, again.entry.url, again.n_attempts) == (first.id, "https://new.example/mended/1", 0)
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == ["new.example"]


async def test_an_entry_whose_article_is_stored_ends_as_its_duplicate(conn: Any) -> None:
    article_id = await add_article(conn, 1)
    feed = await make_feed(conn)
    added = await add(conn, feed, [line(1), line(2)])
    assert (added.n_new, added.n_known) == (1, 1)
    (stored,) = [
        one for n in await values(conn, "SELECT id FROM entry") if (one := await entries.find_entry(conn, n)).article_id
    ]
    assert stored.state is EntryState.DUPLICATE
    assert stored.article_id == article_id
    assert stored.reason == f"duplicate of article {article_id}, which is stored under this address"


async def test_old_lines_are_recorded_as_skipped_with_the_reason(conn: Any) -> None:
    feed = await make_feed(conn)
    lines = [
        line("old", published=stated(NOW - timedelta(days=40))),
        line("young", published=stated(NOW - timedelta(days=1))),
        line("undated"),
    ]
    added = await add(conn, feed, lines, skip_older_than=NOW - timedelta(days=30))
    assert (added.n_listed, added.n_new, added.n_known, added.n_skipped) == (3, 2, 0, 1)
    reasons = await values(conn, "SELECT reason FROM entry WHERE state = 'skipped'")
    assert reasons == ["too old: published 2026-10-11, before 2026-10-21"]
    assert (await add(conn, feed, lines)).n_known == 3


async def test_lines_without_a_page_are_handed_back(conn: Any) -> None:
    feed = await make_feed(conn)
    lines = [line(1, url=None), line(2), line(3, url="https://outlet.example/")]
    added = await add(conn, feed, lines)
    assert added.n_new == 3
    assert sorted(one.entry.title or "" for one in added.pageless) == ["Title 1", "Title 3"]
    assert all(one.host is None and one.state is EntryState.PENDING for one in added.pageless)
    for one in added.pageless:
        await entries.settle(conn, one.id, state=EntryState.STORED, now=NOW)
    assert (await add(conn, feed, lines)).pageless == ()
    assert len(await entries.claim_entries(conn, "outlet.example", limit=9)) == 1


async def test_the_feeds_own_host_is_due_when_its_visit_settles(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(1)])
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == []
    await hosts.settle_visit(conn, "outlet.example")
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == ["outlet.example"]


async def test_other_hosts_of_new_entries_are_due_at_once(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(1, host="a.example"), line(2, host="b.example"), line(3, host="b.example:8080")])
    claimed = await hosts.claim_hosts(conn, limit=9, lease_s=60)
    assert sorted(claimed) == ["a.example", "b.example", "b.example:8080"]


async def test_a_host_in_backoff_is_due_when_its_peace_ends(conn: Any) -> None:
    feed = await make_feed(conn)
    await hosts.back_off(conn, "a.example", wait_s=600, error="429")
    await add(conn, feed, [line(1, host="a.example")])
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == []
    assert await scalar(conn, "SELECT next_visit_at = backoff_until FROM host WHERE name = 'a.example'")


async def test_an_entry_that_has_ended_stays_so(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(1)])
    (entry,) = await entries.claim_entries(conn, "outlet.example", limit=1)
    article_id = await add_article(conn, 1)
    await entries.settle(conn, entry.id, state=EntryState.STORED, article_id=article_id, now=NOW)
    await entries.settle(conn, entry.id, state=EntryState.FAILED, reason="late", now=NOW)
    await entries.retry_later(conn, entry.id, reason="late", next_attempt_at=NOW, n_attempts=1)
    stored = await entries.find_entry(conn, entry.id)
    assert (stored.state, stored.article_id, stored.reason) == (EntryState.STORED, article_id, None)


async def test_an_entry_that_is_put_off_waits_and_keeps_its_stand_in(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(1)])
    (entry,) = await entries.claim_entries(conn, "outlet.example", limit=1)
    stand_in = await add_article(conn, 1)
    later = datetime.now(UTC) + timedelta(hours=1)
    await entries.retry_later(
        conn, entry.id, reason="timed out", next_attempt_at=later, n_attempts=1, article_id=stand_in
    )
    assert await entries.claim_entries(conn, "outlet.example", limit=1) == []
    assert await hosts.settle_visit(conn, "outlet.example") == later
    await entries.settle(conn, entry.id, state=EntryState.FAILED, reason="gave up", now=NOW)
    stored = await entries.find_entry(conn, entry.id)
    assert (stored.n_attempts, stored.article_id, stored.reason) == (1, stand_in, "gave up")


async def test_failed_entries_can_be_tried_again(conn: Any) -> None:
    ours, theirs = await make_feed(conn), await make_feed(conn, "https://other.example/rss")
    await add(conn, ours, [line(1), line(2)])
    await add(conn, theirs, [line(3, host="other.example")])
    for host in ("outlet.example", "other.example"):
        for entry in await entries.claim_entries(conn, host, limit=9):
            await entries.settle(conn, entry.id, state=EntryState.FAILED, reason="500", now=NOW)
        await hosts.back_off(conn, host, wait_s=9000, error="500")
    assert await entries.retry_failed(conn, ours.source_id) == 2
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == ["outlet.example"]
    assert len(await entries.claim_entries(conn, "outlet.example", limit=9)) == 2
    assert await entries.retry_failed(conn, None) == 1
    assert await entries.retry_failed(conn, None) == 0


async def test_entries_of_a_host_that_is_long_silent_are_found(conn: Any) -> None:
    feed = await make_feed(conn)
    long_ago = NOW - timedelta(days=9)
    await add(conn, feed, [line(1), line(2, host="well.example")], now=long_ago)
    await add(conn, feed, [line(3)])
    await hosts.count_failure(conn, "outlet.example", error="no such host")
    await conn.execute("UPDATE host SET failing_since = %s WHERE n_failures > 0", [long_ago])
    ((entry, reason),) = await entries.find_stale(conn, NOW - timedelta(days=7), limit=9)
    assert entry.entry.title == "Title 1"
    assert reason == "given up: nothing came from outlet.example since 2026-11-11 12:00 UTC: no such host"


async def test_pages_of_a_paused_source_wait(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(1)])
    await sources.set_state(conn, feed.source_id, SourceState.PAUSED)
    assert await entries.claim_entries(conn, "outlet.example", limit=9) == []
    assert await hosts.settle_visit(conn, "outlet.example") is None
    await sources.set_state(conn, feed.source_id, SourceState.ACTIVE)
    assert len(await entries.claim_entries(conn, "outlet.example", limit=9)) == 1
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == ["outlet.example"]


async def test_a_batch_goes_in_as_a_whole_or_not_at_all(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as conn:
        feed = await make_feed(conn)
        lines = [line(1), line(2, host="other.example")]
        broken = [replace(one, sighting_key=cast(bytes, None)) for one in identify(lines, feed.url)]
        with pytest.raises(psycopg.errors.NotNullViolation):
            await entries.add_entries(conn, feed=feed, entries=lines, identities=broken, now=NOW, skip_older_than=None)
        assert await scalar(conn, "SELECT count(*) FROM entry") == 0
        assert (await add(conn, feed, lines)).n_new == 2
        assert conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


async def test_known_keys_are_those_that_are_stored(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(1)])
    key = await scalar(conn, "SELECT key FROM entry")
    assert await entries.known_keys(conn, [key, bytes(32)]) == {key}


async def test_an_unknown_entry_is_told(conn: Any) -> None:
    with pytest.raises(NotFoundError, match="entry: 0"):
        await entries.find_entry(conn, 0)


async def test_feeds_that_overlap_are_recorded_at_the_same_moment_without_a_deadlock(database_url: str) -> None:
    """Many workers list the same new articles of the same new and old hosts, each in an order of its own."""
    n_feeds, n_rounds = 6, 6

    async def visit(feed: Any, seed: int) -> int:
        n_new = 0
        async with await psycopg.AsyncConnection.connect(database_url) as own:
            for turn in range(n_rounds):
                lines = [line(f"{turn}-{n}", host=f"host{turn % 2}-{n % 12}.example") for n in range(60)]
                random.Random(seed).shuffle(lines)
                async with own.transaction():
                    n_new += (await add(own, feed, lines)).n_new
                    await hosts.settle_visit(own, feed.host)
        return n_new

    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        # Half of the feeds live on hosts that the others list.
        made = [await make_feed(conn, f"https://host0-{n}.example/rss") for n in range(n_feeds)]
        await conn.commit()
        found = await asyncio.gather(*(visit(feed, n) for n, feed in enumerate(made)))
        assert sum(found) == 60 * n_rounds
        assert await scalar(conn, "SELECT count(*) FROM entry") == 60 * n_rounds
        assert await scalar(conn, "SELECT count(*) FROM sighting") == 60 * n_rounds * n_feeds
        assert await scalar(conn, "SELECT count(*) FROM host WHERE next_visit_at IS NULL") == 0


def _guids_changed(lines: list[Any], rng: random.Random) -> list[Any]:
    return [replace(one, guid=f"new {rng.random()}") for one in lines]


def _scheme_changed(lines: list[Any], rng: random.Random) -> list[Any]:
    return [replace(one, url=one.url.replace("https:", "http:")) for one in lines]


def _tracked(lines: list[Any], rng: random.Random) -> list[Any]:
    return [replace(one, url=f"{one.url}?utm_source={rng.randint(1, 9)}") for one in lines]


def _reordered(lines: list[Any], rng: random.Random) -> list[Any]:
    return rng.sample(lines, len(lines))


def _doubled(lines: list[Any], rng: random.Random) -> list[Any]:
    return [*lines, *rng.choices(lines, k=3)]


def _halved(lines: list[Any], rng: random.Random) -> list[Any]:
    return lines[::2]


def _retitled(lines: list[Any], rng: random.Random) -> list[Any]:
    return [replace(one, title=f"{one.title} (updated)") for one in lines]


CHANGES = [_guids_changed, _scheme_changed, _tracked, _reordered, _doubled, _halved, _retitled]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    plan=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(CHANGES), st.integers(0, 9)), min_size=1, max_size=6),
    seed=st.integers(0, 99),
)
def test_whatever_outlets_do_to_their_lists_each_article_is_one_entry(
    database_url: str, plan: list[Any], seed: int
) -> None:
    async def run() -> None:
        rng = random.Random(seed)
        async with await psycopg.AsyncConnection.connect(database_url, row_factory=dict_row) as conn:
            made = [await make_feed(conn, f"https://feed{n}.example/rss") for n in range(3)]
            ever: set[str] = set()
            n_new = 0
            for which, change, shift in plan:
                lines = change([line(n) for n in range(shift, shift + 8)], rng)
                ever |= {one.url.partition("://")[2].partition("?")[0] for one in lines}
                added = await add(conn, made[which], lines)
                assert added.n_listed == len(lines) == added.n_new + added.n_known
                n_new += added.n_new
                assert await scalar(conn, "SELECT count(*) FROM entry") == len(ever) == n_new
                assert (await add(conn, made[which], rng.sample(lines, len(lines)))).n_new == 0
            await conn.rollback()

    asyncio.run(run())


POISON: dict[str, dict[str, Any]] = {
    "NUL": {"title": "a\x00b", "summary": "\x00", "guid": "g\x00"},
    "lone surrogates": {"title": "a\ud800b", "guid": "\udfff", "authors": ("\ud800",), "tags": ("\udc00x",)},
    "noncharacters": {"title": "\ufffe\uffff", "summary": "\U0010ffff"},
    "controls": {"title": "\x01\x02\x03\x1f\x7f\x85", "tags": ("a\x1fb", "\x1f")},
    "the year 1": {"published": stated(datetime(1, 1, 1, tzinfo=UTC))},
    "the year 9999": {"published": stated(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))},
    "a zone at the edge of time": {"published": stated(datetime.fromisoformat("0001-01-01T00:00:00+14:00"))},
    "next week": {"published": stated(NOW + timedelta(days=7))},
    "an odd zone": {"published": stated(datetime.fromisoformat("2026-11-19T10:00:00+05:53:28"))},
    "a URL of 9 kB": {"url": "https://outlet.example/" + "x" * 9000},
    "a URL that is none": {"url": "https://[::1/"},
    "a URL with NUL": {"url": "https://outlet.example/\x00"},
    "another scheme": {"url": "javascript:alert(1)"},
    "an image of 9 kB": {"image_url": "https://outlet.example/" + "x" * 9000},
    "a guid of 1 MB": {"guid": "g" * 1_000_000},
    "a title of 1 MB": {"title": "слово " * 200_000},
    "a summary of 2 MB": {"summary": " ".join(map(str, range(300_000)))},
    "ten thousand tags": {"tags": tuple(map(str, range(10_000)))},
    "a long language": {"language": "x" * 5000},
    "nothing": {"url": None, "guid": None, "title": None, "summary": None},
}


async def test_poison_is_stored_and_spoils_nothing_beside_it(conn: Any) -> None:
    feed = await make_feed(conn)
    lines = []
    for n, fields in enumerate(POISON.values()):
        lines += [line(f"sound-{n}"), line(f"poison-{n}", **fields)]
    added = await add(conn, feed, lines)
    assert added.n_new == len(lines)
    assert (await add(conn, feed, lines)).n_known == len(lines)
    stored = [await entries.find_entry(conn, n) for n in await values(conn, "SELECT id FROM entry")]
    assert len(stored) == len(lines)
    for one in stored:
        assert len(one.entry.url or "") <= 4096
        published = one.entry.published
        assert published is None or datetime(1990, 1, 1, tzinfo=UTC) <= published.at <= NOW + timedelta(days=2)


async def test_an_impossible_date_leaves_what_was_written(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(1, published=stated(datetime(9999, 1, 1, tzinfo=UTC), "1 Jan 9999"))])
    assert await values(conn, "SELECT published_raw FROM entry WHERE published_at IS NULL") == ["1 Jan 9999"]


async def test_naughty_strings_go_in_and_come_back(conn: Any, shared_data: Path) -> None:
    strings = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    feed = await make_feed(conn)
    lines = [
        line(n, title=text, summary=text, guid=text, authors=(text,), tags=(text, text))
        for n, text in enumerate(strings)
    ]
    assert (await add(conn, feed, lines)).n_new == len(lines)
    assert (await add(conn, feed, lines)).n_known == len(lines)
