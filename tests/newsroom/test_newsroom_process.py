"""The newsroom in a child process: started, told what to do, asked, ended."""

import asyncio
import os
import signal
import socket
import sys
import time
from datetime import UTC, datetime

import aiohttp
import pytest

from news.errors import PortInUseError, WirewatchError
from newsroom import Fault, FaultKind, Piece
from newsroom.process import NewsroomProcess

COMMAND = [sys.executable, "-m", "newsroom"]


async def status(child: NewsroomProcess, name: str, path: str) -> int:
    async with aiohttp.ClientSession() as session:
        host = {"Host": f"{name}.localhost:{child.port}"}
        async with session.get(f"http://127.0.0.1:{child.port}{path}", headers=host) as answer:
            await answer.read()
            return answer.status


async def test_a_child_publishes_misbehaves_and_tells_what_was_asked() -> None:
    async with NewsroomProcess(COMMAND) as child:
        name = child.names[0]
        when = datetime(2025, 1, 2, 3, 4, tzinfo=UTC)
        await child.publish(name, Piece(path="/late", title="Late", text="Words.", published_at=when, tags=("a", "b")))
        assert await status(child, name, "/late") == 200
        await child.misbehave(name, "/late", Fault(kind=FaultKind.STATUS, status=429, retry_after="3", times=1))
        assert await status(child, name, "/late") == 429
        await child.misbehave(name, "*", Fault(kind=FaultKind.STATUS, status=500))
        await child.behave(name)
        assert await status(child, name, "/late") == 200
        assert [(one.target, one.status, one.fault) for one in await child.requests(name)] == [
            ("/late", 200, ""),
            ("/late", 429, "status"),
            ("/late", 200, ""),
        ]
        assert [(one.status, one.n) for one in await child.tallies()] == [(200, 2), (429, 1)]
        assert await child.most_at_once(name) == 1
        assert await child.cpu_s() > 0
        await child.clear()
        assert await child.tallies() == []


async def test_an_order_it_cannot_follow_is_said_and_it_goes_on() -> None:
    async with NewsroomProcess(COMMAND) as child:
        with pytest.raises(WirewatchError, match="nowhere"):
            await child.publish("nowhere", Piece(path="/x"))
        assert await child.tallies() == []


async def test_a_port_in_use_is_told_to_the_parent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=str(port)):
            await NewsroomProcess([*COMMAND, "--port", str(port)]).__aenter__()


async def test_it_ends_gracefully_when_its_parent_does_or_at_sigterm() -> None:
    child = NewsroomProcess(COMMAND)
    async with child:
        process = child._process
        assert process is not None
        began = time.monotonic()
    assert process.returncode == 0
    assert time.monotonic() - began < 20
    async with NewsroomProcess(COMMAND) as child:
        process = child._process
        assert process is not None
        os.kill(child.pid, signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 0
        with pytest.raises(WirewatchError):
            await child.tallies()


async def test_for_a_person_it_prints_the_port_and_the_addresses() -> None:
    process = await asyncio.create_subprocess_exec(*COMMAND, "--port", "0", stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    word, port = (await process.stdout.readline()).decode().split()
    assert word == "port"
    assert f".localhost:{port}/  " in (await process.stdout.readline()).decode()
    process.terminate()
    rest = await process.communicate()
    assert process.returncode == 0
    assert rest[0]


async def test_a_port_in_use_is_one_line_for_a_person() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        pipe = asyncio.subprocess.PIPE
        port = str(taken.getsockname()[1])
        process = await asyncio.create_subprocess_exec(*COMMAND, "--port", port, stdout=pipe, stderr=pipe)
        out, err = await process.communicate()
    assert process.returncode == 1
    assert out == b""
    assert err.decode().count("\n") == 1
    assert "--port" in err.decode()
