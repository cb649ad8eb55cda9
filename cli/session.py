"""What one run of the command line works with: its settings, the configs made from them, and where its log goes.

Opening a database or a kit is the rooms' own; here is only which config they get.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.safe import one_line

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from alerts.config import AlertsConfig
    from crawler.config import CrawlerConfig
    from news.settings import Settings
    from scheduler.config import SchedulerConfig
    from scheduler.kit import Kit
    from store.config import StoreConfig
    from store.database import Database

T = TypeVar("T")

_STANDARD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class Session:
    """The settings of this run, read when first asked for: `--help` needs none."""

    def __init__(self, *, debug: bool = False, settings: Settings | None = None) -> None:
        self.debug = debug
        self._given = settings

    @cached_property
    def settings(self) -> Settings:
        """The settings; unknown ones are told on stderr, once."""
        from cli.settings import read_settings

        return self._given or read_settings(warn=lambda text: click.echo(f"wirewatch: {one_line(text)}", err=True))

    @cached_property
    def store(self) -> StoreConfig:
        """Which database."""
        from store.config import StoreConfig

        return StoreConfig.from_settings(self.settings)

    @cached_property
    def crawler(self) -> CrawlerConfig:
        """How to fetch."""
        from crawler.config import CrawlerConfig

        return CrawlerConfig.from_settings(self.settings)

    @cached_property
    def scheduler(self) -> SchedulerConfig:
        """How often, how much at once."""
        from scheduler.config import SchedulerConfig

        return SchedulerConfig.from_settings(self.settings)

    @cached_property
    def alerts(self) -> AlertsConfig:
        """How to deliver."""
        from alerts.config import AlertsConfig

        return AlertsConfig.from_settings(self.settings)

    def open_database(self) -> AbstractAsyncContextManager[Database]:
        """Return the database, to be entered; it is made and migrated where needed."""
        from store.database import open_database

        return open_database(self.store)

    def open_kit(self) -> AbstractAsyncContextManager[Kit]:
        """Return database, fetcher and parse children, to be entered."""
        from scheduler.kit import open_kit

        return open_kit(self.store, self.crawler, self.scheduler)


def current() -> Session:
    """Return the session of the running command."""
    session = click.get_current_context().find_object(Session)
    assert session is not None
    return session


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run the asynchronous part of a command; Ctrl-C cancels it and waits for its clean end."""
    return asyncio.run(work)


def log_to_stderr(level: str) -> None:
    """Log to stderr from this level on: a line each, facts as `key=value`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Their lines repeat ours, or hold bodies and statements.
    for noisy in (
        "procrastinate",
        "apscheduler",
        "psycopg",
        "asyncio",
        "scrapy",
        "trafilatura",
        "htmldate",
        "urllib3",
        "charset_normalizer",
    ):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


class LineFormatter(logging.Formatter):
    """Time, level, logger, constant message, then the facts; safe on a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback below it where there is one."""
        facts = " ".join(
            f"{key}={one_line(str(value))}" for key, value in record.__dict__.items() if key not in _STANDARD_FIELDS
        )
        moment = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        line = f"{moment} {record.levelname.lower():7} {record.name}: {one_line(record.getMessage())} {facts}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line
