"""A word with a dash before it is a word that must not occur, not an option."""

import pytest

from cli import main, search


def test_a_word_with_a_dash_reaches_the_query() -> None:
    parsed = search.search.make_context("search", ["выборы", "-президента", "--limit", "3"])
    assert parsed.params["words"] == ("выборы", "-президента")
    assert parsed.params["limit"] == 3


@pytest.mark.parametrize("words", [("--sinse", "7d", "выборы"), ("выборы", "--jsno"), ("--", "--since", "7d")])
def test_a_misspelt_option_is_told_and_not_looked_for(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["search", *words]) == 2
    told = capsys.readouterr().err
    assert "wirewatch search: No such option '--" in told and told.count("\n") == 1
