"""Builds entries the same way for every shape of feed: each once, names bounded, languages as codes.

Where the values stand in a document is the readers' business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from news.model import Entry, Moment
from news.text import clean_text

MAX_NAMES = 30
MAX_NAME_CHARS = 200

_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]{1,40})?\s*")
_EMPTY = Entry()


class EntryList:
    """Collects entries in the order of the document, each once, and notes what was left out."""

    def __init__(self) -> None:
        self._entries: dict[Entry, None] = {}
        self._n_twice = 0
        self._n_empty = 0

    def add(self, entry: Entry) -> None:
        """Add an entry unless the same was added before or it says nothing at all."""
        if not (entry.url or entry.guid or entry.title or entry.summary):
            self._n_empty += 1
        elif entry in self._entries:
            self._n_twice += 1
        else:
            self._entries[entry] = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was collected."""
        return tuple(self._entries)

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each reason why something was left out."""
        notes: list[str] = []
        if self._n_twice:
            notes.append(f"{self._n_twice} entries that repeat another word for word were left out")
        if self._n_empty:
            notes.append(f"{self._n_empty} entries without link, id, title and summary were left out")
        return tuple(notes)


def listed_names(names: Iterable[object]) -> tuple[str, ...]:
    """Return names (of authors, of tags) clean, each once, at most thirty."""
    cleaned = (clean_text(name[: 4 * MAX_NAME_CHARS]) for name in names if isinstance(name, str))
    once = dict.fromkeys(name[:MAX_NAME_CHARS].strip() for name in cleaned if name)
    return tuple(once)[:MAX_NAMES]


def language_code(label: object) -> str | None:
    """Return the language of a label such as `ru-RU`, as `ru`; None for what is no label."""
    match = _LANGUAGE.fullmatch(label) if isinstance(label, str) and len(label) < 60 else None
    return match.group(1).lower() if match else None


def first_moment(raws: Iterable[object], read: Callable[[str], Moment | None]) -> Moment | None:
    """Return the first of several raw dates that can be read."""
    texts = (raw.strip() for raw in raws if isinstance(raw, str) and len(raw) <= 200)
    return next((moment for raw in texts if raw and (moment := read(raw))), None)
