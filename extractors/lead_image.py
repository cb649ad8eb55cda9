"""The picture that an outlet shows an article with, and what is written below it on the page.

A caption belongs to the picture when JSON-LD says so, or when the page shows the same file in a figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from extractors.head import Head
from extractors.jsonld import LinkedArticle
from extractors.stated import MOST_RAW_CHARS, Stated, first_stated, line
from news.urls import clean_url_or_none

MAX_CAPTION_CHARS = 1000

_MOST_FIGURES = 20
_SOURCES = ("src", "data-src", "data-original", "data-lazy-src", "srcset", "data-srcset")
_FILE = re.compile(
    r"([\w%.~-]{4,120}?)(?:[-_]\d{2,4}x\d{2,4}|[-_]scaled|@\dx)?\.(?:jpe?g|png|webp|gif|avif)", re.IGNORECASE
)
_LEAST_FILE_CHARS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadImage:
    """The picture's address, absolute, and its caption; None where there is none."""

    url: Stated | None = None
    caption: Stated | None = None


def read_lead_image(head: Head, linked: LinkedArticle, url: str) -> LeadImage:
    """Return the picture that is stated for the article, and its caption."""
    stated = (
        *(("opengraph", raw) for raw in head.first("og:image:secure_url", "og:image", "og:image:url")),
        *(("json-ld", raw) for raw in linked.images),
        *(("meta", raw) for raw in head.first("twitter:image", "twitter:image:src")),
    )
    for origin, raw in stated:
        if found := clean_url_or_none(raw, url):
            image = Stated(text=found, origin=origin, raw=raw[:MOST_RAW_CHARS])
            said = first_stated([("json-ld", (linked.image_caption,))], MAX_CAPTION_CHARS)
            return LeadImage(url=image, caption=said or _caption(head, found))
    return LeadImage()


def _caption(head: Head, image_url: str) -> Stated | None:
    """Return what stands below the same file in a figure."""
    name = _file(image_url)
    if not name:
        return None
    for figure in islice(head.root.iter("figure"), _MOST_FIGURES):
        caption = next(figure.iter("figcaption"), None)
        if caption is None or not any(_shows(image, name) for image in islice(figure.iter("img", "source"), 5)):
            continue
        if text := line(" ".join(islice(caption.itertext(), 50)), MAX_CAPTION_CHARS):
            return Stated(text=text, origin="dom", raw=text)
    return None


def _shows(image: HtmlElement, name: str) -> bool:
    return any(name in (image.get(attribute) or "")[:2000] for attribute in _SOURCES)


def _file(url: str) -> str | None:
    """Return the name of a picture's file without size and ending: sizes differ from place to place."""
    found = _FILE.findall(url[-400:])
    return found[-1] if found and len(found[-1]) >= _LEAST_FILE_CHARS else None
