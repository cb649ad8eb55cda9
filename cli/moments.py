"""Reads moments as people type them: `7d`, `36h`, `2026-11-01`, `2026-11-01T08:00+02:00`.

Pure: it is told what time it is.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from news.errors import UsageError

_SPAN = re.compile(r"(\d{1,6})\s*(min|h|d|w)", re.IGNORECASE)
_UNITS = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_since(text: str, now: datetime) -> datetime:
    """Return the moment that `text` names.

    Args:
        text: A span back from now (min, h, d, w), or a date or moment in ISO 8601.
        now: Aware; its zone is taken where the text names none.

    Raises:
        UsageError: It is neither.
    """
    span = _SPAN.fullmatch(text.strip())
    try:
        if span:
            return (now - timedelta(**{_UNITS[span[2].lower()]: int(span[1])})).astimezone(UTC)
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"moment: {text!r}: write a span as 30min, 12h, 7d, 2w or a date as 2026-11-01") from error
