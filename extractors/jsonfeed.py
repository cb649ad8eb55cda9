"""Reads JSON Feed 1.0 and 1.1.

Source: https://www.jsonfeed.org/version/1.1/. Other JSON is no feed; addresses are `news.urls`' business.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from extractors.dates import read_moment
from extractors.decode import decode
from extractors.entries import EntryList, first_moment, language_code, listed_names
from extractors.markup import plain_text, plain_title
from extractors.mending import MAX_ENTRIES
from extractors.syndication import MAX_GUID_CHARS, MAX_SUMMARY_CHARS, MAX_TITLE_CHARS
from news.model import Entry, FeedDocument, FeedKind, Unreadable
from news.text import clean_text
from news.urls import clean_url_or_none


def read_json_feed(body: bytes, url: str, charset: str | None, now: datetime) -> FeedDocument | Unreadable:
    """Read a JSON Feed. What has another type than the standard says is passed over, the item kept.

    Args:
        body: Not compressed, within the size the caller allows.
        url: Where it was fetched; relative links are relative to it.
        charset: As the HTTP header names it.
        now: Aware UTC; what is dated later than two days from it has no date.
    """
    text = decode(body, charset).lstrip("\ufeff")
    try:
        document = json.loads(text, strict=False)
    except RecursionError:
        return Unreadable(reason="the JSON is nested too deeply")
    except ValueError as error:
        return Unreadable(reason=f"the JSON cannot be read: {str(error)[:100]}")
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return Unreadable(reason="JSON, but not a JSON Feed: it has no list of items")
    items = document["items"]
    notes = ["some letters were damaged"] if "\ufffd" in text else []
    if len(items) > MAX_ENTRIES:
        notes.append(f"{len(items) - MAX_ENTRIES} entries beyond {MAX_ENTRIES} were left out")
    language = language_code(document.get("language"))
    listed = EntryList()
    for item in items[:MAX_ENTRIES]:
        listed.add(_read_item(item, url, language, now) if isinstance(item, dict) else Entry())
    return FeedDocument(
        kind=FeedKind.JSON,
        title=plain_title(_text(document, "title"), MAX_TITLE_CHARS, marked_up=False),
        home_url=_url(document, "home_page_url", url),
        language=language,
        entries=listed.entries,
        notes=(*notes, *listed.notes),
    )


def _read_item(item: dict[str, Any], base: str, language: str | None, now: datetime) -> Entry:
    guid = item.get("id")
    if isinstance(guid, int | float) and not isinstance(guid, bool):
        guid = str(guid)
    guid = clean_text(guid) if isinstance(guid, str) else None
    text = _text(item, "summary") or _text(item, "content_text")
    is_address = (guid or "").lower().startswith(("http://", "https://"))
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    return Entry(
        url=_url(item, "url", base)
        or _url(item, "external_url", base)
        or (clean_url_or_none(guid) if guid and is_address else None),
        guid=guid[:MAX_GUID_CHARS] if guid else None,
        title=plain_title(_text(item, "title"), MAX_TITLE_CHARS, marked_up=False),
        summary=plain_title(text, MAX_SUMMARY_CHARS, marked_up=False)
        or plain_text(_text(item, "content_html"), MAX_SUMMARY_CHARS),
        authors=listed_names(author.get("name") for author in authors or [] if isinstance(author, dict)),
        published=first_moment(
            (item.get("date_published"), item.get("date_modified")), lambda raw: read_moment(raw, "feed", now)
        ),
        updated=first_moment([item.get("date_modified")], lambda raw: read_moment(raw, "feed", now)),
        language=language_code(item.get("language")) or language,
        tags=listed_names(item["tags"]) if isinstance(item.get("tags"), list) else (),
        image_url=_url(item, "image", base) or _url(item, "banner_image", base),
    )


def _text(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) else None


def _url(item: dict[str, Any], name: str, base: str) -> str | None:
    text = (_text(item, name) or "").strip()
    return clean_url_or_none(text, base) if text else None
