"""Home pages: what they say of their outlet, and the feeds they name or let guess."""

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.discovery import MAX_FEED_LINKS, WELL_KNOWN_PATHS, HomePage, read_home
from news.model import Unreadable

URL = "https://www.h.example/"

HOME = """<!DOCTYPE html><html lang="ru-RU"><head><meta charset="windows-1251">
<title>  Газета «День» —
 новости </title><meta property="og:site_name" content="Газета «День»">
<link rel="canonical" href="https://h.example/">
<link rel="alternate" type="application/rss+xml" title="Все новости" href="/rss/all.xml">
<link rel="alternate" type="application/atom+xml;charset=utf-8" href="https://feeds.other.example/den">
<link rel="feed alternate" type="application/feed+json" href="feed.json">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">
<link rel="alternate" hreflang="en" href="/en/">
<link rel="stylesheet" type="application/rss+xml" href="/style.css">
</head><body>
<a href="/rss/sport.xml" title="Спорт">RSS</a> <a href="/rss/all.xml">Лента RSS</a>
<a href="/about/rss-and-you/">О нашей ленте</a> <a href="/subscribe">RSS</a>
<a href="https://feeds.feedburner.com/den">Feed</a> <a href="https://feedly.com/i/subscription/feed/https://h.example/rss">x</a>
<a href="https://other.example/rss">RSS</a> <a href="/news/feeding-the-birds">Feeding the birds in winter</a>
<a href="javascript:rss()">RSS</a></body></html>""".encode("cp1251")


def home(body: bytes | str, url: str = URL) -> HomePage:
    page = read_home(body.encode() if isinstance(body, str) else body, url)
    assert isinstance(page, HomePage), page
    return page


def test_a_home_page_says_whose_it_is() -> None:
    page = home(HOME)
    assert page.title == "Газета «День» — новости"
    assert (page.site_name, page.language, page.canonical_url) == ("Газета «День»", "ru", "https://h.example/")


def test_declared_feeds_come_first_and_each_once() -> None:
    links = home(HOME).feed_links
    assert [(link.url, link.how) for link in links[:3]] == [
        ("https://www.h.example/rss/all.xml", "RSS declared by the page"),
        ("https://feeds.other.example/den", "Atom declared by the page"),
        ("https://www.h.example/feed.json", "JSON Feed declared by the page"),
    ]
    assert links[0].title == "Все новости"
    assert [link.url for link in links[3:]] == [
        "https://www.h.example/rss/sport.xml",
        "https://www.h.example/about/rss-and-you/",
        "https://www.h.example/subscribe",
        "https://feeds.feedburner.com/den",
    ]
    assert (links[3].title, links[3].how) == ("Спорт", "a link on the page")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta name="application-name" content="The Day">', "The Day"),
        ('<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"The Day"}]}</script>', "The Day"),
        ('<script type="application/ld+json">[{"@type":"NewsMediaOrganization","name":"D"}]</script>', "D"),
        ('<script type="application/ld+json">{broken</script>', None),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script>", None),
        ("", None),
    ],
)
def test_the_name_is_found_where_sites_put_it(head: str, name: str | None) -> None:
    assert home(f"<html><head>{head}</head><body>x</body></html>").site_name == name


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<html lang="uk">', "uk"),
        ('<html xml:lang="az-AZ">', "az"),
        ('<html><head><meta property="og:locale" content="hy_AM">', "hy"),
        ('<html><head><meta http-equiv="Content-Language" content="tr">', "tr"),
        ('<html lang="">', None),
        ('<html lang="the language of the people">', None),
    ],
)
def test_the_language_is_a_code_or_unknown(html: str, language: str | None) -> None:
    assert home(f"{html}<body>x").language == language


def test_a_canonical_address_of_another_site_is_not_believed() -> None:
    assert home('<link rel="canonical" href="https://evil.example/"><p>x').canonical_url is None


def test_a_base_moves_the_links() -> None:
    page = home('<base href="/news/"><link rel="alternate" type="application/rss+xml" href="rss"><p>x')
    assert page.feed_links[0].url == "https://www.h.example/news/rss"


def test_no_more_links_than_anyone_asks() -> None:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{i}">' for i in range(1000))
    assert len(home(f"<head>{links}</head><body>x").feed_links) == MAX_FEED_LINKS


def test_well_known_paths_are_paths() -> None:
    assert len(set(WELL_KNOWN_PATHS)) == len(WELL_KNOWN_PATHS)
    assert all(path.startswith("/") and " " not in path for path in WELL_KNOWN_PATHS)
    assert WELL_KNOWN_PATHS[0] == "/feed/"


def test_what_is_no_page_is_refused() -> None:
    assert isinstance(read_home(b"", URL), Unreadable)
    assert read_home(b"x" * (6 << 20), URL) == Unreadable(reason="it is larger than 5 MiB")


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<a href='", b"<link rel=alternate type=application/rss+xml href='"]),
)
def test_any_bytes_end_as_a_value(tail: bytes, head: bytes) -> None:
    assert isinstance(read_home(head + tail, URL), HomePage | Unreadable)


def test_real_pages_name_feeds(shared_data: Path) -> None:
    paths = sorted((shared_data / "extraction").glob("*/html/*.html.gz"))[::12]
    n_links = 0
    for path in paths:
        body = gzip.decompress(path.read_bytes())
        start = time.process_time()
        page = read_home(body, "https://site.example/")
        assert time.process_time() - start < 0.5, path.name
        assert isinstance(page, HomePage), path.name
        n_links += bool(page.feed_links)
    assert n_links > len(paths) / 4
