"""Where readers of a page see when its article was published: near the heading, in `<time>`, in lines that are a date.

Which of these counts beside what is stated for machines is `dating`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from itertools import chain, islice

from lxml.html import HtmlElement

from extractors.calendar_words import PUBLISHED_ON
from extractors.head import Head, elements_before, elements_from
from news.model import Moment
from news.urls import clean_url_or_none

Read = Callable[[str, str], Moment | None]
"""Reads a text that stands somewhere, of that origin."""

_NAMED = re.compile(r"publish|posted|[dD]ate|datum|submitted|byline|time")
_CHANGED = re.compile(
    r"(?i)\b(?:last\s+)?(?:updated|modified|edited|changed|aktualisiert|geändert|mis à jour|modifié|actualizado|"
    r"aggiornato|atualizado|обновлено|обновлён|изменено|оновлено|güncelle\w*|yenilən\w*|թարմացվ\w*|zaktualizowan\w*|"
    r"aktualizacja)\b"
)
_ENDS_CHANGED = re.compile(rf"{_CHANGED.pattern}[\s:]*(?:on|am|le|el|il|em|at)?[\s:]*$")
_PUBLISHED = re.compile(r"(?i)publish|posted|entry-date|post-date|article-?_?date|pubdate|byline")

_ELSEWHERE_TAGS = frozenset(("aside", "nav", "footer"))
_N_ANCESTORS = 6
"""Further up stand the wrappers of the whole page, whose names say what it has, not what it is."""

_ELSEWHERE = re.compile(r"(?i)\bcomments?\b|comment-|related|recent|popular|latest|recommend|most-?read|reply|teaser")
SITE_CLOCK = re.compile(
    r"(?i)weather|clock|masthead|top-?bar|(?:site|page|header|current|today|server)-?_?(?:date|time)"
)
"""Names of what has today's date on every page of a site."""

_LABEL = re.compile(rf"(?i)(?:{'|'.join(PUBLISHED_ON)})\s*[:：]?\s*(?=.*\d)")
_LEAST_LABEL_CHARS = 8
_LABELLED_CHARS = 40
_MOST_LABELLED = 10
_SLASHES_OF_HOME = 2
_MOST_LINKS = 1000
_MOST_PIECES = 20
_MOST_TEASER_CHARS = 600
_STEPS_TO_TEASER = 3
_LEAST_TITLE_WORDS = 5
_INLINE = frozenset(("a", "b", "strong", "em", "i", "u"))
_LABELS = _INLINE | {"span", "small", "label"}
_PROSE_CHARS = 40
_DIGIT = re.compile(r"\d")
_COLUMNS = (re.compile(r"[|•·]|//"), re.compile(r"[|•·]|//|\s{2,}"))
_MOST_LINE_CHARS = 400
_MAX_CHARS = 70
_MAX_WORDS = 9
MOST_EACH = 3
_MOST_CHILDREN = 12
"""Of an element that is a date: more has a wrapper."""

_MOST_NAMED = 40
_N_BEFORE = 15
_N_BEHIND = 60
"""So many elements around the heading are looked at for a line that is a date."""


def is_marked(element: HtmlElement) -> bool:
    """Whether a `<time>` or what holds it is named after publishing."""
    parent = element.getparent()
    names = (element.get("itemprop"), element.get("class"), parent.get("class") if parent is not None else None)
    return element.get("pubdate") is not None or any(name and _PUBLISHED.search(name) for name in names)


def is_elsewhere(element: HtmlElement, around: Set[HtmlElement] = frozenset()) -> bool:
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
        names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        if _ELSEWHERE.search(names) or SITE_CLOCK.search(names):
            return True
    return False


def near_heading(heading: HtmlElement | None, read: Read) -> Iterator[Moment]:
    """Yield the lines below and above the heading that are nothing but a date; those that say "Updated" last."""
    if heading is None:
        return
    around = set(heading.iterancestors())
    changed: list[Moment] = []
    for element in chain(islice(elements_from(heading), _N_BEHIND), islice(elements_before(heading), _N_BEFORE)):
        origin = "time" if element.tag == "time" else "text"
        texts = (element.tail,) if element is heading else (element.text, element.tail)
        if _is_in_prose(element) or any(_is_in_prose(child) for child in islice(element, _MOST_CHILDREN)):
            continue
        moment = element_moment(element, origin, read) if element.tag == "time" else None
        moment = moment or next(filter(None, (_line_moment(text, origin, read) for text in texts if text)), None)
        if moment is None and element not in around:
            moment = element_moment(element, origin, read)
        if moment is None or is_elsewhere(element, around) or _is_teaser(element, around):
            continue
        if _says_changed(element):
            changed.append(moment)
        else:
            yield moment
    yield from changed


def _is_teaser(element: HtmlElement, around: Set[HtmlElement]) -> bool:
    """Whether an element stands in a small box with the linked title of another article."""
    for ancestor in (element, *islice(element.iterancestors(), _STEPS_TO_TEASER)):
        if ancestor in around or _is_longer(ancestor, _MOST_TEASER_CHARS):
            return False
        links = (link for link in ancestor.iter("a") if link.get("rel") != "author")
        if any(len(" ".join(islice(link.itertext(), _MOST_PIECES)).split()) >= _LEAST_TITLE_WORDS for link in links):
            return True
    return False


def _is_longer(element: HtmlElement, n_chars: int) -> bool:
    for text in element.itertext():
        n_chars -= len(text)
        if n_chars < 0:
            return True
    return False


def _says_changed(element: HtmlElement) -> bool:
    """Whether "Updated" stands right before an element, or is its name."""
    if _CHANGED.search(element.get("class") or "") and not _PUBLISHED.search(element.get("class") or ""):
        return True
    previous, parent = element.getprevious(), element.getparent()
    if previous is None:
        before = parent.text if parent is not None else ""
    else:
        is_label = previous.tag in _LABELS and not len(previous) and not (previous.tail or "").strip()
        before = previous.text if is_label else previous.tail
    return bool(_ENDS_CHANGED.search((before or "")[-_MAX_CHARS:]))


def times(head: Head, read: Read) -> Iterator[Moment]:
    """Yield what the first `<time>` elements state that are about nothing else, those below the heading first."""
    known = [element for element in (*head.times, *head.early_times) if not is_elsewhere(element)]
    for element in sorted(known, key=_says_changed)[:MOST_EACH]:
        if moment := element_moment(element, "time", read):
            yield moment


def named(head: Head, read: Read) -> Iterator[Moment]:
    """Yield the lines that are nothing but a date and stand in elements named after dates."""
    for element in islice((element for names, element in head.named if _NAMED.search(names)), _MOST_NAMED):
        if not is_elsewhere(element) and (moment := element_moment(element, "text", read)):
            yield moment


def labelled(root: HtmlElement, read: Read) -> Iterator[Moment]:
    """Yield what lines anywhere on the page state behind "Published on"."""
    n_left = _MOST_LABELLED
    for text in root.itertext():
        if len(text) > _LEAST_LABEL_CHARS and (match := _LABEL.match(text[:_MAX_CHARS].lstrip())):
            n_left -= 1
            if moment := read(text.strip()[match.end() :][:_LABELLED_CHARS], "text"):
                yield moment
            if not n_left:
                return


def own_lines(root: HtmlElement, url: str, read: Read) -> Iterator[Moment]:
    """Yield what stands beside links to the page itself: its own line in a list of the newest."""
    end = url.rstrip("/").rpartition("/")[2]
    if not end or url.count("/") <= _SLASHES_OF_HOME:
        return
    for link in islice(root.iter("a"), _MOST_LINKS):
        href = link.get("href") or ""
        if not href.rstrip("/").endswith(end) or "#" in href or clean_url_or_none(href, url) != clean_url_or_none(url):
            continue
        for element in (link, *islice(link.iterancestors(), 1)):
            texts = list(islice(element.itertext(), _MOST_PIECES))
            if sum(map(len, texts)) <= _MOST_TEASER_CHARS:
                yield from filter(None, (_line_moment(text, "text", read) for text in texts))


def _is_in_prose(element: HtmlElement) -> bool:
    """Whether an element is a few words within a sentence: a date there is somebody else's."""
    parent = element.getparent()
    if element.tag not in _INLINE or parent is None:
        return False
    around = len((parent.text or "").strip()) + len((element.tail or "").strip())
    return around > _PROSE_CHARS


def element_moment(element: HtmlElement, origin: str, read: Read) -> Moment | None:
    """Return the moment an element states in its attributes, or as all it says."""
    if len(element) > _MOST_CHILDREN:
        return None
    for name in ("datetime", "content", "title"):
        if (value := element.get(name)) and (moment := read(value, origin)):
            return moment
    pieces: list[str] = []
    n_chars = 0
    for piece in element.itertext():
        pieces.append(piece)
        n_chars += len(piece)
        if n_chars > _MOST_LINE_CHARS:
            return None
    text = " ".join(pieces)
    return _line_moment(text, origin, read) if _DIGIT.search(text) else None


def _line_moment(text: str, origin: str, read: Read) -> Moment | None:
    """Return the moment a short line states; of "Published … Updated …" the first, of columns the one that is one."""
    text = text.strip()
    if not 6 <= len(text) <= _MOST_LINE_CHARS or not _DIGIT.search(text):
        return None
    before = _CHANGED.split(text, maxsplit=1)[0]
    for between in _COLUMNS:
        for part in between.split(before):
            line = " ".join(part.split())
            if 6 <= len(line) <= _MAX_CHARS and len(line.split()) <= _MAX_WORDS:
                moment = read(line, origin)
                if moment:
                    return moment
    return None
