"""How a connection to Postgres is made: its parameters, and what is said when there is none.

A text made here never holds a password. Pools and checks are `database`'s business.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import conninfo

from news.errors import (
    ConfigError,
    DatabaseBusyError,
    DatabaseFullError,
    DatabaseUnfitError,
    DatabaseUnreachableError,
)

# A server that is well answers within milliseconds; a half-open connection (a router that forgot it) shows itself
# within a minute. psycopg itself waits for ever for an answer: `database` puts a deadline around each use.
_LINK = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


_MOST_NAME = 24
"""Characters of what a session is called before its process; the server keeps 63 in all."""

_HELD = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

REFUSALS = (psycopg.errors.DiskFull, psycopg.errors.InsufficientPrivilege, *_HELD)
"""What a statement ends with on a full disk, without the right, and where another process holds what it needs."""


def full_conninfo(
    url: str,
    *,
    statement_timeout_s: float = 0.0,
    lock_timeout_s: float = 0.0,
    idle_timeout_s: float = 0.0,
    search_path: str = "public",
    synchronous_commit: bool = True,
    application_name: str = "wirewatch",
) -> str:
    """Return `url` as a connection string with our parameters; what the URL says about the link itself wins.

    Args:
        url: An address as libpq takes it.
        statement_timeout_s: Longest statement; 0 for no limit, as for the other two.
        lock_timeout_s: Longest wait for a lock.
        idle_timeout_s: Longest idleness within a transaction.
        search_path: Schemas, apart by commas.
        synchronous_commit: False lets commits go ahead of the disk; True is the server's own way.
        application_name: What the server's own lists call us, before the process: `wirewatch 4242@host`.

    Raises:
        ConfigError: `url` is no such address.
    """
    given = _parse(url)
    session = {
        # psycopg cannot read moments near the ends of the calendar in other zones.
        "timezone": "UTC",
        "search_path": search_path.replace(" ", ""),
        "statement_timeout": round(statement_timeout_s * 1000),
        "lock_timeout": round(lock_timeout_s * 1000),
        "idle_in_transaction_session_timeout": round(idle_timeout_s * 1000),
    }
    if not synchronous_commit:
        session["synchronous_commit"] = "off"
    options = " ".join([given.get("options", ""), *(f"-c {name}={value}" for name, value in session.items())]).strip()
    link = {name: value for name, value in _LINK.items() if name not in given}
    name = f"{given.get('application_name', application_name)[:_MOST_NAME]} {os.getpid()}@{socket.gethostname()}"
    return conninfo.make_conninfo(
        **{**given, **link, "options": options, "application_name": name, "client_encoding": "UTF8"}
    )


@contextlib.contextmanager
def connect(url: str, *, lock_timeout_s: float = 0.0) -> Iterator[psycopg.Connection]:
    """Open one connection in autocommit, for work that no deadline fits: migrations, checks, dumps.

    Raises:
        DatabaseUnreachableError: No database answers, or it went away meanwhile.
        DatabaseFullError, DatabaseUnfitError, DatabaseBusyError: It refuses what is asked.
    """
    given = full_conninfo(url, lock_timeout_s=lock_timeout_s)
    try:
        connection = psycopg.connect(given, autocommit=True)
    except psycopg.OperationalError as error:
        raise unreachable(url, error) from error
    try:
        with connection:
            yield connection
    except REFUSALS as error:
        raise refused(url, error) from error
    except psycopg.OperationalError as error:
        if connection.broken:
            raise unreachable(url, error) from error
        raise


def describe(url: str) -> str:
    """Return which database `url` means, without the password: `outlets on db.example:5432`."""
    given = _parse(url)
    where = given.get("host") or given.get("hostaddr") or "the local server"
    if not where.startswith("/") and given.get("port"):
        where = f"{where}:{given['port']}"
    return f"{given.get('dbname') or given.get('user') or 'default database'} on {where}"


def unreachable(url: str, error: BaseException) -> DatabaseUnreachableError:
    """Return the error for a connection that could not be made."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    # libpq says why after "failed:", in the next line asks whether the server runs, and tells of each address in turn.
    said = next((line for line in lines if " failed: " in line), lines[-1])
    cause = without_password(url, said.rpartition(" failed: ")[2].removeprefix("[Errno -2] "))
    hint = ""
    if said != cause or "resolve" in cause:
        hint = "; see that it runs and that WIREWATCH_DATABASE_URL is right"
    if "does not exist" in cause and "database" in cause:
        hint = "; create it with: createdb --encoding=UTF8 --template=template0 NAME"
    return DatabaseUnreachableError(f"database: {describe(url)}: {cause}{hint}")


def refused(url: str, error: psycopg.Error) -> DatabaseFullError | DatabaseUnfitError | DatabaseBusyError:
    """Return the error for a statement that the server refuses.

    Its disk is full, our user lacks the right, or another process holds what is needed.
    """
    cause = without_password(url, str(error).strip().splitlines()[0])
    if isinstance(error, psycopg.errors.DiskFull):
        return DatabaseFullError(f"database: {describe(url)}: {cause}; free space on its disk and try again")
    if isinstance(error, _HELD):
        return DatabaseBusyError(f"database: {describe(url)}: {cause}: another process holds what is needed; try again")
    return DatabaseUnfitError(
        f"database: {describe(url)}: {cause}; let the user of WIREWATCH_DATABASE_URL own the database"
    )


def without_password(url: str, text: str) -> str:
    """Return `text` with the password of `url` masked."""
    password = str(_parse(url).get("password") or "")
    return text.replace(password, "***") if password else text


def _parse(url: str) -> dict[str, Any]:
    given: dict[str, Any] | None = None
    with contextlib.suppress(psycopg.ProgrammingError):
        given = conninfo.conninfo_to_dict(url)
    # With an unencoded / or @ in a password, a part of it passes for the port or the host, and would be printed.
    if (
        given is None
        or "@" in given.get("host", "")
        or not all(port.isdigit() for port in str(given.get("port", 0)).split(","))
    ):
        # libpq's own words may quote a part of the password.
        raise ConfigError(
            "setting: WIREWATCH_DATABASE_URL: is no address of a Postgres database; write it as "
            "postgresql://user:password@host:5432/name, special characters percent-encoded"
        )
    return given
