"""Sitemaps and their indexes: rows, the news and image extensions, gzip, caps, damage."""

import gzip
from datetime import UTC, datetime

import pytest

from extractors.feeds import read_feed
from extractors.sitemaps import LASTMOD
from news.model import Entry, FeedDocument, FeedKind, SitemapLink, Unreadable

NOW = datetime(2026, 9, 2, 12, 0, tzinfo=UTC)
URL = "https://h.example/sitemaps/news.xml"

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="/x.xsl"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url>
    <loc> https://h.example/news/1?a=1&amp;b=2 </loc>
    <lastmod>2026-09-02T11:00:00+03:00</lastmod>
    <news:news>
      <news:publication><news:name>Газета</news:name><news:language>ru</news:language></news:publication>
      <news:publication_date>2026-09-02T10:30:00+03:00</news:publication_date>
      <news:title>Мост &amp;amp; река: «открыт»</news:title>
      <news:keywords>мост, река ,мост,</news:keywords>
    </news:news>
    <image:image><image:loc>/pictures/1.jpg</image:loc><image:title>A picture</image:title></image:image>
    <image:image><image:loc>/pictures/2.jpg</image:loc></image:image>
  </url>
  <url><loc>/news/2</loc><lastmod>2026-09-01</lastmod></url>
  <url><loc>javascript:alert(1)</loc></url>
  <url><loc>/news/2</loc><lastmod>2026-09-01</lastmod></url>
</urlset>
"""


def read(body: bytes | str) -> FeedDocument:
    document = read_feed(body.encode() if isinstance(body, str) else body, URL, "text/plain", NOW)
    assert isinstance(document, FeedDocument)
    return document


def test_a_news_sitemap_tells_title_date_language_tags_and_picture() -> None:
    document = read(NEWS)
    first = document.entries[0]
    assert document.kind is FeedKind.SITEMAP
    assert document.language is None
    assert first.url == "https://h.example/news/1?a=1&b=2"
    assert first.title == "Мост & река: «открыт»"
    assert first.published is not None
    assert first.published.at == datetime(2026, 9, 2, 7, 30, tzinfo=UTC)
    assert (first.published.raw, first.published.origin) == ("2026-09-02T10:30:00+03:00", "feed")
    assert (first.language, first.tags) == ("ru", ("мост", "река"))
    assert first.image_url == "https://h.example/pictures/1.jpg"


def test_a_row_without_news_is_dated_by_its_last_change() -> None:
    second = read(NEWS).entries[1]
    assert second.url == "https://h.example/news/2"
    assert second.title is None
    assert second.published is not None
    assert second.published.origin == LASTMOD


def test_rows_without_an_address_and_repeated_rows_are_told() -> None:
    document = read(NEWS)
    assert len(document.entries) == 2
    assert document.notes == (
        "1 entries that repeat another word for word were left out",
        "1 entries without link, id, title and summary were left out",
    )


@pytest.mark.parametrize("prefix", ["", "sm:"])
def test_prefixes_and_missing_namespaces_do_not_matter(prefix: str) -> None:
    xmlns = ' xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9"' if prefix else ""
    p = prefix
    body = f"<{p}urlset{xmlns}><{p}url><{p}loc>https://h.example/1</{p}loc></{p}url></{p}urlset>"
    assert [entry.url for entry in read(body).entries] == ["https://h.example/1"]


@pytest.mark.parametrize("pack", [gzip.compress, lambda body: gzip.compress(gzip.compress(body))])
def test_gzip_is_taken_off(pack: object) -> None:
    assert callable(pack)
    assert read(pack(NEWS.encode())).entries == read(NEWS).entries


def test_a_sitemap_cut_short_keeps_what_is_whole() -> None:
    rows = "".join(f"<url><loc>https://h.example/{i}</loc></url>" for i in range(1000))
    body = f"<urlset>{rows}</urlset>"
    assert len(read(body[:-5000]).entries) > 800
    packed = gzip.compress(body.encode(), 0)
    assert len(read(packed[: len(packed) // 2]).entries) > 400


@pytest.mark.parametrize("codec", ["utf-16", "cp1251"])
def test_encodings_are_ours_to_tell(codec: str) -> None:
    assert read(NEWS.encode(codec)).entries == read(NEWS).entries


def test_bare_ampersands_lose_no_row() -> None:
    body = (
        "<urlset><url><loc>https://h.example/?a=1&b=2</loc></url><url><loc>https://h.example/2 & 3</loc></url></urlset>"
    )
    assert [entry.url for entry in read(body).entries] == ["https://h.example/?a=1&b=2", "https://h.example/2%20&%203"]


def test_an_index_lists_its_children_newest_first() -> None:
    body = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>https://h.example/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>
      <sitemap><loc>https://h.example/undated.xml</loc></sitemap>
      <sitemap><loc>/new.xml.gz</loc><lastmod>2026-09-01T10:00:00Z</lastmod></sitemap>
      <sitemap><loc>https://h.example/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>
      <sitemap><loc>ftp://h.example/x.xml</loc></sitemap>
    </sitemapindex>"""
    document = read(body)
    assert document.kind is FeedKind.SITEMAP_INDEX
    assert document.entries == ()
    assert document.sitemaps == (
        SitemapLink(url="https://h.example/new.xml.gz", modified_at=datetime(2026, 9, 1, 10, 0, tzinfo=UTC)),
        SitemapLink(url="https://h.example/old.xml", modified_at=datetime(2020, 1, 1, tzinfo=UTC)),
        SitemapLink(url="https://h.example/undated.xml"),
    )


def test_rows_beyond_the_cap_are_told() -> None:
    body = "<urlset>" + "".join(f"<url><loc>https://h.example/{i}</loc></url>" for i in range(50_010)) + "</urlset>"
    document = read(body)
    assert len(document.entries) == 50_000
    assert document.notes == ("10 rows beyond 50000 were left out",)


def test_an_empty_sitemap_is_a_sitemap() -> None:
    assert read("<urlset></urlset>").entries == ()


def test_entities_are_no_way_in() -> None:
    body = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://h.example/&x;</loc></url></urlset>'
    assert read(body).entries == (Entry(url="https://h.example/&x;"),)


def test_more_than_fifty_megabytes_are_refused() -> None:
    answer = read_feed(b"<urlset>" + b" " * (51 << 20), URL, None, NOW)
    assert answer == Unreadable(reason="it is larger than 50 MiB")
