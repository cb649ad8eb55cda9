"""Channels: where alerts go, and which watch uses which. What a URL means, and who carries, is the alerts' business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from news.errors import UsageError
from news.messages import ChannelKind
from store import queries
from store.rows import Connection, fetch_dicts, noun_row

SQL = queries.load("channels")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChannel:
    """A channel, without its URL: that holds secrets, and is read by who carries alone.

    Attributes:
        shown: What is printed in its place.
        state: 'well' or 'failing'.
        title_template, text_template: The words of one watch for it; None: ours.
    """

    id: int
    shown: str
    kind: ChannelKind
    state: str
    error: str | None
    n_failures: int
    failing_since: datetime | None
    sent_at: datetime | None
    added_at: datetime
    title_template: str | None = None
    text_template: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AilingChannel:
    """A channel that fails, or has messages that were given up."""

    id: int
    shown: str
    n_failures: int
    failing_since: datetime | None
    error: str | None
    next_attempt_at: datetime | None
    n_dead: int
    dead_error: str | None


async def add_channel(conn: Connection, *, url: str, kind: ChannelKind, shown: str) -> int:
    """Return the id of the channel with this URL; it is made where there is none."""
    params = {"url": url, "kind": kind.value, "shown": shown}
    rows = await fetch_dicts(conn, SQL.add_channel, params)
    return int((rows or await fetch_dicts(conn, SQL.find_channel, params))[0]["id"])


async def connect_watch(
    conn: Connection,
    watch_id: int,
    channel_id: int,
    *,
    title_template: str | None = None,
    text_template: str | None = None,
) -> None:
    """Let the alerts of a watch that are made from now on go to a channel, in these words."""
    params = {
        "watch_id": watch_id,
        "channel_id": channel_id,
        "title_template": title_template,
        "text_template": text_template,
    }
    await conn.execute(SQL.connect_watch, params)


async def disconnect_watch(conn: Connection, watch_id: int, channel_id: int) -> None:
    """Let no further alerts of a watch go to a channel; those that are made are delivered.

    Raises:
        UsageError: They do not go there.
    """
    if not await fetch_dicts(conn, SQL.disconnect_watch, {"watch_id": watch_id, "channel_id": channel_id}):
        raise UsageError(f"channel: {channel_id}: the watch does not tell it; see: wirewatch watch show NAME")


async def channels_of(conn: Connection, watch_ids: Sequence[int]) -> dict[int, list[StoredChannel]]:
    """Return the channels of each watch that has some."""
    found: dict[int, list[StoredChannel]] = {}
    for row in await fetch_dicts(conn, SQL.channels_of, {"watch_ids": list(watch_ids)}):
        watch_id = row.pop("watch_id")
        found.setdefault(watch_id, []).append(StoredChannel(**row | {"kind": ChannelKind(row["kind"])}))
    return found


async def addresses_of(conn: Connection, watch_id: int) -> list[tuple[str, str]]:
    """Return the URL of each channel of a watch, which may hold secrets, and what is printed in its place."""
    rows = await fetch_dicts(conn, SQL.addresses_of, {"watch_id": watch_id})
    return [(row["url"], row["shown"]) for row in rows]


async def list_channels(conn: Connection) -> list[StoredChannel]:
    """Return all channels, the oldest first."""
    async with conn.cursor(row_factory=noun_row(StoredChannel, kind=ChannelKind)) as cursor:
        await cursor.execute(SQL.list_channels)
        return await cursor.fetchall()


async def ailing_channels(conn: Connection, *, limit: int) -> list[AilingChannel]:
    """Return the channels that fail or have dead messages, the worst first."""
    return [AilingChannel(**row) for row in await fetch_dicts(conn, SQL.ailing_channels, {"limit": limit})]
