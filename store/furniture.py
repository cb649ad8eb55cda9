"""What the pages of each site repeat, and the path that an operator confirmed for a source.

What is furniture is for `extractors.furniture` to say; here it is only kept. A page costs one look before it is read
and one write with its article, whatever is stored; once in eight pages what was learned is written, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from news.model import Page
from news.sites import KnownSite, LearnedBlock, SeenPage
from store import queries
from store.rows import Connection, array_literal, fetch_dicts, noun_row

SQL = queries.load("furniture")

learned_row = noun_row(LearnedBlock)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """What came of keeping a page: its number on the site, and how many pages in a row were strange with it."""

    number: int
    n_strange: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSite:
    """A site whose layout changed: what was learned before is forgotten. `n_pages` were seen in all."""

    name: str
    changed_at: datetime
    n_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDates:
    """How many pages of a site were learned from, from when to when, and when its layout last changed."""

    n_pages: int
    first_page_at: datetime
    last_page_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBody:
    """A stored page as it is kept: `page.body` is empty, its bytes are in `body_zstd`."""

    page: Page
    body_zstd: bytes
    n_body_bytes: int


async def find_site(conn: Connection, name: str, *, source_id: int | None = None) -> KnownSite:
    """Return what is known of a site, and the path of a source; a site that nobody knows has no pages."""
    rows = await fetch_dicts(conn, SQL.find_site, {"site": name, "source_id": source_id})
    pages = tuple(
        SeenPage(
            key=row["key"],
            seen_at=row["seen_at"],
            story=row["story"],
            title=row["title"],
            blocks=tuple(row["blocks"]),
            paragraphs=tuple(row["paragraphs"]),
        )
        for row in rows
        if row["key"] is not None
    )
    newest = rows[-1]
    return KnownSite(
        name=name,
        n_pages=newest["n_pages"] or 0,
        n_strange=newest["n_strange"] or 0,
        pages=pages,
        learned=frozenset(newest["learned"] or ()),
        content_path=newest["content_path"],
    )


async def keep_page(conn: Connection, site: KnownSite, page: SeenPage, *, strange: bool) -> KeptPage | None:
    """Keep a page of a site, in the place of the oldest.

    Args:
        conn: In the transaction that stores its article, as the last that is locked there.
        site: As found before.
        page: Each page is kept once: the caller sees to it.
        strange: Whether it has little of what stood on nearly all pages before.

    Returns:
        None where others have kept pages of the site since it was found: find it again, now that it is locked.
    """
    params = {
        "site": site.name,
        "known": site.n_pages,
        "strange": strange,
        "key": page.key,
        "story": page.story,
        "title": page.title,
        "blocks": array_literal(page.blocks),
        "paragraphs": array_literal(page.paragraphs),
        "seen_at": page.seen_at,
    }
    rows = await fetch_dicts(conn, SQL.keep_page, params)
    return KeptPage(number=rows[0]["n_pages"], n_strange=rows[0]["n_strange"]) if rows else None


async def find_learned(conn: Connection, site: str) -> list[LearnedBlock]:
    """Return what was learned of a site before its last pages."""
    async with conn.cursor(row_factory=learned_row) as cursor:
        await cursor.execute(SQL.find_learned, {"site": site})
        return await cursor.fetchall()


async def keep_learned(conn: Connection, site: str, blocks: Sequence[LearnedBlock]) -> None:
    """Put what is learned of a site in the place of what was; the site is locked by `keep_page`."""
    params = {
        "site": site,
        "fingerprints": array_literal(block.fingerprint for block in blocks),
        "n_pages": array_literal(block.n_pages for block in blocks),
        "last_pages": array_literal(block.last_page for block in blocks),
        "first_seen_at": [block.first_seen_at for block in blocks],
        "last_seen_at": [block.last_seen_at for block in blocks],
    }
    await conn.execute(SQL.keep_learned, params)


async def forget_layout(conn: Connection, site: str, now: datetime) -> None:
    """Forget all of a site but its last strange pages, and note that its layout changed."""
    await conn.execute(SQL.forget_layout, {"site": site, "now": now})


async def forget_sites(conn: Connection, sites: Sequence[str]) -> int:
    """Forget sites altogether; return how many there were."""
    async with conn.cursor() as cursor:
        # In one order: two who forget the same do not wait for each other.
        await cursor.execute(SQL.forget_sites, {"sites": sorted(sites)})
        return cursor.rowcount


async def site_dates(conn: Connection, site: str) -> SiteDates | None:
    """Return since when a site is learned from; None when it never was."""
    rows = await fetch_dicts(conn, SQL.show_site, {"site": site})
    return SiteDates(**rows[0]) if rows else None


async def changed_sites(conn: Connection, *, since: datetime, limit: int) -> list[ChangedSite]:
    """Return the sites whose layout changed, the last first."""
    return [ChangedSite(**row) for row in await fetch_dicts(conn, SQL.changed_sites, {"since": since, "limit": limit})]


async def content_path(conn: Connection, source_id: int) -> str | None:
    """Return where the text stands on pages of a source; None while nobody confirmed it."""
    rows = await fetch_dicts(conn, SQL.find_path, {"source_id": source_id})
    return rows[0]["content_path"] if rows else None


async def set_content_path(conn: Connection, source_id: int, path: str | None) -> None:
    """Confirm where the text stands on pages of a source, or leave it to the reader again."""
    await conn.execute(SQL.set_path, {"source_id": source_id, "path": path})


async def newest_pages(conn: Connection, source_id: int, limit: int) -> list[KeptBody]:
    """Return the stored pages that the newest articles of a source were read from, newest first."""
    rows = await fetch_dicts(conn, SQL.newest_pages, {"source_id": source_id, "limit": limit})
    return [
        KeptBody(
            page=Page(
                requested_url=row["final_url"],
                final_url=row["final_url"],
                status=200,
                headers=row["headers"],
                body=b"",
                fetched_at=row["fetched_at"],
            ),
            body_zstd=row["body"],
            n_body_bytes=row["n_body_bytes"],
        )
        for row in rows
    ]
