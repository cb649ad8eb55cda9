"""What a page says about its article, and which of its voices is believed."""

import json
from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from extractors.jsonld import MAX_BLOCK_CHARS, read_linked_data
from extractors.metadata import MAX_TAGS, read_metadata
from extractors.names import clean_names
from news.model import Precision

NOW = datetime(2025, 12, 1, tzinfo=UTC)
URL = "https://outlet.example/news/1"


def facts(head: str = "", body: str = "", url: str = URL, html: str = "<html>"):
    return read_metadata(document_fromstring(f"{html}<head>{head}</head><body>{body}</body></html>"), url, NOW)


def ld(*nodes: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def article(**more: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": "The bridge opens a year early", **more}


@pytest.mark.parametrize(
    "node",
    [
        article(author="Ann Lee"),
        article(author={"@type": "Person", "name": "Ann Lee"}),
        article(author=[{"name": "Ann Lee"}]),
        article(author=[["Ann Lee"]]),
        [article(author="Ann Lee")],
        {"@graph": [{"@type": "WebSite", "name": "Outlet"}, article(author="Ann Lee")]},
        {"@graph": [article(author={"@id": "#ann"}), {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}]},
        {"@type": "WebPage", "mainEntity": article(author="Ann Lee")},
        article(author="Ann Lee") | {"@type": ["Article", "NewsArticle"]},
        article(author="Ann Lee") | {"@type": "https://schema.org/ReportageNewsArticle"},
        article(author="Ann Lee") | {"@type": "BlogPosting"},
        article(creator="Ann Lee"),
    ],
)
def test_authors_are_found_in_every_shape_of_json_ld(node):
    assert facts(ld(node)).authors == ("Ann Lee",)


def test_of_several_articles_the_one_with_the_page_s_title_counts():
    others = [{"@type": "NewsArticle", "headline": f"Another story number {n}", "author": "Bo"} for n in range(3)]
    own = article(author="Ann Lee", datePublished="2025-06-03")
    found = facts(
        ld(others, own, {"@type": "ItemList", "itemListElement": others}), "<h1>The bridge opens a year early</h1>"
    )
    assert found.authors == ("Ann Lee",)


def test_lists_of_other_articles_say_nothing_of_this_one():
    listed = {
        "@type": "NewsArticle",
        "headline": "Something else happened",
        "datePublished": "2021-01-01",
        "author": "Bo",
    }
    found = facts(ld({"@type": "ItemList", "itemListElement": [listed]}), "<h1>The bridge opens a year early</h1>")
    assert (found.authors, found.published) == ((), None)


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"NewsArticle", broken',
        "",
        "null",
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"@type":"NewsArticle","author":' + "[" * 50 + '"Bo"' + "]" * 50 + "}",
        '{"@type":"NewsArticle","author":"Bo","x":"' + "x" * MAX_BLOCK_CHARS + '"}',
        '{"@type":{"a":1},"author":7}',
        '{"@type":["NewsArticle"],"author":{"@id":"#a"},"datePublished":{"@id":"#a"}}',
        '{"@type":"NewsArticle","datePublished":NaN,"headline":["",null,{}]}',
        '{"@type":"NewsArticle","headline":"\\ud800\\u0000"}',
    ],
)
def test_json_ld_that_is_broken_or_huge_is_passed_over(script):
    page = f'<script type="application/ld+json">{script}</script>' + ld(article(author="Ann Lee"))
    found = facts(page, "<h1>The bridge opens a year early</h1>")
    assert found.authors == ("Ann Lee",)


def test_json_ld_in_comments_and_with_raw_line_breaks_is_read():
    for script in (
        '<!-- {"@type":"Article","author":"Ann Lee"} -->',
        '//<![CDATA[\n{"@type":"Article","author":"Ann Lee"}\n//]]>',
        '{"@type":"Article","description":"two\nlines","author":"Ann\tLee"};',
    ):
        assert clean_names(read_linked_data([script], []).authors) == ("Ann Lee",)


def test_ids_that_point_at_each_other_end():
    loop = [{"@id": "#a", "author": {"@id": "#b"}, "@type": "Article"}, {"@id": "#b", "name": {"@id": "#a"}}]
    assert facts(ld({"@graph": loop})).authors == ()


@pytest.mark.parametrize(
    ("head", "body", "at", "origin"),
    [
        (ld(article(datePublished="2025-06-03T06:30:00+01:00")), "", "2025-06-03T06:30:00+01:00", "json-ld"),
        (
            '<meta property="article:published_time" content="2025-06-03T06:30:00+01:00">',
            "",
            "2025-06-03T06:30:00+01:00",
            "opengraph",
        ),
        ('<meta name="pubdate" content="2025-06-03 06:30 MSK">', "", "2025-06-03T06:30:00+03:00", "meta"),
        (
            "",
            '<time itemprop="datePublished" datetime="2025-06-03T06:30:00Z">',
            "2025-06-03T06:30:00+00:00",
            "microdata",
        ),
        ("", '<h1>A title</h1><time datetime="2025-06-03T06:30:00Z">', "2025-06-03T06:30:00+00:00", "time"),
        ("", "<h1>A title</h1><div>3 июня 2025, 06:30</div>", "2025-06-03T06:30:00+00:00", "text"),
        ("", "<small>03.06.2025 06:30</small><h1>A title</h1>", "2025-06-03T06:30:00+00:00", "text"),
        (
            "",
            "<div class=post-date>Published: Jun 3, 2025 | Updated: Jul 9, 2025</div>",
            "2025-06-03T00:00:00+00:00",
            "text",
        ),
    ],
)
def test_the_date_is_found_where_it_stands(head, body, at, origin):
    found = facts(head, body).published
    assert found is not None
    assert (found.at.isoformat(), found.origin) == (at, origin)


def test_the_address_may_state_the_day():
    found = facts(url="https://outlet.example/2025/06/03/bridge").published
    assert found is not None
    assert (found.at.date().isoformat(), found.origin, found.precision) == ("2025-06-03", "url", Precision.DAY)


def test_json_ld_is_believed_before_meta_and_meta_before_the_page():
    head = (
        ld(article(datePublished="2025-01-01T10:00:00+01:00"))
        + '<meta property="article:published_time" content="2025-02-02T10:00:00+01:00">'
    )
    assert facts(head).published.at.month == 1
    body = '<h1>T</h1><time datetime="2025-03-03T10:00:00+01:00">'
    assert facts('<meta name="pubdate" content="2025-02-02T10:00:00+01:00">', body).published.at.month == 2


def test_a_day_gives_way_to_the_same_day_with_a_time_but_not_to_another():
    head = ld(article(datePublished="2025-06-03"))
    same = '<meta property="article:published_time" content="2025-06-03T06:30:00+01:00">'
    other = '<meta property="article:published_time" content="2025-08-03T06:30:00+01:00">'
    assert facts(head + same).published.at.isoformat() == "2025-06-03T06:30:00+01:00"
    assert facts(head + other).published.precision is Precision.DAY


def test_the_outlet_s_own_zone_is_kept_where_it_states_the_same_instant():
    head = ld(article(datePublished="2025-06-03T05:30:00Z"))
    body = '<h1>T</h1><time datetime="2025-06-03T06:30:00+01:00">'
    assert facts(head, body).published.at.isoformat() == "2025-06-03T06:30:00+01:00"


@pytest.mark.parametrize("raw", ["0000-00-00", "2031-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "soon", "{{ date }}"])
def test_an_impossible_date_is_passed_over_for_the_next(raw):
    head = ld(article(datePublished=raw, dateModified=raw)) + '<meta name="date" content="2025-02-02">'
    found = facts(head)
    assert found.published.at.date().isoformat() == "2025-02-02"
    assert found.modified is None


@pytest.mark.parametrize(
    "body",
    [
        "<h1>T</h1><p>In the autumn of 2024 they began.</p>",
        '<h1>T</h1><div class="related"><div><time datetime="2024-05-05">5 May 2024</time></div></div>',
        '<aside><time datetime="2024-05-05">5 May 2024</time></aside><p>no heading</p>',
        "<h1>T</h1><p>On 5 May 2024 the council, which had met in secret since the spring, decided at last to publish "
        "what everyone in the town had known for years.</p>",
        "<p>no heading</p><footer><span class=date>5 May 2024</span></footer>",
    ],
)
def test_dates_of_other_things_are_not_the_article_s(body):
    assert facts(body=body).published is None


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>The bridge opens | Outlet</title>", "<h1>The bridge opens</h1>", "The bridge opens"),
        ("<title>The bridge opens | Outlet</title>", "<h1>Outlet</h1>", "The bridge opens"),
        (
            "<title>Outlet: The bridge opens - Outlet</title><meta property=og:site_name content=Outlet>",
            "",
            "The bridge opens",
        ),
        ("<meta property=og:title content='The bridge &amp;amp; the ferry'>", "", "The bridge & the ferry"),
        ("<title>Ferry - a love story that never ends</title>", "", "Ferry - a love story that never ends"),
        ("", "<svg><title>icon</title></svg><h1>Only a heading</h1>", "Only a heading"),
        ("", "", None),
    ],
)
def test_the_title_is_what_readers_see_without_the_site_s_name(head, body, title):
    assert facts(head, body, url="https://www.outlet.example/1").title == title


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://outlet.example/news/one", "https://outlet.example/news/one"),
        ("//www.outlet.example/news/one#top", "https://www.outlet.example/news/one"),
        ("/news/one", "https://outlet.example/news/one"),
        ("https://other.example/news/one", None),
        ("https://outlet.example/", None),
        ("https://outlet.example", None),
        ("ftp://outlet.example/news/one", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_a_canonical_link_counts_when_it_is_of_the_same_site_and_not_the_home_page(href, expected):
    assert facts(f'<link rel="canonical" href="{href}">').canonical_url == expected


def test_two_canonical_links_that_differ_cancel_out():
    two = '<link rel="canonical" href="/a"><link rel="canonical" href="/b">'
    assert facts(two).canonical_url is None
    assert facts(two.replace("/b", "/a")).canonical_url == "https://outlet.example/a"


def test_everything_is_bounded_and_clean():
    tags = "".join(f'<meta property="article:tag" content="tag {n}">' for n in range(500))
    head = tags + ld(
        article(keywords=[f"word\x00 {n}" for n in range(500)], articleSection="s" * 9999, description="d\u202e" * 9999)
    )
    found = facts(head + f"<title>{'t ' * 9999}</title>")
    assert len(found.tags) <= MAX_TAGS
    assert len(found.section) <= 120
    assert len(found.description) <= 2000
    assert "\u202e" not in found.description
    assert all("\x00" not in tag for tag in found.tags)
    assert all(len(heading) <= 500 for heading in found.headings)


@pytest.mark.parametrize(
    ("head", "html", "hint"),
    [
        ("", '<html lang="ru-RU">', "ru-RU"),
        ('<meta property="og:locale" content="tr_TR">', "<html>", "tr_TR"),
        (ld(article(inLanguage="uk")), "<html>", "uk"),
        ('<meta http-equiv="Content-Language" content="az">', "<html>", "az"),
        ("", "<html>", None),
    ],
)
def test_the_language_that_a_page_claims_is_a_hint(head, html, hint):
    assert facts(head, html=html).language_hint == hint


def test_tags_section_image_and_site_are_read():
    found = facts(
        '<meta name="news_keywords" content="bridges, ferries;bridges">'
        '<meta property="article:section" content="Transport"><meta property="og:image" content="/b.jpg">'
        '<meta property="og:site_name" content="Outlet"><meta name="description" content="Free until August.">'
    )
    assert found.tags == ("bridges", "ferries")
    assert (found.section, found.image_url) == ("Transport", "https://outlet.example/b.jpg")
    assert (found.site_name, found.description) == ("Outlet", "Free until August.")


def test_an_image_that_is_no_address_is_passed_over():
    head = '<meta property="og:image" content="data:image/png;base64,AAAA">' + ld(article(image={"url": "/ld.jpg"}))
    assert facts(head).image_url == "https://outlet.example/ld.jpg"
