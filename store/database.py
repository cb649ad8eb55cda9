"""The door to Postgres: finds the server, checks that it is fit, migrates it, and hands out connections.

The server is the embedded one, or the user's own where the config names it. What runs on a connection is the nouns'
business; when a transaction begins and ends is the jobs'.
"""

from __future__ import annotations

import asyncio
import logging
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import psycopg
from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from news.errors import DatabaseUnfitError
from store import connections, migrations, sessions
from store.config import StoreConfig
from store.embedded import EmbeddedPostgres

LEAST_MAJOR = 15

# The pool warns at every failed attempt; whoever asks for a connection is told once, by an error.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)

# A worker that stands still in the midst of a transaction loses it before those that wait for its rows give up;
# within a pipeline `sessions.end_stuck` sees to it.
_IDLE_TIMEOUT_S = sessions.STUCK_S
_LOCK_TIMEOUT_S = 25.0
# Long enough for the pool to replace a connection that the server dropped, short enough to notice that it is gone.
_FIRST_TRY_S = 5.0
_ROLLBACK_S = 5.0

_FITNESS = """
SELECT
    pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS is_read_only,
    to_tsvector('pg_catalog.russian', 'НОВОСТИ') = to_tsvector('pg_catalog.russian', 'новости') AS folds
"""


def open_database(config: StoreConfig, *, migrate: bool = True) -> Database:
    """Return the database to be entered with `async with`; all that can go wrong goes wrong there.

    Args:
        config: Which one.
        migrate: Whether to bring it to this code's schema; otherwise one that is behind is refused.
    """
    return Database(config, migrate=migrate)


class Database:
    """A fit, migrated database with a pool of connections that heals by itself; an async context manager.

    Entering raises:
        DatabaseUnreachableError: None answers at the address.
        DatabaseUnfitError: It is too old, read-only, not UTF8, blind to Cyrillic, not ours to change, or behind.
        DatabaseNewerError, MigrationEditedError: Its schema is not this code's.
        DataFolderError, PostgresStartError: The embedded one cannot run.
    """

    def __init__(self, config: StoreConfig, *, migrate: bool) -> None:
        self._config = config
        self._migrate = migrate
        self._embedded = None if config.database_url else EmbeddedPostgres(config.home)
        self._pool: AsyncConnectionPool[AsyncConnection[DictRow]] | None = None

    @property
    def url(self) -> str:
        """The address of the database, as libpq takes it. It may hold a password."""
        return self._embedded.url if self._embedded else str(self._config.database_url)

    @property
    def procrastinate_conninfo(self) -> str:
        """The connection string for the queue, which lives in a schema of its own."""
        return connections.full_conninfo(
            self.url,
            statement_timeout_s=self._config.statement_timeout_s,
            lock_timeout_s=_LOCK_TIMEOUT_S,
            idle_timeout_s=_IDLE_TIMEOUT_S,
            search_path="procrastinate,public",
            # A job lost in a crash of Postgres is issued again by host.next_visit_at: no need to wait for the disk.
            synchronous_commit=False,
            application_name="wirewatch queue",
        )

    async def __aenter__(self) -> Self:
        try:
            if self._embedded is not None:
                await asyncio.to_thread(self._embedded.start)
            await asyncio.to_thread(prepare, self.url, migrate=self._migrate)
            self._pool = self._new_pool()
            await self._pool.open()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    @asynccontextmanager
    async def connection(self, timeout_s: float = 60.0) -> AsyncIterator[AsyncConnection[DictRow]]:
        """Lend a connection. Each statement commits by itself; `conn.transaction()` makes several one.

        Rows are dicts unless the cursor says else. A single statement so costs one round trip instead of three.
        psycopg waits for ever for a server that went silent, so the whole use has a deadline.

        Args:
            timeout_s: Longest time for getting and using it.

        Raises:
            DatabaseUnreachableError: No connection was to be had, it broke, or the deadline passed.
            DatabaseFullError: Its disk is full.
            DatabaseBusyError: Another process held rows for too long.
            DatabaseUnfitError: Our user may not do it.
        """
        assert self._pool is not None, "the database must be entered first"
        try:
            async with asyncio.timeout(timeout_s) as deadline:
                conn = await self._take(self._pool)
                try:
                    yield conn
                except connections.REFUSALS as error:
                    raise connections.refused(self.url, error) from error
                except psycopg.OperationalError as error:
                    if conn.broken:
                        raise connections.unreachable(self.url, error) from error
                    raise
                finally:
                    try:
                        await _clear(conn)
                    finally:
                        await self._pool.putconn(conn)
        except TimeoutError as error:
            if deadline.expired():
                raise connections.unreachable(self.url, TimeoutError(f"no answer within {timeout_s:g} s")) from error
            raise

    async def _take(self, pool: AsyncConnectionPool[AsyncConnection[DictRow]]) -> AsyncConnection[DictRow]:
        try:
            return await pool.getconn(_FIRST_TRY_S)
        except PoolTimeout:
            # Nobody may be there to watch over the embedded server: whoever needs it brings it back.
            if self._embedded is not None:
                await asyncio.to_thread(self._embedded.ensure_running)
        try:
            return await pool.getconn()
        except PoolTimeout as error:
            raise connections.unreachable(self.url, error) from error

    def _new_pool(self) -> AsyncConnectionPool[AsyncConnection[DictRow]]:
        return AsyncConnectionPool(
            connections.full_conninfo(
                self.url,
                statement_timeout_s=self._config.statement_timeout_s,
                lock_timeout_s=_LOCK_TIMEOUT_S,
                idle_timeout_s=_IDLE_TIMEOUT_S,
            ),
            kwargs={"row_factory": dict_row, "autocommit": True},
            min_size=1,
            max_size=self._config.pool_size,
            check=_check,
            timeout=30.0,
            # Attempts start over when the next one asks, so pauses between them stay short.
            reconnect_timeout=15.0,
            name="wirewatch",
            open=False,
        )

    async def _close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close(timeout=5.0)
        if self._embedded is not None:
            await asyncio.to_thread(self._embedded.release)


def prepare(url: str, *, migrate: bool) -> None:
    """See that a database is fit and has this code's schema.

    Raises:
        DatabaseUnreachableError, DatabaseUnfitError, DatabaseNewerError, MigrationEditedError: As for `Database`.
    """
    check_fitness(url)
    pending = migrations.state(url).pending
    if pending and migrate:
        migrations.migrate(url)
    elif pending:
        raise DatabaseUnfitError(
            f"database: {connections.describe(url)}: lacks {', '.join(pending)}; run: wirewatch db migrate"
        )


def check_fitness(url: str) -> None:
    """See that a server can do what we need.

    Raises:
        DatabaseUnreachableError: No database answers.
        DatabaseUnfitError: The text names what it lacks.
    """
    with connections.connect(url) as conn:
        if conn.info.server_version < LEAST_MAJOR * 10_000:
            major = conn.info.server_version // 10_000
            raise _unfit(url, f"is Postgres {major}, Wirewatch needs {LEAST_MAJOR} or newer; upgrade it")
        encoding = conn.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise _unfit(
                url, f"is encoded in {encoding}; create one with: createdb --template=template0 --encoding=UTF8 NAME"
            )
        row = conn.cursor(row_factory=dict_row).execute(_FITNESS).fetchone()
    assert row is not None
    if row["is_read_only"]:
        raise _unfit(url, "is read-only; name the primary server in WIREWATCH_DATABASE_URL")
    if not row["folds"]:
        raise _unfit(
            url,
            "its locale does not fold Cyrillic letters, so searches would miss them; create one with: "
            "createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME",
        )


def _unfit(url: str, cause: str) -> DatabaseUnfitError:
    return DatabaseUnfitError(f"database: {connections.describe(url)}: {cause}")


async def _check(conn: AsyncConnection[DictRow]) -> None:
    """See that a connection was not cut by a restart: an idle one has nothing to read, unless its end.

    Asking the system costs microseconds, asking the server a round trip: that is for those that have something to say.

    Raises:
        psycopg.OperationalError: It was cut; the pool replaces it.
    """
    waiting = select.poll()
    waiting.register(conn.fileno(), select.POLLIN)
    if waiting.poll(0):
        await AsyncConnectionPool.check_connection(conn)


async def _clear(conn: AsyncConnection[DictRow]) -> None:
    """Roll back what is left open, within a time; a connection that cannot be cleared is closed."""
    try:
        if conn.pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            async with asyncio.timeout(_ROLLBACK_S):
                await conn.rollback()
    except (psycopg.Error, TimeoutError):
        pass
    finally:
        if conn.pgconn.transaction_status != TransactionStatus.IDLE:
            await conn.close()
