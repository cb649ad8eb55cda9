"""The newsroom's misbehaviour over real sockets."""

import asyncio

import aiohttp
import pytest
from lxml import etree
from newsroom_client import links_of, serving, site

from newsroom import Fault, FaultKind, FeedFormat


@pytest.mark.parametrize("status", [304, 404, 410, 429, 500, 503])
async def test_a_status_is_given_on_request_with_retry_after(status: int) -> None:
    async with serving(site()) as client:
        client.room.misbehave("gull", "/rss.xml", Fault(kind=FaultKind.STATUS, status=status, retry_after="7"))
        for _ in range(2):
            got = await client.get("gull", "/rss.xml")
            assert (got.status, got.headers["Retry-After"]) == (status, "7")
        assert (await client.get("gull", "/news/1")).status == 200
        client.room.behave("gull")
        assert (await client.get("gull", "/rss.xml")).status == 200


async def test_a_fault_ends_after_its_times() -> None:
    async with serving(site()) as client:
        client.room.misbehave("gull", "/news/1", Fault(kind=FaultKind.STATUS, status=500, times=2))
        assert [(await client.get("gull", "/news/1")).status for _ in range(3)] == [500, 500, 200]


async def test_a_fault_of_a_whole_site_covers_every_path_of_it_alone() -> None:
    async with serving(site("gull"), site("tern")) as client:
        client.room.misbehave("gull", "*", Fault(kind=FaultKind.STATUS, status=503))
        assert [(await client.get("gull", path)).status for path in ("/", "/robots.txt", "/news/1?x=1")] == [503] * 3
        assert (await client.get("tern")).status == 200


async def test_redirects_go_to_other_hosts_along_chains_and_in_loops() -> None:
    async with serving(site("gull"), site("tern")) as client:
        room = client.room
        room.misbehave("gull", "/news/0", Fault(kind=FaultKind.REDIRECT, status=308, location=room.url("tern", "/a")))
        room.misbehave("gull", "/news/1", Fault(kind=FaultKind.CHAIN, n_hops=2))
        room.misbehave("gull", "/news/2", Fault(kind=FaultKind.LOOP))
        away = await client.get("gull", "/news/0")
        assert (away.status, away.headers["Location"]) == (308, room.url("tern", "/a"))

        async def walk(path: str, most: int) -> list[str]:
            walked = []
            while len(walked) < most and (got := await client.get("gull", path)).status == 302:
                walked.append(path := got.headers["Location"])
            return walked

        assert await walk("/news/1", 9) == ["/news/1?hop=1", "/news/1?hop=2"]
        assert b"First of 1" in (await client.get("gull", "/news/1?hop=2")).body
        assert await walk("/news/2", 4) == ["/news/2?again=1", "/news/2", "/news/2?again=1", "/news/2"]


async def test_a_slow_answer_holds_up_only_its_own_connection() -> None:
    async with serving(site()) as client:
        client.room.misbehave("gull", "/news/1", Fault(kind=FaultKind.SLOW, delay_s=2))
        slow = asyncio.create_task(client.get("gull", "/news/1"))
        await client.get("gull", "/news/2")
        assert not slow.done()
        assert (await slow).status == 200


async def test_a_body_is_cut_and_a_connection_reset() -> None:
    async with serving(site()) as client:
        client.room.misbehave("gull", "/news/1", Fault(kind=FaultKind.CUT, n_bytes=50))
        client.room.misbehave("gull", "/news/2", Fault(kind=FaultKind.RESET))
        with pytest.raises(aiohttp.ClientPayloadError):
            await client.get("gull", "/news/1")
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.get("gull", "/news/2")
        assert [one.n_bytes for one in client.room.requests.of("gull", "/news/1")] == [50]
        assert {one.status for one in client.room.requests.of("gull", "/news/2")} == {0}


async def test_html_or_nothing_stands_in_for_the_feed() -> None:
    async with serving(site()) as client:
        client.room.misbehave("gull", "/rss.xml", Fault(kind=FaultKind.HTML, times=1))
        got = await client.get("gull", "/rss.xml")
        assert got.headers["Content-Type"].startswith("text/html")
        assert b"<html>" in got.body
        client.room.misbehave("gull", "/rss.xml", Fault(kind=FaultKind.BLANK, times=1))
        assert (await client.get("gull", "/rss.xml")).body == b""


@pytest.mark.parametrize("format", [FeedFormat.RSS, FeedFormat.JSON, FeedFormat.NEWS_SITEMAP])
async def test_an_empty_feed_is_valid_and_then_full(format: FeedFormat) -> None:
    async with serving(site(format=format)) as client:
        path = client.room.site("gull").feed_path
        client.room.misbehave("gull", path, Fault(kind=FaultKind.EMPTY, times=1))
        assert [len(links_of((await client.get("gull", path)).body, format)) for _ in range(2)] == [0, 3]


async def test_an_empty_listing_has_no_headline() -> None:
    async with serving(site(format=FeedFormat.LISTING)) as client:
        client.room.misbehave("gull", "/", Fault(kind=FaultKind.EMPTY, times=1))
        assert [(await client.get("gull")).body.count(b"<h2>") for _ in range(2)] == [0, 3]


async def test_guids_scheme_and_encoding_change_while_the_pieces_stay() -> None:
    async with serving(site()) as client:

        async def feed(fault: Fault) -> bytes:
            client.room.misbehave("gull", "/rss.xml", fault)
            return (await client.get("gull", "/rss.xml")).body

        plain = (await client.get("gull", "/rss.xml")).body
        guids = await feed(Fault(kind=FaultKind.GUIDS))
        assert links_of(guids, FeedFormat.RSS) == links_of(plain, FeedFormat.RSS)
        assert not set(etree.fromstring(guids).xpath("//guid/text()")) & set(
            etree.fromstring(plain).xpath("//guid/text()")
        )
        secure = await feed(Fault(kind=FaultKind.SCHEME))
        assert links_of(secure, FeedFormat.RSS)[0].startswith("https://gull.localhost:")
        encoded = await feed(Fault(kind=FaultKind.ENCODING))
        assert encoded.startswith(b'<?xml version="1.0" encoding="windows-1251"?>')
        assert "буря" in encoded.decode("windows-1251")
        wrong = await feed(Fault(kind=FaultKind.ENCODING, label="iso-8859-1"))
        assert b'encoding="iso-8859-1"' in wrong
