"""Moments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cli.moments import read_since
from news.errors import UsageError

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=4)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30min", datetime(2026, 11, 22, 7, 30, tzinfo=UTC)),
        ("12h", datetime(2026, 11, 21, 20, 0, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 15, 8, 0, tzinfo=UTC)),
        (" 2W ", datetime(2026, 11, 8, 8, 0, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 10, 31, 20, 0, tzinfo=UTC)),
        ("2026-11-01T08:00+02:00", datetime(2026, 11, 1, 6, 0, tzinfo=UTC)),
        ("2026-11-01T08:00Z", datetime(2026, 11, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_span_or_a_date_is_a_moment_in_the_readers_zone(text, expected):
    assert read_since(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7 years", "999999w", "0001-01-01", "-3d", "2026-13-01"])
def test_anything_else_is_misuse_and_says_what_to_write(text):
    with pytest.raises(UsageError, match="write a span as"):
        read_since(text, NOW)
