"""Who wrote an article: the places where a page names its authors, the surest first.

How names are written, and which of them are agencies, is `names`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from extractors.head import Head, elements_from
from extractors.jsonld import LinkedArticle
from extractors.names import clean_names, part_names

_KEYS = (
    "author", "article:author", "og:article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "dc:creator", "byl", "authors", "article.author", "cxenseparse:author", "citation_author",
    "twitter:creator_name",
)  # fmt: skip
_NAMED = (
    re.compile(r"(?i)author[-_]*name|byline_*-?name|article[-_]*author"),
    re.compile(r"(?i)byline|author|submitted-by"),
)
_ELSEWHERE = re.compile(r"(?i)comment|(?:^|[\s_-])reply|related|respond")
_N_ANCESTORS = 6
_MOST_EACH = 5
_MOST_CHARS = 120
_MOST_RAW_CHARS = 300
_N_BEHIND = 60
_AUTHOR_PAGE = re.compile(
    r"(?i)/(?:authors?|autor(?:es|en|i|zy)?|auteurs?|autore|profiles?|people|persons?|staff|team|newsteam|journalists?|"
    r"reporters?|columnists?|by|avtor|author-archive|yazar(?:lar)?|writers?)/"
)
_BY_LINE = re.compile(
    r"(?:by|von|par|por|di|door|av|af|texte? ?:|text und foto ?:|words by|автор ?:|авторы ?:|текст ?:|автор|yazan ?:|"
    r"müəllif ?:|(?:ein )?(?:beitrag|artikel|geschrieben|veröffentlicht) von|geschreven door|escrito por|publicado por|"
    r"written by|posted by|published by|scritto da|a cura di|autor ?:|autorin ?:|autore ?:|auteur ?:|opracował ?:)\s+",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(r"\s*(?:$|[,;|•·/(–—-]|\d|(?:and|und|et|y|e|и|та|on|am|le|el)\s)")
_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĞĢĪİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽƏȘȚΑ-ΩΆ-ΏА-ЯЁІЇЄҐЎԱ-Ֆ"
_PERSON = re.compile(
    rf"[{_CAPITAL}][\w.'’-]*(?:\s(?:(?:de|da|di|von|van|der|el|al|bin|la|le|dos)\s)*[{_CAPITAL}][\w.'’-]*){{1,3}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bylines:
    """Who wrote an article.

    Attributes:
        people: Their names.
        agencies: Agencies, desks, and the outlet itself, where they are named instead or beside.
        origin: Where they were read, as in `Provenance`; empty where nobody is named.
        raw: What stood there.
    """

    people: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    origin: str = ""
    raw: str = ""


def read_bylines(head: Head, linked: LinkedArticle, outlets: Iterable[str]) -> Bylines:
    """Return who wrote the article: the first place that names people, else the first that names anybody.

    Args:
        head: What the page states.
        linked: What it says in JSON-LD.
        outlets: Names of the site: no people.
    """
    known = tuple(outlets)
    nobody = Bylines()
    for origin, raws in _places(head, linked):
        people, agencies = part_names(clean_names(raws), known)
        if nobody.agencies:
            # Where an agency is stated, only what is surely a name stands for a person.
            people = tuple(name for name in people if _PERSON.fullmatch(name) and not part_names([name], known)[1])
            people = () if any(agency in name for name in people for agency in nobody.agencies) else people
        if people:
            beside = agencies or nobody.agencies
            return Bylines(people=people, agencies=beside, origin=origin, raw=_told(raws))
        if agencies and not nobody.agencies:
            nobody = Bylines(agencies=agencies, origin=origin, raw=_told(raws))
    return nobody


def _told(raws: Iterable[str]) -> str:
    return "; ".join(raws)[:_MOST_RAW_CHARS]


def _places(head: Head, linked: LinkedArticle) -> Iterator[tuple[str, tuple[str, ...]]]:
    if linked.authors:
        yield "json-ld", linked.authors
    for key in _KEYS:
        if raws := head.metas.get(key):
            yield ("opengraph" if ":" in key else "meta"), tuple(raws)
    for origin, element in _elements(head):
        text = " ".join((element.get("content") or " ".join(islice(element.itertext(), 50))).split())
        if text and len(text) <= _MOST_CHARS and not _is_elsewhere(element):
            yield origin, (text,)
    for text in _lines(head):
        yield "text", (text,)


def _elements(head: Head) -> Iterator[tuple[str, HtmlElement]]:
    """Yield where an author may be named, the surest first."""
    for element in islice(head.microdata("author"), _MOST_EACH):
        inner = element.xpath(".//*[@itemprop='name']")
        yield from (("microdata", each) for each in (inner[:_MOST_EACH] or (element,)))
    yield from (("dom", element) for element in islice(head.linked("author"), _MOST_EACH))
    for pattern in _NAMED:
        found = (("dom", element) for names, element in head.named if pattern.search(names))
        yield from islice(found, _MOST_EACH)


def _is_elsewhere(element: HtmlElement) -> bool:
    """Whether an element stands among comments or other articles."""
    for ancestor in (element, *islice(element.iterancestors(), _N_ANCESTORS)):
        if ancestor.tag == "body":
            return False
        if _ELSEWHERE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False


def _lines(head: Head) -> Iterator[str]:
    """Yield short lines behind the first heading that begin with "By" and name somebody."""
    if not head.heading_elements:
        return
    for element in islice(elements_from(head.heading_elements[0]), _N_BEHIND):
        text = " ".join((element.text or "").split())
        if element.tag == "a" and _AUTHOR_PAGE.search(element.get("href") or ""):
            name = " ".join(" ".join(islice(element.itertext(), 10)).split())
            if _PERSON.fullmatch(name[:_MOST_CHARS]):
                yield name
        if not text or len(text) > _MOST_CHARS or (match := _BY_LINE.match(text)) is None:
            continue
        person = _PERSON.match(text, match.end())
        if person and _AFTER_NAME.match(text, person.end()):
            yield person.group()
