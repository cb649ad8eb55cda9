"""Turns host names into addresses: the names that the config fixes first, then the system's resolver.

It decides nothing about safety: the guard looks at the address when it is dialled.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Sequence
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

DNS_TIMEOUT_S = 10.0
"""A name that takes longer is taken for lost; the system's resolver would go on for half a minute."""

_LOOK_UPS = 16
"""At a time: `getaddrinfo` blocks its thread. The loop's own executor has six on two cores, and dead names would
starve live ones; its threads, too, are waited for at the end of the process, and these are not."""

AddressInfo = tuple[Any, ...]
"""One of what `getaddrinfo` returns; the last part is the address as the socket takes it."""


class Resolver(AbstractResolver):
    """Names to addresses.

    Args:
        fixed: Pairs of name and address; `*.name` stands for every name below `name`. The first that fits wins.
    """

    def __init__(self, fixed: Sequence[tuple[str, str]] = ()) -> None:
        self._fixed = tuple(fixed)
        self._seats = asyncio.Semaphore(_LOOK_UPS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            OSError: It has none.
        """
        fixed = self._fixed_address(host)
        if fixed is not None:
            return [_result(host, fixed, port)]
        try:
            async with asyncio.timeout(DNS_TIMEOUT_S):
                found = await self._look_up(host, port, family)
        except TimeoutError as error:
            raise OSError(f"no answer about the name in {DNS_TIMEOUT_S:g} s") from error
        except ValueError as error:
            # Python's own words are about its codec.
            raise OSError("it is none: a part of it is empty or too long") from error
        return [_result(host, _numeric(sockaddr), port) for *_, sockaddr in found]

    async def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[AddressInfo]:
        """Ask the system in a thread of its own, which keeps its seat until the system answers."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[AddressInfo]] = loop.create_future()

        def settle(found: list[AddressInfo] | Exception) -> None:
            self._seats.release()
            if answer.done():
                return
            if isinstance(found, Exception):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def ask() -> None:
            found: list[AddressInfo] | Exception
            try:
                found = list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM))
            except (OSError, ValueError) as error:
                found = error
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(settle, found)

        await self._seats.acquire()
        threading.Thread(target=ask, name=f"resolver {host}", daemon=True).start()
        return await answer

    def _fixed_address(self, host: str) -> str | None:
        host = host.lower().rstrip(".")
        for name, address in self._fixed:
            if host == name or (name.startswith("*.") and host.endswith(name[1:])):
                return address
        return None

    async def close(self) -> None:
        """Nothing is held; a thread that still waits for an answer ends by itself."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _numeric(sockaddr: tuple[object, ...]) -> str:
    """Return the address with its zone, which a link-local IPv6 address is meaningless without."""
    address, *rest = sockaddr
    zone = rest[2] if len(rest) == 3 else 0
    return f"{address}%{zone}" if zone else str(address)
