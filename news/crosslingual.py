"""What two texts in two languages have in common without a dictionary: names, places, numbers. Pure.

A link says that two stories tell one event; it never makes them one. Spellings are `romanise`'s, places `gazetteer`'s;
when links are looked for is the sweep's business.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.gazetteer import MOST_NAME_WORDS, place_of
from news.romanise import skeleton
from news.tokens import tokens

Keys = Mapping[str, float]
"""Keys to how often they stand in a text: `S:` skeletons of names, `C:` countries, `P:` cities, `N:` numbers, `L:`
Latin words in another writing."""

LINK = 0.33
"""How alike the keys of two stories are that are linked (`bench.grouping_languages`)."""

LEAST_RARE = 2
"""Rare keys that both have."""

LINK_WINDOW = timedelta(hours=48)
"""Between the last articles of two stories."""

MOST_KEYS = 60
"""Of a story, the heaviest."""

_RARE, _MOST_RARE, _LEAST_RARE = 0.01, 30, 2
"""A key is rare that so small a part of the stories has, at most and at least so many."""

_LEAST_DIGITS = 2

_MOST_CHARS = 6_000

_MOST_SIGNS = 6
"""Of a place's name in Chinese or Japanese."""

_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:[-'’ʼ][^\W_]+)*")
_SENTENCE = re.compile(r"(?:^|[.!?…\n])[\s«»\"“”„‘’'()\[\]—–-]*+(\w+)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LATIN = re.compile(r"[A-Za-z]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A story to be linked.

    Attributes:
        language: ISO 639.
        keys: The sum of its articles' keys.
        last_at: When its last article was fetched; aware.
    """

    story_id: int
    language: str
    keys: Keys
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two stories of two languages that tell one event; `score` is how alike their keys are, 0 to 1."""

    story_id: int
    other_id: int
    score: float


def keys(title: str | None, text: str, language: str) -> dict[str, float]:
    """Return what of a text is the same in any language.

    Args:
        title: Empty or None where it has none.
        text: The first of it count.
        language: ISO 639; empty where it is not known.
    """
    whole = f"{title or ''}\n{text}"[:_MOST_CHARS]
    whole = _THOUSANDS.sub("", whole)
    found: Counter[str] = Counter()
    words = [(match[0], match.start()) for match in _WORD.finditer(whole)]
    small = {word for word, _ in words if word[0].islower()}
    starts = {match.start(1) for match in _SENTENCE.finditer(whole)}
    is_latin = 2 * len(_LATIN.findall(whole)) > len(_LETTER.findall(whole))
    folded = [" ".join(tokens(word)) for word, _ in words]
    # The word, and the place in the text, up to which all is told.
    passed = told = 0
    for n, (word, start) in enumerate(words):
        if n < passed:
            continue
        if word[0].isdecimal():
            number, end = _number(whole, start)
            if start >= told and number is not None:
                found[f"N:{number}"] += 1
            told = max(told, end)
            continue
        if _SIGNS.match(word):
            found.update(_places_in_signs(folded[n].split(), language))
            continue
        is_name = word[0].isupper() and (start not in starts or word.lower() not in small)
        if is_name or not is_latin:
            for n_words in range(MOST_NAME_WORDS, 0, -1):
                place = place_of(" ".join(folded[n : n + n_words]), language)
                if place is not None:
                    found[place] += 1
                    passed = n + n_words
                    break
            if passed > n:
                continue
        if is_name:
            if word.isascii() and (not is_latin or (word.isupper() and 3 <= len(word) <= 6)):
                found[f"L:{word.casefold()}"] += 1
            if (signs := skeleton(re.sub(r"['’ʼ].*$", "", word), language)) is not None:
                found[f"S:{signs}"] += 1
    return dict(found)


def join_keys(one: Keys, other: Keys) -> dict[str, float]:
    """Return the keys of a story and one article more, those most often met."""
    joined = Counter(dict(one))
    joined.update(other)
    return dict(sorted(joined.items(), key=lambda item: (-item[1], item[0]))[:MOST_KEYS])


def likeness(one: Keys, other: Keys, counts: Mapping[str, int], n_stories: int) -> tuple[float, int]:
    """Return how alike two stories' keys are, 0 to 1, and how many rare keys both have.

    Args:
        one: Of a story.
        other: Of one in another language.
        counts: How many stories have a key; those that were never counted may be absent.
        n_stories: How many were counted.
    """
    weighed, others = _weigh(one, counts, n_stories), _weigh(other, counts, n_stories)
    size = math.sqrt(sum(w * w for w in weighed.values()) * sum(w * w for w in others.values()))
    common = weighed.keys() & others.keys()
    if not common or not size:
        return 0.0, 0
    rare = sum(is_rare(counts.get(key, 0), n_stories) for key in common)
    return sum(weighed[key] * others[key] for key in common) / size, rare


def is_rare(count: int, n_stories: int) -> bool:
    """Return whether a key that so many of so many stories have says that two of them tell one event."""
    return count <= max(_LEAST_RARE, min(_MOST_RARE, _RARE * n_stories))


def links(stories: Sequence[Keyed], counts: Mapping[str, int], n_stories: int) -> list[Link]:
    """Return which stories tell one event in two languages: each the other's best in its language.

    Args:
        stories: Those of some days, in any languages.
        counts: How many stories have a key.
        n_stories: How many were counted.
    """
    best: dict[tuple[int, str], tuple[float, int]] = {}
    for one, other in _worth_comparing(stories, counts, n_stories):
        score, n_rare = likeness(one.keys, other.keys, counts, n_stories)
        if score >= LINK and n_rare >= LEAST_RARE:
            for mine, theirs in ((one, other), (other, one)):
                slot = mine.story_id, theirs.language
                best[slot] = max(best.get(slot, (0.0, 0)), (score, -theirs.story_id))
    languages = {story.story_id: story.language for story in stories}
    return sorted(
        (
            Link(story_id=story_id, other_id=-negative, score=score)
            for (story_id, _), (score, negative) in best.items()
            if story_id < -negative and best[-negative, languages[story_id]] == (score, -story_id)
        ),
        key=lambda link: (link.story_id, link.other_id),
    )


def _places_in_signs(signs: Sequence[str], language: str) -> Counter[str]:
    """Return the places in a run of signs without blanks: of several that begin at one sign, the longest."""
    found: Counter[str] = Counter()
    n = 0
    while n < len(signs):
        for n_signs in range(_MOST_SIGNS, 1, -1):
            place = place_of(" ".join(signs[n : n + n_signs]), language)
            if place is not None:
                found[place] += 1
                n += n_signs - 1
                break
        n += 1
    return found


def _worth_comparing(stories: Sequence[Keyed], counts: Mapping[str, int], n_stories: int) -> list[tuple[Keyed, Keyed]]:
    """Return pairs of stories of two languages and of some days that have enough rare keys in common."""
    having: dict[str, list[int]] = {}
    common: Counter[tuple[int, int]] = Counter()
    for n, story in enumerate(stories):
        for key in story.keys:
            if is_rare(counts.get(key, 0), n_stories):
                common.update((m, n) for m in having.get(key, ()) if stories[m].language != story.language)
                having.setdefault(key, []).append(n)
    return [
        (stories[one], stories[other])
        for (one, other), n_common in common.items()
        if n_common >= LEAST_RARE and abs(stories[one].last_at - stories[other].last_at) <= LINK_WINDOW
    ]


def _weigh(found: Keys, counts: Mapping[str, int], n_stories: int) -> dict[str, float]:
    return {
        key: (1 + math.log(max(1.0, n))) * math.log((n_stories + 2) / (counts.get(key, 0) + 0.5))
        for key, n in found.items()
    }


def _number(whole: str, start: int) -> tuple[str | None, int]:
    """Return a number as all languages write it, None for years and digits, and where it ends."""
    match = _GROUPED.match(whole, start) or _NUMBER.match(whole, start)
    assert match is not None, "a digit is there"
    digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in match[0])
    number = re.sub("[.,]", "", digits) if _GROUPED.fullmatch(digits) else digits.replace(",", ".")
    if _YEAR.fullmatch(number) or len(number.replace(".", "")) < _LEAST_DIGITS:
        return None, match.end()
    return number.rstrip("0").rstrip(".") if "." in number else number, match.end()
