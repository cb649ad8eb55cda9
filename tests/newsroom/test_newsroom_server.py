"""The newsroom over real sockets: what a crawler meets there."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import aiohttp
import pytest
from lxml import etree

from news.errors import NotFoundError, PortInUseError
from newsroom import Fault, FaultKind, FeedFormat, Newsroom, Piece, Site, Validators

START = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Asks for `http://NAME.localhost:PORT/…` at 127.0.0.1 with a Host header."""

    def __init__(self, session: aiohttp.ClientSession, room: Newsroom) -> None:
        self.session = session
        self.room = room

    async def get(
        self, name: str, path: str = "/", *, method: str = "GET", host: str | None = None, **headers: str
    ) -> Got:
        sent = {"Host": host or f"{name}.localhost:{self.room.port}"}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        url = f"http://127.0.0.1:{self.room.port}{path}"
        async with self.session.request(method, url, headers=sent, allow_redirects=False) as answer:
            return Got(answer.status, answer.headers, await answer.read())


@asynccontextmanager
async def serving(*sites: Site) -> AsyncIterator[Client]:
    async with Newsroom(sites) as room, aiohttp.ClientSession() as session:
        yield Client(session, room)


def pieces(n: int = 3) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            path=f"/news/{i}",
            title=f"Ferry {i} & the <storm> «буря»",
            text=f"First of {i}.\n\nSecond of {i}.",
            summary=f"Summary {i}",
            published_at=START + timedelta(minutes=i),
            authors=("Ada Quill",),
            tags=("sea",),
        )
        for i in range(n)
    )


def site(name: str = "gull", **more: object) -> Site:
    return Site(name, **({"pieces": pieces(), "zone": timezone(timedelta(hours=4))} | more))  # type: ignore[arg-type]


async def test_each_host_name_is_its_own_site_on_one_port() -> None:
    async with serving(site("gull"), site("tern", title="The Tern")) as client:
        assert b"<title>gull</title>" in (await client.get("gull")).body
        assert b"<title>The Tern</title>" in (await client.get("tern")).body
        assert (await client.get("auk")).status == 404


@pytest.mark.parametrize("host", ["WWW.Gull.localhost", "m.gull.localhost:1", "gull.localhost."])
async def test_the_twins_of_a_host_name_lead_to_the_same_site(host: str) -> None:
    async with serving(site("gull")) as client:
        assert (await client.get("gull", "/news/1", host=host)).status == 200


def links_of(body: bytes, format: FeedFormat) -> list[str]:
    if format is FeedFormat.JSON:
        return [item["url"] for item in json.loads(body)["items"]]
    root = etree.fromstring(body)
    return {
        FeedFormat.RSS: lambda: root.xpath("//item/link/text()"),
        FeedFormat.ATOM: lambda: root.xpath("//*[local-name()='entry']/*[local-name()='link']/@href"),
        FeedFormat.RDF: lambda: root.xpath("//*[local-name()='item']/*[local-name()='link']/text()"),
        FeedFormat.NEWS_SITEMAP: lambda: root.xpath("//*[local-name()='loc']/text()"),
        FeedFormat.SITEMAP_INDEX: lambda: root.xpath("//*[local-name()='loc']/text()"),
    }[format]()


@pytest.mark.parametrize(
    "format", [FeedFormat.RSS, FeedFormat.ATOM, FeedFormat.RDF, FeedFormat.JSON, FeedFormat.NEWS_SITEMAP]
)
async def test_a_feed_lists_the_pieces_newest_first_and_each_link_answers(format: FeedFormat) -> None:
    async with serving(site(format=format)) as client:
        feed = await client.get("gull", client.room.site("gull").feed_path)
        base = f"http://gull.localhost:{client.room.port}"
        assert links_of(feed.body, format) == [f"{base}/news/{i}" for i in (2, 1, 0)]
        assert "Ferry 2" in feed.body.decode()
        assert "09:08:07" in feed.body.decode(), "dates are in the outlet's zone"
        page = await client.get("gull", "/news/2")
        assert b"<p>Second of 2.</p>" in page.body
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"


async def test_a_sitemap_index_leads_through_its_children_to_every_piece() -> None:
    async with serving(site(format=FeedFormat.SITEMAP_INDEX, pieces=pieces(25))) as client:
        robots = await client.get("gull", "/robots.txt")
        assert f"Sitemap: {client.room.feed_url('gull')}\n" in robots.body.decode()
        index = await client.get("gull", "/sitemap-index.xml")
        children = links_of(index.body, FeedFormat.SITEMAP_INDEX)
        found = []
        for child in children:
            found += links_of(
                (await client.get("gull", child[child.index("/sitemap") :])).body, FeedFormat.NEWS_SITEMAP
            )
        assert len(children) == 3
        assert sorted(found) == sorted(client.room.url("gull", f"/news/{i}") for i in range(25))
        assert (await client.get("gull", "/sitemap-4.xml")).status == 404


async def test_a_home_page_names_its_feed_and_a_listing_names_none() -> None:
    async with serving(site("gull"), site("tern", format=FeedFormat.LISTING)) as client:
        home, listing = (await client.get("gull")).body.decode(), (await client.get("tern")).body.decode()
        assert f'type="application/rss+xml" title="gull" href="{client.room.feed_url("gull")}"' in home
        assert "alternate" not in listing
        assert listing.count("<h2><a href=") == 3


@pytest.mark.parametrize("path", ["/rss.xml", "/news/1", "/", "/robots.txt"])
async def test_an_etag_brings_304_until_something_is_published(path: str) -> None:
    async with serving(site()) as client:
        first = await client.get("gull", path)
        again = await client.get("gull", path, If_None_Match=f'"else", W/{first.headers["ETag"]}')
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        client.room.publish("gull", Piece(path="/news/9", title="Ninth"))
        after = await client.get("gull", path, If_None_Match=first.headers["ETag"])
        assert after.status == (200 if path in {"/rss.xml", "/"} else 304)


async def test_last_modified_alone_tells_two_changes_of_one_second_apart() -> None:
    async with serving(site(validators=Validators.LAST_MODIFIED)) as client:
        for path in ("/news/8", "/news/9", "/news/9"):
            seen = await client.get("gull", "/rss.xml")
            assert "ETag" not in seen.headers
            since = seen.headers["Last-Modified"]
            assert (await client.get("gull", "/rss.xml", If_Modified_Since=since)).status == 304
            client.room.publish("gull", Piece(path=path, title=path))
            assert (await client.get("gull", "/rss.xml", If_Modified_Since=since)).status == 200


async def test_an_edited_piece_is_no_longer_unmodified() -> None:
    async with serving(site()) as client:
        seen = await client.get("gull", "/news/1")
        assert seen.headers["Last-Modified"] == format_datetime(START + timedelta(minutes=1), usegmt=True)
        client.room.publish("gull", Piece(path="/news/1", title="Corrected", published_at=START))
        after = await client.get("gull", "/news/1", If_Modified_Since=seen.headers["Last-Modified"])
        assert (after.status, b"Corrected" in after.body) == (200, True)
        assert (await client.get("gull", "/rss.xml")).body.count(b"<item>") == 3


async def test_without_validators_nothing_is_ever_304() -> None:
    async with serving(site(validators=Validators.NONE)) as client:
        seen = await client.get("gull", "/rss.xml")
        assert not {"ETag", "Last-Modified"} & set(seen.headers)
        assert (await client.get("gull", "/rss.xml", If_None_Match="*")).status == 200


async def test_windows_1251_is_served_honestly_or_under_a_lie() -> None:
    async with serving(
        site("honest", encoding="windows-1251"),
        site("liar", encoding="windows-1251", label="utf-8"),
        site("silent", encoding="windows-1251", label=""),
    ) as client:
        honest, liar, silent = [await client.get(name, "/news/1") for name in ("honest", "liar", "silent")]
        assert honest.headers["Content-Type"] == "text/html; charset=windows-1251"
        assert "буря" in honest.body.decode("windows-1251")
        assert liar.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "буря" in liar.body.decode("windows-1251")
        assert silent.headers["Content-Type"] == "text/html"
        assert b"charset" not in silent.body
        feed = await client.get("liar", "/rss.xml")
        assert feed.body.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
        assert "буря" in feed.body.decode("windows-1251")


async def test_letters_an_encoding_lacks_become_references() -> None:
    odd = Piece(path="/odd", title="Ərzaq", text="Հայերեն")
    async with serving(Site("odd", encoding="windows-1251", pieces=(odd,))) as client:
        assert "&#399;rzaq" in (await client.get("odd", "/odd")).body.decode("windows-1251")


async def test_tracking_parameters_lead_to_the_same_page() -> None:
    async with serving(site(pieces=(*pieces(), Piece(path="/read?id=7", title="By number")))) as client:
        assert (await client.get("gull", "/news/1?utm_source=x")).body == (await client.get("gull", "/news/1")).body
        assert b"By number" in (await client.get("gull", "/read?id=7")).body
        assert (await client.get("gull", "/read")).status == 404


async def test_a_piece_of_another_outlet_is_listed_under_its_own_address() -> None:
    shared = Piece(path="/out/1", title="Shared", url="http://tern.localhost:{port}/news/1?utm_source=gull")
    async with serving(site("gull", pieces=(shared,)), site("tern")) as client:
        feed = await client.get("gull", "/rss.xml")
        assert f"http://tern.localhost:{client.room.port}/news/1?utm_source=gull" in feed.body.decode()


async def test_robots_may_be_missing() -> None:
    async with serving(site(robots=None)) as client:
        assert (await client.get("gull", "/robots.txt")).status == 404


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
        client.room.misbehave("gull", "/news/1", Fault(kind=FaultKind.SLOW, delay_s=0.5))
        began = time.monotonic()
        slow = asyncio.create_task(client.get("gull", "/news/1"))
        await client.get("gull", "/news/2")
        assert time.monotonic() - began < 0.4
        assert (await slow).status == 200
        assert time.monotonic() - began >= 0.5


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


async def test_the_log_counts_by_address_and_status_with_time_stamps() -> None:
    async with serving(site()) as client:
        before = time.time()
        etag = (await client.get("gull", "/rss.xml", User_Agent="probe/1")).headers["ETag"]
        await client.get("gull", "/rss.xml", If_None_Match=etag)
        await client.get("gull", "/nothing")
        log = client.room.requests
        assert [(one.target, one.status, one.n) for one in log.tallies()] == [
            ("/nothing", 404, 1),
            ("/rss.xml", 200, 1),
            ("/rss.xml", 304, 1),
        ]
        assert (len(log), log.count(target="/rss.xml"), log.count(status=304)) == (3, 2, 1)
        assert log.of("gull")[0].user_agent == "probe/1"
        assert all(before <= one.at <= time.time() and one.took_s >= 0 for one in log)
        log.clear()
        assert (len(log), list(log)) == (0, [])


async def test_the_log_knows_how_many_were_open_at_once() -> None:
    async with serving(site()) as client:
        client.room.misbehave("gull", "*", Fault(kind=FaultKind.SLOW, delay_s=0.2))
        await asyncio.gather(*[client.get("gull", f"/news/{i}") for i in range(3)])
        assert client.room.requests.most_at_once("gull") == 3


async def test_head_has_the_length_and_no_body_and_other_methods_are_refused() -> None:
    async with serving(site()) as client:
        page = await client.get("gull", "/news/1")
        head = await client.get("gull", "/news/1", method="HEAD")
        assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(page.body)))
        assert (await client.get("gull", "/news/1", method="POST")).status == 405


async def raw(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    got = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    return got


async def test_requests_in_one_breath_are_answered_in_order_on_one_connection() -> None:
    async with serving(site()) as client:
        client.room.misbehave("gull", "/news/0", Fault(kind=FaultKind.SLOW, delay_s=0.1))
        ask = "GET /news/{} HTTP/1.1\r\nHost: gull.localhost\r\n{}\r\n"
        sent = ask.format(0, "") + ask.format(1, "") + ask.format(2, "Connection: close\r\n")
        got = await raw(client.room.port, sent.encode())
        assert [got.index(b"First of %d" % i) for i in range(3)] == sorted(
            got.index(b"First of %d" % i) for i in range(3)
        )
        assert got.count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"nonsense\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nX: " + b"x" * 70000, b"431"), (b"GET /\r\n\r\n", b"400")],
)
async def test_what_is_no_http_is_refused_and_the_room_goes_on(sent: bytes, status: bytes) -> None:
    async with serving(site()) as client:
        assert (await raw(client.room.port, sent)).startswith(b"HTTP/1.1 " + status)
        assert (await client.get("gull")).status == 200


async def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"port: {port}: .*--port"):
            await Newsroom([], port=port).__aenter__()


async def test_an_unknown_site_is_named() -> None:
    async with serving(site()) as client:
        with pytest.raises(NotFoundError, match="auk"):
            client.room.url("auk")


async def test_leaving_closes_the_port_and_idle_and_waiting_connections() -> None:
    async with aiohttp.ClientSession() as session:
        async with Newsroom([site()]) as room:
            client = Client(session, room)
            room.misbehave("gull", "/news/1", Fault(kind=FaultKind.SLOW, delay_s=60))
            await client.get("gull")
            waiting = asyncio.create_task(client.get("gull", "/news/1"))
            while room.requests.most_at_once("gull") < 1 or len(room._connections) < 1:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
        with pytest.raises(aiohttp.ClientConnectionError):
            await waiting
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.get("gull")
