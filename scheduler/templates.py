"""What the pages of a source taught, shown to a person: its sites, the lines they repeat, where the text stands.

The last stored pages are looked at in the parse children. Learning is the jobs' business.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from extractors import furniture as rules
from news.model import StoredSource, Unreadable
from news.sites import site_name
from scheduler.parsing import ParsePool
from scheduler.readers import look_at_page
from store import furniture
from store.furniture import SiteDates
from store.rows import Connection

if TYPE_CHECKING:
    from extractors.template import Line, PageLook

N_PAGES = 8
MOST_PLACES = 10

# A paragraph's own element says nothing of where the text stands.
_INNERMOST = frozenset(("p", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "td", "tr"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedLine:
    """A line that a site repeats.

    Attributes:
        text: How it begins; None where it stands on none of the pages that were looked at.
        kept: Whether the reader would take it for the article of itself.
    """

    text: str | None
    kept: bool
    n_pages: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTemplate:
    """What a site taught, the lines first that the reader would keep of itself; `dates` is None while it is unknown."""

    name: str
    dates: SiteDates | None
    lines: tuple[RepeatedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the reader finds text: on so many of the pages, so many paragraphs."""

    path: str
    n_pages: int
    n_paragraphs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPage:
    """What a path leaves of a page: `n_within` of its `n_paragraphs`. `reason` says why it could not be looked at."""

    url: str
    n_paragraphs: int = 0
    n_within: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateReport:
    """What the pages of a source taught, and what a path gives on the last ones.

    Attributes:
        path: That was asked for, else the one that is confirmed.
        confirmed: Whether it is confirmed.
    """

    source: str
    path: str | None
    confirmed: bool
    sites: tuple[SiteTemplate, ...]
    places: tuple[Place, ...]
    pages: tuple[CheckedPage, ...]


async def read_template(
    conn: Connection, parse: ParsePool, source: StoredSource, path: str | None = None
) -> TemplateReport:
    """Look at the last stored pages of a source.

    Args:
        conn: Any.
        parse: Children that look at pages.
        source: Whose.
        path: To try; the confirmed one where None.
    """
    confirmed = await furniture.content_path(conn, source.id)
    path = path or confirmed
    looks: list[PageLook] = []
    checked: list[CheckedPage] = []
    for kept in await furniture.newest_pages(conn, source.id, N_PAGES):
        page = kept.page
        look = await parse.run(
            look_at_page,
            *(kept.body_zstd, kept.n_body_bytes, page.final_url),
            *(page.headers.get("content-type"), page.fetched_at, path),
        )
        if isinstance(look, Unreadable):
            checked.append(CheckedPage(url=page.final_url, reason=look.reason))
        else:
            looks.append(look)
            checked.append(CheckedPage(url=look.url, n_paragraphs=look.n_paragraphs, n_within=look.n_within))
    lines = {line.fingerprint: line for look in looks for line in look.lines}
    return TemplateReport(
        source=source.name,
        path=path,
        confirmed=path is not None and path == confirmed,
        sites=tuple([await _read_site(conn, name, lines) for name in _sites(source, checked)]),
        places=_places(looks),
        pages=tuple(checked),
    )


async def forget_template(conn: Connection, source: StoredSource) -> list[str]:
    """Forget what the sites of a source taught, and its path; return the sites."""
    pages = await furniture.newest_pages(conn, source.id, N_PAGES)
    names = _sites(source, [CheckedPage(url=kept.page.final_url) for kept in pages])
    await furniture.forget_sites(conn, names)
    await furniture.set_content_path(conn, source.id, None)
    return names


def _sites(source: StoredSource, pages: Sequence[CheckedPage]) -> list[str]:
    return sorted({site_name(page.url) for page in pages} or {site_name(source.url)})


async def _read_site(conn: Connection, name: str, lines: dict[int, Line]) -> SiteTemplate:
    site = await furniture.find_site(conn, name)
    # The last pages are learned once in eight: until then they count here.
    since = site.pages[len(site.pages) - min(site.n_pages % rules.LAST_PAGES, len(site.pages)) :]
    learned = rules.learn_lap(await furniture.find_learned(conn, name), since, site.n_pages)
    told = []
    for block in learned:
        line = lines.get(block.fingerprint)
        told.append(
            RepeatedLine(
                text=line.text if line else None,
                kept=line is not None and line.kept,
                n_pages=block.n_pages,
                first_seen_at=block.first_seen_at,
                last_seen_at=block.last_seen_at,
            )
        )
    told.sort(key=lambda line: (not line.kept, line.text is None, -line.n_pages))
    return SiteTemplate(name=name, dates=await furniture.site_dates(conn, name), lines=tuple(told))


def _places(looks: Sequence[PageLook]) -> tuple[Place, ...]:
    pages: defaultdict[str, set[str]] = defaultdict(set)
    paragraphs: Counter[str] = Counter()
    for look in looks:
        for line in look.lines:
            if line.kept and (path := _container(line.path)):
                pages[path].add(look.url)
                paragraphs[path] += 1
    return tuple(
        Place(path=path, n_pages=len(pages[path]), n_paragraphs=n) for path, n in paragraphs.most_common(MOST_PLACES)
    )


def _container(path: str) -> str:
    steps = path.split("/")
    while steps and steps[-1].partition(".")[0] in _INNERMOST:
        steps.pop()
    return "/".join(steps)
