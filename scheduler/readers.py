"""The readers as the jobs name them: each runs in a parse child, and imports its extractor there.

A worker that never reads a document itself need not hold the readers: they cost it half a second at its start and
30 MB. How a child runs them stands in `parse_child`, what they read is the extractors' business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from news.model import Article, Entry, FeedDocument, Page, Unreadable

if TYPE_CHECKING:
    from extractors.discovery import HomePage
    from extractors.explain import Explanation
    from extractors.furniture import Furniture
    from extractors.robots import RobotsAnswer
    from extractors.template import PageLook
    from news.imprints import Imprint
    from news.sites import SeenPage

ZSTD_LEVEL = 3
"""A page of 100 kB takes 0.4 ms and a fifth of its size; level 6 doubles the time for 4 % less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What a child made of a page: the article or why there is none, the body as it is kept, and who read it.

    Attributes:
        imprint: What the article is placed by; None where there is none.
        seen: What its site learns from the page; None where there is no article.
    """

    article: Article | Unreadable
    body_zstd: bytes
    reader: str
    imprint: Imprint | None = None
    seen: SeenPage | None = None


def read_page(page: Page, entry: Entry | None, now: datetime, furniture: Furniture | None = None) -> PageReading:
    """Read the article of a page, knowing what its site repeats, and compress its body."""
    from extractors import articles
    from extractors.furniture import see_page
    from news.imprints import imprint

    content_type = page.headers.get("content-type")
    article = articles.read_article(page.body, page.final_url, content_type, entry, now, furniture=furniture)
    reading = keep_page(page.body, article)
    if isinstance(article, Unreadable):
        return reading
    known = furniture.fingerprints if furniture else frozenset()
    return replace(
        reading,
        imprint=imprint(article.title, article.text, article.language),
        seen=see_page(article, page.final_url, page.fetched_at, known),
    )


def read_again(
    page: Page, body_zstd: bytes, n_body_bytes: int, entry: Entry | None, furniture: Furniture | None = None
) -> Article | Unreadable:
    """Read the article of a stored page, as if on the day it was fetched. `page` comes without its body."""
    import zstandard

    from extractors import articles

    body = zstandard.ZstdDecompressor().decompress(body_zstd, max_output_size=n_body_bytes)
    content_type = page.headers.get("content-type")
    return articles.read_article(body, page.final_url, content_type, entry, page.fetched_at, furniture=furniture)


def keep_page(body: bytes, article: Article | Unreadable) -> PageReading:
    """Compress a body; also one that ended its reader, in a child that did not read it: a later reader may."""
    import zstandard

    from extractors.edition import READER

    body_zstd = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)
    return PageReading(article=article, body_zstd=body_zstd, reader=READER)


def explain_body(body: bytes, url: str, content_type: str | None, now: datetime) -> Explanation:
    """Say of each block of a page what becomes of it, and why."""
    from extractors import explain

    return explain.explain_article(body, url, content_type, now)


def explain_kept(
    body_zstd: bytes, n_body_bytes: int, url: str, content_type: str | None, fetched_at: datetime
) -> Explanation:
    """Say so of a stored page, as if on the day it was fetched."""
    import zstandard

    body = zstandard.ZstdDecompressor().decompress(body_zstd, max_output_size=n_body_bytes)
    return explain_body(body, url, content_type, fetched_at)


def read_stand_ins(lines: Sequence[tuple[Entry, str]]) -> list[Article | None]:
    """Return, for each entry and the URL it is to have, the article made of its own words; None where it has none."""
    from extractors import articles

    return [articles.article_from_entry(entry, url) for entry, url in lines]


def read_feed(body: bytes, url: str, content_type: str | None, now: datetime) -> FeedDocument | Unreadable:
    """Read a feed or a sitemap."""
    from extractors import feeds

    return feeds.read_feed(body, url, content_type, now)


def read_listing(body: bytes, url: str, now: datetime) -> FeedDocument | Unreadable:
    """Read a page as a list of the articles it links to."""
    from extractors import feeds

    return feeds.read_listing(body, url, now)


def read_home(body: bytes, url: str) -> HomePage | Unreadable:
    """Read what a page says about its outlet and the feeds it names."""
    from extractors import discovery

    return discovery.read_home(body, url)


def read_robots(body: bytes, agent: str, urls: Sequence[str]) -> RobotsAnswer:
    """Read which of the URLs robots.txt allows, and what else it says."""
    from extractors import robots

    return robots.read_robots(body, agent, urls)


def look_at_page(
    body_zstd: bytes, n_body_bytes: int, url: str, content_type: str | None, fetched_at: datetime, path: str | None
) -> PageLook | Unreadable:
    """Look at a stored page for its site's template."""
    import zstandard

    from extractors import template

    body = zstandard.ZstdDecompressor().decompress(body_zstd, max_output_size=n_body_bytes)
    return template.look_at_page(body, url, content_type, fetched_at, path)
