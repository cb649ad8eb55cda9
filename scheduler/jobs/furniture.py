"""A page's site: asked before the page is read, and taught by it in the transaction that stores its article.

The rules are in `extractors.furniture`, what is kept in `store.furniture`. A page is learned from once: when its
article is new.
"""

from __future__ import annotations

import logging
from datetime import datetime

from extractors import furniture as rules
from extractors.furniture import Furniture
from news.model import Article
from news.sites import KnownSite, SeenPage, site_name
from store import furniture
from store.rows import Connection

log = logging.getLogger(__name__)


async def find_site(conn: Connection, url: str, source_id: int | None) -> KnownSite:
    """Return what is known of the site of a page, and where its source's text stands."""
    return await furniture.find_site(conn, site_name(url), source_id=source_id)


def furniture_for(site: KnownSite, url: str) -> Furniture:
    """Return what the reader of a page is given: what its site's other pages taught."""
    return rules.furniture_of(site, rules.page_key(url))


async def learn_page(
    conn: Connection, site: KnownSite, known: Furniture, article: Article, url: str, seen_at: datetime
) -> None:
    """Learn from a page whose article is new.

    Args:
        conn: In the transaction that stores the article, at its end: the site's row is the last that is locked.
        site: As found before the page was read.
        known: What its reader was given.
        article: As read, with its fingerprints.
        url: Where the page was found at last.
        seen_at: When.
    """
    key = rules.page_key(url)
    while article.fingerprints and not any(page.key == key for page in site.pages):
        page = rules.see_page(article, key, seen_at, site, known.fingerprints)
        kept = await furniture.keep_page(conn, site, page, strange=rules.is_strange(page, site))
        if kept is not None:
            await _learn(conn, site, page, kept)
            return
        # Another page of the site was kept meanwhile: the next is fetched while one is read.
        site = await furniture.find_site(conn, site.name)
        known = rules.furniture_of(site)


async def _learn(conn: Connection, site: KnownSite, page: SeenPage, kept: furniture.KeptPage) -> None:
    """Write down once in eight pages what they repeat; forget it all when the layout has changed."""
    if kept.n_strange >= rules.STRANGE_PAGES:
        await furniture.forget_layout(conn, site.name, page.seen_at)
        log.info("layout of a site changed", extra={"action": "layout_changed", "site": site.name})
    elif kept.number % rules.LAST_PAGES == 0:
        last = (*site.pages, page)[-rules.LAST_PAGES :]
        learned = rules.learn_lap(await furniture.find_learned(conn, site.name), last, kept.number)
        await furniture.keep_learned(conn, site.name, learned)
