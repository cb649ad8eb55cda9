"""The labelled pages of the shared data as live sites: what tests and benchmarks of the whole lean on."""

import gzip
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

import aiohttp
import pytest
from lxml import etree, html
from yarl import URL

from bench.real_pages import RealPage, extraction_folder, read_pages, real_pages_process, real_sites, sites_of
from newsroom import FeedFormat, Newsroom
from newsroom.process import NewsroomProcess


@pytest.fixture
def folder() -> Path:
    found = extraction_folder()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("the shared data is not there: set WIREWATCH_TEST_DATA")
        pytest.skip("the shared data is not there: set WIREWATCH_TEST_DATA to its folder")
    return found


async def get(
    session: aiohttp.ClientSession, port: int, name: str, path: str, **headers: str
) -> aiohttp.ClientResponse:
    url = URL(f"http://127.0.0.1:{port}{path}", encoded=True)
    sent = {"Host": f"{name}.localhost:{port}"} | {key.replace("_", "-"): value for key, value in headers.items()}
    answer = await session.get(url, headers=sent, allow_redirects=False)
    await answer.read()
    return answer


def test_all_pages_are_placed_in_under_three_seconds_each_at_its_own_address(folder: Path) -> None:
    began = time.process_time()
    pages = read_pages(folder)
    sites = sites_of(pages)
    assert time.process_time() - began < 3
    assert len(pages) == 2035
    assert len({(page.site, page.path) for page in pages}) == len(pages)
    assert sum(len(site.pieces) for site in sites) == len(pages)
    assert set(Counter(site.format for site in sites)) == set(FeedFormat)
    assert all(page.file.is_file() for page in pages)


def test_a_part_is_the_same_every_time_and_has_the_size_asked_for(folder: Path) -> None:
    part = read_pages(folder, n_pages=2000, n_sites=500)
    assert (len(part), len({page.site for page in part})) == (2000, 500)
    assert part == read_pages(folder, n_pages=2000, n_sites=500)
    small = read_pages(folder, n_pages=60, n_sites=10)
    assert (len(small), len({page.site for page in small})) == (60, 10)
    assert len({page.corpus for page in small}) >= 2
    assert {page.id for page in small} <= {page.id for page in part}


def test_host_names_are_single_labels(folder: Path) -> None:
    names = {page.site for page in read_pages(folder)}
    assert "bbc-co-uk" in names
    assert all(name.replace("-", "").isalnum() and name.isascii() and len(name) <= 63 for name in names)


def test_path_and_query_stay_those_of_the_real_address(folder: Path) -> None:
    by_url = {page.url: page for page in read_pages(folder)}
    path = "/articles/google-stadia-microsoft-xcloud-apple-arcade-so-many-ways-to-playand-pay-11574168580"
    assert by_url["https://www.wsj.com" + path].path == path
    assert any("?" in page.path for page in by_url.values())


async def listed(session: aiohttp.ClientSession, room: Newsroom, name: str) -> list[str]:
    """Every address that a site's feed, sitemap or listing names."""
    site = room.site(name)
    body = await (await get(session, room.port, name, site.feed_path)).read()
    if site.format is FeedFormat.LISTING:
        return [str(link) for link in html.fromstring(body).xpath("//h2/a/@href")]
    if site.format is FeedFormat.JSON:
        return [item["url"] for item in json.loads(body)["items"]]
    root = etree.fromstring(body)
    if site.format is FeedFormat.ATOM:
        return list(root.xpath("//*[local-name()='entry']/*[local-name()='link']/@href"))
    if site.format is FeedFormat.SITEMAP_INDEX:
        urls = []
        for child in root.xpath("//*[local-name()='loc']/text()"):
            answer = await get(session, room.port, name, child.partition(str(room.port))[2])
            urls += etree.fromstring(await answer.read()).xpath("//*[local-name()='loc']/text()")
        return urls
    if site.format is FeedFormat.NEWS_SITEMAP:
        return list(root.xpath("//*[local-name()='loc']/text()"))
    return list(root.xpath("//*[local-name()='item']/*[local-name()='link']/text()"))


async def test_each_feed_names_all_its_pages_and_each_page_comes_with_its_own_bytes(folder: Path) -> None:
    pages = read_pages(folder, n_pages=300, n_sites=70)
    by_address: dict[str, RealPage] = {}
    async with Newsroom(sites_of(pages)) as room, aiohttp.ClientSession() as session:
        for page in pages:
            by_address[room.url(page.site, page.path)] = page
        found: list[str] = []
        for name in room.sites:
            found += await listed(session, room, name)
        assert sorted(found) == sorted(by_address)
        for url, page in by_address.items():
            answer = await get(session, room.port, page.site, url.partition(str(room.port))[2])
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "text/html"
            assert await answer.read() == gzip.decompress(page.file.read_bytes())
        assert room.requests.count(status=404) == 0


async def test_a_client_without_gzip_gets_plain_bytes_and_validators_hold(folder: Path) -> None:
    pages = read_pages(folder, n_pages=40, n_sites=8)
    async with Newsroom(sites_of(pages)) as room, aiohttp.ClientSession() as session:
        page = pages[0]
        plain = await get(session, room.port, page.site, page.path, Accept_Encoding="identity")
        assert "Content-Encoding" not in plain.headers
        assert await plain.read() == gzip.decompress(page.file.read_bytes())
        packed = await get(session, room.port, page.site, page.path, Accept_Encoding="gzip")
        assert packed.headers["Content-Encoding"] == "gzip"
        again = await get(session, room.port, page.site, page.path, If_None_Match=plain.headers["ETag"])
        assert again.status == 304


async def test_the_child_process_serves_the_same_and_costs_little_cpu(folder: Path) -> None:
    pages = read_pages(folder, n_pages=200, n_sites=40)
    async with real_pages_process(folder, n_pages=200, n_sites=40) as child, aiohttp.ClientSession() as session:
        assert set(child.names) == {page.site for page in pages}
        before = await child.cpu_s()
        for page in pages:
            assert (await get(session, child.port, page.site, page.path)).status == 200
        for name in child.names:
            feed = child.feed_url(name)
            assert (await get(session, child.port, name, feed.partition(str(child.port))[2])).status == 200
        tallies = await child.tallies()
        assert sum(one.n for one in tallies if one.status == 200) == len(pages) + len(child.names)
        # 0.15 ms is usual; ten times as much still tells a slip from a busy machine.
        assert (await child.cpu_s() - before) / (len(pages) + len(child.names)) < 0.0015


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert real_sites(tmp_path) == []
    async with NewsroomProcess([sys.executable, "-m", "bench.real_pages", "--folder", str(tmp_path)]) as child:
        assert child.names == ()
