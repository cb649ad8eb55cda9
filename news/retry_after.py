"""How long a server asks to be left alone: the header Retry-After, read as it is meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER_S = 86_400.0
"""A server may ask us away for a day; a longer wish (some say 10^9 s) is asked again tomorrow."""


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how long a server asks us to stay away, within [0, 1 day]; None when it does not say, or says rubbish.

    Args:
        headers: Names in small letters, or a mapping that does not mind.
        now: Aware UTC; a date is counted from it.

    Source: RFC 9110 § 10.2.3.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,20}", text):
        return min(float(text), LONGEST_RETRY_AFTER_S)
    if not 8 <= len(text) <= 64:
        return None
    try:
        at = parsedate_to_datetime(text)
        wait_s = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(wait_s, 0.0), LONGEST_RETRY_AFTER_S)
