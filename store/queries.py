"""Named SQL: reads `store/sql/NOUN.sql` and hands out its queries by name.

A file holds queries, each below a line `-- name: add_article`, with a sentence that says what it does above or below
that line. Running them is the nouns' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from psycopg import sql

FOLDER = Path(__file__).parent / "sql"

_NAME = re.compile(r"^--\s*name:\s*(\w+)\s*$", re.MULTILINE)
_COMMENT_LINE = re.compile(r"^\s*--.*$\n?", re.MULTILINE)


class Queries(Mapping[str, sql.SQL]):
    """The queries of one noun: `queries.add_article`, or `queries["add_article"]`.

    Each begins with a comment that names it, so that `pg_stat_activity` and the server's log tell which query runs.
    """

    def __init__(self, noun: str, queries: Mapping[str, str]) -> None:
        self._noun = noun
        self._queries = {
            # Our own files are as good as literals in the code.
            name: sql.SQL(f"/* {noun}.{name} */ {text}")
            for name, text in queries.items()
        }

    def __getattr__(self, name: str) -> sql.SQL:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._queries[name]
        except KeyError:
            raise AttributeError(self._unknown(name)) from None

    def __getitem__(self, name: str) -> sql.SQL:
        try:
            return self._queries[name]
        except KeyError:
            raise KeyError(self._unknown(name)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def _unknown(self, name: str) -> str:
        return f"query: {self._noun}.{name}: not in store/sql/{self._noun}.sql, which has {', '.join(self._queries)}"


@cache
def load(noun: str) -> Queries:
    """Return the queries of `store/sql/NOUN.sql`, read once per process.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file has two queries of one name, an empty one, or SQL above the first name.
    """
    return Queries(noun, parse((FOLDER / f"{noun}.sql").read_text(encoding="utf-8"), noun))


def parse(text: str, noun: str) -> dict[str, str]:
    """Return name to SQL, without lines that are comments and without the closing semicolon.

    Comments go because psycopg would read a `%` in them as a placeholder.

    Raises:
        ValueError: As for `load`.
    """
    above, *parts = _NAME.split(text)
    if _COMMENT_LINE.sub("", above).strip():
        raise ValueError(f"query: store/sql/{noun}.sql: SQL stands above the first `-- name:` line")
    queries: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in queries:
            raise ValueError(f"query: store/sql/{noun}.sql: two are named {name}")
        queries[name] = _COMMENT_LINE.sub("", body).strip().removesuffix(";").rstrip()
        if not queries[name]:
            raise ValueError(f"query: store/sql/{noun}.sql: {name} is empty")
    return queries
