"""When an alert may be told."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.pace import HOUR, MOST_ALERTS, Planned, PutOff, Waiting, next_digest_at, plan, quiet_end, zone_named
from news.errors import UsageError
from news.messages import MessageKind, Pace, Wait, WatchPace

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo"]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

moments = st.integers(0, 4 * 365 * 86400).map(lambda past: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=past))
clocks = st.times().map(lambda at: at.replace(microsecond=0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("pace", "zone", "after", "expected"),
    [
        (Pace.HOURLY, "Europe/Berlin", "2026-11-23T10:05:00+01:00", "2026-11-23T11:00:00+01:00"),
        (Pace.HOURLY, "Asia/Kolkata", "2026-11-23T10:05:00+05:30", "2026-11-23T11:00:00+05:30"),
        (Pace.DAILY, "Europe/Berlin", "2026-11-23T07:59:59+01:00", "2026-11-23T08:00:00+01:00"),
        (Pace.DAILY, "Europe/Berlin", "2026-11-23T08:00:00+01:00", "2026-11-24T08:00:00+01:00"),
        # A night of 23 and one of 25 hours.
        (Pace.DAILY, "Europe/Berlin", "2026-03-28T09:00:00+01:00", "2026-03-29T08:00:00+02:00"),
        (Pace.DAILY, "Europe/Berlin", "2026-10-24T09:00:00+02:00", "2026-10-25T08:00:00+01:00"),
        # Monday in New York is Tuesday elsewhere.
        (Pace.WEEKLY, "America/New_York", "2026-11-23T07:00:00-05:00", "2026-11-23T08:00:00-05:00"),
        (Pace.WEEKLY, "America/New_York", "2026-11-23T09:00:00-05:00", "2026-11-30T08:00:00-05:00"),
        (Pace.WEEKLY, "Europe/Berlin", "2026-11-24T00:00:00+01:00", "2026-11-30T08:00:00+01:00"),
        (Pace.WEEKLY, "Europe/Berlin", "2026-11-29T23:59:00+01:00", "2026-11-30T08:00:00+01:00"),
    ],
)
def test_a_digest_comes_on_the_users_clock(pace: Pace, zone: str, after: str, expected: str) -> None:
    assert next_digest_at(pace, at(after), zone_named(zone)) == at(expected)


def test_a_digest_at_an_hour_that_the_clock_leaves_out_comes_once() -> None:
    zone = zone_named("Europe/Berlin")
    first = next_digest_at(Pace.DAILY, at("2026-03-28T03:00:00+01:00"), zone, time(2, 30))
    second = next_digest_at(Pace.DAILY, first, zone, time(2, 30))
    assert (first, second) == (at("2026-03-29T03:30:00+02:00"), at("2026-03-30T02:30:00+02:00"))


def test_a_digest_at_an_hour_that_the_clock_shows_twice_comes_once() -> None:
    zone = zone_named("Europe/Berlin")
    first = next_digest_at(Pace.DAILY, at("2026-10-24T12:00:00+02:00"), zone, time(2, 30))
    second = next_digest_at(Pace.DAILY, first, zone, time(2, 30))
    assert (first, second) == (at("2026-10-25T02:30:00+02:00"), at("2026-10-26T02:30:00+01:00"))


@given(
    pace=st.sampled_from([Pace.HOURLY, Pace.DAILY, Pace.WEEKLY]),
    zone=st.sampled_from(ZONES),
    after=moments,
    clock=clocks,
)
def test_digests_follow_each_other_at_their_pace(pace: Pace, zone: str, after: datetime, clock: time) -> None:
    length = {Pace.HOURLY: HOUR, Pace.DAILY: 24 * HOUR, Pace.WEEKLY: 168 * HOUR}[pace]
    series = [after]
    for _ in range(4):
        series.append(next_digest_at(pace, series[-1], zone_named(zone), clock))
    assert timedelta() < series[1] - after <= length + HOUR
    for one, next_one in pairwise(series[1:]):
        assert length - HOUR <= next_one - one <= length + HOUR


@pytest.mark.parametrize(
    ("begin", "end", "now", "expected"),
    [
        (time(22), time(7), "2026-11-23T21:59:00+01:00", None),
        (time(22), time(7), "2026-11-23T22:00:00+01:00", "2026-11-24T07:00:00+01:00"),
        (time(22), time(7), "2026-11-24T06:59:00+01:00", "2026-11-24T07:00:00+01:00"),
        (time(22), time(7), "2026-11-24T07:00:00+01:00", None),
        (time(12), time(14), "2026-11-24T13:00:00+01:00", "2026-11-24T14:00:00+01:00"),
        (time(9), time(9), "2026-11-24T09:00:00+01:00", None),
        (None, None, "2026-11-24T09:00:00+01:00", None),
        # The night on which the clock goes back: an hour more of quiet.
        (time(22), time(7), "2026-10-24T23:00:00+02:00", "2026-10-25T07:00:00+01:00"),
    ],
)
def test_quiet_hours_end_on_the_users_clock(
    begin: time | None, end: time | None, now: str, expected: str | None
) -> None:
    pace = WatchPace(time_zone="Europe/Berlin", quiet_from=begin, quiet_until=end)
    assert quiet_end(pace, at(now)) == (at(expected) if expected else None)


@given(zone=st.sampled_from(ZONES), begin=clocks, end=clocks, now=moments)
def test_after_quiet_hours_nothing_is_quiet(zone: str, begin: time, end: time, now: datetime) -> None:
    pace = WatchPace(time_zone=zone, quiet_from=begin, quiet_until=end)
    ends = quiet_end(pace, now)
    if ends is not None:
        assert now < ends <= now + timedelta(hours=26)
        # Where the clock shows an hour twice it may be quiet twice.
        again = quiet_end(pace, ends)
        assert again is None or again - ends <= 2 * HOUR


def waiting(n: int, wait: Wait | None = None, first: int = 1) -> list[Waiting]:
    return [Waiting(delivery_id=first + i, made_at=NOW, wait=wait) for i in range(n)]


def told(ids: int, n: int = 1, wait: Wait | None = None, kind: MessageKind = MessageKind.ALERT) -> Planned:
    return Planned(kind=kind, wait=wait, delivery_ids=tuple(range(ids, ids + n)))


def planned(given_: list[Waiting], pace: WatchPace | None = None, **more: object):
    facts: dict[str, object] = {"told_at": [], "held_until": None, "most_per_hour": 3, "now": NOW, **more}
    return plan(given_, pace or WatchPace(), **facts)  # type: ignore[arg-type]


def test_alerts_are_told_one_by_one_up_to_the_cap() -> None:
    assert planned(waiting(3)) == (told(1), told(2), told(3))


def test_what_is_over_the_cap_waits_for_the_hours_end() -> None:
    *messages, rest = planned(waiting(5))
    assert messages == [told(1), told(2), told(3)]
    assert rest == PutOff(until=NOW + HOUR, wait=Wait.CAP, delivery_ids=(4, 5))


def test_the_hour_begins_with_its_first_message() -> None:
    first = NOW - timedelta(minutes=50)
    [rest] = planned(waiting(1), told_at=[first, NOW, NOW])
    assert rest == PutOff(until=first + HOUR, wait=Wait.CAP, delivery_ids=(1,))


def test_a_watch_has_a_cap_of_its_own() -> None:
    assert planned(waiting(2), WatchPace(most_per_hour=1))[0] == told(1)
    assert isinstance(planned(waiting(2), WatchPace(most_per_hour=1))[1], PutOff)


def test_new_alerts_join_those_that_are_held_back() -> None:
    held = NOW + timedelta(minutes=5)
    assert planned(waiting(2), held_until=held) == (PutOff(until=held, wait=Wait.CAP, delivery_ids=(1, 2)),)


def test_what_was_held_back_comes_in_one_summary() -> None:
    assert planned(waiting(40, Wait.CAP)) == (told(1, 40, Wait.CAP, MessageKind.SUMMARY),)


def test_a_summary_counts_as_a_message_of_the_hour() -> None:
    steps = planned([*waiting(2, Wait.CAP), *waiting(5, first=3)])
    assert steps[:3] == (told(1, 2, Wait.CAP, MessageKind.SUMMARY), told(3), told(4))
    assert steps[3:] == (PutOff(until=NOW + HOUR, wait=Wait.CAP, delivery_ids=(5, 6, 7)),)


def test_quiet_hours_hold_everything() -> None:
    pace = WatchPace(quiet_from=time(11), quiet_until=time(13))
    end = NOW + HOUR
    steps = planned([*waiting(1), *waiting(1, Wait.CAP, 2), *waiting(1, Wait.DIGEST, 3)], pace)
    assert {(step.until, step.delivery_ids) for step in steps if isinstance(step, PutOff)} == {
        (end, (1,)),
        (end, (2,)),
        (end, (3,)),
    }


def test_after_quiet_hours_one_message_tells_all() -> None:
    assert planned(waiting(9, Wait.QUIET)) == (told(1, 9, Wait.QUIET, MessageKind.SUMMARY),)
    assert planned(waiting(1, Wait.QUIET)) == (told(1, 1, Wait.QUIET),)


def test_a_digest_waits_for_its_moment_and_tells_all() -> None:
    pace = WatchPace(pace=Pace.DAILY, time_zone="Europe/Berlin")
    [rest] = planned(waiting(2), pace)
    assert rest == PutOff(until=at("2026-11-24T08:00:00+01:00"), wait=Wait.DIGEST, delivery_ids=(1, 2))
    assert planned(waiting(2, Wait.DIGEST), pace) == (told(1, 2, Wait.DIGEST, MessageKind.DIGEST),)


def test_a_digest_that_was_missed_comes_at_once() -> None:
    late = [Waiting(delivery_id=1, made_at=NOW - timedelta(days=3))]
    [rest] = planned(late, WatchPace(pace=Pace.DAILY))
    assert rest == PutOff(until=NOW, wait=Wait.DIGEST, delivery_ids=(1,))


def test_an_alert_that_was_held_over_a_digest_is_told_in_the_next() -> None:
    pace = WatchPace(pace=Pace.HOURLY)
    [rest] = planned([Waiting(delivery_id=1, made_at=NOW - timedelta(seconds=90))], pace)
    assert rest == PutOff(until=NOW + HOUR, wait=Wait.DIGEST, delivery_ids=(1,))


def test_a_long_digest_comes_in_several() -> None:
    steps = planned(waiting(MOST_ALERTS + 1, Wait.DIGEST))
    assert [len(step.delivery_ids) for step in steps] == [MOST_ALERTS, 1]


@given(
    waits=st.lists(st.sampled_from([None, *Wait]), max_size=60),
    pace=st.sampled_from(list(Pace)),
    quiet=st.booleans(),
    n_told=st.integers(0, 6),
)
def test_nothing_is_dropped_and_nothing_told_twice(
    waits: list[Wait | None], pace: Pace, quiet: bool, n_told: int
) -> None:
    rows = [Waiting(delivery_id=n, made_at=NOW, wait=wait) for n, wait in enumerate(waits)]
    options = WatchPace(
        pace=pace, quiet_from=time(11) if quiet else None, quiet_until=time(13) if quiet else None, most_per_hour=4
    )
    steps = planned(rows, options, told_at=[NOW] * n_told)
    ids = [one for step in steps for one in step.delivery_ids]
    assert sorted(ids) == [row.delivery_id for row in rows]
    alone = [step for step in steps if isinstance(step, Planned) and step.wait is None]
    assert len(alone) + n_told <= max(4, n_told)
    assert all(step.until > NOW for step in steps if isinstance(step, PutOff))


def test_an_unknown_time_zone_is_named() -> None:
    with pytest.raises(UsageError, match=r"'Mars/Base'.*Europe/Berlin"):
        zone_named("Mars/Base")
    with pytest.raises(UsageError):
        zone_named("../../etc/passwd")
