"""Holds a run of `bench.extraction` against floors in a file: what fell below, and which floor lies too low to guard.

Where the file stands and on which pages it is asked is the caller's; a test does so for every change.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.extraction_report import Report

SHARES = ("clean", "bad", "title", "authors", "date", "snippet_leaked", "cpu_ratio")
"""Measures that move in steps, or with the machine's load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One number of the file.

    Attributes:
        of: A group of pages, as the table has it: `english`, `multilingual/ru`.
        measure: A name of the scoring tool's, or `cpu_ratio`.
        value: The least that is let through; the most where `is_ceiling`.
        reason: Why it lies further from the measured than noise needs; empty where it does not.
    """

    of: str
    measure: str
    value: float
    is_ceiling: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """The file.

    Attributes:
        n_each: How many pages of each set and language are read.
        margin: So far below the measured a floor is set: what other versions of the parser change.
        margin_of_shares: The same for shares of pages, where one page of a small group is a large step.
        slack: A floor that is further away than this guards nothing, and must say why.
    """

    n_each: int
    margin: float
    margin_of_shares: float
    slack: float
    bounds: tuple[Bound, ...]

    def broken(self, report: Report) -> list[str]:
        """Return a sentence for each number that is worse than its bound."""
        return [
            f"{bound.of} {bound.measure}: {found:.4f}, {'most' if bound.is_ceiling else 'least'} is {bound.value}"
            for bound, found in self._measured(report)
            if (found > bound.value if bound.is_ceiling else found < bound.value)
        ]

    def loose(self, report: Report) -> list[str]:
        """Return a sentence for each bound that lies far from what is measured and does not say why."""
        return [
            f"{bound.of} {bound.measure}: measured {found:.4f}, {bound.value} guards nothing; move it or give a reason"
            for bound, found in self._measured(report)
            if not bound.reason and abs(found - bound.value) > self._margin(bound) + self.slack
        ]

    def proposed(self, report: Report) -> str:
        """Return the tables of bounds as this run would set them, in TOML."""
        lines: list[str] = []
        table = ""
        for bound, found in self._measured(report):
            if table != (table := f'[{"ceilings" if bound.is_ceiling else "floors"}."{bound.of}"]'):
                lines += ["", table]
            margin = self._margin(bound)
            lines.append(f"{bound.measure} = {found + (margin if bound.is_ceiling else -margin):.3f}")
        return "\n".join(lines)

    def _margin(self, bound: Bound) -> float:
        return self.margin_of_shares if bound.measure in SHARES else self.margin

    def _measured(self, report: Report) -> Iterator[tuple[Bound, float]]:
        first = report.extractors[0]
        summaries = {label: summary for label, name, summary in report.rows() if name == first}
        for bound in self.bounds:
            yield bound, float(summaries[bound.of][bound.measure])


def read_floors(file: Path) -> Floors:
    """Read the file: its numbers, then tables `floors`, `ceilings` by group, and `reasons`.

    A reason belongs to one bound, as `"english F1"`, or to `all`.
    """
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    reasons: dict[str, str] = read.get("reasons", {})
    bounds = tuple(
        Bound(
            of=of,
            measure=measure,
            value=value,
            is_ceiling=kind == "ceilings",
            reason=reasons.get(f"{of} {measure}", reasons.get("all", "")),
        )
        for kind in ("floors", "ceilings")
        for of, measures in read[kind].items()
        for measure, value in measures.items()
    )
    numbers = {key: read[key] for key in ("n_each", "margin", "margin_of_shares", "slack")}
    return Floors(**numbers, bounds=bounds)
