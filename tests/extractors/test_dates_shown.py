"""Dates that a page shows its readers: by its own clock, in its own words, with what it leaves to the page around."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml.html import document_fromstring

from extractors.dates import Frame, read_moment
from extractors.metadata import read_metadata
from news.model import Moment, Precision

NOW = datetime(2023, 11, 6, 9, 30, tzinfo=UTC)
TITLE = "The bridge opens a year early"


def published(
    body: str = "", head: str = "", url: str = "https://outlet.example/1", html: str = "<html>"
) -> Moment | None:
    page = f"{html}<head>{head}</head><body><h1>{TITLE}</h1>{body}</body></html>"
    return read_metadata(document_fromstring(page), url, NOW).published


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("5 Νοεμβρίου 2023", "2023-11-05"),
        ("3 Μαΐου 2023", "2023-05-03"),
        ("5 noiembrie 2023", "2023-11-05"),
        ("5 ноември 2023 г.", "2023-11-05"),
        ("5. listopadu 2023", "2023-11-05"),
        ("5 نوفمبر 2023", "2023-11-05"),
        ("٥ نوفمبر ٢٠٢٣", "2023-11-05"),
        ("5 تشرين الثاني 2023", "2023-11-05"),
        ("۱۴ آبان ۱۴۰۲", "2023-11-05"),
        ("1 فروردین 1402", "2023-03-21"),
        ("30 اسفند 1399", "2021-03-20"),
        ("5 بهمن 9999", None),
        ("5 בנובמבר 2023", "2023-11-05"),
        ("2023年11月5日", "2023-11-05"),
        ("2023년 11월 5일", "2023-11-05"),
        ("5 лістапада 2023", "2023-11-05"),
        ("5 ნოემბერი, 2023", "2023-11-05"),
        ("5 նոյեմբերի, 2023", "2023-11-05"),
        ("5 Kasım 2023 Pazar", "2023-11-05"),
    ],
)
def test_days_are_read_in_many_languages(raw: str, day: str | None) -> None:
    found = read_moment(raw, "text", NOW)
    assert (found.at.date().isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("сегодня, 14:05 (МСК)", "2023-11-06T14:05:00+03:00"),
        ("Сегодня, 08:05", "2023-11-06T08:05:00+00:00"),
        ("вчера в 23:10", "2023-11-05T23:10:00+00:00"),
        ("Today at 8:05 am", "2023-11-06T08:05:00+00:00"),
        ("heute, 08:05 Uhr", "2023-11-06T08:05:00+00:00"),
        ("昨日 14:05", "2023-11-05T14:05:00+00:00"),
        ("Вчера", "2023-11-05T00:00:00+00:00"),
        ("what we know today about the bridge", None),
    ],
)
def test_today_and_yesterday_are_of_the_day_the_page_was_fetched(raw: str, expected: str | None) -> None:
    found = read_moment(raw, "text", NOW, Frame(shown=True))
    assert (found.at.isoformat() if found else None) == expected
    assert read_moment(raw, "feed", NOW) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("5 ноября", "2023-11-05"),
        ("5 ноября, 14:05", "2023-11-05"),
        ("November 5", "2023-11-05"),
        ("5 de noviembre", "2023-11-05"),
        ("31 ноября", None),
        ("ноябрь", None),
    ],
)
def test_a_day_without_a_year_is_read_only_where_the_page_fixes_the_year(raw: str, expected: str | None) -> None:
    found = read_moment(raw, "text", NOW, Frame(year=2023))
    assert (found.at.date().isoformat() if found else None) == expected
    assert read_moment(raw, "text", NOW) is None


def test_the_address_fixes_the_year_of_a_day_near_the_heading() -> None:
    line = "<p>5 ноября, 14:05</p>"
    assert published(line) is None
    found = published(line, url="https://outlet.example/2023/11/bridge")
    assert found is not None
    assert (found.at.isoformat(), found.precision) == ("2023-11-05T14:05:00+00:00", Precision.TIME)


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("de", "2023-04-03"),
        ("ru-RU", "2023-04-03"),
        ("en-GB", "2023-04-03"),
        ("en-US", None),
        ("en", None),
        ("ja", None),
    ],
)
def test_the_page_s_language_puts_the_day_first_or_leaves_it_open(language: str, day: str | None) -> None:
    found = published("<p>03/04/2023</p>", html=f'<html lang="{language}">')
    assert (found.at.date().isoformat() if found else None) == day


@pytest.mark.parametrize(("language", "day"), [("ru", "2023-11-05"), ("de", "2023-11-05"), ("en", None), ("hu", None)])
def test_a_year_of_two_digits_is_read_where_the_language_puts_it_last(language: str, day: str | None) -> None:
    found = published("<p>05.11.23, 08:05</p>", html=f'<html lang="{language}">')
    assert (found.at.date().isoformat() if found else None) == day


@pytest.mark.parametrize(
    "body",
    [
        '<div class="teaser"><h3><a href="/2">The ferry makes its last crossing</a></h3><time>5 Nov 2023</time></div>',
        '<div><a href="/2">The ferry makes its last crossing at noon</a> <span>5 Nov 2023</span></div>',
        '<div class="weather"><span class="date">06.11.2023</span> -3°</div>',
        '<div class="header-date">6 November 2023</div>',
        '<div class="current_date">6 November 2023</div>',
    ],
)
def test_the_date_of_another_article_or_of_the_site_s_clock_is_not_the_article_s(body: str) -> None:
    assert published(body) is None
    dated = published(f"{body}<p>By Ann Lee</p><p>4 November 2023</p>")
    assert dated is not None
    assert dated.at.date().isoformat() == "2023-11-04"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Updated: <time datetime='2023-11-05'>5 Nov</time> Published: <time datetime='2023-11-04'>4 Nov</time></p>",
        "<p><time class=updated datetime='2023-11-05'/><time class=entry-date datetime='2023-11-04'/></p>",
        "<p>Last updated on <span>5 November 2023</span></p><p>4 November 2023</p>",
    ],
)
def test_when_it_was_updated_gives_way_to_when_it_was_published(body: str) -> None:
    for url in ("https://outlet.example/1", "https://outlet.example/2023/1"):
        found = published(body, url=url)
        assert found is not None
        assert found.at.date().isoformat() == "2023-11-04"


def test_what_programs_write_for_machines_has_no_language() -> None:
    meta = '<meta name="date" content="11/01/2023 12:43">'
    assert published("<p>Erstellt am: 01.11.2023</p>", meta, html='<html lang="de">') == Moment(
        at=datetime(2023, 11, 1, tzinfo=UTC),
        raw="Erstellt am: 01.11.2023",
        origin="text",
        precision=Precision.DAY,
        zone_stated=False,
    )


def stated(at: str) -> str:
    return f'<meta property="article:published_time" content="{at}">'


@pytest.mark.parametrize(
    ("at", "line", "expected"),
    [
        ("2023-11-05T01:00:21Z", "Nov. 4, 2023, 8:00 PM", "2023-11-04T20:00:21-05:00"),
        ("2023-11-04T22:03:00Z", "November 5, 2023 - 9:03AM", "2023-11-05T09:03:00+11:00"),
        ("2023-11-04T22:03:00Z", "5 November 2023, 3:33 am", "2023-11-05T03:33:00+05:30"),
        ("2023-11-04T23:00:00Z", "05.11.2023", "2023-11-05T00:00:00+01:00"),
        ("2023-11-04T23:00:17Z", "05.11.2023", "2023-11-04T23:00:17+00:00"),
        ("2023-11-04T22:03:00Z", "5 November 2023, 9:17 am", "2023-11-04T22:03:00+00:00"),
        ("2023-11-04T22:03:00Z", "Updated: 5 November 2023, 9:03 am", "2023-11-04T22:03:00+00:00"),
        ("2023-11-04T22:03:00-04:00", "5 November 2023, 9:03 am", "2023-11-04T22:03:00-04:00"),
    ],
)
def test_a_moment_in_utc_is_told_by_the_clock_that_the_outlet_shows(at: str, line: str, expected: str) -> None:
    found = published(f"<p>{line}</p>", stated(at))
    assert found is not None
    assert found.at.isoformat() == expected
    assert abs(found.at - datetime.fromisoformat(at)) < timedelta(seconds=60)


def test_a_date_within_a_sentence_is_somebody_else_s() -> None:
    prose = '<p>Two ministers met in the capital on <a href="/x">5 May 2022</a> and on later days, it was said.</p>'
    assert published(prose) is None


@pytest.mark.parametrize("label", ["Published on", "Veröffentlicht am", "Опубликовано:", "Publié le", "Opublikowano:"])
def test_a_labelled_date_is_found_wherever_it_stands(label: str) -> None:
    found = published(
        "<p>All of it was as before, and the rest is told elsewhere.</p>" * 70 + f"<p>{label} 05.11.2023</p>"
    )
    assert found is not None
    assert found.at.date().isoformat() == "2023-11-05"


def test_an_address_with_the_day_first_is_read_where_no_month_can_be_meant() -> None:
    assert published(url="https://outlet.example/news/29-10-2023/x").raw == "29-10-2023"  # type: ignore[union-attr]
    assert published(url="https://outlet.example/news/03-04-2023/x") is None


@pytest.mark.parametrize("name", ["date", "DC.date", "dcterms.created"])
def test_a_date_of_any_kind_gives_way_to_the_one_that_readers_see(name: str) -> None:
    vague = f'<meta name="{name}" content="2023-11-01T08:00:00+01:00">'
    seen = published("<p>Erschienen am: 05.11.2023</p>", vague)
    assert seen is not None
    assert seen.at.date().isoformat() == "2023-11-05"
    alone = published("", vague)
    assert alone is not None
    assert alone.at.date().isoformat() == "2023-11-01"


def test_a_page_s_own_line_in_a_list_of_the_newest_dates_it() -> None:
    prose = "<p>All of it was as before, and the rest is told elsewhere.</p>" * 70
    line = '<li>{day}<br><a href="{href}">The bridge opens</a></li>'
    other = line.format(day="04.11.2023", href="/news/2")
    assert published(f"{prose}<ul>{other}</ul>", url="https://outlet.example/news/1-bridge") is None
    own = line.format(day="05.11.2023", href="/news/1-bridge")
    found = published(f"{prose}<ul>{other}{own}</ul>", url="https://outlet.example/news/1-bridge")
    assert found is not None
    assert found.at.date().isoformat() == "2023-11-05"
