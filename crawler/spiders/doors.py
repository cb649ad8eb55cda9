"""The spider that knocks at every kind of door: tickets in, pages out, for as long as the engine runs.

What differs from door to door (bytes, headers) stands on the ticket, so one spider serves them all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp.abc import AbstractResolver
from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.handler import FetchFailedError
from crawler.ticket import Ticket
from news.model import FetchFailure, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The item: an answer, and the ticket it belongs to."""

    ticket: Ticket
    answer: Page | FetchFailure


class DoorSpider(Spider):
    """Feeds the engine from a queue.

    Args:
        tickets: What is to be asked. The engine never goes idle while it waits for the next.
        resolver: Stands in for ours; tests use it.
    """

    name = "doors"

    def __init__(self, *, tickets: asyncio.Queue[Ticket], resolver: AbstractResolver | None = None) -> None:
        super().__init__()
        self.tickets = tickets
        self.resolver = resolver

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each ticket, for ever."""
        while True:
            ticket = await self.tickets.get()
            yield Request(
                ticket.url,
                callback=self.read_answer,
                errback=self.read_failure,
                meta={"ticket": ticket, "download_slot": ticket.slot, "verbatim_url": True},
                dont_filter=True,
            )

    def read_answer(self, response: Response) -> Iterator[Delivery]:
        """Yield the answer as a page, whatever its status."""
        ticket: Ticket = response.meta["ticket"]
        page = Page(
            requested_url=ticket.requested_url,
            final_url=ticket.url,
            status=response.status,
            headers={_text(name).lower(): ", ".join(map(_text, values)) for name, values in response.headers.items()},
            body=response.body,
            fetched_at=datetime.now(UTC),
        )
        yield Delivery(ticket=ticket, answer=page)

    def read_failure(self, failure: Failure) -> Iterator[Delivery]:
        """Yield an outlet's failure; hand a mistake of ours to whoever waits, as the exception it is."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        ticket: Ticket = request.meta["ticket"]
        error = failure.value
        if isinstance(error, FetchFailedError):
            yield Delivery(ticket=ticket, answer=error.failure)
        elif error is not None:
            ticket.fail(error)


def _text(line: bytes) -> str:
    """Decode a header: UTF-8 as most write it, else Latin-1 as the RFC has it; NUL would not pass the database."""
    try:
        return line.decode().replace("\x00", "")
    except UnicodeDecodeError:
        return line.decode("latin-1").replace("\x00", "")
