"""Reads a query as Postgres writes it (`tsquery::text`): its words, and what it is for one language. Pure.

How a person's query becomes one is the store's business, by which words it is found that of `anchors`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

MARK = "="
"""What a document says of itself begins with this; nobody writes such a word: `=ru` of its language, `=site:`, `=by:`,
`=tag:`, `=source:` of what it is, `=title:` of the words of its title."""

TITLE_MARK = "=title:"

_Part = TypeVar("_Part")

_TOKEN = re.compile(
    r"\s*(?:'(?P<lexeme>(?:[^'\\]|''|\\.)*)'(?::(?P<prefix>\*?)[A-D]*)?|(?P<sign>[&|!()]|<(?:-|\d+)>))", re.DOTALL
)
_ESCAPED = re.compile(r"''|\\(.)", re.DOTALL)

# What binds more strongly is applied first.
_STRENGTH = {"|": 1, "&": 2, "<": 3, "!": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexeme:
    """A word of a query; `prefix` where it is the beginning of one."""

    text: str
    prefix: bool


def fold(
    words: str,
    leaf: Callable[[Lexeme], _Part],
    join: Callable[[str, _Part, _Part], _Part],
    deny: Callable[[_Part], _Part],
) -> _Part | None:
    """Return what a query comes to; None for the empty one.

    Two stacks and no recursion: a query may be nested as deeply as it is long.

    Args:
        words: The query.
        leaf: Of a word.
        join: Of two parts and the sign between them: `|`, `&` or `<n>`.
        deny: Of what must not be.

    Raises:
        ValueError: This is no query.
    """
    values: list[_Part] = []
    signs: list[str] = []

    def apply() -> None:
        sign = signs.pop()
        if sign == "!":
            values.append(deny(values.pop()))
            return
        right, left = values.pop(), values.pop()
        values.append(join(sign, left, right))

    at, end = 0, len(words.rstrip())
    try:
        while at < end:
            token = _TOKEN.match(words, at)
            if token is None:
                raise ValueError(words[at : at + 40])
            at = token.end()
            sign = token["sign"]
            if sign is None:
                text = _ESCAPED.sub(lambda found: found[1] or "'", token["lexeme"])
                values.append(leaf(Lexeme(text=text, prefix=bool(token["prefix"]))))
            elif sign in "(!":
                signs.append(sign)
            elif sign == ")":
                while signs[-1] != "(":
                    apply()
                signs.pop()
            else:
                while signs and signs[-1] != "(" and _STRENGTH[signs[-1][0]] >= _STRENGTH[sign[0]]:
                    apply()
                signs.append(sign)
        while signs:
            apply()
    except (IndexError, KeyError, ValueError) as error:
        raise ValueError(f"query: {words[:80]!r}: is no tsquery") from error
    if len(values) > 1:
        raise ValueError(f"query: {words[:80]!r}: is no tsquery")
    return values[0] if values else None


def is_language(lexeme: str) -> bool:
    """Return whether a lexeme says the language of a document."""
    return lexeme.startswith(MARK) and ":" not in lexeme


def read_words(words: str) -> frozenset[Lexeme]:
    """Return the words of a query that may hit: not those it denies; words of titles as those of texts.

    Raises:
        ValueError: This is no query.
    """
    return frozenset(
        Lexeme(text=one.text.removeprefix(TITLE_MARK), prefix=one.prefix)
        for one in read_lexemes(words)
        if one.text.startswith(TITLE_MARK) or not one.text.startswith(MARK)
    )


def read_lexemes(words: str) -> frozenset[Lexeme]:
    """Return the lexemes of a query that may hit as they stand, marks too, but of languages.

    Raises:
        ValueError: This is no query.
    """
    none: frozenset[Lexeme] = frozenset()
    found = fold(
        words,
        lambda one: none if is_language(one.text) else frozenset({one}),
        lambda sign, left, right: left | right,
        lambda denied: none,
    )
    return found or none


def for_language(words: str, language: str | None) -> str | None:
    """Return the words of a query for documents of one language, without marks; None where no word of it is.

    Raises:
        ValueError: This is no query.
    """
    mark = MARK + (language or "")

    def leaf(one: Lexeme) -> str | bool:
        if is_language(one.text):
            return one.text == mark
        text = one.text.removeprefix(TITLE_MARK)
        return "" if text.startswith(MARK) else quote(text) + (":*" if one.prefix else "")

    def join(sign: str, left: str | bool, right: str | bool) -> str | bool:
        if "" in (left, right):
            # A mark shows no word, whether the document bears it or not.
            return right if left == "" else left
        if isinstance(left, str) and isinstance(right, str):
            return f"({left} {sign} {right})"
        known, other = (left, right) if isinstance(left, bool) else (right, left)
        if sign == "|":
            return True if known else other
        return other if known else False

    def deny(denied: str | bool) -> str | bool:
        if denied == "":
            return ""
        return not denied if isinstance(denied, bool) else f"!{denied}" if denied[0] == "(" else f"!({denied})"

    found = fold(words, leaf, join, deny)
    return found or None if isinstance(found, str) else None


def quote(lexeme: str) -> str:
    """Return a word as it is written in a query."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
