"""The fetcher against an outlet: pages, validators, redirects, statuses, what is sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hostile_server import PAGE, HostileServer, answer
from open_gate import OpenGate

from crawler.doors import Door
from crawler.fetcher import Fetcher, NotModified
from news.model import FailureKind, FetchFailure, Page

MODIFIED = "Mon, 23 Nov 2026 00:00:00 GMT"


async def test_a_page_comes_with_its_status_headers_and_bytes(fetcher: Fetcher, outlet: HostileServer) -> None:
    page = await fetcher.fetch(outlet.url("/ok"), Door.PAGE)
    assert isinstance(page, Page)
    assert (page.status, page.body) == (200, PAGE)
    assert page.requested_url == page.final_url == outlet.url("/ok")
    assert page.headers["content-type"] == "text/html"
    assert page.fetched_at.tzinfo is not None


async def test_an_empty_200_is_a_page(fetcher: Fetcher, outlet: HostileServer) -> None:
    page = await fetcher.fetch(outlet.url("/empty"), Door.PAGE)
    assert isinstance(page, Page)
    assert page.body == b""


async def test_headers_have_lower_case_names_join_repeats_and_are_storable(
    fetcher: Fetcher, outlet: HostileServer
) -> None:
    page = await fetcher.fetch(outlet.url("/headers/bytes"), Door.PAGE)
    assert isinstance(page, Page)
    assert page.headers["x-a"] == "ÿþÏ"
    assert page.headers["x-b"] == "н, 2"


@pytest.mark.parametrize("status", [200, 203, 204, 205, 226])
async def test_any_complete_2xx_is_a_page(fetcher: Fetcher, outlet: HostileServer, status: int) -> None:
    page = await fetcher.fetch(outlet.url(f"/status?{status}"), Door.PAGE)
    assert isinstance(page, Page)
    assert page.status == status


async def test_validators_are_sent_back_and_a_304_is_no_page(fetcher: Fetcher, outlet: HostileServer) -> None:
    url = outlet.url("/validators")
    by_etag = await fetcher.fetch(url, Door.FEED, etag='"v1"')
    by_date = await fetcher.fetch(url, Door.FEED, last_modified=MODIFIED)
    changed = await fetcher.fetch(url, Door.FEED, etag='"v0"')
    assert isinstance(by_etag, NotModified)
    assert isinstance(by_date, NotModified)
    assert isinstance(changed, Page)
    assert by_etag.headers["cache-control"] == "max-age=60"
    assert by_etag.final_url == url


async def test_validators_survive_a_redirect(fetcher: Fetcher, outlet: HostileServer) -> None:
    found = await fetcher.fetch(outlet.url("/to?/validators"), Door.FEED, etag='"v1"')
    assert isinstance(found, NotModified)
    assert found.requested_url == outlet.url("/to?/validators")
    assert found.final_url == outlet.url("/validators")


async def test_a_304_to_a_request_without_a_condition_is_a_failure(fetcher: Fetcher, outlet: HostileServer) -> None:
    found = await fetcher.fetch(outlet.url("/status?304"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert (found.kind, found.status) == (FailureKind.HTTP, 304)


@pytest.mark.parametrize("etag", ['"a\r\nX-Evil: 1"', '"\u0430"', "x" * 5000, '"\x00"'])
async def test_a_validator_that_no_header_can_carry_is_left_out(
    fetcher: Fetcher, outlet: HostileServer, etag: str
) -> None:
    page = await fetcher.fetch(outlet.url("/ok"), Door.PAGE, etag=etag, last_modified=etag)
    assert isinstance(page, Page)
    assert not {"if-none-match", "if-modified-since", "x-evil"} & outlet.asked[-1].headers.keys()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(fetcher: Fetcher, outlet: HostileServer, gate: OpenGate, status: int) -> None:
    outlet.routes["/moved"] = lambda asked, writer: writer.write(
        answer(b"", status=f"{status} X", headers={"Location": "/ok"})
    )
    page = await fetcher.fetch(outlet.url("/moved"), Door.FEED)
    assert isinstance(page, Page)
    assert (page.requested_url, page.final_url) == (outlet.url("/moved"), outlet.url("/ok"))
    assert gate.admitted == [(outlet.url("/moved"), Door.FEED), (outlet.url("/ok"), Door.FEED)]


async def test_five_redirects_are_followed_and_a_sixth_is_not(fetcher: Fetcher, outlet: HostileServer) -> None:
    assert isinstance(await fetcher.fetch(outlet.url("/hop?4"), Door.PAGE), Page)
    found = await fetcher.fetch(outlet.url("/hop?5"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.REDIRECTS
    assert outlet.hits()["/hop"] == 5 + 6


@pytest.mark.parametrize(
    ("path", "words"), [("/circle/a", "circle"), ("/to?/to", "more than"), ("/grow?", "more than")]
)
async def test_a_redirect_loop_is_named(fetcher: Fetcher, outlet: HostileServer, path: str, words: str) -> None:
    if path == "/to?/to":
        outlet.routes["/to"] = lambda asked, writer: writer.write(
            answer(b"", status="302 X", headers={"Location": f"/to?{asked.query}x"})
        )
    found = await fetcher.fetch(outlet.url(path), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.REDIRECTS
    assert words in found.reason
    assert "127.0.1.1" in found.reason


async def test_a_meta_refresh_is_not_followed(fetcher: Fetcher, outlet: HostileServer) -> None:
    page = await fetcher.fetch(outlet.url("/refresh"), Door.PAGE)
    assert isinstance(page, Page)
    assert outlet.hits() == {"/refresh": 1}


async def test_nothing_travels_to_the_next_request(fetcher: Fetcher, outlet: HostileServer) -> None:
    await fetcher.fetch(outlet.url("/cookie/set"), Door.PAGE)
    await fetcher.fetch(outlet.url("/to?/echo"), Door.PAGE)
    assert [asked.path for asked in outlet.asked] == ["/cookie/set", "/to", "/echo"]
    for asked in outlet.asked:
        assert not {"cookie", "referer", "authorization", "origin"} & asked.headers.keys()


async def test_we_say_who_we_are_and_what_we_can_unpack(
    open_fetcher: Callable[..., Fetcher], outlet: HostileServer
) -> None:
    async with open_fetcher(user_agent="Wirewatch/9 (+https://owner.example/)") as fetcher:
        await fetcher.fetch(outlet.url("/ok"), Door.FEED)
    headers = outlet.asked[0].headers
    assert headers["user-agent"] == "Wirewatch/9 (+https://owner.example/)"
    assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert "application/rss+xml" in headers["accept"]
    assert headers["host"] == f"127.0.1.1:{outlet.port}"


@pytest.mark.parametrize(
    ("status", "kind", "lasting"),
    [
        (206, FailureKind.HTTP, False),
        (300, FailureKind.HTTP, False),
        (302, FailureKind.HTTP, False),  # without a Location
        (400, FailureKind.HTTP, False),
        (401, FailureKind.HTTP, False),
        (402, FailureKind.HTTP, True),
        (403, FailureKind.HTTP, False),
        (404, FailureKind.HTTP, True),
        (410, FailureKind.HTTP, True),
        (418, FailureKind.HTTP, False),
        (429, FailureKind.BUSY, False),
        (451, FailureKind.HTTP, True),
        (500, FailureKind.HTTP, False),
        (503, FailureKind.HTTP, False),  # without a Retry-After
        (999, FailureKind.HTTP, False),
    ],
)
async def test_any_other_status_is_a_failure_that_names_it(
    fetcher: Fetcher, outlet: HostileServer, status: int, kind: FailureKind, lasting: bool
) -> None:
    found = await fetcher.fetch(outlet.url(f"/status?{status}"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert (found.kind, found.status, found.lasting) == (kind, status, lasting)
    assert f"answered {status}" in found.reason


async def test_a_busy_outlet_says_how_long(fetcher: Fetcher, outlet: HostileServer) -> None:
    many = await fetcher.fetch(outlet.url("/busy"), Door.PAGE)
    down = await fetcher.fetch(outlet.url("/wait?7"), Door.PAGE)
    assert isinstance(many, FetchFailure)
    assert isinstance(down, FetchFailure)
    assert (many.kind, many.status, many.retry_after_s) == (FailureKind.BUSY, 429, 120.0)
    assert (down.kind, down.status, down.retry_after_s) == (FailureKind.BUSY, 503, 7.0)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "outlet.example",
        "file:///etc/hostname",
        "data:text/html,hi",
        "javascript:alert(1)",
        "ftp://127.0.1.1/",
        "s3://bucket/key",
        "http://",
        "http://[::1",
        "http://a b/",
        "http://x" + "y" * 5000 + "/",
        "http://user@127.0.1.1/",
        "http://user:secret@127.0.1.1/",
        "http://outlet.example/\ud800",
    ],
)
async def test_what_is_no_web_address_is_refused_before_anything_is_sent(
    fetcher: Fetcher, gate: OpenGate, url: str
) -> None:
    found = await fetcher.fetch(url, Door.PAGE)
    assert isinstance(found, FetchFailure)
    if url.endswith("\ud800"):
        assert found.kind is FailureKind.DNS
    else:
        assert (found.kind, found.lasting) == (FailureKind.BAD_URL, True)
        assert gate.admitted == []
    assert "secret" not in found.reason


@pytest.mark.parametrize(
    "location",
    ["file:///etc/hostname", "data:text/html,hi", "javascript:alert(1)", "http://", "http://user:secret@127.0.1.1/"],
)
async def test_a_redirect_to_what_is_no_web_address_is_refused(
    fetcher: Fetcher, outlet: HostileServer, location: str
) -> None:
    found = await fetcher.fetch(outlet.url(f"/to?{location}"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.BAD_URL
    assert outlet.hits() == {"/to": 1}


async def test_a_refusal_of_the_gate_is_handed_on_at_any_hop(
    open_fetcher: Callable[..., Fetcher], outlet: HostileServer, gate: OpenGate
) -> None:
    refusal = FetchFailure(kind=FailureKind.ROBOTS, reason="robots.txt says no", lasting=True)
    gate.refuses[outlet.url("/ok")] = refusal
    async with open_fetcher() as fetcher:
        assert await fetcher.fetch(outlet.url("/to?/ok"), Door.PAGE) == replace(
            refusal, host=f"127.0.1.1:{outlet.port}"
        )
    assert outlet.hits() == {"/to": 1}


async def test_the_deadline_holds_for_all_hops_together(
    open_fetcher: Callable[..., Fetcher], outlet: HostileServer
) -> None:
    async def slow(asked: object, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1.2)
        writer.write(answer(b"", status="302 X", headers={"Location": f"{asked.path}/more"}))  # type: ignore[attr-defined]
        await writer.drain()

    for path in ("/s", "/s/more", "/s/more/more", "/s/more/more/more"):
        outlet.routes[path] = slow
    async with open_fetcher(timeout_s=2.0) as fetcher:
        started_at = time.monotonic()
        found = await fetcher.fetch(outlet.url("/s"), Door.PAGE)
        assert time.monotonic() - started_at < 4
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.TIMEOUT
    assert "within 2 s" in found.reason


async def test_one_request_at_a_time_goes_to_a_host(fetcher: Fetcher, outlet: HostileServer) -> None:
    n_now = n_most = 0

    async def counted(asked: object, writer: asyncio.StreamWriter) -> None:
        nonlocal n_now, n_most
        n_now += 1
        n_most = max(n_most, n_now)
        await asyncio.sleep(0.02)
        n_now -= 1
        writer.write(answer())
        await writer.drain()

    outlet.routes["/counted"] = counted
    await asyncio.gather(*(fetcher.fetch(outlet.url("/counted"), Door.PAGE) for _ in range(10)))
    assert n_most == 1


async def test_a_slow_host_does_not_hold_up_another(fetcher: Fetcher, outlet: HostileServer) -> None:
    slow = [asyncio.create_task(fetcher.fetch(outlet.url("/slow/body"), Door.PAGE)) for _ in range(20)]
    await asyncio.sleep(0.1)
    page = await asyncio.wait_for(fetcher.fetch(outlet.url("/ok", "127.0.1.2"), Door.PAGE), 2)
    assert isinstance(page, Page)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


async def test_the_connection_is_kept_for_the_next_request(fetcher: Fetcher, outlet: HostileServer) -> None:
    for path in ("/ok", "/status?404", "/nothing", "/to?/ok", "/validators"):
        await fetcher.fetch(outlet.url(path), Door.PAGE, etag='"v1"')
    assert outlet.n_connections == 2  # `/status` asks to close
