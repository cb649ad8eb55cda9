"""A text as the words that two outlets would write alike: what copies are found by. Pure.

Everything that an editor or a system changes without changing the text is folded. How words are compared is
`fingerprints`' and `copies'`; the folding of titles for people's eyes is `text.fold_title`.
"""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS = 10_000
"""Of a text; articles of news have some hundred, a long report five thousand. What comes behind is not compared."""

MOST_CHARS = 120_000
"""Twelve for each word, blanks included: a longer text is cut before it is folded."""

# An editor's letters: ё and е, Ukrainian ґ and г, Turkish dotted and dotless i; all kinds of apostrophes; what is
# invisible (soft hyphen, joiners, the mark of byte order), stress above vowels, the vowels of Arabic and Hebrew.
_FOLD = {
    **{ord("ё"): "е", ord("Ё"): "е", ord("ґ"): "г", ord("Ґ"): "г", ord("İ"): "i", ord("ı"): "i"},
    **dict.fromkeys(map(ord, "’ʼ'`‘ʹ´＇")),
    **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x300, 0x301, 0x640, 0x670)),
    **dict.fromkeys((*range(0x64B, 0x660), *range(0x591, 0x5BE))),
}
_MOST_WORD_CHARS = 256
_LONG = re.compile(rf"(\S{{{_MOST_WORD_CHARS + 1},}})")
_FOLDED = re.compile(f"[{''.join(map(chr, _FOLD))}]")
_ADDRESS = re.compile(r"(?:https?://|www\.|t\.me/)\S+|[^\s@]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
# U.S. and S.T.A.L.K.E.R. are a word each, no runs of letters.
_ACRONYM = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)")
# Signs of writings without blanks count one by one.
_SIGNS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Vowel signs of Indian writing are marks, which \w leaves out.
_MARKS = "\u0900-\u0dff"
_WORD = re.compile(rf"[{_SIGNS}]|[^\W_{_SIGNS}](?:[^\W_{_SIGNS}]|[{_MARKS}])*")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
# Letters of two alphabets that look alike: "СBО" with a Latin B, by mistake or to escape a filter.
_LOOKALIKE = str.maketrans("abceghkmnoprtuxyi", "авседнкмпорртихуі")
_MIXED = re.compile(r"(?<![a-z\u0430-\u045f])(?:[a-z]+[\u0430-\u045f]|[\u0430-\u045f]+[a-z])[a-z\u0430-\u045f]*")


def tokens(text: str) -> list[str]:
    """Return the words of a text, folded, in order; each sign of Chinese, Japanese and Thai is one.

    Case, punctuation, kinds of quotes and dashes, addresses, hidden characters, stress marks, ё, and Latin letters in
    Cyrillic words do not count. At most `MOST_WORDS`.
    """
    text = text[:MOST_CHARS]
    if "@" in text or "://" in text or "www." in text or "t.me/" in text:
        text = _ADDRESS.sub(" ", text)
    text = _composed(text)
    if _FOLDED.search(text):
        text = text.translate(_FOLD)
    text = _ACRONYM.sub("", text).casefold()
    if not text.isascii():
        text = _MIXED.sub(_one_alphabet, text)
    return _WORD.findall(text)[:MOST_WORDS]


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text as they stand, `12`, `3,5`, `19:30`: all that tells two daily reports apart."""
    return frozenset(_NUMBER.findall(_ADDRESS.sub(" ", text[:MOST_CHARS])))


def _composed(text: str) -> str:
    """Return the text in NFKC, nothing taken at once that is longer than a word: marks cost their square."""
    if text.isascii() or not _LONG.search(text):
        return unicodedata.normalize("NFKC", text)
    pieces = _LONG.split(text)
    for place in range(1, len(pieces), 2):
        long = pieces[place]
        cuts = range(0, len(long), _MOST_WORD_CHARS)
        pieces[place] = "".join(unicodedata.normalize("NFKC", long[cut : cut + _MOST_WORD_CHARS]) for cut in cuts)
    return "".join(piece if place % 2 else unicodedata.normalize("NFKC", piece) for place, piece in enumerate(pieces))


def _one_alphabet(match: re.Match[str]) -> str:
    return match[0].translate(_LOOKALIKE)
