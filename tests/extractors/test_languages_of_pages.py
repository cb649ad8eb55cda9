"""Pages in many languages: the body is the paragraphs, and nothing of what stands around them."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.articles import read_article
from news.model import Article

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an outlet of one language prints around its article, and the article."""

    title: str
    byline: str
    dateline: str
    credit: str
    related: str
    others: tuple[str, str, str]
    share: str
    tags: str
    source: str
    paragraphs: tuple[str, ...]


PAGES = {
    language: Words(**words | {"others": tuple(words["others"]), "paragraphs": tuple(words["paragraphs"])})
    for language, words in tomllib.loads(
        Path(__file__).with_name("languages_of_pages.toml").read_text(encoding="utf-8")
    ).items()
}
RIGHT_TO_LEFT = ("ar", "fa", "he")


def modern(words: Words, language: str) -> str:
    """Boxes with classes that say what they hold."""
    direction = ' dir="rtl"' if language in RIGHT_TO_LEFT else ""
    links = "".join(f'<li><a href="/n/{n}">{other}</a></li>' for n, other in enumerate(words.others))
    return f"""<!DOCTYPE html><html lang="{language}"{direction}>
<head><meta charset="utf-8"><title>{words.title}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{words.title}"></head><body>
<nav><a href="/">1</a><a href="/a">2</a></nav><main><article><h1>{words.title}</h1>
<div class="byline">{words.byline}</div><time datetime="2026-10-28T10:15">{words.dateline}</time>
<figure><img src="/i.jpg"><figcaption>{words.credit}</figcaption></figure>
<div class="story">{_paragraphs(words)}</div><p class="source">{words.source}</p><p class="tags">{words.tags}</p>
<div class="share">{words.share}</div></article>
<aside class="related"><h3>{words.related}</h3><ul>{links}</ul></aside></main></body></html>"""


def nameless(words: Words, language: str) -> str:
    """One box, no class and no box that says what it holds: only words and places tell."""
    links = "".join(f'<p><a href="/n/{n}">{other}</a></p>' for n, other in enumerate(words.others))
    return f"""<html><head><meta charset="utf-8"><title>{words.title}</title></head><body>
<div><h1>{words.title}</h1><p>{words.byline}</p><p>{words.dateline}</p><p><img src="/i.jpg"></p><p>{words.credit}</p>
{_paragraphs(words)}<p>{words.source}</p><p>{words.tags}</p><p>{words.share}</p><p><b>{words.related}</b></p>{links}
</div></body></html>"""


def within(words: Words, language: str) -> str:
    """The pointer to another article and the call to follow stand amid the paragraphs."""
    pointer = f'<p><strong>{words.related}: <a href="/n/1">{words.others[1]}</a></strong></p>'
    start, end = words.paragraphs[:3], words.paragraphs[3:]
    return f"""<html lang="{language}"><head><meta charset="utf-8"><title>{words.title}</title>
<meta property="og:type" content="article"></head><body><article><h1>{words.title}</h1>
<p>{words.byline} | {words.dateline}</p>{"".join(f"<p>{p}</p>" for p in start)}{pointer}<p>{words.share}</p>
{"".join(f"<p>{p}</p>" for p in end)}</article></body></html>"""


MARKUPS = {"modern": modern, "nameless": nameless, "within": within}


def _paragraphs(words: Words) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in words.paragraphs)


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("markup", MARKUPS)
def test_the_body_is_the_paragraphs_and_nothing_else(language, markup):
    words = PAGES[language]
    page = MARKUPS[markup](words, language).encode()
    found = read_article(page, "https://outlet.example/2026/10/28/bridge", "text/html; charset=utf-8", None, NOW)
    assert isinstance(found, Article)
    assert found.text.split("\n\n") == list(words.paragraphs)
    assert found.title == words.title
    assert found.language == language
