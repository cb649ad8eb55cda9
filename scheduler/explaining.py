"""The dry reading of one page: from the web, from what is stored or from a file, explained block by block.

Writes nothing. The page is read in a parse child, as any other; how is the extractors' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from crawler.fetcher import Door
from news.errors import NotFoundError, PageUnreachableError
from news.model import FetchFailure, Page, Unreadable
from news.urls import clean_url
from scheduler.kit import Kit
from scheduler.parsing import ParsePool
from scheduler.readers import explain_body, explain_kept
from store import articles, pages
from store.rows import Connection

if TYPE_CHECKING:
    from extractors.explain import Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A page with what is made of it; or why it could not even be taken apart (too slow, too large)."""

    url: str
    explanation: Explanation | Unreadable


async def explain_url(kit: Kit, url: str) -> Explained:
    """Fetch a page as the crawler does, with robots.txt and the rules on addresses, and explain it.

    Raises:
        BadURLError: The text is no URL.
        PageUnreachableError: The outlet brought no page.
    """
    answer = await kit.fetcher.fetch(clean_url(url), Door.PAGE)
    if not isinstance(answer, Page):
        reason = answer.reason if isinstance(answer, FetchFailure) else "no page came"
        raise PageUnreachableError(f"page: {url}: {reason}")
    return await explain_bytes(kit.parse, answer.body, answer.final_url, kit.clock.now(), _content_type(answer))


async def explain_stored(conn: Connection, parse: ParsePool, article_id: int) -> Explained:
    """Explain the stored page of an article, as today's reader reads it.

    Raises:
        NotFoundError: There is no such article, or its page is not kept any more.
    """
    kept = await pages.find_of_article(conn, article_id)
    if kept is None:
        await articles.find_article(conn, article_id)
        raise NotFoundError(f"page: article {article_id}: it is not kept, or not any more; name the article's URL")
    page = kept.page
    found = await parse.run(
        explain_kept, kept.body_zstd, kept.n_body_bytes, page.final_url, _content_type(page), page.fetched_at
    )
    return Explained(url=page.final_url, explanation=found)


async def explain_bytes(
    parse: ParsePool, body: bytes, url: str, now: datetime, content_type: str | None = None
) -> Explained:
    """Explain a page from its bytes.

    Args:
        parse: The page is read in one of its children.
        body: Not compressed.
        url: Where it was found; its links and dates are read by it.
        now: Aware UTC.
        content_type: As the HTTP header had it.
    """
    found = await parse.run(explain_body, body, url, content_type, now)
    return Explained(url=url, explanation=found)


def _content_type(page: Page) -> str | None:
    return page.headers.get("content-type")
