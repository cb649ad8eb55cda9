"""Turns rows into the nouns and the nouns' parts into columns. Which rows, and when, is the other modules' business.

Columns bear the fields' names, so a flat noun needs no mapping. Everything that goes in is made storable here: texts
are cleaned, lengths bounded, impossible dates left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import dict_row

from news.model import Entry, EntryState, Moment, Precision, StoredEntry
from news.text import clean_text

Connection = AsyncConnection[Any]
Row = dict[str, Any]
Noun = TypeVar("Noun")

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No outlet was online before; earlier dates are mistakes, and year 1 cannot even be read back."""

FUTURE = timedelta(days=2)
"""An outlet east of us, or with a fast clock, is believed this far."""

MOST_URL_CHARS = 4096
MOST_LINE_CHARS = 4096
MOST_WORD_CHARS = 300
MOST_ITEMS = 200

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MOMENT_PARTS = ("at", "raw", "origin", "precision", "offset_s")


def noun_row(noun: type[Noun], **converters: Callable[[Any], Any]) -> Callable[[AsyncCursor[Any]], Any]:
    """Return a row factory that makes `noun` of columns named as its fields, some through a converter."""

    def factory(cursor: AsyncCursor[Any]) -> Callable[[Any], Noun]:
        names = [column.name for column in cursor.description or ()]
        convert = [(name, converters[name]) for name in names if name in converters]

        def make(values: Any) -> Noun:
            fields = dict(zip(names, values, strict=True))
            for name, converter in convert:
                fields[name] = converter(fields[name])
            return noun(**fields)

        return make

    return factory


async def fetch_dicts(conn: Connection, query: Any, params: Mapping[str, Any]) -> list[Row]:
    """Run a query and return its rows by column name."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, params)
        return await cursor.fetchall()


def array_literal(numbers: Iterable[float]) -> str:
    """Return an array as Postgres reads it; a list of 142 would cost psycopg 0.2 ms, this costs a tenth."""
    return f"{{{','.join(map(repr, numbers))}}}"


def storable_at(at: datetime | None, now: datetime) -> datetime | None:
    """Return `at`, or None when it lies before the web's beginning or more than two days ahead."""
    return at if at is not None and EARLIEST <= at <= now + FUTURE else None


def moment_columns(prefix: str, moment: Moment | None, now: datetime) -> Row:
    """Return `PREFIX_at`, `_raw`, `_origin`, `_precision` and `_offset_s` of a moment.

    An impossible moment keeps what was written (`raw`) and loses the rest.
    """
    at = storable_at(moment.at, now) if moment else None
    if moment is None or at is None:
        raw = clean_line(moment.raw, MOST_WORD_CHARS) if moment else None
        return dict(zip((f"{prefix}_{part}" for part in _MOMENT_PARTS), (None, raw, None, None, None), strict=True))
    offset = at.utcoffset()
    offset_s = int(offset.total_seconds()) if moment.zone_stated and offset is not None else None
    values = (
        at,
        clean_line(moment.raw, MOST_WORD_CHARS) or "",
        clean_line(moment.origin, MOST_WORD_CHARS) or "",
        moment.precision.value,
        offset_s,
    )
    return dict(zip((f"{prefix}_{part}" for part in _MOMENT_PARTS), values, strict=True))


def read_moment(prefix: str, row: Row) -> Moment | None:
    """Return the moment that `moment_columns` took apart; None where no possible one was stated."""
    at, raw, origin, precision, offset_s = (row[f"{prefix}_{part}"] for part in _MOMENT_PARTS)
    if at is None:
        return None
    zone = UTC if offset_s is None else timezone(timedelta(seconds=offset_s))
    return Moment(
        at=at.astimezone(zone),
        raw=raw or "",
        origin=origin or "",
        precision=Precision(precision),
        zone_stated=offset_s is not None,
    )


def read_entry(row: Row) -> Entry:
    """Return the entry as listed from a row of `entry`."""
    return Entry(
        url=row["url"],
        guid=row["guid"],
        title=row["title"],
        summary=row["summary"],
        authors=tuple(row["authors"]),
        published=read_moment("published", row),
        language=row["language"],
        tags=tuple(row["tags"]),
        image_url=row["image_url"],
    )


def read_stored_entries(rows: Iterable[Row]) -> list[StoredEntry]:
    """Return the stored entries of rows of `entry`, with `host` by name."""
    return [
        StoredEntry(
            id=row["id"],
            key=row["key"],
            source_id=row["source_id"],
            feed_id=row["feed_id"],
            host=row["host"],
            entry=read_entry(row),
            state=EntryState(row["state"]),
            reason=row["reason"],
            article_id=row["article_id"],
            n_attempts=row["n_attempts"],
            seen_at=row["seen_at"],
            next_attempt_at=row["next_attempt_at"],
        )
        for row in rows
    ]


def clean_line(text: str | None, most_chars: int = MOST_LINE_CHARS) -> str | None:
    """Return one clean line of at most `most_chars`, or None when nothing is left."""
    if text is None:
        return None
    # Cleaning is linear but not free: what is cut off needs none. Blanks may shrink, hence the factor.
    return (clean_text(text[: 4 * most_chars]) or "")[:most_chars].rstrip() or None


def clean_items(items: Iterable[str]) -> list[str]:
    """Return clean lines without empty and repeated ones: authors or tags."""
    lines = (clean_line(item, MOST_WORD_CHARS) for item in items)
    return list(dict.fromkeys(line for line in lines if line))[:MOST_ITEMS]


def storable_url(url: str | None) -> str | None:
    """Return a URL as it is, or None when it is too long or holds what no URL holds."""
    if url is None or len(url) > MOST_URL_CHARS or clean_text(url) != url:
        return None
    return url


def storable_language(language: str | None) -> str | None:
    """Return the ISO 639 code that a language tag begins with (`pt` of `pt-BR`), or None where there is none."""
    code = re.split("[-_]", (language or "")[:MOST_WORD_CHARS].strip().lower(), maxsplit=1)[0]
    return code if _LANGUAGE.fullmatch(code) else None
