"""Writes a site's list of pieces in every format outlets use.

What stands in the list is the site's business; who asks for it, and when it is wrong, is the server's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from newsroom.site import FEED_PATHS, Document, FeedFormat, FeedStyle, Piece, Site, document

MEDIA_TYPES: dict[FeedFormat, str] = {
    FeedFormat.RSS: "application/rss+xml",
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.RDF: "application/rdf+xml",
    FeedFormat.JSON: "application/feed+json",
    FeedFormat.NEWS_SITEMAP: "application/xml",
    FeedFormat.SITEMAP_INDEX: "application/xml",
}

ALTERNATES = (FeedFormat.RSS, FeedFormat.ATOM, FeedFormat.RDF, FeedFormat.JSON)
"""Formats that a home page names in `<link rel="alternate">`."""

N_SITEMAP_PIECES = 10
"""Pieces in one child of a sitemap index: small, so that a site of a few dozen pieces has several."""


def feed_document(site: Site, target: str, base_url: str, style: FeedStyle) -> Document | None:
    """Return the feed at a path of the site, or None where there is none."""
    path = target.partition("?")[0]
    if style.format is FeedFormat.SITEMAP_INDEX and path.startswith("/sitemap-") and path.endswith(".xml"):
        number = path.removeprefix("/sitemap-").removesuffix(".xml")
        pages = _sitemap_pages(site)
        if number.isascii() and number.isdigit() and 1 <= int(number) <= len(pages):
            return _xml(site, _news_sitemap(site, base_url, style, pages[int(number) - 1]), style)
    if style.format is FeedFormat.LISTING or path != FEED_PATHS[style.format]:
        return None
    pieces = [piece for piece in site.pieces if piece.listed][: style.limit]
    if style.format is FeedFormat.JSON:
        body = _json(site, base_url, style, pieces).encode()
        return document(body, MEDIA_TYPES[FeedFormat.JSON], site.changed_at)
    return _xml(site, _WRITERS[style.format](site, base_url, style, pieces), style)


def link_of(piece: Piece, base_url: str, scheme: str = "http") -> str:
    """Return the address that lists name for a piece."""
    port = base_url.rpartition(":")[2]
    url = base_url + piece.path if piece.url is None else piece.url.replace("{port}", port)
    return scheme + url[url.index(":") :]


def robots_text(site: Site, base_url: str) -> str | None:
    """Return robots.txt with the lines that name the site's sitemaps."""
    if site.robots is None:
        return None
    if site.format in {FeedFormat.NEWS_SITEMAP, FeedFormat.SITEMAP_INDEX}:
        return f"{site.robots.rstrip()}\n\nSitemap: {base_url}{site.feed_path}\n"
    return site.robots


def _xml(site: Site, text: str, style: FeedStyle) -> Document:
    declaration = f'<?xml version="1.0" encoding="{style.label}"?>\n' if style.label else '<?xml version="1.0"?>\n'
    charset = f"; charset={style.label}" if style.label else ""
    body = (declaration + text).encode(style.encoding, "xmlcharrefreplace")
    return document(body, MEDIA_TYPES[style.format] + charset, site.changed_at)


def _guid(piece: Piece, base_url: str, style: FeedStyle) -> str:
    return style.guid_prefix + (piece.guid or link_of(piece, base_url, style.scheme))


def _iso(moment: datetime, site: Site) -> str:
    return moment.astimezone(site.zone).isoformat(timespec="seconds")


def _element(name: str, text: str | None, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text)}</{name}>" if text else ""


def _rss(site: Site, base_url: str, style: FeedStyle, pieces: list[Piece]) -> str:
    items = []
    for piece in pieces:
        permanent = ' isPermaLink="true"' if piece.guid is None and not style.guid_prefix else ' isPermaLink="false"'
        date = format_datetime(piece.published_at.astimezone(site.zone)) if piece.published_at else None
        items.append(
            "<item>"
            + _element("title", piece.title)
            + _element("link", link_of(piece, base_url, style.scheme))
            + _element("guid", _guid(piece, base_url, style), permanent)
            + _element("pubDate", date)
            + "".join(_element("dc:creator", author) for author in piece.authors)
            + "".join(_element("category", tag) for tag in piece.tags)
            + _element("description", piece.summary)
            + "</item>\n"
        )
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">'
        "<channel>\n"
        + _element("title", site.title)
        + _element("link", base_url + "/")
        + _element("description", site.tagline or site.title)
        + _element("language", site.language)
        + f'<atom:link rel="self" type="application/rss+xml" href="{escape(base_url + site.feed_path)}"/>\n'
        + _element("lastBuildDate", format_datetime(site.changed_at))
        + "".join(items)
        + "</channel></rss>\n"
    )


def _atom(site: Site, base_url: str, style: FeedStyle, pieces: list[Piece]) -> str:
    entries = []
    for piece in pieces:
        date = _iso(piece.published_at, site) if piece.published_at else None
        entries.append(
            "<entry>"
            + _element("title", piece.title)
            + f'<link rel="alternate" href={_quoted(link_of(piece, base_url, style.scheme))}/>'
            + _element("id", _guid(piece, base_url, style))
            + _element("published", date)
            + _element("updated", date)
            + "".join(f"<author>{_element('name', author)}</author>" for author in piece.authors)
            + "".join(f"<category term={_quoted(tag)}/>" for tag in piece.tags)
            + _element("summary", piece.summary)
            + "</entry>\n"
        )
    language = f' xml:lang="{site.language}"' if site.language else ""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"{language}>\n'
        + _element("title", site.title)
        + f'<link rel="alternate" href="{base_url}/"/><link rel="self" href="{base_url}{site.feed_path}"/>'
        + _element("id", base_url + "/")
        + _element("updated", _iso(site.changed_at, site))
        + "\n"
        + "".join(entries)
        + "</feed>\n"
    )


def _rdf(site: Site, base_url: str, style: FeedStyle, pieces: list[Piece]) -> str:
    links = [link_of(piece, base_url, style.scheme) for piece in pieces]
    items = [
        f"<item rdf:about={_quoted(_guid(piece, base_url, style))}>"
        + _element("title", piece.title)
        + _element("link", link)
        + _element("description", piece.summary)
        + "".join(_element("dc:creator", author) for author in piece.authors)
        + _element("dc:date", _iso(piece.published_at, site) if piece.published_at else None)
        + "</item>\n"
        for piece, link in zip(pieces, links, strict=True)
    ]
    return (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        + f'<channel rdf:about="{base_url}{site.feed_path}">'
        + _element("title", site.title)
        + _element("link", base_url + "/")
        + _element("description", site.tagline or site.title)
        + _element("dc:language", site.language)
        + "<items><rdf:Seq>"
        + "".join(f"<rdf:li rdf:resource={_quoted(link)}/>" for link in links)
        + "</rdf:Seq></items></channel>\n"
        + "".join(items)
        + "</rdf:RDF>\n"
    )


def _news_sitemap(site: Site, base_url: str, style: FeedStyle, pieces: list[Piece]) -> str:
    urls = []
    for piece in pieces:
        date = _iso(piece.published_at, site) if piece.published_at else None
        news = (
            "<news:news><news:publication>"
            + _element("news:name", site.title)
            + _element("news:language", site.language)
            + "</news:publication>"
            + _element("news:publication_date", date)
            + _element("news:title", piece.title)
            + "</news:news>"
        )
        link = _element("loc", link_of(piece, base_url, style.scheme))
        urls.append(f"<url>{link}{_element('lastmod', date)}{news if piece.title else ''}</url>\n")
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n' + "".join(urls) + "</urlset>\n"
    )


def _sitemap_index(site: Site, base_url: str, style: FeedStyle, pieces: list[Piece]) -> str:
    children = []
    for number, members in enumerate(_sitemap_pages(site), 1):
        dates = [piece.published_at for piece in members if piece.published_at]
        modified = _element("lastmod", _iso(max(dates), site)) if dates else ""
        children.append(f"<sitemap><loc>{base_url}/sitemap-{number}.xml</loc>{modified}</sitemap>\n")
    return (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n' + "".join(children) + "</sitemapindex>\n"
    )


def _sitemap_pages(site: Site) -> list[list[Piece]]:
    """Return the pieces in groups, oldest group first: a new piece changes the last child, as at real outlets."""
    oldest_first = [piece for piece in reversed(site.pieces) if piece.listed]
    return [oldest_first[at : at + N_SITEMAP_PIECES] for at in range(0, len(oldest_first), N_SITEMAP_PIECES)]


def _json(site: Site, base_url: str, style: FeedStyle, pieces: list[Piece]) -> str:
    items = [
        {
            "id": _guid(piece, base_url, style),
            "url": link_of(piece, base_url, style.scheme),
            **({"title": piece.title} if piece.title else {}),
            **({"summary": piece.summary} if piece.summary else {}),
            **({"date_published": _iso(piece.published_at, site)} if piece.published_at else {}),
            **({"authors": [{"name": author} for author in piece.authors]} if piece.authors else {}),
            **({"tags": list(piece.tags)} if piece.tags else {}),
        }
        for piece in pieces
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "home_page_url": base_url + "/",
        "feed_url": base_url + site.feed_path,
        "language": site.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _quoted(text: str) -> str:
    return '"' + escape(text, {'"': "&quot;"}) + '"'


_WRITERS: dict[FeedFormat, Callable[[Site, str, FeedStyle, list[Piece]], str]] = {
    FeedFormat.RSS: _rss,
    FeedFormat.ATOM: _atom,
    FeedFormat.RDF: _rdf,
    FeedFormat.NEWS_SITEMAP: _news_sitemap,
    FeedFormat.SITEMAP_INDEX: _sitemap_index,
}
