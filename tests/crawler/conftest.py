"""Fixtures of the crawler's tests: a hostile outlet, an internal service, and a real fetcher between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from gated import Reader, Worker
from hostile_server import PUBLIC, HostileServer
from open_gate import OpenGate

from crawler.config import CrawlerConfig
from crawler.fetcher import Fetcher
from crawler.gate import HostGate
from store.config import StoreConfig
from store.database import Database, open_database


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


@pytest.fixture
async def database(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(StoreConfig(home=tmp_path, database_url=database_url), migrate=False) as opened:
        yield opened


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
async def worker(database: Database, reader: Reader) -> AsyncIterator[Worker]:
    """Return what opens a fetcher behind a gate of its own, as another worker would have."""
    opened: list[Fetcher] = []

    async def open_worker(**changes: Any) -> Fetcher:
        values: dict[str, Any] = {"allow_networks": PUBLIC, "delay_s": 0.0, "timeout_s": 2.0} | changes
        config = CrawlerConfig(**values)
        fetcher = Fetcher(config, HostGate(database, config, reader))
        opened.append(await fetcher.__aenter__())
        return fetcher

    yield open_worker
    for fetcher in opened:
        await fetcher.__aexit__(None, None, None)
