"""Which language a text is in: letters that decide first, a model where they do not.

Pure and offline. What a page or a feed claims about itself is only a prior: `<html lang>` is right on 90 % of recent
news pages and missing on two thirds of older ones (findings), and templates lie.
"""

from __future__ import annotations

import functools
import re

from extractors.language_model import LanguageModel, read_model

N_CHARS = 500
"""So much of the text is read besides the title: 0.3 ms, and no better with more."""

LEAST_SURE = 0.7
"""Below this a guess is none. The model takes length into account: "НАТО" and "SOCAR" stay below it."""

_HINT_WEIGHT = 5.0
"""What the page claims counts for so much more than any other language of its letters."""

_LEAST_LETTERS = 3

# Languages of which there is news to watch. The model knows a hundred more, which only win by mistake.
_LANGUAGES = {
    "latin": "en de fr es it pt nl pl tr az cs sk hu ro hr sr bs sl sq et lv lt sv no da fi is ca gl eu id ms vi tl "
    "sw ku uz af mt ga cy",
    "cyrillic": "ru uk be bg sr mk kk ky tg tt mn uz ba",
    "arabic": "ar fa ur ps ug ku",
    "devanagari": "hi mr ne",
    "han": "zh ja",
    "armenian": "hy", "georgian": "ka", "greek": "el", "hebrew": "he", "hangul": "ko", "thai": "th", "bengali": "bn",
    "tamil": "ta", "telugu": "te", "gujarati": "gu", "gurmukhi": "pa", "kannada": "kn", "malayalam": "ml",
    "sinhala": "si", "burmese": "my", "khmer": "km", "lao": "lo", "ethiopic": "am",
}  # fmt: skip
_LETTERS = {
    "latin": "A-Za-zÀ-ÖØ-öø-ʯḀ-ỿ",
    "cyrillic": "Ѐ-ԯ",
    "arabic": "ؠ-يٮ-ۓ",
    "devanagari": "ऄ-ह",
    "han": "㐀-䶿一-鿿ぁ-ヿ",
    "armenian": "Ա-և", "georgian": "Ⴀ-ჿᲐ-Ჿ", "greek": "Ͱ-Ͽἀ-῾", "hebrew": "א-ת", "hangul": "가-힣ㄱ-ㆎ", "thai": "ก-ฮ",
    "bengali": "অ-হ", "tamil": "அ-ஹ", "telugu": "అ-హ", "gujarati": "અ-હ", "gurmukhi": "ਅ-ਹ", "kannada": "ಅ-ಹ",
    "malayalam": "അ-ഹ", "sinhala": "අ-ෆ", "burmese": "က-ဪ", "khmer": "ក-ឳ", "lao": "ກ-ຮ", "ethiopic": "ሀ-ፚ",
}  # fmt: skip
_SCRIPTS = {script: re.compile(f"[{letters}]") for script, letters in _LETTERS.items()}
_CANDIDATES = {script: tuple(languages.split()) for script, languages in _LANGUAGES.items()}
_KNOWN = frozenset(language for languages in _CANDIDATES.values() for language in languages)

# How people write a language's code who think of the country's.
_MEANT = {
    "ua": "uk", "by": "be", "kz": "kk", "cz": "cs", "gr": "el", "jp": "ja", "cn": "zh", "dk": "da", "iw": "he",
    "in": "id", "nb": "no", "nn": "no", "rus": "ru", "eng": "en", "ukr": "uk", "tur": "tr", "aze": "az", "hye": "hy",
    "arm": "hy", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "kat": "ka", "geo": "ka",
}  # fmt: skip

_NOT_SLAVIC = re.compile("[әғқңөұүһҳҷӯӣҡҙҫҗ]")
_SOUTH = re.compile("[ђјљњћџѓќѕ]")
_UKRAINIAN = re.compile("[їєґ]")
_SHARED_I = re.compile("і")
_SHORT_U = re.compile("ў")
_RUSSIAN = re.compile("[ыэё]")
_SCHWA = re.compile("ə")
_KANA = re.compile("[ぁ-ヿ]")


def detect_language(title: str | None, text: str, hint: str | None) -> str | None:
    """Return the ISO 639-1 code of a text's language, or None where it cannot be told.

    Args:
        title: Read together with the text.
        text: Plain; its beginning counts.
        hint: What the page or feed claims (`ru`, `ru-RU`, `en_US`): a prior, and the answer where nothing else is.
    """
    sample = f"{(title or '')[:N_CHARS]}\n{text[:N_CHARS]}".lower()
    claimed = _language_of(hint)
    counts = {script: len(letters.findall(sample)) for script, letters in _SCRIPTS.items() if letters.search(sample)}
    if not counts or max(counts.values()) < _LEAST_LETTERS:
        return claimed
    # A Chinese word is two characters long.
    counts["han"] = 3 * counts.get("han", 0)
    script = max(counts, key=counts.__getitem__)
    candidates = _by_letters(sample, script, counts[script])
    if len(candidates) == 1:
        return candidates[0]
    return _by_model(sample, candidates, claimed)


@functools.cache
def load_model() -> LanguageModel:
    """Load the model once: half a second of CPU and 25 MB, which children forked afterwards share."""
    return read_model(_KNOWN)


def _language_of(hint: str | None) -> str | None:
    match = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", hint or "")
    code = match[1].lower() if match else ""
    code = _MEANT.get(code, code)
    return code if code in _KNOWN else None


def _by_letters(sample: str, script: str, n_letters: int) -> tuple[str, ...]:
    """Return the languages that the letters leave."""
    if script == "han":
        # A Chinese text may name a Japanese brand; a Japanese one is a third kana.
        return ("ja",) if len(_KANA.findall(sample)) > n_letters / 10 else ("zh",)
    if script == "latin":
        return ("az",) if len(_SCHWA.findall(sample)) > n_letters / 100 else _CANDIDATES["latin"]
    if script != "cyrillic":
        return _CANDIDATES[script]
    # A text that quotes its neighbours has a few of their letters.
    few = n_letters / 200

    def has(letters: re.Pattern[str]) -> bool:
        return len(letters.findall(sample)) > few

    if has(_NOT_SLAVIC):
        return ("kk", "ky", "tg", "tt", "mn", "uz", "ba")
    if has(_SOUTH):
        return ("sr", "mk")
    if has(_SHORT_U):
        return ("be",) if has(_SHARED_I) else ("be", "uz")
    if has(_RUSSIAN):
        mixed = has(_UKRAINIAN) or has(_SHARED_I)
        return ("ru", "uk", "be") if mixed else ("ru",)
    return ("uk",) if has(_UKRAINIAN) or has(_SHARED_I) else ("ru", "uk", "be", "bg", "sr", "mk")


def _by_model(sample: str, candidates: tuple[str, ...], claimed: str | None) -> str | None:
    weights: dict[str, float] = {
        language: sure * (_HINT_WEIGHT if language == claimed else 1)
        for language, sure in load_model().rank(sample).items()
        if language in candidates
    }
    best = max(weights, key=weights.__getitem__)
    if weights[best] > LEAST_SURE * sum(weights.values()):
        return best
    return claimed if claimed in candidates else None
