"""What the commands of watches do: add, change, send test messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from alerts.carrier import ChannelAddress, read_channel
from alerts.templates import check_template
from cli.session import Session
from cli.watch_look import Backtest, look_back
from news.messages import Delivered
from news.watches import StoredAlert, StoredWatch, Watch
from scheduler.deliveries import open_carrier
from scheduler.jobs.deliver import send_test
from store import alerts, channels, occasions, watch_queries, watches
from store.channels import StoredChannel
from store.database import Database
from store.rows import Connection

LONG_S = 600.0
"""Looking through an archive for what is asked of the past may take a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWish:
    """The channels that a person wants.

    Attributes:
        urls: To be told.
        dropped: Numbers of those that are to be told no more.
        title_template, text_template: In which words; None leaves them as they are.
    """

    urls: tuple[str, ...] = ()
    dropped: tuple[int, ...] = ()
    title_template: str | None = None
    text_template: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """What became of a test message; `reason` is None where it was taken."""

    channel: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAnswer:
    """What adding or changing a watch came to.

    Attributes:
        n_told: Alerts made of what the archive holds already.
    """

    watch: StoredWatch
    channels: tuple[StoredChannel, ...]
    backtest: Backtest
    n_told: int
    tests: tuple[TestResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWatch:
    """A watch with its channels and its newest alerts."""

    watch: StoredWatch
    channels: tuple[StoredChannel, ...]
    alerts: tuple[StoredAlert, ...]


async def add_watch(
    session: Session, watch: Watch, wish: ChannelWish, *, since: datetime | None, test: bool
) -> WatchAnswer:
    """Add a watch with its channels, look back, and send a test message where asked.

    Raises:
        UsageError: The name, the query, a channel or a template cannot be used.
        NotFoundError: The query names what is not there.
    """
    addresses = await _read_channels(session, wish)
    now = datetime.now(UTC)
    async with session.open_database() as database:
        async with database.connection(timeout_s=LONG_S) as conn, conn.transaction():
            stored = await watches.add_watch(conn, watch, now=now, baseline_at=since)
            await _connect(conn, stored, wish, addresses)
            if watch.tell_spikes:
                await occasions.fill_hits(conn, stored.id, now)
            n_told = 0 if since is None else await alerts.tell_archive(conn, stored.id, since)
        return await _answer(session, database, stored, test, n_told)


async def change_watch(
    session: Session, name: str, change: Callable[[Watch], Watch], wish: ChannelWish, *, test: bool
) -> WatchAnswer:
    """Change a watch, and look back.

    Raises:
        NotFoundError: There is no watch of this name, or the query names what is not there.
        UsageError: What is given cannot be used.
    """
    addresses = await _read_channels(session, wish)
    async with session.open_database() as database:
        async with database.connection(timeout_s=LONG_S) as conn, conn.transaction():
            before = await watches.find_watch(conn, name)
            watch = change(before.watch)
            stored = await watches.change_watch(conn, before, watch)
            await _connect(conn, stored, wish, addresses)
            if watch.tell_spikes and (watch.query != before.watch.query or not before.watch.tell_spikes):
                await occasions.fill_hits(conn, stored.id, datetime.now(UTC))
        return await _answer(session, database, stored, test, 0)


async def try_query(session: Session, query: str) -> Backtest:
    """Look back without saving anything.

    Raises:
        UsageError, NotFoundError: As for `add_watch`.
    """
    async with session.open_database() as database, database.connection() as conn:
        await watch_queries.compile_watched(conn, query)
        return await look_back(conn, query, datetime.now(UTC))


async def test_channels(session: Session, name: str) -> list[TestResult]:
    """Send a test message to each channel of a watch.

    Raises:
        NotFoundError: There is no watch of this name.
    """
    async with session.open_database() as database:
        async with database.connection() as conn:
            stored = await watches.find_watch(conn, name)
        return await _send_tests(session, database, stored)


async def list_watches(session: Session) -> list[ShownWatch]:
    """Return all watches with their channels."""
    async with session.open_database() as database, database.connection() as conn:
        found = await watches.list_watches(conn)
        known = await channels.channels_of(conn, [watch.id for watch in found])
    return [ShownWatch(watch=one, channels=tuple(known.get(one.id, ())), alerts=()) for one in found]


async def show_watch(session: Session, name: str, *, n_alerts: int) -> ShownWatch:
    """Return a watch with its channels and its newest alerts.

    Raises:
        NotFoundError: There is no watch of this name.
    """
    async with session.open_database() as database, database.connection() as conn:
        stored = await watches.find_watch(conn, name)
        known = await channels.channels_of(conn, [stored.id])
        told = await alerts.list_alerts(conn, watch_id=stored.id, limit=n_alerts)
    return ShownWatch(watch=stored, channels=tuple(known.get(stored.id, ())), alerts=tuple(told))


async def _answer(session: Session, database: Database, stored: StoredWatch, test: bool, n_told: int) -> WatchAnswer:
    async with database.connection() as conn:
        backtest = await look_back(conn, stored.watch.query, datetime.now(UTC))
        known = await channels.channels_of(conn, [stored.id])
    tests = await _send_tests(session, database, stored) if test else []
    return WatchAnswer(
        watch=stored,
        channels=tuple(known.get(stored.id, ())),
        backtest=backtest,
        n_told=n_told,
        tests=tuple(tests),
    )


async def _read_channels(session: Session, wish: ChannelWish) -> list[ChannelAddress]:
    for template in (wish.title_template, wish.text_template):
        if template is not None:
            check_template(template)
    return [await read_channel(url, session.alerts) for url in wish.urls]


async def _connect(
    conn: Connection, stored: StoredWatch, wish: ChannelWish, addresses: Sequence[ChannelAddress]
) -> None:
    """Give a watch its channels, and these their words."""
    for channel_id in wish.dropped:
        await channels.disconnect_watch(conn, stored.id, channel_id)
    for address in addresses:
        channel_id = await channels.add_channel(conn, url=address.url, kind=address.kind, shown=address.shown)
        await channels.connect_watch(conn, stored.id, channel_id)
    if wish.title_template is None and wish.text_template is None:
        return
    for channel in (await channels.channels_of(conn, [stored.id])).get(stored.id, ()):
        title, text = wish.title_template, wish.text_template
        await channels.connect_watch(
            conn,
            stored.id,
            channel.id,
            title_template=channel.title_template if title is None else title or None,
            text_template=channel.text_template if text is None else text or None,
        )


async def _send_tests(session: Session, database: Database, stored: StoredWatch) -> list[TestResult]:
    async with database.connection() as conn:
        found = await channels.addresses_of(conn, stored.id)
    async with open_carrier(session.alerts, session.crawler) as carrier:
        outcomes = [
            (shown, await send_test(carrier, url, stored.watch.name, datetime.now(UTC))) for url, shown in found
        ]
    return [
        TestResult(channel=shown, reason=None if isinstance(outcome, Delivered) else outcome.reason)
        for shown, outcome in outcomes
    ]
