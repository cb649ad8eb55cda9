"""A page's site: asked before the page is read, and taught by it in the transaction that stores its article.

The rules are in `extractors.furniture`, what is kept in `store.furniture`. A page is learned from once: when its
article is new.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from extractors import furniture as rules
from extractors.furniture import Furniture
from news.sites import KnownSite, SeenPage, site_name
from scheduler.kit import Kit
from store import furniture
from store.rows import Connection

_MOST_SITES = 8
"""Kept by one visit: redirects lead it to more than its own."""

log = logging.getLogger(__name__)


async def find_site(conn: Connection, url: str, source_id: int | None) -> KnownSite:
    """Return what is known of the site of a page, and where its source's text stands."""
    return await furniture.find_site(conn, site_name(url), source_id=source_id)


class Sites:
    """The sites of one visit: each is asked for once, then kept in step with what its pages teach.

    Should others teach it at the same time, or a page be taught in vain, it is asked for again when the next is.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int | None], KnownSite] = {}

    async def find(self, kit: Kit, url: str, source_id: int | None) -> KnownSite:
        """Return what is known of the site of a page, and where its source's text stands."""
        known = self._known.get((site_name(url), source_id))
        if known is None:
            async with kit.database.connection() as conn:
                known = await find_site(conn, url, source_id)
            self._keep(known, source_id)
        return known

    async def learn(self, conn: Connection, seen: SeenPage, url: str, source_id: int | None) -> None:
        """Learn from a page whose article is new.

        Args:
            conn: In the transaction that stores the article, at its end: the site's row is the last that is locked.
            seen: What its reader saw.
            url: Where the page was found at last.
            source_id: Whose page it is.
        """
        site = self._known.get((site_name(url), source_id)) or await find_site(conn, url, source_id)
        while seen.blocks and not any(page.key == seen.key for page in site.pages):
            page = rules.in_its_story(seen, site, rules.furniture_of(site).fingerprints)
            kept = await furniture.keep_page(conn, site, page, strange=rules.is_strange(page, site))
            if kept is not None:
                self._keep(await _learn(conn, site, page, kept), source_id)
                return
            # Another worker kept a page of the site meanwhile; now that its row is locked, nobody does.
            site = await find_site(conn, url, source_id)
        self._keep(site, source_id)

    def _keep(self, site: KnownSite, source_id: int | None) -> None:
        if len(self._known) >= _MOST_SITES:
            self._known.clear()
        self._known[site.name, source_id] = site


def furniture_for(site: KnownSite, url: str) -> Furniture:
    """Return what the reader of a page is given: what its site's other pages taught."""
    return rules.furniture_of(site, rules.page_key(url))


async def _learn(conn: Connection, site: KnownSite, page: SeenPage, kept: furniture.KeptPage) -> KnownSite:
    """Write down once in eight pages what they repeat; forget it all when the layout has changed."""
    pages = (*site.pages, page)[-rules.LAST_PAGES :]
    if kept.n_strange >= rules.STRANGE_PAGES:
        await furniture.forget_layout(conn, site.name, page.seen_at)
        log.info("layout of a site changed", extra={"action": "layout_changed", "site": site.name})
        return replace(
            site, n_pages=kept.number, n_strange=0, pages=pages[len(pages) - kept.n_strange :], learned=frozenset()
        )
    learned = site.learned
    if kept.number % rules.LAST_PAGES == 0:
        blocks = rules.learn_lap(await furniture.find_learned(conn, site.name), pages, kept.number)
        await furniture.keep_learned(conn, site.name, blocks)
        learned = frozenset(block.fingerprint for block in blocks)
    return replace(site, n_pages=kept.number, n_strange=kept.n_strange, pages=pages, learned=learned)
