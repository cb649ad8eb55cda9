"""The sample outlets publishing over time: a first part is out at the start, the rest comes while people watch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from newsroom.outlets import SAMPLES, Outlet, read_outlets
from newsroom.server import Newsroom
from newsroom.site import Piece

SPAN_S = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """One piece that comes out later.

    Attributes:
        after_s: Seconds after the beginning.
    """

    after_s: float
    site: str
    piece: Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSource:
    """One outlet to be watched: `url` is its home page."""

    name: str
    title: str
    language: str
    url: str


class Edition:
    """The sample outlets in a newsroom of their own, and the plan of what comes out when.

    The plan is the same for the same files: outlets take turns, evenly over the span.

    Args:
        span_s: Within so many seconds after `run` begins, everything is out.
        port: 0 takes any free one.
        start: Aware; None is now. Pieces that are out came out some minutes before it.
        folder: Of the outlets' files.
    """

    def __init__(
        self, *, span_s: float = SPAN_S, port: int = 0, start: datetime | None = None, folder: Path = SAMPLES
    ) -> None:
        outlets = read_outlets(start or datetime.now(UTC), folder)
        self.room = Newsroom((outlet.site for outlet in outlets), port=port)
        self.plan = plan_appearances(outlets, span_s)
        self.n_out = 0
        for outlet in outlets:
            for path, fault in outlet.faults:
                self.room.misbehave(outlet.site.name, path, fault)

    @property
    def n_pieces(self) -> int:
        """How many pieces there will be in all feeds together, those of other outlets included."""
        return sum(len(site.pieces) for site in self.room.sites.values()) + len(self.plan) - self.n_out

    def feeds(self) -> list[SampleSource]:
        """Return each outlet's home page, to be added as a source; the newsroom must be open."""
        return [
            SampleSource(name=name, title=site.title, language=site.language or "", url=self.room.url(name))
            for name, site in self.room.sites.items()
        ]

    async def run(self) -> None:
        """Publish by the plan, each piece dated when it comes out; return when everything is out."""
        began = asyncio.get_running_loop().time()
        for appearance in self.plan[self.n_out :]:
            wait_s = began + appearance.after_s - asyncio.get_running_loop().time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            self.publish_next()

    def publish_next(self) -> Appearance | None:
        """Publish the next piece of the plan now; None when everything is out."""
        if self.n_out >= len(self.plan):
            return None
        appearance = self.plan[self.n_out]
        self.n_out += 1
        now = datetime.now(UTC).replace(microsecond=0)
        self.room.publish(appearance.site, replace(appearance.piece, published_at=now))
        return appearance


def plan_appearances(outlets: Sequence[Outlet], span_s: float) -> list[Appearance]:
    """Return what comes out when: one of each outlet in turn, the last at the end of the span."""
    turns = zip_longest(*([(outlet.site.name, piece) for piece in outlet.late] for outlet in outlets))
    order = [one for turn in turns for one in turn if one is not None]
    return [
        Appearance(after_s=span_s * number / len(order), site=site, piece=piece)
        for number, (site, piece) in enumerate(order, 1)
    ]
