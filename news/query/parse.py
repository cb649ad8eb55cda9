"""Reads a query: what a person types becomes a tree, or an error that names the place and the remedy. Pure.

    word  "a phrase"  begin*  one AND other  one OR other  NOT this  -this  (…)  one NEAR/5 other  field:value

Words next to each other must all occur; OR binds least, then AND, then NEAR, then NOT.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from news.errors import UsageError
from news.query.fields import read_field
from news.query.tree import All, AnyOf, Near, Node, Not, Words, fields_of, in_title, n_terms, words_of
from news.text import clean_text

MOST_QUERY_CHARS = 1000
MOST_TERMS = 64
MOST_DEPTH = 20
MOST_NEAR = 10
"""Words apart: each distance is a part of what the database looks for."""

_NEAR = 5
"""Words apart, where NEAR does not say."""

_LEAST_PREFIX = 2

_GRAMMAR = r"""
?start: any
?any: all (_OR all)*
?all: near (_AND? near)*
?near: unary (NEAR unary)*
?unary: _NOT unary -> deny | atom
?atom: "(" any ")" | FIELD value -> field | TEXT -> text
?value: TEXT -> value | "(" any ")" -> group

_OR: /(OR|\|\|?)(?=[\s("]|$)/
_AND: /(AND|&&?)(?=[\s("]|$)/
NEAR.2: /NEAR(\/\d+)?(?=[\s(]|$)/
_NOT: /NOT(?=[\s("]|$)|(?<![^\s(])[-!\u2010\u2011\u2212](?=[^\s)-])/
FIELD: /[A-Za-z]{1,20}:(?=["(]|[^\s\/:.,;)])/
TEXT.-1: /"[^"]*"|[^\s()"]+/
%ignore /\s+/
"""

# Quotes of all scripts, each one character long: places stay what they are.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂〝〞「」『』", '"'))
# Lucene's words at most so many apart, in any order.
_APART = re.compile(r'"~\d+')
_ODD = re.compile(r"[\^~][\d.]*$")
_EDGES = "'’.,;:!?…+&|/\\"


def parse_query(text: str) -> Node:
    """Return what a query says.

    Args:
        text: At most 1,000 characters, 64 words, 20 parentheses deep.

    Raises:
        UsageError: It cannot be read; the text names the place, from 1, and the remedy.
    """
    if len(text) > MOST_QUERY_CHARS:
        raise UsageError(f"query: {len(text):,} characters; at most {MOST_QUERY_CHARS:,} can be looked for")
    query = _spaced(text).translate(_QUOTES)
    _check_pairs(query)
    if (apart := _APART.search(query)) is not None:
        raise UsageError(f"query: position {apart.start() + 2}: {apart[0][1:]} cannot be; write one NEAR/5 other")
    if not re.search(r"\w", query):
        raise UsageError(f"query: {clean_text(text) or ''!r} holds no word to look for")
    try:
        tree: Node = _Reader().transform(_parser().parse(query))
    except VisitError as error:
        if isinstance(error.orig_exc, UsageError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _unexpected(query, error) from None
    if (n := n_terms(tree)) > MOST_TERMS:
        raise UsageError(f"query: {n} words; at most {MOST_TERMS} can be looked for")
    return tree


@functools.cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=False)


class _Reader(Transformer[Token, Node]):
    """Makes nodes of what the grammar found."""

    @v_args(inline=True)
    def text(self, token: Token) -> Node:
        return _words(token)

    @v_args(inline=True)
    def value(self, token: Token) -> Token:
        return token

    @v_args(inline=True)
    def group(self, node: Node) -> Node:
        return node

    @v_args(inline=True)
    def field(self, name: Token, value: Token | Node) -> Node:
        at = name.start_pos or 0
        field = name[:-1]
        if isinstance(value, Token) and re.match(r"[-!]\w", value):
            raise UsageError(f"query: position {at + 1}: {field}:{value}: write -{field}:{value[1:]}")
        if field.lower() in ("title", "intitle"):
            return in_title(_words(value) if isinstance(value, Token) else value)
        if isinstance(value, Token):
            return _either(field, _unquoted(value), at)
        raise UsageError(f"query: position {at + 1}: {field}:(…) cannot be; write {field}:ONE OR {field}:OTHER")

    def any(self, nodes: list[Node]) -> Node:
        return _joined(AnyOf, nodes)

    def all(self, nodes: list[Node]) -> Node:
        return _joined(All, nodes)

    def near(self, parts: list[Token | Node]) -> Node:
        pairs: list[Node] = []
        for one, mark, other in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
            assert isinstance(mark, Token), "between two parts stands NEAR"
            at = mark.start_pos or 0
            if not isinstance(one, Words) or not isinstance(other, Words):
                raise UsageError(f"query: position {at + 1}: NEAR stands between two words or phrases")
            n_words = int(mark[5:] or _NEAR)
            if not 1 <= n_words <= MOST_NEAR:
                raise UsageError(f"query: position {at + 1}: {mark}: write NEAR/1 to NEAR/{MOST_NEAR}")
            pairs.append(Near(one=one, other=other, n_words=n_words))
        return pairs[0] if len(pairs) == 1 else All(tuple(pairs))

    @v_args(inline=True)
    def deny(self, node: Node) -> Node:
        return node.node if isinstance(node, Not) else Not(node)


def _joined(kind: type[All] | type[AnyOf], nodes: list[Node]) -> Node:
    """Join parts, without signs that stand alone and say nothing."""
    kept = tuple(
        node for node in nodes if any(re.search(r"\w", one.text) for one in words_of(node)) or any(fields_of(node))
    )
    return kept[0] if len(kept) == 1 else kind(kept or tuple(nodes))


def _either(field: str, value: str, at: int) -> Node:
    """Read a field; `lang:ru,uk` asks for either."""
    parts = [part for part in value.split(",") if part.strip()] if field.lower() in ("lang", "country", "is") else []
    fields: list[Node] = [read_field(field, part, at) for part in parts or [value]]
    return fields[0] if len(fields) == 1 else AnyOf(tuple(fields))


def _words(token: Token) -> Words:
    at, text = token.start_pos or 0, _unquoted(token)
    if re.match(r"--+\w", token):
        raise UsageError(f'query: position {at + 1}: {token}: one - leaves a word out; or quote it: "{token}"')
    prefix = text.endswith("*") and not token.startswith('"')
    if not token.startswith('"'):
        text = _ODD.sub("", text)
    if "*" in text.rstrip("*") and not token.startswith('"') and re.search(r"\w", text):
        raise UsageError(f'query: position {at + 1}: {token}: a star stands behind a word; or quote it: "{token}"')
    # As texts are cleaned before they are stored: letters and their accents are one, what nobody sees is gone.
    text = clean_text(text.rstrip("*").strip(_EDGES)) or ""
    if prefix and len(re.findall(r"\w", text)) < _LEAST_PREFIX:
        raise UsageError(f"query: position {at + 1}: {token}: write at least {_LEAST_PREFIX} letters before the star")
    return Words(text=text, prefix=prefix, at=at)


def _unquoted(token: Token) -> str:
    return token.strip('"').strip()


def _spaced(text: str) -> str:
    """Return the text without controls and half characters, place for place."""
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter for letter in text)


def _check_pairs(query: str) -> None:
    """See that quotes and parentheses come in pairs, and not too deep."""
    opened: list[int] = []
    quote: int | None = None
    for place, letter in enumerate(query):
        if letter == '"':
            quote = place if quote is None else None
        elif quote is None and letter == "(":
            opened.append(place)
            if len(opened) > MOST_DEPTH:
                raise UsageError(f"query: position {place + 1}: more than {MOST_DEPTH} parentheses within each other")
        elif quote is None and letter == ")":
            if not opened:
                raise UsageError(f"query: position {place + 1}: this ) closes nothing; leave it out, or quote it")
            opened.pop()
    if quote is not None:
        raise UsageError(f"query: position {quote + 1}: this quote is not closed; write another one behind the phrase")
    if opened:
        raise UsageError(f"query: position {opened[-1] + 1}: this ( is not closed; write a ) behind what it holds")


def _unexpected(query: str, error: UnexpectedInput) -> UsageError:
    at = error.pos_in_stream
    if at is None or at < 0 or at >= len(query.rstrip()):
        last = query.split()[-1]
        return UsageError(
            f'query: position {len(query.rstrip())}: nothing follows {last}; write what it joins, or quote it: "{last}"'
        )
    found = query[at:].split(None, 1)[0][:20]
    if found.startswith(")"):
        return UsageError(f"query: position {at + 1}: nothing stands before this ); leave it out, or write a word")
    return UsageError(
        f'query: position {at + 1}: {found} cannot stand here: it joins two words; or quote it: "{found.strip("()")}"'
    )
