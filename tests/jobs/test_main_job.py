"""The main job end to end: sources in, articles out, on a real server, a real database and real parse children."""

from __future__ import annotations

from dataclasses import replace

import pytest

from news.errors import SourceUnreachableError
from newsroom.faults import Fault, FaultKind
from newsroom.server import Newsroom
from newsroom.site import FeedFormat
from scheduler.kit import Kit
from scheduler.round import run_round
from scheduler.sources import add_source
from tests.jobs.telling import again, piece, rows, site, states, value, watch


@pytest.mark.parametrize("format", list(FeedFormat))
async def test_a_source_of_every_format_is_found_read_and_stored(kit: Kit, room: Newsroom, format: FeedFormat) -> None:
    await watch(kit, room, site("outlet", format=format))
    report = await run_round(kit)
    assert await states(kit) == {"stored": 5}, report.reasons
    articles = await rows(kit, "SELECT title, text, text_origin, published_at FROM article ORDER BY title")
    assert [row["title"] for row in articles] == [f"Council votes on bridge number {n}" for n in range(1, 6)]
    assert all(row["text_origin"] == "page" for row in articles)
    assert all("item 3 of the session" in row["text"] for row in articles if row["title"].endswith("3"))


async def test_a_second_round_fetches_no_page_and_gets_304(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    room.requests.clear()
    report = await again(kit)
    assert (report.n_feeds, report.n_not_modified, report.n_fetched) == (1, 1, 0)
    assert [(one.target, one.status) for one in room.requests] == [("/rss.xml", 304)]


async def test_an_edited_feed_brings_just_the_new_ones(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    room.publish("outlet", piece(6), piece(7))
    room.requests.clear()
    report = await again(kit)
    assert (report.n_new, report.n_stored) == (2, 2)
    pages = [one.target for one in room.requests if one.target.startswith("/news")]
    assert sorted(pages) == ["/news/2026/bridge-repair-6", "/news/2026/bridge-repair-7"]


@pytest.mark.parametrize("kind", [FaultKind.GUIDS, FaultKind.SCHEME, FaultKind.ENCODING])
async def test_a_feed_that_changes_guids_scheme_or_encoding_makes_no_new_articles(
    kit: Kit, room: Newsroom, kind: FaultKind
) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    room.misbehave("outlet", "/rss.xml", Fault(kind=kind))
    room.requests.clear()
    report = await again(kit)
    assert report.n_new == 0
    assert [one.target for one in room.requests] == ["/rss.xml"]
    assert await value(kit, "SELECT count(*) FROM article") == 5


async def test_one_article_listed_by_three_feeds_under_five_urls_is_one_article_with_its_sightings(
    kit: Kit, room: Newsroom
) -> None:
    home = site("home", [1])
    path = piece(1).path
    urls = [f"http://www.home.localhost:{{port}}{path}?utm_source=rss", f"http://home.localhost:{{port}}{path}/#top"]
    first = site("first", [], pieces=tuple(replace(piece(1), path=f"/a{n}", url=url) for n, url in enumerate(urls)))
    urls = [f"https://home.localhost:{{port}}{path}?fbclid=abc", f"http://m.home.localhost:{{port}}{path}"]
    second = site("second", [], pieces=tuple(replace(piece(1), path=f"/b{n}", url=url) for n, url in enumerate(urls)))
    await watch(kit, room, home, first, second)
    await run_round(kit)
    assert await value(kit, "SELECT count(*) FROM article") == 1
    assert await value(kit, "SELECT count(*) FROM entry") == 1
    assert await value(kit, "SELECT count(DISTINCT url) FROM sighting") == 5
    assert len([one for one in room.requests if one.target.startswith(path)]) == 1


async def test_a_page_that_cannot_be_fetched_leaves_the_entrys_own_words_and_is_tried_again(
    kit: Kit, room: Newsroom
) -> None:
    await watch(kit, room, site("outlet"))
    path = piece(2).path
    room.misbehave("outlet", path, Fault(kind=FaultKind.STATUS, status=500))
    report = await run_round(kit)
    assert await states(kit) == {"stored": 4, "pending": 1}
    assert any("500" in reason for reason, _ in report.reasons)
    (stand_in,) = await rows(kit, "SELECT * FROM article WHERE text_origin = 'entry'")
    assert stand_in["title"] == "Council votes on bridge number 2"
    assert "The council voted on bridge number 2." in stand_in["text"]
    room.behave("outlet", path)
    await again(kit)
    assert await states(kit) == {"stored": 5}
    assert await value(kit, "SELECT count(*) FROM article") == 5
    (article,) = await rows(kit, "SELECT * FROM article WHERE id = %s", stand_in["id"])
    assert article["text_origin"] == "page"


async def test_a_page_that_stays_missing_ends_as_failed_and_stays_visible(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1, 2]))
    room.misbehave("outlet", piece(2).path, Fault(kind=FaultKind.STATUS, status=404))
    await run_round(kit)
    await again(kit)
    await again(kit)
    assert await states(kit) == {"stored": 1, "failed": 1}
    (entry,) = await rows(kit, "SELECT * FROM entry WHERE state = 'failed'")
    assert "404" in entry["reason"]
    assert entry["n_attempts"] == 3
    assert entry["article_id"] is not None
    room.requests.clear()
    await again(kit)
    assert not [one for one in room.requests if one.target == piece(2).path]


async def test_a_page_that_robots_forbids_is_skipped_with_that_reason(kit: Kit, room: Newsroom) -> None:
    pieces = (piece(1), piece(2, path="/private/2"))
    await watch(kit, room, site("outlet", [], pieces=pieces, robots="User-agent: *\nDisallow: /private/\n"))
    await run_round(kit)
    assert await states(kit) == {"stored": 1, "skipped": 1}
    assert "robots.txt" in await value(kit, "SELECT reason FROM entry WHERE state = 'skipped'")
    assert not [one for one in room.requests if one.target == "/private/2"]


async def test_a_busy_host_is_left_alone_and_no_entry_loses_an_attempt(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    busy = Fault(kind=FaultKind.STATUS, status=429, retry_after="3600")
    for number in range(1, 6):
        room.misbehave("outlet", piece(number).path, busy)
    await run_round(kit)
    assert await states(kit) == {"pending": 5}
    assert len([one for one in room.requests if one.status == 429]) == 1
    wait = await value(kit, "SELECT extract(epoch FROM next_visit_at - now())::float8 FROM host")
    assert 3500 < wait <= 3600
    assert await value(kit, "SELECT max(n_attempts) FROM entry") == 0


async def test_a_feed_that_answers_with_html_keeps_its_entries_and_tells_its_error(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    etag = await value(kit, "SELECT etag FROM feed WHERE state = 'active'")
    room.misbehave("outlet", "/rss.xml", Fault(kind=FaultKind.HTML))
    report = await again(kit)
    assert report.n_feeds_failed == 1
    (feed,) = await rows(kit, "SELECT * FROM feed WHERE state = 'active'")
    assert "HTML" in feed["error"]
    assert (feed["n_failures"], feed["etag"]) == (1, etag)
    room.behave("outlet")
    room.publish("outlet", piece(9))
    assert (await again(kit)).n_stored == 1
    assert await value(kit, "SELECT error FROM feed WHERE state = 'active'") is None


async def test_a_cut_feed_leaves_the_validators_as_they_were(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    etag = await value(kit, "SELECT etag FROM feed WHERE state = 'active'")
    room.publish("outlet", piece(8))
    room.misbehave("outlet", "/rss.xml", Fault(kind=FaultKind.CUT, n_bytes=300))
    await again(kit)
    assert await value(kit, "SELECT etag FROM feed WHERE state = 'active'") == etag
    room.behave("outlet")
    assert (await again(kit)).n_stored == 1


async def test_an_empty_feed_that_fills_later_is_read(kit: Kit, room: Newsroom) -> None:
    room.add(site("outlet", []))
    await add_source(kit, room.feed_url("outlet"))
    await run_round(kit)
    room.publish("outlet", piece(1))
    assert (await again(kit)).n_stored == 1


async def test_an_outlet_that_claims_304_for_ever_is_asked_unconditionally_within_a_day(
    kit: Kit, room: Newsroom
) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    room.publish("outlet", piece(9))
    room.misbehave("outlet", "/rss.xml", Fault(kind=FaultKind.STATUS, status=304))
    assert (await again(kit)).n_stored == 0
    room.behave("outlet")
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE feed SET full_at = now() - interval '25 hours', etag = 'x', last_modified = NULL")
    room.misbehave("outlet", "/rss.xml", Fault(kind=FaultKind.SLOW, delay_s=0))
    assert (await again(kit)).n_stored == 1


async def test_a_permanently_redirected_page_is_stored_once(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1, 2]))
    room.misbehave("outlet", piece(2).path, Fault(kind=FaultKind.REDIRECT, status=301, location=piece(1).path))
    await run_round(kit)
    assert await states(kit) == {"stored": 1, "duplicate": 1}
    assert "duplicate of article" in await value(kit, "SELECT reason FROM entry WHERE state = 'duplicate'")
    assert await value(kit, "SELECT count(DISTINCT article_id) FROM entry") == 1


async def test_a_host_that_does_not_answer_backs_off_and_comes_back(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    room.misbehave("outlet", "*", Fault(kind=FaultKind.RESET))
    report = await run_round(kit)
    assert report.n_feeds_failed == 1
    room.behave("outlet")
    assert (await again(kit)).n_stored == 5
    (host,) = await rows(kit, "SELECT * FROM host")
    assert (host["n_failures"], host["error"]) == (0, None)


async def test_a_feed_gone_for_a_day_is_asked_no_more(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    room.misbehave("outlet", "/rss.xml", Fault(kind=FaultKind.STATUS, status=410))
    await again(kit)
    assert await value(kit, "SELECT state FROM feed WHERE error IS NOT NULL") == "active"
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE feed SET gone_at = gone_at - interval '25 hours'")
    await again(kit)
    (feed,) = await rows(kit, "SELECT * FROM feed WHERE error IS NOT NULL")
    assert (feed["state"], feed["next_check_at"]) == ("gone", None)


async def test_raw_pages_are_kept_compressed(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1]))
    await run_round(kit)
    (page,) = await rows(kit, "SELECT * FROM page")
    assert page["status"] == 200
    assert len(page["body"]) < page["n_body_bytes"]
    assert page["article_id"] is not None


async def test_adding_what_lists_nothing_is_one_clear_error(kit: Kit, room: Newsroom) -> None:
    room.add(replace_site := site("bare", [], format=FeedFormat.LISTING))
    with pytest.raises(SourceUnreachableError, match="lists articles"):
        await add_source(kit, room.url(replace_site.name))
    with pytest.raises(SourceUnreachableError, match=r"nowhere\.invalid"):
        await add_source(kit, "https://nowhere.invalid/")
    assert await value(kit, "SELECT count(*) FROM source") == 0


async def test_a_page_without_text_keeps_the_entry_and_says_so(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1, 2]))
    room.misbehave("outlet", piece(2).path, Fault(kind=FaultKind.BLANK))
    await run_round(kit)
    (entry,) = await rows(kit, "SELECT * FROM entry WHERE state = 'pending'")
    assert entry["reason"]
    assert await value(kit, "SELECT count(*) FROM article WHERE text_origin = 'entry'") == 1


async def test_an_entry_without_a_page_becomes_an_article_of_its_own_words(kit: Kit, room: Newsroom) -> None:
    lines = [replace(piece(n), url="http://outlet.localhost:{port}/", guid=f"id-{n}") for n in (1, 2)]
    room.add(site("outlet", [], pieces=tuple(lines)))
    await add_source(kit, room.feed_url("outlet"))
    await run_round(kit)
    assert await states(kit) == {"stored": 2}
    assert await value(kit, "SELECT count(*) FROM article WHERE text_origin = 'entry'") == 2
