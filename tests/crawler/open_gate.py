"""A gate that stands open, for tests of what lies behind it."""

from __future__ import annotations

from crawler.doors import Door
from news.model import FetchFailure


class OpenGate:
    """Admits everything but what it was told to refuse, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.admitted: list[tuple[str, Door]] = []
        self.refuses: dict[str, FetchFailure] = {}

    async def admit(self, url: str, door: Door) -> FetchFailure | None:
        self.admitted.append((url, door))
        return self.refuses.get(url)
