"""The whole pipeline on pages that outlets served: all stored or told why not, none merged, none fetched twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.real_pages import RealPage, read_pages, real_pages_process, sites_of
from extractors.opml import ListedSource
from newsroom.process import NewsroomProcess
from newsroom.site import FeedFormat, Validators
from scheduler.kit import Kit
from scheduler.round import run_round
from scheduler.sources import import_sources
from tests.endtoend.conftest import OpenKit
from tests.jobs.telling import again, piece, rows

N_PAGES, N_SITES = 250, 80
ONE_ARTICLE = {"1503da4b522c54ba8"}
"""Parts of ids of pages that two crawls saved of one article: they may end as one."""


async def watch_all(kit: Kit, room: NewsroomProcess) -> None:
    listed = [ListedSource(line=n, url=room.feed_url(name), title=name) for n, name in enumerate(room.names, 1)]
    report = await import_sources(kit, listed)
    assert (report.n_added, report.problems) == (len(listed), ())


async def fates(kit: Kit) -> dict[str, str]:
    """Return what became of each listed address: its entry's state, and the reason where there is one."""
    found = await rows(
        kit,
        "SELECT sighting.url, entry.state, entry.reason, article.text_origin FROM sighting "
        "JOIN entry ON entry.id = sighting.entry_id LEFT JOIN article ON article.id = entry.article_id",
    )
    return {row["url"]: f"{row['state']} {row['text_origin']}: {row['reason'] or ''}".rstrip(": ") for row in found}


@pytest.mark.slow
async def test_real_pages_are_all_stored_then_left_alone_and_new_ones_come_by_themselves(
    shared_data: Path, open_test_kit: OpenKit
) -> None:
    folder = shared_data / "extraction"
    pages = read_pages(folder, n_pages=N_PAGES, n_sites=N_SITES)
    sites = {site.name: site for site in sites_of(pages)}
    assert {site.format for site in sites.values()} == set(FeedFormat)
    async with real_pages_process(folder, n_pages=N_PAGES, n_sites=N_SITES) as room, open_test_kit() as kit:
        await watch_all(kit, room)

        report = await run_round(kit)
        became = await fates(kit)
        by_page = {page: became.get(room.url(page.site, page.path), "not listed") for page in pages}
        await assert_all_is_told(kit, by_page, sites, report.reasons)
        assert report.seconds < 120

        await room.clear()
        report = await again(kit)
        asked = Counter((one.site, one.target, one.status) for one in await room.requests())
        bare = {page.site for page in pages} - {page.site for page in pages if by_page[page] != "not listed"}
        assert report.n_fetched == report.n_new == 0, report
        assert (report.n_feeds, report.n_feeds_failed) == (len(sites), len(bare)), report
        assert report.n_not_modified == len(sites) - len(bare), report
        # A listing page that named nothing is searched for feeds each time.
        targets = {(name, target) for name, target, _ in asked if target != "/robots.txt" and name not in bare}
        assert targets == {(name, site.feed_path) for name, site in sites.items() if name not in bare}
        honest = {name for name, site in sites.items() if site.validators is not Validators.NONE}
        assert {name for name, _, status in asked if status == 304} == honest - bare

        named = {name: site for name, site in sites.items() if name not in bare}
        edited = [next(name for name, site in named.items() if site.format is format) for format in FeedFormat]
        for name in edited:
            await room.publish(name, *(piece(n, published_at=kit.clock.now()) for n in (1, 2)))
        await room.clear()
        report = await again(kit)
        n_new = 2 * len(edited)
        assert (report.n_new, report.n_stored, report.n_put_off) == (n_new, n_new, 0), report.reasons
        pieces = [(one.site, one.target) for one in await room.requests() if one.target.startswith("/news/2026/")]
        assert sorted(pieces) == sorted((name, piece(n).path) for name in edited for n in (1, 2))


async def assert_all_is_told(
    kit: Kit, by_page: dict[RealPage, str], sites: dict, reasons: tuple[tuple[str, int], ...]
) -> None:
    """Every page is stored from its own page, or its fate says why not; no two pages are one article."""
    told = "\n".join(f"{page.id}: {fate}" for page, fate in by_page.items() if fate != "stored page") + f"\n{reasons}"
    listing = {page for page in by_page if sites[page.site].format is FeedFormat.LISTING}
    # Every feed but a listing page names all of its pages; a listing page's links must look like articles.
    assert not [page for page, fate in by_page.items() if fate == "not listed" and page not in listing], told
    assert sum(by_page[page] == "not listed" for page in listing) <= 0.15 * len(listing), told
    read = {page: fate for page, fate in by_page.items() if fate != "not listed"}
    assert all(fate == "stored page" or fate.partition(": ")[2] for fate in read.values()), told
    assert sum(fate == "stored page" for fate in read.values()) >= 0.98 * len(read), told
    merged = [page for page, fate in read.items() if fate.startswith("duplicate")]
    assert not [page for page in merged if not any(part in page.id for part in ONE_ARTICLE)], told
    counts = await rows(kit, "SELECT count(*) AS n, count(DISTINCT url) AS n_urls FROM article")
    assert counts == [{"n": len(read) - len(merged), "n_urls": len(read) - len(merged)}], told
