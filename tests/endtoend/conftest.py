"""A kit on a fresh database, with the limits a test chooses: every part is the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from crawler.config import CrawlerConfig
from news.settings import Settings
from scheduler.cadence import Limits
from scheduler.config import SchedulerConfig
from scheduler.kit import Kit, open_kit
from store.config import StoreConfig

SOON = Limits(shortest_s=60, longest_s=3600, unknown_s=60)

OpenKit = Callable[..., AbstractAsyncContextManager[Kit]]


@pytest.fixture
def open_test_kit(database_url: str, tmp_path: Path) -> OpenKit:
    """Opens a kit on the test's database; takes the crawler's timeout and that of a parse child, in seconds."""

    @asynccontextmanager
    async def opener(*, timeout_s: float = 30, parse_timeout_s: float = 20) -> AsyncIterator[Kit]:
        settings = Settings(
            {
                "WIREWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
                "WIREWATCH_RESOLVE": "*.localhost=127.0.0.1",
                "WIREWATCH_DELAY": "0",
                "WIREWATCH_TIMEOUT": str(timeout_s),
            }
        )
        store_config = StoreConfig(home=tmp_path, database_url=database_url)
        config = SchedulerConfig(limits=SOON, parse_timeout_s=parse_timeout_s)
        async with open_kit(store_config, CrawlerConfig.from_settings(settings), config) as kit:
            yield kit

    return opener
