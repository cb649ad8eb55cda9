"""The only place that opens a connection to an outlet: Scrapy's download handler, on aiohttp.

It dials nothing but what the guard allows, takes no more bytes than the ticket grants, and turns every fault of an
outlet into a failure with a reason. Redirects, robots.txt and pacing are the fetcher's and the gate's.
Written on Scrapy's public base class: it runs on plain asyncio and under Twisted's asyncio reactor alike.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from typing import Any

import aiohttp
import yarl
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Headers, Response

from crawler.bodies import TooLargeError, UnpackError, layers_of, unpack
from crawler.config import CrawlerConfig
from crawler.resolver import Resolver
from crawler.room import LARGE_BYTES
from crawler.ticket import Ticket
from news.addresses import REFUSAL, AddressGuard
from news.model import FailureKind, FetchFailure

DNS_CACHE_S = 60
"""No answer of the resolver is kept longer. Scrapy keeps them for ever (scrapy#905)."""

CONNECT_TIMEOUT_S = 10.0
"""For TCP and TLS together; a host that takes longer does not answer."""

KEEP_ALIVE_S = 15.0
"""Long enough for the next page of a visit at a pacing of some seconds."""

MOST_HEADERS = 256
MOST_HEADER_BYTES = 256 * 1024
"""All header lines together. Neither Scrapy nor aiohttp limits the sum."""

_MOST_FIELD_BYTES = 32 * 1024
"""One header line. aiohttp's 8 KiB refuse the Content-Security-Policy of real outlets."""

_DRAINED_BYTES = 16 * 1024
"""An error page up to here is read to keep the connection; a larger one is cheaper to hang up on."""

_DRAIN_S = 1.0


class FetchFailedError(DownloadFailedError):
    """Carries a failure through Scrapy to the spider's errback."""

    def __init__(self, failure: FetchFailure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class OutletHandler(BaseDownloadHandler):
    """Downloads `http` and `https`; made once for each scheme."""

    lazy = True  # most installations never speak plain http, and a TLS context costs 30 ms

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        config: CrawlerConfig = crawler.settings["WIREWATCH_CRAWLER"]
        self._timeout_s = config.timeout_s
        self._guard = AddressGuard(config.allow_networks)
        self._own_resolver = Resolver(config.resolve)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # the engine limits
                ssl=ssl.create_default_context(),  # verifies always
                resolver=getattr(crawler.spider, "resolver", None) or self._own_resolver,
                ttl_dns_cache=DNS_CACHE_S,
                keepalive_timeout=KEEP_ALIVE_S,
                socket_factory=self._open_socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # ours is bounded
            trust_env=False,  # a proxy from the environment would dial for us, past the guard
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S),
            max_field_size=_MOST_FIELD_BYTES,
            max_headers=MOST_HEADERS,
        )

    def _open_socket(self, addr_info: tuple[Any, ...]) -> socket.socket:
        """Open a socket for the address that is about to be dialled, if it may be."""
        family, kind, protocol, _, address = addr_info
        self._guard.check(str(address[0]))
        return socket.socket(family, kind, protocol)

    async def download_request(self, request: Request) -> Response:
        """Ask the outlet.

        Raises:
            FetchFailedError: It brought no answer; its `failure` says why.
        """
        ticket: Ticket = request.meta["ticket"]
        started_at = time.monotonic()
        try:
            if ticket.aborted or ticket.budget_s <= 0:
                raise TimeoutError  # nobody waits any more, or the redirects took all the time: dial nothing
            async with ticket.on_the_wire():
                return await self._exchange(ticket)
        except TimeoutError as error:
            raise _failed(FailureKind.TIMEOUT, f"no complete answer within {self._timeout_s:g} s") from error
        except aiohttp.ClientError as error:
            raise _failure_of(error) from error
        except TooLargeError as error:
            raise _failed(FailureKind.TOO_LARGE, f"larger than {ticket.max_bytes} bytes when unpacked") from error
        except UnpackError as error:
            raise _failed(FailureKind.PROTOCOL, f"the body cannot be unpacked: {error}") from error
        finally:
            ticket.off_the_wire()
            ticket.spent_s = time.monotonic() - started_at

    async def _exchange(self, ticket: Ticket) -> Response:
        try:
            url = yarl.URL(ticket.url, encoded=True)
        except ValueError as error:
            raise _failed(FailureKind.BAD_URL, f"no usable URL: {error}") from error
        async with self._session.get(url, headers=ticket.headers, allow_redirects=False) as answer:
            n_header_bytes = sum(len(name) + len(value) for name, value in answer.raw_headers)
            if n_header_bytes > MOST_HEADER_BYTES:
                answer.close()
                raise _failed(FailureKind.PROTOCOL, f"more than {MOST_HEADER_BYTES} bytes of headers")
            body = await _body_of(answer, ticket)
            headers = Headers(list(answer.raw_headers))
        return Response(url=ticket.url, status=answer.status, headers=headers, body=body)

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()
        await self._own_resolver.close()


async def _body_of(answer: aiohttp.ClientResponse, ticket: Ticket) -> bytes:
    """Return the body of a page, unpacked; of any other answer nothing: nobody reads those."""
    if not 200 <= answer.status < 300:
        await _drain(answer)
        return b""
    layers = layers_of(",".join(answer.headers.getall("Content-Encoding", ())))
    if not ticket.cut and (answer.content_length or 0) > ticket.max_bytes:
        answer.close()
        raise _failed(FailureKind.TOO_LARGE, f"{answer.content_length} bytes announced, {ticket.max_bytes} allowed")
    parts: list[bytes] = []
    n_bytes = 0
    async for part in answer.content.iter_any():
        parts.append(part)
        n_bytes += len(part)
        if n_bytes > ticket.max_bytes:
            answer.close()
            if not ticket.cut:
                raise _failed(FailureKind.TOO_LARGE, f"more than {ticket.max_bytes} bytes")
            break
        if n_bytes > LARGE_BYTES:
            await ticket.make_room()
    body = b"".join(parts)
    del parts
    if not layers:
        return body[: ticket.max_bytes]
    return await unpack(body, layers, ticket.max_bytes, cut=ticket.cut, make_room=ticket.make_room)


async def _drain(answer: aiohttp.ClientResponse) -> None:
    """Read a short error page to its end, which keeps the connection; what is wrong with it does not matter."""
    n_bytes = answer.content_length or 0
    try:
        async with asyncio.timeout(_DRAIN_S):
            while n_bytes <= _DRAINED_BYTES and (part := await answer.content.readany()):
                n_bytes += len(part)
    except (TimeoutError, aiohttp.ClientError):
        answer.close()
    if n_bytes > _DRAINED_BYTES:
        answer.close()


def _failed(kind: FailureKind, reason: str, *, lasting: bool = False) -> FetchFailedError:
    return FetchFailedError(FetchFailure(kind=kind, reason=reason, lasting=lasting))


def _failure_of(error: aiohttp.ClientError) -> FetchFailedError:
    """Say what went wrong in a person's words; the library's own text where it helps."""
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return _failed(FailureKind.TLS, f"no trustworthy TLS connection: {_cause(error)}")
        case aiohttp.ClientConnectorDNSError():
            return _failed(FailureKind.DNS, f"the host name has no address: {_cause(error)}")
        case aiohttp.ClientConnectorError() if REFUSAL in str(error.os_error):
            # aiohappyeyeballs joins the errors of several addresses into one text: the type is lost there.
            return _failed(FailureKind.REFUSED_ADDRESS, f"not dialled: {error.os_error}", lasting=True)
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return _failed(FailureKind.BAD_URL, f"no usable URL: {_cause(error)}")
        case aiohttp.ClientPayloadError():
            return _failed(FailureKind.PROTOCOL, "the answer was cut off, or its length is a lie")
        case aiohttp.ClientResponseError():
            return _failed(FailureKind.PROTOCOL, f"the answer is no HTTP: {_cause(error)}")
        case aiohttp.ServerDisconnectedError():
            return _failed(FailureKind.CONNECT, "the host hung up without an answer")
        case _:
            return _failed(FailureKind.CONNECT, f"no connection: {_cause(error)}")


def _cause(error: Exception) -> str:
    os_error = getattr(error, "os_error", None) or getattr(error, "certificate_error", None)
    text = getattr(error, "message", "") or str(os_error or error)
    if isinstance(os_error, OSError) and not isinstance(os_error, ssl.SSLError) and os_error.strerror:
        # Without the number: the system's own words, or the resolver's, whose numbers are negative.
        number = os_error.errno or 0
        text = os.strerror(number) if number > 0 else os_error.strerror
    return "".join(letter if letter.isprintable() else " " for letter in text[:300]).strip()
