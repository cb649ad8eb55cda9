"""A kit on a fresh database and a newsroom on loopback: every part is the real one."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from crawler.config import CrawlerConfig
from news.settings import Settings
from newsroom.server import Newsroom
from scheduler.cadence import Limits
from scheduler.config import SchedulerConfig
from scheduler.kit import Kit, open_kit
from store.config import StoreConfig
from store.connections import full_conninfo

LOOPBACK = {
    "WIREWATCH_ALLOW_NETWORKS": str(ipaddress.ip_network("127.0.0.0/8")),
    "WIREWATCH_RESOLVE": "*.localhost=127.0.0.1",
    "WIREWATCH_DELAY": "0",
}

QUICK = SchedulerConfig(limits=Limits(shortest_s=60, longest_s=3600, unknown_s=60), n_parse_children=1)

OpenKit = Callable[..., AbstractAsyncContextManager[Kit]]


@pytest.fixture
def open_test_kit(database_url: str, tmp_path: Path) -> OpenKit:
    """Opens a kit on the test's database; as often as wanted, as a restarted process would."""

    @asynccontextmanager
    async def opener(config: SchedulerConfig = QUICK, **settings: str) -> AsyncIterator[Kit]:
        store_config = StoreConfig(home=tmp_path, database_url=database_url)
        crawler_config = CrawlerConfig.from_settings(Settings(LOOPBACK | settings))
        async with open_kit(store_config, crawler_config, config) as kit:
            yield kit

    return opener


@pytest.fixture
async def kit(open_test_kit: OpenKit) -> AsyncIterator[Kit]:
    async with open_test_kit() as opened:
        yield opened


@pytest.fixture
async def own_conn(database_url: str) -> AsyncIterator[AsyncConnection[DictRow]]:
    """A connection as the pool hands it out, to a fresh database: what its transactions write is committed."""
    async with await AsyncConnection.connect(
        full_conninfo(database_url), autocommit=True, row_factory=dict_row
    ) as connection:
        yield connection


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    async with Newsroom() as opened:
        yield opened
