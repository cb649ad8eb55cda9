"""Feeds that are larger than any page may be."""

from __future__ import annotations

import pytest

from news.errors import SourceUnreachableError
from newsroom.server import Newsroom
from newsroom.site import FeedFormat
from scheduler.kit import Kit
from scheduler.sources import add_source
from tests.jobs.telling import piece, site


@pytest.mark.parametrize("format", [FeedFormat.RSS, FeedFormat.NEWS_SITEMAP])
async def test_a_feed_larger_than_a_page_may_be_can_be_added(kit: Kit, room: Newsroom, format: FeedFormat) -> None:
    pieces = tuple(piece(n, title=f"Item {n} " + "of a long title " * 60, summary="x") for n in range(1, 6000))
    room.add(site("outlet", [], pieces=pieces, format=format, limit=6000))
    added = await add_source(kit, room.feed_url("outlet"))
    assert added.findings.feeds[0].url == room.feed_url("outlet")
    assert len(added.findings.feeds[0].document.entries) == 5999


async def test_a_page_that_is_too_large_is_still_said_to_be(kit: Kit, room: Newsroom) -> None:
    pieces = tuple(piece(n, title="Words of a headline " * 500) for n in range(1, 1000))
    room.add(site("outlet", [], pieces=pieces, format=FeedFormat.LISTING, limit=1000))
    with pytest.raises(SourceUnreachableError, match=r"5 MiB|lists articles"):
        await add_source(kit, room.url("outlet"))
