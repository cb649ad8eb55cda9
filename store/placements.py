"""What each article is: its group of copies, and the original.

Who had a text first is found by `copies`, what it is was decided by `news.copies`; the stories that groups belong to
are in `stories`; what becomes of a group when an article leaves it is `succession`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from news.copies import Relation, Verdict
from news.facts import Attribution
from news.placement import Placement
from store import copies, queries, stories
from store.rows import MOST_WORD_CHARS, Connection, array_literal, clean_line, fetch_dicts, noun_row
from store.transactions import atomic

SQL = queries.load("placements")

MOST_MEMBERS = 200
"""Of a group that are looked at to say who was first: the earliest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """An article among its copies, for the question who was first.

    Attributes:
        published_at: As the outlet states it; None where it states none, or a day without a time.
        attributions: Whom its text names as its source.
    """

    id: int
    url: str
    site_name: str | None
    source: str | None
    published_at: datetime | None
    fetched_at: datetime
    attributions: tuple[Attribution, ...]
    relation: Relation
    of_article_id: int | None
    score: float | None


async def find_placement(conn: Connection, article_id: int) -> Placement | None:
    """Return what an article is; None while it is not placed."""
    async with conn.cursor(row_factory=noun_row(Placement, relation=Relation)) as cursor:
        await cursor.execute(SQL.find_placement, {"article_id": article_id})
        found: Placement | None = await cursor.fetchone()
        return found


async def has_text(conn: Connection, article_id: int, text_hash: UUID | None) -> bool:
    """Return whether an article was placed with this very text."""
    rows = await fetch_dicts(conn, SQL.find_text_hash, {"article_id": article_id})
    return bool(rows) and rows[0]["text_hash"] == text_hash


async def is_alone(conn: Connection, placement: Placement) -> bool:
    """Return whether an article is all of its group, which is locked until the end of the transaction."""
    await lock_groups(conn, [placement.group_id])
    rows = await fetch_dicts(conn, SQL.count_members, {"group_id": placement.group_id})
    return bool(rows[0]["n_articles"] == 1)


async def join_group(
    conn: Connection, article_id: int, verdict: Verdict, *, text_hash: UUID | None, at: datetime
) -> Placement:
    """Put an article into the group of the text it copies, and so into its story."""
    assert verdict.group_id is not None, "a copy has a group to join"
    params = _params(article_id, verdict, text_hash, at) | {"group_id": verdict.group_id}
    (row,) = await fetch_dicts(conn, SQL.join_group, params)
    return _placement(article_id, verdict, verdict.group_id, row["original_id"], row["story_id"])


async def begin_group(
    conn: Connection,
    article_id: int,
    verdict: Verdict,
    *,
    text_hash: UUID | None,
    at: datetime,
    story_id: int,
    terms: Mapping[int, float],
    named_origin: str | None = None,
) -> Placement:
    """Begin a group with an article that copies nothing.

    Args:
        conn: In the transaction that placed its story.
        article_id: The original of the group.
        verdict: What the article is.
        text_hash: Of its text.
        at: When it was fetched.
        story_id: The story it tells.
        terms: What it is about, by hashes, before their rarity.
        named_origin: Whom its text names as its source.
    """
    given = {
        "story_id": story_id,
        "terms": array_literal(terms),
        "weights": array_literal(terms.values()),
        "named_origin": clean_line(named_origin, MOST_WORD_CHARS),
    }
    (row,) = await fetch_dicts(conn, SQL.add_group, _params(article_id, verdict, text_hash, at) | given)
    return _placement(article_id, verdict, row["group_id"], article_id, story_id)


async def replace_text(
    conn: Connection, placement: Placement, verdict: Verdict, *, text_hash: UUID | None, terms: Mapping[int, float]
) -> None:
    """Note another text of an article that stays in its group; `verdict` says what it is there."""
    given = {"group_id": placement.group_id, "terms": array_literal(terms), "weights": array_literal(terms.values())}
    # The moment is that of the article's first text.
    params = {
        "article_id": placement.article_id,
        "relation": verdict.relation.value,
        "of_article_id": verdict.of,
        "score": verdict.score,
        "text_hash": text_hash,
    }
    await conn.execute(SQL.replace_text, params)
    await conn.execute(SQL.replace_terms, params | given)


@atomic
async def merge_groups(conn: Connection, gone_id: int, into_id: int, verdict: Verdict) -> None:
    """Put all articles of a group into another of its story, alone with all placements.

    Args:
        conn: Holding no lock.
        gone_id: The group that is no more, unless it is in another story, or gone already.
        into_id: The group that takes its articles.
        verdict: What the original of the one is beside that of the other.
    """
    await copies.lock_alone(conn)
    params = {
        "gone_id": gone_id,
        "into_id": into_id,
        "relation": verdict.relation.value,
        "of_article_id": verdict.of,
        "score": verdict.score,
    }
    if await fetch_dicts(conn, SQL.merge_group, params):
        story_id = await delete_group(conn, gone_id)
        await stories.count_out(conn, story_id, story_id)


async def delete_group(conn: Connection, group_id: int) -> int:
    """Forget a group that nothing belongs to any more; return its story, which has a group less now."""
    (row,) = await fetch_dicts(conn, SQL.delete_group, {"group_id": group_id})
    return int(row["story_id"])


async def lock_groups(conn: Connection, group_ids: Sequence[int]) -> None:
    """Lock groups in the order of their ids until the end of the transaction."""
    await conn.execute(SQL.lock_groups, {"group_ids": list(group_ids)})


async def note_kindred(conn: Connection, group_id: int, other_ids: Iterable[int]) -> None:
    """Let the sweep look whether a group is one with others, or tells their story."""
    await conn.execute(SQL.note_kindred, {"group_id": group_id, "other_ids": sorted(other_ids)})


async def find_group(conn: Connection, group_id: int) -> list[GroupMember]:
    """Return the members of a group, the first that were fetched first."""
    rows = await fetch_dicts(conn, SQL.find_group, {"group_id": group_id, "most": MOST_MEMBERS})
    return [
        GroupMember(
            id=row["id"],
            url=row["url"],
            site_name=row["site_name"],
            source=row["source"],
            published_at=row["published_at"] if row["published_precision"] == "time" else None,
            fetched_at=row["fetched_at"],
            attributions=tuple(Attribution(**item) for item in row["attributions"]),
            relation=Relation(row["relation"]),
            of_article_id=row["of_article_id"],
            score=row["score"],
        )
        for row in rows
    ]


async def set_original(conn: Connection, group_id: int, article_id: int, named_origin: str | None) -> None:
    """Make another member the original of its group; who was it before is a copy of it."""
    params = {
        "group_id": group_id,
        "article_id": article_id,
        "named_origin": clean_line(named_origin, MOST_WORD_CHARS),
    }
    await conn.execute(SQL.set_original, params)


async def name_origin(conn: Connection, group_id: int, named_origin: str | None) -> None:
    """Note whom the copies of a group name as the source of their text, where that is not among them."""
    await conn.execute(
        SQL.name_origin, {"group_id": group_id, "named_origin": clean_line(named_origin, MOST_WORD_CHARS)}
    )


async def put_off(conn: Connection, article_ids: Iterable[int]) -> None:
    """Note articles that are to be placed each in a transaction of its own: several in one might wait in a circle."""
    await conn.execute(SQL.put_off, {"article_ids": sorted(article_ids)})


async def take_unplaced(conn: Connection, after: int = 0) -> int | None:
    """Take one of the articles that were put off, beyond an id; None where there is none left to take.

    Args:
        conn: In the transaction that places it.
        after: Its id is greater.
    """
    rows = await fetch_dicts(conn, SQL.take_unplaced, {"after": after})
    return rows[0]["article_id"] if rows else None


async def find_source(conn: Connection, article_id: int) -> int | None:
    """Return the source that brought an article."""
    rows = await fetch_dicts(conn, SQL.find_source, {"article_id": article_id})
    return rows[0]["source_id"] if rows else None


async def find_late(conn: Connection, limit: int) -> Sequence[int]:
    """Return the next articles that were stored before there was any placing, the oldest first."""
    return [row["id"] for row in await fetch_dicts(conn, SQL.find_late, {"limit": limit})]


async def find_late_at(conn: Connection) -> datetime | None:
    """Return when the next of these was fetched; None where there is none."""
    rows = await fetch_dicts(conn, SQL.find_late_at, {})
    return rows[0]["fetched_at"] if rows else None


async def note_late(conn: Connection, placed_to: int | None) -> None:
    """Note how far these are placed; None: all of them."""
    await conn.execute(SQL.note_late, {"placed_to": placed_to})


def _params(article_id: int, verdict: Verdict, text_hash: UUID | None, at: datetime) -> dict[str, object]:
    return {
        "article_id": article_id,
        "relation": verdict.relation.value,
        "of_article_id": verdict.of,
        "score": verdict.score,
        "text_hash": text_hash,
        "at": at,
    }


def _placement(article_id: int, verdict: Verdict, group_id: int, original_id: int, story_id: int) -> Placement:
    return Placement(
        article_id=article_id,
        group_id=group_id,
        original_id=original_id,
        relation=verdict.relation,
        of_article_id=verdict.of,
        score=verdict.score,
        story_id=story_id,
    )
