"""Brings a database to the schema of this code, by plain SQL files applied in order.

A file `migrations/0001_name.sql` runs once, in one transaction together with the note that it ran. One that begins with
`-- no-transaction` runs statement by statement instead (`CREATE INDEX CONCURRENTLY` needs that) and is written so that
it can run again after an interruption. What the SQL says is the business of `migrations/`, their sum that of `schema`.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

import store
from news.errors import DatabaseNewerError, MigrationEditedError
from store import connections

FOLDER = Path(store.__file__).parents[1] / "migrations"

# "Wirewat" in ASCII: a number that no other program takes by chance.
_LOCK = 0x57697265776174
_LOCK_POLL_S = 0.1
# A change of a busy table waits this long for its lock, while others queue up behind it.
_LOCK_TIMEOUT_S = 60.0

_TABLE = """
CREATE TABLE IF NOT EXISTS public.migration (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""

# Strings, quoted names, dollar-quoted bodies and comments may hold semicolons that end nothing.
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | \$(\w*)\$.*?\$\1\$ | --[^\n]* | /\*.*?\*/ | (?P<end>;)""",
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file. `sha256` is of its text, with Unix line ends."""

    name: str
    sql: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationState:
    """Names of migrations, in order."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]


def migrate(url: str, folder: Path = FOLDER) -> list[str]:
    """Apply what is pending and return the names; any number of processes may call it at once.

    Raises:
        DatabaseUnreachableError: No database answers.
        DatabaseUnfitError, DatabaseFullError: Our user may not create tables in it, or its disk is full.
        DatabaseNewerError: A newer Wirewatch was here.
        MigrationEditedError: A file differs from what was applied.
    """
    with connections.connect(url, lock_timeout_s=_LOCK_TIMEOUT_S) as conn:
        _lock(conn)
        conn.execute(_TABLE)
        pending = _pending(conn, read_migrations(folder))
        for migration in pending:
            _apply(conn, migration)
        return [migration.name for migration in pending]


def state(url: str, folder: Path = FOLDER) -> MigrationState:
    """Return what is applied and what is pending, changing nothing.

    Raises:
        DatabaseUnreachableError, DatabaseNewerError, MigrationEditedError: As for `migrate`.
    """
    migrations = read_migrations(folder)
    with connections.connect(url) as conn:
        pending = tuple(migration.name for migration in _pending(conn, migrations))
    applied = tuple(migration.name for migration in migrations if migration.name not in pending)
    return MigrationState(applied=applied, pending=pending)


def read_migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the migrations of `folder` in order.

    Raises:
        ValueError: Two have one number.
    """
    found = []
    for file in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        sql = file.read_text(encoding="utf-8")
        found.append(Migration(name=file.stem, sql=sql, sha256=hashlib.sha256(sql.encode()).hexdigest()))
    numbers = [migration.name[:4] for migration in found]
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"migrations: {folder}: two have one number: {', '.join(numbers)}")
    return found


def _lock(conn: psycopg.Connection) -> None:
    """Wait for our turn by asking again: who waits inside one statement would block CREATE INDEX CONCURRENTLY."""
    while True:
        row = conn.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if row is not None and row[0]:
            return
        time.sleep(_LOCK_POLL_S)


def _pending(conn: psycopg.Connection, migrations: list[Migration]) -> list[Migration]:
    exists = conn.execute("SELECT to_regclass('public.migration') IS NOT NULL").fetchone()
    rows = conn.execute("SELECT name, sha256 FROM public.migration").fetchall() if exists and exists[0] else []
    applied: dict[str, str] = dict(rows)
    if unknown := sorted(applied.keys() - {migration.name for migration in migrations}):
        raise DatabaseNewerError(
            f"database: {conn.info.dbname}: a newer Wirewatch made it: it has {', '.join(unknown)}; update Wirewatch"
        )
    for migration in migrations:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise MigrationEditedError(
                f"migration: {migration.name}: differs from what was applied to {conn.info.dbname}; "
                "restore the released file"
            )
    return [migration for migration in migrations if migration.name not in applied]


def _apply(conn: psycopg.Connection, migration: Migration) -> None:
    if migration.sql.startswith("-- no-transaction"):
        for statement in split_statements(migration.sql):
            conn.execute(statement)
        _note(conn, migration)
        return
    with conn.transaction():
        # Without parameters psycopg sends the file as it is: many statements, any `%`.
        conn.execute(migration.sql)
        _note(conn, migration)


def _note(conn: psycopg.Connection, migration: Migration) -> None:
    conn.execute("INSERT INTO public.migration (name, sha256) VALUES (%s, %s)", [migration.name, migration.sha256])


def split_statements(sql: str) -> Iterator[str]:
    """Yield the statements of a text one by one, without the semicolons between them."""
    start = 0
    for token in _TOKEN.finditer(sql):
        if token["end"]:
            yield sql[start : token.start()].strip()
            start = token.end()
    if re.sub(r"--[^\n]*", "", sql[start:]).strip():
        yield sql[start:].strip()
