"""When a message that was not taken is carried again, and when it is given up. Pure: told the time and the chance."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT_S = 10.0
LONGEST_WAIT_S = 900.0
"""Of a channel: it is asked again within a quarter of an hour of being well, with one message."""

LONGEST_WISH_S = 86400.0
"""A Retry-After beyond a day is taken for a mistake."""

GIVE_UP_AFTER = timedelta(hours=72)
LEAST_ATTEMPTS = 8
"""A machine that slept over the 72 hours has not tried."""


def wait_s(n_failures: int, *, chance: float, retry_after_s: float | None = None) -> float:
    """Return how long to wait after so many failures in a row, in seconds.

    Ten seconds, doubled each time, up to a quarter of an hour; of it half is left to chance, so that those that failed
    together do not come back together. A longer Retry-After wins.

    Args:
        n_failures: The last one included.
        chance: Within [0, 1).
        retry_after_s: What the channel asks for.

    Source: RFC 9110 § 10.2.3 (Retry-After).
    """
    longest = min(FIRST_WAIT_S * 2.0 ** min(max(n_failures - 1, 0), 20), LONGEST_WAIT_S)
    return max(longest / 2 * (1 + chance), min(retry_after_s or 0.0, LONGEST_WISH_S))


def dead_before(failing_since: datetime | None, n_failures: int, now: datetime) -> datetime | None:
    """Return the moment such that messages that were due before it are given up; None while none are.

    For 72 hours they could have gone, were tried, and were not taken.

    Args:
        failing_since: Of the channel or of the message; None where this is the first failure.
        n_failures: In a row, the last one included.
        now: Aware UTC.
    """
    if failing_since is None or n_failures < LEAST_ATTEMPTS or now - failing_since < GIVE_UP_AFTER:
        return None
    return now - GIVE_UP_AFTER
