"""The only place of this room that opens connections, and none to an address that the guard does not allow.

What is said over them is the channels' business.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver

from news.addresses import AddressGuard

CONNECT_TIMEOUT_S = 10.0


class Dialer:
    """Connects to receivers; an async context manager.

    Args:
        guard: Says which addresses may be dialled.
        resolver: Turns names into addresses; the system's where None. It is not closed here.
    """

    def __init__(self, guard: AddressGuard, resolver: AbstractResolver | None = None) -> None:
        self._guard = guard
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._resolver = self._resolver or aiohttp.ThreadedResolver()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP client: it verifies certificates, keeps no cookies and knows no proxy."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    ssl=ssl.create_default_context(),
                    resolver=self._resolver,
                    socket_factory=self._open_socket,
                    # Nothing of an answer's body is read, so no connection can be used twice.
                    force_close=True,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,  # a proxy from the environment would dial for us, past the guard
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S),
            )
        return self._session

    async def connect(self, host: str, port: int, *, guarded: bool) -> socket.socket:
        """Return a connection to the first of a host's addresses that answers.

        Args:
            host: A name or an address.
            port: Where.
            guarded: Whether only public and allowed addresses are dialled; the owner's own server may be anywhere.

        Raises:
            OSError: None answers, or none may be dialled.
        """
        assert self._resolver is not None, "the dialer must be entered first"
        last: OSError = OSError("the host name has no address")
        for found in await self._resolver.resolve(host, port, socket.AF_UNSPEC):
            try:
                if guarded:
                    self._guard.check(found["host"])
                return await _dial(found["family"], (found["host"], port))
            except OSError as error:
                last = error
        raise last

    def _open_socket(self, addr_info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = addr_info
        self._guard.check(str(address[0]))
        return socket.socket(family, kind, protocol)


async def _dial(family: int, address: tuple[str, int]) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setblocking(False)
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            await asyncio.get_running_loop().sock_connect(opened, address)
    except BaseException:
        with contextlib.suppress(OSError):
            opened.close()
        raise
    return opened
