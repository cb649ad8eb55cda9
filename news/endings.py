"""Where Postgres has no stemmer for a language, or a weak one: the beginning that a word's forms share. Pure.

Known endings go: of Ukrainian, Belarusian, Bulgarian and Macedonian words one, of Turkish, Azerbaijani, Kazakh, Kyrgyz
and Armenian ones, where they stand in a row, several. Words of other languages lose two or three letters.
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

_TURKIC = (
    "ların", "lərin", "lerin", "ları", "ləri", "leri", "lar", "lər", "ler", "dan", "dən", "den", "tan", "ten",
    "nın", "nin", "nun", "nün", "ının", "inin", "yla", "yle", "ylə", "ın", "in", "un", "ün", "da", "də", "de", "ta",
    "te", "la", "lə", "le", "sı", "si", "su", "sü", "ya", "yə", "ye", "nı", "ni", "nu", "nü", "na", "nə", "ne",
    "ı", "i", "u", "ü", "a", "ə", "e",
)  # fmt: skip
_KAZAKH = (
    "лар", "лер", "дар", "дер", "тар", "тер", "лор", "лөр", "дор", "дөр", "ның", "нің", "дың", "дің", "тың", "тің",
    "нын", "нин", "дын", "дин", "тын", "тин", "дан", "ден", "тан", "тен", "нан", "нен", "мен", "бен", "пен",
    "ға", "ге", "қа", "ке", "га", "ка", "да", "де", "та", "те", "ды", "ді", "ты", "ті", "ны", "ні", "ди", "ти", "ни",
    "на", "не", "сы", "сі", "си", "ы", "і", "и", "н",
)  # fmt: skip
_ARMENIAN = (
    "ներից", "ներով", "ներում", "ներին", "ների", "ները", "ներ", "երից", "երով", "երում", "երին", "երի", "երը", "եր",
    "ություն", "ությու", "ման", "ից", "ով", "ում", "ին", "ան", "ի", "ը", "ն",
)  # fmt: skip
_IN_A_ROW = {
    language: sorted(set(endings), key=len, reverse=True)
    for language, endings in {
        "tr": _TURKIC, "az": _TURKIC, "kk": _KAZAKH, "ky": _KAZAKH, "hy": _ARMENIAN,
    }.items()
}  # fmt: skip
_MOST_IN_A_ROW = 3

WEAKLY_STEMMED = frozenset(("tr", "az", "hy"))
"""Languages whose stemmer misses many of a noun's other forms: it finds 0.57, 0.52 and 0.67 of them; with these
beginnings 0.86, 0.91 and 1.00 (`python -m bench.search`)."""

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
    if language in _IN_A_ROW:
        for _ in range(_MOST_IN_A_ROW):
            ending = next((one for one in _IN_A_ROW[language] if word.endswith(one)), "")
            if not ending or len(word) - len(ending) <= _LEAST_STEM:
                break
            word = word[: -len(ending)]
        return word
    return word[: min(_MOST_CUT_STEM, max(_LEAST_STEM + 1, len(word) - 2 - (len(word) > 8)))]
