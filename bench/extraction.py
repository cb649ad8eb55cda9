"""How well articles are read: our reader and its peers on the labelled pages, by the scoring tool's measure.

`extract` is what that tool calls: `score_extraction.py --extractor bench.extraction:extract`. As a program this file
prints the whole table with ratios of CPU time, all readers on one page after the other in one process, and of peak
memory, each in a process of its own. What the numbers mean stands in the tool; `extraction_report` shows them.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import htmldate.meta
import trafilatura.utils
from rich.progress import track

from bench import extraction_report
from bench.extraction_floors import read_floors
from bench.labelled import (
    SETS,
    Labelled,
    NotThereError,
    Scores,
    data_folder,
    load_tool,
    read_labelled,
    refuse_connections,
    sample,
    score,
)
from extractors.articles import read_article
from news.model import Moment, Unreadable

OURS = "bench.extraction:extract"
PEERS = {
    "trafilatura-precision": "trafilatura",
    "trafilatura": "trafilatura",
    "newspaper4k": "newspaper",
    "readability-lxml": "readability",
}
"""The tool's names of peers, and the module that each needs."""

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""The labelled pages are older."""

_PAGES_BEFORE = 1
"""Of each set and language, read before the clock runs: some models are loaded when a language first occurs."""


def extract(body: bytes, url: str) -> dict[str, object]:
    """Read a page as the scoring tool wants it."""
    article = read_article(body, url, None, None, _NOW)
    if isinstance(article, Unreadable):
        return {"text": "", "unreadable": article.reason}
    return {
        "text": article.text,
        "title": article.title,
        # Who signed it: an agency or the desk where no person did.
        "authors": article.authors or article.agencies,
        "published_at": _day(article.published),
        "language": article.language,
    }


def _day(moment: Moment | None) -> date | None:
    # The day that the outlet shows: in its own zone, as far as it states one.
    return moment.at.date() if moment else None


def run(
    pages: Sequence[Labelled], extractors: Sequence[str], data: Path, n_jobs: int = 1
) -> Iterator[tuple[Labelled, dict[str, Scores]]]:
    """Score every page with every reader, interleaved page by page; yields as they are done, in order."""
    work = functools.partial(_score_all, extractors, data)
    first = (extractors, data, sample(pages, _PAGES_BEFORE))
    if n_jobs == 1:
        _prepare(*first)
        yield from zip(pages, map(work, pages), strict=True)
        return
    with ProcessPoolExecutor(n_jobs, initializer=_begin, initargs=first) as pool:
        yield from zip(pages, pool.map(work, pages, chunksize=4), strict=True)


def _score_all(extractors: Sequence[str], data: Path, page: Labelled) -> dict[str, Scores]:
    scores = {}
    for extractor in extractors:
        _forget_lines()
        scores[extractor] = score(page, extractor, data)
    return scores


def _forget_lines() -> None:
    """Empty the caches of lines and dates: who reads a page second has no gain from who read it first."""
    trafilatura.utils.trim.cache_clear()
    trafilatura.utils.line_processing.cache_clear()
    htmldate.meta.reset_caches()


def _begin(extractors: Sequence[str], data: Path, pages: Sequence[Labelled]) -> None:
    refuse_connections()
    _prepare(extractors, data, pages)


def _prepare(extractors: Sequence[str], data: Path, pages: Sequence[Labelled]) -> None:
    """Let every reader load its modules and models on some pages, before a clock runs."""
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    for page in pages:
        _score_all(extractors, data, page)


def peak_memory_mb(extractor: str, sets: Sequence[str], data: Path) -> float:
    """Return what a process needs at most that reads a sample of the pages with one reader; `none` only opens files."""
    command = [sys.executable, "-m", "bench._peak", extractor, "--data", str(data.resolve()), "--set", *sets]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return float(answer.stdout)


def installed(names: Iterable[str]) -> list[str]:
    """Return the readers that can be asked; the absent are told on stderr."""
    there = []
    for name in names:
        module = PEERS.get(name)
        if module is None or importlib.util.find_spec(module):
            there.append(name)
        else:
            print(f"{name} is not installed and left out: it is in the dependency group bench", file=sys.stderr)
    return there


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Our reader beside its peers on the labelled pages.")
    parser.add_argument("--data", type=Path, default=data_folder(), help="the corpora's folder")
    parser.add_argument("--set", nargs="+", choices=SETS, default=list(SETS), metavar="NAME")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only the sites of one half")
    parser.add_argument("--language", nargs="+", help="only pages labelled with these languages")
    parser.add_argument("--sample", type=int, metavar="N", help="only N pages of each set and language")
    parser.add_argument("--extractor", nargs="+", default=[OURS, *PEERS], metavar="NAME", help="'ours' is this project")
    parser.add_argument("--ours", action="store_true", help="no peers")
    parser.add_argument("--jobs", type=int, default=1, help="processes; give 1 where you quote times")
    parser.add_argument("--memory", action="store_true", help="measure the peak memory of each, too")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name the N pages with our lowest F1")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="name the pages up and down against a saved run")
    parser.add_argument("--show", nargs="+", metavar="ID", help="only these pages, with the lines leaked and lost")
    parser.add_argument(
        "--floors", type=Path, metavar="FILE", help="print the file's floors as this run would set them"
    )
    parser.add_argument("--json", action="store_true", help="print the run for programs, and for --compare")
    return parser


def main() -> int:
    """Print the table."""
    chosen = _arguments().parse_args()
    refuse_connections()
    try:
        pages = read_labelled(chosen.data, chosen.set, chosen.half)
        load_tool(chosen.data)
    except NotThereError as error:
        print(error, file=sys.stderr)
        return 1
    if chosen.language:
        pages = [page for page in pages if page.language in chosen.language]
    floors = read_floors(chosen.floors) if chosen.floors else None
    if n_each := floors.n_each if floors else chosen.sample:
        pages = sample(pages, n_each)
    if chosen.show:
        pages = [page for page in pages if page.id in chosen.show]
    if not pages:
        print("no such pages", file=sys.stderr)
        return 1
    names = [OURS] if chosen.ours or chosen.show else [OURS if name == "ours" else name for name in chosen.extractor]
    names = installed(names)
    scored = list(
        track(
            run(pages, names, chosen.data, chosen.jobs),
            total=len(pages),
            console=extraction_report.talk(),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
    )
    memory = {}
    if chosen.memory:
        memory = {name: peak_memory_mb(name, chosen.set, chosen.data) for name in ("none", *names)}
    report = extraction_report.Report(data=chosen.data, scored=scored, memory_mb=memory)
    if chosen.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
        return 0
    if floors:
        print(floors.proposed(report))
        return 0
    report.print_table()
    if chosen.worst:
        report.print_worst(names[0], chosen.worst)
    if chosen.compare:
        report.print_changes(names[0], json.loads(chosen.compare.read_text(encoding="utf-8")))
    if chosen.show:
        report.print_differences(names[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
