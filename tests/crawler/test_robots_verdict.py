"""What answers to /robots.txt mean: the table of crawler/robots.py, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.robots import is_fresh, judge_robots
from news.model import FailureKind, FetchFailure, Page
from store.robots import StoredRobots, Verdict

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORIGIN = "https://a.example"
RULES = b"User-agent: *\nDisallow: /private\n"


def page(body: bytes, status: int = 200) -> Page:
    url = f"{ORIGIN}/robots.txt"
    return Page(requested_url=url, final_url=url, status=status, headers={}, body=body, fetched_at=NOW)


def failure(kind: FailureKind, status: int | None = None, retry_after_s: float | None = None) -> FetchFailure:
    return FetchFailure(kind=kind, reason=f"a.example: {kind} {status}", status=status, retry_after_s=retry_after_s)


def known(
    verdict: Verdict = Verdict.RULES,
    body: bytes | None = RULES,
    *,
    body_age: timedelta = timedelta(hours=13),
    failing: timedelta | None = None,
) -> StoredRobots:
    return StoredRobots(
        origin=ORIGIN,
        fetched_at=NOW - timedelta(minutes=31),
        verdict=verdict,
        body=body,
        reason="as it was",
        body_at=NOW - body_age if body is not None else None,
        failing_since=NOW - failing if failing is not None else None,
    )


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (page(RULES), Verdict.RULES),
        (page(RULES, 203), Verdict.RULES),
        (page(b"\xef\xbb\xbf" + RULES), Verdict.RULES),
        (page(b"rubbish \xff\x00"), Verdict.RULES),
        (page(b""), Verdict.ALLOW),
        (page(b"\xef\xbb\xbf \r\n"), Verdict.ALLOW),
        (page(b"<!DOCTYPE html><p>Disallow: /"), Verdict.ALLOW),
        (page(b"\n  <html>\nUser-agent: *\nDisallow: /"), Verdict.ALLOW),
        (failure(FailureKind.HTTP, 400), Verdict.ALLOW),
        (failure(FailureKind.HTTP, 402), Verdict.ALLOW),
        (failure(FailureKind.HTTP, 404), Verdict.ALLOW),
        (failure(FailureKind.HTTP, 410), Verdict.ALLOW),
        (failure(FailureKind.HTTP, 451), Verdict.ALLOW),
        (failure(FailureKind.REDIRECTS), Verdict.ALLOW),
        (failure(FailureKind.HTTP, 401), Verdict.DISALLOW),
        (failure(FailureKind.HTTP, 403), Verdict.DISALLOW),
        (failure(FailureKind.BUSY, 429), Verdict.DISALLOW),
        (failure(FailureKind.BUSY, 503, 60), Verdict.DISALLOW),
        (failure(FailureKind.HTTP, 500), Verdict.DISALLOW),
        (failure(FailureKind.HTTP, 503), Verdict.DISALLOW),
        (failure(FailureKind.HTTP, 599), Verdict.DISALLOW),
        (failure(FailureKind.HTTP, 999), Verdict.DISALLOW),
        (failure(FailureKind.HTTP, 302), Verdict.DISALLOW),
        (failure(FailureKind.HTTP, 206), Verdict.DISALLOW),
        (failure(FailureKind.DNS), Verdict.DISALLOW),
        (failure(FailureKind.CONNECT), Verdict.DISALLOW),
        (failure(FailureKind.TLS), Verdict.DISALLOW),
        (failure(FailureKind.TIMEOUT), Verdict.DISALLOW),
        (failure(FailureKind.PROTOCOL), Verdict.DISALLOW),
        (failure(FailureKind.TOO_LARGE), Verdict.DISALLOW),
        (failure(FailureKind.REFUSED_ADDRESS), Verdict.DISALLOW),
        (failure(FailureKind.BAD_URL), Verdict.DISALLOW),
    ],
)
def test_an_answer_means(answer: Page | FetchFailure, verdict: Verdict) -> None:
    learned = judge_robots(answer, None, origin=ORIGIN, now=NOW)
    assert learned.verdict is verdict
    assert (learned.origin, learned.fetched_at) == (ORIGIN, NOW)
    assert "a.example" in learned.reason


@pytest.mark.parametrize("answer", [failure(FailureKind.HTTP, 500), failure(FailureKind.TIMEOUT)])
@pytest.mark.parametrize(
    ("previous", "verdict"),
    [
        (known(), Verdict.RULES),
        (known(body_age=timedelta(hours=24)), Verdict.RULES),
        (known(body_age=timedelta(hours=24, seconds=1)), Verdict.DISALLOW),
        (known(failing=timedelta(hours=5)), Verdict.RULES),
        (known(Verdict.ALLOW, b""), Verdict.ALLOW),
        (known(Verdict.ALLOW, b"", body_age=timedelta(hours=25)), Verdict.DISALLOW),
        (known(Verdict.DISALLOW, None), Verdict.DISALLOW),
        (known(Verdict.DISALLOW, None, failing=timedelta(days=29, hours=23)), Verdict.DISALLOW),
        (known(Verdict.DISALLOW, None, failing=timedelta(days=30)), Verdict.ALLOW),
        (known(Verdict.DISALLOW, RULES, body_age=timedelta(days=31), failing=timedelta(days=31)), Verdict.ALLOW),
    ],
)
def test_while_it_fails_what_was_known_counts_for_a_day(
    answer: FetchFailure, previous: StoredRobots, verdict: Verdict
) -> None:
    learned = judge_robots(answer, previous, origin=ORIGIN, now=NOW)
    assert learned.verdict is verdict
    assert learned.failing_since == (previous.failing_since or NOW)
    assert (learned.body, learned.body_at) == (previous.body, previous.body_at)


def test_an_answer_ends_the_failing() -> None:
    previous = known(Verdict.DISALLOW, None, failing=timedelta(days=3))
    for answer in (page(RULES), page(b""), failure(FailureKind.HTTP, 404), failure(FailureKind.HTTP, 403)):
        assert judge_robots(answer, previous, origin=ORIGIN, now=NOW).failing_since is None


@pytest.mark.parametrize(
    ("age", "failing", "fresh"),
    [
        (timedelta(0), False, True),
        (timedelta(hours=11, minutes=59), False, True),
        (timedelta(hours=12), False, False),
        (timedelta(minutes=29), True, True),
        (timedelta(minutes=30), True, False),
        (timedelta(hours=-1), False, False),
    ],
)
def test_it_is_asked_again_within_a_day_and_sooner_while_it_fails(age: timedelta, failing: bool, fresh: bool) -> None:
    robots = StoredRobots(
        origin=ORIGIN,
        fetched_at=NOW - age,
        verdict=Verdict.DISALLOW,
        reason="",
        failing_since=NOW - timedelta(days=1) if failing else None,
    )
    assert is_fresh(robots, NOW) is fresh
