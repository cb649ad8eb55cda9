"""When a page says its article was published and changed: every place that states a moment, in order of trust.

How a date is written is `dates`' business, where readers see one is `shown_dates`'. A place that states none, or an
impossible one, is passed over; nothing is guessed from the text of the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from itertools import chain, islice

from lxml.html import HtmlElement

from extractors.dates import Frame, read_moment
from extractors.head import Head
from extractors.jsonld import LinkedArticle
from extractors.shown_dates import (
    MOST_EACH,
    Read,
    element_moment,
    is_elsewhere,
    is_marked,
    labelled,
    named,
    near_heading,
    own_lines,
    times,
)
from news.model import Moment, Precision
from news.text import fold_title

_OPENGRAPH = ("article:published_time", "og:article:published_time", "article:published", "og:published_time")
_VAGUE = (
    "date", "dc.date", "dc:date", "dcterms.date", "dc.date.created", "dcterms.created", "created", "datecreated",
)  # fmt: skip
"""Any date of the page's life, by their definition: often the day it was begun. One that readers see comes first."""

_META = (
    "datepublished", "pubdate", "publishdate", "publish-date", "publish_date", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.issued",
    "article.published", "published-date", "published_date", "article_date_original",
    "cxenseparse:recs:publishtime", "rnews:datepublished", "originalpublicationdate", "release_date",
    "citation_publication_date", "citation_date", "article:post_date", "publication_date", "published_at",
    "publication-date", "bt:pubdate", "shareaholic:article_published_time",
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
_URL_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_-]|$)|/((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)|"
    r"/(0[1-9]|[12]\d|3[01])-(0[1-9]|1[0-2])-((?:19|20)\d\d)(?=[/_.-]|$)"
)
_MOST_HEADINGS = 60

_YEAR_FIRST = frozenset(("ja", "zh", "ko", "hu", "lt", "sv", "mn", "eu", "fa"))
_DAY_FIRST_REGIONS = frozenset(
    ("gb", "uk", "ie", "au", "nz", "in", "za", "ng", "ke", "gh", "pk", "sg", "my", "hk", "mt")
)
_URL_YEAR = re.compile(r"/(20[0-3]\d)/")
_MOST_SHOWN = 2
_MOST_WEST_H = 12
_MOST_EAST_H = 14
_HALVES = frozenset((-3.5, -2.5, 3.5, 4.5, 5.5, 5.75, 6.5, 9.5, 10.5))

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
    read = partial(read_moment, now=now, frame=_frame(head, linked, url))
    read_raw = partial(read_moment, now=now)
    best: Moment | None = None
    for moment in _stated(head, linked, url, read_raw, read):
        best = preferred(best, moment)
    shown: list[Moment] = []
    vague = [day for key in _VAGUE for raw in head.metas.get(key, ())[:1] if (day := read_raw(raw, "meta"))]
    if best is None and vague:
        shown = list(islice(near_heading(heading, read), 1))
        best = next(chain(shown, islice(labelled(head.root, read), 1)), None)
    for moment in vague:
        best = preferred(best, moment)
    if best is None or best.precision is Precision.DAY or not best.at.utcoffset():
        shown = list(islice(near_heading(heading, read), _MOST_SHOWN))
        best = preferred(best, shown[0] if shown else None)
    if best is None or not best.at.utcoffset():
        stated = list(times(head, read))
        for moment in stated:
            best = preferred(best, moment)
        if best and best.precision is Precision.TIME and best.zone_stated and not best.at.utcoffset():
            return _in_own_zone(best, (*shown, *stated))
    if best:
        return best
    return next(chain(named(head, read), labelled(head.root, read), own_lines(head.root, url, read)), None)


def modified_moment(head: Head, linked: LinkedArticle, now: datetime) -> Moment | None:
    """Return when the article was last changed, as JSON-LD or the page's metas state it."""
    stated = [(raw, "json-ld") for raw in linked.modified]
    stated += [(raw, "opengraph" if ":" in key else "meta") for key in _MODIFIED for raw in head.metas.get(key, ())]
    read = partial(read_moment, now=now)
    return next((moment for raw, origin in stated if (moment := read(raw, origin))), None)


def _frame(head: Head, linked: LinkedArticle, url: str) -> Frame:
    """Return what the page says of its dates: by its language, by its address."""
    tag = next(filter(None, (head.language, *head.first("og:locale"), linked.language)), "").lower().replace("_", "-")
    language, _, region = tag[:20].partition("-")
    day_first = region in _DAY_FIRST_REGIONS if language == "en" else bool(language) and language not in _YEAR_FIRST
    year = _URL_YEAR.search(url)
    return Frame(day_first=day_first, year=int(year[1]) if year else None, shown=True)


def _in_own_zone(moment: Moment, shown: Iterable[Moment]) -> Moment:
    """Return a moment stated in UTC as the outlet shows it, where it shows the same on its own clock.

    The clocks of zones differ by whole hours, and by halves only from Newfoundland to Australia.
    """
    for other in shown:
        clock = other.at.replace(tzinfo=UTC)
        apart = clock - moment.at.replace(second=0, microsecond=0)
        hours = apart / timedelta(hours=1)
        if other.zone_stated and other.precision is Precision.TIME:
            continue
        if other.precision is Precision.DAY and (moment.at.minute or moment.at.second or not 0 < hours <= _MOST_EAST_H):
            # A day without a time, stored as its midnight.
            continue
        if hours and -_MOST_WEST_H <= hours <= _MOST_EAST_H and (hours.is_integer() or hours in _HALVES):
            return replace(moment, at=moment.at.astimezone(timezone(timedelta(hours=hours))))
    return moment


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


def _stated(head: Head, linked: LinkedArticle, url: str, read_raw: Read, read: Read) -> Iterator[Moment]:
    """Yield what is stated as the article's own date, for machines: programs write their own order of day and month."""
    stated = [(raw, "opengraph") for key in _OPENGRAPH for raw in head.metas.get(key, ())]
    stated += [(raw, "meta") for key in _META for raw in head.metas.get(key, ())[:1]]
    by_link = [(raw, "json-ld") for raw in linked.published]
    # A page, or a video on it, may be older than the article.
    stated = [*by_link, *stated] if linked.is_article else [*stated, *by_link]
    for raw, origin in stated:
        if moment := read_raw(raw, origin):
            yield moment
    dated = islice(head.microdata("datePublished", "dateCreated"), MOST_EACH)
    elements = [(element, "microdata") for element in dated]
    clocks = (*head.times, *head.early_times)
    elements += [(element, "time") for element in clocks if is_marked(element) and not is_elsewhere(element)][
        :MOST_EACH
    ]
    for element, origin in elements:
        if moment := element_moment(element, origin, read):
            yield moment
    if (match := _URL_DAY.search(url)) and (moment := read_raw("-".join(filter(None, match.groups())), "url")):
        yield moment
