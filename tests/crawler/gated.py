"""What the tests of the gate share: the real parser with a counter, and workers on one database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hostile_server import HostileServer

from crawler.fetcher import Fetcher
from extractors.robots import RobotsAnswer, read_robots
from news.model import Unreadable

ROBOTS = "/robots.txt"
RULES = b"User-agent: *\nDisallow: /private\n\nUser-agent: wirewatch\nDisallow: /ours\n"

Worker = Callable[..., Awaitable[Fetcher]]


class Reader:
    """The real parser, called here instead of in a child; counts its calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[str, ...]]] = []
        self.unreadable = False

    async def __call__(self, body: bytes, product: str, urls: tuple[str, ...]) -> RobotsAnswer | Unreadable:
        self.calls.append((product, urls))
        return Unreadable(reason="it took too long") if self.unreadable else read_robots(body, product, urls)


def serve(outlet: HostileServer, raw: bytes) -> None:
    """Let an outlet answer this to `/robots.txt`."""
    outlet.routes[ROBOTS] = lambda asked, writer: writer.write(raw)
