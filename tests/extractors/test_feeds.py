"""Feeds: what stands in them comes out, what is hurt hurts nothing else, and what is no feed is refused."""

import gzip
import json
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hostile_documents import FEEDS, GROUPS, MOST_CPU_S, entries, rss
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.feeds import read_feed, read_listing
from extractors.syndication import MAX_SUMMARY_CHARS
from news.model import Entry, FeedDocument, FeedKind, Unreadable

NOW = datetime(2026, 9, 2, 12, 0, tzinfo=UTC)
URL = "https://www.h.example/feeds/rss.xml"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"
  xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
  <title>Газета &amp;quot;День&amp;quot;</title><link>https://www.h.example/</link><language>ru-RU</language><ttl>15</ttl>
  <atom:link rel="self" href="https://www.h.example/feeds/rss.xml"/>
  <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
  <item>
    <title>Мост &amp;amp; река: 5 &lt; 6, &lt;b&gt;жирный&lt;/b&gt; конец</title>
    <link>https://feedproxy.example/~r/1</link>
    <feedburner:origLink>https://www.h.example/news/1?utm_source=rss</feedburner:origLink>
    <guid isPermaLink="false">tag:1</guid>
    <pubDate>Tue, 01 Sep 2026 10:00:00 +0300</pubDate>
    <dc:creator>Иван Петров</dc:creator><author>editor@h.example</author>
    <category>Город</category><category>Мосты</category><category>Город</category>
    <media:content url="/pictures/1.jpg" medium="image"/><enclosure url="/sound.mp3" type="audio/mpeg" length="1"/>
    <description><![CDATA[<p>Первый&nbsp;абзац.</p><p>Второй <b>аб</b>зац.<br>Конец</p><script>x()</script>]]>
    </description>
    <content:encoded><![CDATA[<p>Всё сначала</p>]]></content:encoded>
  </item>
  <item><title>Без ссылки</title><guid>https://www.h.example/news/2</guid><dc:language>uk</dc:language></item>
  <item><title>Относительная</title><link>../news/3</link><guid>3</guid></item>
</channel></rss>
"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title type="html">A &amp;amp; B</title>
  <link rel="self" href="https://h.example/atom"/><link href="https://h.example/"/>
  <entry xml:lang="de">
    <id>tag:h.example,2026:1</id><title type="text">Use the &lt;b&gt; element, x &lt; y</title>
    <link rel="replies" href="https://h.example/1/comments"/>
    <link rel="enclosure" type="image/png" href="https://h.example/1.png"/>
    <link rel="alternate" type="application/json" href="https://h.example/1.json"/>
    <link rel="alternate" type="text/html" href="https://h.example/1"/>
    <published>2026-09-01T10:00:00Z</published><updated>2026-09-01T12:00:00Z</updated>
    <author><name>Ann Lee</name><email>ann@h.example</email></author><author><name>Bo Ek</name></author>
    <category term="c1" label="City"/><category term="bridges"/>
    <summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>two</p></div></summary>
  </entry>
  <entry><id>https://h.example/2</id><title>Two</title><updated>2026-09-01T12:00:00+02:00</updated>
    <content type="html">&lt;p&gt;Only content&lt;/p&gt;</content></entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="https://h.example/"><title>R</title><link>https://h.example/</link><dc:language>fr</dc:language></channel>
  <item rdf:about="https://h.example/1"><title>Un</title><link>https://h.example/1</link><dc:date>2026-09-01T10:00:00+02:00</dc:date></item>
</rdf:RDF>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "J",
    "home_page_url": "https://h.example/",
    "language": "en-GB",
    "items": [
        {
            "id": 1,
            "url": "/1",
            "title": "One &amp; 2 < 3",
            "content_html": "<p>Text</p><p>more</p>",
            "date_published": "2026-09-01T10:00:00+01:00",
            "authors": [{"name": "Ann"}, {"url": "https://x.example"}],
            "tags": ["a", "b", "a", 3],
            "image": "https://h.example/1.png",
        },
        {"id": "https://h.example/2", "content_text": "plain a<b text", "author": {"name": "Bo"}, "language": "de"},
        {"id": "x", "external_url": "https://other.example/", "summary": "s", "date_modified": "2026-09-01"},
        "no item",
    ],
}


def read(body: bytes | str, content_type: str | None = None) -> FeedDocument:
    document = read_feed(body.encode() if isinstance(body, str) else body, URL, content_type, NOW)
    assert isinstance(document, FeedDocument), document
    return document


def one(item: str, prolog: str = "") -> Entry:
    (entry,) = read(f"{prolog}<rss version='2.0'><channel>{item}</channel></rss>").entries
    return entry


def test_rss_says_all_it_can() -> None:
    document = read(RSS)
    assert (document.kind, document.title) == (FeedKind.RSS, 'Газета "День"')
    assert (document.home_url, document.language) == ("https://www.h.example/", "ru")
    assert document.min_interval_s == 1800
    first, second, third = document.entries
    assert first.url == "https://www.h.example/news/1?utm_source=rss"
    assert first.guid == "tag:1"
    assert first.title == "Мост & река: 5 < 6, жирный конец"
    assert first.summary == "Первый абзац. Второй абзац. Конец"
    assert (first.authors, first.tags) == (("Иван Петров",), ("Город", "Мосты"))
    assert first.image_url == "https://www.h.example/pictures/1.jpg"
    assert first.language == "ru"
    assert first.published is not None
    assert first.published.at == datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
    assert first.published.raw == "Tue, 01 Sep 2026 10:00:00 +0300"
    assert (second.url, second.language) == ("https://www.h.example/news/2", "uk")
    assert (third.url, third.guid, third.published) == ("https://www.h.example/news/3", "3", None)


def test_atom_says_all_it_can() -> None:
    document = read(ATOM)
    assert (document.kind, document.title, document.language) == (FeedKind.ATOM, "A & B", "en")
    assert document.home_url == "https://h.example/"
    first, second = document.entries
    assert first.url == "https://h.example/1"
    assert first.title == "Use the <b> element, x < y"
    assert first.summary == "One two"
    assert (first.authors, first.tags) == (("Ann Lee", "Bo Ek"), ("City", "bridges"))
    assert (first.image_url, first.language) == ("https://h.example/1.png", "de")
    assert first.published is not None
    assert first.published.at == datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
    assert (second.url, second.summary, second.language) == ("https://h.example/2", "Only content", "en")
    assert second.published is not None
    assert second.published.at == datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


def test_a_feed_tells_when_an_article_was_edited() -> None:
    edited_at = datetime(2026, 9, 1, 12, tzinfo=UTC)
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>https://h.example/1</id><title>T</title>{}</entry></feed>"
    )
    raw = "<published>2026-09-01T10:00:00Z</published><updated>2026-09-01T12:00:00Z</updated>"
    item = {"id": "https://h.example/1", "date_modified": "2026-09-01T12:00:00Z"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    sitemap = "<urlset><url><loc>https://h.example/1</loc><lastmod>2026-09-01T12:00:00Z</lastmod></url></urlset>"
    for body in (atom.format(raw), json.dumps(feed), sitemap):
        (entry,) = read(body).entries
        assert entry.updated is not None
        assert entry.updated.at == edited_at
    (entry,) = read(atom.format("<published>2026-09-01T10:00:00Z</published>")).entries
    assert entry.updated is None


def test_rdf_is_read() -> None:
    document = read(RDF)
    assert (document.kind, document.language) == (FeedKind.RSS, "fr")
    assert document.entries[0].url == "https://h.example/1"
    assert document.entries[0].published is not None


def test_json_feed_says_all_it_can() -> None:
    document = read(json.dumps(JSON), "text/html")
    assert (document.kind, document.title, document.language) == (FeedKind.JSON, "J", "en")
    first, second, third = document.entries
    assert (first.url, first.guid, first.title) == ("https://www.h.example/1", "1", "One & 2 < 3")
    assert (first.summary, first.authors, first.tags) == ("Text more", ("Ann",), ("a", "b"))
    assert (first.image_url, first.language) == ("https://h.example/1.png", "en")
    assert first.published is not None
    assert (second.url, second.summary) == ("https://h.example/2", "plain a<b text")
    assert (second.authors, second.language) == (("Bo",), "de")
    assert third.url == "https://other.example/"
    assert third.published is not None
    assert document.notes == ("1 entries without link, id, title and summary were left out",)


@pytest.mark.parametrize("body", [RSS, ATOM, RDF, json.dumps(JSON)])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_encoding_and_compression_change_nothing(body: str, codec: str) -> None:
    plain = read(body)
    assert read(body.encode(codec)) == plain
    assert read(gzip.compress(body.encode(codec))) == plain
    assert read("\n\r\n" + body) == plain
    assert pickle.loads(pickle.dumps(plain)) == plain


def test_windows_1251_is_read_with_and_without_its_label() -> None:
    labelled = RSS.replace('"utf-8"', '"windows-1251"').encode("cp1251", "xmlcharrefreplace")
    assert read(labelled).entries == read(RSS).entries
    assert read(RSS.encode("cp1251", "xmlcharrefreplace")).entries == read(RSS).entries


def russian_feed(n: int) -> str:
    items = (
        f"<item><title>Новость номер {i}</title><guid>новость-{i}</guid><link>https://h.example/н/{i}</link>"
        f"<description>Совет города во вторник проголосовал за ремонт моста {i}.</description></item>"
        for i in range(n)
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{"".join(items)}</channel></rss>'


def test_a_letter_cut_in_half_changes_no_other_entry() -> None:
    body = russian_feed(20).encode()
    whole = read(body)
    cut_at = body.index("вторник".encode()) + 1
    cut = read(body[:cut_at] + body[cut_at + 1 :])
    assert [entry.guid for entry in cut.entries] == [entry.guid for entry in whole.entries]
    assert cut.entries[1:] == whole.entries[1:]
    assert cut.notes == ("some letters were damaged",)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_byte_taken_out_costs_at_most_one_entry(data: st.DataObject) -> None:
    body = russian_feed(20).encode()
    position = data.draw(st.integers(300, len(body) - 40))
    answer = read_feed(body[:position] + body[position + 1 :], URL, None, NOW)
    assert isinstance(answer, FeedDocument)
    guids = {entry.guid for entry in answer.entries}
    assert sum(f"новость-{i}" in guids for i in range(20)) >= 18


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("a &lt; b", "a < b"),
        ("a < b", "a < b"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("R & D", "R & D"),
        ("Tom &amp; Jerry &amp;lt;3", "Tom & Jerry <3"),
        ("<![CDATA[AT&amp;T <b>wins</b>]]>", "AT&T wins"),
        ("<![CDATA[a<b and c>d]]>", "a<b and c>d"),
        ("&lt;i&gt;Italic&lt;/i&gt; word", "Italic word"),
        ("line&lt;br/&gt;break", "line break"),
        ("&amp;laquo;Мир&amp;raquo;", "«Мир»"),
        ("&laquo;Мир&raquo; &mdash; да", "«Мир» — да"),
        ("&#1052;&#x438;р", "Мир"),
        ("&unknown; word", "&unknown; word"),
        ("  two \n\t lines  ", "two lines"),
        ("a\u202eb\u200bc", "abc"),
        ("", None),
        (" \n", None),
    ],
)
def test_a_title_is_what_people_read(title: str, expected: str | None) -> None:
    assert one(f"<item><title>{title}</title><guid>1</guid></item>").title == expected


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("<link>https://h.example/1</link>", "https://h.example/1"),
        ("<link> https://h.example/1\n</link>", "https://h.example/1"),
        ("<link>/1</link>", "https://www.h.example/1"),
        ("<link>//other.example/1</link>", "https://other.example/1"),
        ("<link><![CDATA[https://h.example/?a=1&b=2]]></link>", "https://h.example/?a=1&b=2"),
        ("<link>https://h.example/?a=1&amp;b=2</link>", "https://h.example/?a=1&b=2"),
        ("<link>https://h.example/?a=1&b=2</link>", "https://h.example/?a=1&b=2"),
        ("<guid>https://h.example/1</guid>", "https://h.example/1"),
        ("<guid isPermaLink='true'>https://h.example/1</guid>", "https://h.example/1"),
        ("<guid>12345</guid>", None),
        ("<guid>tag:1</guid><link/>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>data:text/html,x</link>", None),
        ("<link>file:///etc/passwd</link>", None),
        ("<link>ftp://h.example/x</link>", None),
        ("<link>http://[::1</link>", None),
        ("<link>https://h.example/" + "a" * 5000 + "</link>", None),
        ("<enclosure url='https://h.example/x.mp3' type='audio/mpeg'/>", None),
    ],
)
def test_a_link_is_http_or_none_and_the_entry_stays(links: str, expected: str | None) -> None:
    entry = one(f"<item><title>x</title>{links}</item>")
    assert (entry.title, entry.url) == ("x", expected)


@pytest.mark.parametrize(
    "raw",
    [
        "0000-00-00T00:00:00Z",
        "2026-13-01",
        "Tue, 99 Foo 20260 25:61:61 XYZ",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "yesterday",
        (NOW + timedelta(days=30)).isoformat(),
    ],
)
def test_an_impossible_date_is_no_date_and_the_entry_stays(raw: str) -> None:
    entry = one(f"<item><title>x</title><pubDate>{raw}</pubDate></item>")
    assert (entry.title, entry.published) == ("x", None)


def test_an_unreadable_date_gives_way_to_the_next() -> None:
    item = "<item><title>x</title><pubDate>soon</pubDate><dc:date>2026-09-01T10:00:00Z</dc:date></item>"
    published = one(item.replace("<dc:date", "<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'")).published
    assert published is not None
    assert published.at == datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        ("<m:thumbnail url='https://h.example/t.jpg'/>", "https://h.example/t.jpg"),
        (
            "<m:content url='https://h.example/v.mp4' type='video/mp4'/><m:thumbnail url='/t.jpg'/>",
            "https://www.h.example/t.jpg",
        ),
        ("<m:group><m:content url='https://h.example/1.webp?w=1'/></m:group>", "https://h.example/1.webp?w=1"),
        ("<enclosure type='image/jpeg' url='https://h.example/e.jpg'/>", "https://h.example/e.jpg"),
        (
            "<i:image xmlns:i='http://www.itunes.com/DTDs/PodCast-1.0.dtd' href='https://h.example/i.jpg'/>",
            "https://h.example/i.jpg",
        ),
        ("<enclosure type='image/jpeg' url='javascript:alert(1)'/>", None),
        ("<m:content/><m:thumbnail/>", None),
    ],
)
def test_a_picture_is_found_where_feeds_put_it(media: str, expected: str | None) -> None:
    entry = one(f"<item xmlns:m='http://search.yahoo.com/mrss/'><title>x</title>{media}</item>")
    assert entry.image_url == expected


def test_a_long_summary_is_cut_after_a_word() -> None:
    entry = one("<item><guid>1</guid><description>" + "слово " * 5000 + "</description></item>")
    assert entry.summary is not None
    assert MAX_SUMMARY_CHARS - 10 < len(entry.summary) <= MAX_SUMMARY_CHARS
    assert entry.summary.endswith("слово…")


def test_a_picture_in_the_text_hides_no_words() -> None:
    picture = "&lt;img src='data:image/png;base64," + "A" * 200_000 + "'&gt;"
    entry = one(f"<item><title>x</title><description>{picture}&lt;p&gt;Words&lt;/p&gt;</description></item>")
    assert entry.summary == "Words"


def test_guids_that_repeat_keep_their_entries() -> None:
    items = "".join(
        f"<item><title>{i}</title><guid>same</guid><link>https://h.example/{i}</link></item>" for i in range(5)
    )
    document = read(f"<rss><channel>{items}{items}</channel></rss>")
    assert [entry.title for entry in document.entries] == ["0", "1", "2", "3", "4"]
    assert document.notes == ("5 entries that repeat another word for word were left out",)


def test_a_relative_id_does_not_move_with_the_feed() -> None:
    first = read_feed(b"<rss><channel><item><guid>a/1</guid></item></channel></rss>", "https://a.example/", None, NOW)
    second = read_feed(b"<rss><channel><item><guid>a/1</guid></item></channel></rss>", "https://b.example/", None, NOW)
    assert isinstance(first, FeedDocument)
    assert isinstance(second, FeedDocument)
    assert first.entries[0].guid == second.entries[0].guid == "a/1"


def test_entries_beyond_the_cap_are_told() -> None:
    document = read(entries(20_007, b"w"))
    assert len(document.entries) == 20_000
    assert document.home_url == "http://h.example/"
    assert document.notes == ("7 entries beyond 20000 were left out",)


def test_a_feed_that_breaks_off_keeps_what_is_whole() -> None:
    body = russian_feed(50).encode()
    assert len(read(body[: len(body) // 2]).entries) >= 24
    assert len(read(gzip.compress(body)[:-200]).entries) >= 10


def test_warnings_of_a_broken_server_above_the_feed_hurt_nothing() -> None:
    above = "<br />\n<b>Warning</b>: mysql_connect() in <b>/var/www/x.php</b> on line <b>3</b><br />\n"
    assert read(above + RSS).entries == read(RSS).entries
    assert read("junk, more junk\n" + RSS).entries == read(RSS).entries


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "the answer is empty"),
        ("<!DOCTYPE html><html><head></head><body><p>x</p></body></html>", "an HTML page, not a feed"),
        ("<html><body>&lt;rss</body></html>", "an HTML page, not a feed"),
        ("<!doctype HTML>\n<title>Maintenance</title>", "an HTML page, not a feed"),
        ('<opml version="2.0"><body/></opml>', "an OPML list, not a feed"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "XML of another kind, not a feed"),
        ('{"error": 404}', "JSON, but not a JSON Feed: it has no list of items"),
        ("[1, 2]", "JSON, but not a JSON Feed: it has no list of items"),
        ("Not found", "neither XML nor JSON, not a feed"),
        ("/etc/passwd", "neither XML nor JSON, not a feed"),
    ],
)
def test_what_is_no_feed_is_refused_by_what_it_is(body: str, reason: str) -> None:
    assert read_feed(body.encode(), URL, "application/rss+xml", NOW) == Unreadable(reason=reason)


def test_an_empty_feed_is_a_feed() -> None:
    assert read("<rss><channel><title>x</title></channel></rss>").entries == ()
    assert read('{"items": []}').entries == ()


@pytest.mark.parametrize("ttl", ["0", "-5", "x", "", "999999999"])
def test_an_odd_wish_is_none_or_bounded(ttl: str) -> None:
    wish = read(f"<rss><channel><ttl>{ttl}</ttl></channel></rss>").min_interval_s
    assert wish is None or wish <= 7 * 86400


@pytest.mark.parametrize(
    "name",
    [
        "the path of a file",
        "the path of an endless file",
        "an address",
        "entity of a local file",
        "parameter entity of the network",
        "billion laughs",
    ],
)
def test_no_body_opens_a_file_or_a_connection(name: str) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from hostile_documents import FEEDS, read
read("FEEDS", b"<rss><channel><item><title>x</title></item></channel></rss>")
body = FEEDS[{name!r}]()
seen = []
watched = ("open", "socket.connect", "socket.getaddrinfo")
sys.addaudithook(lambda event, args: seen.append((event, args[0])) if event in watched else None)
read("FEEDS", body)
read("FEEDS", b"<rss><channel><item>&nope; " + body)
print([event for event in seen if ".py" not in str(event[1])])
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        timeout=60,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize("group", list(GROUPS))
def test_hostile_documents_end_as_values_within_their_limits(group: str) -> None:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("hostile_documents.py")), group],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
        timeout=280,
    )
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [outcome["name"] for outcome in outcomes] == list(GROUPS[group])
    assert [outcome for outcome in outcomes if outcome["outcome"].startswith("RAISED")] == []
    assert [outcome for outcome in outcomes if outcome["cpu_s"] > MOST_CPU_S] == []


@pytest.mark.parametrize("name", ["NUL and controls", "references to nothing", "every byte", "JSON: wrong types"])
def test_no_text_of_a_hostile_feed_hurts_a_database(name: str) -> None:
    texts = repr(read(FEEDS[name]()))
    assert not set("\x00\x01\x0b\x1f\x7f\ud800\ufffe\uffff") & set(texts)
    texts.encode("utf-8")


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<rss><channel><item>", b"<feed><entry>", b"<urlset><url>", b'{"items":[{', b"<a href='"]),
)
def test_any_bytes_end_as_a_value(tail: bytes, head: bytes) -> None:
    assert isinstance(read_feed(head + tail, URL, None, NOW), FeedDocument | Unreadable)
    assert isinstance(read_listing(head + tail, URL, NOW), FeedDocument | Unreadable)


def test_a_title_with_markup_of_the_channel_stays_readable() -> None:
    body = rss(b"", title="Новости &lt;b&gt;дня&lt;/b&gt;".encode())
    assert read(body).title == "Новости дня"
