"""The sitemaps that an index names: which of them are read at a check, and whether the index tells when they change."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.fetcher import Door
from news.model import Entry, FeedDocument, FetchFailure, Page, SitemapLink, Unreadable
from scheduler.kit import Kit
from scheduler.readers import read_feed

SITEMAPS_A_CHECK = 5
"""Children of an index that are read at a check: where news is to be expected."""

MOST_SITEMAPS = 20
"""Of all levels: an index may name indexes, and itself."""


async def read_sitemaps(kit: Kit, index: FeedDocument, asked: set[str] | None = None) -> tuple[list[Entry], bool]:
    """Read the sitemaps that an index names and where news is to be expected.

    Args:
        kit: The process's tools.
        index: As read.
        asked: URLs that were asked already at this check.

    Returns:
        Their entries, and whether the index vouches for them: it changes when they do, as each is dated there, and
        none failed. One that failed is asked again next time, which an unchanged index must not prevent.
    """
    lines: list[Entry] = []
    asked = set() if asked is None else asked
    vouched_for = all(link.modified_at for link in index.sitemaps)
    for link in _newest(index.sitemaps):
        if link.url in asked or len(asked) >= MOST_SITEMAPS:
            continue
        asked.add(link.url)
        document = await _read(kit, link)
        if isinstance(document, str):
            kit.tally["sitemaps_failed"] += 1
            kit.note_reason(f"{link.url}: {document}")
            vouched_for = False
            continue
        below, below_vouched_for = await read_sitemaps(kit, document, asked)
        lines += (*document.entries, *below)
        vouched_for = vouched_for and below_vouched_for
    return lines, vouched_for


async def _read(kit: Kit, link: SitemapLink) -> FeedDocument | str:
    """Return what a sitemap says, or why it says nothing."""
    with kit.room.hold() as hold:
        answer = await kit.fetcher.fetch(link.url, Door.SITEMAP, hold=hold)
        if isinstance(answer, FetchFailure):
            return answer.reason
        if not isinstance(answer, Page):
            return "it answered 304 to a request without a condition"
        document = await kit.parse.run(
            read_feed, answer.body, answer.final_url, answer.headers.get("content-type"), kit.clock.now()
        )
    return document.reason if isinstance(document, Unreadable) else document


def _newest(links: Sequence[SitemapLink]) -> Sequence[SitemapLink]:
    """Return the links to read: the newest where they are dated, else some at each end, as outlets do it either way."""
    if len(links) <= SITEMAPS_A_CHECK or links[0].modified_at is not None:
        return links[:SITEMAPS_A_CHECK]
    n_first = SITEMAPS_A_CHECK // 2
    return (*links[:n_first], *links[n_first - SITEMAPS_A_CHECK :])
