"""Pages of young articles are asked for again: what outlets change or take back, and what is no change."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from news.errors import ConfigError
from news.settings import Settings
from news.watches import StoredAlert, Watch
from newsroom.faults import Fault, FaultKind
from newsroom.server import Newsroom
from newsroom.site import FeedFormat, Validators
from scheduler.config import SchedulerConfig
from scheduler.jobs import rechecks as job
from scheduler.kit import Kit
from scheduler.round import run_round
from store import alerts, rechecks, revisions, search, watches
from store.rechecks import Recheck
from tests.jobs.conftest import QUICK, OpenKit
from tests.jobs.telling import NOW, SENTENCES, again, piece, rows, site, value, watch

FIRST = piece(1, title="The ministry closes the old bridge")
PATH = FIRST.path
EDITED = replace(
    FIRST,
    title="The ministry opens the old bridge",
    text="\n\n".join((*SENTENCES[:3], "A zeppelin of the coast guard circled above the session for an hour.")),
)


async def later(kit: Kit, hours: float) -> None:
    """Let time pass for what is asked again."""
    async with kit.database.connection() as conn:
        await conn.execute(
            "UPDATE recheck SET stored_at = stored_at - %(by)s, asked_at = asked_at - %(by)s,"
            " gone_at = gone_at - %(by)s, next_at = next_at - %(by)s",
            {"by": timedelta(hours=hours)},
        )
    await again(kit)


async def of_article(kit: Kit) -> Recheck:
    async with kit.database.connection() as conn:
        found = await rechecks.find_recheck(conn, await value(kit, "SELECT min(id) FROM article"))
    assert found is not None
    return found


async def told(kit: Kit) -> list[StoredAlert]:
    async with kit.database.connection() as conn:
        return await alerts.list_alerts(conn)


def n_asked(room: Newsroom) -> int:
    return sum(request.target == PATH for request in room.requests)


async def published(kit: Kit, room: Newsroom, *, query: str = "bridge", **site_facts: Any) -> None:
    """One outlet with one article that a watch told of; revisions are to be told."""
    async with kit.database.connection() as conn:
        one = Watch(name="one", query=query, tell_revisions=True)
        await watches.add_watch(conn, one, now=kit.clock.now(), baseline_at=NOW - timedelta(days=3650))
    await watch(kit, room, site("outlet", pieces=(FIRST,), **site_facts))
    await run_round(kit)
    assert n_asked(room) == 1


async def test_an_edited_page_is_a_revision_that_is_found_and_told_once(kit: Kit, room: Newsroom) -> None:
    await published(kit, room)
    room.publish("outlet", EDITED)
    await later(kit, 1.1)
    article_id = await value(kit, "SELECT id FROM article")
    async with kit.database.connection() as conn:
        (revision,) = await revisions.list_revisions(conn, article_id)
        (hit,) = await search.search(conn, "zeppelin changed:any")
    assert (revision.cause, revision.title) == ("outlet", FIRST.title)
    assert "quarter each" in revision.text
    assert hit.title == EDITED.title
    alert, first = await told(kit)
    assert (alert.occasion, alert.note) == ("revised", f"the headline was: {FIRST.title}")
    assert first.occasion == "story"
    assert (await of_article(kit)).outcome == "the outlet changed its title and text"
    assert kit.tally["revised"] == 1
    for hours in (5, 18, 48):
        await later(kit, hours)
    assert len(await told(kit)) == 2
    assert await value(kit, "SELECT count(*) FROM revision") == 1
    # What is read again by a later reader is the page of today.
    assert await value(kit, "SELECT count(*) FROM page WHERE id = page_of_article(article_id)") == 1
    assert await value(kit, "SELECT count(*) FROM page") == 2


async def test_an_edited_page_tells_who_waits_for_its_new_words(kit: Kit, room: Newsroom) -> None:
    await published(kit, room, query="zeppelin")
    assert await told(kit) == []
    room.publish("outlet", EDITED)
    await later(kit, 1.1)
    assert [(alert.occasion, alert.matched_words) for alert in await told(kit)] == [("story", ("zeppelin",))]


async def test_a_page_is_asked_again_after_an_hour_six_a_day_and_three_then_never(kit: Kit, room: Newsroom) -> None:
    await published(kit, room)
    await again(kit)
    await later(kit, 0.9)
    assert n_asked(room) == 1
    for hours, n in ((0.2, 2), (3, 2), (2, 3), (17, 3), (1, 4), (47, 4), (2, 5), (100, 5)):
        await later(kit, hours)
        assert n_asked(room) == n
    found = await of_article(kit)
    assert (found.n_asked, found.next_at, found.outcome) == (4, None, "unchanged")
    assert await value(kit, "SELECT count(*) FROM page") == 1
    assert await value(kit, "SELECT count(*) FROM revision") == 0
    statuses = [request.status for request in room.requests if request.target == PATH]
    assert statuses == [200, 304, 304, 304, 304]


async def test_the_same_text_from_an_outlet_without_validators_is_no_change(kit: Kit, room: Newsroom) -> None:
    await published(kit, room, validators=Validators.NONE)
    await later(kit, 1.1)
    assert n_asked(room) == 2
    assert await value(kit, "SELECT count(*) FROM page") == 1
    assert await value(kit, "SELECT count(*) FROM revision") == 0


async def test_what_only_todays_reader_reads_otherwise_is_no_change_of_the_outlets(kit: Kit, room: Newsroom) -> None:
    await published(kit, room, validators=Validators.NONE)
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE article SET title = 'As read once', reader = 'wirewatch/0'")
    await later(kit, 1.1)
    assert n_asked(room) == 2
    assert await value(kit, "SELECT count(*) FROM revision") == 0
    assert len(await told(kit)) == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_gone_twice_was_taken_back_and_that_is_told_once(
    kit: Kit, room: Newsroom, status: int
) -> None:
    await published(kit, room)
    room.misbehave("outlet", PATH, Fault(kind=FaultKind.STATUS, status=status))
    await later(kit, 1.1)
    assert (await of_article(kit)).n_gone == 1
    assert len(await told(kit)) == 1
    await later(kit, 1.1)
    alert, _ = await told(kit)
    assert alert.occasion == "revised"
    assert (alert.note or "").startswith("the outlet took the article back: outlet.localhost")
    found = await of_article(kit)
    assert (found.outcome or "").startswith("taken back: ")
    assert found.gone_at is not None
    for hours in (4, 18, 48):
        await later(kit, hours)
    assert n_asked(room) == 6
    assert len(await told(kit)) == 2


async def test_a_page_that_was_gone_for_a_moment_was_not_taken_back(kit: Kit, room: Newsroom) -> None:
    await published(kit, room)
    room.misbehave("outlet", PATH, Fault(kind=FaultKind.STATUS, status=404))
    await later(kit, 1.1)
    room.behave("outlet", PATH)
    await later(kit, 1.1)
    found = await of_article(kit)
    assert (found.n_gone, found.gone_at, found.outcome) == (0, None, "unchanged")
    assert len(await told(kit)) == 1


async def test_a_text_of_which_next_to_nothing_is_left_is_believed_the_second_time(kit: Kit, room: Newsroom) -> None:
    await published(kit, room)
    withdrawn = "This article was withdrawn by the editors of the paper. " * 2
    room.publish("outlet", replace(FIRST, text=withdrawn))
    await later(kit, 1.1)
    assert (await of_article(kit)).outcome == "next to nothing of it is left"
    assert await value(kit, "SELECT count(*) FROM revision") == 0
    await later(kit, 1.1)
    alert, _ = await told(kit)
    assert (alert.note or "").startswith("the outlet took the article back: of ")
    assert await value(kit, "SELECT count(*) FROM revision") == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.STATUS, status=500),
        Fault(kind=FaultKind.RESET),
        Fault(kind=FaultKind.BLANK),
        Fault(kind=FaultKind.REDIRECT, location="/"),
    ],
    ids=lambda fault: fault.kind.value,
)
async def test_whatever_else_a_page_answers_only_puts_it_off(kit: Kit, room: Newsroom, fault: Fault) -> None:
    await published(kit, room)
    room.misbehave("outlet", PATH, fault)
    await later(kit, 1.1)
    found = await of_article(kit)
    assert (found.outcome or "").startswith("put off: ")
    assert found.next_at is not None
    assert found.n_gone == 0
    assert len(await told(kit)) == 1
    room.behave("outlet")
    await later(kit, 1.1)
    assert (await of_article(kit)).outcome == "unchanged"


async def test_a_host_that_is_busy_is_left_alone(kit: Kit, room: Newsroom) -> None:
    await published(kit, room)
    room.misbehave("outlet", PATH, Fault(kind=FaultKind.STATUS, status=429, retry_after="7200"))
    await later(kit, 1.1)
    found = await of_article(kit)
    assert found.next_at is not None
    assert found.next_at - kit.clock.now() > timedelta(hours=1.9)
    assert await value(kit, "SELECT backoff_until > now() + interval '1 hour' FROM host WHERE name LIKE 'outlet%%'")


async def test_it_can_be_switched_off(open_test_kit: OpenKit, room: Newsroom) -> None:
    async with open_test_kit() as kit:
        await published(kit, room)
    async with open_test_kit(replace(QUICK, recheck_after_s=())) as kit:
        room.publish("outlet", EDITED)
        await later(kit, 1.1)
        assert n_asked(room) == 1
        assert (await of_article(kit)).next_at is None


async def test_an_edit_that_the_feed_tells_is_asked_for_at_once(kit: Kit, room: Newsroom) -> None:
    await published(kit, room, format=FeedFormat.ATOM)
    await later(kit, 0.5)
    assert n_asked(room) == 1
    room.publish("outlet", replace(EDITED, published_at=kit.clock.now() - timedelta(minutes=1)))
    await again(kit)
    assert n_asked(room) == 2
    assert await value(kit, "SELECT count(*) FROM revision") == 1
    # A feed that dates it anew each time is believed less and less often. Feeds date by the second.
    await asyncio.sleep(1.1)
    for _ in range(3):
        room.publish("outlet", replace(EDITED, published_at=kit.clock.now()))
        await again(kit)
    assert n_asked(room) == 2
    await later(kit, 0.2)
    assert n_asked(room) == 3


async def test_an_edit_of_an_old_article_that_its_feed_tells_is_asked_for(kit: Kit, room: Newsroom) -> None:
    await published(kit, room, format=FeedFormat.ATOM)
    for hours in (1.1, 5, 18, 50, 200):
        await later(kit, hours)
    assert n_asked(room) == 5
    room.publish("outlet", replace(EDITED, published_at=kit.clock.now() - timedelta(minutes=1)))
    await again(kit)
    assert n_asked(room) == 6
    assert (await of_article(kit)).next_at is None


async def test_new_pages_go_before_known_ones(kit: Kit, room: Newsroom) -> None:
    await published(kit, room)
    room.publish("outlet", piece(7), piece(8))
    await later(kit, 1.1)
    targets = [request.target for request in room.requests if request.target.startswith("/news/")]
    assert targets[-1] == PATH
    assert len(targets) == 4


async def test_an_article_that_was_old_when_it_was_stored_is_not_asked_again(kit: Kit, room: Newsroom) -> None:
    old = replace(FIRST, published_at=NOW - timedelta(days=5))
    await watch(kit, room, site("outlet", pieces=(old,)))
    await run_round(kit)
    assert (await of_article(kit)).next_at is None


async def test_pages_of_a_paused_source_wait(kit: Kit, room: Newsroom) -> None:
    await published(kit, room)
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE source SET state = 'paused'")
        await conn.execute("UPDATE feed SET next_check_at = NULL")
    await later(kit, 1.1)
    assert n_asked(room) == 1
    assert await value(kit, "SELECT count(*) FROM host WHERE next_visit_at <= now()") == 0


async def test_two_workers_that_ask_at_once_store_it_once(kit: Kit, room: Newsroom) -> None:
    await published(kit, room)
    room.publish("outlet", EDITED)
    async with kit.database.connection() as conn:
        await conn.execute("UPDATE recheck SET next_at = now()")
        (one,) = await rechecks.claim_rechecks(conn, (await rows(kit, "SELECT name FROM host"))[0]["name"], limit=5)
    kit.stopping.clear()
    await asyncio.gather(job.ask_again(kit, one), job.ask_again(kit, one))
    assert n_asked(room) == 3
    assert await value(kit, "SELECT count(*) FROM revision") == 1
    assert await value(kit, "SELECT count(*) FROM page") == 2
    assert (await of_article(kit)).n_asked == 1
    assert len(await told(kit)) == 2


def test_the_setting_names_hours() -> None:
    def hours(text: str) -> tuple[float, ...]:
        found = SchedulerConfig.from_settings(Settings({"WIREWATCH_RECHECK_HOURS": text})).recheck_after_s
        return tuple(after_s / 3600 for after_s in found)

    assert hours("") == (1, 6, 24, 72)
    assert hours("12, 0.5") == (0.5, 12)
    assert hours("0") == ()
    with pytest.raises(ConfigError, match="WIREWATCH_RECHECK_HOURS: 'off' is no number"):
        hours("off")
