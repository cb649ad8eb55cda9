"""The crawler's one verb: fetch. Follows redirects hop by hop, each through the gate, and keeps the deadline.

What an outlet does wrong comes back as a value. How a request is sent is the engine's, whether it may be sent the
gate's, what an answer means stands in answers.py.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

import ada_url
from aiohttp.abc import AbstractResolver

from crawler.answers import NotModified, Redirect, judge
from crawler.bodies import ACCEPT_ENCODING
from crawler.config import CrawlerConfig
from crawler.doors import ACCEPT, Door
from crawler.engine import Engine
from crawler.room import Hold
from crawler.ticket import Ticket
from news.errors import BadURLError
from news.model import FailureKind, FetchFailure, Page
from news.text import clean_text
from news.urls import clean_url, host_name

__all__ = ["Door", "Fetch", "Fetcher", "Gate", "NotModified"]

Fetched = Page | NotModified | FetchFailure
Fetch = Callable[[str, Door], Awaitable[Fetched]]

_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")
"""What we send back of an ETag or a date. One with other letters is a fault of the outlet: asked unconditionally."""


_CLOSING = FetchFailure(kind=FailureKind.BUSY, reason="the crawler is stopping")
"""As good as a turn that did not come: it says nothing about the outlet and counts as no attempt."""


class Gate(Protocol):
    """Says whether a request may be sent, and when."""

    async def admit(self, url: str, door: Door) -> FetchFailure | None:
        """Wait for the host's turn; return why not, if the request may not be sent."""


@runtime_checkable
class AskingGate(Gate, Protocol):
    """A gate that has to ask outlets itself, for their robots.txt."""

    def ask_with(self, fetch: Fetch) -> None:
        """Take the function that asks."""


@dataclass(slots=True, kw_only=True)
class _Errand:
    """One fetch on its way over several hops."""

    requested_url: str
    door: Door
    headers: dict[str, str]
    left_s: float
    hold: Hold | None

    @property
    def conditional(self) -> bool:
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


class Fetcher:
    """Fetches from outlets; an async context manager. Open one a process: it holds the engine and its connections.

    Args:
        config: How to fetch.
        gate: Admits each request, redirects included.
        resolver: Stands in for the system's; tests use it.
    """

    def __init__(self, config: CrawlerConfig, gate: Gate, *, resolver: AbstractResolver | None = None) -> None:
        self._config = config
        self._gate = gate
        self._engine = Engine(config, resolver)
        self._open: set[asyncio.Timeout] = set()
        self._closing = False
        if isinstance(gate, AskingGate):
            gate.ask_with(self.fetch)

    async def __aenter__(self) -> Self:
        await self._engine.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close at once: open fetches end with a failure that says so."""
        self._closing = True
        now = asyncio.get_running_loop().time()
        for scope in self._open:
            scope.reschedule(now)
        await self._engine.__aexit__(kind, error, trace)

    async def fetch(
        self,
        url: str,
        door: Door,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        hold: Hold | None = None,
    ) -> Page | NotModified | FetchFailure:
        """Fetch one URL.

        Args:
            url: Absolute, http or https.
            door: What is expected there; it decides how many bytes are taken.
            etag: Validator of an earlier answer, sent back so that an unchanged page costs nothing.
            last_modified: The same, by date.
            hold: Takes a place in the room for large bodies, should this be one; the caller gives it back.

        Returns:
            A page only for a complete 2xx answer; the body may be empty. `NotModified` only when a validator was
            given. A failure never speaks of a page half received.

        Raises:
            EngineStoppedError: The engine ended by itself. An outlet's fault is never raised.
        """
        if self._closing:
            return _CLOSING
        errand = _Errand(
            requested_url=url,
            door=door,
            headers=self._headers(door, etag, last_modified),
            left_s=self._config.timeout_s,
            hold=hold,
        )
        try:
            async with asyncio.timeout(None) as scope:
                self._open.add(scope)
                try:
                    return await self._follow(errand)
                finally:
                    self._open.discard(scope)
        except TimeoutError:
            if scope.expired():
                return _CLOSING
            raise

    def _headers(self, door: Door, etag: str | None, last_modified: str | None) -> dict[str, str]:
        headers = {
            "User-Agent": self._config.user_agent,
            "Accept": ACCEPT[door],
            "Accept-Encoding": ACCEPT_ENCODING,
        }
        if etag and _VALIDATOR.fullmatch(etag):
            headers["If-None-Match"] = etag
        if last_modified and _VALIDATOR.fullmatch(last_modified):
            headers["If-Modified-Since"] = last_modified
        return headers

    async def _follow(self, errand: _Errand) -> Fetched:
        """Ask, and ask where the outlet sends us, until it answers."""
        try:
            url = _fetchable(errand.requested_url)
        except BadURLError as error:
            return FetchFailure(kind=FailureKind.BAD_URL, reason=str(error), lasting=True)
        seen = {url}
        while True:
            outcome = await self._ask(errand, url)
            if not isinstance(outcome, Redirect):
                return outcome
            target = _redirect_target(outcome, url)
            if isinstance(target, FetchFailure):
                return target
            if target in seen:
                return _lost(url, "redirects in a circle")
            if len(seen) > self._config.max_redirects:
                return _lost(url, f"redirects more than {self._config.max_redirects} times")
            seen.add(target)
            url = target

    async def _ask(self, errand: _Errand, url: str) -> Fetched | Redirect:
        refusal = await self._gate.admit(url, errand.door)
        if refusal is not None:
            return replace(refusal, host=host_name(url))
        ticket = Ticket(
            url=url,
            requested_url=errand.requested_url,
            slot=host_name(url),
            headers=errand.headers,
            max_bytes=self._config.max_bytes(errand.door),
            cut=errand.door is Door.ROBOTS,
            budget_s=errand.left_s,
            hold=errand.hold,
        )
        answer = await self._engine.ask(ticket)
        errand.left_s = max(errand.left_s - ticket.spent_s, 0.0)
        if isinstance(answer, Page):
            outcome = judge(answer, conditional=errand.conditional, now=datetime.now(UTC))
            if not isinstance(outcome, FetchFailure):
                return outcome
            answer = outcome
        return replace(answer, reason=f"{ticket.slot}: {answer.reason}", host=ticket.slot)


def _fetchable(text: str, base: str | None = None) -> str:
    """Return the URL as WHATWG writes it.

    Raises:
        BadURLError: It is no http(s) URL, or carries a user name or password: those are not ours to send.
    """
    url = clean_url(text, base)
    if "@" in text and _names_a_user(text.encode(errors="replace").decode(), base):
        raise BadURLError(f"address: {host_name(url)}: with a user name or password, which we do not send")
    return url


def _names_a_user(text: str, base: str | None) -> bool:
    parsed = ada_url.URL(text, base) if base else ada_url.URL(text)
    return bool(parsed.username or parsed.password)


def _redirect_target(redirect: Redirect, url: str) -> str | FetchFailure:
    try:
        return _fetchable(redirect.location, url)
    except BadURLError:
        shown = (clean_text(redirect.location) or "nowhere")[:200]
        return FetchFailure(
            kind=FailureKind.BAD_URL,
            reason=f"{host_name(url)}: redirects to {shown}, which is not fetched",
            host=host_name(url),
        )


def _lost(url: str, how: str) -> FetchFailure:
    return FetchFailure(kind=FailureKind.REDIRECTS, reason=f"{host_name(url)}: {how}", host=host_name(url))
