"""One request on its way through the engine: what is wanted, how long it may take, and who waits for the answer.

It carries no rule; the handler obeys it, the pipeline settles it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from crawler.room import Hold
from news.model import FetchFailure, Page


@dataclass(slots=True, kw_only=True, eq=False)
class Ticket:
    """One request and its waiting future.

    Attributes:
        url: What is asked; absolute, as WHATWG writes it.
        requested_url: What was asked before redirects.
        slot: The host; one request at a time goes to each.
        headers: What is sent.
        max_bytes: Most bytes of the body, as sent and as unpacked.
        cut: Take the first `max_bytes` of a larger body instead of refusing it.
        budget_s: Seconds left on the wire.
        hold: The body's place among large ones; None when they are not counted.
        spent_s: Seconds that were spent on it; set by the handler.
        answer: Settled by the pipeline, once.
    """

    url: str
    requested_url: str
    slot: str
    headers: dict[str, str]
    max_bytes: int
    cut: bool
    budget_s: float
    hold: Hold | None = None
    spent_s: float = 0.0
    answer: asyncio.Future[Page | FetchFailure] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    aborted: bool = False
    _scope: asyncio.Timeout | None = None

    def settle(self, answer: Page | FetchFailure) -> None:
        """Hand the answer to whoever waits; does nothing when nobody does any more."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: BaseException) -> None:
        """Hand a mistake of ours to whoever waits."""
        if not self.answer.done():
            self.answer.set_exception(error)

    def on_the_wire(self) -> asyncio.Timeout:
        """Return the scope within which the exchange must be done."""
        self._scope = asyncio.timeout(self.budget_s)
        return self._scope

    async def make_room(self) -> None:
        """Wait for a place: the body turns out to be large. The wait is ours and costs no time on the wire."""
        if self.hold is None or self.hold.taken:
            return
        loop, scope = asyncio.get_running_loop(), self._scope
        assert scope is not None, "a body grows on the wire"
        left_s = (scope.when() or loop.time()) - loop.time()
        scope.reschedule(None)
        await self.hold.take()
        scope.reschedule(loop.time() + left_s)

    def off_the_wire(self) -> None:
        """Say that the exchange is done; nothing is left to abort."""
        self._scope = None

    def abort(self) -> None:
        """Stop the exchange: nobody waits for the answer any more. An exchange that is done is left alone."""
        self.aborted = True
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())
            self._scope = None
