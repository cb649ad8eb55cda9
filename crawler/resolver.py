"""Turns host names into addresses: the names that the config fixes first, then the system's resolver.

It decides nothing about safety: the guard looks at the address when it is dialled.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

DNS_TIMEOUT_S = 10.0
"""A name that takes longer is taken for lost; the system's resolver would go on for half a minute."""

_THREADS = 16
"""`getaddrinfo` blocks its thread. The loop's own executor has six on two cores: dead names would starve live ones."""


class Resolver(AbstractResolver):
    """Names to addresses.

    Args:
        fixed: Pairs of name and address; `*.name` stands for every name below `name`. The first that fits wins.
    """

    def __init__(self, fixed: Sequence[tuple[str, str]] = ()) -> None:
        self._fixed = tuple(fixed)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="resolver")

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
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(DNS_TIMEOUT_S):
                found = await loop.run_in_executor(
                    self._threads, socket.getaddrinfo, host, port, family, socket.SOCK_STREAM
                )
        except TimeoutError as error:
            raise OSError(f"no answer about the name in {DNS_TIMEOUT_S:g} s") from error
        except UnicodeError as error:
            raise OSError(f"no host name: {error}") from error
        return [_result(host, _numeric(sockaddr), port) for *_, sockaddr in found]

    def _fixed_address(self, host: str) -> str | None:
        host = host.lower().rstrip(".")
        for name, address in self._fixed:
            if host == name or (name.startswith("*.") and host.endswith(name[1:])):
                return address
        return None

    async def close(self) -> None:
        """Let the threads end; one that still waits for an answer is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


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
