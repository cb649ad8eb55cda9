"""Fixtures of the crawler's tests: a hostile outlet, an internal service, and a real fetcher between them."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from hostile_server import HostileServer
from open_gate import OpenGate

from crawler.config import CrawlerConfig
from crawler.fetcher import Fetcher

PUBLIC = (ipaddress.ip_network("127.0.1.0/24"),)
"""Stands for the public internet; the rest of 127/8 is as private as ever."""


@pytest.fixture
async def outlet() -> AsyncIterator[HostileServer]:
    async with HostileServer(addresses=("127.0.1.1", "127.0.1.2")) as server:
        yield server


@pytest.fixture
async def internal() -> AsyncIterator[HostileServer]:
    """A service that must never be reached."""
    async with HostileServer(addresses=("127.9.9.9", "127.0.0.1", "::1")) as server:
        yield server


@pytest.fixture
def gate() -> OpenGate:
    return OpenGate()


@pytest.fixture
def open_fetcher(gate: OpenGate) -> Callable[..., AbstractAsyncContextManager[Fetcher]]:
    """Return what opens a fetcher with other settings than the usual ones."""

    def opened(**changes: Any) -> Fetcher:
        resolver = changes.pop("resolver", None)
        values: dict[str, Any] = {"allow_networks": PUBLIC, "delay_s": 0.0, "timeout_s": 10.0} | changes
        return Fetcher(CrawlerConfig(**values), gate, resolver=resolver)

    return opened


@pytest.fixture
async def fetcher(open_fetcher: Callable[..., Fetcher]) -> AsyncIterator[Fetcher]:
    async with open_fetcher() as opened:
        yield opened
