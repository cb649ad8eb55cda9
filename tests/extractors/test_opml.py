"""Lists of sources: OPML and TOML in, line numbers of bad lines, OPML out and in again."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.opml import MAX_SOURCES, ListedSource, Problem, read_sources, write_opml
from news.errors import ImportFileError
from news.text import clean_text

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)

OPML = """<?xml version="1.0" encoding="utf-8"?>
<!-- made by a program -->
<opml version="2.0">
  <head><title>Mine</title></head>
  <body>
    <outline text="News">
      <outline text="World">
        <outline type="rss" text="Первый" title="Первый канал"
                 xmlUrl="https://one.example/rss?a=1&b=2" htmlUrl="https://one.example/"/>
      </outline>
      <outline type="rss" text="Second" xmlurl="http://two.example/feed"/>
    </outline>
    <outline type="rss" text="Broken" xmlUrl="not an address"/>
    <outline type="rss" text="Without"/>
    <outline text="Home" type="link" url="https://three.example/"/>
    <outline text="Note to self"/>
  </body>
</opml>
"""

TOML = """# my sources
[[source]]
url = "https://one.example/rss"
name = "Первый"

[[source]]
name = "no address"

[[source]]
url = "https://two.example/"
home = "https://two.example/home"

  [[ source ]]   # the last
url = "ftp://three.example/"
"""


def test_nested_outlines_are_read_with_their_lines() -> None:
    listed = read_sources(OPML.encode(), "mine.opml")
    assert listed.sources == (
        ListedSource(
            line=8, url="https://one.example/rss?a=1&b=2", title="Первый канал", home_url="https://one.example/"
        ),
        ListedSource(line=11, url="http://two.example/feed", title="Second"),
        ListedSource(line=15, url="https://three.example/", title="Home"),
    )


def test_bad_outlines_are_named_with_their_lines() -> None:
    problems = read_sources(OPML.encode(), "mine.opml").problems
    assert [problem.line for problem in problems] == [13, 14, 16]
    assert "not an address" in problems[0].text
    assert problems[1].text == "«Without» has no address"


def test_a_file_that_breaks_off_keeps_what_came_before() -> None:
    cut = OPML.encode()[: OPML.encode().index(b'<outline type="rss" text="Broken')]
    listed = read_sources(cut, "cut.opml")
    assert len(listed.sources) == 2
    assert listed.problems[-1].line == 13
    assert "was not read" in listed.problems[-1].text


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_encodings_are_ours_to_tell(codec: str) -> None:
    assert read_sources(OPML.encode(codec), "mine.opml").sources[0].title == "Первый канал"


def test_tables_of_toml_are_read_with_their_lines() -> None:
    listed = read_sources(TOML.encode(), "mine.toml")
    assert listed.sources == (
        ListedSource(line=2, url="https://one.example/rss", title="Первый"),
        ListedSource(line=9, url="https://two.example/", home_url="https://two.example/home"),
    )
    assert [problem.line for problem in listed.problems] == [6, 13]


def test_a_fault_in_one_table_costs_only_that_one() -> None:
    broken = TOML.replace('name = "no address"', "url = https://unquoted.example/").replace("ftp:", "https:")
    listed = read_sources(broken.replace("\n", "\r\n").encode(), "mine.toml")
    assert [source.line for source in listed.sources] == [2, 9, 13]
    assert listed.problems == (Problem(line=7, text="Invalid value"),)


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"https://one.example/\nhttps://two.example/\n", "neither OPML nor TOML"),
        (b"name,url\nx,https://one.example/\n", "neither OPML nor TOML"),
        (b"<html><body>x</body></html>", "its root is"),
        (b"<!DOCTYPE html><html><p>x</body>", "not OPML"),
        (b"<rss><channel/></rss>", "its root is"),
        (b"<opml><body>", "not OPML"),
        (b"[other]\nx = 1\n", "without [[source]] tables"),
        (b"source = 3\n", "without [[source]] tables"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "neither OPML nor TOML"),
        (
            b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml><outline text='&a;' xmlUrl='http://h.example/'/></opml>",
            "declares entities",
        ),
        (b"<!DOCTYPE opml SYSTEM 'http://h.example/x.dtd'><opml></opml>", "declares entities"),
        (b" " * (21 << 20), "larger than 20 MiB"),
    ],
)
def test_a_file_that_is_no_list_is_refused_by_its_name(body: bytes, cause: str) -> None:
    with pytest.raises(ImportFileError, match=r"^sources: mine\.txt: ") as raised:
        read_sources(body, "mine.txt")
    assert cause in str(raised.value)
    assert "\n" not in str(raised.value)


def test_no_more_than_fifty_thousand_are_taken() -> None:
    rows = b"".join(b'<outline xmlUrl="http://h.example/%d"/>\n' % i for i in range(MAX_SOURCES + 10))
    listed = read_sources(b"<opml><body>\n" + rows + b"</body></opml>", "large.opml")
    assert len(listed.sources) == MAX_SOURCES
    assert listed.problems == (
        Problem(line=MAX_SOURCES + 2, text="only 50000 sources are taken; the rest is left out"),
    )


def test_what_is_written_is_read_back(shared_data: Path) -> None:
    naughty: list[str] = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    sources = [
        ListedSource(line=0, url=f"https://h.example/{i}?a=1&b=%22", title=title, home_url="https://h.example/")
        for i, title in enumerate(naughty)
    ]
    back = read_sources(write_opml(sources, "My & <list>", NOW), "back.opml")
    assert back.problems == ()
    assert [source.url for source in back.sources] == [source.url for source in sources]
    expected = [(clean_text(title) or f"https://h.example/{i}?a=1&b=%22")[:300] for i, title in enumerate(naughty)]
    assert [source.title for source in back.sources] == expected
    assert {source.home_url for source in back.sources} == {"https://h.example/"}


@given(st.lists(st.text(min_size=1, max_size=40), max_size=5))
def test_any_title_survives_the_way_out_and_in(titles: list[str]) -> None:
    sources = [ListedSource(line=0, url="https://h.example/", title=title) for title in titles]
    back = read_sources(write_opml(sources, "x", NOW), "x.opml")
    assert [source.title for source in back.sources] == [clean_text(title) or "https://h.example/" for title in titles]


def test_the_list_says_when_it_was_made() -> None:
    assert b"<dateCreated>Tue, 01 Sep 2026 10:00:00 +0000</dateCreated>" in write_opml([], "x", NOW)


def test_every_opml_of_the_corpus_is_read_or_refused(shared_data: Path) -> None:
    folder = shared_data / "feeds" / "feedvalidator" / "opml"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    n_sources = n_refused = 0
    for path in files:
        try:
            n_sources += len(read_sources(path.read_bytes(), path.name).sources)
        except ImportFileError:
            n_refused += 1
    assert len(files) == 37
    assert n_sources >= 40
    assert n_refused <= 10


def test_an_address_in_toml_that_is_no_text_is_told_as_such() -> None:
    listed = read_sources(b'[[source]]\nname = "One"\nurl = 5\n[[source]]\nurl = ["a"]\n', "mine.toml")
    assert [problem.text for problem in listed.problems] == [
        "«One»: its address is no text",
        "a line without a name: its address is no text",
    ]
