"""`wirewatch story …`: the articles that tell one event. What is one and what is not is decided elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import LazyGroup, examples
from cli.safe import one_line
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from datetime import datetime

    from news.placement import Placement, StoredStory, StoryMember

COMMANDS = {
    "show": ("cli.story:show", "Show a story: who told it, in which order, and who copied whom."),
    "merge": ("cli.story:merge", "Make one story of two; no machine takes them apart again."),
    "split": ("cli.story:split", "Take articles, with their copies, out of a story into one of their own."),
}


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    of_numbers="show",
    epilog=examples("wirewatch story 12", "wirewatch story merge 12 15", "wirewatch story split 12 345 346"),
)
def story() -> None:
    """Show, merge and split stories; `wirewatch story ID` shows one."""


@click.command(epilog=examples("wirewatch story 12", "wirewatch story 12 --json | jq -r '.members[].url'"))
@click.argument("story_id", metavar="ID", type=click.IntRange(1))
@output.json_option
def show(story_id: int, as_json: bool) -> None:
    """Show a story: who told it, in which order, and who copied whom.

    Originals stand in the order of their appearance, each with its copies below it; then the stories in other languages
    that tell the same event. The number of a story that was merged leads to the one that took it.
    """
    found = run_async(read_story(current(), story_id))
    if as_json:
        output.print_json(found)
    else:
        print_story(found)


@click.command(epilog=examples("wirewatch story merge 12 15"))
@click.argument("story_id", metavar="A", type=click.IntRange(1))
@click.argument("other_id", metavar="B", type=click.IntRange(1))
def merge(story_id: int, other_id: int) -> None:
    """Make one story of two; no machine takes them apart again.

    The older one stays, and both numbers lead to it. Alerts follow: what was told of one of them is not told again.
    """
    kept = run_async(_merge(current(), story_id, other_id))
    output.print_line(f"story {kept}: holds the articles of both")


@click.command(epilog=examples("wirewatch story split 12 345 346"))
@click.argument("story_id", metavar="ID", type=click.IntRange(1))
@click.argument("article_ids", metavar="ARTICLE", type=click.IntRange(1), nargs=-1, required=True)
def split(story_id: int, article_ids: tuple[int, ...]) -> None:
    """Take articles, with their copies, out of a story into one of their own.

    No machine joins the two again. What was told of the story counts as told of both.
    """
    new_id = run_async(_split(current(), story_id, article_ids))
    output.print_line(f"story {new_id}: holds these articles with their copies")


async def read_story(session: Session, story_id: int) -> StoredStory:
    """Return a story.

    Raises:
        NotFoundError: There is none with that number.
    """
    from store import members

    async with session.open_database() as database, database.connection() as conn:
        return await members.find_story(conn, story_id)


def print_story(found: StoredStory) -> None:
    """Print a story for a person."""
    first = found.members[0] if found.members else None
    output.print_heading(f"story {found.id}: {first.title or first.url if first else 'empty'}")
    sources = {member.source or member.url for member in found.members}
    origins = dict.fromkeys(member.named_origin for member in found.members if member.named_origin)
    state = f"closed {output.moment(found.closed_at)}" if found.closed_at else "open"
    output.print_facts(
        [
            ("told", f"{_counted(found.n_articles, len(sources))}, {_life(found)}, {state}"),
            ("language", found.language),
            ("source named", ", ".join(origins)),
            ("by hand", "a person merged or split it" if found.by_hand else None),
            ("split from", None if found.split_from is None else f"story {found.split_from}"),
        ]
    )
    click.echo()
    for member in found.members:
        _print_member(member, first.moment if first else member.moment)
    if found.n_articles > len(found.members):
        output.print_line(f"… and {found.n_articles - len(found.members)} more")
    for link in found.also_in:
        told = f"{_counted(link.n_articles, link.n_sources)}, {link.score:.2f} sure"
        output.print_line(f"also in {link.language}: story {link.id}: {link.title or '-'} ({told})")


def what_it_is(placement: Placement) -> str:
    """Return what an article is, in words: `near copy of article 12, 0.93 of the text`."""
    of, sure = placement.of_article_id, "" if placement.score is None else f", {placement.score:.2f} of the text"
    if placement.relation == "original":
        return "original"
    if placement.relation == "digest":
        return f"digest of several texts{sure}"
    word = {"exact": "exact copy", "near": "near copy", "truncated": "cut copy", "expanded": "copy with more around it"}
    name = word.get(placement.relation.value, placement.relation.value)
    return f"{name} of {f'article {of}' if of else 'a deleted article'}{sure}"


async def _merge(session: Session, story_id: int, other_id: int) -> int:
    from store import stories

    async with session.open_database() as database, database.connection() as conn:
        return await stories.merge_stories(conn, story_id, other_id, by_hand=True)


async def _split(session: Session, story_id: int, article_ids: tuple[int, ...]) -> int:
    from scheduler.jobs.choosing import centroid_of
    from store import stories

    async with session.open_database() as database, database.connection() as conn:
        return await stories.split_story(conn, story_id, article_ids, by_hand=True, centroids=centroid_of)


def _print_member(member: StoryMember, began: datetime) -> None:
    placement = member.placement
    is_copy = placement.article_id != placement.original_id
    after = output.span((member.moment - began).total_seconds())
    title = "" if is_copy else f" · {one_line(member.title or member.url)}"
    kind = "" if placement.relation == "original" else f" · {what_it_is(placement)}"
    when = f"{'    ' if is_copy else ''}{output.moment(member.moment)}  +{after}  "
    what = one_line(f"{member.source or '-'}{title}{kind} · article {placement.article_id}")
    click.echo(f"{when}{what}")


def _life(found: StoredStory) -> str:
    """Return when a story was told, by the moments at which its articles appeared, and for how long."""
    moments = [member.moment for member in found.members] or [found.first_at]
    began, ended = min(moments), max(moments)
    if found.n_articles > len(found.members):
        ended = max(ended, found.last_at)
    return f"from {output.moment(began)} for {output.span((ended - began).total_seconds())}"


def _counted(n_articles: int, n_sources: int) -> str:
    articles = f"{n_articles} article{'' if n_articles == 1 else 's'}"
    return f"{articles} of {n_sources} source{'' if n_sources == 1 else 's'}"
