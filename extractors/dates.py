"""Dates as outlets write them; what is not stated is not guessed."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from news.model import Moment, Precision

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
FUTURE = timedelta(days=2)
MOST_CHARS = 200

_ZONES = {"MSK": 3, "MSD": 4, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "TRT": 3, "BST": 1, "AZT": 4, "AMT": 4}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_moment(raw: str, origin: str, now: datetime) -> Moment | None:
    """Return the moment a text states, or None where it states none that is possible.

    Args:
        raw: At most 200 characters are considered.
        origin: Where it stood; kept.
        now: Aware UTC; later than two days from now is impossible.
    """
    text = raw.strip()[:MOST_CHARS]
    found = _iso(text) or _rfc822(text)
    if found is None:
        return None
    at, precision, zone_stated = found
    if not EARLIEST <= at <= now + FUTURE:
        return None
    return Moment(at=at, raw=text, origin=origin, precision=precision, zone_stated=zone_stated)


def _iso(text: str) -> tuple[datetime, Precision, bool] | None:
    if not _ISO.match(text):
        return None
    with contextlib.suppress(ValueError):
        at = datetime.fromisoformat(text)
        stated = at.tzinfo is not None
        return (at if stated else at.replace(tzinfo=UTC), Precision.DAY if len(text) == 10 else Precision.TIME, stated)
    return None


def _rfc822(text: str) -> tuple[datetime, Precision, bool] | None:
    fields = parsedate_tz(text)
    if fields is None:
        return None
    offset_s = fields[9]
    name = text.rsplit(" ", 1)[-1].upper()
    if name in _ZONES:
        offset_s = _ZONES[name] * 3600
    with contextlib.suppress(ValueError, OverflowError):
        at = datetime(*fields[:6], tzinfo=timezone(timedelta(seconds=offset_s or 0)))
        return at, Precision.TIME, offset_s is not None
    return None
