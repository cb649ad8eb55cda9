"""The newsroom itself: many sites by Host header on one loopback port, with honest validators and a log.

What a site has out is its own (`newsroom.site`), the wire is `newsroom.protocol`'s, misbehaviour is `newsroom.faults`'.
It listens on 127.0.0.1 only, and is a counterpart for tests, benchmarks and the demo, no server for the world.
"""

from __future__ import annotations

import asyncio
import errno
import gzip
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime, formatdate, parsedate_to_datetime
from types import TracebackType
from typing import Self

from news.errors import NotFoundError, PortInUseError
from newsroom import faults, feeds, looks
from newsroom.faults import STYLED, Fault, FaultKind, Misbehaviour
from newsroom.log import Request, RequestLog
from newsroom.protocol import Answer, Ask, Connection
from newsroom.site import SUFFIX, Document, FeedFormat, FeedStyle, Piece, Site, Validators, document

HTML = "text/html; charset=utf-8"


class Newsroom:
    """Serves sites on one port of 127.0.0.1 while its context is open; it may be opened once.

    Args:
        sites: Each under its own host name `NAME.localhost`; `www.` and `m.` before it lead to the same site.
        port: 0 takes any free one.
    """

    def __init__(self, sites: Iterable[Site] = (), port: int = 0) -> None:
        self.sites: dict[str, Site] = {site.name: site for site in sites}
        self.requests = RequestLog()
        self.port = port
        self._misbehaviour = Misbehaviour()
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._date = (0, "")

    async def __aenter__(self) -> Self:
        """Begin to listen.

        Raises:
            PortInUseError: Another program listens on the port.
        """
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: Connection(self._answer, self._connections), "127.0.0.1", self.port, backlog=512
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(
                f"port: {self.port}: another program listens there; choose another with --port"
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the port and every connection."""
        assert self._server is not None
        self._server.close()
        for connection in list(self._connections):
            connection.close()
        await self._server.wait_closed()
        await asyncio.sleep(0)

    def add(self, site: Site) -> None:
        """Open one more site."""
        self.sites[site.name] = site

    def site(self, name: str) -> Site:
        """Return a site by its name.

        Raises:
            NotFoundError: There is none.
        """
        try:
            return self.sites[name]
        except KeyError:
            raise NotFoundError(f"site: {name}: the newsroom has none of that name") from None

    def url(self, name: str, path: str = "/") -> str:
        """Return the address of a path of a site, with the port."""
        return f"http://{self.site(name).host}:{self.port}{path}"

    def feed_url(self, name: str) -> str:
        """Return the address of a site's feed; its home page where it has none."""
        return self.url(name, self.site(name).feed_path)

    def publish(self, name: str, *pieces: Piece) -> None:
        """Put pieces out at a site; one whose path is out already is edited."""
        self.site(name).publish(*pieces)

    def misbehave(self, name: str, path: str, fault: Fault) -> None:
        """Spoil the answers of a path with any query, of one with exactly this query, or with `*` of a whole site."""
        self._misbehaviour.set(self.site(name).name, path, fault)

    def behave(self, name: str, path: str | None = None) -> None:
        """End the misbehaviour of a path, or of a whole site."""
        self._misbehaviour.end(self.site(name).name, path)

    def _answer(self, ask: Ask) -> Answer:
        at, began = time.time(), time.perf_counter()
        site = self._find(ask.host)
        name = ask.host if site is None else site.name
        fault = None if site is None else self._misbehaviour.take(name, ask.target)
        if site is None:
            answer = self._carry(ask, _page(404, "No such site"), Validators.NONE)
        elif fault is None:
            answer = self._carry(ask, self._document(site, ask.target, site.style), site.validators)
        else:
            answer = self._spoilt(site, ask, fault)
        self.requests.begin(name)

        def sent(n_bytes: int) -> None:
            self.requests.end(
                Request(
                    site=name,
                    target=ask.target,
                    status=answer.status,
                    fault=fault.kind.value if fault else "",
                    at=at,
                    took_s=time.perf_counter() - began,
                    n_bytes=n_bytes,
                    user_agent=ask.headers.get("user-agent", ""),
                )
            )

        return replace(answer, sent=sent)

    def _find(self, host: str) -> Site | None:
        name = host.removesuffix(SUFFIX)
        return self.sites.get(name) or self.sites.get(name.removeprefix("www.").removeprefix("m."))

    def _document(self, site: Site, target: str, style: FeedStyle) -> Document:
        base_url = f"http://{site.host}:{self.port}"
        return site.kept(target, base_url, style, lambda: _make(site, target, base_url, style))

    def _spoilt(self, site: Site, ask: Ask, fault: Fault) -> Answer:
        def whole() -> Answer:
            style = faults.spoil(site.style, fault)
            return self._carry(ask, self._document(site, ask.target, style), site.validators)

        match fault.kind:
            case FaultKind.STATUS:
                status = fault.status or 503
                answer = self._carry(ask, _page(status, f"{status}"), Validators.NONE)
                if fault.retry_after is None:
                    return answer
                return replace(answer, headers=(*answer.headers, f"Retry-After: {fault.retry_after}"))
            case FaultKind.REDIRECT:
                return self._redirect(fault.status or 302, fault.location)
            case FaultKind.LOOP:
                path, _, query = ask.target.partition("?")
                return self._redirect(302, path if query == "again=1" else f"{path}?again=1")
            case FaultKind.CHAIN:
                path, _, query = ask.target.partition("?hop=")
                hop = int(query) if query.isascii() and query.isdigit() else 0
                if hop < fault.n_hops:
                    return self._redirect(fault.status or 302, f"{path}?hop={hop + 1}")
                return self._carry(ask, self._document(site, path, site.style), site.validators)
            case FaultKind.SLOW:
                return replace(whole(), delay_s=fault.delay_s)
            case FaultKind.CUT:
                return replace(whole(), cut_at=fault.n_bytes)
            case FaultKind.RESET:
                return Answer(status=0)
            case FaultKind.HTML:
                return self._carry(ask, _page(200, "We are being rebuilt"), Validators.NONE)
            case FaultKind.BLANK:
                return self._carry(ask, document(b"", HTML), Validators.NONE)
            case _:
                assert fault.kind in STYLED
                return whole()

    def _redirect(self, status: int, location: str) -> Answer:
        location = location.replace("{port}", str(self.port))
        return Answer(status=status, headers=(self._date_line(), f"Location: {location}"))

    def _carry(self, ask: Ask, made: Document, validators: Validators) -> Answer:
        """Return the answer to a request for a document: whole, or 304 where the client has it."""
        lines = [self._date_line()]
        if made.status == 200:
            etag = made.etag if validators in {Validators.BOTH, Validators.ETAG} else None
            dated = validators in {Validators.BOTH, Validators.LAST_MODIFIED} and made.modified_at is not None
            if etag:
                lines.append(f"ETag: {etag}")
            if dated and made.modified_at is not None:
                lines.append(f"Last-Modified: {format_datetime(made.modified_at.astimezone(UTC), usegmt=True)}")
            if _has_it(ask, etag, made if dated else None):
                return Answer(status=304, headers=tuple(lines))
        body = made.body
        if made.gzipped:
            lines.append("Vary: Accept-Encoding")
            if "gzip" in ask.headers.get("accept-encoding", ""):
                lines.append("Content-Encoding: gzip")
            else:
                body = gzip.decompress(body)
        lines.append(f"Content-Type: {made.content_type}")
        return Answer(status=made.status, headers=tuple(lines), body=body)

    def _date_line(self) -> str:
        second = int(time.time())
        if self._date[0] != second:
            self._date = (second, f"Server: newsroom\r\nDate: {formatdate(second, usegmt=True)}")
        return self._date[1]


def _make(site: Site, target: str, base_url: str, style: FeedStyle) -> Document:
    """Make the document at a target of a site."""
    path = target.partition("?")[0]
    if path == "/robots.txt":
        text = feeds.robots_text(site, base_url)
        return _page(404, "Not found") if text is None else document(text.encode(), "text/plain; charset=utf-8")
    if (feed := feeds.feed_document(site, target, base_url, style)) is not None:
        return feed
    if (piece := site.find(target)) is not None:
        return looks.page_document(site, piece, base_url)
    if path == "/":
        if style.format is FeedFormat.LISTING and style.limit == 0:
            return document(looks.plain_home(Site(site.name), base_url).encode(), HTML, site.changed_at)
        return looks.home_document(site, base_url)
    return _page(404, "Not found")


def _page(status: int, words: str) -> Document:
    html = f"<!doctype html><html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>"
    return document(html.encode(), HTML, status=status)


def _has_it(ask: Ask, etag: str | None, dated: Document | None) -> bool:
    """Whether the client's validators hold. If-None-Match wins over If-Modified-Since (RFC 9110 § 13.2.2)."""
    if (tags := ask.headers.get("if-none-match")) is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return etag is not None and (etag in known or "*" in known)
    since = ask.headers.get("if-modified-since")
    if since is None or dated is None or dated.modified_at is None:
        return False
    try:
        return dated.modified_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
