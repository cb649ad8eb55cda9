"""The outbox: deliveries of alerts, the messages that carry them, and what became of these.

When an alert may be told and how long to wait after a failure is decided elsewhere; a row of `delivery` is made by the
database itself, in the transaction that makes the alert. Channels stand in `channels`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from news.errors import NotFoundError
from news.messages import DeliveryState, Message, MessageKind, Pace, ToldAlert, Wait, WatchPace
from store import queries
from store.rows import Connection, Row, clean_line, fetch_dicts

SQL = queries.load("deliveries")

MOST_WAITING = 2000
"""Deliveries looked at in one transaction; the next look takes the next."""

MOST_COUNTED = 100_000

_PACE = ("time_zone", "quiet_from", "quiet_until", "most_per_hour")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedChannel:
    """A channel that is ours until its lease ends.

    Attributes:
        url: Holds secrets: never printed or logged.
        n_failures, failing_since: Of the channel, in a row.
    """

    id: int
    url: str
    shown: str
    n_failures: int
    failing_since: datetime | None

    def __repr__(self) -> str:
        """Name what may be seen."""
        return f"ClaimedChannel({self.id}, {self.shown})"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDelivery:
    """An alert that is due for a channel and in no message yet."""

    id: int
    made_at: datetime
    wait: Wait | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingWatch:
    """What is due of one watch for one channel.

    Attributes:
        told_at: When its messages to the channel were made, within the last hour.
        held_until: When those come up that wait for the hour's end; None when there are none.
    """

    watch_id: int
    pace: WatchPace
    deliveries: tuple[WaitingDelivery, ...]
    told_at: tuple[datetime, ...]
    held_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextMessage:
    """A message whose attempt has begun. `n_refusals` and `refused_since` are its own, in a row."""

    id: int
    n_refusals: int
    refused_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How far an alert's way to a channel is. `channel` is what may be printed of it."""

    alert_id: int
    channel: str
    state: DeliveryState
    n_attempts: int
    error: str | None
    not_before: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCounts:
    """Deliveries that wait for their moment, that are in messages under way, and that were given up."""

    waiting: int
    under_way: int
    dead: int


async def nobody_tells(conn: Connection, *, stalled_after_s: float) -> bool:
    """Return whether there are watches, and no worker has given a sign of life for so long that would tell of them."""
    return bool((await fetch_dicts(conn, SQL.nobody_tells, {"stalled_after_s": stalled_after_s}))[0]["nobody"])


async def claim_channels(conn: Connection, *, hold_s: float, lease_s: float, limit: int) -> list[ClaimedChannel]:
    """Take channels where something is due; nobody else has them until the lease ends.

    Args:
        conn: A connection.
        hold_s: How long an alert waits before anybody looks at it.
        lease_s: How long they are ours; `next_message` begins it anew.
        limit: How many at most.
    """
    params = {"hold_s": hold_s, "lease_s": lease_s, "limit": limit}
    return [ClaimedChannel(**row) for row in await fetch_dicts(conn, SQL.claim_channels, params)]


async def release_channel(conn: Connection, channel_id: int) -> None:
    """Give a channel back."""
    await conn.execute(SQL.release_channel, {"channel_id": channel_id})


async def find_waiting(conn: Connection, channel_id: int, *, hold_s: float) -> list[WaitingWatch]:
    """Lock and return what is due for a channel, by watch. In a transaction, which makes messages of it."""
    params = {"channel_id": channel_id, "hold_s": hold_s, "limit": MOST_WAITING}
    by_watch: dict[int, list[Row]] = {}
    for row in await fetch_dicts(conn, SQL.waiting, params):
        by_watch.setdefault(row["watch_id"], []).append(row)
    return [await _waiting_watch(conn, channel_id, watch_id, rows) for watch_id, rows in by_watch.items()]


async def make_message(
    conn: Connection,
    *,
    channel_id: int,
    watch_id: int,
    kind: MessageKind,
    wait: Wait | None,
    delivery_ids: Sequence[int],
) -> None:
    """Make a message of deliveries; from now on its key and its alerts stay."""
    params = {
        "channel_id": channel_id,
        "watch_id": watch_id,
        "kind": kind.value,
        "wait": wait,
        "delivery_ids": list(delivery_ids),
    }
    await conn.execute(SQL.make_message, params)


async def put_off(conn: Connection, delivery_ids: Sequence[int], *, wait: Wait, until: datetime) -> None:
    """Let deliveries wait until a moment."""
    await conn.execute(SQL.put_off, {"delivery_ids": list(delivery_ids), "wait": wait.value, "until": until})


async def find_quiet(conn: Connection, channel_id: int) -> dict[int, WatchPace]:
    """Return the watches with quiet hours that messages are due of for a channel."""
    return {row["watch_id"]: _pace(row) for row in await fetch_dicts(conn, SQL.find_quiet, {"channel_id": channel_id})}


async def hold_back(conn: Connection, channel_id: int, watch_id: int, *, until: datetime) -> None:
    """Let the messages of a watch for a channel wait until a moment."""
    await conn.execute(SQL.hold_back, {"channel_id": channel_id, "watch_id": watch_id, "until": until})


async def next_message(conn: Connection, channel_id: int, *, lease_s: float) -> NextMessage | None:
    """Begin the attempt at the channel's next message; None when nothing is due. Renews the channel's lease."""
    await conn.execute(SQL.drop_empty, {"channel_id": channel_id})
    rows = await fetch_dicts(conn, SQL.next_message, {"channel_id": channel_id, "lease_s": lease_s})
    return NextMessage(**rows[0]) if rows else None


async def read_message(conn: Connection, message_id: int) -> Message | None:
    """Return what a message says as of now; None when its alerts are gone."""
    heads = await fetch_dicts(conn, SQL.read_head, {"message_id": message_id})
    alerts = await fetch_dicts(conn, SQL.read_alerts, {"message_id": message_id})
    if not heads or not alerts:
        return None
    head = heads[0]
    return Message(
        **head
        | {
            "kind": MessageKind(head["kind"]),
            "wait": head["wait"] and Wait(head["wait"]),
            "alerts": tuple(
                ToldAlert(**alert | {"matched_words": tuple(alert["matched_words"]), "daily": tuple(alert["daily"])})
                for alert in alerts
            ),
        }
    )


async def record_sent(conn: Connection, message_id: int) -> None:
    """Note that a message was taken; its channel is well."""
    await conn.execute(SQL.record_sent, {"message_id": message_id})


async def record_failure(
    conn: Connection, message_id: int, channel_id: int, *, error: str, wait_s: float, dead_before: datetime | None
) -> None:
    """Note that the channel took no message; it is left alone for a while.

    Args:
        conn: In a transaction.
        message_id: That was tried.
        channel_id: That failed.
        error: Why, without secrets.
        wait_s: How long it is left alone.
        dead_before: Messages that were due before this are given up; None: none.
    """
    told = clean_line(error)
    await conn.execute(SQL.record_failure, {"message_id": message_id, "error": told, "wait_s": wait_s})
    if dead_before is not None:
        await conn.execute(SQL.bury_older, {"channel_id": channel_id, "error": told, "before": dead_before})


async def record_refusal(
    conn: Connection, message_id: int, *, error: str, wait_s: float, channel_wait_s: float = 0.0, dead: bool = False
) -> None:
    """Note that the channel answers, but does not take this message; the others may go.

    Args:
        conn: A connection.
        message_id: The refused one.
        error: Why, without secrets.
        wait_s: When it is tried again.
        channel_wait_s: How long the channel asks to be left alone.
        dead: Whether it is given up.
    """
    params = {
        "message_id": message_id,
        "error": clean_line(error),
        "wait_s": wait_s,
        "channel_wait_s": channel_wait_s,
        "dead": dead,
    }
    await conn.execute(SQL.record_refusal, params)


async def back_off(conn: Connection, channel_id: int, *, wait_s: float) -> None:
    """Give a channel back after a mistake of ours, and leave it alone for a while."""
    await conn.execute(SQL.back_off, {"channel_id": channel_id, "wait_s": wait_s})


async def retry(
    conn: Connection, *, channel_id: int | None = None, watch: str | None = None, alert_ids: Sequence[int] | None = None
) -> int:
    """Bring dead and failed messages back, all or those of one channel, one watch or some alerts; return how many.

    Raises:
        NotFoundError: There is no watch of this name.
    """
    if watch is not None and not await fetch_dicts(conn, SQL.find_watch, {"watch": watch}):
        raise NotFoundError(f"watch: {watch}: there is none; see: wirewatch watch list")
    ids = None if alert_ids is None else list(alert_ids)
    params = {"channel_id": channel_id, "watch": watch, "alert_ids": ids}
    return int((await fetch_dicts(conn, SQL.retry, params))[0]["n"])


async def deliveries_of(conn: Connection, alert_ids: Sequence[int]) -> dict[int, list[Delivery]]:
    """Return how far each alert's deliveries are."""
    found: dict[int, list[Delivery]] = {}
    for row in await fetch_dicts(conn, SQL.deliveries_of, {"alert_ids": list(alert_ids)}):
        delivery = Delivery(**row | {"state": DeliveryState(row["state"])})
        found.setdefault(delivery.alert_id, []).append(delivery)
    return found


async def count_deliveries(conn: Connection) -> DeliveryCounts:
    """Return how many deliveries are not done, counted up to `MOST_COUNTED`."""
    return DeliveryCounts(**(await fetch_dicts(conn, SQL.counts, {"most": MOST_COUNTED}))[0])


async def _waiting_watch(conn: Connection, channel_id: int, watch_id: int, rows: Sequence[Row]) -> WaitingWatch:
    where: dict[str, Any] = {"channel_id": channel_id, "watch_id": watch_id}
    told_at = await fetch_dicts(conn, SQL.told_at, where)
    held = await fetch_dicts(conn, SQL.held_until, where)
    return WaitingWatch(
        watch_id=watch_id,
        pace=_pace(rows[0]),
        deliveries=tuple(
            WaitingDelivery(id=row["id"], made_at=row["made_at"], wait=row["wait"] and Wait(row["wait"]))
            for row in rows
        ),
        told_at=tuple(row["made_at"] for row in told_at),
        held_until=held[0]["held_until"],
    )


def _pace(row: Row) -> WatchPace:
    return WatchPace(pace=Pace(row["pace"]), **{name: row[name] for name in _PACE})
