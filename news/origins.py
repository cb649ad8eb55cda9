"""Who had a text first: the outlet that its copies name, else whoever came first. Pure.

Whom each text names was read by the extractor (`Article.attributions`); which articles are copies says `copies`. A
named outlet that is not among the copies is told all the same: where a text comes from need not be watched.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.errors import BadURLError
from news.facts import Attribution
from news.outlets import OUTLETS
from news.text import fold_title
from news.urls import canonical_url, host_name

_EARLIEST, _LATEST = timedelta(hours=48), timedelta(minutes=10)
"""What an outlet states as its time is believed so long before the fetch, and so little after it."""

_LEAST_STEM = 4
_ENDING = re.compile("(?:ами|ями|ах|ях|ам|ям|ов|ев|ом|ем|ой|ей|ою|ею|ым|им|ии|ию|ия|[ауыиеяюьъоії])$")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-zа-яіїєґ]{2,10}")
# Beside a name, and no part of it.
_KINDS = frozenset(
    (
        *("the", "agency", "news", "agentur", "ajansı", "agencja", "newspaper", "online", "com", "ru"),
        *("агентство", "агентства", "агентству", "агентством", "издание", "издания", "изданию", "газета", "газеты"),
        *("газете", "телеканал", "телеканала", "портал", "портала", "агенція", "агенції", "видання", "журнал", "сайт"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A copy, and whom it names.

    Attributes:
        names: Of its own outlet: the source's, the site's.
        published_at: As stated, with a time of day; None where only a day, or nothing, is.
    """

    article_id: int
    url: str
    names: tuple[str, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    published_at: datetime | None = None
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a text comes from, as far as its copies tell.

    Attributes:
        article_id: The copy that was first.
        named: The outlet or agency that is named as the source, as it is mostly written; None where none is.
        url: Where the naming links to; None where it links nowhere.
        n_named: How many copies name it.
        is_member: Whether that outlet's article is the copy that was first: it was read itself.
    """

    article_id: int
    named: str | None = None
    url: str | None = None
    n_named: int = 0
    is_member: bool = False


def find_origin(witnesses: Sequence[Witness]) -> Origin:
    """Return who had a text first.

    An article whose outlet, or whose address, other copies name: the one that most name, and that names none of the
    others itself. Else whoever came first by `trusted_time`.

    Args:
        witnesses: The copies of one text, at least one.
    """
    own = {witness.article_id: _own_keys(witness) for witness in witnesses}
    addresses = {canonical: w.article_id for w in witnesses if (canonical := _canonical(w.url))}
    named_by: defaultdict[int, set[int]] = defaultdict(set)
    outside: defaultdict[str, dict[int, Attribution]] = defaultdict(dict)
    for witness in witnesses:
        for said in witness.attributions:
            keys = _keys(said)
            if keys & own[witness.article_id]:
                continue
            linked = addresses.get(_canonical(said.url) or "")
            members = {linked} if linked is not None else {a for a, known in own.items() if keys & known}
            for member in members - {witness.article_id}:
                named_by[member].add(witness.article_id)
            if not members and keys:
                outside[_outlet(said)].setdefault(witness.article_id, said)
    by_id = {witness.article_id: witness for witness in witnesses}
    if named_by:
        sources = {a for a in named_by if not any(a in namers for other, namers in named_by.items() if other != a)}
        first = min(sources or named_by, key=lambda a: (-len(named_by[a]), trusted_time(by_id[a]), a))
        others = {name: said for name, said in outside.items() if first in said}
        if not others:
            return Origin(
                article_id=first,
                named=_shown_own(by_id[first]),
                url=by_id[first].url,
                n_named=len(named_by[first]),
                is_member=True,
            )
        # It names somebody else in its turn, who was not read.
        return _named(first, others)
    first = min(by_id, key=lambda a: (trusted_time(by_id[a]), a))
    return _named(first, outside) if outside else Origin(article_id=first)


def trusted_time(witness: Witness) -> datetime:
    """Return when an article appeared: as stated, where that fits the time of the fetch, else when it was fetched."""
    stated = witness.published_at
    if stated is None or not witness.fetched_at - _EARLIEST <= stated <= witness.fetched_at + _LATEST:
        return witness.fetched_at
    return stated


def outlet_key(name: str) -> str:
    """Return what an outlet is known by, whatever its name's case, letters and language: `reuters`, `риа новост`.

    Endings of Cyrillic words do not count, nor words as "agency" and "издание" beside the name.
    """
    name = name.strip().lower()
    if not _DOMAIN.fullmatch(name):
        folded = _folded(name)
        return _known().get(folded, folded)
    labels = name.removeprefix("www.").split(".")
    for start in range(len(labels) - 1):
        if key := _known().get(".".join(labels[start:])):
            return key
    # lenta of www.lenta.ru and of lenta.co.uk; the domain itself where a known outlet is called so that has another.
    label = labels[-3] if len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2]
    return name if label in _KINDS or _folded(label) in _known() else _folded(label)


def _named(first: int, outside: dict[str, dict[int, Attribution]]) -> Origin:
    """Return an outlet that is not among the copies: named most, a known one before others, then the first copy's."""
    key = min(outside, key=lambda k: (-len(outside[k]), k not in _shown(), first not in outside[k], k))
    said = outside[key]
    name = _shown().get(key) or Counter(a.name for a in said.values()).most_common(1)[0][0]
    url = next((said[a].url for a in sorted(said, key=lambda a: (a != first, a)) if said[a].url), None)
    return Origin(article_id=first, named=name, url=url, n_named=len(said))


def _own_keys(witness: Witness) -> frozenset[str]:
    names = [*witness.names]
    if (host := _host(witness.url)) is not None:
        names.append(host)
    return frozenset(key for name in names if (key := outlet_key(name)))


def _shown_own(witness: Witness) -> str | None:
    key = next((key for key in sorted(_own_keys(witness)) if key in _shown()), None)
    return _shown()[key] if key else next((name for name in witness.names if name), _host(witness.url))


def _keys(said: Attribution) -> frozenset[str]:
    names = [said.name]
    if said.url and (host := _host(said.url)) is not None:
        names.append(host)
    return frozenset(key for name in names if (key := outlet_key(name)))


def _outlet(said: Attribution) -> str:
    """Return the key that an attribution is counted under: a known outlet's, by name or by link, else its name's."""
    keys = [outlet_key(said.name), *sorted(_keys(said))]
    return next((key for key in keys if key in _shown()), keys[0])


def _folded(name: str) -> str:
    words = fold_title(name).split()
    return " ".join(_stem(word) for word in words if word not in _KINDS) or " ".join(words)


def _stem(word: str) -> str:
    stem = _ENDING.sub("", word) if len(word) > _LEAST_STEM else word
    return stem if len(stem) >= _LEAST_STEM - 1 else word


@functools.cache
def _known() -> dict[str, str]:
    """Return the key of each known name and domain: the folded first name of its outlet."""
    found: dict[str, str] = {}
    for names in OUTLETS:
        key = _folded(names[0])
        for name in names:
            found.setdefault(name if _DOMAIN.fullmatch(name) else _folded(name), key)
    return found


@functools.cache
def _shown() -> dict[str, str]:
    return {_folded(names[0]): names[0] for names in OUTLETS}


def _canonical(url: str | None) -> str | None:
    try:
        return canonical_url(url) if url else None
    except BadURLError:
        return None


def _host(url: str) -> str | None:
    try:
        return host_name(url).partition(":")[0]
    except BadURLError:
        return None
