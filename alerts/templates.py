"""The user's own words for an alert: `$name` is put in, and nothing else happens. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from news.errors import UsageError

MOST_CHARS = 4000

NAMES = (
    "watch",
    "why",
    "title",
    "url",
    "source",
    "language",
    "published",
    "snippet",
    "story",
    "articles",
    "sources",
)
"""What may be named; `$$` is a dollar sign."""


def check_template(text: str) -> None:
    """See that a template can be used.

    Raises:
        UsageError: It is too long, or names what is not there; the text says what is.
    """
    if len(text) > MOST_CHARS:
        raise UsageError(f"template: has {len(text)} characters; at most {MOST_CHARS} are taken")
    template = Template(text)
    if not template.is_valid():
        raise UsageError("template: a $ stands alone; write $$ for a dollar sign, or $name")
    unknown = [name for name in template.get_identifiers() if name not in NAMES]
    if unknown:
        raise UsageError(f"template: ${unknown[0]}: there is no such name; there are ${', $'.join(NAMES)}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of their names. What is put in is not looked at again; unknown names stay."""
    return Template(text).safe_substitute(values)
