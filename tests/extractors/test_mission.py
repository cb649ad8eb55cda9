"""Both texts of the mission come out clean, whatever markup they stand in: nothing of the rubbish, nothing lost."""

from datetime import UTC, datetime

import pytest

from extractors.articles import read_article
from news.model import Article
from tests.extractors.mission_pages import MARKUPS
from tests.extractors.mission_texts import COPY, REPORT, Told

NOW = datetime(2025, 12, 1, tzinfo=UTC)
URL = "https://outlet.example/ru/node/11462"
TEXTS = {"report": REPORT, "copy": COPY}
ALL = tuple(f"{told}-{markup}" for told in TEXTS for markup in MARKUPS)
on_each_page = pytest.mark.parametrize("name", ALL)


def read(name: str) -> tuple[Told, Article]:
    told, markup = name.split("-")
    found = read_article(MARKUPS[markup](TEXTS[told]), URL, None, None, NOW)
    assert isinstance(found, Article), found
    return TEXTS[told], found


@on_each_page
def test_the_text_is_exactly_the_article(name):
    expected, found = read(name)
    assert found.text.split("\n\n") == list(expected.text)


@on_each_page
def test_title_language_and_day_are_the_article_s(name):
    expected, found = read(name)
    assert (found.title, found.language) == (expected.title, "ru")
    assert found.published is not None
    assert str(found.published.at.date()) == expected.published_day


@on_each_page
def test_the_photo_line_is_a_caption(name):
    expected, found = read(name)
    captions = {found.image_caption, *found.captions} - {None}
    # A credit alone says nothing of the picture: it may be kept or go.
    assert captions <= ({expected.caption} if expected.caption else {"фото показано с : ru.gazette.example"})
    assert expected.caption is None or captions


@on_each_page
def test_whom_the_text_names_as_its_source_is_an_attribution_with_its_link(name):
    expected, found = read(name)
    named = {(attribution.name, attribution.url) for attribution in found.attributions}
    assert named >= set(expected.attributions)
    assert {name for name, _ in named} <= {name for name, _ in expected.attributions}


@on_each_page
def test_the_list_of_tags_is_tags(name):
    expected, found = read(name)
    assert found.tags == expected.tag_links
