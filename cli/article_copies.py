"""`wirewatch article ID --copies`: what an article and its copies share, and what each changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from cli import output
from cli.edits import coloured, marked
from cli.session import Session
from cli.story import what_it_is

if TYPE_CHECKING:
    from news.placement import Placement, StoryMember
    from news.wording import Paragraph

MOST_SHOWN = 20
"""Copies of which the changes are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article beside the original of its group; `paragraphs` are those of both, word by word."""

    member: StoryMember
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """An article's group.

    Attributes:
        article_id: The one that was asked for.
        original: The first of the group.
        compared: The article itself where it is a copy; of an original its copies, the first of them.
        others: The members of the group that are not compared.
    """

    article_id: int
    original: StoryMember
    compared: tuple[Copy, ...]
    others: tuple[StoryMember, ...]


async def read_copies(session: Session, article_id: int) -> Copies:
    """Return what is known of an article's copies.

    Raises:
        NotFoundError: There is no such article, or it has no place yet.
    """
    from news.errors import NotFoundError
    from news.wording import compare_texts
    from store import articles, members, placements

    async with session.open_database() as database, database.connection() as conn:
        await articles.find_article(conn, article_id)
        placed = await placements.find_placement(conn, article_id)
        if placed is None:
            raise NotFoundError(f"article: {article_id}: is not placed among the others yet; a worker does so")
        original, *rest = await members.find_copies(conn, placed.group_id)
        asked = [member for member in rest if member.placement.article_id == article_id]
        chosen = (asked or rest)[:MOST_SHOWN]
        text = (await articles.find_article(conn, original.placement.article_id)).article.text
        texts = [(await articles.find_article(conn, one.placement.article_id)).article.text for one in chosen]
    compared = tuple(
        Copy(member=member, paragraphs=compare_texts(text, other)) for member, other in zip(chosen, texts, strict=True)
    )
    others = tuple(member for member in rest if member not in chosen)
    return Copies(article_id=article_id, original=original, compared=compared, others=others)


async def read_placement(session: Session, article_id: int) -> tuple[Placement | None, str | None]:
    """Return what an article is, and whom its copies name as the source of their text; None while it is not placed."""
    from store import members, placements

    async with session.open_database() as database, database.connection() as conn:
        placed = await placements.find_placement(conn, article_id)
        if placed is None:
            return None, None
        return placed, (await members.find_copies(conn, placed.group_id))[0].named_origin


def show_copies(found: Copies) -> None:
    """Print them for a person."""
    _show_head("original", found.original)
    if not found.compared:
        output.say("nobody copied it, as far as is known")
    for copy in found.compared:
        click.echo()
        _show_head(what_it_is(copy.member.placement), copy.member)
        for paragraph in copy.paragraphs:
            click.echo(f"  {coloured(paragraph)}")
    if found.others:
        click.echo()
        output.print_table(
            ("OTHER COPIES", "SOURCE", "WHAT IT IS", "WHEN"),
            (
                (
                    f"article {member.placement.article_id}",
                    member.source or member.url,
                    what_it_is(member.placement),
                    output.moment(member.moment),
                )
                for member in found.others
            ),
        )


def as_object(found: Copies) -> dict[str, object]:
    """Return what `--json` prints."""
    return {
        "id": found.article_id,
        "original": output.plain(found.original),
        "copies": [
            output.plain(copy.member) | {"text": [marked(paragraph) for paragraph in copy.paragraphs]}
            for copy in found.compared
        ],
        "others": output.plain(found.others),
    }


def _show_head(what: str, member: StoryMember) -> None:
    output.print_heading(f"article {member.placement.article_id}: {member.title or member.url}")
    output.print_line(f"  {what} · {member.source or '-'} · {output.moment(member.moment)} · {member.url}")
