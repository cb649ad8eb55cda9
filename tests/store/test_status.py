"""Status: the numbers are those of the tables, and cost no more than they must."""

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL
from samples import NOW, add, add_article, line, make_feed, page, scalar, values

from news.model import EntryState, FeedState, SourceState
from store import entries, feeds, hosts, migrations, pages, rereads, sources, status
from store.feeds import FeedCheck
from store.status import Backlog, Count, EntryCounts, FeedCounts, QueueCounts, SourceCounts


async def test_an_empty_house_is_told_as_such(conn: Any) -> None:
    told = await status.read_status(conn, "test-1")
    nothing = Count(n=0)
    assert told.sources == SourceCounts(active=0, paused=0)
    assert told.feeds == FeedCounts(active=0, alternative=0, gone=0, failing=0, unread=0, due=0)
    assert told.entries == EntryCounts(
        pending=nothing, stored=nothing, duplicate=nothing, failed=nothing, skipped=nothing
    )
    assert told.articles == nothing
    assert told.last_article is None
    assert told.backlog == Backlog(n_hosts=0, n_feeds=0, n_entries=nothing, oldest_due_at=None)
    assert told.queue == QueueCounts(waiting=0, running=0, stalled=0, failed=0)
    assert (told.failing_feeds, told.hosts_in_backoff, told.failed_entries) == ((), (), ())
    assert told.database_bytes > told.page_bytes >= 0
    assert told.postgres_version.split(".")[0].isdigit()
    assert told.migrations == tuple(migration.name for migration in migrations.read_migrations())


async def test_entries_are_counted_by_state(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line(n) for n in range(10)])
    ends = [EntryState.STORED] * 3 + [EntryState.DUPLICATE] * 2 + [EntryState.FAILED, EntryState.SKIPPED]
    for entry, end in zip(await entries.claim_entries(conn, feed.host, limit=7), ends, strict=True):
        await entries.settle(conn, entry.id, state=end, reason=f"ended as {end}", now=NOW)
    for n in range(3):
        await add_article(conn, n, source_id=feed.source_id)
    told = await status.read_status(conn, "test-1")
    assert told.entries == EntryCounts(
        pending=Count(n=3), stored=Count(n=3), duplicate=Count(n=2), failed=Count(n=1), skipped=Count(n=1)
    )
    assert told.articles == Count(n=3)
    assert told.last_article is not None
    assert (told.last_article.title, told.last_article.source) == ("Title 2", feed.url)
    assert [(entry.reason, entry.source) for entry in told.failed_entries] == [("ended as failed", feed.url)]
    assert told.backlog.n_entries == Count(n=3)


async def test_what_fails_is_named_with_its_reason(conn: Any) -> None:
    made = [await make_feed(conn, f"https://outlet{n}.example/rss", due=True) for n in range(25)]
    for n, feed in enumerate(made[:23]):
        state = FeedState.GONE if n == 0 else FeedState.ACTIVE
        check = FeedCheck.of(
            feed, checked_at=NOW, next_check_at=NOW, n_failures=n + 1, error=f"no such host {n}", state=state
        )
        await feeds.record_check(conn, feed.id, check)
    await feeds.record_check(
        conn, made[23].id, FeedCheck.of(made[23], checked_at=NOW, next_check_at=NOW, first_read_at=NOW)
    )
    await hosts.count_failure(conn, "outlet1.example", error="timed out")
    await hosts.back_off(conn, "outlet1.example", wait_s=600, error="timed out")
    told = await status.read_status(conn, "test-1")
    assert told.feeds == FeedCounts(active=24, alternative=0, gone=1, failing=22, unread=23, due=24)
    assert len(told.failing_feeds) == status.MOST_LISTED
    worst = told.failing_feeds[0]
    assert (worst.source, worst.url, worst.n_failures, worst.error) == (
        "https://outlet22.example/rss",
        "https://outlet22.example/rss",
        23,
        "no such host 22",
    )
    (host,) = told.hosts_in_backoff
    assert (host.name, host.n_failures, host.error) == ("outlet1.example", 1, "timed out")
    assert host.backoff_until - told.at == timedelta(seconds=600)
    assert told.n_hosts_in_backoff == 1


async def test_the_backlog_and_the_queue_are_told(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await make_feed(conn, "https://other.example/rss", due=True)
    await conn.execute("UPDATE host SET next_visit_at = now() - interval '1 hour' WHERE name = %s", [feed.host])
    await conn.execute("SET LOCAL search_path = public, procrastinate")
    await conn.execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '1 minute')"
    )
    for state, worker in [("todo", None), ("doing", 0), ("doing", 1), ("doing", None), ("failed", None)]:
        await conn.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id) VALUES"
            " ('visit', 'visit', %s::procrastinate_job_status,"
            " (SELECT id FROM procrastinate_workers ORDER BY last_heartbeat DESC OFFSET %s LIMIT 1))",
            [state, 9 if worker is None else worker],
        )
    told = await status.read_status(conn, "test-1")
    assert told.queue == QueueCounts(waiting=1, running=3, stalled=2, failed=1)
    assert (told.backlog.n_hosts, told.backlog.n_feeds) == (2, 2)
    assert told.backlog.oldest_due_at == told.at - timedelta(hours=1)


async def test_paused_sources_are_told_apart(conn: Any) -> None:
    feed = await make_feed(conn)
    await make_feed(conn, "https://other.example/rss")
    removed = await make_feed(conn, "https://removed.example/rss")
    await sources.set_state(conn, feed.source_id, SourceState.PAUSED)
    await sources.set_state(conn, removed.source_id, SourceState.REMOVED)
    told = await status.read_status(conn, "test-1")
    assert told.sources == SourceCounts(active=1, paused=1)
    assert told.feeds.active == 2


async def test_beyond_the_bound_numbers_are_estimates(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "MOST_COUNTED", 100)
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        feed = await make_feed(conn)
        await add(conn, feed, [line(n) for n in range(300)])
        for n in range(99):
            await add_article(conn, n)
        await conn.execute("ANALYZE entry")
        told = await status.read_status(conn, "test-1")
        assert told.entries.pending == Count(n=100, exact=False)
        assert told.entries.stored == Count(n=200, exact=False)
        assert told.articles == Count(n=99)


async def test_counts_by_state_read_an_index_only(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as conn:
        feed = await make_feed(conn)
        old = datetime(2020, 1, 1, tzinfo=NOW.tzinfo)
        await add(conn, feed, [line(n) for n in range(2000)], now=old)
        await conn.execute("UPDATE entry SET state = 'failed', reason = 'x', next_attempt_at = NULL WHERE id % 2 = 0")
        await conn.execute("UPDATE entry SET state = 'stored', next_attempt_at = NULL WHERE id % 5 = 0")
        await conn.execute("VACUUM ANALYZE entry")
        for state, index in {"failed": "entry_unwell", "pending": "entry_pending"}.items():
            query = f"EXPLAIN SELECT count(*) FROM (SELECT FROM entry WHERE state = '{state}' LIMIT 1000000) bounded"
            plan = "\n".join(await values(conn, query))
            assert f"Index Only Scan using {index}" in plan, plan


async def test_poor_reads_are_told_by_their_reason_with_the_newest_as_example(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        for n, doubt in enumerate(["only 40 words", "only 7 words", "menu-like", None]):
            await add_article(conn, n, doubt=doubt, confidence=0.2)
        await conn.execute("UPDATE article SET fetched_at = now() - make_interval(hours => 10 - id::integer)")
        old = await add_article(conn, "old", doubt="menu-like")
        await conn.execute("UPDATE article SET fetched_at = now() - interval '8 days' WHERE id = %s", [old])
        told = (await status.read_status(conn, "test-1")).poor_reads
        assert (told.n, told.days) == (Count(n=3), 7)
        assert [(doubt.n, doubt.doubt, doubt.title) for doubt in told.doubts] == [
            (2, "only 7 words", "Title 1"),
            (1, "menu-like", "Title 2"),
        ]


async def test_articles_of_an_older_reader_are_counted_as_long_as_their_page_is_there(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        feed = await make_feed(conn)
        await add(conn, feed, [line(n) for n in range(5)])
        for n, reader in enumerate(["a/1", "b/2", "c/3", "a/1", "a/1"]):
            article_id = await add_article(conn, n, reader=reader)
            if n < 4:
                unreadable_by = "b/2" if n == 3 else None
                entry_id = await scalar(conn, "SELECT id FROM entry WHERE guid = %s", [f"urn:{n}"])
                await pages.add_page(
                    conn,
                    entry_id=entry_id,
                    article_id=article_id,
                    page=page(),
                    body_zstd=b"",
                    unreadable_by=unreadable_by,
                )
        assert (await status.read_status(conn, "b/2")).outdated == Count(n=2)
        assert (await status.read_status(conn, "d/4")).outdated == Count(n=4)


async def test_poor_and_outdated_reads_cost_an_index_only_what_there_are(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as conn:
        for n in range(3):
            await add_article(conn, n)
        await conn.execute(
            "INSERT INTO article (url_key, url, text, text_origin, reader, fetched_at)"
            " SELECT sha256(n::text::bytea), 'https://outlet.example/', 'x', 'page', 'today/1', now()"
            " FROM generate_series(1, 5000) n"
        )
        await conn.execute("VACUUM ANALYZE article")
        params = {"days": 7, "most": 100, "limit": 5, "reader": "today/1"}
        for query, index in (
            (status.SQL.poor_reads, "article_doubtful"),
            (rereads.SQL.count_outdated, "article_reader"),
        ):
            plan = "\n".join(await values(conn, SQL("EXPLAIN ") + query, params))
            assert index in plan and "Seq Scan on article" not in plan, plan
