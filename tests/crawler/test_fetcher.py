"""The fetcher against an outlet that behaves: pages, validators, redirects, statuses."""

from __future__ import annotations

import asyncio

import pytest
from hostile_server import PAGE, HostileServer

from crawler.doors import Door
from crawler.fetcher import Fetcher, NotModified
from news.model import FailureKind, FetchFailure, Page


async def test_a_page_comes_with_its_status_headers_and_bytes(fetcher: Fetcher, outlet: HostileServer) -> None:
    page = await fetcher.fetch(outlet.url("/ok"), Door.PAGE)
    assert isinstance(page, Page)
    assert (page.status, page.body, page.requested_url, page.final_url) == (
        200,
        PAGE,
        outlet.url("/ok"),
        outlet.url("/ok"),
    )
    assert page.headers["content-type"] == "text/html"
    assert page.fetched_at.tzinfo is not None
