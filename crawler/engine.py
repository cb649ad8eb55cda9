"""One long-lived Scrapy engine: opened once a process, fed through a queue, closed without waiting for outlets.

It knows tickets and nothing of redirects, robots.txt or pacing.
"""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

from aiohttp.abc import AbstractResolver
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner

from crawler.config import CrawlerConfig
from crawler.settings import scrapy_settings
from crawler.spiders.doors import DoorSpider
from crawler.ticket import Ticket
from news.errors import WirewatchError
from news.model import FetchFailure, Page

log = logging.getLogger(__name__)


class EngineStoppedError(WirewatchError):
    """The engine ended by itself. Remedy: the worker must be started again; the log says what happened."""


class Engine:
    """Scrapy's engine as an async context manager.

    Args:
        config: How to fetch.
        resolver: Stands in for ours; tests use it.
    """

    def __init__(self, config: CrawlerConfig, resolver: AbstractResolver | None = None) -> None:
        self._config = config
        self._resolver = resolver
        self._tickets: asyncio.Queue[Ticket] = asyncio.Queue()
        self._open: set[Ticket] = set()
        self._slots: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        # Scrapy tells its settings and its spiders' comings and goings at info: ours to tell, if at all.
        logging.getLogger("scrapy").setLevel(logging.WARNING)
        runner = AsyncCrawlerRunner(scrapy_settings(self._config))
        self._crawler = runner.create_crawler(DoorSpider)
        opened = asyncio.Event()

        def note_opened() -> None:
            opened.set()

        self._crawler.signals.connect(note_opened, signals.spider_opened)
        self._run = runner.crawl(self._crawler, tickets=self._tickets, resolver=self._resolver)
        self._run.add_done_callback(self._end_open_tickets)
        waiting = asyncio.create_task(opened.wait())
        try:
            await asyncio.wait({waiting, self._run}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if self._run.done():
            await self._run
            raise EngineStoppedError("crawler: the engine: it ended at its start")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for ticket in list(self._open):
            ticket.abort()
        await self._crawler.stop_async()
        await self._run

    async def ask(self, ticket: Ticket) -> Page | FetchFailure:
        """Send one request and wait for its answer, of whatever status. Cancelling hangs up.

        Requests to one host wait for each other here: Scrapy counts a transfer when its task starts, not when it is
        made, and lets a burst through.

        Raises:
            EngineStoppedError: The engine is not running any more.
        """
        async with self._slots.setdefault(ticket.slot, asyncio.Lock()):
            if self._run.done():
                raise EngineStoppedError("crawler: the engine: it is not running")
            self._open.add(ticket)
            self._tickets.put_nowait(ticket)
            try:
                return await ticket.answer
            finally:
                self._open.discard(ticket)
                if not ticket.answer.done() or ticket.answer.cancelled():
                    ticket.abort()

    def _end_open_tickets(self, run: asyncio.Task[None]) -> None:
        """Leave nobody waiting for an engine that is gone."""
        for ticket in list(self._open):
            ticket.fail(EngineStoppedError("crawler: the engine: it ended while a request was open"))
