"""Words without their endings, so that one word in two cases counts as one. Pure.

Languages that Snowball knows have its stemmer; of the others, whose endings are long and many, a word's beginning.
What is a word is `tokens`'.
"""

from __future__ import annotations

from functools import lru_cache

import Stemmer

_ALGORITHMS = {
    "ar": "arabic",
    "hy": "armenian",
    "eu": "basque",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "ga": "irish",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "fa": "persian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "es": "spanish",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}

_LEAST, _MOST, _ENDING = 4, 6, 2
"""Of a word of a language without a stemmer: two letters off, six at most, four at least. In inflected languages cut
words find what stems find, within a hundredth (McNamee and Mayfield, "Character n-gram tokenization", 2004)."""

_KEPT = 50_000
"""Stems of a language kept, some 5 MB: half of the words of news are a few thousand."""


def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; of a language that is not known, of its beginning.

    Args:
        word: As `tokens.tokens` gives it.
        language: ISO 639, `pt-BR` too; empty where it is not known.
    """
    return _stem(word, language[:2])


@lru_cache(_KEPT)
def _stem(word: str, language: str) -> str:
    if (stemmer := _stemmer(language)) is not None:
        stemmed: str = stemmer.stemWord(word)
        return stemmed
    if word[0].isdigit() or len(word) <= _LEAST:
        return word
    return word[: max(_LEAST, min(_MOST, len(word) - _ENDING))]


@lru_cache(None)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    # Its own cache is smaller than ours and slower.
    return Stemmer.Stemmer(_ALGORITHMS[language], 0) if language in _ALGORITHMS else None
