"""Writes a database into one file and fills one from it, with Postgres' own pg_dump, pg_restore and psql.

A backup is taken while all goes on, and is consistent. It holds everything but the queue's jobs: they follow from the
hosts' schedule. Restoring happens in one transaction: it succeeds as a whole or changes nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import psycopg
from psycopg import conninfo, sql

from news.errors import DatabaseNewerError, DatabaseUnfitError, UsageError, WirewatchError
from store import connections, migrations, queries
from store.binaries import bundled_binaries

_QUEUE_ROWS = "--exclude-table-data=procrastinate.*"


def dump(url: str, file: Path) -> None:
    """Write the database into `file`, replacing it only when the backup is whole.

    Raises:
        DatabaseUnreachableError: No database answers.
        UsageError: The file cannot be written.
        WirewatchError: pg_dump failed; the text quotes it.
    """
    if file.exists() and not file.is_file():
        # It would be replaced: a device or a pipe by a file of its name.
        raise UsageError(f"backup: {file}: is no regular file; name a file, or one that is not there yet")
    file = file.resolve()
    folder = _tools(url)
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        unfinished.touch(mode=0o600)
    except OSError as error:
        raise UsageError(f"backup: {file}: cannot be written: {(error.strerror or '').lower()}") from error
    try:
        arguments = ["--format=custom", "--no-owner", "--no-privileges", _QUEUE_ROWS, f"--file={unfinished}"]
        done = _run(url, [folder / "pg_dump", *arguments])
        if done.returncode:
            raise WirewatchError(f"backup: {file}: {_cause(url, done.stderr)}")
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(url: str, file: Path, *, replace: bool = False) -> None:
    """Fill the database from a backup, all or nothing. A backup of an older Wirewatch still has to be migrated.

    Args:
        url: The database; it may have our tables, empty.
        file: What `dump` wrote.
        replace: Whether what the database holds may be destroyed.

    Raises:
        DatabaseUnreachableError: No database answers.
        DatabaseUnfitError: It holds something, or others work in it, or its Postgres cannot take the backup.
        DatabaseNewerError: A newer Wirewatch made the backup.
        UsageError: The file is no backup of ours.
    """
    folder = _tools(url)
    _refuse_unless_free(url, replace)
    if not file.is_file():
        raise UsageError(f"restore: {file}: there is no such file")
    listed = subprocess.run([folder / "pg_restore", "--list", file], capture_output=True, text=True, check=False)
    if listed.returncode:
        raise UsageError(f"restore: {file}: is no backup of ours: {_cause(url, listed.stderr)}")
    _replay(url, folder, file)
    with connections.connect(url) as conn:
        conn.execute("ANALYZE")


def _refuse_unless_free(url: str, replace: bool) -> None:
    named = queries.load("backup")
    where = connections.describe(url)
    with connections.connect(url) as conn:
        tables = [row[0] for row in conn.execute(named.held_tables).fetchall()]
        if not tables:
            return
        if "public.migration" not in tables:
            raise DatabaseUnfitError(f"restore: {where}: holds tables of another program; create a database of its own")
        if not replace and "public.entry" in tables and _first(conn, named.holds_work):
            raise DatabaseUnfitError(
                f"restore: {where}: is not empty; restore into a new one, or give up what it holds with --replace"
            )
        if users := _first(conn, named.other_users):
            raise DatabaseUnfitError(f"restore: {where}: {users} other connections use it; stop the workers first")


def _replay(url: str, folder: Path, file: Path) -> None:
    """Let psql run in one transaction: empty, what pg_restore says, check. COMMIT is sent only after all of it."""
    named = queries.load("backup")
    known = sql.Literal([migration.name for migration in migrations.read_migrations()])
    check = named.check_restored.as_string().replace("{known}", known.as_string())
    arguments = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as restore_said:
        writer = subprocess.Popen(
            [folder / "psql", *arguments, f"--dbname={_conninfo(url)}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=_environment(url),
        )
        reader = subprocess.Popen(
            [folder / "pg_restore", "--no-owner", "--no-privileges", "--file=-", file],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=restore_said,
        )
        assert writer.stdin is not None
        assert reader.stdout is not None
        try:
            writer.stdin.write(
                f"BEGIN;\nSET LOCAL client_min_messages = warning;\n{named.empty.as_string()};\n".encode()
            )
            shutil.copyfileobj(reader.stdout, writer.stdin, 2**20)
            if reader.wait() == 0:
                writer.stdin.write(f"\n{check};\nCOMMIT;\n".encode())
            else:
                writer.kill()  # within a COPY nothing else ends the transaction
            writer.stdin.close()
        except BrokenPipeError:
            pass  # psql met an error and left; its words follow
        finally:
            for process in (reader, writer):
                _end(process)
        _judge(url, file, reader.returncode, _text(restore_said), writer.returncode, _text(said))


def _judge(url: str, file: Path, read: int, read_said: str, written: int, written_said: str) -> None:
    if written > 0:
        if newer := re.search(r"wirewatch: newer: (.*)", written_said):
            raise DatabaseNewerError(f"restore: {file}: a newer Wirewatch made it: {newer[1]}; update Wirewatch")
        if "wirewatch: no backup of ours" in written_said:
            raise UsageError(f"restore: {file}: is a backup of another program")
        raise DatabaseUnfitError(f"restore: {file}: nothing was changed: {_cause(url, written_said)}")
    if read or written:
        raise UsageError(f"restore: {file}: is damaged, nothing was changed: {_cause(url, read_said)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):  # the other end left first
                pipe.close()
    process.wait()


def _tools(url: str) -> Path:
    """Return the folder of programs of the server's own major version, for dumps of one do not always go into another.

    Raises:
        DatabaseUnfitError: They are not on this machine.
    """
    with connections.connect(url) as conn:
        major = conn.info.server_version // 10_000
    bundled = bundled_binaries()
    if bundled.major == major:
        return bundled.folder
    on_path = shutil.which("pg_dump")
    folders = [Path(f"/usr/lib/postgresql/{major}/bin"), *([Path(on_path).parent] if on_path else [])]
    for folder in folders:
        program = folder / "pg_dump"
        if program.exists() and (folder / "psql").exists():
            told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
            if re.search(rf"\b{major}\b", told):
                return folder
    raise DatabaseUnfitError(
        f"database: {connections.describe(url)}: is Postgres {major}, whose pg_dump and psql are not on this machine; "
        f"install postgresql-client-{major}"
    )


def _run(url: str, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, f"--dbname={_conninfo(url)}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env=_environment(url),
    )


def _conninfo(url: str) -> str:
    """Return the address without its password, which anybody could read in the list of processes."""
    given = conninfo.conninfo_to_dict(url)
    return conninfo.make_conninfo("", **{name: value for name, value in given.items() if name != "password"})


def _environment(url: str) -> Mapping[str, str]:
    """Return what psycopg sees too: the user's own Postgres may be set up by PG… variables and ~/.pgpass."""
    password = conninfo.conninfo_to_dict(url).get("password")
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _first(conn: psycopg.Connection, query: sql.SQL) -> object:
    row = conn.execute(query).fetchone()
    return row[0] if row else None


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _cause(url: str, said: str) -> str:
    lines = [line for line in said.splitlines() if "error" in line.lower()] or said.splitlines() or ["no word of why"]
    return connections.without_password(url, lines[0].strip())
