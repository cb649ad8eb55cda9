"""Dates as outlets write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.calendar_words import MONTHS
from extractors.dates import EARLIEST, FUTURE, MOST_CHARS, read_moment
from news.model import Precision

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


def moment(raw: str):
    return read_moment(raw, "feed", NOW)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("Mon, 23 Nov 2026 01:02:43 +0000", "2026-11-23T01:02:43+00:00"),
        ("Sat, 7 Sep 2002 00:00:01 GMT", "2002-09-07T00:00:01+00:00"),
        ("Sat, 07 Sep 02 00:00 EST", "2002-09-07T00:00:00-05:00"),
        ("Sat, 07 Sep 96 00:00 PDT", "1996-09-07T00:00:00-07:00"),
        ("Sat, 7 Sep 2002 00:00:01 MSK", "2002-09-07T00:00:01+03:00"),
        ("Пн, 23 ноя 2025 14:05:00 МСК", "2025-11-23T14:05:00+03:00"),
        ("Sat, 7 Sep 2002 00:00:01 CET", "2002-09-07T00:00:01+01:00"),
        ("Sat, 7 Sep 2002 00:00:01 EEST", "2002-09-07T00:00:01+03:00"),
        ("2023-10-07 11:22:33 +0300 MSK", "2023-10-07T11:22:33+03:00"),
        ("2023-10-07T11:22:33Z", "2023-10-07T11:22:33+00:00"),
        ("2023-10-07T11:22:33.123456789Z", "2023-10-07T11:22:33+00:00"),
        ("2023-10-07T11:22:33:684Z", "2023-10-07T11:22:33+00:00"),
        ("2023-10-07T11:22:33+04:00", "2023-10-07T11:22:33+04:00"),
        ("2023-10-07T11:22:33+0430", "2023-10-07T11:22:33+04:30"),
        ("2023-10-07T11:22-05", "2023-10-07T11:22:00-05:00"),
        ("2023-10-07T11:22:33\u221205:00", "2023-10-07T11:22:33-05:00"),
        ("20231007T112233Z", "2023-10-07T11:22:33+00:00"),
        ("2023-10-07T24:00:00Z", "2023-10-08T00:00:00+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("1696677753", "2023-10-07T11:22:33+00:00"),
        ("1696677753000", "2023-10-07T11:22:33+00:00"),
        ("Sun Jan  4 16:29:06 PST 2004", "2004-01-04T16:29:06-08:00"),
        ("Sat 7 Oct 2023 11.22 BST", "2023-10-07T11:22:00+01:00"),
        ("Mon Nov 23 2025 01:02:43 GMT+0300 (Moscow Standard Time)", "2025-11-23T01:02:43+03:00"),
        ("2023-10-07T11:22:33+03:00[Europe/Moscow]", "2023-10-07T11:22:33+03:00"),
        ("November 23rd, 2025 2:05 p.m. EST", "2025-11-23T14:05:00-05:00"),
    ],
)
def test_the_zone_that_is_stated_is_kept(raw, at):
    found = moment(raw)
    assert found is not None
    assert found.at.isoformat() == at
    assert found.zone_stated
    assert found.precision is Precision.TIME


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("2023-10-7 11:22", "2023-10-07T11:22:00"),
        ("202310071122", "2023-10-07T11:22:00"),
        ("23.11.2025 14:05", "2025-11-23T14:05:00"),
        ("14:05, 23 ноября 2025", "2025-11-23T14:05:00"),
        ("23 ноября 2025 г., 14:05", "2025-11-23T14:05:00"),
        ("23 листопада 2025 о 14:05", "2025-11-23T14:05:00"),
        ("23 Kasım 2025 Pazar 14:05", "2025-11-23T14:05:00"),
        ("18 noyabr 2025, 09:05", "2025-11-18T09:05:00"),
        ("23 նոյեմբերի 2025, 14:05", "2025-11-23T14:05:00"),
        ("23. November 2025, 14:05 Uhr", "2025-11-23T14:05:00"),
        ("23 novembre 2025 à 14h05", "2025-11-23T14:05:00"),
        ("23 de novembro de 2025 às 14:05", "2025-11-23T14:05:00"),
        ("04/13/2024 2:05 PM", "2024-04-13T14:05:00"),
        ("12/25/2023 12:00 AM", "2023-12-25T00:00:00"),
        ("2023年10月7日 11:22", "2023-10-07T11:22:00"),
        ("2023-10-07 下午 2:05", "2023-10-07T14:05:00"),
        ("2023年10月7日 11時22分", "2023-10-07T11:22:00"),
        ("2023年10月7日 午後8時", "2023-10-07T20:00:00"),
        ("2023年10月7日11点22分33秒", "2023-10-07T11:22:33"),
        ("2023년 10월 7일 11시 22분", "2023-10-07T11:22:00"),
        ("7 October 2023 at 11.22am", "2023-10-07T11:22:00"),
        ("7. okt. 2023 kl. 11.22", "2023-10-07T11:22:00"),
        ("7 ottobre 2023 alle 11.22", "2023-10-07T11:22:00"),
        # India's, Israel's or Ireland's: an unknown zone is none.
        ("2023-10-07 11:22:33 IST", "2023-10-07T11:22:33"),
    ],
)
def test_a_time_without_a_zone_says_so(raw, at):
    found = moment(raw)
    assert found is not None
    assert found.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert not found.zone_stated


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2023-10-07", "2023-10-07"),
        ("20231007", "2023-10-07"),
        ("2023/10/7", "2023-10-07"),
        ("07-Sep-2002", "2002-09-07"),
        ("07.09.2002", "2002-09-07"),
        ("13/04/2024", "2024-04-13"),
        ("Oct. 7, 2023", "2023-10-07"),
        ("7th of October 2023", "2023-10-07"),
        ("23 KASIM 2025", "2025-11-23"),
        ("İyun 3 2025", "2025-06-03"),
        ("23 de noviembre de 2025", "2025-11-23"),
        ("3 maggio 2025", "2025-05-03"),
        ("23 listopada 2025", "2025-11-23"),
        ("1er août 2024", "2024-08-01"),
        ("Նոյեմբերի 23, 2025", "2025-11-23"),
        ("Опубликовано: 23 ноября 2025 года", "2025-11-23"),
    ],
)
def test_a_date_without_a_time_is_a_day(raw, day):
    found = moment(raw)
    assert found is not None
    assert found.at.date().isoformat() == day
    assert found.precision is Precision.DAY
    assert not found.zone_stated


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "20.11.2025 -3°",
        "23.11.25",
        "yesterday",
        "сегодня, 14:05",
        "14:05",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "2026-13-01",
        "2023-02-30",
        "1756-01-01",
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-11-25T23:00:00Z",
        "2023-10-07T25:00:00Z",
        "2023-10-07T11:60:00Z",
        "2023-10-07T11:22:33+99:00",
        "0",
        "99999999999999999999",
        # A part is missing, or two readings are left.
        "2023",
        "2023-10",
        "March 2024",
        "7 October",
        "03/04/2024",
        "3-4-2024",
        "01.02.03",
        "5 May 2020 - 7 May 2020",
        "7 Smarch 2024",
    ],
)
def test_what_is_impossible_or_not_stated_is_none(raw):
    assert moment(raw) is None


def test_the_bounds_are_those_of_the_database():
    assert moment("1990-01-01T00:00:00Z") is not None
    assert moment("1989-12-31T23:59:59Z") is None
    assert read_moment((NOW + FUTURE).isoformat(), "feed", NOW) is not None
    assert read_moment((NOW + FUTURE + timedelta(seconds=1)).isoformat(), "feed", NOW) is None


def test_raw_text_and_origin_are_kept():
    found = read_moment(" 2023-10-7\u00a011:22\x00 ", "text", NOW)
    assert found is not None
    assert (found.raw, found.origin) == ("2023-10-7 11:22", "text")


def test_every_month_of_every_language_is_read():
    assert {moment(f"3 {word} 2024").at.month for word in MONTHS} == set(range(1, 13))
    wrong = [word for word, month in MONTHS.items() if moment(f"3 {word} 2024").at.month != month]
    assert wrong == []


ALPHABET = st.characters() | st.sampled_from("0123456789-/.:+TZ ,年月日")


@given(
    st.text(ALPHABET, max_size=300) | st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-zа-я]{1,9}[-/. ][0-9]{1,4}[ T]?.{0,20}")
)
def test_no_text_raises_and_every_answer_is_possible(raw):
    found = moment(raw)
    if found is not None:
        assert EARLIEST <= found.at <= NOW + FUTURE
        assert found.at.tzinfo is not None
        assert len(found.raw) <= MOST_CHARS


@given(st.datetimes(EARLIEST.replace(year=1991, tzinfo=None), NOW.replace(month=10, tzinfo=None)), st.integers(-56, 56))
def test_what_is_written_in_iso_is_read_as_it_was(naive, quarters):
    at = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * quarters)))
    found = moment(at.isoformat())
    assert found is not None
    assert found.at == at
    assert found.at.utcoffset() == at.utcoffset()


def test_megabytes_cost_nothing():
    assert moment("9" * 5_000_000) is None
    assert moment(" " * 5_000_000) is None
