"""Serves the labelled pages of the shared data as live sites: the real input of the end-to-end test and benchmarks.

Run `python -m bench.real_pages --pages 200` to look around; tests and benchmarks take `real_pages_process` or, in
their own process, `real_sites`. The pages stay where they are: bodies are read from disk when asked for, and sent
with the bytes that the outlet served.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ada_url

from newsroom.process import NewsroomProcess, serve
from newsroom.server import Newsroom
from newsroom.site import Document, FeedFormat, Piece, Site, Validators

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ("english", "publishers", "news2023", "multilingual", "snippets")
_FORMATS = tuple(FeedFormat)
_VALIDATORS = tuple(Validators)
_RESERVED = {"/", "/robots.txt", "/rss.xml", "/atom.xml", "/index.rdf", "/feed.json", "/news-sitemap.xml"}
_HEADLINE_CHARACTERS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class RealPage:
    """A labelled page of the shared data, and where the newsroom serves it.

    Attributes:
        site: Name of the newsroom's site.
        path: Path and query there: those of the page's own URL, or made of its id where that is a home page or taken.
        title: As labelled; None where there is no label.
        headline: The title, else the first words of the labelled text: what a listing page shows; None without either.
        file: The page as served, gzip.
    """

    id: str
    corpus: str
    url: str
    site: str
    path: str
    language: str | None
    title: str | None
    headline: str | None
    file: Path


@dataclass(slots=True)
class _Group:
    pages: list[RealPage] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)


def extraction_folder() -> Path | None:
    """Return the folder of labelled pages, of `WIREWATCH_TEST_DATA` or beside the project; None where there is none."""
    shared = os.environ.get("WIREWATCH_TEST_DATA")
    folder = (Path(shared) if shared else ROOT.parent / "shared" / "data") / "extraction"
    return folder if folder.is_dir() else None


def read_pages(folder: Path, *, n_pages: int | None = None, n_sites: int | None = None) -> list[RealPage]:
    """Return pages with their places, the same for the same numbers; no page is opened.

    Args:
        folder: Has a folder for each corpus, with `index.jsonl` and `html/`.
        n_pages: So many, site by site in an order of its own, which mixes corpora; None is all.
        n_sites: At most so many hosts: smaller sites beyond share the host of another; None gives each its own.
    """
    by_site: dict[str, list[tuple[str, dict[str, object]]]] = {}
    for corpus in CORPORA:
        index = folder / corpus / "index.jsonl"
        if index.is_file():
            for line in index.read_text(encoding="utf-8").rstrip("\n").split("\n"):
                label = json.loads(line)
                by_site.setdefault(_host_label(label["site"]), []).append((corpus, label))
    order = sorted(by_site, key=lambda name: hashlib.sha256(name.encode()).digest())
    chosen: dict[str, list[tuple[str, dict[str, object]]]] = {}
    left = sys.maxsize if n_pages is None else n_pages
    for name in order:
        if left <= 0:
            break
        chosen[name] = by_site[name][:left]
        left -= len(chosen[name])
    hosts = list(chosen)
    if n_sites is not None and n_sites < len(hosts):
        hosts = sorted(hosts, key=lambda name: -len(chosen[name]))
    n_hosts = len(hosts) if n_sites is None else max(1, min(n_sites, len(hosts)))
    groups: dict[str, _Group] = {}
    for number, name in enumerate(hosts):
        group = groups.setdefault(hosts[number % n_hosts], _Group())
        for corpus, label in chosen[name]:
            group.pages.append(_placed(folder, corpus, label, hosts[number % n_hosts], group.paths))
    return [page for group in groups.values() for page in group.pages]


def sites_of(pages: Sequence[RealPage], *, start: datetime | None = None, host_prefix: str = "") -> list[Site]:
    """Return live sites that list and serve the pages.

    Formats and validators are dealt in turn. Feeds say that a page came out some minutes before `start`: their own
    dates lie years back, and a live outlet's feed does not. Each feed lists all pages of its site.

    Args:
        pages: As `read_pages` returns them.
        start: Aware; None is now.
        host_prefix: Put before each site's name, so that several sets can stand side by side.
    """
    start = (start or datetime.now(UTC)).replace(microsecond=0)
    by_site: dict[str, list[RealPage]] = {}
    for page in pages:
        by_site.setdefault(page.site, []).append(page)
    made = []
    for number, (name, members) in enumerate(by_site.items()):
        format = _FORMATS[number % len(_FORMATS)]
        titled = format is FeedFormat.LISTING
        pieces = tuple(
            Piece(
                path=page.path,
                title=(page.headline or page.path) if titled else page.title,
                published_at=start - timedelta(minutes=len(members) - at),
                page=_Reader(page),
            )
            for at, page in enumerate(members)
        )
        languages = Counter(page.language for page in members if page.language)
        site = Site(
            host_prefix + name,
            format=format,
            title=name,
            language=languages.most_common(1)[0][0] if languages else None,
            validators=_VALIDATORS[number // len(_FORMATS) % len(_VALIDATORS)],
            limit=len(pieces) + 1000,
            pieces=pieces,
            changed_at=start,
        )
        made.append(site)
    return made


def real_sites(
    folder: Path, *, n_pages: int | None = None, n_sites: int | None = None, start: datetime | None = None
) -> list[Site]:
    """Return live sites of a part of the shared data; arguments are those of `read_pages` and `sites_of`."""
    return sites_of(read_pages(folder, n_pages=n_pages, n_sites=n_sites), start=start)


def real_pages_process(
    folder: Path, *, n_pages: int | None = None, n_sites: int | None = None, port: int = 0
) -> NewsroomProcess:
    """Return a child process that serves a part of the shared data while its context is open."""
    command = [sys.executable, "-m", "bench.real_pages", "--folder", str(folder), "--port", str(port)]
    if n_pages is not None:
        command += ["--pages", str(n_pages)]
    if n_sites is not None:
        command += ["--sites", str(n_sites)]
    return NewsroomProcess(command, folder=ROOT)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes a real page's document: the packed bytes of its file, and nothing said about their encoding."""

    page: RealPage

    def __call__(self, site: Site, piece: Piece, base_url: str) -> Document:
        digest = hashlib.blake2b(self.page.id.encode(), digest_size=8).hexdigest()
        return Document(
            body=self.page.file.read_bytes(),
            content_type="text/html",
            etag=f'"{digest}"',
            modified_at=piece.published_at,
            gzipped=True,
        )


def _placed(folder: Path, corpus: str, label: dict[str, object], host: str, taken: set[str]) -> RealPage:
    file_id = str(label["id"])
    parts = ada_url.URL(str(label["url"]))
    path = parts.pathname + parts.search
    if parts.pathname in _RESERVED or path in taken or not parts.pathname.strip("/"):
        path = f"/news/{re.sub(r'[^A-Za-z0-9]+', '-', file_id[-24:]).strip('-').lower()}.html"
    taken.add(path)
    title = str(label["title"]) if label.get("title") else None
    texts = [*_texts(label.get("references")), *sorted(_texts(label.get("must_have")), key=len, reverse=True)]
    first = texts[0].partition("\n")[0].strip() if texts else ""
    if len(first) > _HEADLINE_CHARACTERS:
        first = first[:_HEADLINE_CHARACTERS].rpartition(" ")[0] or first[:_HEADLINE_CHARACTERS]
    return RealPage(
        id=file_id,
        corpus=corpus,
        url=str(label["url"]),
        site=host,
        path=path,
        language=str(label["language"]) if label.get("language") else None,
        title=title,
        headline=title or first or None,
        file=folder / corpus / "html" / f"{file_id}.html.gz",
    )


def _texts(value: object) -> list[str]:
    return [text.strip() for text in value if isinstance(text, str) and text.strip()] if isinstance(value, list) else []


def _host_label(site: str) -> str:
    """Return a site's name as one label: with its dots, all of `.uk` would be one site, `uk.localhost`."""
    return re.sub(r"[^a-z0-9]+", "-", site.lower()).strip("-")[:63]


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="Serve the labelled pages of the shared data as live sites.")
    parser.add_argument("--folder", type=Path, default=extraction_folder(), help="the data's folder `extraction`")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--pages", type=int, help="so many pages; all unless told")
    parser.add_argument("--sites", type=int, help="at most so many hosts; one a site unless told")
    parser.add_argument("--control", action="store_true", help="speak JSON with a parent process")
    chosen = parser.parse_args()
    if chosen.folder is None:
        parser.error("the shared data is not there; name its folder with --folder")
    sites = real_sites(chosen.folder, n_pages=chosen.pages, n_sites=chosen.sites)
    asyncio.run(serve(Newsroom(sites, port=chosen.port), control=chosen.control))


if __name__ == "__main__":
    main()
