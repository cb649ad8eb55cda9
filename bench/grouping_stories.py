"""How well articles are put into stories: labelled stories and labelled pairs.

    python -m bench.grouping_stories [--data DIR] [--orders N]
`bench.grouping` calls `measure`; stories to be read by hand are `grouping_read`'s. The articles of a set come one after
another, in the order of their dates, as if fetched within an hour: the dates of pages lie months apart within one
event, and when they were fetched nobody knows. Counts of terms begin with nothing, as on the first day of a system.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.grouping_desk import Desk
from bench.grouping_metrics import Agreement, bcubed
from bench.grouping_rows import Row, read_rows
from bench.grouping_texts import data_folder
from news.stories import tells_same
from news.terms import story_terms, title_terms, weigh

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def measure(data: Path) -> dict[str, float | None]:
    """Return the agreement with labelled stories and pairs; None where a file is missing."""
    events, sub_topics = read_events(data), read_sub_topics(data)
    found = pairs_agree(data, "ru")
    return {
        "stories_events_b3_f1": round(agree(events).f1, 4) if events else None,
        "stories_ecbplus_b3_f1": round(agree(sub_topics).f1, 4) if sub_topics else None,
        "same_event_f1": round(found.f1, 4) if found else None,
    }


def read_events(data: Path) -> list[Row]:
    """Return dated news with their events, in the order of dates."""
    rows = read_rows(data, "stories_en_events.jsonl") or []
    return sorted(rows, key=lambda row: (row["date"] or "", row["id"]))


def read_sub_topics(data: Path) -> list[Row]:
    """Return texts of ECB+ without titles and dates, shuffled."""
    rows = read_rows(data, "stories_en_ecbplus.jsonl") or []
    random.Random(1).shuffle(rows)
    return rows


def agree(rows: Sequence[Row], *, sweeps: bool = True) -> Agreement:
    """Return how stories agree with events."""
    return bcubed(group(rows, sweeps=sweeps), [row["event"] for row in rows])


def group(rows: Iterable[Row], *, sweeps: bool = True) -> list[int]:
    """Return the story of each article, as they come."""
    desk = Desk(sweeps=sweeps)
    at = _BEGIN
    for row in rows:
        at += timedelta(seconds=1)
        desk.place(row.get("title"), row["text"], row.get("lang") or "en", at)
    if sweeps:
        desk.sweep(at)
    return desk.stories()


def pairs_agree(data: Path, language: str) -> Agreement | None:
    """Return how well pairs of articles of one event are told from others; None where the file is missing."""
    rows = read_rows(data, f"same_event_pairs_{language}.jsonl")
    if not rows:
        return None
    counts: Counter[int] = Counter()
    articles = [
        (story_terms(row[f"title{side}"], row[f"text{side}"], language), title_terms(row[f"title{side}"], language))
        for row in rows
        for side in "12"
    ]
    for terms, _ in articles:
        counts.update(terms.keys())
    vectors = [(weigh(terms, counts, len(articles)), title) for terms, title in articles]
    said = [tells_same(*one, *other) for one, other in zip(vectors[::2], vectors[1::2], strict=True)]
    true = [row["label"] == "OK" for row in rows]
    right = sum(one and other for one, other in zip(said, true, strict=True))
    return Agreement(precision=right / max(1, sum(said)), recall=right / max(1, sum(true)))


def main() -> None:
    """Print what is measured, also in other orders and in halves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--orders", type=int, default=3, help="random orders of each set")
    arguments = parser.parse_args()
    print(measure(arguments.data))
    for name, rows in (("events", read_events(arguments.data)), ("ECB+", read_sub_topics(arguments.data))):
        if not rows:
            continue
        print(name, "without sweeps", _told(agree(rows, sweeps=False)), "with", _told(agree(rows)))
        for seed in range(arguments.orders):
            shuffled = list(rows)
            random.Random(100 + seed).shuffle(shuffled)
            print(f"  order {seed}", _told(agree(shuffled)))
        labels = sorted({row["event"].split("_")[0] if name == "ECB+" else row["event"] for row in rows})
        for half in (0, 1):
            mine = set(labels[half::2])
            part = [row for row in rows if (row["event"].split("_")[0] if name == "ECB+" else row["event"]) in mine]
            print(f"  half {half}", len(part), _told(agree(part)))
    for language in ("ru", "en"):
        if found := pairs_agree(arguments.data, language):
            print("pairs", language, _told(found))


def _told(found: Agreement) -> str:
    return f"P {found.precision:.3f} R {found.recall:.3f} F1 {found.f1:.3f}"


if __name__ == "__main__":
    main()
