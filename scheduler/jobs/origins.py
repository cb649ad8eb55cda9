"""Who had a text first: asked again whenever a group of copies gets a member. The rule is `news.origins`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from news.copies import Relation
from news.model import Article
from news.origins import Witness, find_origin
from news.placement import Placement
from store import placements
from store.placements import GroupMember
from store.rows import Connection


async def settle_origin(conn: Connection, placed: Placement) -> Placement:
    """Make the member that had the text first the original of its group, and note whom the copies name as its source.

    Args:
        conn: In the transaction that placed the article.
        placed: What it is, among its copies.

    Returns:
        What it is now: it may be the original itself.
    """
    members = await placements.find_group(conn, placed.group_id)
    origin = find_origin([_witness(member) for member in members])
    if origin.article_id == placed.original_id:
        if origin.named is not None:
            await placements.name_origin(conn, placed.group_id, origin.named)
        return placed
    await placements.set_original(conn, placed.group_id, origin.article_id, origin.named)
    if origin.article_id == placed.article_id:
        return replace(
            placed, original_id=placed.article_id, relation=Relation.ORIGINAL, of_article_id=None, score=None
        )
    return replace(placed, original_id=origin.article_id)


def named_origin(article: Article, fetched_at: datetime) -> str | None:
    """Return whom an article that nobody copied yet names as its source."""
    if not article.attributions:
        return None
    alone = Witness(
        article_id=0,
        url=article.url,
        names=_names(article.site_name),
        attributions=article.attributions,
        fetched_at=fetched_at,
    )
    return find_origin([alone]).named


def _witness(member: GroupMember) -> Witness:
    return Witness(
        article_id=member.id,
        url=member.url,
        names=_names(member.source, member.site_name),
        attributions=member.attributions,
        published_at=member.published_at,
        fetched_at=member.fetched_at,
    )


def _names(*names: str | None) -> tuple[str, ...]:
    return tuple(name for name in names if name)
