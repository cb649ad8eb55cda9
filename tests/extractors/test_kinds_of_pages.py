"""What the text of a page is, kind by kind: all that was written for the reader, in order, and nothing else."""

import re
from datetime import UTC, datetime

import pytest

from extractors.articles import read_article
from news.model import Article
from tests.extractors.kinds_of_pages import KINDS

NOW = datetime(2025, 12, 1, tzinfo=UTC)
URL = "https://islandpost.example/news/bridge"

_MARKS = re.compile(r"^[-•*–] ")
_BETWEEN_CELLS = re.compile(r"\s*[|\t]\s*")


def read(name: str) -> Article:
    found = read_article(KINDS[name][0].encode(), URL, None, None, NOW)
    assert isinstance(found, Article), found
    return found


def lines(text: str) -> list[str]:
    """The lines of a text, without the marks of lists and tables: how they are set is not at stake here."""
    plain = (" ".join(_MARKS.sub("", _BETWEEN_CELLS.sub(" ", line)).split()) for line in text.split("\n"))
    return [line for line in plain if line]


@pytest.mark.parametrize("name", KINDS)
def test_the_text_has_every_line_and_no_other(name):
    assert lines(read(name).text) == list(KINDS[name][1])


def test_a_short_note_is_doubted_with_the_number_of_its_words():
    note = read("a short note")
    full = read("a body in many containers")
    assert note.n_words == len(note.text.split()) == 39
    assert str(note.n_words) in (note.doubt or "")
    assert note.confidence < full.confidence
    assert full.doubt is None
