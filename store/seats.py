"""Where an embedded cluster lives: its folders, whose they are, and that the server can reach them.

As root the server runs as an account that is not root. Where that account cannot reach the data folder (it lies under
/root, or a test's folder), the cluster lives elsewhere and a symbolic link in the data folder tells where; permissions
of folders that are not ours are never touched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from news.errors import DataFolderError
from store.binaries import Account, server_account
from store.postmaster import SOCKET_NAME

_ELSEWHERE = Path("/var/lib/wirewatch")
# sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero.
_LONGEST_SOCKET_BYTES = 103


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """The folders of one cluster.

    Attributes:
        home: The data folder it belongs to.
        folder: All of it, ours.
        data: The cluster, the server's; absent until it is made.
        log: The server's.
        socket: The server's; below /tmp where the path would be too long for a socket, or holds a comma.
        account: As whom the server runs; None for as ourselves.
    """

    home: Path
    folder: Path
    data: Path
    log: Path
    socket: Path
    account: Account | None

    def give(self, path: Path) -> None:
        """Make one folder of ours the server's own."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)

    def check_version(self, major: int) -> None:
        """See that the cluster is one, and of this major version.

        Raises:
            DataFolderError: It is not.
        """
        try:
            found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise DataFolderError(
                f"data folder: {self.data}: is no Postgres cluster; move it away, or set WIREWATCH_HOME"
            ) from error
        if found != str(major):
            raise DataFolderError(_other_major(self.data, found, major))

    def remove(self) -> None:
        """Delete the cluster and all that belongs to it. No server may run on it."""
        link = self.home / self.folder.name
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.socket, ignore_errors=True)
        if link.is_symlink():
            link.unlink()
            self.folder.parent.rmdir()


def find(home: Path, major: int) -> Seat | None:
    """Return the seat of a cluster of this major version; None when there is none yet."""
    place = home / f"pg{major}"
    return _seat(home, place.resolve()) if place.exists() else None


def take(home: Path, major: int) -> Seat:
    """Return the seat of this data folder, with its folders made.

    Raises:
        DataFolderError: The data folder holds a cluster of another major version or another user, or cannot be reached
            by the server's account.
        OSError: A folder cannot be made.
    """
    place = home / f"pg{major}"
    if not os.path.lexists(place):
        others = sorted(other.name.removeprefix("pg") for other in home.glob("pg[0-9]*") if other.is_dir())
        if others:
            raise DataFolderError(_other_major(home, others[-1], major))
        _make_place(place, server_account(place / "data"))
    elif not place.exists():
        raise DataFolderError(
            f"data folder: {place}: leads to {place.readlink()}, which is gone; restore it, or delete the link"
        )
    seat = _seat(home, place.resolve())
    owner = seat.data.stat().st_uid if seat.data.exists() else os.geteuid()
    if os.geteuid() not in (0, owner):
        raise DataFolderError(
            f"data folder: {home}: belongs to user {owner}, not to you; set WIREWATCH_HOME to a folder of yours"
        )
    if seat.account is not None and not seat.account.can_reach(seat.data):
        raise DataFolderError(
            f"data folder: {home}: a folder above {seat.data} is closed to user {seat.account.uid}, "
            "as whom the server runs; open that folder, or set WIREWATCH_HOME"
        )
    for folder in (seat.log, seat.socket):
        _make_servers_own(seat, folder)
    return seat


def _make_place(place: Path, account: Account | None) -> None:
    if account is None:
        place.mkdir(mode=0o700)
    elif account.can_reach(place):
        place.mkdir(mode=0o711)
        place.chmod(0o711)  # whatever the umask
    else:
        temporary = Path(tempfile.gettempdir()).resolve()
        parent = temporary if place.parent.resolve().is_relative_to(temporary) else _ELSEWHERE
        parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        outer = Path(tempfile.mkdtemp(prefix="wirewatch-", dir=parent))
        outer.chmod(0o711)
        target = outer / place.name
        target.mkdir(mode=0o711)
        target.chmod(0o711)
        place.symlink_to(target)


def _make_servers_own(seat: Seat, folder: Path) -> None:
    """Make a folder that the server writes to, and trust one that is there only if it is the server's or ours."""
    owner = os.geteuid() if seat.account is None else seat.account.uid
    if not os.path.lexists(folder):
        folder.mkdir(mode=0o700)
        seat.give(folder)
    elif folder.is_symlink() or not folder.is_dir() or folder.stat().st_uid != owner:
        # Below /tmp anybody may have made it first.
        if folder.is_symlink() or not folder.is_dir() or folder.stat().st_uid != 0 or os.geteuid() != 0:
            raise DataFolderError(f"data folder: {seat.home}: {folder} belongs to somebody else; delete it")
        seat.give(folder)


def _seat(home: Path, folder: Path) -> Seat:
    data = folder / "data"
    socket = folder / "socket"
    # libpq takes a comma for the end of one host's name and the beginning of the next.
    if len(os.fsencode(socket / SOCKET_NAME)) > _LONGEST_SOCKET_BYTES or "," in str(socket):
        short = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        # Not the TMPDIR of the moment: every process must find the same folder.
        socket = Path("/tmp").resolve() / f"wirewatch-{short}"  # noqa: S108
    return Seat(home=home, folder=folder, data=data, log=folder / "log", socket=socket, account=server_account(data))


def _other_major(where: Path, found: str, major: int) -> str:
    return (
        f"data folder: {where}: was made by Postgres {found}, this Wirewatch brings {major}; back it up with the "
        "Wirewatch that made it, and restore the backup into a new WIREWATCH_HOME"
    )
