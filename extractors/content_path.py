"""Where the text of a source's pages stands, as an operator confirmed it: a CSS selector or a path of steps.

`main/div.story` is a `div` with the class, id or role `story` somewhere in a `main`. Whether a path is any good is for
the operator to see; one that finds nothing on a page changes nothing there.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import cast

from cssselect import HTMLTranslator, SelectorError
from lxml import etree
from lxml.html import HtmlElement

from extractors.furniture import fold_letters
from news.errors import UsageError

REASON = "outside the confirmed path"

MOST_CHARS = 500
MOST_STEPS = 30

_LEAST_LETTERS = 200
"""So many must remain of the article, or the path is of another layout."""

_STEP = re.compile(r"(\*|[a-z][a-z0-9-]*)?(?:[.#]([^\s'\"/]+))?", re.IGNORECASE)
_NAMES = ("class", "id", "role", "itemprop")


def check_path(path: str) -> str:
    """Return the path without blanks around it.

    Raises:
        UsageError: It is neither a CSS selector nor a path of steps.
    """
    path = path.strip().strip("/")
    if not path:
        raise UsageError("path: empty: name where the text stands, as main/div.story")
    if len(path) > MOST_CHARS:
        raise UsageError(f"path: longer than {MOST_CHARS} characters: name fewer steps")
    _compiled(path)
    return path


def letters_within(root: HtmlElement, path: str) -> str:
    """Return the letters of what stands within a path, small and without anything between them.

    Raises:
        UsageError: As for `check_path`.
    """
    found = [element for element in cast("list[object]", _compiled(path)(root)) if isinstance(element, HtmlElement)]
    inside = set(found)
    outermost = (element for element in found if not any(outer in inside for outer in element.iterancestors()))
    return fold_letters(
        " ".join(" ".join(cast("Iterator[str]", element.itertext(etree.Element))) for element in outermost)
    )


def places_outside(paragraphs: list[str], root: HtmlElement, path: str) -> frozenset[int]:
    """Return the places of the paragraphs that do not stand within a path; none where too little would remain."""
    within = letters_within(root, path)
    folded = [fold_letters(paragraph) for paragraph in paragraphs]
    outside = frozenset(place for place, letters in enumerate(folded) if letters not in within)
    remaining = sum(len(letters) for place, letters in enumerate(folded) if place not in outside)
    return outside if remaining >= min(_LEAST_LETTERS, sum(map(len, folded)) // 2) else frozenset()


@functools.lru_cache(maxsize=64)
def _compiled(path: str) -> etree.XPath:
    try:
        if "/" in path:
            steps = path.split("/")
            if len(steps) > MOST_STEPS:
                raise UsageError(f"path: {path}: more than {MOST_STEPS} steps")
            return etree.XPath("".join(_step(step, path) for step in steps))
        return etree.XPath(HTMLTranslator().css_to_xpath(path, prefix="descendant-or-self::"))
    except (SelectorError, etree.XPathSyntaxError) as error:
        raise UsageError(f"path: {path}: neither a CSS selector nor a path as main/div.story ({error})") from error


def _step(step: str, path: str) -> str:
    match = _STEP.fullmatch(step)
    if not step or match is None:
        raise UsageError(f"path: {path}: {step or 'an empty step'}: a step is a tag, a name or both, as div.story")
    tag, name = match[1] or "*", match[2]
    if name is None:
        return f"//{tag.lower()}"
    named = " or ".join(f"contains(concat(' ', normalize-space(@{kind}), ' '), ' {name} ')" for kind in _NAMES)
    return f"//{tag.lower()}[{named}]"
