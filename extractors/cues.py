"""What outlets write around articles: the names of other blocks, calls to subscribe, walls. Data is in `cues/`.

One readable file a language, in sections. Which lines of a text they may take away is `body`'s business.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from news.text import fold_title

_FOLDER = Path(__file__).parent / "cues"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The cues of all languages, folded as titles are; `glued` is as written, in small letters.

    Attributes:
        headings: A line that is nothing but this names a block of something else.
        calls: A short line that starts so is no sentence of an article.
        glued: At the end of a paragraph that lost its line breaks, what starts so is not the article.
        walls: Titles of pages that stand in for an article.
    """

    headings: frozenset[str]
    calls: tuple[str, ...]
    glued: tuple[str, ...]
    walls: frozenset[str]


@functools.cache
def load_cues() -> Cues:
    """Read the files once."""
    lines: dict[str, list[str]] = {"headings": [], "calls": [], "glued": [], "walls": []}
    for file in sorted(_FOLDER.glob("*.txt")):
        section: list[str] = []
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = lines[line.strip("[] ")]
            elif line.strip() and not line.startswith("#"):
                section.append(line.strip())
    return Cues(
        headings=frozenset(map(fold_title, lines["headings"])),
        calls=tuple(dict.fromkeys(map(fold_title, lines["calls"]))),
        glued=tuple(dict.fromkeys(line.lower() for line in lines["glued"])),
        walls=frozenset(map(fold_title, lines["walls"])),
    )
