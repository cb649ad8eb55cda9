"""A web server that means no good, on loopback. Tests import it; `python hostile_server.py` runs it by itself.

Each path misbehaves in its own way; what was asked is remembered. It speaks raw TCP, because no library would.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ipaddress
import sys
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Self

import brotli
import zstandard

MIB = 1024 * 1024
PAGE = "<html><body><p>Новости</p></body></html>".encode()
SECRET = b"SECRET-INTERNAL"
PUBLIC = (ipaddress.ip_network("127.0.1.0/24"),)
"""Stands for the public internet in these tests; the rest of 127/8 is as private as ever."""

BOMB_MIB = 1024


def answer(
    body: bytes = PAGE,
    *,
    status: str = "200 OK",
    headers: dict[str, str] | None = None,
    content_type: str = "text/html",
    close: bool = False,
) -> bytes:
    """Return a well-formed answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if close:
        lines.append("Connection: close")
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    """Return a redirect."""
    return answer(b"", status=status, headers={"Location": location})


def bomb(kind: str, mib: int = BOMB_MIB) -> bytes:
    """Return `mib` MiB of zeros, packed. Made of repeated blocks, so that making it costs nothing."""
    zeros = bytes(MIB)
    if kind == "zstd":
        frame: bytes = zstandard.ZstdCompressor(level=3).compress(zeros * 64)
        return frame * (mib // 64)
    if kind == "br":
        packer = brotli.Compressor(quality=1, lgwin=22)
        packed: bytes = b"".join(packer.process(zeros) for _ in range(mib)) + packer.finish()
        return packed
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" if kind == "gzip" else b"\x78\x9c"
    return head + block * mib


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as received."""

    path: str
    query: str
    host: str
    headers: dict[str, str]


Writer = asyncio.StreamWriter
Route = Callable[[Asked, Writer], Awaitable[None] | None]


@dataclass(slots=True)
class HostileServer:
    """Listens on loopback addresses; an async context manager.

    Attributes:
        addresses: Where it listens, all on one port.
        routes: Path to what it does; tests may add their own.
        asked: Every request so far.
    """

    addresses: tuple[str, ...] = ("127.0.1.1",)
    port: int = 0
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    n_connections: int = 0
    _servers: list[asyncio.Server] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        for address in self.addresses:
            server = await asyncio.start_server(self._serve, address, self.port, limit=MIB)
            self._servers.append(server)
            self.port = server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, path: str, host: str | None = None) -> str:
        """Return the URL of a path."""
        return f"http://{host or self.addresses[0]}:{self.port}{path}"

    def hits(self) -> Counter[str]:
        """Return how often each path was asked."""
        return Counter(asked.path for asked in self.asked)

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.n_connections += 1
        try:
            while True:
                asked = _read_head(await reader.readuntil(b"\r\n\r\n"))
                self.asked.append(asked)
                route = self.routes.get(asked.path) or ROUTES.get(asked.path) or _not_found
                waiting = route(asked, writer)
                if waiting is not None:
                    await waiting
                    return
                await writer.drain()
                if asked.path in HANGS_UP:
                    return
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            return  # also when the test is over: Python 3.11 would log a cancelled connection as an error
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def _read_head(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    path, _, query = first.split(" ")[1].partition("?")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(path=path, query=query, host=headers.get("host", ""), headers=headers)


ROUTES: dict[str, Route] = {}
HANGS_UP: set[str] = set()


def says(path: str, raw: bytes | Callable[[Asked], bytes], *, hangs_up: bool = False) -> None:
    """Register a path that answers at once."""

    def route(asked: Asked, writer: Writer) -> None:
        writer.write(raw(asked) if callable(raw) else raw)

    ROUTES[path] = route
    if hangs_up:
        HANGS_UP.add(path)


def drips(path: str, first: bytes, rest: bytes, pause_s: float) -> None:
    """Register a path that never ends: `rest` again and again."""

    async def route(asked: Asked, writer: Writer) -> None:
        writer.write(first)
        while True:
            writer.write(rest)
            await writer.drain()
            await asyncio.sleep(pause_s)

    ROUTES[path] = route


def _not_found(asked: Asked, writer: Writer) -> None:
    writer.write(answer(b"no such page", status="404 Not Found"))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

says("/ok", answer())
says("/empty", answer(b""))
says("/secret", answer(SECRET))
says("/echo", lambda asked: answer(repr(asked.headers).encode()))
for _kind in ("gzip", "deflate", "br", "zstd"):
    says(f"/bomb/{_kind}", partial(lambda kind, asked: answer(bomb(kind), headers={"Content-Encoding": kind}), _kind))
says(
    "/bomb/gzip-of-gzip",
    lambda asked: answer(gzip.compress(bomb("gzip")), headers={"Content-Encoding": "gzip, gzip"}),
)
says("/bomb/many-layers", answer(gzip.compress(PAGE), headers={"Content-Encoding": ", ".join(["gzip"] * 2000)}))
says("/unpack/unknown", answer(PAGE, headers={"Content-Encoding": "compress"}))
says("/unpack/broken", answer(b"this is not gzip", headers={"Content-Encoding": "gzip"}))
says("/unpack/cut", answer(gzip.compress(PAGE * 1000)[:-20], headers={"Content-Encoding": "gzip"}))
says("/unpack/members", answer(gzip.compress(b"") * 100_000, headers={"Content-Encoding": "gzip"}))

drips("/endless/body", HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"a" * 65536 + b"\r\n", 0)
drips("/endless/headers", b"HTTP/1.1 200 OK\r\n", b"".join(b"X-A: " + b"b" * 1000 + b"\r\n" for _ in range(64)), 0)
drips("/endless/header", b"HTTP/1.1 200 OK\r\nX-A: ", b"b" * 65536, 0)
drips("/endless/continue", b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0)
drips("/slow/body", HEAD + b"\r\n", b"a", 0.2)
drips("/slow/headers", b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.2)
drips("/silent", b"", b"", 3600)

says("/length/10g", HEAD + b"Content-Length: 10737418240\r\n\r\nabc")
says("/length/negative", HEAD + b"Content-Length: -5\r\n\r\nabc", hangs_up=True)
says("/length/huge", HEAD + b"Content-Length: 99999999999999999999999999\r\n\r\nabc", hangs_up=True)
says("/length/two", HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", hangs_up=True)
says("/length/too-long", HEAD + b"Content-Length: 5000\r\n\r\n" + PAGE, hangs_up=True)
says("/length/too-short", HEAD + b"Content-Length: 3\r\n\r\n" + PAGE, hangs_up=True)
says("/chunks/bad", HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\nabc\r\n0\r\n\r\n", hangs_up=True)
says("/chunks/cut", HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", hangs_up=True)
says(
    "/headers/million",
    lambda asked: b"HTTP/1.1 200 OK\r\n" + b"X-A: a\r\n" * 1_000_000 + b"Content-Length: 0\r\n\r\n",
    hangs_up=True,
)
says(
    "/headers/fat",
    lambda asked: HEAD + (b"X-A: " + b"a" * 20_000 + b"\r\n") * 20 + b"Content-Length: 0\r\n\r\n",
    hangs_up=True,
)
says("/headers/cookies", HEAD + (b"Set-Cookie: c=" + b"v" * 2000 + b"\r\n") * 100 + b"Content-Length: 2\r\n\r\nok")
says("/headers/bytes", HEAD + b"X-A: \xff\xfe\xcf\r\nX-B: \xd0\xbd\r\nX-B: 2\r\nContent-Length: 2\r\n\r\nok")
says("/http09", PAGE, hangs_up=True)
says("/garbage", b"\x00\xff" * 1000, hangs_up=True)
says("/hangs-up", b"", hangs_up=True)
says("/continue", b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000 + answer())
says("/upgrade", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc", hangs_up=True)

says(
    "/status",
    lambda asked: (
        f"HTTP/1.1 {asked.query} X\r\nConnection: close\r\n\r\n".encode()
        if asked.query in ("204", "304")
        else answer(status=f"{asked.query} X", close=True)
    ),
    hangs_up=True,
)
says("/wait", lambda asked: answer(b"", status="503 Busy", headers={"Retry-After": asked.query.replace("+", " ")}))
says("/busy", answer(b"", status="429 Too Many Requests", headers={"Retry-After": "120"}))
says("/to", lambda asked: redirect(asked.query))
says("/hop", lambda asked: redirect(f"/hop?{int(asked.query) - 1}" if asked.query != "0" else "/ok", "307 X"))
says("/circle/a", redirect("/circle/b"))
says("/circle/b", redirect("/circle/a"))
says("/grow", lambda asked: redirect(f"/grow?{asked.query}a"))
says("/refresh", answer(b'<meta http-equiv="refresh" content="0; url=/secret">'))
says(
    "/validators",
    lambda asked: (
        answer(b"", status="304 Not Modified", headers={"ETag": '"v1"', "Cache-Control": "max-age=60"})
        if asked.headers.get("if-none-match") == '"v1"'
        or asked.headers.get("if-modified-since") == "Mon, 23 Nov 2026 00:00:00 GMT"
        else answer(headers={"ETag": '"v1"', "Last-Modified": "Mon, 23 Nov 2026 00:00:00 GMT"})
    ),
)
says("/errors/cut", b"HTTP/1.1 404 X\r\nContent-Length: 500\r\n\r\nabc", hangs_up=True)
says("/errors/unpackable", answer(b"no gzip", status="404 X", headers={"Content-Encoding": "gzip, x, y, z"}))
says("/errors/huge", lambda asked: answer(b"x" * (60 * MIB), status="500 X"))
drips("/errors/endless", b"HTTP/1.1 403 X\r\n\r\n", b"a" * 65536, 0)
drips("/errors/slow", b"HTTP/1.1 410 X\r\n\r\n", b"a", 0.2)
says("/unchanged", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n")
says("/cookie/set", answer(headers={"Set-Cookie": "a=b; Path=/"}))


@contextlib.asynccontextmanager
async def listening(*addresses: str) -> AsyncIterator[HostileServer]:
    """Serve on these addresses for the while."""
    async with HostileServer(addresses=addresses) as server:
        yield server


async def main() -> None:
    """Serve until killed, telling the port on stdout: for measurements in another process."""
    async with HostileServer(addresses=tuple(sys.argv[1:]) or ("127.0.1.1",)) as server:
        print(server.port, flush=True)
        while True:
            server.asked.clear()
            await asyncio.sleep(1)


if __name__ == "__main__":
    asyncio.run(main())
