"""Names of authors out of bylines: "By Ann Lee and Bo Chan, Reuters" is two people and an agency.

Where bylines stand is `metadata`'s business. Agencies and desks are kept as names.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from news.text import clean_text

MAX_AUTHORS = 20
MAX_NAME_CHARS = 120

_BY = re.compile(
    r"^(?:(?:written|posted|published|reported|story|text|words|article|report)\s+)?(?:by|von|par|por|di|door|av|af|przez|od|"
    r"автор(?:ы|ка|и)?|текст|журналист|müəllif|yazar|yazan|հեղինակ|ავტორი|author|autor|autore|auteur|redakteur)\b\s*[:：]?\s+|^(?:автор|текст|author|autor)\s*:\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:[;|•·\n/]|,(?!\s*(?:jr|sr|ii|iii|phd|md)\b)|\s(?:and|und|et|y|e|og|och|i|и|та|й|ve|və|և|with|&|\+)\s)\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\(?[<\[]?[\w.+-]+@[\w-]+\.[\w.-]+[>\]]?\)?")
_NO_NAME = re.compile(
    r"^(?:https?:|www\.|@|#)|^[^\W\d_]?[\d\W_]*$|\.(?:com|org|net|de|ru|ua|co\.uk|fr|eu|info)(?:/|$)|\d{4}|"
    r"^(?:admin(?:istrator)?|user|guest|webmaster|none|null|undefined|unknown|nan|n/a|anonymous|author|autor|автор|editor|"
    r"редактор|by|posted|published|updated|share|facebook|twitter|instagram|email)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(?:[\w&/'’-]{1,20}\s+){0,4}(?:reporter|editor|writer|correspondent|journalist|contributor|columnist|producer|analyst|"
    r"freelancer|корреспондент|журналист|обозреватель|редактор|кореспондент|журналіст|muhabiri?|müxbiri?)s?\b.{0,60}$",
    re.IGNORECASE,
)
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
        for part in _BETWEEN.split(_BY.sub("", _ADDRESS.sub(" ", text), count=1)):
            name = _TRAILING.sub("", _BY.sub("", part.strip(" ,.:;-–—|\"'«»“”"), count=1)).strip(" ,:;-–—|\"'«»“”()")
            if len(name) < 2 or len(name) > MAX_NAME_CHARS or _NO_NAME.search(name) or _ROLE.match(name):
                continue
            names.setdefault(re.sub(r"\W", "", name).casefold(), name)
            if len(names) >= MAX_AUTHORS:
                return tuple(names.values())
    return tuple(names.values())
