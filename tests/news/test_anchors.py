"""Anchors: whatever matches a query holds one of them. Postgres itself is the judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.anchors import find_anchors
from news.lexemes import Lexeme, for_language, quote, read_words

COUNTS = {"often": 900.0, "seldom": 3.0, "rare": 1.0}


def anchors(words: str) -> set[str] | None:
    found = find_anchors(words, COUNTS, {"beg": 5.0})
    return None if found is None else {*found.lexemes, *(f"{prefix}*" for prefix in found.prefixes)}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("'often'", {"often"}),
        ("'often' & 'rare' & 'seldom'", {"rare"}),
        ("'often' <-> 'seldom'", {"seldom"}),
        ("'often' <3> 'seldom'", {"seldom"}),
        ("'often' | 'rare'", {"often", "rare"}),
        ("'often' & ( 'rare' | 'seldom' )", {"rare", "seldom"}),
        ("'often' & 'rare' | 'seldom'", {"rare", "seldom"}),
        ("'often' & !'rare'", {"often"}),
        ("!'rare'", None),
        ("'often' | !'rare'", None),
        ("!( 'often' & 'rare' ) & 'seldom'", {"seldom"}),
        ("'beg':*", {"beg*"}),
        ("'beg':* & 'often'", {"beg*"}),
        ("'beg':* & 'rare':A", {"rare"}),
        ("'abcdefghijklmnop':*", {"abcdefghijkl*"}),
        ("( '=en' | '=de' ) & 'often'", {"often"}),
        ("'=en'", None),
        ("'=en' & 'often' | !( '=en' | '=de' ) & 'rare'", {"often", "rare"}),
        ("'o''neill' & 'often'", {"o'neill"}),
        ("'back\\\\slash' & 'often'", {"back\\slash"}),
        ("", None),
    ],
)
def test_the_rarest_words_that_must_occur_are_the_anchors(words: str, expected: set[str] | None) -> None:
    assert anchors(words) == expected


@pytest.mark.parametrize("words", ["'open", "'a' &", "& 'a'", "( 'a'", "'a' )", "'a' 'b'", "a"])
def test_what_is_no_query_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is no tsquery"):
        find_anchors(words, {}, {})


def test_deep_nesting_needs_no_deep_stack() -> None:
    deep = "!( " * 20_000 + "'rare'" + " )" * 20_000
    assert find_anchors(deep, {}, {}) is None
    assert read_words("( " * 20_000 + "'rare'" + " )" * 20_000) == {Lexeme(text="rare", prefix=False)}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "('prime' <-> 'minist')"),
        ("ru", "('премьер':* & !('путин'))"),
        ("fr", "'o''neill'"),
        (None, "'o''neill'"),
    ],
)
def test_of_a_query_each_language_has_its_own_part(language: str | None, expected: str) -> None:
    words = (
        "( '=en' | '=de' ) & ( 'prime' <-> 'minist' ) | '=ru' & 'премьер':*A & !'путин' "
        "| !( '=en' | '=de' | '=ru' ) & 'o''neill'"
    )
    assert for_language(words, language) == expected


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("'=site:ua' & 'bridge'", "'bridge'"),
        ("'=by:lee':* | 'bridge'", "'bridge'"),
        ("!'=site:ua' & 'bridge'", "'bridge'"),
        ("'=title:bridge' & '=en'", "'bridge'"),
        ("'=site:ua' & '=en'", None),
        ("'=site:ua'", None),
    ],
)
def test_a_mark_shows_no_word_and_one_of_a_title_shows_its_own(words: str, shown: str | None) -> None:
    assert for_language(words, "en") == shown
    assert read_words(words) == (frozenset() if shown is None else {Lexeme(text="bridge", prefix=False)})


def test_marks_are_anchors_but_those_of_languages() -> None:
    found = find_anchors("'=en' & '=site:ua'", {"=en": 1.0, "=site:ua": 9.0}, {})
    assert found is not None
    assert found.lexemes == {"=site:ua"}
    assert find_anchors("'=en'", {}, {}) is None


def test_a_language_without_words_has_no_part() -> None:
    assert for_language("'=en' & 'bridge'", "ru") is None


@given(st.text(min_size=1))
def test_a_quoted_word_is_read_as_it_was(text: str) -> None:
    assert read_words(quote(text)) == (frozenset() if text.startswith("=") else {Lexeme(text=text, prefix=False)})
