"""Reads the files of a folder of labelled texts, line by line; what cannot be used is named and passed over.

The folder has the form of `../shared/data/grouping`; any file may be absent.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]
"""One line of a file."""

_PAIR = ("label", "text1", "text2")
_NEEDED: dict[str, tuple[str, ...]] = {
    "url_pairs_ru.jsonl": ("url1", "url2"),
    "copy_pairs_ru.jsonl": (*_PAIR, "date1", "date2"),
    "same_event_pairs_ru.jsonl": _PAIR,
    "same_event_pairs_en.jsonl": _PAIR,
    "stories_en_events.jsonl": ("event", "text"),
    "stories_en_ecbplus.jsonl": ("event", "text"),
    "posts_ru.jsonl": ("text", "date"),
    "similarity_pairs_multilingual.jsonl": ("lang1", "text1"),
    "translated_docs.jsonl": (),
}
"""Of a file, the fields that every line must have as texts; any other file has `text`."""

_MAY_LACK = ("id", "title", "title1", "title2", "source", "source1", "source2", "domain", "date", "lang")
"""Empty where they are absent."""

_MOST_NAMED = 5


def read_rows(data: Path, name: str) -> list[Row] | None:
    """Return the lines of a file; None where the folder lacks it. Lines that cannot be used are named on stderr."""
    file = data / name
    if not file.is_file():
        return None
    needed = _NEEDED.get(name, ("text",))
    rows, n_bad = [], 0
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                rows.append(_read(line, needed))
            except ValueError as error:
                n_bad += 1
                if n_bad <= _MOST_NAMED:
                    print(f"{file}:{number}: passed over: {error}", file=sys.stderr)
    if n_bad > _MOST_NAMED:
        print(f"{file}: {n_bad} lines passed over in all", file=sys.stderr)
    return rows


def _read(line: str, needed: tuple[str, ...]) -> Row:
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(row, dict):
        raise ValueError("no JSON object")
    for field in needed:
        if not isinstance(row.get(field), str):
            raise ValueError(f"field {field!r} is no text")
        if field.startswith("date"):
            datetime.fromisoformat(row[field])
    return row | {field: value if isinstance(value := row.get(field), str) else "" for field in _MAY_LACK}
