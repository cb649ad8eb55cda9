"""Fills HTML templates: the four tags of Mustache that sample pages need, and no more.

`{{name}}` escaped, `{{{name}}}` as it is, `{{#name}}…{{/name}}` for each of a list or once for a text that is not
empty, `{{^name}}…{{/name}}` where there is none. An unknown name is an error, so that a typo shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

Value = str | Sequence["Context"]
Context = Mapping[str, Value]

_TAG = re.compile(r"\{\{\{\s*(?P<raw>\w+)\s*\}\}\}|\{\{\s*(?P<mark>[#^/]?)(?P<name>\w+)\s*\}\}")


def fill(template: str, context: Context) -> str:
    """Return the template with its tags filled from the context.

    Raises:
        KeyError: A tag names what the context has not.
        ValueError: A section is not closed, or not the one that is open.
    """
    out: list[str] = []
    end = _section(template, 0, None, (context,), out)
    assert end == len(template)
    return "".join(out)


def _section(template: str, at: int, name: str | None, scopes: tuple[Context, ...], out: list[str]) -> int:
    """Fill from `at` to the end of the section `name`; return where what follows it begins."""
    while (tag := _TAG.search(template, at)) is not None:
        out.append(template[at : tag.start()])
        at = tag.end()
        mark = tag["mark"]
        if mark == "/":
            if tag["name"] != name:
                raise ValueError(f"template: {tag[0]} closes what is not open")
            return at
        value = _look_up(tag["raw"] or tag["name"], scopes)
        if mark in {"#", "^"}:
            at = _repeat(template, at, tag["name"], mark == "#", value, scopes, out)
        elif not isinstance(value, str):
            raise ValueError(f"template: {tag[0]} is a list")
        else:
            out.append(value if tag["raw"] else escape(value))
    if name is not None:
        raise ValueError(f"template: section {name} is not closed")
    out.append(template[at:])
    return len(template)


def _repeat(
    template: str, at: int, name: str, wanted: bool, value: Value, scopes: tuple[Context, ...], out: list[str]
) -> int:
    turns: Sequence[Context] = ([{}] if value else []) if isinstance(value, str) else value
    if not wanted:
        turns = [] if turns else [{}]
    if not turns:
        return _skip(template, at, name)
    end = at
    for turn in turns:
        end = _section(template, at, name, (turn, *scopes), out)
    return end


def _skip(template: str, at: int, name: str) -> int:
    """Return where what follows the section begins."""
    open_names = [name]
    for tag in _TAG.finditer(template, at):
        if tag["mark"] in {"#", "^"}:
            open_names.append(tag["name"])
        elif tag["mark"] == "/":
            if open_names.pop() != tag["name"]:
                raise ValueError(f"template: {tag[0]} closes what is not open")
            if not open_names:
                return tag.end()
    raise ValueError(f"template: section {name} is not closed")


def _look_up(name: str, scopes: tuple[Context, ...]) -> Value:
    for scope in scopes:
        if name in scope:
            return scope[name]
    raise KeyError(name)
