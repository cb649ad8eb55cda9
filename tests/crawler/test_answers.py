"""What statuses and Retry-After mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.answers import Redirect, judge
from news.model import FailureKind, FetchFailure, Page
from news.retry_after import LONGEST_RETRY_AFTER_S, retry_after_s

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wait_s"),
    [
        ("0", 0.0),
        ("5", 5.0),
        (" 120 ", 120.0),
        ("86400", 86400.0),
        ("1000000000", 86400.0),
        ("99999999999999999999", 86400.0),
        ("9" * 5000, None),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400.0),
        ("Mon, 23 Nov 2026 12:01:00", 60.0),
        ("Mon, 23 Nov 2026 15:01:00 +0300", 60.0),
        ("Monday, 23-Nov-26 12:01:00 GMT", 60.0),
        ("-5", None),
        ("1.5", None),
        ("1e9", None),
        ("\u0665", None),  # a digit, but not of ASCII
        ("soon", None),
        ("", None),
        ("Mon, 99 Nov 2026 12:01:00 GMT", None),
        ("0000-00-00", None),
    ],
)
def test_retry_after_is_read_within_a_day_or_not_at_all(text: str, wait_s: float | None) -> None:
    assert retry_after_s({"retry-after": text}, NOW) == wait_s


@given(st.text(max_size=80))
def test_no_retry_after_raises(text: str) -> None:
    wait_s = retry_after_s({"retry-after": text}, NOW)
    assert wait_s is None or 0 <= wait_s <= LONGEST_RETRY_AFTER_S


def page(status: int, **headers: str) -> Page:
    return Page(
        requested_url="https://a.example/",
        final_url="https://a.example/",
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=b"",
        fetched_at=NOW,
    )


def test_a_redirect_without_a_place_is_a_failure() -> None:
    assert judge(page(301, location="/b"), conditional=False, now=NOW) == Redirect(location="/b")
    for answer in (page(301), page(301, location=" "), page(304, location="/b"), page(305, location="/b")):
        found = judge(answer, conditional=False, now=NOW)
        assert isinstance(found, FetchFailure)
        assert found.kind is FailureKind.HTTP


def test_a_failure_carries_the_wish_for_peace_whatever_its_status() -> None:
    found = judge(page(500, retry_after="30"), conditional=False, now=NOW)
    assert isinstance(found, FetchFailure)
    assert (found.kind, found.retry_after_s) == (FailureKind.HTTP, 30.0)
    assert "30 s" in found.reason
