"""When a page says its article was published and changed: every place that states a moment, in order of trust.

How a date is written is `dates`' business. A place that states none, or an impossible one, is passed over; nothing is
guessed from the text of the article.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Set
from datetime import datetime, timedelta
from itertools import islice

from lxml.html import HtmlElement

from extractors.dates import read_moment
from extractors.head import Head
from extractors.jsonld import LinkedArticle
from news.model import Moment, Precision
from news.text import fold_title

_OPENGRAPH = ("article:published_time", "og:article:published_time", "article:published", "og:published_time")
_META = (
    "datepublished", "date", "pubdate", "publishdate", "publish-date", "publish_date", "parsely-pub-date",
    "sailthru.date", "dc.date", "dc.date.issued", "dc.date.created", "dc:date", "dcterms.issued", "dcterms.created",
    "dcterms.date", "article.published", "published-date", "published_date", "article_date_original",
    "cxenseparse:recs:publishtime", "rnews:datepublished", "originalpublicationdate", "release_date",
    "citation_publication_date", "citation_date", "article:post_date", "created", "publication_date", "published_at",
    "publication-date", "datecreated", "bt:pubdate", "shareaholic:article_published_time",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "last-modified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
)
_NAMED = re.compile(r"publish|posted|[dD]ate|datum|submitted|byline|time")
_URL_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_-]|$)|/((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
_CHANGED = re.compile(
    r"(?i)\b(?:last\s+)?(?:updated|modified|edited|changed|aktualisiert|geändert|mis à jour|modifié|actualizado|"
    r"aggiornato|atualizado|обновлено|обновлён|изменено|оновлено|güncelle\w*|yenilən\w*|թարմացվ\w*|zaktualizowan\w*|"
    r"aktualizacja)\b"
)
_ELSEWHERE_TAGS = frozenset(("aside", "nav", "footer"))
_N_ANCESTORS = 6
"""Further up stand the wrappers of the whole page, whose names say what it has, not what it is."""

_ELSEWHERE = re.compile(r"(?i)\bcomments?\b|comment-|related|recent|popular|latest|recommend|most-?read|reply")
_PUBLISHED = re.compile(r"(?i)publish|posted|entry-date|post-date|article-?_?date|pubdate|byline")

_COLUMNS = (re.compile(r"[|•·]|//"), re.compile(r"[|•·]|//|\s{2,}"))
_MOST_LINE_CHARS = 400
_MAX_CHARS = 70
_MAX_WORDS = 9
_MOST_HEADINGS = 60
_MOST_EACH = 3
_MOST_NAMED = 40
_N_BEFORE = 15
_N_BEHIND = 60
"""So many elements around the heading are looked at for a line that is a date."""

_SAME_DAY = timedelta(days=1, hours=14)
_SAME_INSTANT = timedelta(minutes=1)


def published_moment(head: Head, linked: LinkedArticle, title: str | None, url: str, now: datetime) -> Moment | None:
    """Return when the article was published, by the surest place that states it.

    Args:
        head: What the page states in marked-up places.
        linked: What it says in JSON-LD.
        title: The article's, to know its heading from the site's.
        url: Where the page was found; some addresses state the day.
        now: Aware UTC.
    """
    heading = _heading(head, title)
    best: Moment | None = None
    for moment in _stated(head, linked, url, now):
        best = preferred(best, moment)
    if best is None or best.precision is Precision.DAY:
        best = preferred(best, next(_near(head.root, heading, now), None))
    if best is None or not best.at.utcoffset():
        for moment in _times(head, now):
            best = preferred(best, moment)
    return best or next(_named(head, now), None)


def modified_moment(head: Head, linked: LinkedArticle, now: datetime) -> Moment | None:
    """Return when the article was last changed, as JSON-LD or the page's metas state it."""
    stated = [(raw, "json-ld") for raw in linked.modified]
    stated += [(raw, "opengraph" if ":" in key else "meta") for key in _MODIFIED for raw in head.metas.get(key, ())]
    return next((moment for raw, origin in stated if (moment := read_moment(raw, origin, now))), None)


def preferred(first: Moment | None, second: Moment | None) -> Moment | None:
    """Return the first, unless the second states the same more exactly.

    That is the same day with a time, with a zone; or the same instant in the outlet's own zone instead of UTC.
    """
    if first is None or second is None:
        return first or second
    more = _exactness(second) - _exactness(first)
    apart = abs(first.at - second.at)
    return second if more > 0 and apart <= (_SAME_DAY if _exactness(first) < 2 else _SAME_INSTANT) else first


def _exactness(moment: Moment) -> int:
    if moment.precision is Precision.DAY:
        return 0
    return 1 + moment.zone_stated + bool(moment.at.utcoffset())


def _heading(head: Head, title: str | None) -> HtmlElement | None:
    """Return the element that bears the title; the first h1 where none does."""
    fold = fold_title(title or "")
    if fold:
        for text, element in zip(head.headings, head.heading_elements, strict=True):
            if fold in fold_title(text):
                return element
        for element in islice(head.root.iter("h2", "h3", "h4"), _MOST_HEADINGS):
            if fold_title(" ".join(islice(element.itertext(), 20))) == fold:
                return element
    return head.heading_elements[0] if head.heading_elements else None


def _stated(head: Head, linked: LinkedArticle, url: str, now: datetime) -> Iterator[Moment]:
    """Yield what is stated as the article's own date, for machines."""
    stated = [(raw, "opengraph") for key in _OPENGRAPH for raw in head.metas.get(key, ())]
    stated += [(raw, "meta") for key in _META for raw in head.metas.get(key, ())[:1]]
    by_link = [(raw, "json-ld") for raw in linked.published]
    # A page, or a video on it, may be older than the article.
    stated = [*by_link, *stated] if linked.is_article else [*stated, *by_link]
    for raw, origin in stated:
        if moment := read_moment(raw, origin, now):
            yield moment
    dated = islice(head.microdata("datePublished", "dateCreated"), _MOST_EACH)
    elements = [(element, "microdata") for element in dated]
    times = (*head.times, *head.early_times)
    elements += [(element, "time") for element in times if _is_marked(element) and not _is_elsewhere(element)][
        :_MOST_EACH
    ]
    for element, origin in elements:
        if moment := _element_moment(element, origin, now):
            yield moment
    if (match := _URL_DAY.search(url)) and (moment := read_moment("-".join(filter(None, match.groups())), "url", now)):
        yield moment


def _is_marked(element: HtmlElement) -> bool:
    """Whether a `<time>` or what holds it is named after publishing."""
    parent = element.getparent()
    names = (element.get("itemprop"), element.get("class"), parent.get("class") if parent is not None else None)
    return element.get("pubdate") is not None or any(name and _PUBLISHED.search(name) for name in names)


def _is_elsewhere(element: HtmlElement, around: Set[HtmlElement] = frozenset()) -> bool:
    """Whether an element stands where other articles, comments or the site itself are dated.

    Args:
        element: Anywhere.
        around: What holds the heading as well: its name says nothing. Near a heading outlets do put dates into asides.
    """
    for ancestor in (element, *islice(element.iterancestors(), _N_ANCESTORS)):
        if ancestor in around or ancestor.tag == "body":
            break
        if not around and ancestor.tag in _ELSEWHERE_TAGS:
            return True
        if _ELSEWHERE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False


def _near(root: HtmlElement, heading: HtmlElement | None, now: datetime) -> Iterator[Moment]:
    """Yield the lines below and above the heading that are nothing but a date."""
    if heading is None:
        return
    before: deque[HtmlElement] = deque(maxlen=_N_BEFORE)
    behind: list[HtmlElement] = []
    for element in root.iter("*"):
        if element is heading or behind:
            behind.append(element)
            if len(behind) > _N_BEHIND:
                break
        else:
            before.append(element)
    around = set(heading.iterancestors())
    for element in (*behind, *reversed(before)):
        origin = "time" if element.tag == "time" else "text"
        texts = (element.tail,) if element is heading else (element.text, element.tail)
        moment = next(filter(None, (_line_moment(text, origin, now) for text in texts if text)), None)
        if moment is None and element not in around:
            moment = _element_moment(element, origin, now)
        if moment and not _is_elsewhere(element, around):
            yield moment


def _times(head: Head, now: datetime) -> Iterator[Moment]:
    """Yield what the first `<time>` elements state that are about nothing else, those below the heading first."""
    known = (element for element in (*head.times, *head.early_times) if not _is_elsewhere(element))
    for element in islice(known, _MOST_EACH):
        if moment := _element_moment(element, "time", now):
            yield moment


def _named(head: Head, now: datetime) -> Iterator[Moment]:
    """Yield the lines that are nothing but a date and stand in elements named after dates."""
    for element in islice((element for names, element in head.named if _NAMED.search(names)), _MOST_NAMED):
        if not _is_elsewhere(element) and (moment := _element_moment(element, "text", now)):
            yield moment


def _element_moment(element: HtmlElement, origin: str, now: datetime) -> Moment | None:
    for name in ("datetime", "content", "title"):
        if (value := element.get(name)) and (moment := read_moment(value, origin, now)):
            return moment
    pieces: list[str] = []
    n_chars = 0
    for piece in element.itertext():
        pieces.append(piece)
        n_chars += len(piece)
        if n_chars > _MOST_LINE_CHARS:
            return None
    return _line_moment(" ".join(pieces), origin, now)


def _line_moment(text: str, origin: str, now: datetime) -> Moment | None:
    """Return the moment a short line states; of "Published … Updated …" the first, of columns the one that is one."""
    text = text.strip()
    if not 6 <= len(text) <= _MOST_LINE_CHARS or not any(c.isdigit() for c in text):
        return None
    before = _CHANGED.split(text, maxsplit=1)[0]
    for between in _COLUMNS:
        for part in between.split(before):
            line = " ".join(part.split())
            if 6 <= len(line) <= _MAX_CHARS and len(line.split()) <= _MAX_WORDS:
                moment = read_moment(line, origin, now)
                if moment:
                    return moment
    return None
