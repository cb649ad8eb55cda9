"""How well articles are put into stories: labelled stories, labelled pairs, and stories of posts to be read by hand.

    python -m bench.grouping_stories [--data DIR] [--orders N]
    python -m bench.grouping_stories --read                     # the 100 stories of grouping_stories_read.txt

`bench.grouping` calls `measure`. The articles of a set come one after another, in the order of their dates, as if fetched
within an hour: the dates of pages lie months apart within one event, and when they were fetched nobody knows. Counts of
terms begin with nothing, as on the first day of a system.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.grouping_metrics import Agreement, bcubed
from bench.grouping_texts import Row, data_folder, read_rows
from news.stories import OPEN_FOR, Telling, choose, is_one, parts, tells_same
from news.terms import Vector, join, story_terms, title_terms, weigh

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

_SWEEP_EVERY = 500
"""Articles: between two sweeps that count, close, merge and split."""


@dataclass(slots=True, kw_only=True)
class _Article:
    terms: dict[int, float]
    title: frozenset[int]
    at: datetime
    story: int = -1


class Desk:
    """Puts articles into stories as the store does, in memory: one choice an article, and sweeps."""

    def __init__(self, *, sweeps: bool = True) -> None:
        self._sweeps = sweeps
        self._counts: Counter[int] = Counter()
        self._n = 0
        self._articles: list[_Article] = []
        self._open: dict[int, Telling] = {}
        self._having: dict[int, set[int]] = {}
        self._n_swept = 0

    def place(self, title: str | None, text: str, language: str, at: datetime) -> None:
        """Choose a story for an article."""
        terms = story_terms(title, text, language)
        article = _Article(terms=terms, title=title_terms(title, language), at=at)
        vector = self._count(terms)
        near: Counter[int] = Counter(story for term in vector for story in self._having.get(term, ()))
        candidates = [self._open[story] for story, n in near.items() if n > 1]
        chosen = choose(vector, sorted(candidates, key=lambda one: one.story_id), at, article.title)
        article.story = len(self._articles) if chosen.story_id is None else chosen.story_id
        before = self._open.get(article.story)
        self._set(
            Telling(
                story_id=article.story,
                centroid=join(before.centroid if before else {}, vector),
                n_articles=(before.n_articles if before else 0) + 1,
                last_at=max(at, before.last_at) if before else at,
            )
        )
        self._articles.append(article)
        if self._sweeps and len(self._articles) % _SWEEP_EVERY == 0:
            self.sweep(at)

    def sweep(self, now: datetime) -> None:
        """Close what is silent, split what is two, merge what is one."""
        for story in [story for story in self._open.values() if now - story.last_at > OPEN_FOR]:
            self._drop(story)
        members: dict[int, list[int]] = {}
        for n, article in enumerate(self._articles):
            if article.story in self._open:
                members.setdefault(article.story, []).append(n)
        for story, placed in members.items():
            for part in parts({n: self._vector(self._articles[n]) for n in placed}):
                for n in part:
                    self._articles[n].story = min(part)
                self._rebuild(min(part))
                self._rebuild(story)
        for one in sorted(self._open):
            near = {other for term in self._open[one].centroid for other in self._having.get(term, ()) if other < one}
            same = [other for other in sorted(near) if other in self._open and is_one(self._open[one], self._open[other])]
            if same:
                for article in self._articles:
                    if article.story == one:
                        article.story = same[0]
                self._drop(self._open[one])
                self._rebuild(same[0])

    def stories(self) -> list[int]:
        """Return the story of each article, in the order they came."""
        return [article.story for article in self._articles]

    def _count(self, terms: Mapping[int, float]) -> dict[int, float]:
        vector = weigh(terms, self._counts, self._n)
        self._counts.update(terms.keys())
        self._n += 1
        return vector

    def _vector(self, article: _Article) -> dict[int, float]:
        return weigh(article.terms, self._counts, self._n)

    def _rebuild(self, story: int) -> None:
        centroid: Vector = {}
        placed = [article for article in self._articles if article.story == story]
        for article in placed:
            centroid = join(centroid, self._vector(article))
        if story in self._open:
            self._drop(self._open[story])
        last_at = max(article.at for article in placed)
        self._set(Telling(story_id=story, centroid=centroid, n_articles=len(placed), last_at=last_at))

    def _set(self, story: Telling) -> None:
        if story.story_id in self._open:
            self._drop(self._open[story.story_id])
        self._open[story.story_id] = story
        for term in story.centroid:
            self._having.setdefault(term, set()).add(story.story_id)

    def _drop(self, story: Telling) -> None:
        del self._open[story.story_id]
        for term in story.centroid:
            self._having[term].discard(story.story_id)


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
