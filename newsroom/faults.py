"""How a site misbehaves when it is asked to: each fault is a value, so it can cross to a child process.

Which answer it spoils, and how often, is kept by `Misbehaviour`; the server asks it before each answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from newsroom.site import FeedStyle

EVERYWHERE = "*"
"""The path that stands for a whole site."""


class FaultKind(StrEnum):
    """What goes wrong."""

    STATUS = "status"
    """`status` with a small HTML body, `retry_after` in the header: 304 for ever, 404, 410, 429, 5xx."""
    REDIRECT = "redirect"
    """`status` (302 unless told) to `location`."""
    CHAIN = "chain"
    """`n_hops` redirects, then the document itself."""
    LOOP = "loop"
    """Redirects between two addresses for ever."""
    SLOW = "slow"
    """The answer begins after `delay_s`."""
    CUT = "cut"
    """The full Content-Length, but only `n_bytes` of the body; then the connection ends."""
    RESET = "reset"
    """The connection ends without an answer."""
    HTML = "html"
    """200 and an HTML page where something else was asked for."""
    BLANK = "blank"
    """200 and no byte of body."""
    EMPTY = "empty"
    """The feed without an entry; with `times`, empty then full."""
    GUIDS = "guids"
    """The feed with every guid changed."""
    SCHEME = "scheme"
    """The feed with https in its links."""
    ENCODING = "encoding"
    """The feed in `encoding`, labelled with `label` (honestly unless told)."""


STYLED = frozenset({FaultKind.EMPTY, FaultKind.GUIDS, FaultKind.SCHEME, FaultKind.ENCODING})
"""Faults of what a feed says, not of how it is carried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One misbehaviour.

    Attributes:
        retry_after: The header's text, seconds or an HTTP date.
        location: Absolute, or a path of the same site; `{port}` stands for the port.
        times: So many answers, then the site behaves again; None is for ever.
    """

    kind: FaultKind
    status: int | None = None
    retry_after: str | None = None
    location: str = "/"
    n_hops: int = 3
    delay_s: float = 1.0
    n_bytes: int = 200
    encoding: str = "windows-1251"
    label: str | None = None
    times: int | None = None


def spoil(style: FeedStyle, fault: Fault) -> FeedStyle:
    """Return how a feed is written under a fault of `STYLED`; another changes nothing."""
    match fault.kind:
        case FaultKind.EMPTY:
            return replace(style, limit=0)
        case FaultKind.GUIDS:
            return replace(style, guid_prefix="renewed-")
        case FaultKind.SCHEME:
            return replace(style, scheme="https")
        case FaultKind.ENCODING:
            label = fault.encoding if fault.label is None else fault.label
            return replace(style, encoding=fault.encoding, label=label)
        case _:
            return style


class Misbehaviour:
    """The faults in force, by site and path."""

    def __init__(self) -> None:
        self._faults: dict[tuple[str, str], Fault] = {}

    def set(self, site: str, path: str, fault: Fault) -> None:
        """Put a fault in force; one a path, the last wins."""
        self._faults[site, path] = fault

    def end(self, site: str, path: str | None = None) -> None:
        """End a path's fault, or all of a site."""
        for key in [key for key in self._faults if key[0] == site and path in (None, key[1])]:
            del self._faults[key]

    def take(self, site: str, target: str) -> Fault | None:
        """Return the fault for an answer and count it; the exact target wins over its path, that over the site."""
        if not self._faults:
            return None
        for path in (target, target.partition("?")[0], EVERYWHERE):
            fault = self._faults.get((site, path))
            if fault is None:
                continue
            if fault.times is not None:
                if fault.times <= 1:
                    del self._faults[site, path]
                else:
                    self._faults[site, path] = replace(fault, times=fault.times - 1)
            return fault
        return None
