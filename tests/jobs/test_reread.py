"""Stored pages are read again: what an older reader made of them is corrected, once, and its reading kept apart."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest

from extractors.edition import READER
from news.model import Page, Unreadable
from news.revisions import Cause
from newsroom.faults import Fault, FaultKind
from newsroom.server import Newsroom
from newsroom.site import FeedFormat
from scheduler.jobs.furniture import Sites
from scheduler.jobs.pages import read_answer
from scheduler.jobs.reread import RereadReport, reread
from scheduler.kit import Kit
from scheduler.parsing import ParsePool
from scheduler.readers import read_page
from scheduler.round import run_round
from store import entries, rereads, revisions
from store.rereads import Choice
from tests.jobs.conftest import QUICK
from tests.jobs.telling import NOW, again, piece, rows, site, states, value, watch

LEAK = "Read also: ten recipes for the summer."
OLD = "older/1"


async def read_again(kit: Kit, *, dry_run: bool = False, **chosen: Any) -> RereadReport:
    options = {name: chosen.pop(name) for name in ("limit", "n_corrections", "on_progress") if name in chosen}
    choice = Choice(reader=READER, **chosen)
    return await reread(kit.database, kit.parse, choice, dry_run=dry_run, **options)


async def as_an_older_reader_left_it(kit: Kit, n: int = 1) -> None:
    """Let articles look as if an older reader had read their pages: it left a line behind, and missed the authors."""
    async with kit.database.connection() as conn:
        await conn.execute(
            "UPDATE article SET reader = %s, text = text || E'\\n\\n' || %s, tags = '{missed}'"
            " WHERE id IN (SELECT id FROM article ORDER BY id LIMIT %s)",
            [OLD, LEAK, n],
        )


async def stored(kit: Kit) -> list[dict[str, Any]]:
    return await rows(
        kit,
        "SELECT id, url, url_key, source_id, fetched_at, title, text, tags, reader, published_at, search::text"
        " FROM article ORDER BY id",
    )


@pytest.fixture
async def filled(kit: Kit, room: Newsroom) -> Kit:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    assert await states(kit) == {"stored": 5}
    return kit


async def test_a_dry_run_tells_what_would_change_and_changes_nothing(filled: Kit) -> None:
    await as_an_older_reader_left_it(filled, 2)
    before = await stored(filled)
    report = await read_again(filled, dry_run=True, n_corrections=1)
    assert (report.n_due, report.n_read, report.n_changed, report.n_unchanged, report.n_shorter) == (2, 2, 2, 0, 2)
    assert dict(report.facts)["text"] == 2
    (told,) = report.corrections
    assert told.before is not None and told.before.text == f"{told.after.text}\n\n{LEAK}"
    assert await stored(filled) == before
    assert await value(filled, "SELECT count(*) FROM revision") == 0


async def test_what_an_older_reader_left_is_corrected_and_kept_as_the_readers_revision(
    kit: Kit, room: Newsroom
) -> None:
    await watch(kit, room, site("outlet"))
    await run_round(kit)
    at_first = await stored(kit)
    await as_an_older_reader_left_it(kit, 2)
    room.requests.clear()
    report = await read_again(kit)
    assert (report.n_changed, report.n_unreadable, report.n_overtaken) == (2, 0, 0)
    assert await stored(kit) == at_first
    assert list(room.requests) == []
    async with kit.database.connection() as conn:
        (kept,) = await revisions.list_revisions(conn, at_first[0]["id"])
    assert (kept.cause, kept.reader) == (Cause.READER, OLD)
    assert kept.text == f"{at_first[0]['text']}\n\n{LEAK}"
    assert kept.fetched_at == await value(kit, "SELECT fetched_at FROM page WHERE article_id = %s", at_first[0]["id"])
    assert await states(kit) == {"stored": 5}


async def test_a_second_rereading_does_nothing(filled: Kit) -> None:
    await as_an_older_reader_left_it(filled, 3)
    assert (await read_again(filled)).n_changed == 3
    after = await stored(filled)
    report = await read_again(filled)
    assert (report.n_due, report.n_read) == (0, 0)
    assert await stored(filled) == after
    assert await value(filled, "SELECT count(*) FROM revision") == 3


async def test_an_article_that_reads_the_same_gets_only_the_readers_name(filled: Kit) -> None:
    async with filled.database.connection() as conn:
        await conn.execute("UPDATE article SET reader = %s", [OLD])
    report = await read_again(filled)
    assert (report.n_read, report.n_unchanged, report.n_changed) == (5, 5, 0)
    assert await value(filled, "SELECT count(*) FROM article WHERE reader = %s", OLD) == 0
    assert await value(filled, "SELECT count(*) FROM revision") == 0


async def test_all_reads_what_todays_reader_has_read_too(filled: Kit) -> None:
    report = await read_again(filled, all_readers=True)
    assert (report.n_read, report.n_unchanged) == (5, 5)


async def test_the_limit_the_source_the_moment_and_the_doubt_choose(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("one", [1, 2]), site("two", [3]))
    await run_round(kit)
    await as_an_older_reader_left_it(kit, 3)
    source_id = await value(kit, "SELECT source_id FROM article WHERE title LIKE '%%number 3'")
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE article SET doubt = 'only 3 words' WHERE title LIKE '%%number 1'")
        await conn.execute(
            "UPDATE page SET fetched_at = fetched_at - interval '3 days' WHERE article_id ="
            " (SELECT id FROM article WHERE title LIKE '%%number 2')"
        )
    for chosen, n in (
        ({"limit": 2}, 2),
        ({"source_id": source_id}, 1),
        ({"doubtful": True}, 1),
        ({"since": await value(kit, "SELECT now() - interval '1 day' AS at")}, 2),
    ):
        assert (await read_again(kit, dry_run=True, **chosen)).n_read == n, chosen


async def test_killed_in_the_middle_it_goes_on(filled: Kit) -> None:
    await as_an_older_reader_left_it(filled, 5)

    class Killed(Exception):
        """As good as a kill: nothing after it runs but the closing of connections."""

    def kill(report: RereadReport) -> None:
        if report.n_read == 2:
            raise Killed

    with pytest.raises(ExceptionGroup) as caught:
        await read_again(filled, on_progress=kill)
    assert caught.group_contains(Killed)
    left = await value(filled, "SELECT count(*) FROM article WHERE reader = %s", OLD)
    assert 0 < left < 5
    report = await read_again(filled)
    assert report.n_due == left
    assert await value(filled, "SELECT count(*) FROM article WHERE reader = %s", OLD) == 0
    assert await value(filled, "SELECT count(*) FROM revision") == 5


async def test_two_at_once_correct_each_article_once(filled: Kit) -> None:
    await as_an_older_reader_left_it(filled, 5)
    async with ParsePool(QUICK) as other:
        choice = Choice(reader=READER)
        both = await asyncio.gather(
            read_again(filled), reread(filled.database, other, choice, dry_run=False), return_exceptions=False
        )
    assert sum(report.n_changed for report in both) == 5
    assert all(report.n_changed + report.n_overtaken == report.n_read for report in both)
    assert await value(filled, "SELECT count(*) FROM revision") == 5
    assert not [row for row in await stored(filled) if LEAK in row["text"]]


async def test_beside_a_crawl_both_do_their_work(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", range(1, 9)))
    await run_round(kit)
    await as_an_older_reader_left_it(kit, 8)
    room.publish("outlet", *(piece(n) for n in range(20, 30)))
    _, report = await asyncio.gather(again(kit), read_again(kit))
    assert (report.n_changed, report.n_overtaken) == (8, 0)
    assert await states(kit) == {"stored": 18}
    assert await value(kit, "SELECT count(*) FROM article WHERE reader = %s", OLD) == 0


async def test_a_page_that_todays_reader_cannot_read_leaves_the_article_and_is_told_once(filled: Kit) -> None:
    await as_an_older_reader_left_it(filled, 1)
    blank = read_page(
        Page(
            requested_url="https://outlet.example/",
            final_url="https://outlet.example/",
            status=200,
            headers={},
            body=b"<html><body></body></html>",
            fetched_at=NOW,
        ),
        None,
        NOW,
    )
    assert isinstance(blank.article, Unreadable)
    async with filled.database.connection() as conn:
        await conn.execute(
            "UPDATE page SET body = %s, n_body_bytes = 26 WHERE article_id = (SELECT min(id) FROM article)",
            [blank.body_zstd],
        )
    before = await stored(filled)
    report = await read_again(filled)
    assert (report.n_read, report.n_unreadable, report.n_changed) == (1, 1, 0)
    assert report.reasons == ((blank.article.reason, 1),)
    assert await stored(filled) == before
    assert (await read_again(filled)).n_due == 0
    assert (await read_again(filled, all_readers=True)).n_unreadable == 1


async def test_articles_whose_page_is_not_stored_any_more_are_told(filled: Kit) -> None:
    await as_an_older_reader_left_it(filled, 2)
    async with filled.database.connection() as conn:
        await conn.execute("DELETE FROM page WHERE article_id = (SELECT min(id) FROM article)")
    report = await read_again(filled)
    assert (report.n_changed, report.n_without_page) == (1, 1)
    assert (await read_again(filled)).n_without_page == 1


async def test_an_entry_whose_page_could_not_be_read_gets_its_article_from_a_later_reader(
    kit: Kit, room: Newsroom
) -> None:
    await watch(kit, room, site("outlet", [1, 2]))
    room.misbehave("outlet", piece(2).path, Fault(kind=FaultKind.BLANK))
    await run_round(kit)
    assert await states(kit) == {"stored": 1, "pending": 1}
    stand_in = await value(kit, "SELECT id FROM article WHERE text_origin = 'entry'")
    assert (await read_again(kit)).n_due == 0, "today's reader has just tried"
    readable = await value(kit, "SELECT body FROM page WHERE article_id IS NOT NULL")
    n_bytes = await value(kit, "SELECT n_body_bytes FROM page WHERE article_id IS NOT NULL")
    async with kit.database.connection() as conn:
        # What an older reader could not make sense of is an article to today's: here its neighbour's page.
        await conn.execute(
            "UPDATE page SET unreadable_by = %s, body = %s, n_body_bytes = %s WHERE article_id IS NULL",
            [OLD, readable, n_bytes],
        )
        await conn.execute("DELETE FROM page WHERE article_id IS NOT NULL")
        await conn.execute(
            "DELETE FROM sighting WHERE entry_id = (SELECT id FROM entry WHERE state = 'stored')",
        )
        await conn.execute("DELETE FROM entry WHERE state = 'stored'")
        await conn.execute("DELETE FROM article WHERE text_origin = 'page'")
    assert (await read_again(kit, dry_run=True)).n_recovered == 1
    assert await states(kit) == {"pending": 1}
    report = await read_again(kit)
    assert (report.n_recovered, report.n_unreadable) == (1, 0)
    assert await states(kit) == {"stored": 1}
    (article,) = await rows(kit, "SELECT * FROM article")
    assert (article["id"], article["text_origin"]) == (stand_in, "page")
    assert "item 1 of the session" in article["text"]
    assert await value(kit, "SELECT article_id FROM page") == stand_in
    assert await value(kit, "SELECT count(*) FROM revision") == 0, "the entry keeps its own words"
    assert (await read_again(kit)).n_due == 0
    assert (await again(kit)).n_fetched == 0


async def test_a_page_that_cost_its_reader_its_life_is_kept_for_a_later_one(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1]))
    room.misbehave("outlet", piece(1).path, Fault(kind=FaultKind.STATUS, status=500))
    await run_round(kit)
    async with kit.database.connection() as conn:
        entry = await entries.find_entry(conn, await value(kit, "SELECT id FROM entry"))
    url = entry.entry.url or ""
    # Seconds of reading, in the midst of which its child is killed, as the system does when memory runs out.
    body = b"<html>" + b"<p>word</p>" * 400_000
    page = Page(requested_url=url, final_url=url, status=200, headers={}, body=body, fetched_at=NOW)
    child = await kit.parse.run(os.getpid)
    assert isinstance(child, int)
    reading = asyncio.create_task(read_answer(kit, entry, page, Sites()))
    await asyncio.sleep(0.3)
    os.kill(child, signal.SIGKILL)
    await reading
    assert "ended the reader" in await value(kit, "SELECT reason FROM entry")
    (kept,) = await rows(kit, "SELECT unreadable_by, n_body_bytes, octet_length(body) AS n_bytes FROM page")
    assert (kept["unreadable_by"], kept["n_body_bytes"]) == (READER, len(body))
    assert 0 < kept["n_bytes"] < len(body) / 100
    assert (await read_again(kit)).n_due == 0
    assert await states(kit) == {"pending": 1}


async def test_the_feeds_line_is_given_again(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1], format=FeedFormat.RSS))
    await run_round(kit)
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE entry SET image_url = 'https://outlet.example/a.jpg', tags = '{bridges}'")
    report = await read_again(kit, all_readers=True)
    facts = dict(report.facts)
    assert report.n_changed == 1 and facts.keys() <= {"tags", "image_url"}, facts


async def test_the_page_that_an_article_was_read_from_is_read_not_a_duplicates(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1, 2]))
    room.misbehave("outlet", piece(2).path, Fault(kind=FaultKind.REDIRECT, status=301, location=piece(1).path))
    await run_round(kit)
    assert await states(kit) == {"stored": 1, "duplicate": 1}
    assert await value(kit, "SELECT count(*) FROM page WHERE article_id IS NOT NULL") == 2
    await as_an_older_reader_left_it(kit, 1)
    read_from = await value(
        kit, "SELECT page.id FROM page JOIN entry ON entry.id = page.entry_id WHERE entry.state = 'stored'"
    )
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE page SET fetched_at = fetched_at + interval '1 hour' WHERE id <> %s", [read_from])
    choice = Choice(reader=READER)
    assert [page_ids async for page_ids in rereads.walk(kit.database, choice)] == [[read_from]]
    assert (await read_again(kit)).n_changed == 1
