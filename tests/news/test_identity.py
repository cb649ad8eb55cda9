"""What lines of a feed are known by, from answer to answer."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.errors import BadURLError
from news.identity import EntryIdentity, identify
from news.model import Entry
from news.urls import url_key

FEED = "https://outlet.example/rss.xml"


def one(entry: Entry, feed_url: str = FEED) -> EntryIdentity:
    [identity] = identify([entry], feed_url)
    return identity


def line(n: int) -> Entry:
    return Entry(url=f"https://outlet.example/news/{n}", guid=f"guid-{n}", title=f"Title {n}", summary=f"Summary {n}")


def keys(entries: list[Entry]) -> list[bytes]:
    return [identity.key for identity in identify(entries, FEED)]


def test_a_line_is_known_by_its_address() -> None:
    identity = one(line(1))
    assert identity.key == url_key("https://outlet.example/news/1")
    assert identity.has_page


CHANGES = [
    ("guids", {"guid": "something else"}),
    ("no guids", {"guid": None}),
    ("titles", {"title": "Corrected"}),
    ("the scheme of its URLs", {"url": "http://www.outlet.example/news/1/?utm_source=rss"}),
    ("its summaries", {"summary": "Текст в другой кодировке"}),
]


@pytest.mark.parametrize(("what", "change"), CHANGES, ids=[what for what, _ in CHANGES])
def test_a_feed_that_changes_a_detail_makes_no_new_identity(what: str, change: dict[str, str | None]) -> None:
    before, after = line(1), replace(line(1), **change)  # type: ignore[arg-type]
    assert one(after).key == one(before).key
    assert one(after).has_page


def test_a_line_whose_address_changed_is_found_by_guid_and_title() -> None:
    before, after = line(1), replace(line(1), url="https://outlet.example/moved/1")
    assert one(after).key != one(before).key
    assert one(after).guid_key == one(before).guid_key is not None


def test_a_guid_that_is_an_address_is_the_same_with_and_without_tls() -> None:
    with_tls = replace(line(1), guid="https://outlet.example/?p=1#2")
    without = replace(line(1), guid="http://www.outlet.example/?p=1#2", title="title: 1")
    other = replace(line(1), guid="http://www.outlet.example/?p=1#3")
    assert one(with_tls).guid_key == one(without).guid_key is not None
    assert one(with_tls).guid_key != one(other).guid_key


def test_a_sighting_is_the_address_and_the_guid_as_listed() -> None:
    seen = one(line(1)).sighting_key
    assert one(replace(line(1), title="Corrected", summary=None)).sighting_key == seen
    assert one(replace(line(1), url="http://outlet.example/news/1")).sighting_key != seen
    assert one(replace(line(1), guid="another")).sighting_key != seen


WITHOUT_PAGE = [
    ("no address", None),
    ("no web address", "mailto:desk@outlet.example"),
    ("the feed's own address", "http://outlet.example/rss.xml"),
    ("the front page", "https://www.outlet.example/"),
    ("the front page's file", "https://outlet.example/index.html?utm_source=rss"),
    ("a route of the page's script", "https://outlet.example/#!/news/1"),
]


@pytest.mark.parametrize(("what", "url"), WITHOUT_PAGE, ids=[what for what, _ in WITHOUT_PAGE])
def test_a_line_without_an_address_of_its_own_has_no_page(what: str, url: str | None) -> None:
    first, second = replace(line(1), url=url), replace(line(2), url=url and url.replace("news/1", "news/2"))
    assert not one(first).has_page
    assert one(first).key != one(second).key
    assert keys([first, second]) == [one(first).key, one(second).key]


def test_a_line_without_page_keeps_its_identity_when_its_words_change() -> None:
    before = replace(line(1), url=None)
    assert one(replace(before, title="Corrected", summary=None)).key == one(before).key
    assert one(before, "http://www.outlet.example/rss.xml").key == one(before).key
    assert one(before, "https://another.example/rss.xml").key != one(before).key


def test_lines_without_address_and_guid_are_known_by_their_words() -> None:
    first, second = (replace(line(n), url=None, guid=None) for n in (1, 2))
    assert len(set(keys([first, second, first]))) == 2
    assert len({identity.sighting_key for identity in identify([first, second], FEED)}) == 2


def test_one_address_with_different_guids_and_titles_has_an_identity_a_line() -> None:
    live = [replace(line(n), url=f"https://outlet.example/live#post-{n}") for n in range(5)]
    identities = identify(live, FEED)
    assert len({identity.key for identity in identities}) == 5
    assert len({identity.sighting_key for identity in identities}) == 5
    assert not any(identity.has_page for identity in identities)
    # The next answer lists them in another order and has one more.
    assert keys([line(9), *reversed(live)])[1:] == [identity.key for identity in reversed(identities)]


def test_a_live_page_first_seen_with_one_line_is_not_seen_anew() -> None:
    live = [replace(line(n), url="https://outlet.example/live") for n in range(2)]
    assert identify(live, FEED)[0].sighting_key == one(live[0]).sighting_key


def test_one_address_with_one_title_is_one_article() -> None:
    twice = [line(1), replace(line(1), guid="http://outlet.example/?p=1", url="https://m.outlet.example/news/1")]
    assert keys(twice) == [url_key("https://outlet.example/news/1")] * 2
    assert all(identity.has_page for identity in identify(twice, FEED))


def test_one_address_with_one_guid_is_one_article() -> None:
    twice = identify([line(1), replace(line(1), title="Corrected")], FEED)
    assert {identity.key for identity in twice} == {url_key("https://outlet.example/news/1")}
    assert len({identity.sighting_key for identity in twice}) == 1
    assert all(identity.has_page for identity in twice)


def test_one_address_without_guids_has_an_identity_a_title() -> None:
    lines = [replace(line(n), url="https://outlet.example/news", guid=None) for n in range(3)]
    assert len(set(keys(lines))) == 3
    assert not any(identity.has_page for identity in identify(lines, FEED))


def test_a_guid_that_lines_share_is_no_identity() -> None:
    lines = [replace(line(n), guid="1") for n in range(3)]
    assert [identity.guid_key for identity in identify(lines, FEED)] == [None] * 3
    assert len(set(keys(lines))) == 3
    pageless = identify([replace(entry, url=None) for entry in lines], FEED)
    assert len({identity.key for identity in pageless}) == 3
    assert len({identity.sighting_key for identity in pageless}) == 3


def test_a_guid_that_is_the_feeds_own_address_is_no_identity() -> None:
    yesterday, today = (replace(line(n), url=None, guid="http://www.outlet.example/") for n in (1, 2))
    assert one(yesterday).key != one(today).key
    assert one(yesterday).sighting_key != one(today).sighting_key


def test_a_line_listed_twice_keeps_its_guid() -> None:
    pageless = replace(line(1), url=None)
    assert identify([pageless, pageless], FEED) == [one(pageless)] * 2


def test_a_feed_without_a_web_address_is_refused() -> None:
    with pytest.raises(BadURLError):
        identify([line(1)], "rss.xml")


def test_an_empty_answer_has_no_identities() -> None:
    assert identify([], FEED) == []


_texts = st.none() | st.text(st.characters(exclude_categories=()), max_size=20)
_entries = st.builds(
    Entry,
    url=_texts | st.sampled_from(["https://outlet.example/", "http://outlet.example/1", "https://m.outlet.example/1/"]),
    guid=_texts | st.sampled_from(["1", "https://outlet.example/1", "http://outlet.example/1"]),
    title=_texts,
    summary=_texts,
)


@settings(deadline=None)
@given(st.lists(_entries, max_size=8))
def test_each_line_has_an_identity_whatever_it_says(entries: list[Entry]) -> None:
    identities = identify(entries, FEED)
    assert len(identities) == len(entries)
    assert all(len(identity.key) == len(identity.sighting_key) == 32 for identity in identities)
    assert identities[::-1] == identify(entries[::-1], FEED)


def test_naughty_strings_are_told_apart(shared_data: Path) -> None:
    strings = sorted(set(json.loads((shared_data / "strings" / "blns.json").read_text())) - {""})
    assert len(strings) > 400
    as_guids = [Entry(guid=text, title=text) for text in strings]
    assert len(set(keys(as_guids))) == len(strings)
    as_titles = [Entry(title=text) for text in strings]
    assert len(set(keys(as_titles))) == len(strings)
    as_urls = [Entry(url=text, guid=text, title=text) for text in strings]
    assert len(set(keys(as_urls))) == len(strings)
