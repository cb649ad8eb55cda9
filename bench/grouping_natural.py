"""How well copies are found that people made: labelled posts, and agencies' reports with cuts and footers.

Each method groups what it is given as it groups a stream; the table is `grouping`'s.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.grouping_copies import Grouping
from bench.grouping_rows import Row, read_rows
from bench.grouping_streams import Told
from news.tokens import tokens

_RUN_WORDS = 6
_LEAST_WORDS = 60
"""Of a report: most of a shorter one may be its outlet's footer."""

_COPIED = 0.55
"""Of the shorter of two reports, covered by common runs of six words: one was made of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How many pairs were put together.

    Attributes:
        copies, n_copies: Of those that are copies.
        wrong, n_others: Of those that are not.
    """

    copies: int
    n_copies: int
    wrong: int
    n_others: int


def read_posts(data: Path) -> list[tuple[str, list[Told]]] | None:
    """Return labelled pairs of posts, each in the order of time; None where the folder lacks them."""
    rows = read_rows(data, "copy_pairs_ru.jsonl")
    if rows is None:
        return None
    return [(row["label"], sorted((_post(row, "1"), _post(row, "2")), key=lambda p: p.fetched_at)) for row in rows]


def find_posts(posts: Sequence[tuple[str, list[Told]]], group: Grouping) -> Found:
    """Return how many of the pairs labelled as copies are found, and how many of those labelled as different."""
    joined = [(label, len(set(group(pair))) == 1) for label, pair in posts]
    return Found(
        copies=sum(found for label, found in joined if label == "C"),
        n_copies=sum(label == "C" for label, _ in joined),
        wrong=sum(found for label, found in joined if label == "D"),
        n_others=sum(label == "D" for label, _ in joined),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Reports on events, and which pairs of them are copies by the runs of words that they share."""

    stream: list[Told]
    copies: list[tuple[int, int]]
    others: list[tuple[int, int]]


def read_reports(data: Path) -> Reports | None:
    """Read agencies' reports; None where the folder lacks them."""
    rows = read_rows(data, "stories_en_events.jsonl")
    if rows is None:
        return None
    start = datetime(2026, 3, 1, tzinfo=UTC)
    # Their dates, read from pages, are months apart within one event: all come in one hour here.
    stream = [_report(row, start + timedelta(seconds=10 * n)) for n, row in enumerate(rows)]
    words = [tokens(told.text) for told in stream]
    runs = [{tuple(text[n : n + _RUN_WORDS]) for n in range(len(text) - _RUN_WORDS + 1)} for text in words]
    copies, others = [], []
    for one, other in itertools.combinations(range(len(stream)), 2):
        fewer, more = sorted((one, other), key=lambda number: len(words[number]))
        if len(words[fewer]) >= _LEAST_WORDS and _covered(words[fewer], runs[more]) >= _COPIED:
            copies.append((one, other))
        elif stream[one].group != stream[other].group:
            others.append((one, other))
    return Reports(stream=stream, copies=copies, others=others)


def find_reports(reports: Reports, group: Grouping) -> Found:
    """Return how many copies are found, and how many pairs that tell of two events are put together."""
    groups = group(reports.stream)
    return Found(
        copies=sum(groups[one] == groups[other] for one, other in reports.copies),
        n_copies=len(reports.copies),
        wrong=sum(groups[one] == groups[other] for one, other in reports.others),
        n_others=len(reports.others),
    )


def _covered(words: Sequence[str], runs: set[tuple[str, ...]]) -> float:
    inside = bytearray(len(words))
    for n in range(len(words) - _RUN_WORDS + 1):
        if tuple(words[n : n + _RUN_WORDS]) in runs:
            inside[n : n + _RUN_WORDS] = b"\x01" * _RUN_WORDS
    return sum(inside) / len(words)


def _post(row: Row, side: str) -> Told:
    return Told(
        source=row[f"source{side}"],
        language="ru",
        title="",
        text=row[f"text{side}"],
        fetched_at=datetime.fromisoformat(row[f"date{side}"]),
        group="",
        edit="",
    )


def _report(row: Row, at: datetime) -> Told:
    return Told(
        source=row["domain"],
        language="en",
        title=row["title"],
        text=row["text"],
        fetched_at=at,
        group=row["event"],
        edit="",
    )
