"""The address under which an article is stored: the one that its page states, unless that is another article's.

A template may name one address for all pages of a section; believed, all its articles but one would be lost.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from news.likeness import is_same_article
from news.model import Article, Page, StoredEntry
from news.urls import url_key
from store import articles
from store.rows import Connection

log = logging.getLogger(__name__)


async def store_article(conn: Connection, article: Article, entry: StoredEntry, page: Page) -> tuple[int, bool]:
    """Store the article of an entry's page under the address it states, or else under the page's own.

    Returns:
        The article's id, and whether it is new; one that is not is the same article as read from another page.
    """
    if url_key(article.url) != url_key(page.final_url):
        there = await articles.find_by_key(conn, url_key(article.url))
        if there is None or there.id == entry.article_id or is_same_article(there.article, article):
            article_id, new = await _add(conn, article, entry, page)
            if new or is_same_article((await articles.find_article(conn, article_id)).article, article):
                return article_id, new
        _tell(page)
        article = replace(article, url=page.final_url)
    article_id, new = await _add(conn, article, entry, page)
    if new or is_same_article((await articles.find_article(conn, article_id)).article, article):
        return article_id, new
    # Its own address is taken by an article whose page claimed it: that one goes to where its own page is.
    if await articles.give_address_back(conn, article_id):
        _tell(page)
        return await _add(conn, article, entry, page)
    return article_id, new


async def _add(conn: Connection, article: Article, entry: StoredEntry, page: Page) -> tuple[int, bool]:
    return await articles.add_article(
        conn,
        article,
        key=url_key(article.url),
        source_id=entry.source_id,
        fetched_at=page.fetched_at,
        stand_in_id=entry.article_id,
    )


def _tell(page: Page) -> None:
    log.info("stated address is another article's", extra={"action": "address_taken", "url": page.final_url})
