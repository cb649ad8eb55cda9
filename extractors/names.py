"""Names of authors out of bylines: "By Ann Lee and Bo Chan, Reuters" is two people and an agency.

Where bylines stand is `bylines`' business.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from extractors.outlet_names import is_known
from extractors.sources import fold_place, load_sources
from news.text import clean_text, fold_title

MAX_AUTHORS = 20
MAX_NAME_CHARS = 120

_BY = re.compile(
    r"^(?:(?:written|posted|published|reported|story|text|words|article|report)\s+)?(?:by|von|par|por|di|door|av|af|przez|od|"
    r"автор(?:ы|ка|и)?|текст|журналист|müəllif|yazar|yazan|հեղինակ|ავტორი|author|autor|autore|auteur|redakteur)\b\s*[:：]?\s+|^(?:автор|текст|author|autor)\s*:\s*",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^(?:(?:zeige |see |view )?(?:alle |all )?(?:beiträge|posts|articles|articoli|artículos)\s+(?:von|by|di|de)|"
    r"(?:ein )?(?:artikel|beitrag|text|interview|kommentar|erstellt|geschrieben|veröffentlicht|eingestellt|gepostet)\s+"
    r"(?:von|am von)|(?:escrito|publicado)\s+por|(?:scritto|pubblicato)\s+da|a cura di|(?:écrit|publié|rédigé)\s+par|"
    r"(?:napisał|opracował|autorstwa)a?)\s*[:：]?\s+",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:[;|•·\n/]|,(?!\s*(?:jr|sr|ii|iii|phd|md)\b)|\s(?:and|und|et|y|e|og|och|i|и|та|й|ve|və|և|with|&|\+)\s)\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\(?[<\[]?[\w.+-]+@[\w-]+\.[\w.-]+[>\]]?\)?")
_NO_NAME = re.compile(
    r"^(?:https?:|www\.|@|#)|^[^\W\d_]?[\d\W_]*$|\.(?:com|org|net|de|ru|ua|co\.uk|fr|eu|info)(?:/|$)|\d{4}|"
    r"^(?:name\s*\*?|image:.*|photo:.*|foto:.*|view profile|profile?|about|all posts|\d\d?:\d\d.*|published in.*|"
    r".*\b(?:sagt|says|said|schreibt|dice|dit))$|"
    r"^(?:admin(?:istrator)?|user|guest|webmaster|none|null|undefined|unknown|nan|n/a|anonymous|author|autor|автор|editor|"
    r"редактор|by|posted|published|updated|share|facebook|twitter|instagram|email)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(?:[\w&/'’-]{1,20}\s+){0,4}(?:reporter|editor|writer|correspondent|journalist|contributor|columnist|producer|analyst|"
    r"freelancer|корреспондент|журналист|обозреватель|редактор|кореспондент|журналіст|muhabiri?|müxbiri?)s?\b.{0,60}$",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?:[^\W_][\w-]*\.)+[^\W\d_]{2,10}(?:\s.{0,20})?")
_SIGNING = frozenset(
    (
        *(
            "news",
            "newspaper",
            "media",
            "tv",
            "radio",
            "press",
            "magazine",
            "online",
            "redaktion",
            "newswire",
            "agency",
        ),
        *("network", "team", "group", "foundation", "university", "institute", "gmbh", "inc", "ltd"),
        *("новости", "новини", "медиа", "тв", "радио"),
    )
)
"""A last word that no surname is."""

_TRAILING = re.compile(r"\s*(?:\((?:[^()]{0,80})\)|\bfor\s+[A-Z][\w .]{2,40}|\s[-–—]\s.{0,60})\s*$")


def clean_names(bylines: Iterable[str]) -> tuple[str, ...]:
    """Return the names in bylines, each once, at most twenty.

    Without "By", addresses, handles, roles ("political editor") and words that systems put where a name belongs.
    """
    names: dict[str, str] = {}
    for byline in bylines:
        text = clean_text(html.unescape(byline[:2000].replace("\n", " ; ")))
        if text is None:
            continue
        for part in _BETWEEN.split(_BY.sub("", _CREDIT.sub("", _ADDRESS.sub(" ", text).strip()), count=1)):
            name = _TRAILING.sub("", _BY.sub("", _CREDIT.sub("", part.strip(" ,.:;-–—|\"'«»“”")), count=1)).strip(
                " ,:;-–—|\"'«»“”()"
            )
            if len(name) < 2 or len(name) > MAX_NAME_CHARS or _NO_NAME.search(name) or _ROLE.match(name):
                continue
            names.setdefault(re.sub(r"\W", "", name).casefold(), name)
            if len(names) >= MAX_AUTHORS:
                return tuple(names.values())
    return tuple(names.values())


def part_names(names: Iterable[str], outlets: Iterable[str] = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part the names of bylines into people, and agencies, desks and outlets.

    Args:
        names: As `clean_names` returns them.
        outlets: Names of the site itself, which signs what nobody signed.
    """
    own = {_squeezed(outlet) for outlet in outlets} - {""}
    people: list[str] = []
    agencies: list[str] = []
    for name in names:
        (agencies if _squeezed(name) in own or _is_agency(name) else people).append(name)
    return tuple(people), tuple(agencies)


def _is_agency(name: str) -> bool:
    folded = fold_place(name).strip()
    sources = load_sources()
    words = re.findall(r"[^\W\d_][\w.'&-]*", folded)
    if not words:
        return False
    if is_known(folded) or folded in sources.desks or _DOMAIN.fullmatch(folded):
        return True
    if any(is_known(part.strip()) for part in re.split(r"[/|+]", folded)) and "/" in folded:
        return True
    # "Outlet Staff", "Редакция Вестника", "Evening Post Reporters": a surname is none of these.
    return (
        words[0] in sources.desks
        or words[-1] in sources.desks
        or " ".join(words[-2:]) in _SIGNING
        or (len(words) > 1 and words[-1] in _SIGNING)
    )


def _squeezed(name: str) -> str:
    return fold_title(name).replace(" ", "").removeprefix("the")
