"""Reads RSS 0.9x–2.0, RDF and Atom through feedparser: the only file that calls it, behind the only broad `except`.

Decoding and mending come first (`mending`); dates are `dates`' business, because feedparser reads several
formats wrongly; addresses are `news.urls`'.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import feedparser

from extractors.dates import read_moment
from extractors.entries import EntryList, first_moment, language_code, listed_names
from extractors.markup import plain_text, plain_title
from extractors.mending import mend_feed, without_extensions
from news.model import Entry, FeedDocument, FeedKind, Moment, Unreadable
from news.text import clean_text
from news.urls import clean_url_or_none

MAX_TITLE_CHARS = 1000
MAX_SUMMARY_CHARS = 2000
MAX_GUID_CHARS = 4096

_PERIODS_S = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0, "monthly": 2592000.0, "yearly": 31536000.0}
_LONGEST_INTERVAL_S = 7 * 86400.0
_HTML_TYPES = {"text/html", "application/xhtml+xml", "html", "xhtml"}
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])")


def read_syndication(body: bytes, url: str, charset: str | None, now: datetime) -> FeedDocument | Unreadable:
    """Read a feed in XML.

    Args:
        body: Not compressed, within the size the caller allows.
        url: Where it was fetched; relative links are relative to it.
        charset: As the HTTP header names it.
        now: Aware UTC; what is dated later than two days from it has no date.
    """
    mended = mend_feed(body, charset)
    if isinstance(mended, Unreadable):
        return mended
    text, notes = mended
    parsed = parse(text.encode())
    if isinstance(parsed, Unreadable):
        parsed = parse(without_extensions(text).encode())
        notes.append("extensions that could not be read were left out")
    if isinstance(parsed, Unreadable):
        return parsed
    channel = parsed["feed"]
    is_atom = str(parsed.get("version") or "").startswith("atom")
    language = language_code(dict.get(channel, "language"))
    listed = EntryList()
    for item in parsed["entries"]:
        listed.add(_read_entry(item, url, language, now, is_atom=is_atom))
    return FeedDocument(
        kind=FeedKind.ATOM if is_atom else FeedKind.RSS,
        title=plain_title(_text(channel, "title"), MAX_TITLE_CHARS, marked_up=_is_html(channel, "title")),
        home_url=_home_url(channel, url),
        language=language,
        entries=listed.entries,
        min_interval_s=_min_interval_s(channel),
        notes=(*notes, *listed.notes),
    )


def parse(mended: bytes, headers: Mapping[str, str] | None = None) -> Any:
    """Run feedparser over mended bytes; its dict, or `Unreadable` with the name of what escaped it.

    The bytes stand in a buffer: bytes that read like a path would make feedparser open that file.
    """
    try:
        return feedparser.parse(  # noqa: TID251 (the one place)
            io.BytesIO(mended), response_headers=dict(headers or {}), sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # noqa: BLE001 (ten kinds of exception escape feedparser 6.0.14, see feedparser_crashers)
        return Unreadable(reason=f"the feed's XML cannot be read ({type(error).__name__})")


def _read_entry(item: dict[str, Any], url: str, language: str | None, now: datetime, *, is_atom: bool) -> Entry:
    guid = clean_text(_text(item, "id"))
    details = [dict.get(item, name) or {} for name in ("title_detail", "summary_detail")]
    own = next((code for detail in details if is_atom and (code := language_code(detail.get("language")))), None)
    contents = dict.get(item, "content") or []
    summary = _text(item, "summary") or next((content.get("value") for content in contents), None)
    return Entry(
        url=_entry_url(item, url),
        guid=guid[:MAX_GUID_CHARS] if guid else None,
        title=plain_title(_text(item, "title"), MAX_TITLE_CHARS, marked_up=_is_html(item, "title")),
        summary=plain_text(summary, MAX_SUMMARY_CHARS),
        authors=_authors(item),
        published=_published(item, now),
        updated=first_moment([_text(item, "updated")], lambda raw: read_moment(raw, "feed", now)),
        language=language_code(_text(item, "language")) or own or language,
        tags=listed_names(tag.get("label") or tag.get("term") for tag in dict.get(item, "tags") or []),
        image_url=_image_url(item, url),
    )


def _published(item: dict[str, Any], now: datetime) -> Moment | None:
    """Return the stated moment; an entry that only says when it was changed is dated by that."""
    raws = [_text(item, name) for name in ("published", "created", "updated")]
    return first_moment(raws, lambda raw: read_moment(raw, "feed", now))


def _entry_url(item: dict[str, Any], base: str) -> str | None:
    """Return the article's address: before redirectors, then the alternate link, then a guid that is an address."""
    links = [link for link in dict.get(item, "links") or [] if link.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda link: link.get("type", "text/html") not in _HTML_TYPES)
    candidates = [_text(item, "feedburner_origlink"), *(link.get("href") for link in links)]
    guid = (_text(item, "id") or "").strip()
    if guid.lower().startswith(("http://", "https://")) and (dict.get(item, "guidislink") or not links):
        candidates.append(guid)
    return _first_url(candidates, base)


def _image_url(item: dict[str, Any], base: str) -> str | None:
    media = [
        part.get("url")
        for part in dict.get(item, "media_content") or []
        if part.get("medium") == "image"
        or str(part.get("type", "")).startswith("image/")
        or (not part.get("type") and _PICTURE.search(str(part.get("url", ""))[:4096]))
    ]
    thumbnails = [part.get("url") for part in dict.get(item, "media_thumbnail") or []]
    enclosures = [
        link.get("href")
        for link in dict.get(item, "links") or []
        if link.get("rel") == "enclosure" and str(link.get("type", "")).startswith("image/")
    ]
    image = dict.get(item, "image")
    own = image.get("href") if isinstance(image, dict) else None
    return _first_url([*media, *enclosures, *thumbnails, own], base)


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    """Return names; an author who is only an e-mail address is none.

    feedparser takes at most four letters for an address's end, and the others for the name: `ple` of `x@h.example`.
    """
    authors = dict.get(item, "authors") or []
    names = [author.get("name") for author in authors if not (author.get("email") and _is_rest(author.get("name")))]
    return listed_names(name for name in names or [_text(item, "author")] if name and "@" not in name)


def _is_rest(name: object) -> bool:
    return isinstance(name, str) and re.fullmatch(r"[a-z]{0,20}", name) is not None


def _home_url(channel: dict[str, Any], base: str) -> str | None:
    links = [link.get("href") for link in dict.get(channel, "links") or [] if link.get("rel") == "alternate"]
    return _first_url([*links, _text(channel, "link")], base)


def _min_interval_s(channel: dict[str, Any]) -> float | None:
    """Return the outlet's wish: the longer of `ttl` (minutes) and `sy:updatePeriod` / `sy:updateFrequency`."""
    wishes: list[float] = []
    ttl = re.fullmatch(r"\s*([0-9]{1,7})\s*", _text(channel, "ttl") or "")
    if ttl:
        wishes.append(int(ttl.group(1)) * 60.0)
    period = _PERIODS_S.get((_text(channel, "sy_updateperiod") or "").strip().lower())
    if period:
        frequency = re.fullmatch(r"\s*([0-9]{1,5})\s*", _text(channel, "sy_updatefrequency") or "1")
        wishes.append(period / max(int(frequency.group(1)) if frequency else 1, 1))
    longest = max(wishes, default=0.0)
    return min(longest, _LONGEST_INTERVAL_S) or None


def _first_url(candidates: Iterable[Any], base: str) -> str | None:
    texts = (text.strip() for text in candidates if isinstance(text, str))
    return next((found for text in texts if text and (found := clean_url_or_none(text, base))), None)


def _text(item: dict[str, Any], name: str) -> str | None:
    """Return a value only where it is text: `dict.get`, since feedparser's own maps names onto each other."""
    value = dict.get(item, name)
    return value if isinstance(value, str) else None


def _is_html(item: dict[str, Any], name: str) -> bool:
    detail = dict.get(item, f"{name}_detail")
    return isinstance(detail, dict) and detail.get("type") in _HTML_TYPES
