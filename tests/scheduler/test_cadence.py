"""When feeds and pages are asked again: tables and properties."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.model import FailureKind, FetchFailure
from scheduler.cadence import (
    LONGEST_RETRY_AFTER_S,
    Limits,
    check_interval_s,
    host_wait_s,
    is_host_closed,
    mean_gap_s,
    next_attempt_at,
    next_recheck_at,
    next_turn_at,
    put_off_recheck_at,
    spread_of,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMITS = Limits(shortest_s=300, longest_s=86400, unknown_s=1800)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("unknown feed", {"mean_gap_s": None}, 1800),
        ("half the mean gap", {"mean_gap_s": 7200}, 3600),
        ("a busy feed", {"mean_gap_s": 10}, 300),
        ("a quiet feed", {"mean_gap_s": 10**7}, 86400),
        ("one failure doubles", {"mean_gap_s": 7200, "n_failures": 1}, 7200),
        ("many failures end at a day", {"mean_gap_s": 7200, "n_failures": 500}, 86400),
        ("a longer wish wins", {"mean_gap_s": 600, "wish_s": 3600}, 3600),
        ("a shorter wish does not", {"mean_gap_s": 7200, "wish_s": 60}, 3600),
        ("an absurd wish is bounded", {"mean_gap_s": 600, "wish_s": 10**9}, 6 * 3600),
        ("Retry-After wins", {"mean_gap_s": 600, "retry_after_s": 7200}, 7200),
        ("an absurd Retry-After is a day", {"mean_gap_s": 600, "retry_after_s": 10**9}, LONGEST_RETRY_AFTER_S),
    ],
)
def test_the_interval_between_two_checks(name: str, arguments: dict[str, float], expected: float) -> None:
    assert check_interval_s(limits=LIMITS, **arguments) == expected, name


@given(
    gap=st.none() | st.floats(0, 10**9),
    n_failures=st.integers(0, 10**6),
    wish=st.none() | st.floats(0, 10**12),
    retry=st.none() | st.floats(0, 10**12),
    feed_id=st.integers(1, 10**9),
)
def test_an_interval_is_never_shorter_than_allowed_nor_longer_than_a_day_and_a_tenth(
    gap: float | None, n_failures: int, wish: float | None, retry: float | None, feed_id: int
) -> None:
    interval = check_interval_s(
        limits=LIMITS,
        mean_gap_s=gap,
        n_failures=n_failures,
        wish_s=wish,
        retry_after_s=retry,
        spread=spread_of(feed_id),
    )
    assert 300 <= interval <= 86400 * 1.1


def test_hourly_checks_are_24_a_day() -> None:
    """A simulated day: half-hourly entries give hourly gaps no drift (Miniflux once asked each 120 minutes)."""
    at, n_checks = NOW, 0
    while at < NOW + timedelta(days=1):
        at += timedelta(seconds=check_interval_s(limits=LIMITS, mean_gap_s=7200))
        n_checks += 1
    assert n_checks == 24


def test_the_mean_gap_counts_the_silence_since_the_newest_entry() -> None:
    hourly = [NOW - timedelta(hours=h) for h in range(1, 11)]
    assert mean_gap_s(hourly, NOW) == 3600
    assert mean_gap_s(hourly, NOW + timedelta(hours=10)) == 2 * 3600
    assert mean_gap_s(hourly[:1], NOW) is None
    assert mean_gap_s([], NOW) is None


def test_entries_dated_in_the_future_do_not_shorten_the_gap() -> None:
    assert mean_gap_s([NOW + timedelta(days=1), NOW - timedelta(hours=1)], NOW) is None


def attempts(failure: FetchFailure | None) -> list[float]:
    """Waits in seconds until a page is given up, at most 20."""
    waits = []
    for n in range(1, 20):
        at = next_attempt_at(failure, n, NOW)
        if at is None:
            break
        waits.append((at - NOW).total_seconds())
    return waits


def test_a_page_is_tried_six_times_in_a_day_and_a_half() -> None:
    failure = FetchFailure(kind=FailureKind.HTTP, status=500, reason="500")
    assert attempts(failure) == [300, 1800, 7200, 28800, 86400]


def test_a_missing_or_unreadable_page_is_tried_three_times() -> None:
    assert attempts(FetchFailure(kind=FailureKind.HTTP, status=404, reason="404", lasting=True)) == [1800, 21600]
    assert attempts(None) == [1800, 21600]


BUSY = FetchFailure(kind=FailureKind.BUSY, status=429, reason="429")
LEFT_ALONE = FetchFailure(kind=FailureKind.BUSY, reason="its turn is far", retry_after_s=90)
CLOSED = FetchFailure(kind=FailureKind.ROBOTS, reason="robots.txt answered 500", retry_after_s=1800)


@pytest.mark.parametrize(
    ("name", "failure", "waited_s", "expected"),
    [
        ("its wish is kept", replace(BUSY, retry_after_s=4000), 0, 4000),
        ("without a wish", BUSY, 0, 300),
        ("always busy", BUSY, 7200, 3600),
        ("busy for a week", BUSY, 7 * 86400, 86400),
        ("an absurd wish is a day", replace(BUSY, retry_after_s=1e9), 0, 86400),
        ("nobody was asked", LEFT_ALONE, 7200, 90),
        ("no robots.txt", CLOSED, 7200, 1800),
    ],
)
def test_a_closed_host_costs_no_attempt(name: str, failure: FetchFailure, waited_s: float, expected: float) -> None:
    assert is_host_closed(failure)
    assert next_turn_at(failure, waited_s, NOW) == NOW + timedelta(seconds=expected), name


def test_a_page_that_robots_forbids_is_no_closed_host() -> None:
    assert not is_host_closed(FetchFailure(kind=FailureKind.ROBOTS, reason="robots.txt says no", lasting=True))


def test_a_silent_host_is_left_alone_longer_each_time_up_to_six_hours() -> None:
    assert [host_wait_s(n) for n in (0, 1, 2, 3, 50)] == [60, 60, 120, 240, 21600]


LADDER = (3600.0, 6 * 3600.0, 86400.0, 3 * 86400.0)


@pytest.mark.parametrize(
    ("age_h", "expected_h"),
    [
        (0, 1),
        (0.5, 1),
        (0.9, 6),
        (1, 6),
        (1.5, 6),
        (5.5, 24),
        (6.1, 24),
        (19, 24),
        (21, 72),
        (59, 72),
        (61, None),
        (999, None),
    ],
)
def test_a_page_is_asked_again_at_the_next_time_that_is_not_near(age_h: float, expected_h: float | None) -> None:
    found = next_recheck_at(LADDER, NOW, NOW + timedelta(hours=age_h))
    assert found == (None if expected_h is None else NOW + timedelta(hours=expected_h))


def test_what_was_old_when_it_was_stored_is_not_asked_again() -> None:
    assert next_recheck_at(LADDER, NOW, NOW, published_at=NOW - timedelta(days=2)) == NOW + timedelta(hours=1)
    assert next_recheck_at(LADDER, NOW, NOW, published_at=NOW - timedelta(days=4)) is None
    assert next_recheck_at((), NOW, NOW) is None


@given(age_s=st.floats(0, 10**7), retry=st.none() | st.floats(0, 10**9))
def test_a_page_that_did_not_come_is_put_off_for_an_hour_at_least_and_not_for_ever(
    age_s: float, retry: float | None
) -> None:
    now = NOW + timedelta(seconds=age_s)
    found = put_off_recheck_at(LADDER, NOW, now, retry)
    if found is not None:
        assert now + timedelta(hours=1) <= found <= NOW + timedelta(days=4)
        assert found >= now + timedelta(seconds=min(retry or 0, LONGEST_RETRY_AFTER_S) * 0.999)
    assert (found is None) == (age_s > 5 * 86400) or age_s > 2 * 86400
