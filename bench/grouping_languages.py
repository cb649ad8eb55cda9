"""How well stories are linked across languages: translated documents among a day's news in both languages.

    python -m bench.grouping_languages [--data DIR]

`bench.grouping` calls `measure`. Of a document and its translation each is one story; the day's news beside them are
stories of which nobody knows who belongs together, so only links of a translated document count: right is one to its
translation, wrong one to anything else.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bench.grouping_metrics import Agreement
from bench.grouping_rows import Row, read_rows
from bench.grouping_texts import data_folder
from news.crosslingual import Keyed, keys, links

_AT = datetime(2026, 1, 1, tzinfo=UTC)


def measure(data: Path) -> dict[str, float | None]:
    """Return precision and recall of links; None where the file is missing."""
    found = agree(data)
    return {
        "cross_language_precision": round(found.precision, 4) if found else None,
        "cross_language_recall": round(found.recall, 4) if found else None,
    }


def agree(data: Path, *, half: int | None = None, among_news: bool = True) -> Agreement | None:
    """Return how links agree with translations; None where the file is missing.

    Args:
        data: The folder.
        half: Of the documents, the even ones (0) or the odd ones (1); None: all.
        among_news: Whether the day's news stand beside them.
    """
    rows = read_rows(data, "translated_docs.jsonl") or []
    rows = rows if half is None else rows[half::2]
    if not rows:
        return None
    stories: list[Keyed] = []
    document_of: dict[int, int] = {}
    n_pairs = 0
    for number, row in enumerate(rows):
        languages = _languages(row)
        n_pairs += len(languages) * (len(languages) - 1) // 2
        for language in languages:
            title, _, text = row[language].partition("\n")
            document_of[len(stories)] = number
            stories.append(_story(len(stories), title, text, language))
    if not stories:
        return None
    for language in sorted({story.language for story in stories}) if among_news else ():
        for row in read_rows(data, f"day_{language}.jsonl") or ():
            stories.append(_story(len(stories), row["title"], row["text"], language))
    counts, n_stories = _counts(stories)
    found = [one for one in links(stories, counts, n_stories) if {one.story_id, one.other_id} & document_of.keys()]
    right = sum(document_of.get(one.story_id, -1) == document_of.get(one.other_id, -2) for one in found)
    return Agreement(precision=right / len(found) if found else 1.0, recall=right / n_pairs if n_pairs else 1.0)


def _languages(row: Row) -> list[str]:
    # Languages are named by two letters; a document's own `id` is no Indonesian text.
    return sorted(
        name for name, value in row.items() if len(name) == 2 and name != "id" and value and isinstance(value, str)
    )


def _story(story_id: int, title: str, text: str, language: str) -> Keyed:
    return Keyed(story_id=story_id, language=language, keys=keys(title, text, language), last_at=_AT)


def _counts(stories: list[Keyed]) -> tuple[dict[str, int], int]:
    """Count as the sweep does: a key is as rare as in the language that has it most."""
    counted = Counter((story.language, key) for story in stories for key in story.keys)
    counts: dict[str, int] = {}
    for (_, key), n in counted.items():
        counts[key] = max(n, counts.get(key, 0))
    return counts, max(Counter(story.language for story in stories).values())


def main() -> None:
    """Print what is measured, in halves and without the news beside."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=data_folder())
    arguments = parser.parse_args()
    for name, half, among_news in (("all", None, True), ("even", 0, True), ("odd", 1, True), ("alone", None, False)):
        if found := agree(arguments.data, half=half, among_news=among_news):
            print(f"{name}: P {found.precision:.3f} R {found.recall:.3f}")


if __name__ == "__main__":
    main()
