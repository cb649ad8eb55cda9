"""Shows how a page is read: what is known of the article, then each block of the page, kept or dropped, and why."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import output
from cli.safe import one_line
from cli.session import Session

if TYPE_CHECKING:
    from extractors.body import Judged
    from extractors.explain import Explanation
    from scheduler.explaining import Explained

MOST_BLOCKS = 1000
"""Shown to a person; `--json` has all."""

MOST_SHOWN_CHARS = 300
_MOST_ID_DIGITS = 19


async def explain(session: Session, what: str, url: str | None) -> Explained:
    """Explain the page that a person names.

    Args:
        session: Of the running command.
        what: An article's number, an address with its scheme, or a file; `-` is standard input.
        url: The address of a file's page.

    Raises:
        WirewatchError: There is no such page; the text says why.
    """
    from scheduler.explaining import explain_bytes, explain_stored, explain_url
    from scheduler.parsing import ParsePool

    if is_id(what):
        pool = ParsePool(session.scheduler)
        async with pool as parse, session.open_database() as database, database.connection() as conn:
            return await explain_stored(conn, parse, int(what))
    if "://" in what:
        async with session.open_kit() as kit:
            return await explain_url(kit, what)
    body = _read_file(what)
    async with ParsePool(session.scheduler) as parse:
        return await explain_bytes(parse, body, _address(what, url), datetime.now(UTC))


def is_id(what: str) -> bool:
    """Whether a word is an article's number."""
    return what.isascii() and what.isdigit() and len(what) <= _MOST_ID_DIGITS and 0 < int(what) < 2**63


def _read_file(name: str) -> bytes:
    """Read a page from disk, gzip or not; not more than a page may have.

    Raises:
        UsageError: There is no such file, or it cannot be read.
    """
    from extractors.documents import MAX_BYTES
    from news.errors import UsageError

    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with gzip.open(name) if name.endswith(".gz") else Path(name).open("rb") as file:
            body: bytes = file.read(MAX_BYTES + 1)
            return body
    except FileNotFoundError as error:
        raise UsageError(
            f"article: {name}: no such file; an address begins with https://, an ID is a number"
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"article: {name}: it cannot be read: {error}") from error


def _address(name: str, url: str | None) -> str:
    from news.urls import clean_url

    if url:
        return clean_url(url)
    return "https://file.invalid/" if name == "-" else "https://file.invalid/" + Path(name).name.replace(" ", "-")


def as_object(explained: Explained) -> dict[str, object]:
    """Return what `--json` prints."""
    from news.model import Unreadable

    found = explained.explanation
    article = None if isinstance(found, Unreadable) else found.article
    unreadable = found if isinstance(found, Unreadable) else article if isinstance(article, Unreadable) else None
    fields = None if unreadable else output.plain(article)
    if isinstance(fields, dict):
        del fields["fingerprints"]
    return {
        "url": explained.url,
        "article": fields,
        "reason": unreadable and unreadable.reason,
        "blocks": [
            {"kept": not block.reason, "reason": block.reason or None, "path": block.path, "text": block.text}
            for block in ([] if isinstance(found, Unreadable) else found.blocks)
        ],
    }


def show(explained: Explained) -> int:
    """Print it for a person; return the exit code: 1 where no article was read."""
    from news.model import Unreadable

    found = explained.explanation
    if isinstance(found, Unreadable):
        output.say(f"wirewatch: page: {explained.url}: {found.reason}")
        return 1
    code = _show_facts(explained.url, found)
    click.echo()
    show_blocks(found.blocks)
    n_kept = sum(not block.reason for block in found.blocks)
    output.say(f"{n_kept} blocks kept, {len(found.blocks) - n_kept} dropped")
    return code


def _show_facts(url: str, found: Explanation) -> int:
    from cli.article import facts
    from news.model import Unreadable

    article = found.article
    if isinstance(article, Unreadable):
        output.print_heading(url)
        output.say(f"wirewatch: page: {url}: no article: {article.reason}")
        return 1
    output.print_heading(article.title or url)
    output.print_facts(facts(article))
    return 0


def show_blocks(blocks: Sequence[Judged]) -> None:
    """Print a line for each block: what was kept green, what was dropped dim behind its reason; then its path.

    Without a terminal each is a line of cells: `kept` or `dropped`, reason, path, the whole text.
    """
    if not sys.stdout.isatty():
        rows = (("dropped" if block.reason else "kept", block.reason, block.path, block.text) for block in blocks)
        output.print_table(("VERDICT", "REASON", "PATH", "TEXT"), rows)
        return
    for block in blocks[:MOST_BLOCKS]:
        text = one_line(block.text)
        text = text if len(text) <= MOST_SHOWN_CHARS else text[:MOST_SHOWN_CHARS] + "…"
        path = click.style(f"  {one_line(block.path)}", dim=True) if block.path else ""
        if block.reason:
            reason = click.style(f"  {one_line(block.reason)}", fg="red", dim=True)
            click.echo(f"{click.style('-', fg='red')} {click.style(text, dim=True)}{reason}{path}")
        else:
            click.echo(click.style(f"+ {text}", fg="green") + path)
    if len(blocks) > MOST_BLOCKS:
        output.say(f"{len(blocks) - MOST_BLOCKS} more blocks are not shown; --json has them all")
