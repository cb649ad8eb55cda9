"""Counts how common stems are in each language's news, for `news/frequent_words`: known before anything is counted.

    python -m bench.train_frequent_words [--data DIR]

Writes one file a language: for each class of `news.terms`, from the commonest down, the stems that so large a part of
the texts has. Only words of a language at large are kept: no text can be made of them.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.grouping_rows import read_rows
from bench.grouping_texts import data_folder
from news import terms

_FOLDER = Path(terms.__file__).parent / "frequent_words"

_LEAST_TEXTS = 100
"""Of a language, for its file to be written: half of those that were at hand; the others leave the guess by length."""


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=data_folder())
    arguments = parser.parse_args()
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    n_texts: Counter[str] = Counter()
    for language, text in _texts(arguments.data):
        n_texts[language] += 1
        counts[language].update(set(terms.text_stems(text, language)))
    for language, counted in sorted(counts.items()):
        if n_texts[language] < _LEAST_TEXTS:
            continue
        classes: defaultdict[int, list[str]] = defaultdict(list)
        for stem, n in counted.items():
            if (kind := terms.class_of_share(n / n_texts[language])) and not stem[0].isdigit():
                classes[kind].append(stem)
        lines = [f"{kind} {' '.join(sorted(classes[kind]))}\n" for kind in sorted(classes, reverse=True)]
        (_FOLDER / f"{language}.txt").write_text("".join(lines), encoding="utf-8")
        print(f"{language}: {sum(map(len, classes.values()))} stems of {n_texts[language]} texts")


def _texts(data: Path) -> Iterator[tuple[str, str]]:
    for language in ("ru", "en"):
        for row in read_rows(data, f"day_{language}.jsonl") or ():
            yield language, row["text"]
    for row in (read_rows(data, "newswire_en.jsonl") or ())[::40]:
        yield "en", row["text"]
    for row in (read_rows(data, "posts_ru.jsonl") or ())[::40]:
        if len(row["text"]) > 400:
            yield "ru", row["text"]
    for row in read_rows(data, "press_uk.jsonl") or ():
        yield "uk", row["text"]
    for row in read_rows(data, "similarity_pairs_multilingual.jsonl") or ():
        for side in "12":
            if row[f"lang{side}"] not in ("ru", "en"):
                yield row[f"lang{side}"], row[f"text{side}"]


if __name__ == "__main__":
    main()
