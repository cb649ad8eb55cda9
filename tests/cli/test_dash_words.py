"""A word with a dash before it is a word that must not occur, not an option."""

from cli import search


def test_a_word_with_a_dash_reaches_the_query() -> None:
    parsed = search.search.make_context("search", ["выборы", "-президента", "--limit", "3"])
    assert parsed.params["words"] == ("выборы", "-президента")
    assert parsed.params["limit"] == 3
