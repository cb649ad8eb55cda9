"""Who had a text, or runs of its words, first: the candidates that an article may be a copy of.

The unique indexes are the locks: of two workers with two copies at one moment the second waits until the first has
placed its own, and then sees it. Whether a candidate is a copy is decided by `news.copies`; what an article is, and
which story it tells, is kept by `stories`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from news.copies import COPY_WINDOW, MOST_CANDIDATES, Relation
from news.imprints import Imprint
from news.repeats import REPEATED_AFTER
from news.tokens import MOST_CHARS
from store import queries
from store.rows import Connection, array_literal, fetch_dicts

SQL = queries.load("copies")

_TIDINESS = 0x636F70696573
"""Number of the lock: "copies" in ASCII."""

_RING = 8
"""Partitions of fingerprints for the days as they come; as many again for articles that are placed late."""

_LINE_RING = 3

_WINDOW_DAYS = COPY_WINDOW.days
_OVERLAP = timedelta(minutes=2)
"""Around midnight an article takes its fingerprints on both days, so that two copies meet whose transactions began
before and after it."""

_FEW_FINGERPRINTS = 12
"""With so few of its own one that is shared makes a candidate; with more two are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCandidate:
    """A placed article that had some of an article's words first.

    Attributes:
        text: The beginning, as far as texts are compared.
        n_shared: Fingerprints of that article's that it had first.
        has_text: Whether it had the very text first.
        n_excerpts: How many articles are known as excerpts of it.
    """

    id: int
    source_id: int | None
    title: str | None
    text: str
    fetched_at: datetime
    group_id: int
    relation: Relation
    n_shared: int
    has_text: bool
    n_excerpts: int


async def lock_shared(conn: Connection) -> None:
    """Place beside others; those who merge and split wait until the transaction has ended, and are waited for."""
    await conn.execute(SQL.lock_shared, {"key": _TIDINESS})


async def lock_alone(conn: Connection) -> None:
    """Be alone with all placements until the end of the transaction, which must be short and hold no lock before."""
    await conn.execute(SQL.lock_alone, {"key": _TIDINESS})


async def open_days(conn: Connection, article_id: int, at: datetime, *, late: bool = False) -> bool:
    """Make what is kept by days ready for an article; return whether it is placed already.

    Args:
        conn: In the transaction that places it, before anything else of its placement is read: who empties a partition
            waits for all who have read it.
        article_id: Which one.
        at: Aware UTC; when the article was fetched.
        late: As for `claim`.
    """
    slots, days = _days(at, late)
    week = _week(at)
    params = {"article_id": article_id, "slots": slots, "days": days, "line_slot": _line_slot(week), "week": week}
    (row,) = await fetch_dicts(conn, SQL.find_closed, params)
    for slot, day in zip(slots, days, strict=True):
        if slot in row["closed_slots"]:
            await conn.execute(SQL.open_fingerprints, {"slot": slot, "day": day})
    if row["week_is_closed"]:
        await conn.execute(SQL.open_source_lines, {"slot": _line_slot(week), "week": week})
    return bool(row["is_placed"])


async def find_repeated(
    conn: Connection, lines: Iterable[tuple[int, int | None]], at: datetime
) -> frozenset[tuple[int, int | None]]:
    """Return those of lines, each with its source, that the source repeats; without a source none is."""
    marked = {_at_source(line, source_id): (line, source_id) for line, source_id in lines if source_id is not None}
    if not marked:
        return frozenset()
    params = {"lines": array_literal(marked), "week": _week(at), "repeated_after": REPEATED_AFTER}
    return frozenset(marked[row["line"]] for row in await fetch_dicts(conn, SQL.find_repeated, params))


async def count_lines(conn: Connection, lines: Sequence[int], source_id: int | None, at: datetime) -> None:
    """Count an article's lines at its source, before any group or story is locked: others of the source wait for it."""
    if source_id is None or not lines:
        return
    week = _week(at)
    marked = sorted({_at_source(line, source_id) for line in lines})
    await conn.execute(SQL.count_lines, {"lines": array_literal(marked), "line_slot": _line_slot(week), "week": week})


async def claim(
    conn: Connection, article_id: int, imprint: Imprint, at: datetime, *, late: bool = False
) -> list[StoredCandidate]:
    """Take what nobody had of a text before, and return who had the rest, those with most of it first.

    Waits for whoever takes some of it at this moment. Placements of other transactions that took any of it are seen.

    Args:
        conn: In the transaction that places the article; READ COMMITTED, so that each statement sees what came.
        article_id: Whose text it is.
        imprint: Of the text.
        at: Aware UTC; when the article was fetched.
        late: It is placed behind the others, by days gone by: in the partitions for those.
    """
    slots, days = _days(at, late)
    params = {
        "article_id": article_id,
        "owner": _owner(article_id),
        "text_hash": hash_of(imprint),
        "at": at,
        "fingerprints": array_literal(imprint.fingerprints),
        "slots": slots,
        "days": days,
        "first_day": at.date() - timedelta(days=_WINDOW_DAYS),
        "last_day": at.date() + timedelta(days=_WINDOW_DAYS if late else 1),
        "least": 1 if len(imprint.fingerprints) <= _FEW_FINGERPRINTS else 2,
        "most": MOST_CANDIDATES,
        "most_chars": MOST_CHARS,
    }
    if imprint.text_hash is None:
        return []
    async with conn.pipeline():
        await conn.execute(SQL.claim_text, params)
        await conn.execute(SQL.claim_fingerprints, params)
        rows = await fetch_dicts(conn, SQL.find_candidates, params)
    return [StoredCandidate(**row | {"relation": Relation(row["relation"])}) for row in rows]


async def take_text(conn: Connection, article_id: int, imprint: Imprint, at: datetime) -> None:
    """Make a reprint the one whose text the next copies copy."""
    await conn.execute(SQL.take_text, {"article_id": article_id, "text_hash": hash_of(imprint), "at": at})


async def take_from(
    conn: Connection,
    article_id: int,
    imprint: Imprint,
    owners: Sequence[int],
    at: datetime,
    *,
    but: Set[int] = frozenset(),
) -> None:
    """Give an article what others had first of its text: they are digests, or have another text by now.

    Args:
        conn: In the transaction that places or replaces one of them.
        article_id: Who has it from now on.
        imprint: Of its text.
        owners: Articles that had it, fetched within the copy window around `at`.
        at: Aware UTC.
        but: Fingerprints that stay theirs.
    """
    days = [at.date() + timedelta(days=n) for n in range(-_WINDOW_DAYS, 2)]
    slots = [day.toordinal() % _RING for day in days]
    params = {
        "article_id": article_id,
        "owner": _owner(article_id),
        "text_hash": hash_of(imprint),
        "fingerprints": array_literal(one for one in imprint.fingerprints if one not in but),
        "slots": [*slots, *(slot + _RING for slot in slots)],
        "owner_ids": sorted(owners),
        "owners": [_owner(owner) for owner in owners],
    }
    await conn.execute(SQL.take_fingerprints, params)
    await conn.execute(SQL.take_text_from, params)


async def mark_digests(conn: Connection, article_ids: Sequence[int]) -> None:
    """Note articles as digests; one that has copies stays what it is."""
    await conn.execute(SQL.mark_digests, {"article_ids": sorted(article_ids)})


async def open_tomorrow(conn: Connection, now: datetime) -> None:
    """Make the next day's and week's partitions ready, so that no page has to."""
    day = now.date() + timedelta(days=1)
    await conn.execute(SQL.open_fingerprints, {"slot": day.toordinal() % _RING, "day": day})
    week = _week(now + timedelta(days=1))
    await conn.execute(SQL.open_source_lines, {"slot": _line_slot(week), "week": week})


def hash_of(imprint: Imprint) -> UUID | None:
    """Return what a text is known by: half of its SHA-256."""
    return None if imprint.text_hash is None else UUID(bytes=imprint.text_hash[:16])


def _days(at: datetime, late: bool) -> tuple[list[int], list[date]]:
    """Return the partitions and days on which an article takes its fingerprints."""
    days = sorted({(at - _OVERLAP).date(), at.date(), (at + _OVERLAP).date()})
    return [day.toordinal() % _RING + (_RING if late else 0) for day in days], days


def _owner(article_id: int) -> int:
    """Return the lower 32 bits of an id as an `integer` has them."""
    return article_id % 2**32 - 2**31


def _week(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def _line_slot(week: date) -> int:
    return week.toordinal() // 7 % _LINE_RING


def _at_source(line: int, source_id: int) -> int:
    """Return 64 bits with sign for a line at a source."""
    mixed = (line + source_id * 0x9E3779B97F4A7C15) * 0xFF51AFD7ED558CCD % 2**64
    return (mixed ^ mixed >> 33) - 2**63
