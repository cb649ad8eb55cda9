"""Plain pages for sites without a look of their own: a home page and an article page.

The sample outlets' looks are templates (`newsroom.templates`).
"""

from __future__ import annotations

from html import escape

from newsroom.feeds import ALTERNATES, MEDIA_TYPES, link_of
from newsroom.site import Document, FeedFormat, Piece, Site, document

N_HOME_PIECES = 30


def home_document(site: Site, base_url: str) -> Document:
    """Return the site's home page."""
    html = plain_home(site, base_url) if site.home is None else site.home(site, base_url)
    return document(site.encode(html), site.html_type, site.changed_at)


def page_document(site: Site, piece: Piece, base_url: str) -> Document:
    """Return a piece's page."""
    if piece.page is not None:
        return piece.page(site, piece, base_url)
    return document(site.encode(plain_page(site, piece)), site.html_type, site.modified_at(piece))


def feed_link(site: Site, base_url: str) -> str:
    """Return the `<link rel="alternate">` of the site's feed; empty where a home page names none."""
    if site.format not in ALTERNATES:
        return ""
    href = escape(base_url + site.feed_path)
    return f'<link rel="alternate" type="{MEDIA_TYPES[site.format]}" title="{escape(site.title)}" href="{href}">'


def meta_charset(site: Site) -> str:
    """Return the `<meta charset>` of the site's pages; empty where it names none."""
    return f'<meta charset="{site.label}">' if site.label else ""


def plain_home(site: Site, base_url: str) -> str:
    """Return a home page: the feed's link in its head, the newest pieces as headlines."""
    items = []
    most = site.style.limit if site.format is FeedFormat.LISTING else N_HOME_PIECES
    for piece in [piece for piece in site.pieces if piece.listed][:most]:
        title = escape(piece.title or piece.summary or piece.path)
        date = piece.published_at.astimezone(site.zone) if piece.published_at else None
        stamp = f'<time datetime="{date.isoformat(timespec="seconds")}">{date:%d.%m.%Y %H:%M}</time>' if date else ""
        href = escape(link_of(piece, base_url))
        items.append(f'<article><h2><a href="{href}">{title}</a></h2>{stamp}</article>\n')
    return (
        f'<!doctype html><html lang="{site.language or "en"}"><head>{meta_charset(site)}'
        f"<title>{escape(site.title)}</title>{feed_link(site, base_url)}</head><body>"
        f'<header><h1>{escape(site.title)}</h1><nav><a href="/">Home</a> <a href="/about">About</a></nav></header>'
        f"<main>\n{''.join(items)}</main><footer>{escape(site.tagline)}</footer></body></html>"
    )


def plain_page(site: Site, piece: Piece) -> str:
    """Return an article page with nothing but the article."""
    date = piece.published_at.astimezone(site.zone) if piece.published_at else None
    stamp = f'<time datetime="{date.isoformat(timespec="seconds")}">{date:%d.%m.%Y %H:%M}</time>' if date else ""
    title = escape(piece.title or "")
    text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in piece.paragraphs)
    return (
        f'<!doctype html><html lang="{site.language or "en"}"><head>{meta_charset(site)}<title>{title}</title></head>'
        f'<body><nav><a href="/">{escape(site.title)}</a></nav><article><h1>{title}</h1>{stamp}\n{text}</article>'
        f"</body></html>"
    )
