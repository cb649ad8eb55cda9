"""What is kept of a site so that its own pages teach what they repeat: its last pages, and what was learned before.

A site is one web host, `www.` aside: subdomains of one outlet often have templates of their own, and a host's pages are
visited by one worker at a time. The rules are in `extractors.furniture`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from news.urls import host_name


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """A page of a site.

    Attributes:
        key: Of its URL.
        seen_at: When it was fetched.
        story: The same for all pages that tell one story.
        title: Fingerprint of the article's title; 0 where it has none.
        blocks: Fingerprints of its blocks, each once.
        paragraphs: Fingerprints of its article's paragraphs but for what was known as furniture.
    """

    key: int
    seen_at: datetime
    story: int
    title: int = 0
    blocks: tuple[int, ...] = ()
    paragraphs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedBlock:
    """A block that a site repeats.

    Attributes:
        n_pages: On so many it was seen.
        last_page: The number of the last one among all pages of the site.
    """

    fingerprint: int
    n_pages: int
    first_seen_at: datetime
    last_seen_at: datetime
    last_page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSite:
    """A site before one of its pages is read.

    Attributes:
        name: Its host, without `www.`.
        n_pages: Seen so far.
        n_strange: The last so many in a row had little of what stood on all pages before.
        pages: The last ones, oldest first.
        learned: Fingerprints of the blocks that were learned from the pages before these.
        content_path: Where the text stands on pages of the source, as an operator confirmed.
    """

    name: str
    n_pages: int = 0
    n_strange: int = 0
    pages: tuple[SeenPage, ...] = ()
    learned: frozenset[int] = frozenset()
    content_path: str | None = None


def site_name(url: str) -> str:
    """Return the site that a page belongs to.

    Raises:
        BadURLError: It is no http(s) address.
    """
    return host_name(url).removeprefix("www.")
