"""Compiles a query for the database: one `tsquery` that the index serves, and what is asked of the articles it finds.

Sources, sites, people, tags, languages and titles are in the `tsquery` too: documents bear marks of them. A word is
looked for in the form that each language in the archive gives it, each form among documents of its language alone: what
is a word in one and means nothing in another hides nobody. How a query is read stands in `news.query`, what the
database does with it in migrations/0009_search.sql.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from psycopg.errors import DataError

from news.errors import NotFoundError, UsageError
from news.lexemes import quote
from news.query.parse import parse_query
from news.query.tree import (
    All,
    AnyOf,
    Field,
    FieldName,
    Node,
    Not,
    Span,
    as_text,
    fields_of,
    n_terms,
    wanted_words,
    with_watches,
    words_alone,
    words_of,
)
from store import queries
from store.query_forms import Form, Language, QueryForms
from store.rows import Connection, fetch_dicts

SQL = queries.load("query_sql")

VERSION = "4"
"""Changes when the same query compiles to something else: what is stored compiled is compiled anew."""

MOST_WORDS_CHARS = 200_000

MOST_NESTED_TERMS = 1000
"""In all watches that a query asks for, each as often as it does, be it through others."""

_SIMPLE = "simple"
_CASED = ("tr", "az")
_COPY = {"copy": True, "original": False}

_DATES = (FieldName.DATE, FieldName.SINCE, FieldName.BEFORE)
_CONDITIONS = (*_DATES, FieldName.IS, FieldName.CHANGED)
"""What changes while the article stays as it is, or is no word: documents bear no marks of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A query as the database takes it.

    Attributes:
        words: A `tsquery` of words and marks as text, which every match satisfies; None where the query asks for none.
        looks: The same as `words` in parts, each for the articles of its languages alone.
        known: Languages; None among a look's stands for all others.
        condition: JSON for `article_fits`, which a match satisfies too; None where the words say all.
        spans: Times that every match lies in.
        forms: How the words, wherever they stand, are looked for in each group of languages.
        any_words: The same for any of the words that may hit: what a snippet is to show.
        understood: The query as it was read, for people.
        version: Of the compiler and of the languages it knew: what has another one is to be compiled anew.
    """

    words: str | None
    looks: tuple[Form, ...]
    known: tuple[str, ...]
    condition: str | None
    spans: tuple[Span, ...]
    forms: tuple[Form, ...]
    any_words: tuple[Form, ...]
    understood: str
    version: str


async def compile_query(conn: Connection, query: str) -> Compiled:
    """Compile a query.

    Args:
        conn: Any.
        query: As a person wrote it.

    Raises:
        UsageError: It cannot be read, asks for nothing, or grows too large.
        NotFoundError: It names a source or a watch that is not there.
    """
    tree = await _with_watches(conn, parse_query(query))
    languages = [
        Language(code=row["language"], stemmed=not row["config"].endswith(_SIMPLE))
        for row in await fetch_dicts(conn, SQL.find_languages, {})
    ]
    version = version_of([language.code for language in languages if language.code])
    if any(field.name is FieldName.SOURCE for field in fields_of(tree)):
        version += await sources_version(conn)
    parts = tree.nodes if isinstance(tree, All) else (tree,)
    languages = _asked_languages(parts, languages)
    texts = QueryForms(languages, await _read_texts(conn, tree, languages), await _read_marks(conn, tree))
    mixed = [part for part in parts if _asks_conditions(part)]
    plain: tuple[Node, ...] = tuple(part for part in parts if not _asks_conditions(part))
    looks = texts.forms(All(plain)) if plain else ()
    words = texts.joined(looks)
    conditions = [await _condition(conn, part, texts) for part in mixed]
    kept = [condition for condition in conditions if condition is not None]
    if words is None and plain and not _denials_only(plain):
        # Only words that no language keeps, the and of: nothing can be told by them.
        raise UsageError(f"query: {query[:80]!r} holds no word to look for: such words stand everywhere")
    if words is None and not kept:
        raise UsageError(f"query: {query[:80]!r} holds no word to look for")
    if words is not None:
        words = await _normalised(conn, words, query)
    return Compiled(
        words=words,
        looks=looks,
        known=tuple(texts.known()),
        condition=json.dumps({"op": "all", "parts": kept}) if kept else None,
        spans=tuple(part.span for part in mixed if isinstance(part, Field) and part.name in _DATES and part.span),
        forms=() if (alone := words_alone(All(plain))) is None else texts.forms(alone),
        any_words=texts.forms(AnyOf(tuple(wanted_words(tree)))),
        understood=as_text(tree),
        version=version,
    )


async def current_version(conn: Connection) -> str:
    """Return the version that a query compiled now would have."""
    rows = await fetch_dicts(conn, SQL.find_languages, {})
    return version_of([row["language"] for row in rows if row["language"]])


async def sources_version(conn: Connection) -> str:
    """Return what is added to the version of a query that names sources, begun by an @: one that comes may be meant."""
    (row,) = await fetch_dicts(conn, SQL.count_sources, {})
    return f"@{row['n']}.{row['last_id']}"


def version_of(languages: list[str]) -> str:
    """Return the version of what is compiled for these languages."""
    return f"{VERSION}:{','.join(languages)}"


async def _with_watches(conn: Connection, tree: Node) -> Node:
    """Put the queries of the watches that a tree names in their places."""
    known: dict[str, Node] = {}
    todo = [field for field in fields_of(tree) if field.name is FieldName.WATCH]
    while todo:
        field = todo.pop()
        if field.value not in known:
            rows = await fetch_dicts(conn, SQL.find_watch, {"name": field.value})
            if not rows:
                raise NotFoundError(
                    f"query: position {field.at + 1}: there is no watch {field.value}; see: wirewatch watch list"
                )
            known[field.value] = parse_query(rows[0]["query"])
            todo += [inner for inner in fields_of(known[field.value]) if inner.name is FieldName.WATCH]
    n = 0

    def resolve(name: str) -> Node:
        nonlocal n
        n += n_terms(known[name])
        if n > MOST_NESTED_TERMS:
            raise UsageError(f"query: watch:{name}: more than {MOST_NESTED_TERMS:,} words in the watches asked for")
        return known[name]

    return with_watches(tree, resolve)


async def _read_texts(
    conn: Connection, tree: Node, languages: list[Language]
) -> dict[tuple[str, str | None], list[str]]:
    texts = list(dict.fromkeys(words.text for words in words_of(tree)))
    if not texts:
        return {}
    # Who writes I in Turkish may mean the capital of ı, or, in a name, that of i.
    folds = [(language.code, language.code) for language in languages]
    if any("I" in text for text in texts):
        folds += [(language.code, None) for language in languages if language.code in _CASED]
    params = {"texts": texts, "languages": [code for code, _ in folds], "folds": [fold for _, fold in folds]}
    found: dict[tuple[str, str | None], list[str]] = {}
    for row in await fetch_dicts(conn, SQL.read_texts, params):
        found.setdefault((texts[row["number"] - 1], row["language"]), []).append(row["lexemes"])
    return found


async def _condition(conn: Connection, node: Node, texts: QueryForms) -> dict[str, Any] | None:
    """Return what `article_fits` is to ask; None where there is nothing to ask."""
    if not _asks_conditions(node):
        words = texts.joined(texts.forms(node))
        return None if words is None else {"op": "words", "value": words}
    match node:
        case Field():
            return _asked_beside(node)
        case Not():
            inner = await _condition(conn, node.node, texts)
            return None if inner is None else {"op": "not", "part": inner}
        case All() | AnyOf():
            # Words go together: one that a language does not keep hides none of its articles that hold the others.
            plain = tuple(part for part in node.nodes if not _asks_conditions(part))
            whole = [type(node)(plain)] if plain else []
            mixed = [part for part in node.nodes if _asks_conditions(part)]
            parts = [await _condition(conn, part, texts) for part in (*whole, *mixed)]
            kept = [part for part in parts if part is not None]
            return {"op": "all" if isinstance(node, All) else "any", "parts": kept} if kept else None
    raise AssertionError("only these hold fields")


def _asked_beside(field: Field) -> dict[str, Any]:
    if field.name is FieldName.IS:
        return {"op": "copy"} if _COPY[field.value] else {"op": "not", "part": {"op": "copy"}}
    assert field.span is not None, "what else is no mark is a time"
    op = "changed" if field.name is FieldName.CHANGED else "date"
    age_s = None if field.span.age is None else field.span.age.total_seconds()
    return {"op": op, "since": field.span.since, "until": field.span.until, "age_s": age_s}


async def _read_marks(conn: Connection, tree: Node) -> dict[Field, str]:
    """Return the `tsquery` of the marks that each field asks for."""
    return {field: await _mark(conn, field) for field in set(fields_of(tree)) if field.name not in _CONDITIONS}


async def _mark(conn: Connection, field: Field) -> str:
    marks, sign, end = [], " | ", ""
    match field.name:
        case FieldName.SOURCE:
            rows = await fetch_dicts(conn, SQL.find_sources, {"name": field.value})
            if not rows:
                raise NotFoundError(
                    f"query: position {field.at + 1}: there is no source {field.value}; see: wirewatch source list"
                )
            marks = [source_mark(row["id"]) for row in rows]
        case FieldName.AUTHOR:
            marks = (await fetch_dicts(conn, SQL.name_marks, {"name": field.value}))[0]["marks"]
            sign, end = " & ", ":*"
        case FieldName.TAG:
            marks = (await fetch_dicts(conn, SQL.tag_marks, {"tag": field.value}))[0]["marks"]
        case FieldName.LANG:
            marks = [language_mark(field.value)]
        case FieldName.SITE | FieldName.COUNTRY:
            marks = [f"=site:{field.value}"]
    if not marks:
        raise UsageError(f"query: position {field.at + 1}: {field.name}:{field.value} holds no word to look for")
    return f"({sign.join(quote(mark) + end for mark in marks)})"


def source_mark(source_id: int) -> str:
    """Return the word that documents of a source bear."""
    return f"=source:{source_id}"


def language_mark(code: str) -> str:
    """Return the word that documents of a language bear."""
    return f"={code}"


def _asked_languages(parts: tuple[Node, ...], languages: list[Language]) -> list[Language]:
    """Return the languages to look for words in: where the whole query asks for some, these alone."""
    for part in parts:
        nodes = part.nodes if isinstance(part, AnyOf) else (part,)
        asked = {node.value for node in nodes if isinstance(node, Field) and node.name is FieldName.LANG}
        if len(asked) == len(nodes):
            known = [language for language in languages if language.code in asked]
            return known if len(known) == len(asked) else [Language(code=None, stemmed=False), *known]
    return languages


async def _normalised(conn: Connection, words: str, query: str) -> str:
    if len(words) > MOST_WORDS_CHARS:
        raise UsageError(f"query: {query[:80]!r} grows too large in the languages of the archive; ask for fewer words")
    try:
        rows = await fetch_dicts(conn, SQL.normalise, {"words": words})
    except DataError as error:
        raise UsageError(f"query: {query[:80]!r} holds a word that is too long to look for") from error
    return str(rows[0]["words"])


def _asks_conditions(node: Node) -> bool:
    return any(field.name in _CONDITIONS for field in fields_of(node))


def _denials_only(nodes: tuple[Node, ...]) -> bool:
    return all(isinstance(node, Not) for node in nodes)
