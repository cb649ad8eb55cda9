"""Articles out of pages: golden folders, hostile pages, and what stands in where there is nothing to read."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.articles import READER, article_from_entry, read_article
from extractors.body import Body, read_body
from extractors.clues import Clues
from extractors.documents import MAX_BYTES, load_document
from news.model import Article, Entry, Moment, Precision, TextOrigin, Unreadable
from news.text import clean_paragraphs

NOW = datetime(2025, 12, 1, tzinfo=UTC)
URL = "https://outlet.example/news/1"
GOLDEN = Path(__file__).parent / "golden"
PROSE = (
    "The bridge that joins the three northern islands to the mainland opened to traffic on Tuesday morning, almost a "
    "year before the date in the contract, after a mild winter let the builders work through."
)
MORE = (
    "Drivers cross free of charge until the end of August. From September a car will pay the price of a cup of coffee, "
    "and the island council has asked for the money to go to the small harbours that the ferry leaves behind."
)


def read(body: bytes | str, entry: Entry | None = None, content_type: str | None = None) -> Article | Unreadable:
    return read_article(body.encode() if isinstance(body, str) else body, URL, content_type, entry, NOW)


def page(inner: str, head: str = "<title>The bridge opens</title>") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{inner}</body></html>"


def story(*paragraphs: str) -> str:
    return f"<article><h1>The bridge opens</h1>{''.join(f'<p>{p}</p>' for p in paragraphs)}</article>"


@pytest.mark.parametrize("folder", sorted(GOLDEN.iterdir()), ids=lambda folder: folder.name)
def test_a_golden_page_gives_the_expected_facts(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    found = read_article((folder / "page.html").read_bytes(), expected["found_at"], None, None, NOW)
    assert isinstance(found, Article)
    moment = found.published
    assert {
        "found_at": expected["found_at"],
        "url": found.url,
        "title": found.title,
        "authors": list(found.authors),
        "language": found.language,
        "published": moment
        and {
            "at": moment.at.isoformat(),
            "origin": moment.origin,
            "precision": moment.precision.value,
            "zone_stated": moment.zone_stated,
            "raw": moment.raw,
        },
        "modified": found.modified.at.isoformat() if found.modified else None,
        "description": found.description,
        "section": found.section,
        "tags": list(found.tags),
        "image_url": found.image_url,
        "site_name": found.site_name,
        "text": found.text.split("\n\n"),
    } == expected
    assert (found.reader, found.text_origin, found.truncated) == (READER, TextOrigin.PAGE, False)


def test_the_reader_s_version_is_named():
    assert READER.startswith("wirewatch/")
    assert READER.rpartition("/")[2].isdigit()


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("cp1251", "windows-1251"),
        ("cp1251", "utf-8"),
        ("cp1251", "iso-8859-1"),
        ("cp1251", "koi8-r"),
        ("koi8-r", "koi8-r"),
        ("koi8-r", "utf-8"),
        ("koi8-r", "windows-1251"),
        ("utf-8", "windows-1251"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "no-such-charset"),
        ("utf-16", "utf-8"),
    ],
)
@pytest.mark.parametrize("in_header", [True, False])
def test_a_page_that_lies_about_its_charset_is_read(encoding, label, in_header):
    russian = (
        "Министры иностранных дел двух стран встретились в четверг в Брюсселе и почти пять часов обсуждали ход мирных "
        "переговоров, сообщила вечером пресс-служба принимающей стороны. Ещё одна встреча намечена на конец месяца."
    )
    head = "<title>Министры встретились</title>" + ("" if in_header else f'<meta charset="{label}">')
    body = page(story(russian, russian[::-1]), head).encode(encoding)
    found = read(body, content_type=f"text/html; charset={label}" if in_header else "text/html")
    assert isinstance(found, Article)
    assert russian in found.text
    assert (found.title, found.language) == ("Министры встретились", "ru")


def test_the_page_s_own_title_is_not_its_first_paragraph():
    found = read(page(f"<div><h1>The bridge opens</h1><p>The bridge opens</p><p>{PROSE}</p><p>{MORE}</p></div>"))
    assert found.text == f"{PROSE}\n\n{MORE}"


LAST = (
    "On the mainland side the town of Elmouth has waited for the bridge for forty years. Its mayor, who sold the first "
    "tickets for the ferry as a boy, will close the old landing stage on Sunday, and the council has promised to keep "
    "its clock."
)


def test_a_named_block_after_the_article_goes_and_prose_never_does():
    tail = "<h2>Read more</h2><p>Ferry returns after repairs</p><p>Islands ask for a second doctor</p>"
    assert "Ferry returns" not in read(page(story(PROSE, MORE) + tail)).text
    amid = story(PROSE, MORE, "Read more", "Ferry returns after repairs", LAST, "A last and shorter sentence ends it.")
    assert LAST in read(page(amid)).text


def test_what_the_page_does_not_state_comes_from_the_entry():
    moment = Moment(at=datetime(2025, 6, 3, 6, 30, tzinfo=UTC), raw="r", origin="feed")
    entry = Entry(
        title="Entry's title", authors=("Ann Lee",), published=moment, tags=("a",), image_url="https://o.example/i.png"
    )
    found = read(page(f"<div><p>{PROSE}</p><p>{MORE}</p></div>", ""), entry)
    assert isinstance(found, Article)
    assert (found.title, found.authors, found.published) == (entry.title, entry.authors, moment)
    assert (found.tags, found.image_url, found.url) == (entry.tags, entry.image_url, URL)


@pytest.mark.parametrize(
    ("head", "origin", "tags"),
    [
        ('<meta name="keywords" content="ferry bridge lower town">', "dom", ("bridge", "ferry", "lower town")),
        ('<meta name="keywords" content="ferry, toll">', "meta", ("ferry", "toll")),
        ('<meta name="keywords" content="toll of the bridge">', "meta", ("toll of the bridge",)),
        ("", "dom", ("bridge", "ferry", "lower town")),
    ],
)
def test_tags_listed_below_the_text_part_those_of_the_head_and_stand_in_for_them(head, origin, tags):
    links = "".join(f'<a href="/tag/{tag}">{tag}</a> ' for tag in ("bridge", "ferry", "lower town"))
    found = read(page(story(PROSE, MORE, LAST) + f'<p class="tags">{links}</p>', head), Entry(tags=("a",)))
    assert found.tags == tags
    assert [(each.origin, each.raw) for each in found.provenance if each.field == "tags"] == [(origin, "; ".join(tags))]


def test_the_page_is_believed_before_the_entry_unless_it_only_states_the_day():
    head = '<title>The bridge opens</title><meta property="article:published_time" content="{}">'
    entry = Entry(published=Moment(at=datetime(2025, 6, 3, 9, tzinfo=UTC), raw="r", origin="feed"))
    stated = read(page(story(PROSE, MORE), head.format("2025-06-03T06:30:00+01:00")), entry)
    assert stated.published.origin == "opengraph"
    only_day = read(page(story(PROSE, MORE), head.format("2025-06-03")), entry)
    assert only_day.published == entry.published
    other_day = read(page(story(PROSE, MORE), head.format("2025-05-01")), entry)
    assert (other_day.published.origin, other_day.published.precision) == ("opengraph", Precision.DAY)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b'{"a": 1}', "JSON"),
        (b"just words", "no HTML"),
        (b"<" * 100_000, "no HTML"),
        (b"<html></html>", "no title and no text"),
        (page("", "<title>A title and nothing else</title>").encode(), "no text found"),
        (page("<h1>News</h1><a href=/>Home</a>").encode(), "no text found"),
        (
            page("<div><p>The Outlet is paid for by its readers.</p><form><button>OK</button></form></div>").encode(),
            "no text",
        ),
        (b"<html>" + b" " * MAX_BYTES, "larger than 5 MiB"),
        (b"<html><body><p " + b"a=1 " * 50_000 + b">text</p>", "more than 5,000 attributes"),
        (b"<html><body><p " + b"a< " * 50_000 + b">text</p>", "more than 5,000 attributes"),
        (page(f"<p>{PROSE}</p><p>{MORE}</p>", "<title>Just a moment...</title>").encode(), "wall"),
        (page("<h1>Проверка браузера</h1><p>Подождите несколько секунд, идёт проверка.</p>").encode(), "wall"),
    ],
)
def test_what_is_no_article_is_said_in_a_sentence(body, reason):
    found = read(body)
    assert isinstance(found, Unreadable)
    assert reason in found.reason


def test_a_short_flash_that_calls_itself_an_article_is_one():
    head = '<title>Bridge opens</title><meta property="og:type" content="article">'
    found = read(page("<div><h1>Bridge opens</h1><p>The bridge to the islands is open.</p></div>", head))
    assert isinstance(found, Article)
    assert found.text == "The bridge to the islands is open."


def test_an_article_about_walls_is_an_article():
    long = "".join(f"<p>{PROSE} {n}</p>" for n in range(10))
    assert isinstance(read(page(f"<article>{long}</article>", "<title>Access denied</title>")), Article)


def test_a_page_deeper_than_the_parser_goes_is_never_silently_empty():
    deep = "<div>" * 300
    lost = read(page(f"{deep}<p>{PROSE}</p>"))
    assert isinstance(lost, Unreadable)
    assert "deeper" in lost.reason
    cut = read(page(f"{story(PROSE, MORE)}{deep}<p>lost</p>"))
    assert isinstance(cut, Article)
    assert cut.truncated
    assert PROSE in cut.text


def test_long_values_in_few_attributes_are_read():
    found = read(page(f"<div data-posts='{'x=1 ' * 50_000}'></div>{story(PROSE, MORE)}"))
    assert isinstance(found, Article)
    assert PROSE in found.text


def test_code_is_not_taken_for_a_tag_with_many_attributes():
    code = "if(i<f.length){" + "a b c " * 5000 + "}"
    assert isinstance(read(page(f"<script>{code}</script>{story(PROSE, MORE)}")), Article)


def test_what_is_hidden_in_letters_does_not_get_through():
    hostile = "A\x00b\u202ec&#0;&#x1;&#xFFFE;&#xD800;\ufeffd"
    found = read(
        page(story(f"{PROSE} {hostile}", MORE), f"<title>{hostile}</title><meta name=author content='{hostile}'>")
    )
    assert isinstance(found, Article)
    for text in (found.text, found.title or "", *found.authors, found.description or ""):
        assert not set(text) & set("\x00\x01\u202e\ufeff\ufffe")
        text.encode()
    assert found.text == clean_paragraphs(found.text)


HOSTILE = {
    "open tags": b"<html><body>" + b"<div><span><b>" * 20_000,
    "closing tags": b"<html><body>" + b"</div></p></table>" * 50_000,
    "many metas": b"<html><head>" + b"<meta name=date content=2024-01-01>" * 20_000 + b"</head><body>",
    "many h1": b"<html><body>" + b"<h1>title" * 20_000,
    "many times": b"<html><body><h1>t</h1>" + b"<time datetime=x>" * 20_000,
    "many classes": b"<html><body>" + b"<i class=byline-date>x</i>" * 20_000,
    "long title": b"<html><title>" + b"| - " * 100_000 + b"</title>",
    "long byline": b'<html><meta name=author content="' + b"by and , " * 50_000 + b'"><body>',
    "one word": b"<html><body><p>" + b"a" * 2_000_000,
    "long date": b"<html><body><h1>t</h1><div>" + b"2024-" * 100_000 + b"</div>",
    "dates": b"<html><body><h1>t</h1>" + b"<p class=date>1 2 2024 3</p>" * 10_000,
    "entities": b"<html><body><p>" + b"&amp;" * 200_000,
    "comments": b"<html><!--" + b"<!--" * 100_000,
    "cdata": b"<html><![CDATA[" * 1000,
    "doctype": b"<!DOCTYPE html [" + b'<!ENTITY a "aaaa">' * 10_000 + b"]><html><body>&a;",
    "nul": b"\x00" * 100_000,
    "utf-16 without a mark": page(story(PROSE, MORE)).encode("utf-16-le"),
    "random": bytes(range(256)) * 2000,
    "xml": b'<?xml version="1.0" encoding="utf-16"?><html><body><p>x</p></body></html>',
    "json-ld": b'<html><script type="application/ld+json">' + b'{"a":[' * 100_000 + b"</script><body>",
    "canonical": b"<html><head>" + b'<link rel=canonical href="http://[::1">' * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_ends_as_a_value_within_its_time(name):
    start = time.process_time()
    assert isinstance(read(HOSTILE[name]), Article | Unreadable)
    # A child has 20 seconds; what passes here leaves no doubt even on a loaded machine.
    assert time.process_time() - start < 10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div>", "<h1>", "<table><tr><td>", "<time datetime=2024>", "<meta ", "<!--", "]]>"]
        )
        | st.text(max_size=30),
        max_size=40,
    )
)
def test_no_soup_of_tags_raises(pieces):
    assert isinstance(read("".join(["<html><body>", *pieces]).encode("utf-8", "surrogatepass")), Article | Unreadable)


def test_reading_does_not_change_the_tree():
    from lxml.etree import tostring

    document = load_document(page(story(PROSE, MORE)).encode(), None)
    assert not isinstance(document, Unreadable)
    before = tostring(document.root)
    assert read_body(document.root, URL, Clues()) == read_body(document.root, URL, Clues()) != Body(text="")
    assert tostring(document.root) == before


def test_an_entry_stands_in_marked_as_such():
    entry = Entry(title="Мост открыт", summary="Мост на острова открыли на год раньше срока.", tags=("мост",))
    found = article_from_entry(entry, URL)
    assert found is not None
    assert (found.title, found.text, found.text_origin) == (entry.title, entry.summary, TextOrigin.ENTRY)
    assert (found.language, found.tags, found.url) == ("ru", entry.tags, URL)
    assert found.reader != READER


def test_an_entry_with_only_a_title_or_only_a_summary_stands_in_too():
    assert article_from_entry(Entry(title="Title"), URL).title == "Title"
    assert article_from_entry(Entry(summary="Summary"), URL).text == "Summary"


def test_an_entry_that_says_nothing_is_no_article():
    assert article_from_entry(Entry(url=URL, guid="1"), URL) is None
