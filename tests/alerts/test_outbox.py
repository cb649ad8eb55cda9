"""The outbox in Postgres: what is made with the alert, what is carried when, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import psycopg
import pytest

from alerts.carrier import Carrier
from alerts.config import AlertsConfig
from news.errors import NotFoundError
from news.watches import WatchState
from scheduler.deliveries import Outbox
from scheduler.kit import Clock
from store import channels, deliveries, watches
from tests.alerts.conftest import LOOPBACK
from tests.alerts.outbox import Desk, open_desk
from tests.alerts.receivers import MailBox, WebhookReceiver


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, carrier: Carrier) -> AsyncIterator[Desk]:
    async with open_desk(database_url, tmp_path, carrier) as opened:
        yield opened


async def test_an_alert_makes_its_deliveries_in_its_own_transaction(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    await desk.channel(watch, receiver.url("/ok?other"))
    with psycopg.connect(desk.url) as conn:
        conn.execute("INSERT INTO alert (watch_id, story_id, occasion) VALUES (%s, %s, 'story')", [watch, desk.story()])
        conn.rollback()
    assert desk.states() == {}
    desk.alert(watch)
    assert desk.states() == {"pending": 2}


async def test_a_silent_alert_is_told_nobody(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    desk.alert(watch, silent=True)
    assert desk.states() == {}


async def test_an_alert_is_carried_once_and_recorded(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    [alert] = desk.alert(watch, snippet="a \x02bridge\x03", matched_words=["bridge"])
    assert await desk.deliver() == 1
    assert await desk.deliver() == 0
    [post] = receiver.posts
    assert post.document["data"]["watch"] == "bridges"
    assert [one["id"] for one in post.document["data"]["alerts"]] == [alert]
    assert post.document["data"]["alerts"][0]["matched_words"] == ["bridge"]
    [state] = desk.rows("SELECT state, n_attempts, key::text AS key FROM delivery_state")
    assert state == {"state": "sent", "n_attempts": 1, "key": post.key}
    async with desk.database.connection() as conn:
        [told] = (await deliveries.deliveries_of(conn, [alert]))[alert]
    assert (told.state, told.n_attempts, told.channel) == ("sent", 1, "http://127.0.0.1/…")


async def test_an_alert_is_held_for_a_while(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    desk.alert(watch)
    assert await desk.claim(hold_s=90) == []
    desk.pass_time(91 / 3600)
    assert len(await desk.claim(hold_s=90)) == 1


async def test_an_alert_that_is_taken_back_within_the_hold_is_never_told(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    first, second = desk.story(), desk.story()
    desk.alert(watch, story_id=first)
    desk.alert(watch, story_id=second)
    desk.rows("SELECT story_was_merged(%s, %s)", second, first)
    assert await desk.deliver() == 1
    assert len(receiver.posts) == 1


async def test_a_message_whose_alert_is_taken_back_is_not_carried(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/status/500"))
    [alert] = desk.alert(watch)
    await desk.deliver()
    desk.rows("DELETE FROM alert WHERE id = %s", alert)
    desk.pass_time(1)
    await desk.deliver()
    assert len(receiver.posts) == 1
    assert desk.rows("SELECT id FROM message") == []


async def test_nobody_claims_a_channel_twice(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    for n in range(5):
        await desk.channel(watch, receiver.url(f"/ok?{n}"))
    desk.alert(watch)
    taken = [channel.id for found in await asyncio.gather(*(desk.claim() for _ in range(6))) for channel in found]
    assert len(taken) == len(set(taken)) == 5
    assert await desk.claim() == []
    desk.pass_time(1)
    assert len(await desk.claim()) == 5


async def test_a_channel_that_is_down_holds_up_no_other(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/status/503"))
    await desk.channel(watch, receiver.url("/ok"))
    desk.alert(watch, 10)
    assert await desk.deliver() == 10
    by_path = [post.path for post in receiver.posts]
    # One message asks whether the channel is well again, and not each of ten.
    assert (by_path.count("/status/503"), by_path.count("/ok")) == (1, 10)
    assert await desk.deliver() == 0
    assert len(receiver.posts) == 11


async def test_a_channel_that_hangs_holds_up_no_other(
    database_url: str, tmp_path: Path, receiver: WebhookReceiver
) -> None:
    config = AlertsConfig(allow_networks=LOOPBACK, hold_s=0, timeout_s=60)
    async with Carrier(config) as carrier, open_desk(database_url, tmp_path, carrier) as desk:
        clock = Clock(desk.database)
        await clock.sync()
        outbox = Outbox(desk.database, carrier, clock.now)
        watch = desk.watch()
        await desk.channel(watch, receiver.url("/hang"))
        await desk.channel(watch, receiver.url("/ok"))
        desk.alert(watch, 3)
        assert await outbox.dispatch() == 2
        async with asyncio.timeout(30):
            while [post.path for post in receiver.posts].count("/ok") < 3:
                await asyncio.sleep(0.05)
        for task in outbox._tasks:
            task.cancel()
        await outbox.close()


async def test_a_failed_message_goes_again_with_its_key_and_in_order(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    receiver.answers = [500, 0, 503]
    alerts = desk.alert(watch, 3)
    for _ in range(4):
        await desk.deliver()
        desk.pass_time(0.5)
    assert desk.states() == {"sent": 3}
    told = [post.document["data"]["alerts"][0]["id"] for post in receiver.posts]
    assert told == [alerts[0]] * 4 + alerts[1:]
    assert len({post.key for post in receiver.posts}) == 3
    [channel] = desk.rows("SELECT state, n_failures, error FROM channel")
    assert channel == {"state": "well", "n_failures": 0, "error": None}


async def test_retry_after_is_obeyed(desk: Desk, receiver: WebhookReceiver) -> None:
    receiver.retry_after = "3600"
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/busy"))
    desk.alert(watch)
    await desk.deliver()
    desk.pass_time(0.9)
    assert await desk.claim() == []
    desk.pass_time(0.2)
    assert len(await desk.claim()) == 1


async def test_waits_grow_and_a_success_ends_them(desk: Desk, receiver: WebhookReceiver) -> None:
    receiver.answers = [500] * 6
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    desk.alert(watch)
    waits = []
    for _ in range(6):
        await desk.deliver()
        [row] = desk.rows("SELECT extract(epoch FROM not_before - now())::float AS s, n_failures FROM channel")
        waits.append(row["s"])
        desk.pass_time(0.5)
    # A loaded machine takes a second off each.
    for n, wait in enumerate(waits):
        assert 5 * 2**n - 5 < wait <= 10 * 2**n
    await desk.deliver()
    assert desk.rows("SELECT n_failures FROM channel") == [{"n_failures": 0}]


async def test_a_refused_message_lets_the_others_pass(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    receiver.answers = [413]
    desk.alert(watch, 3)
    assert await desk.deliver() == 2
    assert desk.states() == {"failed": 1, "sent": 2}
    desk.pass_time(1)
    assert await desk.deliver() == 1
    assert desk.states() == {"sent": 3}


async def test_after_72_hours_messages_are_dead_and_a_person_brings_them_back(
    desk: Desk, receiver: WebhookReceiver
) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    [old, *_] = desk.alert(watch, 2)
    receiver.answers = [500] * 8
    for _ in range(7):
        await desk.deliver()
        desk.pass_time(10)
    assert desk.states() == {"failed": 1, "pending": 1}
    desk.pass_time(10)
    desk.alert(watch)
    await desk.deliver()
    # What came meanwhile has its 72 hours still to come.
    assert desk.states() == {"dead": 2, "pending": 1}
    async with desk.database.connection() as conn:
        counts = await deliveries.count_deliveries(conn)
        [ailing] = await channels.ailing_channels(conn, limit=10)
        assert (counts.dead, ailing.n_dead, ailing.n_failures) == (2, 2, 8)
        assert ailing.dead_error == "the receiver answered 500"
        assert await deliveries.retry(conn, alert_ids=[old]) == 1
        assert await deliveries.retry(conn, watch="bridges") == 1
        with pytest.raises(NotFoundError, match="no-such"):
            await deliveries.retry(conn, watch="no-such")
    assert await desk.deliver() == 3
    assert desk.states() == {"sent": 3}


async def test_a_machine_that_slept_gives_nothing_up(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/ok"))
    desk.alert(watch)
    receiver.answers = [500] * 3
    for _ in range(3):
        await desk.deliver()
        desk.pass_time(100)
    assert desk.states() == {"failed": 1}
    assert await desk.deliver() == 1


async def test_what_is_over_the_cap_comes_in_one_summary(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch(most_per_hour=4)
    await desk.channel(watch, receiver.url("/ok"))
    alerts = desk.alert(watch, 30)
    assert await desk.deliver() == 4
    late = desk.alert(watch, 3)
    assert await desk.deliver() == 0
    desk.pass_time(1.01)
    assert await desk.deliver() == 1
    summary = receiver.posts[-1].document
    assert summary["type"] == "wirewatch.summary"
    assert [one["id"] for one in summary["data"]["alerts"]] == alerts[4:] + late
    assert summary["data"]["subject"] == "[bridges] 29 more, held back by the cap an hour"
    assert desk.states() == {"sent": 33}


async def test_a_channel_of_two_watches_has_a_cap_for_each(desk: Desk, receiver: WebhookReceiver) -> None:
    for name in ("one", "two"):
        watch = desk.watch(name, most_per_hour=2)
        await desk.channel(watch, receiver.url("/ok"))
        desk.alert(watch, 5)
    assert await desk.deliver() == 4
    assert desk.rows("SELECT count(*) AS n FROM channel") == [{"n": 1}]


async def test_a_digest_is_one_message(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch(pace="daily", time_zone="Asia/Tokyo")
    await desk.channel(watch, receiver.url("/ok"))
    alerts = desk.alert(watch, 12)
    assert await desk.deliver() == 0
    assert receiver.posts == []
    desk.pass_time(24.1)
    assert await desk.deliver() == 1
    [post] = receiver.posts
    assert post.document["type"] == "wirewatch.digest"
    assert [one["id"] for one in post.document["data"]["alerts"]] == alerts


async def test_quiet_hours_are_kept(desk: Desk, receiver: WebhookReceiver) -> None:
    now = datetime.now(UTC)
    begin, end = (now - timedelta(hours=2)).time(), (now + timedelta(hours=2)).time()
    watch = desk.watch(quiet_from=begin, quiet_until=end)
    await desk.channel(watch, receiver.url("/ok"))
    desk.alert(watch, 2)
    assert await desk.deliver() == 0
    desk.pass_time(2.1)
    # It is the clock on the wall that counts: it is still quiet.
    assert await desk.deliver() == 0
    desk.rows("UPDATE watch SET quiet_from = %s, quiet_until = %s", time(0, 0), time(0, 0))
    desk.pass_time(2.1)
    assert await desk.deliver() == 1
    assert receiver.posts[0].document["data"]["waited_for"] == "quiet"


async def test_a_channel_that_failed_and_that_nobody_uses_any_more_is_no_fault(
    desk: Desk, receiver: WebhookReceiver
) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/status/500"))
    desk.alert(watch)
    assert await desk.deliver() == 0
    async with desk.database.connection() as conn:
        assert len(await channels.ailing_channels(conn, limit=10)) == 1
        desk.rows("DELETE FROM watch_channel")
        assert len(await channels.ailing_channels(conn, limit=10)) == 1
        desk.rows("DELETE FROM watch")
        assert await channels.ailing_channels(conn, limit=10) == []


async def test_a_message_that_was_not_taken_waits_through_quiet_hours(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/status/500"))
    desk.alert(watch)
    assert await desk.deliver() == 0
    n_posts = len(receiver.posts)
    now = datetime.now(UTC)
    begin, end = (now - timedelta(hours=2)).time(), (now + timedelta(hours=2)).time()
    desk.rows("UPDATE watch SET quiet_from = %s, quiet_until = %s", begin, end)
    desk.rows("UPDATE channel SET not_before = now(), url = %s", receiver.url("/ok"))
    assert await desk.deliver() == 0
    assert len(receiver.posts) == n_posts
    assert await desk.claim() == []
    desk.rows("UPDATE watch SET quiet_from = %s, quiet_until = %s", time(0, 0), time(0, 0))
    desk.pass_time(2.1)
    assert await desk.deliver() == 1


async def test_a_paused_watch_tells_nothing_and_what_waited_goes_when_it_is_resumed(
    desk: Desk, receiver: WebhookReceiver
) -> None:
    paused, active = desk.watch("paused"), desk.watch("active")
    for watch in (paused, active):
        await desk.channel(watch, receiver.url("/status/500"))
        desk.alert(watch)
    assert await desk.deliver() == 0
    desk.alert(paused)
    desk.rows("UPDATE watch SET state = 'paused' WHERE id = %s", paused)
    desk.rows("UPDATE channel SET not_before = now(), url = %s", receiver.url("/ok"))
    assert await desk.deliver() == 1
    assert receiver.posts[-1].document["data"]["watch"] == "active"
    assert await desk.claim() == []
    desk.pass_time(80)
    desk.rows("INSERT INTO watch_query (watch_id, version, words) VALUES (%s, '', '''bridge''')", paused)
    async with desk.database.connection() as conn:
        stored = await watches.find_watch(conn, "paused")
        await watches.set_state(conn, stored, WatchState.ACTIVE, now=datetime.now(UTC))
    # The time of its pause is none in which it was tried in vain.
    assert desk.rows(
        "SELECT count(*) AS n FROM message WHERE watch_id = %s AND due_since > now() - interval '1 h'", paused
    ) == [{"n": 1}]
    assert await desk.deliver() == 2


async def test_templates_put_names_in_and_nothing_else(desk: Desk, receiver: WebhookReceiver, box: MailBox) -> None:
    watch = desk.watch()
    await desk.channel(
        watch, "mailto:anna@reader.example", title_template="$watch!", text_template="{watch} ${why} $$5 $snippet"
    )
    desk.alert(watch, snippet="{0.__class__} $watch")
    assert await desk.deliver() == 1
    [mail] = box.mails
    assert mail["Subject"] == "bridges!"
    text = next(mail.iter_parts()).get_content()
    assert text.strip() == "{watch} a new story $5 {0.__class__} $watch"


async def test_mails_about_a_story_answer_the_first(desk: Desk, box: MailBox) -> None:
    watch = desk.watch()
    await desk.channel(watch, "mailto:anna@reader.example")
    story = desk.story()
    desk.alert(watch, story_id=story)
    desk.alert(watch, story_id=story, occasion="grown", occasion_key="5")
    desk.alert(watch)
    assert await desk.deliver() == 3
    first, second, other = box.mails
    assert second["In-Reply-To"] == first["Message-ID"]
    assert (first["In-Reply-To"], other["In-Reply-To"]) == (None, None)


async def test_a_removed_watch_takes_its_deliveries_along(desk: Desk, receiver: WebhookReceiver) -> None:
    watch = desk.watch()
    await desk.channel(watch, receiver.url("/status/500"))
    desk.alert(watch, 3)
    await desk.deliver()
    desk.rows("DELETE FROM watch WHERE id = %s", watch)
    assert desk.states() == {}
    assert desk.rows("SELECT id FROM message") == []


async def test_a_channel_is_found_again_by_its_url(desk: Desk, receiver: WebhookReceiver) -> None:
    one, two = desk.watch("one"), desk.watch("two")
    first = await desk.channel(one, receiver.url("/ok"))
    assert await desk.channel(two, receiver.url("/ok")) == first
    async with desk.database.connection() as conn:
        found = await channels.channels_of(conn, [one, two])
        await channels.disconnect_watch(conn, two, first)
    assert {watch: [channel.id for channel in some] for watch, some in found.items()} == {one: [first], two: [first]}
    assert "/ok" not in repr(found)
    desk.alert(two)
    assert desk.states() == {}
