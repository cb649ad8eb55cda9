"""Fills the templates of the sample outlets' pages.

The words come from the outlet's file, the markup from `templates/`; this file lays them side by side.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from newsroom.feeds import link_of
from newsroom.looks import feed_link, meta_charset
from newsroom.mustache import Context, fill
from newsroom.site import Document, FeedFormat, PageMaker, Piece, Site, document

TEMPLATES = Path(__file__).parent / "templates"

N_RELATED = 4
N_HOME = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What stands around an outlet's articles.

    Attributes:
        words: Lines of the outlet's own, as `related` or `cookies`; templates take those they use.
        sections: Of the navigation.
        teasers: Title and summary of articles that every page advertises.
    """

    words: dict[str, str]
    sections: tuple[str, ...]
    teasers: tuple[tuple[str, str], ...]

    def home(self, site: Site, base_url: str) -> str:
        """Return the home page's HTML; a listing's has a plainer one."""
        name = "listing.html" if site.format is FeedFormat.LISTING else "home.html"
        pieces = [piece for piece in site.pieces if piece.listed][:N_HOME]
        context = self._frame(site, base_url) | {"pieces": [_card(piece, site, base_url) for piece in pieces]}
        return fill(template_text(name), context)

    def page(self, template: str, *, photo_from: str = "") -> PageMaker:
        """Return what makes a piece's page with a template."""
        template_text(template)

        def make(site: Site, piece: Piece, base_url: str) -> Document:
            others = [one for one in site.pieces if one.path != piece.path and one.listed]
            context = self._frame(site, base_url) | {
                **_card(piece, site, base_url),
                "paragraphs": [{"text": text} for text in piece.paragraphs],
                "photo_from": photo_from,
                "json_ld": _json_ld(piece, site, base_url),
                "related": [_card(one, site, base_url) for one in others[:N_RELATED]],
                "popular_pieces": [_card(one, site, base_url) for one in reversed(others[-N_RELATED:])],
            }
            html = fill(template_text(template), context)
            return document(site.encode(html), site.html_type, site.modified_at(piece))

        return make

    def _frame(self, site: Site, base_url: str) -> dict[str, str | list[Context]]:
        words = {"related", "popular", "chosen", "label", "more", "photo", "cookies", "subscribe", "copyright"}
        teasers: list[Context] = [
            {"teaser_title": title, "teaser_summary": summary, "teaser_url": f"{base_url}/en/news/{number}"}
            for number, (title, summary) in enumerate(self.teasers, 1)
        ]
        sections: list[Context] = [
            {"section_name": name, "section_url": f"{base_url}/section/{number}"}
            for number, name in enumerate(self.sections, 1)
        ]
        return {
            **{f"word_{word}": self.words.get(word, "") for word in words},
            "site_title": site.title,
            "tagline": site.tagline,
            "language": site.language or "",
            "home_url": base_url + "/",
            "meta_charset": meta_charset(site),
            "feed_link": feed_link(site, base_url),
            "sections": sections,
            "teasers": teasers,
        }


@cache
def template_text(name: str) -> str:
    """Return a template by its file name.

    Raises:
        ValueError: There is none.
    """
    path = TEMPLATES / name
    if path.parent != TEMPLATES or not path.is_file():
        raise ValueError(f"template {name!r} is not in newsroom/templates")
    return path.read_text(encoding="utf-8")


def _card(piece: Piece, site: Site, base_url: str) -> dict[str, str | list[Context]]:
    """Return what both a page and a list of links say of a piece."""
    at = piece.published_at.astimezone(site.zone) if piece.published_at else None
    link = link_of(piece, base_url)
    return {
        "url": base_url + piece.path if link.startswith(base_url + "/") else link,
        "canonical_url": base_url + piece.path,
        "title": piece.title or "",
        "summary": piece.summary or "",
        "section": piece.section or "",
        "authors": [{"author": author} for author in piece.authors],
        "tags": [{"tag": tag} for tag in piece.tags],
        "iso_date": at.isoformat(timespec="seconds") if at else "",
        "date": f"{at:%d.%m.%Y, %H:%M}" if at else "",
        "short_date": _short_date(at) if at else "",
        "image_url": f"{base_url}/images/{piece.path.rpartition('/')[2].partition('.')[0]}.jpg",
    }


def _short_date(at: datetime) -> str:
    return f"{at.year}-{at.month}-{at.day} {at:%H:%M}"


def _json_ld(piece: Piece, site: Site, base_url: str) -> str:
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.title,
        "datePublished": piece.published_at.astimezone(site.zone).isoformat() if piece.published_at else None,
        "author": [{"@type": "Person", "name": author} for author in piece.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": site.title, "url": base_url + "/"},
        "articleSection": piece.section,
        "keywords": list(piece.tags),
        "inLanguage": site.language,
        "mainEntityOfPage": base_url + piece.path,
    }
    return json.dumps(told, ensure_ascii=False).replace("</", "<\\/")
