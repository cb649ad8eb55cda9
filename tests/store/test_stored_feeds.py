"""Feeds: stored once, due when they should be, their checks recorded as a whole."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from samples import NOW, add, line, make_feed, stated

from news.errors import BadURLError, NotFoundError
from news.model import FeedKind, FeedState, SourceState, StoredFeed
from store import feeds, hosts, sources
from store.feeds import FeedCheck

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def add_feed(conn: Any, source_id: int, url: str, **given: Any) -> tuple[StoredFeed, bool]:
    options: dict[str, Any] = {"kind": FeedKind.RSS, "state": FeedState.ACTIVE, "due_at": LONG_AGO}
    return await feeds.add_feed(conn, source_id=source_id, url=url, **options | given)


async def stored(conn: Any, feed: StoredFeed) -> StoredFeed:
    (found,) = [one for one in await feeds.list_feeds(conn, feed.source_id) if one.id == feed.id]
    return found


async def test_a_feed_is_stored_once(conn: Any) -> None:
    source, _ = await sources.add_source(conn, name="Outlet", url="https://outlet.example/")
    feed, new = await add_feed(conn, source.id, "https://feeds.outlet.example:8080/rss", title=" The\nFeed ")
    assert new
    assert (feed.host, feed.title, feed.kind, feed.next_check_at) == (
        "feeds.outlet.example:8080",
        "The Feed",
        FeedKind.RSS,
        LONG_AGO,
    )
    again, new = await add_feed(
        conn, source.id, "https://feeds.outlet.example:8080/rss?utm_source=x", kind=FeedKind.ATOM
    )
    assert (again, new) == (feed, False)


async def test_the_host_of_a_due_feed_is_due(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == [feed.host]
    assert [one.id for one in await feeds.due_feeds(conn, feed.host)] == [feed.id]
    alternative = await make_feed(conn, "https://alternative.example/rss")
    assert await feeds.due_feeds(conn, alternative.host) == []
    assert await hosts.claim_hosts(conn, limit=9, lease_s=60) == []


async def test_an_alternative_is_asked_when_it_is_chosen(conn: Any) -> None:
    source, _ = await sources.add_source(conn, name="Outlet", url="https://outlet.example/")
    kept, _ = await add_feed(conn, source.id, "https://outlet.example/atom", state=FeedState.ALTERNATIVE, due_at=None)
    chosen, changed = await add_feed(conn, source.id, "https://outlet.example/atom")
    assert changed
    assert (chosen.id, chosen.state, chosen.next_check_at) == (kept.id, FeedState.ACTIVE, LONG_AGO)
    back, changed = await add_feed(
        conn, source.id, "https://outlet.example/atom", state=FeedState.ALTERNATIVE, due_at=None
    )
    assert (back.state, changed) == (FeedState.ACTIVE, False)


async def test_a_feed_of_a_removed_source_moves_to_the_source_that_adds_it(conn: Any) -> None:
    feed = await make_feed(conn)
    await sources.set_state(conn, feed.source_id, SourceState.REMOVED)
    source, _ = await sources.add_source(conn, name="Outlet", url="https://outlet.example/")
    moved, changed = await add_feed(conn, source.id, feed.url)
    assert changed
    assert (moved.id, moved.source_id, moved.next_check_at) == (feed.id, source.id, LONG_AGO)


async def test_a_feed_of_another_source_stays_with_it(conn: Any) -> None:
    feed = await make_feed(conn)
    other, _ = await sources.add_source(conn, name="Other", url="https://other.example/")
    same, changed = await add_feed(conn, other.id, feed.url)
    assert (same.source_id, changed) == (feed.source_id, False)


async def test_a_feed_needs_a_url_and_a_source(conn: Any) -> None:
    with pytest.raises(BadURLError):
        await add_feed(conn, 1, "https://")
    with pytest.raises(NotFoundError):
        await add_feed(conn, 0, "https://outlet.example/rss")


async def test_a_check_is_recorded_as_a_whole(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    check = FeedCheck(
        checked_at=NOW,
        next_check_at=NOW + timedelta(hours=1),
        kind=FeedKind.ATOM,
        state=FeedState.ACTIVE,
        title="A title",
        etag='W/"a  b"',
        last_modified="Fri, 20 Nov 2026 12:00:00 GMT",
        body_hash=bytes(32),
        full_at=NOW,
        first_read_at=NOW,
        new_at=NOW,
        gone_at=NOW,
        n_failures=3,
        mean_gap_s=12.5,
        min_interval_s=60.0,
        error="an error",
    )
    await feeds.record_check(conn, feed.id, check)
    found = await stored(conn, feed)
    different = {f.name for f in fields(check) if getattr(found, f.name) != getattr(check, f.name)}
    assert different == {"etag"}  # with a double space it cannot be kept as it came


@pytest.mark.parametrize("etag", ["\x00", '"\ud800"', "x" * 5000, '"a\r\nX: y"'])
async def test_a_validator_that_cannot_be_kept_as_it_came_is_none(conn: Any, etag: str) -> None:
    feed = await make_feed(conn)
    check = FeedCheck.of(feed, checked_at=NOW, next_check_at=None, etag=etag, last_modified=etag)
    await feeds.record_check(conn, feed.id, check)
    found = await stored(conn, feed)
    assert (found.etag, found.last_modified) == (None, None)


async def test_a_check_leaves_what_it_does_not_change(conn: Any) -> None:
    feed = await make_feed(conn)
    full = FeedCheck.of(feed, checked_at=NOW, next_check_at=NOW, etag='"1"', title="Title", first_read_at=NOW)
    await feeds.record_check(conn, feed.id, full)
    before = await stored(conn, feed)
    later = NOW + timedelta(hours=1)
    await feeds.record_check(conn, feed.id, FeedCheck.of(before, checked_at=later, next_check_at=later))
    after = await stored(conn, feed)
    changed = {f.name for f in fields(after) if getattr(after, f.name) != getattr(before, f.name)}
    assert changed == {"checked_at", "next_check_at"}


async def test_a_source_that_is_paused_during_a_check_stays_paused(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await sources.set_state(conn, feed.source_id, SourceState.PAUSED)
    await feeds.record_check(conn, feed.id, FeedCheck.of(feed, checked_at=NOW, next_check_at=LONG_AGO))
    assert await feeds.due_feeds(conn, feed.host) == []


async def test_a_feed_that_is_gone_is_not_asked(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    check = FeedCheck.of(feed, checked_at=NOW, next_check_at=LONG_AGO, state=FeedState.GONE, error="410 Gone")
    await feeds.record_check(conn, feed.id, check)
    assert await feeds.due_feeds(conn, feed.host) == []
    assert (await stored(conn, feed)).state is FeedState.GONE
    await sources.make_due(conn, [feed.source_id])
    assert await feeds.due_feeds(conn, feed.host) == []


async def test_a_feed_is_changed_into_what_it_turned_out_to_be(conn: Any) -> None:
    feed = await make_feed(conn, due=True)
    await feeds.change_feed(conn, feed, kind=FeedKind.LISTING, state=FeedState.ALTERNATIVE, due_at=None, url=feed.url)
    found = await stored(conn, feed)
    assert (found.kind, found.state, found.next_check_at) == (FeedKind.LISTING, FeedState.ALTERNATIVE, None)
    # The check that was under way when it was put aside does not bring it back.
    await feeds.record_check(conn, feed.id, FeedCheck.of(feed, checked_at=NOW, next_check_at=LONG_AGO))
    assert await feeds.due_feeds(conn, feed.host) == []
    assert (await stored(conn, feed)).state is FeedState.ALTERNATIVE


async def test_all_feeds_come_with_their_sources(conn: Any) -> None:
    first, second = await make_feed(conn, "https://b.example/rss"), await make_feed(conn, "https://a.example/rss")
    removed = await make_feed(conn, "https://c.example/rss")
    await sources.set_state(conn, removed.source_id, SourceState.REMOVED)
    pairs = await feeds.all_feeds(conn)
    assert [(source.id, feed.id) for source, feed in pairs] == [
        (second.source_id, second.id),
        (first.source_id, first.id),
    ]
    assert pairs[0] == (await sources.find_source(conn, "https://a.example/rss"), second)


async def test_recent_entries_tell_when_they_came(conn: Any) -> None:
    feed, other = await make_feed(conn), await make_feed(conn, "https://other.example/rss")
    hours = [timedelta(hours=n) for n in range(6)]
    await add(conn, other, [line("elsewhere first")])
    await add(conn, feed, [line("old", published=stated(NOW - timedelta(days=9)))], now=NOW - hours[5])
    await add(conn, feed, [line("elsewhere first"), line("undated")], now=NOW - hours[3])
    await add(
        conn, feed, [line("soon", published=stated(NOW + hours[1])), line("dated", published=stated(NOW - hours[2]))]
    )
    assert await feeds.recent_seen_at(conn, feed.id) == [NOW, NOW - hours[2], NOW - hours[3], NOW - timedelta(days=9)]
    assert await feeds.recent_seen_at(conn, feed.id, limit=2) == [NOW, NOW - hours[2]]
    assert await feeds.recent_seen_at(conn, 0) == []
