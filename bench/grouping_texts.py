"""Reads the labelled texts of a folder for `bench.grouping`, and picks those that streams are made of.

The folder has the form of `../shared/data/grouping`; any file may be absent. What is made of the texts is `streams'`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import labelled
from bench.grouping_rows import read_rows

LANGUAGES = ("ru", "en", "uk", "tr", "de", "pl", "ar")

_LEAST_WORDS, _MOST_WORDS = 60, 900
_MOST_SEEN = 0.05
"""Of a text's runs of eight words, that stand in texts before it: it tells nothing that another tells."""

_RUN_WORDS = 8
_HEAD = re.compile(r"^.{0,300}?\d\d \w+ 2020, \d\d:\d\d(?: by [^ ]+ ?[^ ]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that nothing else in the pool repeats."""

    language: str
    title: str
    text: str


def data_folder() -> Path:
    """Return where the labelled texts are unless they are named."""
    return labelled.data_folder() / "grouping"


def read_pool(data: Path) -> list[Text]:
    """Return texts of 60 to 900 words in the seven languages, of which no two tell the same in the same words."""
    seen: set[int] = set()
    pool = []
    for text in _texts(data):
        words = text.text.split()
        if not _LEAST_WORDS <= len(words) <= _MOST_WORDS:
            continue
        folded = re.findall(r"\w+", text.text.lower())
        runs = {hash(tuple(folded[n : n + _RUN_WORDS])) for n in range(len(folded) - _RUN_WORDS + 1)}
        if not runs or len(runs & seen) > _MOST_SEEN * len(runs):
            continue
        seen |= runs
        pool.append(text)
    return pool


def languages_of(pool: list[Text]) -> Counter[str]:
    """Return how many texts there are of each language."""
    return Counter(text.language for text in pool)


def _texts(data: Path) -> Iterator[Text]:
    for language in ("ru", "en"):
        for row in read_rows(data, f"day_{language}.jsonl") or ():
            # Their lines are apart by blanks.
            body = re.sub(" {2,}", "\n", _HEAD.sub("", row["text"], count=1).strip())
            yield Text(language=language, title=row["title"], text=body)
        for row in read_rows(data, f"same_event_pairs_{language}.jsonl") or ():
            for side in "12":
                yield Text(language=language, title=row[f"title{side}"], text=row[f"text{side}"])
    for row in (read_rows(data, "newswire_en.jsonl") or ())[::25]:
        yield Text(language="en", title=row["title"], text=re.sub(r"\n(?! {2})", " ", row["text"]))
    for row in read_rows(data, "press_uk.jsonl") or ():
        yield Text(language="uk", title=row["title"] or row["text"].split("\n")[0][:90], text=row["text"])
    for row in read_rows(data, "similarity_pairs_multilingual.jsonl") or ():
        if row["lang1"] in LANGUAGES and not re.search("[ÃÅ]", row["text1"]):
            text = row["text1"].strip()
            yield Text(language=row["lang1"], title=re.split(r" {2}|\n", text)[0][:100], text=text)
