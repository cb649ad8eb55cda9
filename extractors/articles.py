"""Reads the article of a page: trafilatura for the text, structured data first for the rest."""

from __future__ import annotations

from datetime import datetime

import trafilatura

from extractors.dates import read_moment
from extractors.language import detect_language
from news.model import Article, Entry, TextOrigin, Unreadable
from news.text import clean_paragraphs, clean_text
from news.urls import clean_url_or_none, same_site

READER = f"trafilatura-{trafilatura.__version__}/1"


def read_article(
    page_body: bytes, url: str, content_type: str | None, entry: Entry | None, now: datetime
) -> Article | Unreadable:
    """Return the article of a page, or why there is none."""
    document = trafilatura.bare_extraction(page_body, url=url, favor_precision=True, with_metadata=True)
    if document is None or not document.text:
        return Unreadable(reason="no text found on the page")
    text = clean_paragraphs(document.text.replace("\n", "\n\n"))
    title = clean_text(document.title) or (entry.title if entry else None)
    canonical = clean_url_or_none(document.url or "")
    published = (entry.published if entry else None) or (
        read_moment(document.date, "meta", now) if document.date else None
    )
    return Article(
        url=canonical if canonical and same_site(canonical, url) else url,
        title=title,
        text=text,
        authors=tuple(part.strip() for part in (document.author or "").split(";") if part.strip()),
        language=detect_language(title, text, entry.language if entry else None),
        published=published,
        description=clean_text(document.description),
        tags=tuple(document.tags or ()),
        image_url=clean_url_or_none(document.image or ""),
        site_name=clean_text(document.sitename),
        reader=READER,
    )


def article_from_entry(entry: Entry, url: str) -> Article | None:
    """Return an article made of a feed's line, or None when it has neither title nor summary."""
    text = entry.summary or entry.title
    if not text:
        return None
    return Article(
        url=url,
        title=entry.title,
        text=text,
        text_origin=TextOrigin.ENTRY,
        authors=entry.authors,
        language=detect_language(entry.title, text, entry.language),
        published=entry.published,
        tags=entry.tags,
        image_url=entry.image_url,
        reader="entry/1",
    )
