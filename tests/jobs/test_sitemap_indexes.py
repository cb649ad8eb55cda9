"""Sitemap indexes: the news stands in their children, whatever the index itself says of having changed."""

from __future__ import annotations

import pytest

from newsroom.faults import Fault, FaultKind
from newsroom.server import Newsroom
from newsroom.site import Document, FeedFormat, Piece, Site, document
from scheduler.kit import Kit
from scheduler.round import run_round
from scheduler.sources import add_source
from tests.jobs.telling import again, piece, site, states


@pytest.mark.parametrize("n_pieces", [3, 75])
@pytest.mark.parametrize("dated", [True, False])
async def test_a_new_article_is_found_in_a_child_though_the_index_may_not_change(
    kit: Kit, room: Newsroom, n_pieces: int, dated: bool
) -> None:
    changes = {} if dated else {"published_at": None}
    pieces = tuple(piece(n, **changes) for n in range(n_pieces, 0, -1))
    room.add(site("outlet", [], pieces=pieces, format=FeedFormat.SITEMAP_INDEX))
    await add_source(kit, room.feed_url("outlet"))
    await run_round(kit)
    before = sum((await states(kit)).values())
    room.publish("outlet", piece(n_pieces + 1, **(changes or {"published_at": kit.clock.now()})))
    report = await again(kit)
    assert (report.n_new, report.n_stored) == (1, 1)
    assert sum((await states(kit)).values()) == before + 1


async def test_an_unchanged_index_that_dates_its_children_costs_one_request(kit: Kit, room: Newsroom) -> None:
    room.add(site("outlet", format=FeedFormat.SITEMAP_INDEX))
    await add_source(kit, room.feed_url("outlet"))
    await run_round(kit)
    room.requests.clear()
    report = await again(kit)
    assert (report.n_not_modified, report.n_fetched) == (1, 0)
    assert [(one.target, one.status) for one in room.requests] == [("/sitemap-index.xml", 304)]


async def test_a_child_that_fails_is_asked_again_though_the_index_has_not_changed(kit: Kit, room: Newsroom) -> None:
    room.add(site("outlet", range(1, 16), format=FeedFormat.SITEMAP_INDEX))
    await add_source(kit, room.feed_url("outlet"))
    room.misbehave("outlet", "/sitemap-1.xml", Fault(kind=FaultKind.STATUS, status=500))
    assert (await run_round(kit)).n_stored == 5
    room.behave("outlet")
    assert (await again(kit)).n_stored == 10
    assert (await again(kit)).n_not_modified == 1


async def test_an_index_that_names_itself_and_more_indexes_is_left_after_twenty_requests(
    kit: Kit, room: Newsroom
) -> None:
    outlet = site("outlet", [1], format=FeedFormat.SITEMAP_INDEX)
    room.add(outlet)
    room.add(site("maze", [], pieces=tuple(Piece(path=f"/{n}/index.xml", page=maze, listed=False) for n in range(200))))
    room.misbehave(
        "outlet", "/sitemap-1.xml", Fault(kind=FaultKind.REDIRECT, location=room.url("maze", "/0/index.xml"))
    )
    await add_source(kit, room.feed_url("outlet"))
    await run_round(kit)
    assert 1 < len([one for one in room.requests if one.site == "maze" and one.target.endswith(".xml")]) <= 20


def maze(outlet: Site, one: Piece, base_url: str) -> Document:
    """An index of itself and of the next ones."""
    number = int(one.path.split("/")[1])
    links = "".join(f"<sitemap><loc>{base_url}/{number * 5 + n}/index.xml</loc></sitemap>" for n in range(6))
    return document(f"<sitemapindex>{links}</sitemapindex>".encode(), "application/xml")
