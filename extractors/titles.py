"""The article's title and subtitle: which of the page's headings and titles is its own, without kicker and site.

What else a page states is `metadata`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from extractors.head import Head
from extractors.jsonld import LinkedArticle
from extractors.stated import Stated, first_stated, line
from news.text import fold_title

MAX_TITLE_CHARS = 500
MAX_SUBTITLE_CHARS = 600

_SEPARATOR = re.compile(r"\s+[|–—•·»«/-]\s+|\s*\|\s*|\s*:\s+")
_LEAST_CHARS = 8
"""Shorter folds stand in others by chance."""

_MOST_HEADINGS = 60
_N_BEHIND = 12
_LEAST_SUBTITLE_CHARS = 15
_SUBTITLE = re.compile(
    r"(?i)(?:^|[\s_-])(?:sub-?_?(?:title|head|heading|headline)|dek|deck|standfirst|strap-?line|alt-?title|undertitle|"
    r"second-?title|bajada|copete|chapo|sottotitolo|occhiello|podtitul|podtytul|podzagolovok)(?:$|[\s_-])"
)


def read_headings(head: Head, linked: LinkedArticle) -> tuple[str, ...]:
    """Return what the page may repeat above its text: h1, headline, titles."""
    raws = (*head.headings, linked.headline, *head.first("og:title", "twitter:title"), *head.title)
    return tuple(dict.fromkeys(text for raw in raws if (text := line(raw, MAX_TITLE_CHARS))))


def read_title(head: Head, linked: LinkedArticle, site_name: str | None, url: str) -> Stated | None:
    """Return the article's title.

    What readers see comes first: a heading that is also stated for machines. Then what is stated, without the site.
    """
    stated = [
        found
        for origin, raws in (
            ("json-ld", (linked.headline if linked.is_article else None,)),
            ("opengraph", head.first("og:title")),
            ("meta", head.first("twitter:title")),
            ("dom", head.title),
        )
        if (found := first_stated([(origin, raws)], MAX_TITLE_CHARS))
    ]
    folds = [(fold, text) for text in stated if len(fold := fold_title(text.text)) > _LEAST_CHARS]
    # <title> names the site as well: a heading that stands only there may be the site's.
    sure = [(fold, text) for fold, text in folds if text.origin != "dom"]
    site = fold_title(site_name or "")
    headings = [found for raw in head.headings if (found := first_stated([("dom", (raw,))], MAX_TITLE_CHARS))]
    for known in (sure, folds):
        for heading in headings:
            fold = fold_title(heading.text)
            if len(fold) <= _LEAST_CHARS or (fold == site and len(headings) + len(sure) > 1):
                continue
            if found := _confirmed(heading, fold, known, stop=known is folds and bool(sure)):
                return found
    if stated:
        return _lower_heading(head, stated, site) or _without_site(stated[0], site_name, url)
    return headings[0] if headings else None


def read_subtitle(head: Head, linked: LinkedArticle, title: Stated | None, description: str | None) -> Stated | None:
    """Return the line below the title that belongs to it; None where there is none, or it is only the first paragraph.

    Args:
        head: What the page states.
        linked: What it says in JSON-LD.
        title: As read.
        description: The page's own, which confirms a heading below the title.
    """
    own = fold_title(title.text) if title else ""
    stated = first_stated([("json-ld", (linked.subtitle,))], MAX_SUBTITLE_CHARS)
    if stated and fold_title(stated.text) not in own:
        return stated
    heading = head.heading_elements[0] if head.heading_elements else None
    for number, element in enumerate(head.heading_elements):
        if own and own in fold_title(head.headings[number]):
            heading = element
            break
    if heading is None:
        return None
    said = fold_title(description or "")
    for element in _behind(heading):
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        is_named = bool(_SUBTITLE.search(names) or element.get("itemprop") == "alternativeHeadline")
        if not is_named and element.tag not in ("h2", "h3"):
            continue
        text = line(" ".join(islice(element.itertext(), 50)), MAX_SUBTITLE_CHARS)
        fold = fold_title(text or "")
        if not text or len(text) < _LEAST_SUBTITLE_CHARS or fold in own:
            continue
        if is_named or (said and (fold.startswith(said[:60]) or said.startswith(fold[:60]))):
            return Stated(text=text, origin="dom", raw=text)
    return None


def _confirmed(heading: Stated, fold: str, known: list[tuple[str, Stated]], *, stop: bool) -> Stated | None:
    """Return a heading that is stated elsewhere, without the kicker it may begin with."""
    for other, text in known:
        if fold == other:
            return heading
        if fold in other:
            # The site's name stands behind the article's.
            return None if stop and text.origin == "dom" and not other.startswith(fold) else heading
        if other in fold:
            is_kicked = fold.endswith(f" {other}") and len(other) > len(fold) / 2
            return text if is_kicked and text.origin != "dom" else heading
    return None


def _lower_heading(head: Head, stated: list[Stated], site: str) -> Stated | None:
    """Return the h2 or h3 that is a whole part of what is stated, where no h1 is."""
    parts = {
        fold for text in stated for part in _SEPARATOR.split(text.text) if len(fold := fold_title(part)) > _LEAST_CHARS
    }
    parts |= {fold_title(text.text) for text in stated}
    first = fold_title(stated[0].text)
    for element in islice(head.root.iter("h2", "h3"), _MOST_HEADINGS):
        text = line(" ".join(islice(element.itertext(), 20)), MAX_TITLE_CHARS)
        fold = fold_title(text or "")
        if text and len(fold) > _LEAST_CHARS and fold != site and fold in parts and fold in first:
            is_most = first.startswith(fold) and 2 * len(fold) >= len(first)
            return Stated(text=text, origin="dom", raw=text) if is_most else None
    return None


def _without_site(stated: Stated, site_name: str | None, url: str) -> Stated:
    """Return the title without the site's name at its end or start: "Headline | Outlet"."""
    title = stated.text
    site = fold_title(site_name or "").replace(" ", "")
    host = re.sub(r"\W", "", url.split("/")[2] if url.count("/") > 1 else "")

    def is_site(part: str) -> bool:
        fold = fold_title(part).replace(" ", "")
        return bool(fold) and (
            fold == site or fold in host or (len(site) > 3 and site in fold and len(fold) < len(site) + 20)
        )

    parts = _SEPARATOR.split(title)
    cuts = list(_SEPARATOR.finditer(title))
    while len(parts) > 1 and (is_site(parts[-1]) or (len(cuts) > 1 and is_site(parts[-2]))):
        title = title[: cuts[-1].start()]
        parts.pop()
        cuts.pop()
    if len(parts) > 1 and is_site(parts[0]):
        title = title[cuts[0].end() :]
    return Stated(text=title.strip(), origin=stated.origin, raw=stated.raw)


def _behind(heading: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements that follow a heading, not those within it."""
    n_left = _N_BEHIND
    place: HtmlElement | None = heading
    while place is not None and n_left:
        following = place.getnext()
        while following is not None and n_left:
            for element in islice(following.iter("*"), n_left):
                n_left -= 1
                yield element
            following = following.getnext()
        place = place.getparent()
        if place is not None and place.tag in ("body", "html"):
            return
