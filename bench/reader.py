"""The reader of articles, for scoring: `extract` is what the scoring tool calls.

`python -m bench.reader` prints how long the whole reader takes beside trafilatura alone, on the same pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import trafilatura
from rich.console import Console
from rich.table import Table

from extractors.articles import read_article
from extractors.body import read_body
from extractors.documents import load_document
from extractors.language import detect_language
from extractors.metadata import read_metadata
from news.model import Article, Moment, Unreadable

T = TypeVar("T")

ALONE = "trafilatura, text only"

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""The labelled pages are older."""


def extract(body: bytes, url: str) -> dict[str, object]:
    """Read a page as the scoring tool wants it."""
    article = read_article(body, url, None, None, _NOW)
    if isinstance(article, Unreadable):
        return {"text": ""}
    return {
        "text": article.text,
        "title": article.title,
        "authors": article.authors,
        "published_at": _day(article),
        "language": article.language,
    }


def _day(article: Article) -> date | None:
    # The day that the outlet shows: in its own zone, as far as it states one.
    moment: Moment | None = article.published
    return moment.at.date() if moment else None


def time_pages(bodies: Sequence[bytes], url: str) -> dict[str, list[float]]:
    """Return CPU milliseconds a page for each step, for the whole, and for trafilatura alone on the same pages."""
    # The model is loaded before the clock runs.
    detect_language(None, "These are not yet many words.", None)
    times: dict[str, list[float]] = {}

    def clocked(name: str, call: Callable[[], T]) -> T:
        start = time.process_time()
        answer = call()
        times.setdefault(name, []).append(1000 * (time.process_time() - start))
        return answer

    alone = partial(trafilatura.bare_extraction, url=url, favor_precision=True, include_comments=False)
    for body in bodies:
        clocked(ALONE, partial(alone, body))
        clocked("trafilatura with its metadata", partial(alone, body, with_metadata=True))
        clocked("read_article", partial(read_article, body, url, None, None, _NOW))
        document = clocked("  load_document", partial(load_document, body, None))
        if not isinstance(document, Unreadable):
            clocked("  read_metadata", partial(read_metadata, document.root, url, _NOW))
            text = clocked("  read_body", partial(read_body, document.root, url, ())).text
            clocked("  detect_language", partial(detect_language, None, text, None))
    return times


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="CPU time a page: the whole reader beside trafilatura alone.")
    default = Path(__file__).parents[2] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WIREWATCH_TEST_DATA") or default))
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    files = sorted((chosen.data / "extraction").glob("*/html/*.html.gz"))
    if not files:
        parser.error(f"no pages below {chosen.data}; name the folder with --data")
    logging.disable(logging.CRITICAL)
    files = random.Random(1).sample(files, min(chosen.pages, len(files)))
    times = time_pages([gzip.decompress(file.read_bytes()) for file in files], "https://outlet.example/news/1")
    alone = sum(times[ALONE])
    rows = [
        {"step": name, "mean_ms": statistics.mean(ms), "median_ms": statistics.median(ms), "ratio": sum(ms) / alone}
        for name, ms in times.items()
    ]
    if chosen.json:
        print(json.dumps(rows))
        return
    table = Table("step", "mean ms", "median ms", "ratio", title=f"CPU a page, {len(files)} pages")
    for row in rows:
        table.add_row(str(row["step"]), *(f"{row[key]:.2f}" for key in ("mean_ms", "median_ms", "ratio")))
    Console().print(table)


if __name__ == "__main__":
    main()
