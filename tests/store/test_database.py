"""The door to Postgres: what it refuses, what it heals, what it never waits for."""

import asyncio
import contextlib
import os
import signal
import socket
import time
import traceback
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest

from news.errors import (
    ConfigError,
    DatabaseBusyError,
    DatabaseFullError,
    DatabaseUnfitError,
    DatabaseUnreachableError,
)
from store import connections, migrations
from store.config import StoreConfig
from store.database import check_fitness, open_database
from store.embedded import EmbeddedPostgres


@pytest.fixture
def stack():
    with contextlib.ExitStack() as stack:
        yield stack


def config(url: str | None, home: Path) -> StoreConfig:
    return StoreConfig(home=home, database_url=url, pool_size=3)


async def value(database, query, timeout_s=60.0):
    async with database.connection(timeout_s) as conn:
        row = await (await conn.execute(query)).fetchone()
    return next(iter(row.values()))


async def test_an_empty_database_is_migrated_on_opening(empty_database_url, tmp_path):
    async with open_database(config(empty_database_url, tmp_path)) as database:
        assert await value(database, "SELECT count(*) AS n FROM entry") == 0
    assert migrations.state(empty_database_url).pending == ()


async def test_a_database_that_is_behind_is_refused_where_it_may_not_be_migrated(empty_database_url, tmp_path):
    with pytest.raises(DatabaseUnfitError, match=r"lacks 0001_house, .*run: wirewatch db migrate"):
        async with open_database(config(empty_database_url, tmp_path), migrate=False):
            pass
    with psycopg.connect(empty_database_url) as conn:
        assert conn.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


async def test_without_an_address_the_embedded_postgres_runs_as_long_as_the_database_is_open(tmp_path):
    home = tmp_path / "home"
    try:
        async with open_database(config(None, home)) as database:
            assert await value(database, "SELECT current_database()") == "wirewatch"
            assert EmbeddedPostgres(home).is_alive()
        assert not EmbeddedPostgres(home).is_alive()
    finally:
        discard(home)


async def test_a_session_is_in_utc_and_bounded(database_url, tmp_path):
    names = ("timezone", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "search_path")
    async with open_database(config(database_url, tmp_path)) as database, database.connection() as conn:
        settings = [next(iter((await (await conn.execute(f"SHOW {name}")).fetchone()).values())) for name in names]
    assert settings == ["UTC", "30s", "25s", "10s", "public"]


async def test_a_statement_commits_by_itself_and_a_transaction_is_rolled_back_on_an_error(database_url, tmp_path):
    async with open_database(config(database_url, tmp_path)) as database:
        async with database.connection() as conn:
            await conn.execute("INSERT INTO host (name) VALUES ('kept.example')")
        with pytest.raises(RuntimeError, match="the job fails"):
            async with database.connection() as conn, conn.transaction():
                await conn.execute("INSERT INTO host (name) VALUES ('lost.example')")
                raise RuntimeError("the job fails")
        async with database.connection() as conn:
            rows = await (await conn.execute("SELECT name FROM host")).fetchall()
    assert rows == [{"name": "kept.example"}]


async def test_the_queue_has_a_connection_string_of_its_own(database_url, tmp_path):
    async with open_database(config(database_url, tmp_path)) as database:
        conninfo = database.procrastinate_conninfo
        async with await psycopg.AsyncConnection.connect(conninfo) as conn:
            row = await (await conn.execute("SELECT count(*) FROM procrastinate_jobs")).fetchone()
    assert row == (0,)


async def test_a_use_that_takes_too_long_ends_and_the_pool_goes_on(database_url, tmp_path):
    async with open_database(config(database_url, tmp_path)) as database:
        began = time.monotonic()
        with pytest.raises(DatabaseUnreachableError, match=r"no answer within 0\.3 s"):
            await value(database, "SELECT pg_sleep(20)", timeout_s=0.3)
        assert time.monotonic() - began < 10
        assert [await value(database, "SELECT 1") for _ in range(5)] == [1] * 5


async def test_a_full_pool_is_told_and_not_waited_for_longer_than_asked(database_url, tmp_path):
    async with open_database(config(database_url, tmp_path)) as database, contextlib.AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(database.connection())
        with pytest.raises(DatabaseUnreachableError, match="no answer within"):
            await value(database, "SELECT 1", timeout_s=0.5)


@pytest.mark.parametrize(
    ("code", "error", "remedy"),
    [
        ("lock_not_available", DatabaseBusyError, "it is so: another process holds what is needed; try again"),
        ("deadlock_detected", DatabaseBusyError, "it is so: another process holds what is needed; try again"),
        ("disk_full", DatabaseFullError, "it is so; free space on its disk and try again"),
        ("insufficient_privilege", DatabaseUnfitError, "it is so; let the user of WIREWATCH_DATABASE_URL own"),
    ],
)
async def test_what_the_server_refuses_is_told_with_the_remedy_and_nothing_is_stored(
    database_url, tmp_path, code, error, remedy
):
    async with open_database(config(database_url, tmp_path)) as database:
        with pytest.raises(error, match=remedy):
            async with database.connection() as conn, conn.transaction():
                await conn.execute("INSERT INTO host (name) VALUES ('half.example')")
                await conn.execute(f"DO $$ BEGIN RAISE EXCEPTION 'it is so' USING ERRCODE = '{code}'; END $$")
        assert await value(database, "SELECT count(*) FROM host") == 0


async def test_a_callers_own_timeout_stays_a_timeout(database_url, tmp_path):
    async with open_database(config(database_url, tmp_path)) as database:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await value(database, "SELECT pg_sleep(20)")
        assert await value(database, "SELECT 1") == 1


async def test_connections_cut_by_the_server_are_replaced_by_themselves(database_url, tmp_path):
    async with open_database(config(database_url, tmp_path)) as database:
        for _ in range(3):
            assert await value(database, "SELECT 1") == 1
            cut_all(database_url)
        with pytest.raises(DatabaseUnreachableError):
            async with database.connection() as conn:
                await conn.execute("SELECT 1")
                cut_all(database_url)
                await conn.execute("SELECT 1")
        assert await value(database, "SELECT 1") == 1


async def test_a_crash_of_the_embedded_server_is_healed_by_whoever_needs_it(tmp_path):
    home = tmp_path / "home"
    try:
        async with open_database(config(None, home)) as database:
            async with database.connection() as conn:
                await conn.execute("INSERT INTO host (name) VALUES ('kept.example')")
            os.kill(EmbeddedPostgres(home).pid, signal.SIGKILL)
            # The first uses may still meet the dying backends.
            for _ in range(5):
                with contextlib.suppress(DatabaseUnreachableError):
                    await value(database, "SELECT 1")
            assert await value(database, "SELECT name FROM host") == "kept.example"
    finally:
        discard(home)


@pytest.mark.slow
@pytest.mark.parametrize("server", ["embedded"], indirect=True)
async def test_a_server_that_goes_silent_is_not_waited_for_for_ever(server, database_url, tmp_path):
    async with silent_relay(server) as relay:
        url = relay.url(database_url)
        async with open_database(config(url, tmp_path)) as database:
            assert await value(database, "SELECT 1") == 1
            relay.silent = True
            began = time.monotonic()
            with pytest.raises(DatabaseUnreachableError, match="no answer within 1 s"):
                await value(database, "SELECT 1", timeout_s=1.0)
            # psycopg asks the server to cancel (5 s) and waits for the cancelled answer (5 s) before it gives up.
            assert time.monotonic() - began < 20
            relay.silent = False
            assert await value(database, "SELECT 2") == 2


def test_a_server_that_is_not_there_is_told_in_one_line_without_the_password(tmp_path):
    url = f"postgresql://reader:s3cr3t-w0rd@/outlets?host={quote(str(tmp_path))}"
    with pytest.raises(DatabaseUnreachableError) as told:
        check_fitness(url)
    text = str(told.value)
    assert "outlets on" in text
    assert "No such file or directory; see that it runs and that WIREWATCH_DATABASE_URL is right" in text
    assert "s3cr3t" not in text
    assert "\n" not in text


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:s3cr3t%zz@host/outlets",
        "postgresql://reader:s3cr3t/word@host/outlets",
        "postgresql://reader:word@s3cr3t@host/outlets",
        "postgresql://reader:word@host:s3cr3t/outlets",
        "host=db password='s3cr3t",
        "s3cr3t",
    ],
)
def test_an_address_that_is_none_is_told_without_its_words(url):
    with pytest.raises(ConfigError, match="WIREWATCH_DATABASE_URL: is no address") as told:
        check_fitness(url)
    shown = "".join(traceback.format_exception(told.value, chain=True))
    assert "s3cr3t" not in shown


def test_a_database_that_does_not_exist_is_told_with_the_remedy(server):
    with pytest.raises(DatabaseUnreachableError, match=r'"nowhere" does not exist; create it with: createdb'):
        check_fitness(server.url("nowhere"))


def test_a_database_of_another_encoding_is_refused(server, stack):
    url = stack.enter_context(database_made_with(server, "latin", "ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc"))
    with pytest.raises(DatabaseUnfitError, match="is encoded in LATIN1; create one with"):
        check_fitness(url)


def test_a_database_that_does_not_fold_cyrillic_is_refused(server, stack):
    url = stack.enter_context(database_made_with(server, "plain_c", "LOCALE 'C' LOCALE_PROVIDER libc"))
    with pytest.raises(DatabaseUnfitError, match="does not fold Cyrillic"):
        check_fitness(url)


def test_a_server_that_is_too_old_is_refused(server, database_url, monkeypatch):
    monkeypatch.setattr("store.database.LEAST_MAJOR", 99)
    with pytest.raises(DatabaseUnfitError, match=rf"is Postgres {server.version}, Wirewatch needs 99 or newer"):
        check_fitness(database_url)


def test_a_read_only_database_is_refused(server, database_url):
    with psycopg.connect(server.maintenance_url, autocommit=True) as conn:
        conn.execute(f"ALTER DATABASE {urlsplit(database_url).path[1:]} SET default_transaction_read_only = on")
    with pytest.raises(DatabaseUnfitError, match="is read-only"):
        check_fitness(database_url)


@pytest.mark.parametrize("there", ["empty_database_url", "database_url"])
async def test_a_user_who_may_do_nothing_is_told(server, request, tmp_path, there):
    role = f"reader_{os.getpid()}"
    with psycopg.connect(server.maintenance_url, autocommit=True) as conn:
        conn.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'pa55-word'")
    try:
        url = request.getfixturevalue(there).replace("postgres@", f"{role}:pa55-word@")
        with pytest.raises(DatabaseUnfitError, match=r"permission denied .* own the database") as told:
            async with open_database(config(url, tmp_path)):
                pass
        assert "pa55" not in str(told.value)
    finally:
        with psycopg.connect(server.maintenance_url, autocommit=True) as conn:
            conn.execute(f"DROP ROLE {role}")


def test_a_server_that_goes_away_under_a_single_connection_is_told(database_url):
    with pytest.raises(DatabaseUnreachableError), connections.connect(database_url) as conn:
        cut_all(database_url)
        conn.execute("SELECT 1")


def test_what_the_address_says_about_the_link_wins():
    given = connections.full_conninfo(
        "postgresql://h/d?connect_timeout=60&options=-c%20work_mem%3D1MB&application_name=mine"
    )
    assert "connect_timeout=60" in given
    assert "work_mem=1MB -c timezone=UTC" in given
    assert f"application_name='mine {os.getpid()}@{socket.gethostname()}'" in given


def cut_all(url: str) -> None:
    """Cut every connection to the database, as a restart does."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def discard(home: Path) -> None:
    postgres = EmbeddedPostgres(home)
    postgres.start()
    postgres.release(discard=True)


@contextlib.contextmanager
def database_made_with(server, name, options):
    name = f"{name}_{os.getpid()}"
    with psycopg.connect(server.maintenance_url, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
    try:
        yield server.url(name)
    finally:
        server.drop(server.url(name))


class Relay:
    """Stands between a client and the server, and can go silent: it takes everything and hands on nothing."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.silent = False
        self.port = 0
        self.tasks: set[asyncio.Task] = set()

    def url(self, database_url: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{urlsplit(database_url).path[1:]}"

    async def carry(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        theirs, ours = await asyncio.open_unix_connection(str(self.target))
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self.pump(reader, ours))
                both.create_task(self.pump(theirs, writer))
        finally:
            for end in (writer, ours):
                end.transport.abort()
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def pump(self, source, sink):
        with contextlib.suppress(OSError):
            while chunk := await source.read(65536):
                while self.silent:
                    await asyncio.sleep(0.05)
                sink.write(chunk)
                await sink.drain()
            sink.close()


@contextlib.asynccontextmanager
async def silent_relay(server):
    info = psycopg.conninfo.conninfo_to_dict(server.maintenance_url)
    relay = Relay(Path(info["host"]) / f".s.PGSQL.{info['port']}")
    listener = await asyncio.start_server(relay.carry, "127.0.0.1", 0)
    relay.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield relay
        for task in relay.tasks:
            task.cancel()
        await asyncio.gather(*relay.tasks, return_exceptions=True)
