"""How texts name their source, as data: `sources/LANG.txt`, one readable file a language, and `sources/names.txt`.

    [lines]         starts of lines that do nothing else; with a ":" only where a colon follows
    [outlets]       phrases in which an outlet stands, `*` for its name
    [anyone]        phrases in which anybody may stand: the name itself has to be an outlet's
    [kinds]         words for outlets that stand beside a name: "агентство", "the newspaper"
    [desks]         what stands in bylines instead of a person: "редакция", "staff"
    [others]        names begin so that are no outlets, and yet are quoted as one quotes outlets
    [agencies]      names of agencies and outlets that are known everywhere
    [last words], [first words]     of names of outlets

How they are looked for is `attribution`'s and `names`' business.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "sources"
_SECTIONS = frozenset(
    ("lines", "outlets", "anyone", "kinds", "desks", "others", "agencies", "last words", "first words")
)
# Each is one sign for one: places in the folded text are places in the text.
_FOLDED = str.maketrans({"İ": "i", "ё": "е", "’": "'", "ʼ": "'", "`": "'", "\xa0": " ", "\u202f": " ", "\n": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What stands next to a name.

    Attributes:
        text: Folded, without the `*`.
        before: Whether the name stands before it.
        sure: Whether only outlets stand there.
    """

    text: str
    before: bool
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The data of all languages, folded."""

    lines: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    kinds: frozenset[str]
    desks: frozenset[str]
    others: tuple[str, ...]
    agencies: frozenset[str]
    last_words: frozenset[str]
    first_words: frozenset[str]


@functools.cache
def load_sources() -> Sources:
    """Read the files once."""
    found: dict[str, dict[str, None]] = {section: {} for section in _SECTIONS}
    for file in sorted(_FOLDER.glob("*.txt")):
        for section, line in read_source_file(file):
            found[section][fold_place(line)] = None
    return Sources(
        lines=tuple(sorted(found["lines"], key=len, reverse=True)),
        phrases=tuple(_phrases(found["outlets"], found["anyone"])),
        kinds=frozenset(found["kinds"]),
        desks=frozenset(found["desks"]),
        others=tuple(found["others"]),
        agencies=frozenset(found["agencies"]),
        last_words=frozenset(found["last words"]),
        first_words=frozenset(found["first words"]),
    )


def read_source_file(file: Path) -> list[tuple[str, str]]:
    """Return the lines of a file, each with its section.

    Raises:
        ValueError: There is no such section, a line stands above the first, or a phrase lacks its one place for a name.
    """
    section = ""
    lines: list[tuple[str, str]] = []
    for line in map(str.strip, file.read_text(encoding="utf-8").splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
            if section not in _SECTIONS:
                raise ValueError(f"no such section: {file.name}: {line}")
        elif line and not line.startswith("#"):
            if not section:
                raise ValueError(f"a line above the first section: {file.name}: {line}")
            if section in ("outlets", "anyone") and (line.count("*") != 1 or "*" not in (line[0], line[-1])):
                raise ValueError(f"no place for a name at either end: {file.name}: {line}")
            lines.append((section, line))
    return lines


def fold_place(text: str) -> str:
    """Return the text in small letters, sign for sign: what is found at a place stands there in the text too."""
    folded = text.translate(_FOLDED).lower() if not text.isascii() else text.replace("\n", " ").lower()
    return folded if len(folded) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _phrases(outlets: Iterable[str], anyone: Iterable[str]) -> list[Phrase]:
    phrases = [
        Phrase(text=line.strip("* "), before=line.startswith("*"), sure=sure)
        for lines, sure in ((outlets, True), (anyone, False))
        for line in lines
    ]
    return sorted(dict.fromkeys(phrases), key=lambda phrase: len(phrase.text), reverse=True)
