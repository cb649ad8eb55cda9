"""What the words of a query are in each language of the archive, as parts of a `tsquery`.

Pure text: what lexemes a word has in a language was asked of the database before, by `query_sql`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from news.endings import WEAKLY_STEMMED, beginning
from news.query.tree import All, AnyOf, Field, Near, Node, Not, Words

_LEXEME = re.compile(r"'((?:[^']|'')*)'")
_LEXEME_OR_PREFIX = re.compile(r"'((?:[^']|'')*)'(:\*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What words are in languages that write them alike; None stands for languages that are not known.

    Attributes:
        words: A `tsquery`.
    """

    languages: tuple[str | None, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of the archive; None is what is not known. `stemmed`: Postgres has a stemmer for it."""

    code: str | None
    stemmed: bool


class QueryForms:
    """What words are in each language."""

    def __init__(
        self,
        languages: Sequence[Language],
        lexemes: Mapping[tuple[str, str | None], Sequence[str]],
        marks: Mapping[Field, str],
    ) -> None:
        self._languages = languages
        self._lexemes = lexemes
        self._marks = marks

    def forms(self, node: Node) -> tuple[Form, ...]:
        """Return the `tsquery` of words and marks for each group of languages that write it alike."""
        groups: dict[str, list[str | None]] = {}
        for language in self._languages:
            if text := self._text(node, language):
                groups.setdefault(text, []).append(language.code)
        return tuple(Form(languages=tuple(codes), words=text) for text, codes in groups.items())

    def joined(self, forms: tuple[Form, ...]) -> str | None:
        """Return one `tsquery` for all languages: each form among documents of its languages."""
        if len(forms) == 1 and len(forms[0].languages) == len(self._languages):
            return forms[0].words
        parts = [f"(({' | '.join(map(self._mark, form.languages))}) & {form.words})" for form in forms]
        return " | ".join(parts) or None

    def known(self) -> list[str]:
        """Return the languages that are known."""
        return [language.code for language in self._languages if language.code]

    def _mark(self, code: str | None) -> str:
        """Say that a document is of a language; none stands for all that are not known here, those to come too."""
        if code is not None:
            return f"'={code}'"
        return "!(" + " | ".join(f"'={language.code}'" for language in self._languages if language.code) + ")"

    def _text(self, node: Node, language: Language) -> str:
        """Return the `tsquery` of words and marks in one language; empty where none of its words is kept."""
        match node:
            case Words():
                return self._words(node, language)
            case Near():
                one, other = self._words(node.one, language, near=True), self._words(node.other, language, near=True)
                if not one or not other:
                    return one or other
                steps = range(1, node.n_words + 1)
                pairs = [f"({first}) <{n}> ({second})" for n in steps for first, second in ((one, other), (other, one))]
                near = f"({' | '.join(pairs)})"
                # The index knows marks: fewer documents are to be unpacked for the places of words.
                return (
                    f"({near} & {_title_marks(one, ' | ')} & {_title_marks(other, ' | ')})" if node.one.title else near
                )
            case Field():
                return self._marks[node]
            case Not():
                inner = self._text(node.node, language)
                return f"!({inner})" if inner else ""
            case All():
                return self._join(node.nodes, " & ", language)
            case AnyOf():
                return self._join(node.nodes, " | ", language)

    def _join(self, nodes: tuple[Node, ...], sign: str, language: Language) -> str:
        found = [text for node in nodes if (text := self._text(node, language))]
        return found[0] if len(found) == 1 else f"({sign.join(found)})" if found else ""

    def _words(self, words: Words, language: Language, *, near: bool = False) -> str:
        found = dict.fromkeys(filter(None, self._lexemes.get((words.text, language.code), [])))
        if words.prefix:
            plain = [text for text in self._lexemes.get((words.text, None), []) if text]
            found = dict.fromkeys(map(_as_prefix, [*plain, *found]))
        elif language.code in WEAKLY_STEMMED:
            plain = [text for text in self._lexemes.get((words.text, None), []) if text]
            found |= dict.fromkeys(_with_beginnings(text, language.code) for text in plain)
        elif not language.stemmed:
            found = dict.fromkeys(_with_beginnings(text, language.code) for text in found)
        texts = [_in_title(text, near=near) for text in found] if words.title else list(found)
        return f"({texts[0]})" if len(texts) == 1 else f"({' | '.join(f'({text})' for text in texts)})" if texts else ""


def _as_prefix(lexemes: str) -> str:
    """Make the last word of a row of lexemes the beginning of one."""
    return f"{lexemes}:*"


def _with_beginnings(lexemes: str, language: str | None) -> str:
    """Put the beginning that a word's forms share in the place of each word."""

    def cut(match: re.Match[str]) -> str:
        stem = beginning(match[1], language)
        return match[0] if stem is None else f"'{stem}':*"

    return _LEXEME.sub(cut, lexemes)


def _in_title(lexemes: str, *, near: bool) -> str:
    """Ask for lexemes in the title: by their marks, and in a row by their weight there, which is A."""
    weighted = _LEXEME_OR_PREFIX.sub(lambda match: f"'{match[1]}':{'*' if match[2] else ''}A", lexemes)
    if near:
        return weighted
    if len(_LEXEME.findall(lexemes)) == 1:
        return _LEXEME.sub(lambda match: f"'=title:{match[1]}'", lexemes)
    return f"({weighted}) & {_title_marks(lexemes, ' & ')}"


def _title_marks(lexemes: str, sign: str) -> str:
    """Return the marks that titles with the lexemes, or with any of them, bear."""
    marks = dict.fromkeys(f"'=title:{match[1]}'{match[2] or ''}" for match in _LEXEME_OR_PREFIX.finditer(lexemes))
    return f"({sign.join(marks)})"
