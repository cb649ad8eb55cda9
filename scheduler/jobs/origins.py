"""Who had a text first, among the copies of a group."""

from __future__ import annotations

from news.placement import Placement
from store.rows import Connection


async def settle_origin(conn: Connection, placed: Placement) -> Placement:
    """Say who was first."""
    return placed
