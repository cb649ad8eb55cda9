"""What every test may ask for: real data, a real Postgres.

One embedded server serves the whole session, shared by all its workers; each makes its databases from one migrated
template.
"""

import contextlib
import gc
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from store import binaries, migrations
from store.connections import full_conninfo
from store.embedded import EmbeddedPostgres

_TEMPLATE = "template_wirewatch"
_LOCK = 7319042551


class Server:
    """A running server that hands out databases with our schema."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self.postgres = postgres
        self.maintenance_url = postgres.database_url("postgres")
        self.version = int(postgres.binaries.version.split(".")[0])
        self._numbers = itertools.count(1)
        self._shared: str | None = None
        self._prepare()

    def url(self, name: str) -> str:
        return self.postgres.database_url(name)

    def create(self, *, empty: bool = False) -> str:
        """Make a database, migrated unless `empty`; return its URL."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        template = "template0" if empty else _TEMPLATE
        with psycopg.connect(self.maintenance_url, autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        with psycopg.connect(self.maintenance_url, autocommit=True) as conn:
            conn.execute(f"DROP DATABASE IF EXISTS {urlsplit(url).path.lstrip('/')} WITH (FORCE)")

    @property
    def shared_url(self) -> str:
        """A database of this worker for tests that roll back."""
        if self._shared is None:
            self._shared = self.create()
        return self._shared

    def _prepare(self) -> None:
        with psycopg.connect(self.maintenance_url, autocommit=True) as conn:
            conn.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            done = conn.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone()
            if done == (True,):
                return
            conn.execute(f"DROP DATABASE IF EXISTS {_TEMPLATE} WITH (FORCE)")
            conn.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
            migrations.migrate(self.url(_TEMPLATE))
            conn.execute(f"ALTER DATABASE {_TEMPLATE} WITH IS_TEMPLATE true")


@pytest.fixture(scope="module", autouse=True)
def rubbish_of_before() -> None:
    """Spare a test's loop the looking through all that thousands of tests before it have left: a second at a time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of corpora that are too big for the repository."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("WIREWATCH_TEST_DATA") or default)
    if folder.is_dir():
        return folder
    sentence = f"the corpora are not at {folder}: name their folder in WIREWATCH_TEST_DATA"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder that all workers of this session share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture(scope="session")
def embedded_server(session_folder: Path) -> Iterator[Server]:
    """The embedded Postgres of this session."""
    with _serve(EmbeddedPostgres(session_folder / "embedded")) as server:
        yield server


@pytest.fixture(scope="session")
def system_server(session_folder: Path) -> Iterator[Server]:
    """A server of the system's own Postgres, 15 or newer; skips where none is installed."""
    found = binaries.system_binaries(least=15)
    if found is None:
        pytest.skip("no Postgres 15 or newer is installed on this system")
    with _serve(EmbeddedPostgres(session_folder / "system", found)) as server:
        yield server


@contextlib.contextmanager
def _serve(postgres: EmbeddedPostgres) -> Iterator[Server]:
    postgres.start()
    try:
        yield Server(postgres)
    finally:
        postgres.release(discard=True)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """The server that a test runs against: the embedded one, below `tests/store` the system's as well."""
    chosen: Server = request.getfixturevalue(f"{getattr(request, 'param', 'embedded')}_server")
    return chosen


@pytest.fixture
def database_url(server: Server) -> Iterator[str]:
    """A fresh database with our schema, dropped afterwards."""
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def empty_database_url(server: Server) -> Iterator[str]:
    """A fresh database without a schema, dropped afterwards."""
    url = server.create(empty=True)
    yield url
    server.drop(url)


@pytest.fixture
async def conn(server: Server) -> AsyncIterator[psycopg.AsyncConnection[DictRow]]:
    """A connection within a transaction that is rolled back; rows are dicts, as those of `Database.connection`."""
    given = full_conninfo(server.shared_url)
    async with await psycopg.AsyncConnection.connect(given, row_factory=dict_row) as connection:
        yield connection
        await connection.rollback()
