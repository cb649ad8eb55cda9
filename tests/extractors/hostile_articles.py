"""Makes pages that hurt a reader that walks their blocks; as a program, reads each in a child and tells what it cost.

Each line of JSON has the page's name, CPU seconds, the growth of peak memory in MB, and what came of it. What hurts
any parser stands in `hostile_documents`.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

MEGA = 1_000_000
PROSE = (
    "The council of the river town voted on Tuesday to repair the old bridge, which had been closed since the spring. "
    "Engineers expect the work to last until the end of the next summer, provided that the water stays low enough. "
)
TITLE = "The council votes to repair the old bridge"


def page(inner: str | bytes, head: str = "") -> bytes:
    """An article with something else in its midst."""
    inside = inner.encode() if isinstance(inner, str) else inner
    top = f"<!doctype html><html lang=en><head><title>{TITLE}</title>{head}</head><body><article><h1>{TITLE}</h1>"
    return f"{top}<p>{PROSE}</p>".encode() + inside + f"<p>{PROSE}</p></article></body></html>".encode()


def deep(depth: int, inner: str, tag: str = "div") -> str:
    return f"<{tag}>" * depth + inner + f"</{tag}>" * depth


PAGES: dict[str, Callable[[], bytes]] = {
    "100,000 nested b": lambda: page("<b>" * 100_000 + "x"),
    "100,000 nested b, closed": lambda: page(deep(100_000, "x", "b")),
    "100,000 nested span with text": lambda: page("<span>word " * 100_000),
    "100,000 pairs of inline tags in a paragraph": lambda: page("<p>" + "<b>a</b><i>b</i> " * 100_000 + "</p>"),
    "200,000 paragraphs of a letter": lambda: page("<p>x</p>" * 200_000),
    "200,000 empty div": lambda: page("<div></div>" * 200_000),
    "200,000 li": lambda: page("<ul>" + "<li>an item of it</li>" * 200_000 + "</ul>"),
    "a paragraph of 4 MB": lambda: page("<p>" + PROSE * (4 * MEGA // len(PROSE)) + "</p>"),
    "4 MB of prose without a block": lambda: page(PROSE * (4 * MEGA // len(PROSE))),
    "20,000 paragraphs of prose": lambda: page(f"<p>{PROSE}</p>" * 20_000),
    "20,000 paragraphs of prose in div of their own": lambda: page(f"<div><div><p>{PROSE}</p></div></div>" * 18_000),
    "50,000 tables": lambda: page("<table><tr><td>cell</td></tr></table>" * 50_000),
    "a table of 150,000 cells": lambda: page("<table>" + ("<tr>" + "<td>cell text</td>" * 100) * 1500 + "</table>"),
    "a table in a table, 80 deep": lambda: page(deep(80, "x", "table><tr><td") * 500),
    "30,000 links": lambda: page(
        "".join(f'<a href="/news/{n}">Story number {n} of the town</a> ' for n in range(30_000))
    ),
    "30,000 links in a paragraph each": lambda: page(
        "".join(f'<p><a href="/news/{n}">Story number {n} of the town</a></p>' for n in range(30_000))
    ),
    "250 deep": lambda: page(deep(240, PROSE)),
    "250 deep, a thousand times": lambda: page(deep(235, "some words of it") * 1500),
    "prose at each of 240 depths": lambda: page("".join(f"<div><p>{PROSE}</p>" for _ in range(240))),
    "a million br": lambda: page("<p>" + "<br>" * 1_000_000 + "</p>"),
    "900,000 lines parted by br": lambda: page("<div>" + "x<br>" * 900_000 + "</div>"),
    "30,000 headings": lambda: page("<h2>What the council said about it</h2>" * 30_000),
    "the title 30,000 times": lambda: page(f"<p>{TITLE}</p>" * 30_000),
    "30,000 figures with captions": lambda: page(
        "<figure><img src=/x.jpg><figcaption>The bridge. Photo: A B</figcaption></figure>" * 30_000
    ),
    "a caption of 4 MB": lambda: page("<figure><figcaption>Photo: " + "A B/" * MEGA + "</figcaption></figure>"),
    "names of a class by the million": lambda: page('<div class="' + "story related " * 280_000 + '"><p>x</p></div>'),
    "a class on each of 60,000 blocks": lambda: page(
        '<div class="related-stories teaser c-1">some words</div>' * 60_000
    ),
    "4 MB of glued sentences": lambda: page("<p>" + "war.Then it." * (MEGA // 3) + "</p>"),
    "4 MB of initials": lambda: page("<p>" + "А.С." * (MEGA // 2) + "</p>"),
    "4 MB of full stops": lambda: page("<p>" + "." * (4 * MEGA) + "</p>"),
    "4 MB of quotation marks": lambda: page("<p>" + 'a."' * MEGA + "</p>"),
    "150,000 times read also": lambda: page("<p>" + "Читайте также: " * 150_000 + "</p>"),
    "50,000 lines of read also": lambda: page("<p>Читайте также: Мост открыт</p>" * 50_000),
    "150,000 times according to": lambda: page("<p>" + "according to Reuters, " * 150_000 + "</p>"),
    "100,000 photo lines": lambda: page("<p>на фото: мост</p>" * 100_000),
    "a million signs of Chinese": lambda: page("<p>" + "桥梁今天开放。" * 190_000 + "</p>"),
    "Chinese without a stop": lambda: page("<p>" + "桥" * (MEGA + 300_000) + "</p>"),
    "4 MB of blanks in a paragraph": lambda: page("<p>a" + " \t\n" * (MEGA + 300_000) + "b</p>"),
    "4 MB of no-break spaces": lambda: page("<p>a" + "&nbsp;" * 650_000 + "b</p>"),
    "a body of 4 MB in JSON-LD": lambda: page(
        "",
        '<script type="application/ld+json">'
        + json.dumps({"@type": "NewsArticle", "articleBody": PROSE * (4 * MEGA // len(PROSE))})
        + "</script>",
    ),
    "200,000 keywords": lambda: page("", '<meta name="keywords" content="' + "word," * 200_000 + '">'),
    "60,000 links of tags": lambda: page('<div class="tags">' + '<a rel=tag href="/t/1">word</a> ' * 60_000 + "</div>"),
    "20,000 times aside in aside": lambda: page(deep(100, "x", "aside") * 200),
    "50,000 articles": lambda: page("<article><h2>Title of it</h2><p>some words</p></article>" * 50_000),
    "100,000 hidden blocks": lambda: page('<p style="display: none" hidden>words</p>' * 100_000),
    "100,000 comments between words": lambda: page("<p>" + "word <!-- x --> " * 100_000 + "</p>"),
    "100,000 br in pairs within nested font": lambda: page(deep(150, "some words<br><br>" * 100_000, "font")),
}
"""All below 5 MiB, which is what reaches a reader."""


def _peak_mb() -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def main(names: Collection[str]) -> None:
    """Read each page, or those named, in a child of its own."""
    from extractors.articles import read_article

    now = datetime(2026, 9, 2, tzinfo=UTC)
    url = "https://outlet.example/news/1"
    read_article(page(""), url, None, None, now)  # imports and loads everything once
    for name, make in PAGES.items():
        if names and name not in names:
            continue
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
            body = make()
            Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
            before, start = _peak_mb(), time.process_time()
            try:
                outcome = repr(read_article(body, url, None, None, now))[:200]
            except BaseException as error:
                outcome = f"RAISED {type(error).__name__}: {error}"[:300]
            cost = {"cpu_s": round(time.process_time() - start, 2), "grown_mb": round(_peak_mb() - before)}
            print(json.dumps({"name": name, "n_bytes": len(body), **cost, "outcome": outcome}), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            told = {"name": name, "n_bytes": 0, "cpu_s": 999, "grown_mb": 0, "outcome": f"RAISED signal {status}"}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
