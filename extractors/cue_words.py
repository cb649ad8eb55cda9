"""The words of a cue: how they are read from the files, folded, and found in a line. Which lines go is no matter here.

A cue alone proves little: `holds` asks whether the rest of the line can be what the cue announces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """The sections of the files; where two match, the longer cue wins, then the earlier kind."""

    HEADINGS = "headings"
    COMMENTS = "comments"
    RELATED = "related"
    MORE = "more"
    CALLS = "calls"
    CALLS_WITHIN = "calls_within"
    CREDITS = "credits"
    CREDIT_ENDS = "credit_ends"
    SOURCES = "sources"
    TAGS = "tags"
    DATELINES = "datelines"
    BYLINES = "bylines"
    LEGAL = "legal"
    GLUED = "glued"
    WALLS = "walls"
    WALL_TEXTS = "wall_texts"
    CONSENT = "consent"


WHOLE = frozenset({Kind.HEADINGS, Kind.COMMENTS})
"""Cues of these are the whole block."""

STARTS = frozenset(
    {
        *(Kind.RELATED, Kind.MORE, Kind.CALLS, Kind.CREDITS, Kind.SOURCES, Kind.TAGS),
        *(Kind.DATELINES, Kind.BYLINES, Kind.LEGAL),
    }
)
"""Cues of these start a block."""

MOST_HEADING_CHARS = 60
_MOST_LINE_CHARS = 80
"""Of a byline or a date line."""

_MOST_SMALL_CHARS = 3

MOST_BREAKS = 2
"""Between sentences: three of them are prose. A call has two: "Subscribe to our channel. It is free!"."""

_MOST_TABLE = 20_000
"""More different characters than any page has: the table of folds grows no further."""

# Stress and vowel marks, what joins and hides; that й becomes и by this parts nothing that a cue tells apart.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\u00ad\ufe00-\ufe0f]+")
_PERSIAN_BREAK = "\u200c"
"""Some outlets write a space instead."""

_ONE_LETTER = str.maketrans("ıىیک", "iييك")
_SEPARATOR = re.compile(r"\s*(?:[:：՝|/／=＝→▶►>»•·・]|[-–—]+(?=\s|$))")
_SLASH = re.compile(r"\s*[/／]")
_SENTENCE_BREAK = re.compile(r"(?<![\s.]\w)[.!?…][\"'»”’)\]]*\s+(?=[^\W\d_])|[。！？](?=.)")
_SENTENCE_END = re.compile(r"[.!?…。！？։۔؟।][\"'»”’)\]]*$")
_NAME_END = re.compile(r"[,|•·(]|\s[-–—]\s")
_SHORT_LAST_WORD = re.compile(r"(?:^|\W)\w{1,2}\.$")
# Somebody's words with who says them behind: "“Help us,” she cried."
_IS_QUOTE = re.compile(r"[\"'“”„«‘‚「『].+[\"'”“»’」』].*\w")


def read_cue_file(file: Path) -> list[tuple[Kind, str]]:
    """Return the lines of a file, each with its section.

    Raises:
        ValueError: A section has no such name, or a line stands above the first.
    """
    kind: Kind | None = None
    lines: list[tuple[Kind, str]] = []
    for line in map(str.strip, file.read_text(encoding="utf-8").splitlines()):
        if line.startswith("["):
            kind = Kind(line.strip("[] "))
        elif line and not line.startswith("#"):
            if kind is None:
                raise ValueError(f"a line above the first section: {file.name}: {line}")
            lines.append((kind, line))
    return lines


def fold_cue(text: str) -> str:
    """Return a text for comparing with cues: small letters without marks, in words; cheaper than `fold_title`."""
    return " ".join(text.translate(_FOLDS).split())


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue, folded; `mark` is what its line ends with: ":", "/", "…" or nothing."""

    text: str
    mark: str
    kind: Kind

    @classmethod
    def of(cls, kind: Kind, line: str) -> Cue:
        """Make a cue of a line of a file."""
        mark = line[-1] if line[-1] in ":/…" else ""
        return cls(fold_cue(line), mark, kind)


class Phrases:
    """Phrases found anywhere in a folded text, by their first word; in Chinese and Japanese by their letters."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Index the phrases, folded."""
        self._by_word: dict[str, list[str]] = {}
        self._unspaced: list[str] = []
        for phrase in phrases:
            if any(map(_is_unspaced, phrase)):
                self._unspaced.append(phrase.replace(" ", ""))
            else:
                self._by_word.setdefault(phrase.partition(" ")[0], []).append(phrase)

    def found_in(self, folded: str) -> str | None:
        """Return the first phrase in a folded text."""
        for word in folded.split():
            for phrase in self._by_word.get(word, ()):
                if f" {phrase} " in f" {folded} ":
                    return phrase
        if folded and max(folded) >= "\u2e80":
            return next(self._unspaced_in(folded), None)
        return None

    def all_in(self, folded: str) -> set[str]:
        """Return all phrases in a folded text."""
        padded = f" {folded} "
        first = {phrase for word in set(folded.split()) for phrase in self._by_word.get(word, ())}
        found = {phrase for phrase in first if f" {phrase} " in padded}
        if folded and max(folded) >= "\u2e80":
            found.update(self._unspaced_in(folded))
        return found

    def _unspaced_in(self, folded: str) -> Iterator[str]:
        joined = folded.replace(" ", "")
        return (phrase for phrase in self._unspaced if phrase in joined)


def _is_unspaced(letter: str) -> bool:
    return "\u2e80" <= letter < "\uac00" or letter >= "\uf900"


def ends_word(folded: str, n_chars: int) -> bool:
    """Whether a word ends after so many characters; in Chinese and Japanese every letter does."""
    return n_chars == len(folded) or folded[n_chars] == " " or _is_unspaced(folded[n_chars - 1])


def rest_of(text: str, cue: str) -> str:
    """Return what follows a cue that the text starts with, as written."""
    n_letters = len(cue) - cue.count(" ")
    for number, letter in enumerate(text):
        if n_letters <= 0 and not _MARKS.match(letter):
            return text[number:]
        folded = fold_cue(letter)
        n_letters -= len(folded)
    return ""


def fits(cue: Cue, rest: str, *, linked: bool) -> bool:
    """Whether what follows a cue is what its mark asks for."""
    if not rest.strip(" \"'»”’)]"):
        return True
    if cue.mark == "/":
        return bool(_SLASH.match(rest))
    if cue.mark == "…":
        return True
    return linked or bool(_SEPARATOR.match(rest))


def holds(kind: Kind, text: str, rest: str) -> bool:
    """Whether a short block that starts with a cue is of its kind, and no sentence."""
    if is_quote(text):
        return False
    if kind in WHOLE:
        return len(text) <= MOST_HEADING_CHARS and not ends_sentence(text.rstrip())
    if kind is Kind.BYLINES:
        return _is_name(rest) and len(text) <= _MOST_LINE_CHARS and not ends_sentence(text)
    if kind is Kind.DATELINES:
        is_date = not rest.strip(" :") or any(map(str.isdigit, rest)) or bool(_SEPARATOR.match(rest))
        ends = _SENTENCE_END.search(text) and not _SHORT_LAST_WORD.search(text)
        return is_date and len(text) <= _MOST_LINE_CHARS and not ends
    return n_breaks(text) <= MOST_BREAKS


def _is_name(rest: str) -> bool:
    """Whether what follows "By" can be a name: only short words of it are written small ("and", "van der")."""
    name = _NAME_END.split(rest.lstrip(" :：–—-"), maxsplit=1)[0].split()
    small = [word for word in name if _is_small(word[0]) and len(word) > _MOST_SMALL_CHARS]
    return bool(name) and not _is_small(name[0][0]) and not name[0][0].isdigit() and not small


def _is_small(letter: str) -> bool:
    """Whether a letter has a capital that names begin with; Georgian has capitals, but not for that."""
    return letter.title() != letter


def is_quote(text: str) -> bool:
    """Whether a line is somebody's words with who says them behind."""
    return bool(_IS_QUOTE.match(text))


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return bool(_SENTENCE_END.search(text))


def n_breaks(text: str) -> int:
    """Count the places where one sentence follows another."""
    return len(_SENTENCE_BREAK.findall(text))


def sentence_breaks(text: str, start: int, limit: int) -> Iterator[int]:
    """Yield where sentences begin behind another, within a piece of a text."""
    return (found.end() for found in _SENTENCE_BREAK.finditer(text, start, limit))


class _Folds(dict[int, str]):
    """What each character folds to, learned as they come."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter == _PERSIAN_BREAK:
            return " "
        spelled = letter
        if not "\uac00" <= letter <= "\ud7ff" and not "\u3040" <= letter <= "\u30ff":
            spelled = _MARKS.sub("", unicodedata.normalize("NFKD", letter.casefold())).translate(_ONE_LETTER)
        fold = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in spelled)
        if len(self) < _MOST_TABLE:
            self[code] = fold
        return fold


_FOLDS = _Folds()
