"""Whether a request may be sent, and when: robots.txt, the pacing of hosts, the peace they ask for.

What an answer to `/robots.txt` means stands in robots.py, what its rules say in the extractors (in a child), turns
across workers in the store. Requests that were admitted are the fetcher's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from crawler.config import CrawlerConfig
from crawler.doors import Door
from crawler.fetcher import Fetch, Gate
from crawler.memory import KnownRobots, RobotsMemory
from crawler.robots import REFRESH_FAILING, closed_for_s, is_fresh, judge_robots
from extractors.robots import RobotsAnswer
from news.model import FailureKind, FetchFailure, Page, Unreadable
from news.urls import host_name, origin
from store import hosts, robots
from store.database import Database
from store.robots import Verdict

__all__ = ["Gate", "HostGate", "ReadRobots"]

ReadRobots = Callable[[bytes, str, tuple[str, ...]], Awaitable[RobotsAnswer | Unreadable]]
"""Parses robots.txt: body, our name, URLs. It runs in a child: the rules are a stranger's."""

LONGEST_CRAWL_DELAY_S = 60.0
"""What is obeyed of a Crawl-delay; with more, no feed of a few dozen entries would ever be read through."""

LONGEST_WAIT_S = 60.0
"""A turn that is further away is given up: the visit would hold a worker's place for nothing."""

_NO_ANSWER = {FailureKind.DNS, FailureKind.CONNECT, FailureKind.TLS, FailureKind.TIMEOUT, FailureKind.REFUSED_ADDRESS}
"""Failures of robots.txt that speak of the whole host: they are told as they are, not as a refusal of robots.txt."""


class HostGate:
    """The gate of a worker; its memory is the database, shared with all others.

    Args:
        database: Where robots.txt and turns are kept.
        config: Our name and our pace.
        read_robots: Parses the rules.
    """

    def __init__(self, database: Database, config: CrawlerConfig, read_robots: ReadRobots) -> None:
        self._database = database
        self._config = config
        self._read_robots = read_robots
        self._memory = RobotsMemory()
        self._asked_for: set[str] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._fetch: Fetch | None = None

    def ask_with(self, fetch: Fetch) -> None:
        """Take the function that asks for robots.txt; the fetcher hands over its own."""
        self._fetch = fetch

    def look_again(self, url: str) -> None:
        """Let robots.txt of an origin be asked for once more if it could not be read: a person asks for the origin now.

        They may have mended what was wrong, such as their network or `WIREWATCH_ALLOW_NETWORKS`.
        """
        self._asked_for.add(origin(url))

    async def admit(self, url: str, door: Door) -> FetchFailure | None:
        """Wait for the host's turn; return why not, if the request may not be sent.

        A request for robots.txt itself is paced and nothing more.
        """
        delay_s = self._config.delay_s
        if door is not Door.ROBOTS:
            known = await self._robots_of(origin(url))
            if isinstance(known, FetchFailure):
                return known
            refusal = await self._refusal(known, url)
            if refusal is not None:
                return refusal
            delay_s = max(delay_s, known.crawl_delay_s or 0.0)
        return await self._await_turn(host_name(url), delay_s)

    async def foresee(self, urls: Sequence[str]) -> None:
        """Learn what robots.txt says of URLs that will be asked for soon: one question for all of an origin.

        What it learns it forgets within a minute; whoever is not foreseen is asked about one by one.
        """
        places: dict[str, list[str]] = {}
        for url in urls:
            places.setdefault(origin(url), []).append(url)
        for place, members in places.items():
            known = await self._robots_of(place)
            if isinstance(known, KnownRobots) and known.robots.verdict is Verdict.RULES and known.robots.body:
                await self._read_rules(known, [url for url in members if url not in known.allowed])

    async def _robots_of(self, place: str) -> KnownRobots | FetchFailure:
        """Return what is known of an origin's robots.txt, asking for it when that is too old."""
        lock = self._locks.setdefault(place, asyncio.Lock())
        async with lock:
            known = self._memory.find(place)
            if known is not None and not (place in self._asked_for and known.robots.failing_since):
                return known
            async with self._database.connection() as conn:
                stored = await robots.find_robots(conn, place)
            anew = place in self._asked_for and stored is not None and stored.failing_since is not None
            self._asked_for.discard(place)
            if stored is not None and is_fresh(stored, datetime.now(UTC)) and not anew:
                return self._memory.keep(KnownRobots(robots=stored))
            assert self._fetch is not None, "the fetcher hands over its fetch"
            answer = await self._fetch(f"{place}/robots.txt", Door.ROBOTS)
            assert isinstance(answer, Page | FetchFailure), "no validators were sent"
            if isinstance(answer, FetchFailure):
                answer = replace(answer, host=host_name(place))  # it is closed, wherever its robots.txt led to
                if answer.kind is FailureKind.BUSY and answer.status is None:
                    return answer  # our own pacing: nothing was learned
            learned = judge_robots(answer, stored, origin=place, now=datetime.now(UTC))
            async with self._database.connection() as conn:
                await robots.record_robots(conn, learned)
                if learned.verdict is not Verdict.RULES:
                    await hosts.set_crawl_delay(conn, host_name(place), None)
            if isinstance(answer, FetchFailure):
                told = answer.kind is FailureKind.BUSY or answer.kind in _NO_ANSWER
                if told and (learned.verdict is Verdict.DISALLOW or answer.retry_after_s is not None):
                    return replace(answer, reason=f"{answer.reason} (asked for robots.txt)")
            return self._memory.keep(KnownRobots(robots=learned, just_asked=True))

    async def _refusal(self, known: KnownRobots, url: str) -> FetchFailure | None:
        """Return why robots.txt keeps us from a URL."""
        stored = known.robots
        if stored.verdict is Verdict.ALLOW or (stored.verdict is Verdict.RULES and not stored.body):
            return None
        if stored.verdict is Verdict.DISALLOW:
            return FetchFailure(
                kind=FailureKind.ROBOTS, reason=stored.reason, retry_after_s=closed_for_s(stored, datetime.now(UTC))
            )
        allowed = known.allowed.get(url)
        if allowed is None:
            read = await self._read_rules(known, [url])
            if isinstance(read, Unreadable):
                return FetchFailure(
                    kind=FailureKind.ROBOTS,
                    reason=f"{stored.origin}/robots.txt cannot be parsed: {read.reason}",
                    retry_after_s=REFRESH_FAILING.total_seconds(),
                )
            (allowed,) = read
        if allowed:
            return None
        return FetchFailure(
            kind=FailureKind.ROBOTS,
            reason=f"{stored.origin}/robots.txt does not let {self._config.product} fetch it",
            lasting=True,
        )

    async def _read_rules(self, known: KnownRobots, urls: Sequence[str]) -> tuple[bool, ...] | Unreadable:
        """Return and note what the rules say of URLs, or why they could not be read."""
        if not urls:
            return ()
        answer = await self._read_robots(known.robots.body or b"", self._config.product, tuple(urls))
        if isinstance(answer, Unreadable):
            return answer
        for url, allowed in zip(urls, answer.allowed, strict=True):
            known.note(url, allowed)
        await self._note_crawl_delay(known, answer.crawl_delay_s)
        return answer.allowed

    async def _note_crawl_delay(self, known: KnownRobots, wish_s: float | None) -> None:
        known.crawl_delay_s = min(wish_s, LONGEST_CRAWL_DELAY_S) if wish_s is not None and wish_s > 0 else None
        if known.just_asked:
            known.just_asked = False
            async with self._database.connection() as conn:
                await hosts.set_crawl_delay(conn, host_name(known.robots.origin), known.crawl_delay_s)

    async def _await_turn(self, host: str, delay_s: float) -> FetchFailure | None:
        if delay_s <= 0:
            return None
        async with self._database.connection() as conn:
            turn = await hosts.reserve_fetch(conn, host, delay_s=delay_s, most_wait_s=LONGEST_WAIT_S)
        if turn.backoff_until is not None:
            return FetchFailure(
                kind=FailureKind.BUSY,
                reason=f"{host} is left alone until {turn.backoff_until:%Y-%m-%d %H:%M} UTC",
                retry_after_s=turn.wait_s,
            )
        if not turn.taken:
            return FetchFailure(
                kind=FailureKind.BUSY, reason=f"{host}: our turn is {turn.wait_s:.0f} s away", retry_after_s=turn.wait_s
            )
        if turn.wait_s > 0:
            await asyncio.sleep(turn.wait_s)
        return None
