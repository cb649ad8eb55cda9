"""What the other pages of a site teach: articles read with and without it, page for page.

    python -m bench.furniture [--json]

On the labelled sites of five pages and more: each page is read once without knowledge, and once with what at most eight
other pages of its site teach (leave-one-out). Shown are F1 by the scoring tool's measure, the pages that get better and
worse by more than 0.005, CPU time a page, and what learning itself costs, for both halves of sites (who tunes on one
reports on the other).
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import time
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.labelled import Labelled, data_folder, load_tool, read_labelled, refuse_connections
from extractors.articles import read_article
from extractors.furniture import LAST_PAGES, Furniture, furniture_of, in_its_story, learn_lap, see_page
from news.model import Article, Unreadable
from news.sites import KnownSite

LEAST_PAGES = 5
SETS = ("multilingual", "publishers")
"""The others have no site of five pages with references."""

NOTED = 0.005

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A page read twice: true and false positives and false negatives, and CPU milliseconds, without and with."""

    page: Labelled
    before: tuple[int, int, int]
    after: tuple[int, int, int]
    before_ms: float
    after_ms: float
    learn_ms: float


def sites_of(pages: Iterable[Labelled]) -> list[list[Labelled]]:
    """Return the pages of each site that has enough of them."""
    sites: defaultdict[tuple[str, str], list[Labelled]] = defaultdict(list)
    for page in pages:
        if page.row["references"]:
            sites[page.corpus, str(page.row["site"])].append(page)
    return [found for found in sites.values() if len(found) >= LEAST_PAGES]


def compare(site: Sequence[Labelled]) -> list[Outcome]:
    """Read each page of a site without and with what the others teach."""
    tool = load_tool(data_folder())
    bodies = [page.read() for page in site]
    alone = [_read(body, page, None) for page, body in zip(site, bodies, strict=True)]
    outcomes = []
    for place, page in enumerate(site):
        others = [(place - step) % len(site) for step in range(1, min(len(site), LAST_PAGES + 1))]
        known, learn_ms = _learn(page, [alone[other][0] for other in reversed(others)])
        article, after_ms = _read(bodies[place], page, known)
        before, after = (
            max((tool.counts(reference, one.text) for reference in page.row["references"]), key=lambda c: tool.f1(*c))
            for one in (alone[place][0], article)
        )
        outcomes.append(
            Outcome(
                page=page,
                before=before,
                after=after,
                before_ms=alone[place][1],
                after_ms=after_ms,
                learn_ms=learn_ms,
            )
        )
    return outcomes


def _read(body: bytes, page: Labelled, known: Furniture | None) -> tuple[Article, float]:
    url = str(page.row["url"])
    start = time.process_time()
    article = read_article(body, url, None, None, _NOW, furniture=known)
    ms = 1000 * (time.process_time() - start)
    return (Article(url=url) if isinstance(article, Unreadable) else article), ms


def _learn(page: Labelled, articles: Sequence[Article]) -> tuple[Furniture, float]:
    """Return what articles teach, and the milliseconds a page for it."""
    site = KnownSite(name=str(page.row["site"]))
    start = time.process_time()
    for number, article in enumerate(articles, 1):
        fingerprints = furniture_of(site).fingerprints
        seen = in_its_story(see_page(article, f"{article.url}#{number}", _NOW, fingerprints), site, fingerprints)
        site = replace(site, n_pages=number, pages=(*site.pages, seen)[-LAST_PAGES:])
        known = furniture_of(site)
    learn_lap((), site.pages, site.n_pages)
    return known, 1000 * (time.process_time() - start) / len(articles)


def summarise(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    """Return the numbers of a row; F1 as the scoring tool has it, of mean precision and mean recall."""
    tool = load_tool(data_folder())
    before, after = [one.before for one in outcomes], [one.after for one in outcomes]
    gains = [tool.f1(*one.after) - tool.f1(*one.before) for one in outcomes]
    return {
        "sites": len({one.page.row["site"] for one in outcomes}),
        "pages": len(outcomes),
        "f1_without": _f1(before),
        "f1_with": _f1(after),
        "page_f1_without": statistics.mean(tool.f1(*counts) for counts in before),
        "page_f1_with": statistics.mean(tool.f1(*counts) for counts in after),
        "up": sum(gain > NOTED for gain in gains),
        "down": sum(gain < -NOTED for gain in gains),
        "ms_without": statistics.mean(one.before_ms for one in outcomes),
        "ms_with": statistics.mean(one.after_ms for one in outcomes),
        "ms_learning": statistics.mean(one.learn_ms for one in outcomes),
    }


def _f1(counts: Sequence[tuple[int, int, int]]) -> float:
    precision = statistics.mean([tp / (tp + fp) for tp, fp, _ in counts if tp + fp] or [0.0])
    recall = statistics.mean([tp / (tp + fn) for tp, _, fn in counts if tp + fn] or [0.0])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def rows_of(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float | int]]:
    """Return the rows by name: each set whole and by halves."""
    parts: dict[str, list[Outcome]] = {}
    for corpus in SETS:
        whole = [one for one in outcomes if one.page.corpus == corpus]
        parts[corpus] = whole
        for half in (0, 1):
            parts[f"{corpus}, half {half}"] = [one for one in whole if one.page.half == half]
    return {name: summarise(part) for name, part in parts.items() if part}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="What the other pages of a site teach.")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    refuse_connections()
    sites = sites_of(read_labelled(data_folder(), SETS))
    console = Console(stderr=True)
    compare(sites[0][:2])  # models are loaded before the clock runs
    told = track(sites, "sites", console=console, disable=not console.is_terminal)
    rows = rows_of([outcome for site in told for outcome in compare(site)])
    if chosen.json:
        print(json.dumps(rows))
        return
    table = Table("", *next(iter(rows.values())), title="read alone, and with what other pages of the site teach")
    for name, row in rows.items():
        cells = (str(value) if isinstance(value, int) else f"{value:.4f}" for value in row.values())
        table.add_row(name, *cells)
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
