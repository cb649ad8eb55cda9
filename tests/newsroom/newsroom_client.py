"""What the tests of the newsroom share: sites with a few pieces, and a client that asks them over loopback."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import aiohttp
from lxml import etree

from newsroom import FeedFormat, Newsroom, Piece, Site

START = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Asks for `http://NAME.localhost:PORT/…` at 127.0.0.1 with a Host header."""

    def __init__(self, session: aiohttp.ClientSession, room: Newsroom) -> None:
        self.session = session
        self.room = room

    async def get(
        self, name: str, path: str = "/", *, method: str = "GET", host: str | None = None, **headers: str
    ) -> Got:
        sent = {"Host": host or f"{name}.localhost:{self.room.port}"}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        url = f"http://127.0.0.1:{self.room.port}{path}"
        async with self.session.request(method, url, headers=sent, allow_redirects=False) as answer:
            return Got(answer.status, answer.headers, await answer.read())


@asynccontextmanager
async def serving(*sites: Site) -> AsyncIterator[Client]:
    async with Newsroom(sites) as room, aiohttp.ClientSession() as session:
        yield Client(session, room)


def pieces(n: int = 3) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            path=f"/news/{i}",
            title=f"Ferry {i} & the <storm> «буря»",
            text=f"First of {i}.\n\nSecond of {i}.",
            summary=f"Summary {i}",
            published_at=START + timedelta(minutes=i),
            authors=("Ada Quill",),
            tags=("sea",),
        )
        for i in range(n)
    )


def site(name: str = "gull", **more: object) -> Site:
    return Site(name, **({"pieces": pieces(), "zone": timezone(timedelta(hours=4))} | more))  # type: ignore[arg-type]


def links_of(body: bytes, format: FeedFormat) -> list[str]:
    if format is FeedFormat.JSON:
        return [item["url"] for item in json.loads(body)["items"]]
    root = etree.fromstring(body)
    return {
        FeedFormat.RSS: lambda: root.xpath("//item/link/text()"),
        FeedFormat.ATOM: lambda: root.xpath("//*[local-name()='entry']/*[local-name()='link']/@href"),
        FeedFormat.RDF: lambda: root.xpath("//*[local-name()='item']/*[local-name()='link']/text()"),
        FeedFormat.NEWS_SITEMAP: lambda: root.xpath("//*[local-name()='loc']/text()"),
        FeedFormat.SITEMAP_INDEX: lambda: root.xpath("//*[local-name()='loc']/text()"),
    }[format]()
