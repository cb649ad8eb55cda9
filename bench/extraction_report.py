"""Shows what a run of `bench.extraction` found: the table with its ratios, the worst pages, what changed, what leaked.

Measures nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.labelled import Labelled, Scores, load_tool, page_f1, summarise

COLUMNS = (
    ("F1", "F1"),
    ("prec", "precision"),
    ("rec", "recall"),
    ("clean", "clean"),
    ("bad", "bad"),
    ("leak", "leak"),
    ("lost", "lost"),
    ("sn.F1", "snippet_F1"),
    ("sn.leak", "snippet_leaked"),
    ("title", "title"),
    ("authors", "authors"),
    ("date", "date"),
    ("errors", "errors"),
    ("ms", "ms"),
)
BESIDE = "trafilatura-precision"
"""Times and memory are told as shares of this reader's."""

LEAST_OF_LANGUAGE = 10
"""Languages with fewer pages have no row of their own."""

_LEAST_CHANGE = 0.002
_MOST_SHOWN = 60
_MOST_LINE_CHARS = 160
_HALF = 0.5
"""A line is leaked, or lost, when less of its shingles stand on the other side."""


def console() -> Console:
    """Return a console on stdout, as wide as the table where stdout is no terminal."""
    found = Console(highlight=False, markup=False, emoji=False)
    return found if found.is_terminal else Console(highlight=False, markup=False, emoji=False, width=200)


def talk() -> Console:
    """Return a console on stderr."""
    return Console(stderr=True)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A run.

    Attributes:
        scored: Each page with what the tool says of every reader.
        memory_mb: Peak by reader, and by `none` for a process that only reads the files; empty where not measured.
    """

    data: Path
    scored: Sequence[tuple[Labelled, dict[str, Scores]]]
    memory_mb: dict[str, float] = field(default_factory=dict)

    @property
    def extractors(self) -> list[str]:
        """The readers of this run."""
        return list(self.scored[0][1])

    def groups(self) -> Iterator[tuple[str, list[dict[str, Scores]]]]:
        """Yield the sets, each followed by its languages where it has several; then all pages where there are sets."""
        corpora = list(dict.fromkeys(page.corpus for page, _ in self.scored))
        for corpus in corpora:
            within = [(page, scores) for page, scores in self.scored if page.corpus == corpus]
            yield corpus, [scores for _, scores in within]
            languages = sorted({page.language for page, _ in within if page.language})
            for language in languages if len(languages) > 1 else ():
                of_it = [scores for page, scores in within if page.language == language]
                if len(of_it) >= LEAST_OF_LANGUAGE:
                    yield f"{corpus}/{language}", of_it
        if len(corpora) > 1:
            yield "all", [scores for _, scores in self.scored]

    def rows(self) -> Iterator[tuple[str, str, Scores]]:
        """Yield the table: group, reader, the tool's summary with `cpu_ratio` and `cpu_ratio_median`."""
        for label, scores in self.groups():
            for extractor in self.extractors:
                mine = [each[extractor] for each in scores]
                yield label, extractor, summarise(mine, self.data) | _ratios(extractor, scores)

    def print_table(self) -> None:
        """Print the table, and the memory where it was measured."""
        table = Table("set", "reader", "pages", *(head for head, _ in COLUMNS), "CPU", "CPU md", box=None)
        for column in table.columns[2:]:
            column.justify = "right"
        last = ""
        for label, extractor, summary in self.rows():
            cells = [_cell(key, summary.get(key)) for _, key in (("pages", "pages"), *COLUMNS)]
            cells += [_cell(key, summary[key])[:5] for key in ("cpu_ratio", "cpu_ratio_median")]
            style = "bold" if extractor == self.extractors[0] else None
            name = "wirewatch" if ":" in extractor else extractor
            table.add_row(label if label != last else "", name, *cells, style=style)
            last = label
        console().print(table)
        told = f"ms: median CPU a page; CPU: time of all pages as a share of {BESIDE}'s; CPU md: median share of a page"
        console().print(Text(told, style="dim"))
        for name, peak in self.memory_mb.items():
            share = f"{peak / self.memory_mb[BESIDE]:.2f} of {BESIDE}'s" if BESIDE in self.memory_mb else ""
            console().print(Text(f"peak memory {name:26} {peak:6.0f} MB  {share}"))

    def print_worst(self, extractor: str, n_pages: int) -> None:
        """Name the pages of the lowest F1 with the shingles leaked and lost."""
        found = [(f1, page, scores[extractor]) for page, scores in self.scored if (f1 := _f1(scores, extractor)) < 1]
        table = Table("F1", "leaked", "lost", "set", "lang", "half", "site", "id", box=None)
        for f1, page, mine in sorted(found, key=lambda row: row[0])[:n_pages]:
            _, leaked, lost = mine["counts"]
            where = (page.corpus, page.language or "-", str(page.half), page.row["site"], page.id)
            table.add_row(f"{f1:.3f}", str(leaked), str(lost), *where)
        console().print(table)

    def print_changes(self, extractor: str, saved: dict[str, Any]) -> None:
        """Name the pages whose F1 went up or down since a saved run, the largest changes first."""
        before = {(page["set"], page["id"]): page for page in saved["pages"]}
        changes = []
        for page, scores in self.scored:
            old = before.get((page.corpus, page.id), {}).get("f1")
            if old is not None and "counts" in scores[extractor]:
                changes.append((_f1(scores, extractor) - old, old, page, scores[extractor]["counts"]))
        up = sum(change[0] > _LEAST_CHANGE for change in changes)
        down = sum(change[0] < -_LEAST_CHANGE for change in changes)
        mean = sum(change[0] for change in changes) / len(changes) if changes else 0.0
        console().print(f"against the saved run: {up} pages up, {down} down of {len(changes)}; mean page {mean:+.4f}")
        table = Table("change", "before", "leaked", "lost", "set", "lang", "half", "site", "id", box=None)
        for change, old, page, (_, leaked, lost) in sorted(changes, key=lambda row: -abs(row[0]))[:_MOST_SHOWN]:
            if abs(change) > _LEAST_CHANGE:
                where = (page.corpus, page.language or "-", str(page.half), page.row["site"], page.id)
                table.add_row(f"{change:+.3f}", f"{old:.3f}", str(leaked), str(lost), *where)
        console().print(table)

    def print_differences(self, extractor: str) -> None:
        """Print of each page the lines that leaked (+) and those that were lost (-)."""
        for page, scores in self.scored:
            mine = scores[extractor]
            console().print(Text(f"{page.corpus} {page.id} {page.row['url']} F1 {page_f1(mine)}", style="bold"))
            if "counts" not in mine:
                for key, label in (("found", "must_have"), ("leaked", "must_not_have")):
                    for text, there in zip(page.row[label], mine[key], strict=True):
                        console().print(f"  {label} {'there' if there else 'absent'}: {text[:_MOST_LINE_CHARS]}")
                continue
            reference = max(page.row["references"], key=lambda text: self._fit(text, mine["text"]))
            for sign, lines, other, style in (
                ("-", reference, mine["text"], "red"),
                ("+", mine["text"], reference, "green"),
            ):
                for line in lines.split("\n"):
                    if line.strip() and self._share(line, other) < _HALF:
                        console().print(Text(f"  {sign} {line.strip()[:_MOST_LINE_CHARS]}", style=style))

    def as_json(self) -> dict[str, Any]:
        """Return the run for programs: the table, and every page of the first reader, by which runs are compared."""
        first = self.extractors[0]
        return {
            "table": [{"set": label, "reader": name, **summary} for label, name, summary in self.rows()],
            "memory_mb": self.memory_mb,
            "pages": [
                {
                    "set": page.corpus,
                    "id": page.id,
                    "f1": page_f1(scores[first]),
                    **{key: value for key, value in scores[first].items() if key != "text"},
                }
                for page, scores in self.scored
            ],
        }

    def _fit(self, reference: str, text: str) -> float:
        tool = load_tool(self.data)
        return float(tool.f1(*tool.counts(reference, text)))

    def _share(self, line: str, other: str) -> float:
        tool = load_tool(self.data)
        mine = tool.shingles(line)
        n_words = min(len(next(iter(mine), ())), 4) or 4
        return float(sum((mine & tool.shingles(other, n_words)).values()) / (sum(mine.values()) or 1))


def _ratios(extractor: str, scores: Sequence[dict[str, Scores]]) -> dict[str, float | None]:
    """Return a reader's CPU time as shares: of all pages together, and the median of the pages' own."""
    pairs = [(each[extractor]["ms"], each[BESIDE]["ms"]) for each in scores if each.get(BESIDE, {}).get("ms")]
    if not pairs:
        return {"cpu_ratio": None, "cpu_ratio_median": None}
    mine, beside = (sum(times) for times in zip(*pairs, strict=True))
    return {"cpu_ratio": mine / beside, "cpu_ratio_median": median(one / other for one, other in pairs)}


def _f1(scores: dict[str, Scores], extractor: str) -> float:
    f1 = page_f1(scores[extractor])
    return 1.0 if f1 is None else f1


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, int):
        return str(value)
    return f"{value:.1f}" if key in {"leak", "lost", "ms"} else f"{value:.4f}"
