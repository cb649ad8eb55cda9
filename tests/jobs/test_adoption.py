"""Feeds that an import named and that turn out to be pages: what is found there takes their place, once."""

from __future__ import annotations

import asyncio

from extractors.opml import ListedSource
from newsroom.server import HTML, Newsroom
from newsroom.site import Document, Piece, Site, document
from scheduler.jobs.visit import visit
from scheduler.kit import Kit
from scheduler.round import run_round
from scheduler.sources import import_sources
from tests.jobs.telling import piece, rows, site, states


def shell(outlet: Site, one: Piece, base_url: str) -> Document:
    """What a script-driven site answers at every address: a page that names the feed."""
    link = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    return document(f"<html><head><title>Outlet</title>{link}</head><body></body></html>".encode(), HTML)


async def test_a_feed_whose_address_differs_by_a_slash_is_asked_at_its_own(kit: Kit, room: Newsroom) -> None:
    room.add(site("outlet", [], pieces=(piece(1), Piece(path="/rss.xml/", page=shell, listed=False))))
    await import_sources(kit, [ListedSource(line=1, url=room.url("outlet", "/rss.xml/"))])
    for _ in range(3):
        await visit(kit, f"outlet.localhost:{room.port}")
    assert kit.tally["adopted"] == 1
    (feed,) = await rows(kit, "SELECT url, kind, state FROM feed")
    assert feed == {"url": room.url("outlet", "/rss.xml"), "kind": "rss", "state": "active"}
    assert await states(kit) == {"stored": 1}


async def test_a_page_with_a_feed_gives_way_to_it(kit: Kit, room: Newsroom) -> None:
    room.add(site("outlet", [1, 2]))
    await import_sources(kit, [ListedSource(line=1, url=room.url("outlet", "/"))])
    async with asyncio.timeout(60):
        await run_round(kit)
    found = await rows(kit, "SELECT url, state FROM feed ORDER BY state")
    assert [(feed["url"], feed["state"]) for feed in found] == [
        (room.feed_url("outlet"), "active"),
        (room.url("outlet", "/"), "alternative"),
    ]
    assert await states(kit) == {"stored": 2}
