"""The query language: what people type becomes what they mean, or an error that names the place and the remedy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.endings import beginning
from news.errors import UsageError
from news.query.parse import MOST_QUERY_CHARS, parse_query
from news.query.tree import Field, Node, as_text, matches_everything, with_watches


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("выборы президента", "(выборы AND президента)"),
        ("one OR two three", "(one OR (two AND three))"),
        ("one | two || three", "(one OR two OR three)"),
        ("one AND two && three", "(one AND two AND three)"),
        ("(one OR two) -three", "((one OR two) AND NOT three)"),
        ("one NOT (two three)", "(one AND NOT (two AND three))"),
        ("NOT NOT one", "one"),
        ("!one +two", "(NOT one AND two)"),
        ('"prime minister" election', '("prime minister" AND election)'),
        ("«премьер-министр» „ein Wort“ 「首相」", '(премьер-министр AND "ein Wort" AND 首相)'),
        ("COVID-19 все-таки", "(COVID-19 AND все-таки)"),
        (
            "https://outlet.example/a?b=1 #hashtag 12:30 3,5",
            "(https://outlet.example/a?b=1 AND #hashtag AND 12:30 AND 3,5)",
        ),
        ("elect* NEAR/3 result", "(elect* NEAR/3 result)"),
        ("one NEAR two", "(one NEAR/5 two)"),
        ("near or not and", "(near AND or AND not AND and)"),
        ("title:bank", "title:bank"),
        ('intitle:"central bank" title:(one OR two)', '(title:"central bank" AND (title:one OR title:two))'),
        ("source:Gazette SITE:www.Outlet.example/x", "(source:gazette AND site:outlet.example)"),
        ("lang:ru,uk by:Lee tag:war", "((lang:ru OR lang:uk) AND author:lee AND tag:war)"),
        ("date:2026-01..2026-03 before:2026 after:7d", "(date:2026-01..2026-03 AND before:2026 AND since:7d)"),
        ("country:gb is:original changed:any", "(country:uk AND is:original AND changed:any)"),
        ("word^2 fuzzy~ end.", "(word AND fuzzy AND end)"),
        ("re: it", "(re AND it)"),
        ("AT&T don't C++", "(AT&T AND don't AND C)"),
        ('+"prime minister" "" now', '("prime minister" AND now)'),
        ("x OR & OR -", "x"),
        ("и\u0306од зам\u00adок", "(йод AND замок)"),
        ("site:https://Пример.рф/x", "site:xn--e1afmkfd.xn--p1ai"),
        ("one\x00two\ud800three", "(one AND two AND three)"),
    ],
)
def test_habits_from_other_places_work(query: str, understood: str) -> None:
    assert as_text(parse_query(query)) == understood


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "no word"),
        ("  \t ", "no word"),
        ("*** ---", "no word"),
        ('one "two', "position 5: this quote is not closed"),
        ("one (two", "position 5: this \\( is not closed"),
        ("one) two", "position 4: this \\) closes nothing"),
        ("one ()", "position 6: nothing stands before"),
        ("one OR", "position 5: OR cannot stand here"),
        ("one NOT", "position"),
        ("o*", "position 1: .*at least 2 letters"),
        ("one foo:bar", 'position 5: there is no field foo: .*quote it: "foo:bar"'),
        ("date:2026-13", "position 1: date:2026-13: is no date; write 2026, "),
        ("date:2026-03..2026-01", "holds no day"),
        ("is:new", "is:original or is:copy"),
        ("lang:russian", "lang:ru"),
        ("country:ukraine", "country:ua"),
        ("site:outlet", "site:example.com"),
        ("one NEAR/99 two", "NEAR/1 to NEAR/10"),
        ('"one two"~5', "position 10: ~5 cannot be; write one NEAR/5 other"),
        ("one AND", "position"),
        ("one *ank", 'position 5: \\*ank: a star stands behind a word; or quote it: "\\*ank"'),
        ("b*nk", "a star stands behind a word"),
        ("(one two) NEAR three", "between two words"),
        ("source:(one OR two)", "source:ONE OR source:OTHER"),
        ("(" * 1_000_000, "at most 1,000"),
        ("(" * 999 + "a", "position 21: more than 20 parentheses"),
        ("title:-x y", "position 1: title:-x: write -title:x$"),
        ("a --b", "position 3: --b: one - leaves a word out"),
        ("before:7d", "before:7d: is no date; write 2026, 2026-03, or 2026-03-05$"),
        ("since:2020..2021", "a range is date:2026-01..2026-03$"),
        ("a " * 65, "65 words; at most 64"),
        (" OR ".join(["a"] * 64) + ' "b c"', "66 words"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_the_remedy(query: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_query(query)


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ('one OR"two three"', '(one OR "two three")'),
        ('one AND"two three"', '(one AND "two three")'),
        ("a −b ‐c ‑d", "(a AND NOT b AND NOT c AND NOT d)"),
        ("ex‑president OR co‐author", "(ex-president OR co-author)"),
        ("OR-Tools AND-gate", "(OR-Tools AND AND-gate)"),
    ],
)
def test_signs_stand_for_what_they_look_like(query: str, understood: str) -> None:
    assert as_text(parse_query(query)) == understood


def test_operators_and_the_names_of_fields_are_no_words() -> None:
    parse_query(" OR ".join(f"source:a{n}" for n in range(64)))


@given(st.text(max_size=MOST_QUERY_CHARS) | st.text('ab "()-!*|&:~^NOTRAD/3.\x00', max_size=60))
def test_any_text_is_a_tree_or_a_plain_refusal(text: str) -> None:
    try:
        tree = parse_query(text)
    except UsageError as error:
        assert str(error).startswith("query: ")
    else:
        assert as_text(tree)


def test_what_a_query_is_understood_as_is_understood_alike() -> None:
    for query in ("a1 OR b2 c3 -d4", "(a1 OR b2) NOT (c3 d4)", 'title:"x y" lang:ru', "a1 NEAR/2 b2"):
        once = as_text(parse_query(query))
        assert as_text(parse_query(once)) == once


@pytest.mark.parametrize(
    "query", ["-one", '-one ""', "since:7d", "is:original", "one OR -two", "-one lang:ru OR before:2026", "NOT lang:ru"]
)
def test_a_query_that_nothing_narrows_is_known(query: str) -> None:
    assert matches_everything(parse_query(query))


@pytest.mark.parametrize("query", ["one", "-one two", "lang:ru", "source:x -one", "one OR two", "since:7d tag:war"])
def test_a_query_that_something_narrows_is_known(query: str) -> None:
    assert not matches_everything(parse_query(query))


def test_watches_within_queries_are_put_in_their_places() -> None:
    saved = {"a": "one OR watch:b", "b": "two -three"}

    def resolve(name: str) -> Node:
        return parse_query(saved[name])

    assert as_text(with_watches(parse_query("watch:a four"), resolve)) == "((one OR (two AND NOT three)) AND four)"


def test_a_watch_that_asks_for_itself_is_told() -> None:
    saved = {"a": "one watch:b", "b": "watch:a"}
    with pytest.raises(UsageError, match="a → b → a"):
        with_watches(parse_query("watch:a"), lambda name: parse_query(saved[name]))


def test_a_place_survives_what_is_not_seen() -> None:
    tree = parse_query("\x00\x00 lang:ru")
    assert isinstance(tree, Field)
    assert tree.at == 3


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("uk", ("виборів", "вибори", "виборами", "виборах")),
        ("uk", ("президента", "президентом", "президенту")),
        ("be", ("выбарах", "выбары", "выбараў")),
        ("bg", ("изборите", "избори")),
        ("ka", ("არჩევნები", "არჩევნების")),
        ("kk", ("сайлауға", "сайлаудың")),
    ],
)
def test_forms_of_a_word_share_a_beginning_where_no_stemmer_is(language: str, forms: tuple[str, ...]) -> None:
    for word in forms:
        begin = beginning(word, language)
        assert begin is not None
        assert all(form.startswith(begin) for form in forms), (begin, forms)


def test_short_words_and_words_of_no_language_stay() -> None:
    assert beginning("він", "uk") is None
    assert beginning("running", None) is None
    assert beginning("abc1", "ka") is None
