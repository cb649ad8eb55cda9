"""Names of outlets in running text: where one begins and ends, and whether it is an outlet's at all.

Case tells: a name is what is quoted, or words with capitals, or a domain. What stands around it is `attribution`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.sources import fold_place, load_sources

MOST_NAME_CHARS = 80

_MOST_WORDS = 6
_MOST_LOWER = 4
"""Words between the phrase and the name: "the state news agency TASS"."""

_MOST_LISTED = 4
_MOST_KIND_LETTERS = 30
_MOST_AND_LETTERS = 5
_SHORT_CHARS = 4
"""Shorter beginnings count as whole words: "ск" begins many."""

_OPENING = '«"“„‘'
_CLOSING = '»"”“’'
_TOKEN = re.compile(r"[^\W_][\w.&’'+-]*[^\W_]\+?|[^\W_]|[^\w\s]")
_DOMAIN = re.compile(r"(?=.{4,60}$)(?:[^\W_][\w-]*\.)+(?:[a-z]{2,10}|рф|ру|ua|укр)", re.IGNORECASE)
_NEUTRAL = frozenset(
    (
        *(
            "the",
            "a",
            "an",
            "la",
            "le",
            "les",
            "l'",
            "el",
            "los",
            "lo",
            "il",
            "i",
            "gli",
            "o",
            "os",
            "as",
            "die",
            "der",
        ),
        *("das", "den", "dem", "des", "do", "da", "de", "del", "della", "dello", "du", "sur", "on", "in", "na", "à"),
        *("также", "и", "та", "bir"),
    )
)
_JOINTS = frozenset(("of", "de", "del", "della", "delle", "di", "da", "do", "das", "dos", "du", "des", "la", "le", "&"))
_AND = frozenset(("and", "und", "et", "y", "e", "i", "и", "та", "ve", "və", "oraz", ",", ";", "/"))
_ENDING = re.compile(r"(?:['’]\w{1,6}|['’]|-(?:[yn]?[aə]|n[ıiuü]n|d[aə]n?|nın|nin))$", re.IGNORECASE)
_QUOTED_ENDING = re.compile(r"(?<=[»\"”])['’-]?\w{1,5}\s*$")
_LATIN = re.compile("[A-Za-z]")
_OWN = re.compile("[\u0370-\u03ff\u0400-\u04ff\u0530-\u058f\u10a0-\u10ff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as found.

    Attributes:
        text: As written, without quotes and endings.
        quoted: Whether it stands in quotes.
        kinded: Whether a word for outlets stands beside it.
    """

    text: str
    quoted: bool = False
    kinded: bool = False


def name_after(text: str) -> Iterator[Name]:
    """Yield the names that a text begins with, one or a list of them; words for outlets may stand before."""
    tokens = list(_TOKEN.finditer(text))
    place, kinded = _past_kind(tokens, text)
    for _ in range(_MOST_LISTED):
        found = _one_name(tokens, place, text)
        if found is None:
            return
        name, place = found
        if name.quoted or not _is_kind(name.text):
            yield _without_kind(Name(text=name.text, quoted=name.quoted, kinded=kinded))
        if place >= len(tokens) or tokens[place].group() not in _AND:
            return
        place, again = _past_kind(tokens, text, place + 1)
        kinded = kinded or again


def name_before(text: str) -> Iterator[Name]:
    """Yield the name that a text ends with; where it may begin later, the shorter ones as well."""
    text = _QUOTED_ENDING.sub("", text)
    tokens = list(_TOKEN.finditer(text))
    end = len(tokens)
    kinded = False
    for _ in range(2):
        # "Cumhuriyet gazetesinin", "APA agentliyinin": there the word for outlets stands behind the name.
        if end > 1 and (word := tokens[end - 1].group())[0].islower() and _has_kind_stem(word):
            kinded = True
            end -= 1
    if end and tokens[end - 1].group() in _CLOSING:
        closing = tokens[end - 1].start()
        opening = max((text.rfind(sign, 0, closing) for sign in _OPENING), default=-1)
        if opening >= 0 and 0 < closing - opening - 1 <= MOST_NAME_CHARS:
            before = fold_place(text[:opening]).split()
            yield Name(text=text[opening + 1 : closing].strip(), quoted=True, kinded=kinded or _ends_in_kind(before))
        return
    start = end
    while (
        start and end - start < _MOST_WORDS and (_is_capital(tokens[start - 1].group()) or _joins(tokens, start, end))
    ):
        start -= 1
    while start < end and not _is_capital(tokens[start].group()):
        start += 1
    lower = [match.group() for match in tokens[max(0, start - 3) : start]]
    kinded = kinded or _ends_in_kind([fold_place(word) for word in lower])
    for first in range(start, end):
        if _is_capital(tokens[first].group()):
            written = text[tokens[first].start() : tokens[end - 1].end()]
            # Only the whole of it stands beside the word for outlets.
            yield _without_kind(Name(text=_ENDING.sub("", written), kinded=kinded and first == start))


def names_in(text: str) -> tuple[Name, ...]:
    """Return the names that a line lists and that are all it says; none where it says more."""
    names = tuple(name_after(text))
    n_left = sum(map(str.isalnum, text)) - sum(c.isalnum() for name in names for c in name.text)
    most = _MOST_KIND_LETTERS if any(name.kinded for name in names) else _MOST_AND_LETTERS * (len(names) - 1)
    return names if n_left <= most else ()


def is_outlet(name: Name, *, sure: bool, host: str = "", cue: str = "") -> bool:
    """Whether a name is an outlet's or an agency's.

    Args:
        name: As found.
        sure: Whether it stands where only outlets do.
        host: Of its link.
        cue: The phrase it stands in: a name in other letters than those is hardly a person's.
    """
    folded = fold_place(name.text).strip("\"'«»“”„ ")
    sources = load_sources()
    if not 1 < len(folded) <= MOST_NAME_CHARS or _is_other(folded):
        return False
    if is_known(folded) or _DOMAIN.fullmatch(folded) or name.kinded:
        return True
    words = re.findall(r"[\w-]+", folded)
    if len(words) > 1 and (words[-1] in sources.last_words or words[0] in sources.first_words):
        return True
    squeezed = "".join(words)
    if len(squeezed) > 2 and squeezed in re.sub(r"\W", "", host):
        return True
    if not sure:
        return False
    return name.quoted or (bool(_OWN.search(cue)) and bool(_LATIN.match(folded)))


def is_known(folded: str) -> bool:
    """Whether a folded name is one of an agency or outlet that is known everywhere."""
    return folded.removeprefix("the ") in load_sources().agencies


def _is_other(folded: str) -> bool:
    first = folded.split()[0]
    return any(
        folded == other or first == other or (len(other) > _SHORT_CHARS and folded.startswith(other))
        for other in load_sources().others
    )


def _past_kind(tokens: list[re.Match[str]], text: str, place: int = 0) -> tuple[int, bool]:
    """Return where the name begins, and whether a word for outlets stands before it."""
    first = place
    while place < len(tokens) and place - first < _MOST_LOWER and tokens[place].group()[0].islower():
        if _DOMAIN.fullmatch(tokens[place].group()) or is_known(tokens[place].group()):
            break
        place += 1
    words = [fold_place(match.group()) for match in tokens[first:place]]
    if not words:
        return place, False
    kinded = _ends_in_kind(words)
    if not kinded and any(word not in _NEUTRAL for word in words):
        # Somebody else is named in between: "according to people close to the BBC".
        return len(tokens), False
    return place, kinded


def _one_name(tokens: list[re.Match[str]], place: int, text: str) -> tuple[Name, int] | None:
    if place >= len(tokens):
        return None
    token = tokens[place].group()
    if token in _OPENING:
        start = tokens[place].end()
        close = next((n for n in range(place + 1, len(tokens)) if tokens[n].group() in _CLOSING), None)
        if close is None or not 0 < tokens[close].start() - start <= MOST_NAME_CHARS:
            return None
        return Name(text=text[start : tokens[close].start()].strip(), quoted=True), close + 1
    if _DOMAIN.fullmatch(token) or (token.islower() and is_known(token)):
        return Name(text=token), place + 1
    if not _is_capital(token):
        return None
    end = place + 1
    while end < len(tokens) and end - place < _MOST_WORDS:
        gap = text[tokens[end - 1].end() : tokens[end].start()]
        word = tokens[end].group()
        if not gap.isspace() or not (_is_capital(word) or _leads_on(tokens, end, word) or is_known(word)):
            break
        end += 1
    return Name(text=_ENDING.sub("", text[tokens[place].start() : tokens[end - 1].end()])), end


def _leads_on(tokens: list[re.Match[str]], place: int, word: str) -> bool:
    """Whether a small word stands between two words of a name; "Reuters and AFP" are two names."""
    following = tokens[place + 1].group() if place + 1 < len(tokens) else ""
    return word in _JOINTS and (_is_capital(following) or following in _JOINTS)


def _joins(tokens: list[re.Match[str]], start: int, end: int) -> bool:
    word = tokens[start - 1].group()
    return start < end and start > 1 and word in _JOINTS and _is_capital(tokens[start - 2].group())


def _is_capital(token: str) -> bool:
    return bool(token) and (token[0].isupper() or (token[0].isdigit() and len(token) > 1 and token[-1].isalpha()))


def _without_kind(name: Name) -> Name:
    """Return a name without the word for outlets it begins with: "Nachrichtenagentur dpa", "Jane Doe of The Post"."""
    if name.quoted or is_known(fold_place(name.text)):
        return name
    first, _, rest = name.text.partition(" ")
    if rest and _is_kind(first) and fold_place(first) not in load_sources().first_words:
        return Name(text=rest, kinded=True)
    _, found, rest = name.text.partition(" of The ")
    return Name(text=f"The {rest}", kinded=name.kinded) if found else name


def _is_kind(text: str) -> bool:
    return fold_place(text) in load_sources().kinds


def _ends_in_kind(words: list[str]) -> bool:
    kinds = load_sources().kinds
    return any(" ".join(words[first:]) in kinds for first in range(len(words)))


def _has_kind_stem(word: str) -> bool:
    stems = ("gazete", "ajans", "dergi", "agentli", "qəzet", "telekanal", "sayt", "nəşr", "portal")
    return fold_place(word).startswith(stems)
