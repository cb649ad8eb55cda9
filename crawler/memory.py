"""What a worker remembers of robots.txt for a minute, so that a poll does not ask the database each time. Bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from store.robots import StoredRobots

KEPT_S = 60.0
"""Another worker may learn better meanwhile; it is at most this long that we do not know."""

MOST_BYTES = 16 * 1024 * 1024
"""Of all bodies together: a robots.txt may have 512 KiB, the usual one has two."""

MOST_ORIGINS = 2000
MOST_URLS = 200
"""Answers kept for each origin: a poll asks for the same few feeds again and again."""


@dataclass(slots=True, kw_only=True)
class KnownRobots:
    """What is known of an origin.

    Attributes:
        crawl_delay_s: What its rules ask between two requests, once they were parsed.
        just_asked: It was received just now; the host's row does not know its crawl delay yet.
        allowed: URL to what the rules say of it.
        read_at: By the monotonic clock.
    """

    robots: StoredRobots
    crawl_delay_s: float | None = None
    just_asked: bool = False
    allowed: dict[str, bool] = field(default_factory=dict)
    read_at: float = field(default_factory=time.monotonic)

    def note(self, url: str, allowed: bool) -> None:
        """Remember what the rules say of a URL."""
        if len(self.allowed) >= MOST_URLS:
            self.allowed.clear()
        self.allowed[url] = allowed


class RobotsMemory:
    """Keeps what is known of the origins used last."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, KnownRobots] = OrderedDict()
        self._n_bytes = 0

    def find(self, origin: str) -> KnownRobots | None:
        """Return what is known of an origin, unless it is older than a minute."""
        known = self._known.get(origin)
        if known is None:
            return None
        if time.monotonic() - known.read_at > KEPT_S:
            self._forget(origin)
            return None
        self._known.move_to_end(origin)
        return known

    def keep(self, known: KnownRobots) -> KnownRobots:
        """Remember it, forgetting what was used longest ago where there is too much; return it."""
        self._forget(known.robots.origin)
        self._known[known.robots.origin] = known
        self._n_bytes += len(known.robots.body or b"")
        while len(self._known) > MOST_ORIGINS or self._n_bytes > MOST_BYTES:
            self._forget(next(iter(self._known)))
        return known

    def _forget(self, origin: str) -> None:
        known = self._known.pop(origin, None)
        if known is not None:
            self._n_bytes -= len(known.robots.body or b"")
