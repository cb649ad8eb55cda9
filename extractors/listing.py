"""Finds the links of a page that lead to articles: where an outlet has no feed, its front page stands in.

A link is judged by four signs: its address, its words, the place it stands in, and how often that place is repeated.
No single sign decides. What stands behind the links is not looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from lxml import html

from extractors.addresses import article_points, day_of, is_section
from extractors.dates import read_moment
from extractors.entries import EntryList, first_moment, language_code
from extractors.markup import HtmlPage, shorten
from news.model import Entry, FeedDocument, FeedKind, Moment
from news.text import clean_text
from news.urls import canonical_url, clean_url_or_none, same_site

MAX_ENTRIES = 1000
MAX_ANCHORS = 10_000
"""Anchors looked at. The fullest front pages have about 1,500."""

_ENOUGH = 5
"""Points that make a link an article. Chosen on the pages of tests/extractors/test_listing.py."""

_MAX_TITLE_CHARS = 500
_MAX_CLIMB = 5


_FURNITURE_TAGS = frozenset({"nav", "footer", "form", "button", "select", "address"})
_FURNITURE = re.compile(
    r"(?i)(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|breadcrumbs?|pagination|pager|paging|footer|social|share|sharing|"
    r"login|cookies?|tags?|tagcloud|authors?|byline|rubrics?|categor(?:y|ies)|lang|languages?|copyright|banner|ads?|advert|"
    r"promo|subscribe|newsletter|toolbar|comments?)(?:$|[\s_-])"
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_DATE_PLACE = re.compile(
    r"(?i)(?:^|[\s_-])(?:date|datetime|time|published|pubdate|timestamp|data|zaman|tarix|tarih)(?:$|[\s_-])"
)
_MORE = re.compile(
    r"(?i)^(?:read|learn|see|view|continue|more|full|читать|подробнее|далее|ещё|еще|докладніше|детальніше|далі|devam|davamı|ətraflı|"
    r"weiterlesen|mehr|lire|leer|leggi|comments?|комментари)\b.{0,25}$"
)
_WIDE_LETTERS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(slots=True)
class _Candidate:
    """All anchors of a page that lead to one address."""

    url: str
    anchors: list[html.HtmlElement] = field(default_factory=list)
    title: str | None = None
    in_heading: bool = False
    shapes: set[str] = field(default_factory=set)


def read_links(page: HtmlPage, url: str, now: datetime) -> FeedDocument:
    """Read a page as a list: its links that look like articles, in the order of the page.

    Args:
        page: Parsed.
        url: Where it was fetched; links to other sites do not count.
        now: Aware UTC; what is dated later than two days from it has no date.
    """
    base = clean_url_or_none(next(iter(page.root.xpath("//base/@href")), ""), url) or url
    candidates, n_left_out = _candidates(page.root, base, url)
    repeated = Counter(shape for candidate in candidates.values() for shape in candidate.shapes)
    owners = {anchor: candidate.url for candidate in candidates.values() for anchor in candidate.anchors}
    listed = EntryList()
    n_articles = 0
    for candidate in candidates.values():
        published = _date_in(_place_of(candidate, owners), now)
        if _points(candidate, repeated, published) < _ENOUGH:
            continue
        n_articles += 1
        if n_articles <= MAX_ENTRIES:
            published = published or day_of(candidate.url, now)
            listed.add(Entry(url=candidate.url, title=candidate.title, published=published))
    notes = [f"{n_left_out} links beyond {MAX_ANCHORS} were not looked at"] if n_left_out else []
    if n_articles > MAX_ENTRIES:
        notes.append(f"{n_articles - MAX_ENTRIES} entries beyond {MAX_ENTRIES} were left out")
    if page.cut:
        notes.append("the page is deeper or longer than the parser goes; its end was not read")
    title = clean_text(next(iter(page.root.xpath("//title/text()")), None))
    return FeedDocument(
        kind=FeedKind.LISTING,
        title=shorten(title, _MAX_TITLE_CHARS),
        home_url=url,
        language=language_code(page.root.get("lang")),
        entries=listed.entries,
        notes=(*notes, *listed.notes),
    )


def _candidates(root: html.HtmlElement, base: str, url: str) -> tuple[dict[str, _Candidate], int]:
    """Return what may be an article, by canonical address, and how many anchors were not looked at."""
    found: dict[str, _Candidate] = {}
    own = canonical_url(url)
    furniture: dict[html.HtmlElement, bool] = {}
    n_anchors = 0
    for anchor in root.iter("a"):
        n_anchors += 1
        href = anchor.get("href")
        if n_anchors > MAX_ANCHORS or not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
            continue
        if _is_furniture(anchor, furniture):
            continue
        link = clean_url_or_none(href, base)
        if link is None or not same_site(link, url) or is_section(link):
            continue
        key = canonical_url(link)
        if key == own:
            continue
        candidate = found.setdefault(key, _Candidate(url=link))
        if len(candidate.anchors) < 10:
            candidate.anchors.append(anchor)
            candidate.shapes.add(_dom_shape(anchor))
            _improve_title(candidate, anchor)
    return found, max(n_anchors - MAX_ANCHORS, 0)


def _is_furniture(element: html.HtmlElement, known: dict[html.HtmlElement, bool]) -> bool:
    """Whether an element stands in navigation and the like; each ancestor is judged once."""
    path = []
    verdict = False
    node = element
    while node is not None and node.tag != "body":
        if node in known:
            verdict = known[node]
            break
        path.append(node)
        node = node.getparent()
    for node in reversed(path):
        if not verdict:
            names = f"{node.get('class', '')} {node.get('id', '')} {node.get('role', '')}"[:500]
            verdict = node.tag in _FURNITURE_TAGS or (
                node.tag not in {"html", "article"} and bool(_FURNITURE.search(names))
            )
        known[node] = verdict
    return verdict


def _improve_title(candidate: _Candidate, anchor: html.HtmlElement) -> None:
    """Keep the best words of all anchors of an address: a heading's before others, then the longest."""
    heading = next((node for node in anchor.iter(*_HEADINGS)), None)
    in_heading = heading is not None or any(
        node.tag in _HEADINGS for _, node in zip(range(3), anchor.iterancestors(), strict=False)
    )
    words = clean_text(_text_of(heading if heading is not None else anchor))
    if not words:
        pictures = (image.get("alt") for image in anchor.iter("img"))
        words = clean_text(anchor.get("title") or next((alt for alt in pictures if alt), None))
    if not words or _MORE.match(words):
        return
    better = (in_heading, len(words)) > (candidate.in_heading, len(candidate.title or ""))
    if candidate.title is None or better:
        candidate.title = shorten(words, _MAX_TITLE_CHARS)
        candidate.in_heading = in_heading


def _text_of(element: html.HtmlElement) -> str:
    """Return an element's text with a space between its parts, its dates left out."""
    pieces: list[str] = []
    n_chars = 0
    for node in element.iter():
        if node.tag not in {"time", "script", "style"} and node.text:
            pieces.append(node.text)
        if node is not element and node.tail:
            pieces.append(node.tail)
        n_chars = sum(map(len, pieces[-2:])) + n_chars
        if n_chars > 4 * _MAX_TITLE_CHARS:
            break
    return " ".join(pieces)


def _dom_shape(anchor: html.HtmlElement) -> str:
    """Return where an anchor stands: tags and classes of it and four ancestors, without numbers."""
    names = [f"{anchor.tag}.{anchor.get('class', '')}"]
    names += [f"{node.tag}.{node.get('class', '')}" for _, node in zip(range(4), anchor.iterancestors(), strict=False)]
    return re.sub(r"\d+", "", ">".join(names))[:500]


def _points(candidate: _Candidate, repeated: Counter[str], published: Moment | None) -> int:
    """Weigh the four signs."""
    words = _words_points(candidate.title)
    address = article_points(candidate.url)
    if words == 0 or (address == 0 and not candidate.in_heading and published is None):
        return 0
    is_repeated = max((repeated[shape] for shape in candidate.shapes), default=0) >= 3
    return words + address + is_repeated + candidate.in_heading + (published is not None)


def _words_points(title: str | None) -> int:
    """0 for no headline, up to 3 for what is long enough to be one. A Chinese letter says as much as three others."""
    if not title:
        return 0
    n_chars = len(title) + 2 * len(_WIDE_LETTERS.findall(title[:200]))
    n_words = len(title.split()) if n_chars == len(title) else n_chars // 6
    if n_chars < 15 or n_words < 2:
        return 0
    return 1 + (n_chars >= 25 and n_words >= 3) + (n_chars >= 40 and n_words >= 5)


def _place_of(candidate: _Candidate, owners: dict[html.HtmlElement, str]) -> html.HtmlElement:
    """Return the largest block around an anchor that leads to no other article."""
    place = candidate.anchors[0]
    for node in _ancestors(candidate.anchors[0]):
        others = 0
        for n_seen, anchor in enumerate(node.iter("a")):
            if owners.get(anchor, candidate.url) != candidate.url or n_seen > 20:
                others += 1
                break
        if others:
            break
        place = node
    return place


def _ancestors(anchor: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for _, node in zip(range(_MAX_CLIMB), anchor.iterancestors(), strict=False):
        if node.tag in {"body", "html", "main"}:
            return
        yield node


def _date_in(place: html.HtmlElement, now: datetime) -> Moment | None:
    """Return the date that stands in a block: in a `<time>`, else where its class says so."""
    raws: list[str] = []
    for n_seen, node in enumerate(place.iter()):
        if n_seen > 100:
            break
        if node.tag == "time":
            raws += [node.get("datetime") or "", _text_of(node)]
        elif isinstance(node.tag, str) and _DATE_PLACE.search(node.get("class", "")[:200]):
            raws.append(_text_of(node))
    return first_moment(raws, lambda raw: read_moment(raw, "time", now))
