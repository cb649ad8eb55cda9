"""Dates as outlets write them: RFC 822, ISO 8601, epochs, the Persian calendar, and words of two dozen languages.

What is not stated is not guessed: no year of its own, no choice between day and month but where the page's language
makes it. Where dates stand in a document is the readers' business; the words stand in `calendar_words`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from extractors.calendar_words import (
    AFTERNOON,
    DAYS_AGO,
    JALALI_MONTHS,
    MONTHS,
    MORNING,
    PAIRED_MONTHS,
    ZONE_OFFSETS_S,
    fold_word,
)
from news.model import Moment, Precision
from news.text import clean_text

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Older ones are defaults of programs (1970, 1900, 1), not news."""

FUTURE = timedelta(days=2)
"""Clocks differ, and days begin early in Kiribati; later ones are mistakes."""

MOST_CHARS = 200

_JALALI_EPOCH = 356_033
_MOST_OFFSET_S = 14 * 3600
_MOST_REST_CHARS = 60

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_EAST_ASIAN = str.maketrans({"年": "-", "月": "-", "日": " ", "년": "-", "월": "-", "일": " "})
_EAST_ASIAN_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?[時时点點시]\s?(?:(\d{1,2})\s?[分분])?(?:\s?(\d{1,2})\s?[秒초])?")

_EPOCH = re.compile(r"(\d{9,10})(?:\.\d{1,9})?|(\d{12,13})")
# 202310071122 is no epoch in milliseconds: that would be in 1976.
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:[t ]?(\d\d)(\d\d)(\d\d)?(?:[.,]\d{1,9})?)?")

_HALF = r"[ap]\.?m\b\.?|μ\.?[μπ]\.?μ?\.?|[上下]午|午[前後]|오[전후]"
_CLOCK = re.compile(
    rf"(?<![\d:.,+-])(?:(?P<before>{_HALF})\s*)?(?P<hour>\d{{1,2}})(?P<mark>[:h])(?P<minute>\d\d)"
    rf"(?::(?P<second>\d\d)(?:[.,:]\d{{1,12}})?)?(?![\d:])\s*(?P<after>{_HALF})?"
)
_COMPACT_CLOCK = re.compile(r"(?<=\dt)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?:[.,]\d{1,9})?(?!\d)")
_OFFSET = re.compile(r"\s*(?:gmt|utc|msk|мск)?\s?([+\u2212\u2013-])(\d{1,2})(?::?(\d\d))?(?![\d.°])")
_ZONE_NAME = re.compile(r"\s*([^\W\d_]{1,5})\b\.?")

_NAMED_ZONE = re.compile(r"\(([^\W\d_]{2,5})\)")
_DOTTED_CLOCK = re.compile(
    r"(?:(?<=[\d\s,|] )|(?<=at |kl |um )|(?<=klo |ore |kl\. )|(?<=alle ))(?P<hour>\d{1,2})\.(?P<minute>\d\d)"
    r"(?=\s*(?:uhr|gmt|utc|bst|ces?t|ees?t|e[sd]t|[ap]\.?m\b|$))"
    rf"\s*(?P<after>{_HALF})?"
)
_DAY_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)?")
_DAY_AND_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})\.?\s+(?:de\s)?([^\W\d_]{3,14})|(?<![^\W_])([^\W\d_]{3,14})\s+(\d{1,2})(?!\d)"
)

_WORD = r"([^\W\d_]{2,14})"
_DATES = (
    ("ymd", re.compile(r"(?<!\d)(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)")),
    ("dmy", re.compile(r"(?<![\d.])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4})(?!\d)")),
    ("dmyy", re.compile(r"(?<![\d./])(\d{1,2})([./])(\d{1,2})\2(\d\d)(?![\d./])")),
    (
        "d word y",
        re.compile(
            rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª)?[\s-]*(?:of\s|de\s|d['’]\s?)?{_WORD}\.?,?[\s-]*"
            r"(?:de\s|del\s)?(\d{4}|['’]?\d\d)(?!\d)"
        ),
    ),
    ("word d y", re.compile(rf"{_WORD}\.?\s*(\d{{1,2}})(?:st|nd|rd|th|er|\.)?,?\s+(\d{{4}})(?!\d)")),
    ("y word d", re.compile(rf"(?<!\d)(\d{{4}})[\s.,-]+{_WORD}\.?[\s-]+(\d{{1,2}})(?!\d)")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What else fixes the dates of a page.

    Attributes:
        day_first: Whether its language writes 03/04/2024 for the third of April.
        year: The one its address names; a day and month without a year are of it.
        shown: Whether the page says today and yesterday of the moment it was fetched, which `now` is then.
    """

    day_first: bool = False
    year: int | None = None
    shown: bool = False


NOTHING = Frame()


def read_moment(raw: str, origin: str, now: datetime, frame: Frame = NOTHING) -> Moment | None:
    """Return the moment a text states, or None where it states none that is possible.

    None as well for what is ambiguous (03/04/2024), lacks a part (March 2024), is older than 1990 or later than two
    days from now. A date without a time is a day, at its midnight.

    Args:
        raw: Nothing but the date, with at most a few words around it; 200 characters are considered.
        origin: Where it stood; kept.
        now: Aware.
        frame: What the page around it says of its dates.

    Source: RFC 822 § 5 with the zones of RFC 2822 § 4.3; ISO 8601 as W3C-DTF and in its basic format.
    """
    text = clean_text(raw[:MOST_CHARS]) if raw else None
    if text is None:
        return None
    folded = fold_word(text)
    if max(folded) >= "\u0600":
        for pair, month in PAIRED_MONTHS.items():
            folded = folded.replace(pair, month)
        folded = _EAST_ASIAN_CLOCK.sub(lambda match: f"{match[1]}:{match[2] or 0:0>2}:{match[3] or 0:0>2}", folded)
    found = _parse(folded.translate(_EAST_ASIAN).strip(), now, frame)
    if found is None or not EARLIEST <= found[0] <= now + FUTURE:
        return None
    at, precision, zone_stated = found
    return Moment(at=at, raw=text, origin=origin, precision=precision, zone_stated=zone_stated)


def _parse(text: str, now: datetime, frame: Frame) -> tuple[datetime, Precision, bool] | None:
    if match := _EPOCH.fullmatch(text):
        at = _epoch(int(match[1]) if match[1] else int(match[2]) / 1000)
        if at.year >= EARLIEST.year:
            return at, Precision.TIME, True
    text = _NAMED_ZONE.sub(lambda match: match[1] if match[1] in ZONE_OFFSETS_S else match[0], text)
    text = _BRACKETS.sub(" ", text)
    if match := _COMPACT.match(text):
        offset_s, end = _zone(text, match.end())
        if end == len(text):
            clock = (int(match[4]), int(match[5]), int(match[6] or 0)) if match[4] else None
            return _moment(int(match[1]), int(match[2]), int(match[3]), clock, offset_s, now)
    clock = offset_s = None
    if match := _CLOCK.search(text) or _COMPACT_CLOCK.search(text) or _DOTTED_CLOCK.search(text):
        clock = _clock(match)
        if clock is None:
            return None
        offset_s, end = _zone(text, match.end())
        text = f"{text[: match.start()]} {text[end:]}"
    for shape, pattern in _DATES:
        match = pattern.search(text)
        day = _day(shape, match, frame) if match else None
        if match is None or day is None:
            continue
        end = match.end()
        if clock is None:
            offset_s, end = _zone(text, end)
        rest = text[: match.start()] + " " + text[end:]
        # What is left are weekdays and labels; another number would make it two dates, or none.
        if any(c.isnumeric() for c in rest) or len(rest) > _MOST_REST_CHARS:
            return None
        return _moment(*day, clock, offset_s, now)
    day = _framed_day(text, now, frame, offset_s)
    return _moment(*day, clock, offset_s, now) if day else None


def _framed_day(text: str, now: datetime, frame: Frame, offset_s: int | None) -> tuple[int, int, int] | None:
    """Return the day of a text that leaves a part to the page: "сегодня", "5 ноября"."""
    words = _DAY_WORD.findall(text)
    if frame.shown and len(words) <= 4 and not any(c.isnumeric() for c in text):
        ago = next((DAYS_AGO[word] for word in words if word in DAYS_AGO), None)
        if ago is not None:
            day = (now.astimezone(UTC) + timedelta(seconds=offset_s or 0)).date() - timedelta(days=ago)
            return day.year, day.month, day.day
    if frame.year is not None and (match := _DAY_AND_MONTH.search(text)):
        number, word = (match[1], match[2]) if match[1] else (match[4], match[3])
        rest = text[: match.start()] + text[match.end() :]
        if word in MONTHS and not any(c.isnumeric() for c in rest) and len(rest) <= _MOST_REST_CHARS:
            return frame.year, MONTHS[word], int(number)
    return None


def _moment(
    year: int, month: int, day: int, clock: tuple[int, int, int] | None, offset_s: int | None, now: datetime
) -> tuple[datetime, Precision, bool] | None:
    # The years next to the ends of the calendar have no UTC.
    if not EARLIEST.year - 1 <= year <= now.year + 1 or (offset_s and abs(offset_s) > _MOST_OFFSET_S):
        return None
    hour, minute, second = clock or (0, 0, 0)
    # ISO 8601 lets a day end at 24:00; minutes with leap seconds end at 60.
    midnight = (hour, minute, second) == (24, 0, 0)
    zone = UTC if not offset_s else timezone(timedelta(seconds=offset_s))
    try:
        at = datetime(
            year, month, day, 0 if midnight else hour, minute, min(second, 59) if second <= 60 else second, tzinfo=zone
        )
    except ValueError:
        return None
    precision = Precision.TIME if clock else Precision.DAY
    return at + timedelta(days=midnight), precision, offset_s is not None


def _day(shape: str, match: re.Match[str], frame: Frame) -> tuple[int, int, int] | None:
    """Return year, month and day of a date as matched; None when a word is no month, or day and month are open."""
    if shape == "ymd":
        return int(match[1]), int(match[3]), int(match[4])
    if shape == "dmy":
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        # With dots the day comes first wherever they are used; 03/04/2024 is one day in Boston, another in Bath.
        if match[2] == "." or first > 12 or first == second or (frame.day_first and second <= 12):
            return year, second, first
        return (year, first, second) if second > 12 else None
    if shape == "dmyy":
        # Only a page whose language puts the day first says that it is not the year.
        return (2000 + int(match[4]), int(match[3]), int(match[1])) if frame.day_first else None
    orders = {"d word y": (1, 2, 3), "word d y": (2, 1, 3), "y word d": (3, 2, 1)}
    day, word, stated_year = match.group(*orders[shape])
    month = MONTHS.get(word)
    if month is None:
        jalali = JALALI_MONTHS.get(word)
        return _from_jalali(int(stated_year.lstrip("'’")), jalali, int(day)) if jalali else None
    digits = stated_year.lstrip("'’")
    # RFC 2822 § 4.3: 00 to 49 are of this century.
    century = (2000 if int(digits) < 50 else 1900) if len(digits) == 2 else 0
    return century + int(digits), month, int(day)


def _from_jalali(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    """Return a day of the Persian calendar in ours; None outside the years that are news.

    Source: the 33-year cycle, which is exact from 1178 to 1633 (https://en.wikipedia.org/wiki/Solar_Hijri_calendar).
    """
    if not 1360 <= year <= 1500 or not 1 <= day <= 31:
        return None
    cycles = year + 1595
    n_days = 365 * cycles + cycles // 33 * 8 + (cycles % 33 + 3) // 4 + day
    n_days += (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    found = date.fromordinal(n_days - _JALALI_EPOCH)
    return found.year, found.month, found.day


def _clock(match: re.Match[str]) -> tuple[int, int, int] | None:
    parts = match.groupdict()
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts.get("second") or 0)
    half = (parts.get("after") or parts.get("before") or "").strip(".")
    if half in MORNING or half in AFTERNOON:
        if not 0 <= hour <= 12:
            return (hour, minute, second) if half in AFTERNOON and hour < 24 else None
        hour = hour % 12 + (12 if half in AFTERNOON else 0)
    return hour, minute, second


def _zone(text: str, start: int) -> tuple[int | None, int]:
    """Return the offset that stands here, in seconds, and where it ends; None and `start` when none does."""
    if match := _OFFSET.match(text, start):
        offset_s = int(match[2]) * 3600 + int(match[3] or 0) * 60
        return (offset_s if match[1] == "+" else -offset_s), match.end()
    if (match := _ZONE_NAME.match(text, start)) and (named := ZONE_OFFSETS_S.get(match[1])) is not None:
        # "GMT+3" came above; "CET +0100" says it twice, and the number is surer.
        if twice := _OFFSET.match(text, match.end()):
            return _zone(text, match.end())[0], twice.end()
        return named, match.end()
    return None, start


def _epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
