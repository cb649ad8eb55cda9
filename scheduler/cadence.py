"""When a feed is asked next, and when a page that failed is tried again. Pure: told the time, told the chance.

Who asks, and how politely, is the crawler's; who wakes up is the clock's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.model import FailureKind, FetchFailure

LONGEST_RETRY_AFTER_S = 86400.0
"""An outlet that asks for longer is asked again after a day: a typo must not silence it for a year."""

LONGEST_WISH_S = 6 * 3600.0
"""A ttl or max-age beyond this is a template's default, not a wish (24-hour ttls on hourly feeds are common)."""

PAGE_RETRIES_S = (300.0, 1800.0, 7200.0, 28800.0, 86400.0)
"""Waits between the attempts at one page: six attempts in about a day and a half."""

LASTING_RETRIES_S = (1800.0, 21600.0)
"""A 404 or an unreadable page is asked twice more: outlets announce pages before they publish them."""

RECHECK_AGAIN_S = 3600.0
"""A page of an article that is gone is believed to be when it still is after so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Shortest and longest interval between two checks, and the one of a feed that is not known yet."""

    shortest_s: float = 300.0
    longest_s: float = 86400.0
    unknown_s: float = 1800.0


def check_interval_s(
    *,
    limits: Limits,
    mean_gap_s: float | None,
    n_failures: int = 0,
    wish_s: float | None = None,
    retry_after_s: float | None = None,
    spread: float = 0.0,
) -> float:
    """Return how long to wait before a feed is asked again, in seconds.

    Half the mean gap of its last entries, within the limits, doubled for each failure in a row.
    A longer wish or Retry-After of the outlet wins. Up to a tenth more spreads feeds that came together.

    Args:
        limits: Shortest, longest, and where nothing is known.
        mean_gap_s: Mean gap between the feed's last entries; None while unknown.
        n_failures: Failures in a row, this one included.
        wish_s: The outlet's ttl, sy:updatePeriod or max-age; the longest of them.
        retry_after_s: The outlet's Retry-After.
        spread: Within [0, 1), fixed for a feed.

    Source: RFC 9110 § 10.2.3 (Retry-After), RSS 2.0 (ttl).
    """
    interval = limits.unknown_s if mean_gap_s is None else mean_gap_s / 2
    interval = min(max(interval, limits.shortest_s), limits.longest_s)
    interval = min(interval * 2.0 ** min(n_failures, 20), limits.longest_s)
    interval = max(interval, min(wish_s or 0.0, LONGEST_WISH_S, limits.longest_s))
    interval *= 1 + 0.1 * spread
    return max(interval, min(retry_after_s or 0.0, LONGEST_RETRY_AFTER_S))


def mean_gap_s(moments: Sequence[datetime], now: datetime) -> float | None:
    """Return the mean gap between the newest moments and now, in seconds; None when there are fewer than two.

    The silence since the newest counts as a gap: a feed that went quiet is asked less and less often.
    """
    known = sorted(moment for moment in moments if moment <= now)
    if len(known) < 2:
        return None
    return (now - known[0]).total_seconds() / len(known)


def spread_of(feed_id: int) -> float:
    """Return a number within [0, 1), the same for a feed each time."""
    return (feed_id * 0.6180339887498949) % 1.0


def next_attempt_at(failure: FetchFailure | None, n_attempts: int, now: datetime) -> datetime | None:
    """Return when a page that brought no article is tried again; None when it is given up.

    Args:
        failure: What the fetch answered; None when the page came but could not be read.
        n_attempts: Attempts so far, this one included.
        now: Aware UTC.
    """
    waits = LASTING_RETRIES_S if failure is None or failure.lasting else PAGE_RETRIES_S
    if n_attempts > len(waits):
        return None
    wait = max(waits[n_attempts - 1], min((failure and failure.retry_after_s) or 0.0, LONGEST_RETRY_AFTER_S))
    return now + timedelta(seconds=wait)


def is_host_closed(failure: FetchFailure) -> bool:
    """Return whether it is the host that keeps us from a page: it asks for peace, or its robots.txt cannot be read."""
    return failure.kind is FailureKind.BUSY or (
        failure.kind is FailureKind.ROBOTS and failure.retry_after_s is not None
    )


def next_turn_at(failure: FetchFailure, waited_s: float, now: datetime) -> datetime:
    """Return when a page is tried again whose host is closed, which costs it no attempt.

    One that was answered so itself waits half as long again as it has waited: there are pages that are always busy.

    Args:
        failure: What `is_host_closed` says yes to.
        waited_s: Since the page was first listed.
        now: Aware UTC.
    """
    wait = failure.retry_after_s or PAGE_RETRIES_S[0]
    if failure.status is not None:
        wait = max(wait, waited_s / 2)
    return now + timedelta(seconds=min(wait, LONGEST_RETRY_AFTER_S))


def next_recheck_at(
    after_s: Sequence[float], stored_at: datetime, now: datetime, published_at: datetime | None = None
) -> datetime | None:
    """Return when the page of an article is asked for again; None when it is not young any more.

    Args:
        after_s: The times since it was stored, ascending. One that comes within a fifth of its age is left out: what
            was asked for late need not be asked for twice.
        stored_at: When the page came for the first time.
        now: Aware UTC.
        published_at: What was old already when it was stored was never young.
    """
    if not after_s or (published_at is not None and (stored_at - published_at).total_seconds() > after_s[-1]):
        return None
    age_s = (now - stored_at).total_seconds()
    wait_s = next((at for at in after_s if at >= age_s * 1.2), None)
    return None if wait_s is None else stored_at + timedelta(seconds=wait_s)


def put_off_recheck_at(
    after_s: Sequence[float], stored_at: datetime, now: datetime, retry_after_s: float | None = None
) -> datetime | None:
    """Return when a page is asked for again that could not be asked for or read: after an hour, or a fifth of its age.

    None a day after it would have been asked for last.
    """
    age_s = (now - stored_at).total_seconds()
    wait_s = max(RECHECK_AGAIN_S, age_s / 5, min(retry_after_s or 0.0, LONGEST_RETRY_AFTER_S))
    last_s = after_s[-1] if after_s else 0.0
    return None if age_s + wait_s > last_s + LONGEST_RETRY_AFTER_S else now + timedelta(seconds=wait_s)


def host_wait_s(n_failures: int) -> float:
    """Return how long a host that does not answer is left alone: a minute, doubled each time, up to six hours."""
    return float(min(60.0 * 2 ** min(max(n_failures - 1, 0), 20), 21600.0))
