"""Finds the feeds of an outlet: links, well-known paths, news sitemaps, and failing all the listing page itself.

Reads through the kit as every job does; what a document says is the extractors' business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

from crawler.fetcher import Door
from extractors.discovery import WELL_KNOWN_PATHS, HomePage
from news.errors import BadURLError, SourceUnreachableError
from news.model import FailureKind, FeedDocument, FeedKind, FetchFailure, Page, Unreadable
from news.urls import canonical_url, clean_url, host_name, origin
from scheduler.kit import Kit
from scheduler.readers import read_feed, read_home, read_listing, read_robots

MOST_LINKED = 10
"""Links on a page that are asked; a front page may name a feed for every section and author."""

MOST_SITEMAPS = 4
_NOT_BARE = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)|[^/?#]*@", re.IGNORECASE)
"""Another scheme (`mailto:`, `javascript:`) or a user's name before the host; `outlet.example:8080` is neither."""

RECENT = timedelta(days=7)
SITEMAPS = (FeedKind.SITEMAP, FeedKind.SITEMAP_INDEX)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that answered, with the document as evidence and how it was found.

    Attributes:
        chosen: Whether it is the one to watch; the others are kept as alternatives.
    """

    url: str
    kind: FeedKind
    title: str | None
    how: str
    document: FeedDocument
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a URL turned out to be. `feeds` has the chosen one first; `problems` tells what did not answer."""

    source_name: str
    home_url: str
    language: str | None
    feeds: tuple[FoundFeed, ...]
    problems: tuple[str, ...] = ()


async def find_feeds(kit: Kit, text: str) -> Findings:
    """Find what lists the articles of an outlet.

    Args:
        kit: The process's tools.
        text: A home page, a section or a feed; `https://` may be left out.

    Raises:
        BadURLError: It is no URL.
        SourceUnreachableError: It does not answer, or nothing there lists articles.
    """
    url = _address(text)
    kit.gate.look_again(url)
    answer = await kit.fetcher.fetch(url, Door.HOME)
    if isinstance(answer, FetchFailure) and answer.kind is FailureKind.TOO_LARGE:
        # No page is so large, but feeds and sitemaps are.
        answer = await kit.fetcher.fetch(url, Door.SITEMAP)
    if not isinstance(answer, Page):
        reason = answer.reason if isinstance(answer, FetchFailure) else "it answered 304 to a first request"
        if isinstance(answer, FetchFailure) and answer.kind is FailureKind.REFUSED_ADDRESS:
            reason += "; if you trust it, name its network in WIREWATCH_ALLOW_NETWORKS"
        raise SourceUnreachableError(f"source: {url}: {reason}")
    findings = await find_feeds_of_page(kit, url, answer)
    if not findings.feeds:
        causes = "; ".join(findings.problems[:3]) or "it has no feed, no news sitemap and no links to articles"
        raise SourceUnreachableError(f"source: {url}: nothing there lists articles: {causes}")
    return findings


def _address(text: str) -> str:
    """Return what a person typed as an address; `https://` may be left out.

    Raises:
        BadURLError: It is none; the text quotes it as it was typed.
    """
    words = text.strip()
    bare = words and "://" not in words and not _NOT_BARE.match(words)
    try:
        return clean_url(f"https://{words}" if bare else words)
    except BadURLError as error:
        raise BadURLError(f"{error}; write it as https://outlet.example/") from error


async def find_feeds_of_page(kit: Kit, url: str, page: Page) -> Findings:
    """Find the feeds of a page that was fetched already; `feeds` is empty when nothing lists articles."""
    now = kit.clock.now()
    document = await kit.parse.run(read_feed, page.body, page.final_url, page.headers.get("content-type"), now)
    if isinstance(document, FeedDocument):
        found = FoundFeed(
            url=url, kind=document.kind, title=document.title, how="the URL itself", document=document, chosen=True
        )
        home = document.home_url or origin(page.final_url) + "/"
        return Findings(source_name=_name_of(home), home_url=home, language=document.language, feeds=(found,))
    home_page = await kit.parse.run(read_home, page.body, page.final_url)
    if isinstance(home_page, Unreadable):
        return Findings(source_name=_name_of(url), home_url=url, language=None, feeds=(), problems=(home_page.reason,))
    return await _search(kit, url, page, home_page)


async def _search(kit: Kit, url: str, page: Page, home: HomePage) -> Findings:
    problems: list[str] = []
    linked = [(link.url, link.how) for link in home.feed_links[:MOST_LINKED]]
    found = await _try(kit, linked, problems)
    if not any(feed.document.entries for feed in found):
        tried = {canonical_url(feed_url) for feed_url, _ in linked}
        paths = [(urljoin(page.final_url, path), f"well-known path {path}") for path in WELL_KNOWN_PATHS]
        guesses = [(guess, how) for guess, how in paths if canonical_url(guess) not in tried]
        found += await _try(kit, guesses, [], until_found=True)
    found += await _try_sitemaps(kit, page.final_url, problems)
    listing = await kit.parse.run(read_listing, page.body, page.final_url, kit.clock.now())
    if isinstance(listing, FeedDocument) and listing.entries:
        found.append(
            FoundFeed(url=url, kind=FeedKind.LISTING, title=home.title, how="the page's own links", document=listing)
        )
    return Findings(
        source_name=_name_of(page.final_url),
        home_url=url,
        language=home.language,
        feeds=_choose(found, kit.clock.now()),
        problems=tuple(problems),
    )


async def _try(
    kit: Kit, candidates: list[tuple[str, str]], problems: list[str], *, until_found: bool = False
) -> list[FoundFeed]:
    """Ask each candidate and keep those that are feeds."""
    found: list[FoundFeed] = []
    for url, how in candidates:
        answer = await kit.fetcher.fetch(url, Door.FEED)
        if not isinstance(answer, Page):
            problems.append(f"{url}: {answer.reason if isinstance(answer, FetchFailure) else 'no answer'}")
            continue
        document = await kit.parse.run(
            read_feed, answer.body, answer.final_url, answer.headers.get("content-type"), kit.clock.now()
        )
        if isinstance(document, Unreadable):
            problems.append(f"{url}: {document.reason}")
            continue
        found.append(FoundFeed(url=url, kind=document.kind, title=document.title, how=how, document=document))
        if until_found and document.entries:
            break
    return found


async def _try_sitemaps(kit: Kit, url: str, problems: list[str]) -> list[FoundFeed]:
    """Ask the sitemaps that robots.txt names, those that say news first; keep those with recent articles."""
    answer = await kit.fetcher.fetch(f"{origin(url)}/robots.txt", Door.ROBOTS)
    if not isinstance(answer, Page):
        return []
    robots = await kit.parse.run(read_robots, answer.body, "*", ())
    if isinstance(robots, Unreadable):
        return []
    named = sorted(dict.fromkeys(robots.sitemaps), key=lambda sitemap: "news" not in sitemap.lower())
    kept: list[FoundFeed] = []
    for feed in await _try(kit, [(s, "sitemap named in robots.txt") for s in named[:MOST_SITEMAPS]], problems):
        if feed.kind is FeedKind.SITEMAP_INDEX:
            children = [(link.url, f"sitemap of {feed.url}") for link in feed.document.sitemaps]
            children.sort(key=lambda child: "news" not in child[0].lower())
            below = await _try(kit, children[:2], problems)
            lines = tuple(line for child in below for line in child.document.entries)
            feed = replace(feed, document=replace(feed.document, entries=lines))
        if _is_recent(feed.document, kit.clock.now()):
            kept.append(feed)
    return kept


def _choose(found: list[FoundFeed], now: datetime) -> tuple[FoundFeed, ...]:
    """Return the feeds, each URL once, the one to watch first: a feed before a sitemap before a listing page."""

    def rank(feed: FoundFeed) -> tuple[bool, bool, int, bool, bool]:
        comments = "comment" in f"{feed.url} {feed.title or ''}".lower()
        kind = 2 if feed.kind is FeedKind.LISTING else 1 if feed.kind in SITEMAPS else 0
        return (not feed.document.entries, comments, kind, not _is_recent(feed.document, now), len(feed.url) > 200)

    once: dict[str, FoundFeed] = {}
    for feed in found:
        once.setdefault(canonical_url(feed.url) + ("#listing" if feed.kind is FeedKind.LISTING else ""), feed)
    ranked = sorted(once.values(), key=rank)
    return tuple(replace(feed, chosen=position == 0) for position, feed in enumerate(ranked))


def _is_recent(document: FeedDocument, now: datetime) -> bool:
    return any(line.published is not None and now - line.published.at < RECENT for line in document.entries)


def _name_of(url: str) -> str:
    return host_name(url).removeprefix("www.")
