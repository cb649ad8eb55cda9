"""What was asked of the newsroom: counts for ever, single requests as far as they fit."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

MAX_REQUESTS = 200_000
"""Single requests kept: a benchmark's run of some ten thousand fits with room, in about 50 MB at the very most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that was answered.

    Attributes:
        target: Path and query.
        status: As sent; 0 where the connection ended without an answer.
        fault: The kind of misbehaviour that spoilt it, or empty.
        at: Unix time of its arrival.
        took_s: Until its answer was handed to the system.
        n_bytes: Of the body sent.
    """

    site: str
    target: str
    status: int
    fault: str
    at: float
    took_s: float
    n_bytes: int
    user_agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often one answer was given."""

    site: str
    target: str
    status: int
    n: int


class RequestLog:
    """The requests, oldest first."""

    def __init__(self) -> None:
        self._requests: deque[Request] = deque(maxlen=MAX_REQUESTS)
        self._counts: Counter[tuple[str, str, int]] = Counter()
        self._open: Counter[str] = Counter()
        self._most_open: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Request]:
        return iter(list(self._requests))

    def __len__(self) -> int:
        return self._counts.total()

    def of(self, site: str, target: str | None = None) -> list[Request]:
        """Return a site's requests, or those of one target."""
        return [one for one in self._requests if one.site == site and target in (None, one.target)]

    def count(self, *, site: str | None = None, target: str | None = None, status: int | None = None) -> int:
        """Return how many requests there were of this kind; None is any."""
        return sum(
            n
            for (a_site, a_target, a_status), n in self._counts.items()
            if site in (None, a_site) and target in (None, a_target) and status in (None, a_status)
        )

    def tallies(self) -> list[Tally]:
        """Return the counts for each site, target and status, in order."""
        return [Tally(site=key[0], target=key[1], status=key[2], n=n) for key, n in sorted(self._counts.items())]

    def most_at_once(self, site: str) -> int:
        """Return how many requests of a site were open at one moment at the most."""
        return self._most_open[site]

    def clear(self) -> None:
        """Forget everything."""
        self._requests.clear()
        self._counts.clear()
        self._most_open.clear()

    def begin(self, site: str) -> None:
        """Note that a request of a site is open."""
        self._open[site] += 1
        self._most_open[site] = max(self._most_open[site], self._open[site])

    def end(self, request: Request) -> None:
        """Note an answered request, begun before."""
        self._open[request.site] -= 1
        self._requests.append(request)
        self._counts[request.site, request.target, request.status] += 1
