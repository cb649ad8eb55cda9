"""Real receivers of alerts on loopback: a webhook's, which behaves as its path says, and a mail server."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class Post:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(slots=True)
class WebhookReceiver:
    """Answers by path: /ok, /status/N, /busy, /inward, /hang, /drip, /headers, /dies (after it has taken the message).

    Attributes:
        answers: Statuses to be given at first, whatever the path; 0 hangs up after reading.
    """

    posts: list[Post] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    retry_after: str = "7"
    redirect_to: str | None = None
    port: int = 0
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> WebhookReceiver:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *ending: object) -> None:
        assert self._server is not None
        self._server.close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        path = first.split()[1]
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.posts.append(Post(path, headers, body))
        if self.answers:
            status = self.answers.pop(0)
            if status == 0:
                return
            path = f"/status/{status}"
        match path.split("/")[1]:
            case "status":
                status = int(path.split("/")[2])
                writer.write(f"HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n".encode())
            case "busy":
                wait = f"Retry-After: {self.retry_after}\r\n"
                writer.write(f"HTTP/1.1 429 Slow\r\n{wait}Content-Length: 0\r\n\r\n".encode())
            case "inward":
                to = self.redirect_to or f"http://127.0.0.1:{self.port}/ok"
                writer.write(f"HTTP/1.1 307 There\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())
            case "hang":
                await asyncio.sleep(60)
            case "drip":
                writer.write(b"HTTP/1.1 200 ")
                while True:
                    writer.write(b"O")
                    await writer.drain()
                    await asyncio.sleep(0.1)
            case "headers":
                writer.write(b"HTTP/1.1 200 OK\r\n")
                while True:
                    writer.write(b"X-Much: of it\r\n" * 1000)
                    await writer.drain()
            case "body":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
                while True:
                    writer.write(b"x" * 65536)
                    await writer.drain()
            case "dies":
                return
            case _:
                writer.write(b"HTTP/1.1 204 Good\r\n\r\n")
        await writer.drain()


class MailBox:
    """What a mail server took, and what it says to the next mails.

    Attributes:
        mails: As parsed by a program of today.
        raw: As they came.
        answers: What is said after the text, first to last; then it is taken.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.answers: list[str] = []
        self.refused_recipients: dict[str, str] = {}

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250") or answer == "lost":
            self.raw.append(content)
            parsed = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(parsed, EmailMessage)
            self.mails.append(parsed)
        if answer == "lost":
            assert server.transport is not None
            server.transport.close()
        return answer


@contextlib.asynccontextmanager
async def mail_server(box: MailBox, **options: Any) -> AsyncIterator[int]:
    """Serve a box over SMTP on loopback, with aiosmtpd's own options; yields the port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="mail.example", loop=loop, **options), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
