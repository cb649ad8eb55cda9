"""Sources: added once, found by what people remember of them, paused, removed and brought back."""

import time
from datetime import datetime
from typing import Any

import pytest
from samples import NOW, add, add_article, line, make_feed, scalar, values

from news.errors import BadURLError, NotFoundError
from news.model import EntryState, FeedKind, FeedState, SourceState
from store import entries, feeds, hosts, sources


async def test_a_source_is_added_once(conn: Any) -> None:
    source, new = await sources.add_source(conn, name="Outlet", url="https://outlet.example/", language="ru-RU")
    assert (source.name, source.url, source.state, source.language) == (
        "Outlet",
        "https://outlet.example/",
        SourceState.ACTIVE,
        "ru",
    )
    assert new
    again, new = await sources.add_source(conn, name="Another name", url="http://www.outlet.example")
    assert (again, new) == (source, False)


async def test_two_sources_of_one_name_are_told_apart(conn: Any) -> None:
    names = []
    for url in ("https://a.example/", "https://b.example/", "https://b.example/2", "https://b.example/3"):
        source, new = await sources.add_source(conn, name="News", url=url)
        assert new
        assert await sources.find_source(conn, url) == source
        names.append(source.name)
    assert names == ["News", "News (b.example)", "News 2", "News 3"]


async def test_thousands_of_sources_of_one_name_go_in(conn: Any) -> None:
    began = time.process_time()
    for n in range(2000):
        await sources.add_source(conn, name="RSS", url=f"https://portal.example/{n}")
    assert time.process_time() - began < 20
    assert await scalar(conn, "SELECT count(DISTINCT name) FROM source") == 2000


@pytest.mark.parametrize("name", ["", "  ", "\x00", "\u200b"])
async def test_a_source_without_a_name_bears_its_hosts(conn: Any, name: str) -> None:
    source, _ = await sources.add_source(conn, name=name, url="https://outlet.example/")
    assert source.name == "outlet.example"


async def test_what_is_no_url_is_refused(conn: Any) -> None:
    with pytest.raises(BadURLError):
        await sources.add_source(conn, name="x", url="file:///etc/passwd")


@pytest.mark.parametrize(
    "wanted",
    ["The Outlet", "the outlet", " the outlet ", "https://outlet.example/", "http://www.outlet.example", "outlet-feed"],
)
async def test_a_source_is_found_by_its_name_its_url_and_its_feeds(conn: Any, wanted: str) -> None:
    source, _ = await sources.add_source(conn, name="The Outlet", url="https://outlet.example/")
    await feeds.add_feed(
        conn,
        source_id=source.id,
        url="https://feeds.example/outlet",
        kind=FeedKind.RSS,
        state=FeedState.ACTIVE,
        due_at=None,
    )
    wanted = wanted.replace("outlet-feed", "https://feeds.example/outlet")
    assert await sources.find_source(conn, wanted) == source


async def test_a_name_in_other_letters_is_found(conn: Any) -> None:
    source, _ = await sources.add_source(conn, name="Новости", url="https://outlet.example/")
    assert await sources.find_source(conn, "НОВОСТИ") == source


async def test_a_misspelt_source_is_told_with_suggestions(conn: Any) -> None:
    for name in ("Daily Outlet", "Weekly Outlet", "Something else"):
        await sources.add_source(conn, name=name, url=f"https://{name.split()[0]}.example/")
    with pytest.raises(NotFoundError, match="source: Dayly Outlet: not watched; did you mean Daily Outlet"):
        await sources.find_source(conn, "Dayly Outlet")
    with pytest.raises(NotFoundError, match=r"not watched; wirewatch source list has all names$"):
        await sources.find_source(conn, "qqqqqqqq")


@pytest.mark.parametrize(
    "wanted", ["", "\x00", "\ud800", "x" * 100_000, "%", "https://[::1/", "'; DROP TABLE source; --"]
)
async def test_a_hostile_name_is_not_found(conn: Any, wanted: str) -> None:
    with pytest.raises(NotFoundError):
        await sources.find_source(conn, wanted)


async def test_a_paused_source_is_not_asked_until_it_is_resumed(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await sources.set_state(conn, feed.source_id, SourceState.PAUSED)
    assert await feeds.due_feeds(conn, feed.host) == []
    await hosts.settle_visit(conn, feed.host)
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == []
    await sources.set_state(conn, feed.source_id, SourceState.ACTIVE)
    assert [one.id for one in await feeds.due_feeds(conn, feed.host)] == [feed.id]
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == [feed.host]


async def test_a_removed_source_keeps_what_it_brought_and_waits_for_nothing(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await add(conn, feed, [line(1), line(2)])
    first, second = await entries.claim_entries(conn, feed.host, limit=2)
    article_id = await add_article(conn, 1, source_id=feed.source_id)
    await entries.settle(conn, first.id, state=EntryState.STORED, article_id=article_id, now=NOW)
    await sources.set_state(conn, feed.source_id, SourceState.REMOVED)
    assert (await entries.find_entry(conn, first.id)).state is EntryState.STORED
    ended = await entries.find_entry(conn, second.id)
    assert (ended.state, ended.reason) == (EntryState.SKIPPED, sources.REMOVED_REASON)
    assert await hosts.settle_visit(conn, feed.host) is None
    with pytest.raises(NotFoundError):
        await sources.find_source(conn, feed.url)
    assert (await sources.find_source(conn, feed.url, include_removed=True)).state is SourceState.REMOVED
    assert await sources.list_sources(conn) == []
    assert len(await sources.list_sources(conn, include_removed=True)) == 1


async def test_pages_of_a_removed_source_are_left_to_another_that_lists_them(conn: Any) -> None:
    ours, theirs = await make_feed(conn), await make_feed(conn, "https://other.example/rss")
    await add(conn, ours, [line(1), line(2)])
    await add(conn, theirs, [line(2)])
    await sources.set_state(conn, ours.source_id, SourceState.REMOVED)
    (entry,) = await entries.claim_entries(conn, "outlet.example", limit=9)
    assert (entry.entry.title, entry.source_id, entry.feed_id) == ("Title 2", theirs.source_id, theirs.id)


async def test_entries_that_come_while_their_source_is_being_removed_do_not_wait_for_ever(conn: Any) -> None:
    feed = await make_feed(conn)
    await sources.set_state(conn, feed.source_id, SourceState.REMOVED)
    await add(conn, feed, [line(1)])
    assert await entries.claim_entries(conn, feed.host, limit=9) == []
    assert await sources.end_removed(conn) == 1
    assert await values(conn, "SELECT state FROM entry") == ["skipped"]
    assert await sources.end_removed(conn) == 0


async def test_a_removed_source_that_is_added_again_is_back(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await add(conn, feed, [line(1), line(2, host="elsewhere.example")])
    await sources.set_state(conn, feed.source_id, SourceState.REMOVED)
    source, new = await sources.add_source(conn, name="whatever", url=feed.url)
    assert (source.id, source.state, new) == (feed.source_id, SourceState.ACTIVE, True)
    assert len(await feeds.due_feeds(conn, feed.host)) == 1
    assert len(await entries.claim_entries(conn, feed.host, limit=9)) == 1
    assert sorted(await hosts.claim_hosts(conn, limit=9, lease_s=60)) == ["elsewhere.example", feed.host]


async def test_an_unknown_source_has_no_state(conn: Any) -> None:
    with pytest.raises(NotFoundError):
        await sources.set_state(conn, 0, SourceState.PAUSED)


async def test_sources_can_be_made_due(conn: Any) -> None:
    ours, theirs = await make_feed(conn), await make_feed(conn, "https://other.example/rss")
    await sources.make_due(conn, [ours.source_id])
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == ["outlet.example"]
    assert len(await feeds.due_feeds(conn, ours.host)) == 1
    assert await feeds.due_feeds(conn, theirs.host) == []
    await sources.make_due(conn, [])


async def test_the_list_tells_each_sources_health(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await make_feed(conn, "https://a.example/rss")
    for n in range(3):
        await add_article(conn, n, source_id=feed.source_id)
    check = feeds.FeedCheck.of(
        feed,
        checked_at=NOW,
        next_check_at=NOW,
        n_failures=2,
        error="no such host",
        new_at=datetime(2026, 11, 1, tzinfo=NOW.tzinfo),
    )
    await feeds.record_check(conn, feed.id, check)
    quiet, ours = await sources.list_sources(conn)
    assert (quiet.source.name, quiet.n_feeds, quiet.n_articles, quiet.n_failing) == ("https://a.example/rss", 1, 0, 0)
    assert (ours.n_feeds, ours.n_articles, ours.n_failing, ours.error) == (1, 3, 1, "no such host")
    assert (ours.next_check_at, ours.last_new_at) == (NOW, datetime(2026, 11, 1, tzinfo=NOW.tzinfo))


async def test_the_list_counts_articles_by_index(conn: Any) -> None:
    await make_feed(conn)
    await add_article(conn, 1, source_id=None)
    query = "EXPLAIN " + str(sources.SQL.list_sources.as_string(conn))
    await conn.execute("SET LOCAL enable_seqscan = off")
    async with conn.cursor() as cursor:
        await cursor.execute(query, {"include_removed": False})
        plan = str(await cursor.fetchall())
    assert "article_source" in plan
    assert await scalar(conn, "SELECT count(*) FROM article") == 1
