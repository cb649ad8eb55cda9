"""What an answer to `/robots.txt` means (RFC 9309), and how long it holds. Pure.

The rules themselves are parsed by the extractors, and obeyed by the gate.

| answer                              | verdict  | because                                                        |
|-------------------------------------|----------|----------------------------------------------------------------|
| 2xx, text                           | rules    | § 2.3.1.1; the first 512 KiB count, § 2.5                       |
| 2xx, empty or an HTML page          | allow    | it states no rules                                             |
| 401, 403                            | disallow | stricter than § 2.3.1.3, which would allow: they close the door |
| 429                                 | disallow | it is too busy to say, for now                                 |
| other 4xx                           | allow    | § 2.3.1.3: unavailable                                         |
| more redirects than we follow       | allow    | § 2.3.1.2: may be taken as unavailable                         |
| 5xx, unreachable, timeout, garbage  | disallow | § 2.3.1.4; a copy younger than a day stands in for it           |
| the same for 30 days                | allow    | § 2.3.1.4: may be taken as absent                              |
"""

from __future__ import annotations

from datetime import datetime, timedelta

from news.model import FailureKind, FetchFailure, Page
from store.robots import StoredRobots, Verdict

REFRESH = timedelta(hours=12)
"""When it is asked again. § 2.4 allows a day; half of it leaves a copy half a day to stand in while the host fails."""

REFRESH_FAILING = timedelta(minutes=30)
"""When it is asked again while the host fails: nothing of the host is fetched meanwhile."""

STANDS_IN = timedelta(hours=24)
ABSENT_AFTER = timedelta(days=30)

_FORBIDDEN = {401, 403}
_TOO_BUSY = 429


def judge_robots(
    answer: Page | FetchFailure, previous: StoredRobots | None, *, origin: str, now: datetime
) -> StoredRobots:
    """Say what an answer means.

    Args:
        answer: To `/robots.txt` of the origin, redirects followed.
        previous: What was known before; None when nothing was.
        origin: `scheme://host[:port]`.
        now: Aware UTC.
    """
    if isinstance(answer, Page):
        return _received(answer.body, origin, now)
    status = answer.status
    if status in _FORBIDDEN:
        return StoredRobots(
            origin=origin,
            fetched_at=now,
            verdict=Verdict.DISALLOW,
            reason=f"{origin}/robots.txt answered {status}: the site closes its doors to us",
        )
    if answer.kind is FailureKind.REDIRECTS or (status is not None and 400 <= status < 500 and status != _TOO_BUSY):
        reason = f"{origin}/robots.txt is not there: {answer.reason}"
        return StoredRobots(origin=origin, fetched_at=now, verdict=Verdict.ALLOW, body=b"", body_at=now, reason=reason)
    return _failing(answer, previous, origin, now)


def is_fresh(robots: StoredRobots, now: datetime) -> bool:
    """Return whether what is known still holds without asking again. A moment in the future is a wrong clock's."""
    age = now - robots.fetched_at
    return timedelta(0) <= age < _lifetime(robots)


def closed_for_s(robots: StoredRobots, now: datetime) -> float:
    """Return how long nothing of a host whose verdict is `DISALLOW` is fetched: until it is asked again, in seconds."""
    return max((robots.fetched_at + _lifetime(robots) - now).total_seconds(), 60.0)


def _lifetime(robots: StoredRobots) -> timedelta:
    return REFRESH_FAILING if robots.failing_since else REFRESH


def _received(body: bytes, origin: str, now: datetime) -> StoredRobots:
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        verdict, reason = Verdict.ALLOW, f"{origin}/robots.txt is empty"
    elif text.startswith(b"<"):
        verdict, reason, body = Verdict.ALLOW, f"{origin}/robots.txt is an HTML page and states no rules", b""
    else:
        verdict, reason = Verdict.RULES, f"the rules of {origin}/robots.txt"
    return StoredRobots(origin=origin, fetched_at=now, verdict=verdict, body=body, body_at=now, reason=reason)


def _failing(answer: FetchFailure, previous: StoredRobots | None, origin: str, now: datetime) -> StoredRobots:
    since = (previous.failing_since if previous else None) or now
    body = previous.body if previous else None
    body_at = previous.body_at if previous else None
    cause = f"{origin}/robots.txt cannot be read: {answer.reason}"
    if now - since >= ABSENT_AFTER:
        verdict, reason = Verdict.ALLOW, f"{cause}; so for 30 days, as if there were none"
    elif body is not None and body_at is not None and now - body_at <= STANDS_IN:
        verdict = Verdict.RULES if body.strip() else Verdict.ALLOW
        reason = f"{cause}; the copy of {body_at:%Y-%m-%d %H:%M} UTC stands in"
    else:
        verdict, reason = Verdict.DISALLOW, f"{cause}; staying away until it can"
    return StoredRobots(
        origin=origin,
        fetched_at=now,
        verdict=verdict,
        body=body,
        body_at=body_at,
        reason=reason,
        failing_since=since,
    )
