"""What fields of a query may say: names, dates, spans. Pure: relative times stay relative."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import ada_url

from news.errors import UsageError
from news.query.tree import Field, FieldName, Span
from news.text import clean_text

ALIASES = {
    "url": "site", "host": "site", "domain": "site", "by": "author", "language": "lang", "tags": "tag",
    "label": "tag", "pubdate": "date", "after": "since", "until": "before", "feed": "source", "f": "source",
}  # fmt: skip
"""Names that users know from Google, Lucene and FreshRSS."""

KINDS = ("original", "copy")

_UNITS = {"min": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "m": 30 * 86400, "y": 365 * 86400}
_SPAN = re.compile(r"(\d{1,4})(min|h|d|w|m|y)")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_CODES = {"gb": "uk"}
"""Of countries whose hosts end otherwise."""

_MOST_AGE = timedelta(days=200 * 365)
"""The database knows no moment before 4713 BC, and the archive nothing as old."""

_REMEDY_DATE = "write 2026, 2026-03, 2026-03-05, a range 2026-01..2026-03, or an age as 7d"
_REMEDIES = {
    FieldName.SINCE: "write 2026, 2026-03, 2026-03-05, or an age as 7d; a range is date:2026-01..2026-03",
    FieldName.BEFORE: "write 2026, 2026-03, or 2026-03-05",
}


def read_field(name: str, value: str, at: int) -> Field:
    """Return a field of a query.

    Raises:
        UsageError: There is no such field, or it cannot say that; the text names the place and the remedy.
    """
    known = ALIASES.get(name.lower(), name.lower())
    if known not in set(FieldName):
        fields = ", ".join(["title", *FieldName])
        raise UsageError(
            f'query: position {at + 1}: there is no field {name}: known are {fields}; or quote it: "{name}:{value}"'
        )
    field = FieldName(known)
    value = clean_text(value) or ""
    if not value:
        raise UsageError(f"query: position {at + 1}: {name}: says nothing; write {name}:VALUE")
    if field is not FieldName.WATCH:
        value = value.lower()
    return Field(name=field, value=_checked(field, value, at), span=_span(field, value, at), at=at)


def _checked(field: FieldName, value: str, at: int) -> str:
    if field is FieldName.IS and value not in KINDS:
        raise UsageError(f"query: position {at + 1}: is:{value}: write is:original or is:copy")
    if field is FieldName.LANG and not re.fullmatch(r"[a-z]{2,3}", value):
        raise UsageError(f"query: position {at + 1}: lang:{value}: write a code of ISO 639, as lang:ru")
    if field is FieldName.COUNTRY:
        if not re.fullmatch(r"[a-z]{2}", value):
            raise UsageError(f"query: position {at + 1}: country:{value}: write a code of ISO 3166, as country:ua")
        return _CODES.get(value, value)
    if field is FieldName.SITE:
        value = (
            re.sub(r"^[a-z]+://", "", value)
            .split("/")[0]
            .split(":")[0]
            .removeprefix("www.")
            .removeprefix("*.")
            .strip(".")
        )
        try:
            # пример.рф is xn--e1afmkfd.xn--p1ai in addresses.
            host = value if value.isascii() else ada_url.URL(f"https://{value}").hostname
        except ValueError:
            host = ""
        if "." not in host and host != "localhost":
            raise UsageError(f"query: position {at + 1}: site:{value}: write a host, as site:example.com")
        return str(host)
    return value


def _span(field: FieldName, value: str, at: int) -> Span | None:
    match field:
        case FieldName.DATE | FieldName.CHANGED:
            if field is FieldName.CHANGED and value in ("any", "yes"):
                return Span()
            if _SPAN.fullmatch(value):
                return Span(age=_age(value))
            first, range_mark, last = value.partition("..")
            since = _first_moment(first, field, value, at) if first else None
            until = _end(last or first, field, value, at) if last or not range_mark else None
            if (since is None and until is None) or (since is not None and until is not None and since >= until):
                raise UsageError(f"query: position {at + 1}: {field}:{value}: holds no day; {_REMEDY_DATE}")
            return Span(since=since, until=until)
        case FieldName.SINCE:
            return (
                Span(age=_age(value)) if _SPAN.fullmatch(value) else Span(since=_first_moment(value, field, value, at))
            )
        case FieldName.BEFORE:
            return Span(until=_first_moment(value, field, value, at))
    return None


def _age(value: str) -> timedelta:
    match = _SPAN.fullmatch(value)
    assert match is not None, "it was looked at"
    return min(timedelta(seconds=int(match[1]) * _UNITS[match[2]]), _MOST_AGE)


def _first_moment(text: str, field: FieldName, value: str, at: int) -> str:
    return datetime.combine(_days(text, field, value, at)[0], datetime.min.time(), UTC).isoformat()


def _end(text: str, field: FieldName, value: str, at: int) -> str:
    return datetime.combine(_days(text, field, value, at)[1], datetime.min.time(), UTC).isoformat()


def _days(text: str, field: FieldName, value: str, at: int) -> tuple[date, date]:
    """Return the first day of a year, month or day, and the one after its last."""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = int(match[1]), match[2], match[3]
        if day is not None:
            first = date(year, int(month), int(day))
            return first, first + timedelta(days=1)
        if month is not None:
            first = date(year, int(month), 1)
            return first, (first + timedelta(days=31)).replace(day=1)
        return date(year, 1, 1), date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        remedy = _REMEDIES.get(field, _REMEDY_DATE)
        raise UsageError(f"query: position {at + 1}: {field}:{value}: is no date; {remedy}") from None
