"""Words of languages for which Postgres has no stemmer: the beginning that a word's forms share. Pure.

The language's own endings go where they are few and known, Ukrainian, Belarusian, Bulgarian and Macedonian; of other
languages two or three letters of a longer word. Languages with a stemmer have no business here.
"""

from __future__ import annotations

_SLAVIC = (
    "ами", "ями", "амі", "ямі", "ові", "еві", "єві", "ого", "ому", "ими", "іми", "ага", "аму", "ымі", "імі",
    "ата", "ите", "ото", "ията", "ите", "ові",
    "ах", "ях", "ів", "їв", "аў", "яў", "ом", "ем", "єм", "ою", "ею", "єю", "ой", "ам", "ям", "их", "іх", "ых",
    "им", "ім", "ым", "ій", "ої", "ий", "ый", "ая", "яя", "ое", "їх", "їм", "ия", "ът", "ят",
    "а", "я", "о", "е", "є", "и", "і", "ы", "у", "ю", "ь", "й", "ї",
)  # fmt: skip
_ENDINGS = {language: sorted(set(_SLAVIC), key=len, reverse=True) for language in ("uk", "be", "bg", "mk")}

_LEAST_STEM = 3
_LEAST_WORD = 5
"""Shorter words are looked for as they stand."""

_MOST_CUT_STEM = 8


def beginning(word: str, language: str | None) -> str | None:
    """Return what the forms of a word begin with; None where only the word itself is to be found.

    Args:
        word: Small letters.
        language: ISO 639-1; None where it is not known, and nothing is guessed.
    """
    if language is None or len(word) < _LEAST_WORD - (language in _ENDINGS) or not word.isalpha():
        return None
    if language in _ENDINGS:
        for ending in _ENDINGS[language]:
            if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
                return word[: -len(ending)]
        return word
    return word[: min(_MOST_CUT_STEM, max(_LEAST_STEM + 1, len(word) - 2 - (len(word) > 8)))]
