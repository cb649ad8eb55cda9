"""Watches, alerts and channels in a real database, and what became of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row

from alerts.carrier import Carrier
from scheduler.jobs.deliver import deliver
from scheduler.kit import Clock
from store import channels, deliveries
from store.database import Database
from store.deliveries import ClaimedChannel


class Desk:
    """Makes alerts as a match does, and reads the outbox; each call commits by itself."""

    def __init__(self, url: str, database: Database, carrier: Carrier) -> None:
        self.url = url
        self.database = database
        self.carrier = carrier
        self._clock = Clock(database)
        self._n_stories = 0

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.url, row_factory=dict_row, autocommit=True) as conn:
            cursor = conn.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def watch(self, name: str = "bridges", **options: Any) -> int:
        names = ", ".join(["name", "query", *options])
        places = ", ".join(["%s"] * (2 + len(options)))
        query = f"INSERT INTO watch ({names}) VALUES ({places}) RETURNING id"
        return int(self.rows(query, name, "bridge", *options.values())[0]["id"])

    async def channel(self, watch_id: int, url: str, **templates: str) -> int:
        from alerts.carrier import kind_of, shown

        async with self.database.connection() as conn:
            channel_id = await channels.add_channel(conn, url=url, kind=kind_of(url), shown=shown(url))
            await channels.connect_watch(conn, watch_id, channel_id, **templates)
        return channel_id

    def story(self) -> int:
        return int(
            self.rows(
                "INSERT INTO story (language, first_at, last_at, n_groups) VALUES ('en', now(), now(), 0) RETURNING id"
            )[0]["id"]
        )

    def alert(self, watch_id: int, n: int = 1, **fields: Any) -> list[int]:
        """Make alerts, each of a story of its own unless one is given."""
        made = []
        for _ in range(n):
            row = {"watch_id": watch_id, "story_id": None, "occasion": "story", "occasion_key": "", **fields}
            if row["story_id"] is None and row["occasion"] != "spike":
                row["story_id"] = self.story()
            names, places = ", ".join(row), ", ".join(["%s"] * len(row))
            query = f"INSERT INTO alert ({names}) VALUES ({places}) RETURNING id"
            made.append(int(self.rows(query, *row.values())[0]["id"]))
        return made

    async def claim(self, hold_s: float = 0.0, lease_s: float = 60.0) -> list[ClaimedChannel]:
        async with self.database.connection() as conn:
            return await deliveries.claim_channels(conn, hold_s=hold_s, lease_s=lease_s, limit=100)

    async def deliver(self, hold_s: float = 0.0) -> int:
        """Serve every channel that is due; return how many messages went."""
        await self._clock.sync()
        n = 0
        for channel in await self.claim(hold_s):
            n += await deliver(self.database, self.carrier, channel, now=self._clock.now, hold_s=hold_s)
        return n

    def pass_time(self, hours: float) -> None:
        """Let everything in the outbox be so much older."""
        span = f"{hours} hours"
        self.rows(
            "UPDATE delivery SET made_at = made_at - %s::interval, not_before = not_before - %s::interval", *[span] * 2
        )
        self.rows(
            "UPDATE message SET made_at = made_at - %s::interval, due_since = due_since - %s::interval,"
            " not_before = not_before - %s::interval, refused_since = refused_since - %s::interval",
            *[span] * 4,
        )
        self.rows(
            "UPDATE channel SET not_before = not_before - %s::interval, failing_since = failing_since - %s::interval,"
            " claimed_until = claimed_until - %s::interval",
            *[span] * 3,
        )

    def states(self) -> dict[str, int]:
        return {
            row["state"]: row["n"] for row in self.rows("SELECT state, count(*) AS n FROM delivery_state GROUP BY 1")
        }


@asynccontextmanager
async def open_desk(url: str, folder: Any, carrier: Carrier) -> AsyncIterator[Desk]:
    from store.config import StoreConfig
    from store.database import open_database

    async with open_database(StoreConfig(home=folder, database_url=url)) as database:
        yield Desk(url, database, carrier)
