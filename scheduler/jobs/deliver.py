"""The job of one channel: its due alerts become messages, and these are carried one after another.

At least once: a message is made, with its key, before it is carried, and what became of it is recorded after. Whatever
dies in between, the same message goes again with the same key. Which channels are due: `scheduler.deliveries`.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from alerts import pace, retries
from alerts.carrier import Carrier
from alerts.pace import Planned, Waiting
from news.messages import Delivered, Message, MessageKind, NotDelivered, Outcome
from store import deliveries
from store.database import Database
from store.deliveries import ClaimedChannel, NextMessage, WaitingWatch
from store.rows import Connection

log = logging.getLogger(__name__)

MOST_MESSAGES = 100
"""Carried before the channel is given back: others want their turn."""


async def deliver(
    database: Database,
    carrier: Carrier,
    channel: ClaimedChannel,
    *,
    now: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
    hold_s: float | None = None,
) -> int:
    """Carry what is due for a channel until nothing is, or it fails; return how many messages it took.

    Args:
        database: Where the outbox is.
        carrier: Knows the channels.
        channel: Claimed by us.
        now: The database's time.
        stopping: Whether to stop after the message at hand.
        hold_s: How long an alert is held; None for the config's.
    """
    n_sent = 0
    hold_s = carrier.config.hold_s if hold_s is None else hold_s
    lease_s = carrier.config.lease_s
    while not stopping() and n_sent < MOST_MESSAGES:
        async with database.connection() as conn, conn.transaction():
            await _make_messages(conn, carrier, channel.id, hold_s, now())
        async with database.connection() as conn, conn.transaction():
            begun = await deliveries.next_message(conn, channel.id, lease_s=lease_s)
            message = await deliveries.read_message(conn, begun.id) if begun else None
        if begun is None or message is None:
            break
        outcome = await carrier.carry(channel.url, message)
        async with database.connection() as conn, conn.transaction():
            await _record(conn, channel, begun, outcome, now())
        if not isinstance(outcome, Delivered) and not outcome.of_message:
            break
        n_sent += isinstance(outcome, Delivered)
        channel = replace(channel, n_failures=0, failing_since=None)  # it answers
    async with database.connection() as conn:
        await deliveries.release_channel(conn, channel.id)
    return n_sent


async def send_test(carrier: Carrier, url: str, watch: str, now: datetime) -> Outcome:
    """Send a test message to a channel at once; return what became of it. Nothing is stored."""
    message = Message(key=uuid4(), kind=MessageKind.TEST, watch=watch, alerts=(), made_at=now)
    return await carrier.carry(url, message)


async def _make_messages(conn: Connection, carrier: Carrier, channel_id: int, hold_s: float, now: datetime) -> None:
    """Make messages of what may be told now, and let the rest wait; so do messages not taken yet in quiet hours."""
    for watch_id, watch_pace in (await deliveries.find_quiet(conn, channel_id)).items():
        if (until := pace.quiet_end(watch_pace, now)) is not None:
            await deliveries.hold_back(conn, channel_id, watch_id, until=until)
    for watch in await deliveries.find_waiting(conn, channel_id, hold_s=hold_s):
        for step in _plan(watch, carrier, now):
            if isinstance(step, Planned):
                await deliveries.make_message(
                    conn,
                    channel_id=channel_id,
                    watch_id=watch.watch_id,
                    kind=step.kind,
                    wait=step.wait,
                    delivery_ids=step.delivery_ids,
                )
            else:
                await deliveries.put_off(conn, step.delivery_ids, wait=step.wait, until=step.until)


def _plan(watch: WaitingWatch, carrier: Carrier, now: datetime) -> pace.Plan:
    return pace.plan(
        [Waiting(delivery_id=one.id, made_at=one.made_at, wait=one.wait) for one in watch.deliveries],
        watch.pace,
        told_at=watch.told_at,
        held_until=watch.held_until,
        most_per_hour=carrier.config.most_per_hour,
        now=now,
        digest_at=carrier.config.digest_at,
    )


async def _record(
    conn: Connection, channel: ClaimedChannel, begun: NextMessage, outcome: Outcome, now: datetime
) -> None:
    """Record what became of a message."""
    if isinstance(outcome, Delivered):
        await deliveries.record_sent(conn, begun.id)
        return
    facts = {"channel_id": channel.id, "shown": channel.shown, "message_id": begun.id, "reason": outcome.reason}
    log.warning("message not delivered", extra={"action": "message_not_delivered", **facts})
    if outcome.of_message:
        n_refusals = begun.n_refusals + 1
        await deliveries.record_refusal(
            conn,
            begun.id,
            error=outcome.reason,
            wait_s=_wait_s(n_refusals, outcome),
            channel_wait_s=outcome.retry_after_s or 0.0,
            dead=retries.dead_before(begun.refused_since, n_refusals, now) is not None,
        )
        return
    n_failures = channel.n_failures + 1
    await deliveries.record_failure(
        conn,
        begun.id,
        channel.id,
        error=outcome.reason,
        wait_s=_wait_s(n_failures, outcome),
        dead_before=retries.dead_before(channel.failing_since, n_failures, now),
    )


def _wait_s(n_failures: int, outcome: NotDelivered) -> float:
    return retries.wait_s(n_failures, chance=random.random(), retry_after_s=outcome.retry_after_s)  # noqa: S311 no secret
