"""The newsroom's HTTP and its port: order, refusals, leaving."""

import asyncio
import socket

import aiohttp
import pytest
from newsroom_client import Client, serving, site

from news.errors import NotFoundError, PortInUseError
from newsroom import Fault, FaultKind, Newsroom


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
