"""Names of people and places in Latin letters, and the consonants by which two spellings of a name agree. Pure.

Not a transliteration to be read: Ющенко, Yushchenko, Juschtschenko and Yuşçenko are to come out alike. Which words are
names is `crosslingual`'s to say.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_CYRILLIC = {
    **dict(zip("абвгдеёзийклмнопрстуфхыэіўґ", "abvgdeeziiklmnoprstufhieiug", strict=True)),
    **{"є": "ye", "ї": "yi", "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": ""},
    **{"ь": "", "ю": "yu", "я": "ya", "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h"},
    **{"ћ": "ch", "ђ": "dj", "ј": "i", "љ": "l", "њ": "n", "џ": "dzh", "ѓ": "g", "ќ": "k", "ѕ": "z"},
}
_ARMENIAN = {
    **dict(zip("աբգդեզէըթիլկհմյնոպջռսվտրւփքօֆ", "abgdezeytilkhmynopjrsvtrvpkof", strict=True)),
    **{"ժ": "zh", "խ": "kh", "ծ": "ts", "ձ": "dz", "ղ": "gh", "ճ": "ch", "շ": "sh", "չ": "ch", "ց": "ts", "և": "ev"},
}
_GEORGIAN = {
    **dict(zip("აბგდევზთიკლმნოპრსტუფქყჯჰ", "abgdevztiklmnoprstupkkjh", strict=True)),
    **{"ჟ": "zh", "ღ": "gh", "შ": "sh", "ჩ": "ch", "ც": "ts", "ძ": "dz", "წ": "ts", "ჭ": "ch", "ხ": "kh"},
}
_GREEK = {
    **dict(zip("αβγδεζηικλμνοπρσςτυφω", "avgdeziiklmnoprsstifo", strict=True)),
    **{"θ": "th", "ξ": "ks", "χ": "h", "ψ": "ps"},
}
# Their vowels are mostly not written: the consonants are all that is compared anyway.
_ARABIC = {
    **dict(zip("ابتجحدرزسصضطظعفقكلمنهويىپڤگکیأإآ", "abtjhdrzssdtzafkklmnhuiipvgkiaaa", strict=True)),
    **{
        "ث": "th",
        "خ": "kh",
        "ذ": "d",
        "ش": "sh",
        "غ": "gh",
        "چ": "ch",
        "ژ": "zh",
        "ة": "a",
        "ئ": "i",
        "ؤ": "u",
        "ء": "",
    },
}
_HEBREW = {
    **dict(zip("אבגדהוזחטיכךלמםנןסעפףקרת", "abgdhuzhtikklmmnnsaffkrt", strict=True)),
    **{"צ": "ts", "ץ": "ts", "ש": "sh"},
}
_LATIN = {
    **{"ə": "a", "ç": "ch", "ş": "sh", "ș": "sh", "ţ": "ts", "ț": "ts", "ğ": "g", "ı": "i", "ł": "l", "ß": "ss"},
    **{"ø": "o", "æ": "a", "œ": "e", "đ": "d", "ð": "d", "þ": "th", "č": "ch", "š": "sh", "ž": "zh", "ć": "ch"},
}
_LETTERS = str.maketrans(_CYRILLIC | _ARMENIAN | _GEORGIAN | _GREEK | _ARABIC | _HEBREW | _LATIN)

# Letters of the Latin alphabet that a language reads in its own way, and what it writes for one sound.
_READ = {
    "az": (("x", "h"), ("c", "j"), ("q", "g")),
    # Before a consonant only foreign names have a c, as Macron.
    "tr": (("cr", "kr"), ("cl", "kl"), ("ck", "k"), ("ch", "ç"), ("c", "j")),
    "de": (("tsch", "ch"), ("sch", "sh"), ("w", "v"), ("z", "ts"), ("j", "y")),
    "pl": (("ch", "h"), ("sz", "sh"), ("cz", "ch"), ("rz", "zh"), ("w", "v"), ("j", "y")),
    "hu": (("sz", "s"), ("cs", "ch"), ("gy", "d"), ("j", "y")),
    **dict.fromkeys(("cs", "sk", "sl", "hr", "sr", "fi", "sv", "da", "nb", "nl", "et", "lv", "lt"), (("j", "y"),)),
}

# One sound, however it is written: hushing and hissing sounds are one, k and g stay two.
_SOUNDS = (
    *(("sch", "s"), ("tch", "s"), ("dzh", "s"), ("dj", "s"), ("ch", "s"), ("sh", "s"), ("zh", "s"), ("ts", "s")),
    *(("tz", "s"), ("cz", "s"), ("sz", "s"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("ph", "f"), ("th", "t")),
    *(("kh", "h"), ("gh", "g"), ("ck", "k"), ("c", "k"), ("q", "k"), ("w", "v"), ("x", "ks"), ("z", "s"), ("j", "s")),
    ("y", "i"),
)

LEAST_LETTERS = 4
"""Of a name: shorter ones are like too many others."""

_MOST_SIGNS = 4
"""Of a skeleton: endings of cases and of languages come later (Зеленского, Zelensky, Selenskyj)."""

_LEAST_SIGNS = 3


@lru_cache(100_000)
def romanise(word: str, language: str) -> str:
    """Return a word in small Latin letters without accents; letters of an unknown writing stay.

    Args:
        word: One word.
        language: ISO 639: some read Latin letters in their own way; empty where it is not known.
    """
    folded = word.casefold().replace("i̇", "i").replace("ու", "u")
    for written, read in _READ.get(language[:2], ()):
        folded = folded.replace(written, read)
    # A letter with its mark first, as ç and й; then the letters whose marks say nothing, as έ.
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", folded).translate(_LETTERS)).translate(_LETTERS)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@lru_cache(100_000)
def skeleton(word: str, language: str) -> str | None:
    """Return the first consonants of a name, the same for its spellings; None where it has too few.

    Args:
        word: One word.
        language: ISO 639; empty where it is not known.
    """
    roman = romanise(word, language)
    if not roman.isascii() or len(roman) < LEAST_LETTERS:
        return None
    for written, sound in _SOUNDS:
        roman = roman.replace(written, sound)
    signs = "A" if roman[0] in "aeiou" else roman[0]
    for sign in roman[1:]:
        if sign not in "aeiouh" and sign != signs[-1]:
            signs += sign
    return signs[:_MOST_SIGNS] if len(signs) >= _LEAST_SIGNS else None
