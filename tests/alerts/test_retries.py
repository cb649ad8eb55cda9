"""When a message is carried again, and when it is given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.retries import GIVE_UP_AFTER, LEAST_ATTEMPTS, LONGEST_WAIT_S, LONGEST_WISH_S, dead_before, wait_s

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_waits_double_up_to_the_longest() -> None:
    assert [wait_s(n, chance=0.0) for n in (1, 2, 3, 4)] == [5.0, 10.0, 20.0, 40.0]
    assert wait_s(10_000, chance=0.999) < LONGEST_WAIT_S
    assert wait_s(10_000, chance=0.0) == LONGEST_WAIT_S / 2


def test_chance_spreads_those_that_failed_together() -> None:
    assert len({wait_s(4, chance=chance / 10) for chance in range(10)}) == 10


@pytest.mark.parametrize(("asked", "waits"), [(3.0, 10.0), (3600.0, 3600.0), (1e9, LONGEST_WISH_S)])
def test_a_longer_retry_after_is_obeyed(asked: float, waits: float) -> None:
    assert wait_s(2, chance=0.0, retry_after_s=asked) == waits


@pytest.mark.parametrize(
    ("since", "n_failures", "dead"),
    [
        (None, 1, False),
        (GIVE_UP_AFTER - timedelta(seconds=1), 300, False),
        (GIVE_UP_AFTER, 300, True),
        # A machine that slept for a week has not tried.
        (timedelta(days=7), LEAST_ATTEMPTS - 1, False),
    ],
)
def test_messages_are_given_up_after_72_hours_of_trying(since: timedelta | None, n_failures: int, dead: bool) -> None:
    before = dead_before(NOW - since if since else None, n_failures, NOW)
    assert before == (NOW - GIVE_UP_AFTER if dead else None)
