"""Large bodies come a few at a time; small ones do not wait for them, and waiting costs no time on the wire."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from hostile_server import HEAD, MIB, Asked, HostileServer, Writer, answer
from open_gate import OpenGate

from crawler.config import CrawlerConfig
from crawler.fetcher import Door, Fetcher
from crawler.room import LARGE_BYTES, Room
from news.model import FailureKind, FetchFailure, Page
from news.settings import Settings

LARGE = answer(b"x" * (3 * MIB))
SMALL = answer(b"x" * (LARGE_BYTES // 2))


@pytest.fixture
def config() -> CrawlerConfig:
    return CrawlerConfig.from_settings(
        Settings(
            {
                "WIREWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
                "WIREWATCH_RESOLVE": "*.localhost=127.0.0.1",
                "WIREWATCH_DELAY": "0",
                "WIREWATCH_TIMEOUT": "1",
            }
        )
    )


def url(server: HostileServer, host: str, path: str) -> str:
    return f"http://{host}.localhost:{server.port}{path}"


async def test_a_second_large_body_waits_until_the_first_was_read_and_small_ones_do_not(config: CrawlerConfig) -> None:
    routes = {"/large": lambda asked, writer: writer.write(LARGE), "/small": lambda asked, writer: writer.write(SMALL)}
    room = Room(1)
    async with (
        HostileServer(addresses=("127.0.0.1",), routes=routes) as server,
        Fetcher(config, OpenGate()) as fetcher,
    ):
        first, second, third = room.hold(), room.hold(), room.hold()
        assert isinstance(await fetcher.fetch(url(server, "a", "/large"), Door.PAGE, hold=first), Page)
        assert first.taken
        waiting = asyncio.create_task(fetcher.fetch(url(server, "b", "/large"), Door.PAGE, hold=second))
        small = await fetcher.fetch(url(server, "c", "/small"), Door.PAGE, hold=third)
        assert isinstance(small, Page)
        assert not third.taken
        await asyncio.sleep(1.3)  # longer than an exchange may take
        assert not waiting.done()
        first.give_back()
        answered = await waiting
        assert isinstance(answered, Page)
        assert len(answered.body) == 3 * MIB
        second.give_back()


async def test_what_is_large_only_when_unpacked_needs_a_place_too(config: CrawlerConfig) -> None:
    packed = answer(gzip.compress(bytes(3 * MIB)), headers={"Content-Encoding": "gzip"})
    assert len(packed) < LARGE_BYTES
    room = Room(1)
    async with (
        HostileServer(addresses=("127.0.0.1",), routes={"/x": lambda asked, writer: writer.write(packed)}) as server,
        Fetcher(config, OpenGate()) as fetcher,
    ):
        with room.hold() as hold:
            assert isinstance(await fetcher.fetch(url(server, "a", "/x"), Door.PAGE, hold=hold), Page)
            assert hold.taken
        assert not hold.taken


async def test_a_large_body_that_stops_coming_still_ends_in_time(config: CrawlerConfig) -> None:
    async def stalls(asked: Asked, writer: Writer) -> None:
        writer.write(HEAD + b"Content-Length: 4000000\r\n\r\n" + b"x" * (2 * MIB))
        await writer.drain()
        await asyncio.sleep(60)

    async with (
        HostileServer(addresses=("127.0.0.1",), routes={"/x": stalls}) as server,
        Fetcher(config, OpenGate()) as fetcher,
    ):
        with Room(1).hold() as hold:
            outcome = await asyncio.wait_for(fetcher.fetch(url(server, "a", "/x"), Door.PAGE, hold=hold), 5)
    assert isinstance(outcome, FetchFailure)
    assert outcome.kind is FailureKind.TIMEOUT


async def test_closing_does_not_wait_for_a_place(config: CrawlerConfig) -> None:
    room = Room(1)
    taken = room.hold()
    await taken.take()
    async with HostileServer(addresses=("127.0.0.1",), routes={"/x": lambda _, writer: writer.write(LARGE)}) as server:
        async with Fetcher(config, OpenGate()) as fetcher:
            waiting = asyncio.create_task(fetcher.fetch(url(server, "a", "/x"), Door.PAGE, hold=room.hold()))
            await asyncio.sleep(0.3)
        assert isinstance(await asyncio.wait_for(waiting, 3), FetchFailure)


async def test_a_place_that_was_handed_on_is_given_back_once() -> None:
    room = Room(1)
    with room.hold() as hold:
        await hold.take()
        give_back = hold.until()
    other = room.hold()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(other.take(), 0.05)
    give_back(None)
    give_back(None)
    await asyncio.wait_for(other.take(), 1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(room.hold().take(), 0.05)
