"""What a query says, as a tree, and what can be told of it without a database. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from news.errors import UsageError

MOST_NESTED = 5
"""Watches within watches."""

_WORD = re.compile(r"\w+")


class FieldName(StrEnum):
    """What can be asked of an article beside its words."""

    SOURCE = "source"
    SITE = "site"
    AUTHOR = "author"
    LANG = "lang"
    TAG = "tag"
    COUNTRY = "country"
    DATE = "date"
    SINCE = "since"
    BEFORE = "before"
    IS = "is"
    CHANGED = "changed"
    WATCH = "watch"


NARROWING = frozenset(FieldName) - {FieldName.DATE, FieldName.SINCE, FieldName.BEFORE, FieldName.IS, FieldName.WATCH}
"""Fields that only some articles have, of all that will ever come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A word, a phrase, or the beginning of a word.

    Attributes:
        text: As written, without quotes and star.
        prefix: It is the beginning of a word.
        title: It must stand in the title.
        at: Its place in the query, from 0.
    """

    text: str
    prefix: bool = False
    title: bool = False
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Words at most so many words apart, in either order."""

    one: Words
    other: Words
    n_words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time: from a moment or so long ago, to a moment. ISO 8601 in UTC; None is open."""

    since: str | None = None
    until: str | None = None
    age: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that is asked of an article beside its words.

    Attributes:
        value: Folded to small letters; of `watch` as written.
        span: Of `date`, `since`, `before` and `changed`.
        at: Its place in the query, from 0.
    """

    name: FieldName
    value: str
    span: Span | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    node: Node


@dataclass(frozen=True, slots=True)
class All:
    """What must all be."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Of what one must be."""

    nodes: tuple[Node, ...]


Node: TypeAlias = Words | Near | Field | Not | All | AnyOf


def words_of(node: Node) -> Iterator[Words]:
    """Return all words of a tree, denied ones too, from left to right."""
    match node:
        case Words():
            yield node
        case Near():
            yield node.one
            yield node.other
        case Not():
            yield from words_of(node.node)
        case All() | AnyOf():
            for inner in node.nodes:
                yield from words_of(inner)


def wanted_words(node: Node) -> Iterator[Words]:
    """Return the words of a tree that may hit."""
    match node:
        case Words() | Near():
            yield from words_of(node)
        case All() | AnyOf():
            for inner in node.nodes:
                yield from wanted_words(inner)


def fields_of(node: Node) -> Iterator[Field]:
    """Return all that a tree asks for beside words, what it denies too, from left to right."""
    match node:
        case Field():
            yield node
        case Not():
            yield from fields_of(node.node)
        case All() | AnyOf():
            for inner in node.nodes:
                yield from fields_of(inner)


def n_terms(node: Node) -> int:
    """Return how many words a tree holds, those of phrases one by one, and fields."""
    n_words = sum(len(_WORD.findall(words.text)) for words in words_of(node))
    return n_words + sum(1 for _ in fields_of(node))


def matches_everything(node: Node) -> bool:
    """Return whether nothing in a query narrows what will come: only denials, times and kinds of copies.

    A watch of such a query would tell every article.
    """
    match node:
        case Words():
            return not any(map(str.isalnum, node.text))
        case Near():
            return False
        case Field():
            return node.name not in NARROWING
        case Not():
            return True
        case All():
            return all(map(matches_everything, node.nodes))
        case AnyOf():
            return any(map(matches_everything, node.nodes))


def with_watches(node: Node, resolve: Callable[[str], Node], inside: tuple[str, ...] = ()) -> Node:
    """Return a tree with the queries of the watches that it names in their places.

    Args:
        node: The tree.
        resolve: Returns the tree of a watch's query; raises `NotFoundError` where there is none of that name.
        inside: Names of the watches whose queries these are, the outermost first.

    Raises:
        UsageError: A watch names itself, be it through others, or they are nested too deeply.
    """
    match node:
        case Field(name=FieldName.WATCH):
            if node.value in inside:
                raise UsageError(f"query: watch:{node.value} asks for itself: {' → '.join((*inside, node.value))}")
            if len(inside) >= MOST_NESTED:
                raise UsageError(f"query: watch:{node.value}: more than {MOST_NESTED} watches within each other")
            return with_watches(resolve(node.value), resolve, (*inside, node.value))
        case Not():
            return Not(with_watches(node.node, resolve, inside))
        case All():
            return All(tuple(with_watches(inner, resolve, inside) for inner in node.nodes))
        case AnyOf():
            return AnyOf(tuple(with_watches(inner, resolve, inside) for inner in node.nodes))
    return node


def words_alone(node: Node) -> Node | None:
    """Return a tree without what is asked beside words, and with words wherever they stand; None where none is left."""
    match node:
        case Words():
            return replace(node, title=False)
        case Near():
            return replace(node, one=replace(node.one, title=False), other=replace(node.other, title=False))
        case Field():
            return None
        case Not():
            denied = words_alone(node.node)
            return None if denied is None else Not(denied)
        case All() | AnyOf():
            kept = tuple(inner for inner in map(words_alone, node.nodes) if inner is not None)
            return replace(node, nodes=kept) if kept else None


def in_title(node: Node) -> Node:
    """Return a tree whose words must stand in the title."""
    match node:
        case Words():
            return replace(node, title=True)
        case Near():
            return replace(node, one=replace(node.one, title=True), other=replace(node.other, title=True))
        case Not():
            return Not(in_title(node.node))
        case All():
            return All(tuple(map(in_title, node.nodes)))
        case AnyOf():
            return AnyOf(tuple(map(in_title, node.nodes)))
    return node


def as_text(node: Node) -> str:
    """Return how a tree was understood, for people: every operator and pair of parentheses written out."""
    match node:
        case Words():
            text = f"{node.text}*" if node.prefix else node.text
            quoted = f'"{text}"' if " " in text else text
            return f"title:{quoted}" if node.title else quoted
        case Near():
            return f"({as_text(node.one)} NEAR/{node.n_words} {as_text(node.other)})"
        case Field():
            value = f'"{node.value}"' if " " in node.value else node.value
            return f"{node.name}:{value}"
        case Not():
            return f"NOT {as_text(node.node)}"
        case All():
            return f"({' AND '.join(map(as_text, node.nodes))})"
        case AnyOf():
            return f"({' OR '.join(map(as_text, node.nodes))})"
