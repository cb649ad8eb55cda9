"""Where each fact of a page was read, and the facts that only some pages state."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring

from extractors.metadata import Metadata, read_metadata
from extractors.stated import MOST_RAW_CHARS

NOW = datetime(2025, 12, 1, tzinfo=UTC)
URL = "https://outlet.example/news/1"
TITLE = "The bridge opens a year early"


def facts(head: str = "", body: str = "") -> Metadata:
    return read_metadata(document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>"), URL, NOW)


def ld(**more: object) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE, **more}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def og(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("head", "body", "field", "origin", "raw"),
    [
        (ld(), "", "title", "json-ld", TITLE),
        (og("og:title", TITLE), "", "title", "opengraph", TITLE),
        (f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>", "title", "dom", TITLE),
        (ld(author={"name": "Ann Lee"}), "", "authors", "json-ld", "Ann Lee"),
        ('<meta name="author" content="By Ann Lee">', "", "authors", "meta", "By Ann Lee"),
        ("", '<span itemprop="author">Ann Lee</span>', "authors", "microdata", "Ann Lee"),
        ("", '<p class="byline">By Ann Lee</p>', "authors", "dom", "By Ann Lee"),
        ("", f"<h1>{TITLE}</h1><p>By Ann Lee</p>", "authors", "text", "Ann Lee"),
        (ld(author="Reuters"), "", "agencies", "json-ld", "Reuters"),
        (ld(articleSection="Cities"), "", "section", "json-ld", "Cities"),
        (og("article:section", "Cities"), "", "section", "opengraph", "Cities"),
        (og("article:tag", "bridges"), "", "tags", "opengraph", "bridges"),
        ('<meta name="description" content="In short.">', "", "description", "meta", "In short."),
        (og("og:image", "/a.jpg"), "", "image_url", "opengraph", "/a.jpg"),
        (f'<link rel="canonical" href="{URL}?a=1">', "", "url", "dom", f"{URL}?a=1"),
        (ld(isAccessibleForFree="False"), "", "paywalled", "json-ld", "isAccessibleForFree: false"),
    ],
)
def test_a_fact_comes_with_where_it_was_read(head: str, body: str, field: str, origin: str, raw: str) -> None:
    found = [(each.origin, each.raw) for each in facts(head, body).provenance if each.field == field]
    assert found == [(origin, raw)]


@pytest.mark.parametrize(
    ("head", "paywalled"),
    [
        (ld(isAccessibleForFree=True), False),
        (ld(isAccessibleForFree=False), True),
        (ld(isAccessibleForFree="https://schema.org/False"), True),
        (ld(isAccessibleForFree=True, hasPart={"isAccessibleForFree": False, "cssSelector": ".x"}), True),
        (og("article:content_tier", "locked"), True),
        (og("article:content_tier", "metered"), True),
        (og("article:content_tier", "free"), False),
        (og("article:content_tier", "gold"), None),
        (ld(isAccessibleForFree="perhaps"), None),
        (ld(), None),
    ],
)
def test_whether_an_article_is_paid_for_is_said_only_where_the_page_says_it(head: str, paywalled: bool | None) -> None:
    assert facts(head).paywalled is paywalled


def figure(image: str, caption: str) -> str:
    return f"<figure><img {image}><figcaption>{caption}</figcaption></figure>"


LEAD = og("og:image", "https://cdn.example/big/bridge-1200x630.jpg")


@pytest.mark.parametrize(
    ("head", "body", "caption"),
    [
        (
            LEAD,
            figure('src="/s/bridge-300x200.jpg"', "The new bridge."),
            "The new bridge.",
        ),
        (LEAD, figure('src="/s/tunnel.jpg"', "The old tunnel."), None),
        (LEAD, figure('data-src="/s/bridge.jpg"', " "), None),
        (ld(image={"url": "https://cdn.example/a.jpg", "caption": "The mayor."}), "", "The mayor."),
        ("", figure('src="/s/bridge.jpg"', "No lead."), None),
    ],
)
def test_the_lead_image_has_the_caption_that_is_its_own(head: str, body: str, caption: str | None) -> None:
    assert facts(head, body).image_caption == caption


DEK = "Engineers finished the deck in the dry summer, the city says."


@pytest.mark.parametrize(
    ("head", "body", "subtitle"),
    [
        (ld(alternativeHeadline=DEK), "", DEK),
        (ld(), f'<h1>{TITLE}</h1><p class="article-subtitle">{DEK}</p>', DEK),
        (ld() + og("og:description", DEK), f"<h1>{TITLE}</h1><h2>{DEK}</h2>", DEK),
        (ld(), f"<h1>{TITLE}</h1><h2>{DEK}</h2>", None),
        (ld() + og("og:description", DEK), f"<h1>{TITLE}</h1><p>{DEK}</p>", None),
        (ld(alternativeHeadline=TITLE), f"<h1>{TITLE}</h1>", None),
        (ld(), f'<h1>{TITLE}</h1><div class="subtitles-menu">{DEK}</div>', None),
    ],
)
def test_a_subtitle_is_named_or_confirmed(head: str, body: str, subtitle: str | None) -> None:
    assert facts(head, body).subtitle == subtitle


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (og("og:title", TITLE), f"<h1><span>Cities</span> {TITLE}</h1>", TITLE),
        (f"<title>{TITLE} | My quiet notebook</title>" + og("og:title", TITLE), "<h1>My quiet notebook</h1>", TITLE),
        (f"<title>{TITLE} - Bridge fans' forum</title>", f"<h2>{TITLE}</h2>", TITLE),
        (f"<title>Press releases: {TITLE}</title>", "<h2>Press releases</h2>", f"Press releases: {TITLE}"),
        (f"<title>{TITLE} at last</title>" + og("og:title", "Finally!"), f"<h1>{TITLE}</h1>", TITLE),
    ],
)
def test_a_title_is_without_kicker_and_site(head: str, body: str, title: str) -> None:
    assert facts(head, body).title == title


SIGNED_BY_ITSELF = ld(author="The Outlet", publisher={"name": "The Outlet"})


@pytest.mark.parametrize(
    ("head", "body", "people", "agencies"),
    [
        (
            ld(author="The Outlet", publisher={"name": "The Outlet"}),
            '<p class="byline">By Ann Lee</p>',
            ("Ann Lee",),
            ("The Outlet",),
        ),
        (ld(author="Reuters"), '<p class="byline">By the way</p>', (), ("Reuters",)),
        (ld(author=["Ann Lee", "AFP"]), "", ("Ann Lee",), ("AFP",)),
        ("", f'<h1>{TITLE}</h1><a href="/authors/ann-lee">Ann Lee</a>', ("Ann Lee",), ()),
        ("", f'<h1>{TITLE}</h1><div class="comments"><b class="author">Bo Chan</b></div>', (), ()),
        ("", f"<h1>{TITLE}</h1><p>By noon the bridge was open.</p>", (), ()),
        ("", f"<h1>{TITLE}</h1><p>By Monday Evening it was open.</p>", (), ()),
        ("", f"<h1>{TITLE}</h1><p>By Ann Lee, 5 May 2024</p>", ("Ann Lee",), ()),
        ("", f"<h1>{TITLE}</h1><p>Автор: Иван Петров</p>", ("Иван Петров",), ()),
    ],
)
def test_people_are_looked_for_before_an_agency_stands_alone(
    head: str, body: str, people: tuple[str, ...], agencies: tuple[str, ...]
) -> None:
    found = facts(head, body)
    assert (found.authors, found.agencies) == (people, agencies)


GARBAGE = st.text(
    st.sampled_from("<>\"'=/ abАяé:|-«»5.,\n") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=80
)


@settings(max_examples=150)
@given(
    st.lists(GARBAGE, min_size=6, max_size=6), st.recursive(st.none() | st.booleans() | GARBAGE, st.lists, max_leaves=4)
)
def test_no_page_raises_and_all_facts_are_bounded(texts: list[str], value: object) -> None:
    keys = ("author", "datePublished", "image", "hasPart", "isAccessibleForFree", "alternativeHeadline", "keywords")
    root = document_fromstring(f"<html><body><h1>x</h1>{texts[0]}</body></html>")
    for tag, text in zip(("h1", "h2", "time", "figcaption", "a"), texts[1:], strict=True):
        child = root.makeelement(tag, {"class": "byline date subtitle", "href": "/author/x"})
        child.text = text
        root.append(child)
    script = root.makeelement("script", {"type": "application/ld+json"})
    script.text = json.dumps({"@type": "NewsArticle", "headline": texts[1], **dict.fromkeys(keys, value)})
    root.append(script)
    found = read_metadata(root, URL, NOW)
    assert all(len(each.raw) <= MOST_RAW_CHARS for each in found.provenance)
