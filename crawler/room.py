"""Room for large bodies: a few at a time in the whole process, from their second mebibyte until they have been read.

A fetch takes a place when its body turns out to be large; whoever asked for it gives the place back, after reading.
Small bodies need none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

LARGE_BYTES = 1024 * 1024
"""One page of a thousand is larger, one feed of twenty."""


class Room:
    """The places for large bodies.

    Args:
        n_places: Large bodies held at once.
    """

    def __init__(self, n_places: int) -> None:
        self._places = asyncio.Semaphore(n_places)

    def hold(self) -> Hold:
        """Return what one body may hold; leave its context when the body has been read."""
        return Hold(self._places)


class Hold:
    """One body's place, if it needs one. Whoever holds a place must not ask for a second body before giving it back."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self.taken = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()

    def give_back(self) -> None:
        """Give the place back, if there is one: the body has been read. Another body may be asked for then."""
        if self.taken:
            self.taken = False
            self._places.release()

    def until(self) -> Callable[[object], None]:
        """Hand the place on: what is returned gives it back, as a task's callback when that has read the body."""
        heir = Hold(self._places)
        heir.taken, self.taken = self.taken, False
        return lambda done: heir.give_back()

    async def take(self) -> None:
        """Wait for a place, once: the body is large."""
        if not self.taken:
            await self._places.acquire()
            self.taken = True
