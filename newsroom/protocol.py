"""HTTP/1.1 on bare asyncio: as much of it as a crawler's counterpart needs, at a few dozen microseconds a request.

What is answered is the server's. aiohttp.web would cost four to five times as much CPU a request, and benchmarks run
the newsroom on the crawler's own cores; nor would it cut a body short when told to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

MAX_HEAD_BYTES = 65536

_REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request as read: `host` in lower case without port, header names in lower case."""

    method: str
    target: str
    host: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back.

    Attributes:
        status: 0 ends the connection without an answer.
        headers: Ready lines, without Content-Length, Connection and Date.
        delay_s: Before the first byte.
        cut_at: So many bytes of the body are sent, then the connection ends; None sends all.
        sent: Called once it is handed to the system, with the number of body bytes, or when the client left before.
    """

    status: int
    headers: tuple[str, ...] = ()
    body: bytes = b""
    delay_s: float = 0.0
    cut_at: int | None = None
    sent: Callable[[int], None] | None = None


class Connection(asyncio.Protocol):
    """One client's connection: requests one after another, answered by `answer`.

    Args:
        answer: Says what goes back; must not block.
        connections: Where the connection stands while it is open.
    """

    __slots__ = ("_answer", "_buffer", "_connections", "_pending", "_timer", "_transport")

    def __init__(self, answer: Callable[[Ask], Answer], connections: set[Connection]) -> None:
        self._answer = answer
        self._connections = connections
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._pending: Answer | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection up."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop it; an answer that still waits is never sent."""
        self._transport = None
        self._connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._pending is not None and self._pending.sent is not None:
            self._pending.sent(0)

    def data_received(self, data: bytes) -> None:
        """Read requests; those behind one that waits stay in the buffer."""
        self._buffer += data
        if self._pending is None:
            self._work()

    def close(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def _work(self) -> None:
        while self._transport is not None and not self._transport.is_closing() and self._pending is None:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                if len(head) > MAX_HEAD_BYTES:
                    self._send(Answer(status=431), keep=False, with_body=True)
                return
            self._buffer = rest
            ask = _read(head)
            if ask is None or ask.method not in {"GET", "HEAD"}:
                self._send(Answer(status=400 if ask is None else 405), keep=False, with_body=True)
                return
            answer = self._answer(ask)
            keep = ask.headers.get("connection", "").lower() != "close"
            with_body = ask.method == "GET"
            if answer.delay_s > 0:
                self._pending = answer
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(answer.delay_s, self._resume, answer, keep, with_body)
                return
            self._send(answer, keep=keep, with_body=with_body)

    def _resume(self, answer: Answer, keep: bool, with_body: bool) -> None:
        self._pending = self._timer = None
        self._send(answer, keep=keep, with_body=with_body)
        self._work()

    def _send(self, answer: Answer, *, keep: bool, with_body: bool) -> None:
        transport = self._transport
        if transport is None:
            return
        n_sent = 0
        if answer.status == 0:
            transport.abort()
        else:
            body = answer.body if with_body and answer.status != 304 else b""
            keep = keep and answer.cut_at is None
            lines = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Status')}", *answer.headers]
            if answer.status != 304:
                lines.append(f"Content-Length: {len(answer.body)}")
            lines.append("Connection: keep-alive\r\n\r\n" if keep else "Connection: close\r\n\r\n")
            body = body if answer.cut_at is None else body[: answer.cut_at]
            n_sent = len(body)
            transport.write("\r\n".join(lines).encode("latin-1", "replace") + body)
            if not keep:
                transport.close()
        if answer.sent is not None:
            answer.sent(n_sent)


def _read(head: bytes) -> Ask | None:
    lines = head.lstrip(b"\r\n").decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    host = headers.get("host", "").rpartition("@")[2].lower()
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit():
        host = name
    target = words[1]
    if not target.startswith("/"):
        target = "/" + target.partition("://")[2].partition("/")[2]
    return Ask(method=words[0], target=target.partition("#")[0], host=host.rstrip("."), headers=headers)
