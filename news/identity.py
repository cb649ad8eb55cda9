"""Which lines of a feed are the same news: the keys by which entries and their sightings are known.

It compares the lines of one answer; what was stored before is `store`'s to know. Pure: same lines, same keys.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from news.errors import BadURLError
from news.model import Entry
from news.text import fold_title
from news.urls import canonical_url, is_routed, origin

# A guid's scheme and `www.` change with the server's settings.
_WEB_GUID = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryIdentity:
    """What a line of a feed is known by. Every key is a SHA-256.

    Attributes:
        key: Of the canonical URL; of the feed and the guid (else title and summary) where the line has no page.
        sighting_key: Of the URL and the guid as listed: a line known by it needs no second look.
        guid_key: Of the guid and the folded title: finds a line again whose URL has changed. None where there is no
            guid or no title, or where the guid is no identity.
        has_page: Whether the URL leads to a page of this line alone. Without one, the line is all there is to read.
    """

    key: bytes
    sighting_key: bytes
    guid_key: bytes | None
    has_page: bool


def identify(entries: Sequence[Entry], feed_url: str) -> list[EntryIdentity]:
    """Return what each line of one answer is known by, in their order.

    A URL is the identity of its line, so new guids, another encoding or another scheme make no new ones. A line has
    no page when it has no http(s) URL; when that is the feed itself or the front page of the feed's host; when the
    page's own script chooses by the fragment what to show; and when other lines with other guids and other titles
    have it too. A guid that several lines share is no identity, nor is one that is the feed's own address.

    Args:
        entries: All lines of the answer: some rules compare them.
        feed_url: Where the answer came from.

    Raises:
        BadURLError: `feed_url` is no http(s) address.
    """
    feed = canonical_url(feed_url)
    fronts = {feed, canonical_url(origin(feed))}
    urls = [_canonical_or_none(entry.url) for entry in entries]
    guids = [_WEB_GUID.sub("", entry.guid, count=1) if entry.guid else None for entry in entries]
    shared = _shared_urls(entries, urls, guids)
    guids = _telling_guids(entries, guids, fronts)
    return [
        _identity(
            entry, url, guid, feed, has_page=not (url is None or url in fronts or url in shared or is_routed(url))
        )
        for entry, url, guid in zip(entries, urls, guids, strict=True)
    ]


def _identity(entry: Entry, url: str | None, guid: str | None, feed: str, *, has_page: bool) -> EntryIdentity:
    words = (entry.title or "", entry.summary or "")
    seen: tuple[str, ...] = (entry.url or "", entry.guid or "")
    if url is not None and (has_page or is_routed(url)):
        key = _key(url)
    elif guid is not None:
        key = _key(feed, "guid", guid)
    else:
        key = _key(feed, "text", *words)
        # Neither URL nor guid tells such lines apart: the words must.
        seen += words
    return EntryIdentity(
        key=key,
        sighting_key=_key(*seen),
        guid_key=_key(guid, fold_title(entry.title)) if guid is not None and entry.title else None,
        has_page=has_page,
    )


def _telling_guids(entries: Sequence[Entry], guids: Sequence[str | None], fronts: set[str]) -> list[str | None]:
    """Return each guid that is an identity; None where it is missing, recycled, or the feed's own address."""
    # A line that is listed twice shares its guid with nobody else.
    once = {(guid, entry.url, entry.title) for guid, entry in zip(guids, entries, strict=True)}
    counts = Counter(guid for guid, _, _ in once)
    silent = {front.removeprefix("https://").rstrip("/") for front in fronts}
    return [guid if guid and counts[guid] == 1 and guid.rstrip("/") not in silent else None for guid in guids]


def _shared_urls(entries: Sequence[Entry], urls: Sequence[str | None], guids: Sequence[str | None]) -> set[str]:
    """Return the URLs that lines of several guids and several titles have in common."""
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for place, url in enumerate(urls):
        if url is not None:
            lines[url].append(place)
    return {url for url, places in lines.items() if len(places) > 1 and _are_different(entries, guids, places)}


def _are_different(entries: Sequence[Entry], guids: Sequence[str | None], places: Iterable[int]) -> bool:
    places = list(places)
    titles = {fold_title(title) for place in places if (title := entries[place].title)}
    # Where there is no guid, the words stand for it.
    names = {guids[place] or (entries[place].title, entries[place].summary) for place in places}
    return len(titles) > 1 and len(names) > 1


def _canonical_or_none(url: str | None) -> str | None:
    try:
        return canonical_url(url) if url else None
    except BadURLError:
        return None


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
