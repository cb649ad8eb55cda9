"""The embedded Postgres: it starts anywhere, is shared, survives any kill, and says in one line why it cannot run.

Every test runs real servers. As root, those for an ordinary user run in a child that has become `nobody`.
"""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import psycopg
import pytest

from news.errors import DataFolderError, PostgresStartError, WirewatchError
from store import binaries, locks
from store.embedded import EmbeddedPostgres

ROOT = os.geteuid() == 0
PROJECT = Path(__file__).parents[2]
NOBODY = 65534
SOMEBODY = pwd.getpwnam("daemon").pw_uid

as_root = pytest.mark.skipif(not ROOT, reason="only root can become somebody else")


@pytest.fixture
def home(tmp_path):
    """A data folder; what lives there is stopped and deleted afterwards."""
    home = tmp_path / "home"
    yield home
    discard(home)


@pytest.fixture
def open_folder():
    """A folder that everybody can reach and only its owner can change, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="wirewatch-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def discard(home: Path) -> None:
    if not (home / "pg18").exists():
        return
    with contextlib.suppress(WirewatchError):
        postgres = EmbeddedPostgres(home)
        postgres.start()
        postgres.release(discard=True)


def execute(url, sql, *params):
    with psycopg.connect(url, autocommit=True) as conn:
        cursor = conn.execute(sql, params)
        return cursor.fetchall() if cursor.description else None


def in_child(code: str, *arguments: object, env: dict[str, str] | None = None):
    """Start Python code in a process of its own; it has `sys.argv[1:]`."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **(env or {})},
    )


HOLD = """
import sys
from pathlib import Path
from store.embedded import EmbeddedPostgres
postgres = EmbeddedPostgres(Path(sys.argv[1]))
postgres.start()
print(postgres.pid, flush=True)
sys.stdin.readline()
postgres.release()
"""


@contextlib.contextmanager
def holder(home: Path):
    """Another process that uses the server; gives the process and the server's pid."""
    with in_child(HOLD, home) as child:
        try:
            yield child, int(child.stdout.readline())
        finally:
            child.kill()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(condition, timeout_s: float = 30.0) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_it_starts_cold_stops_and_starts_warm_with_everything_kept(home):
    with EmbeddedPostgres(home) as postgres:
        execute(postgres.url, "CREATE TABLE kept (word text)")
        execute(postgres.url, "INSERT INTO kept VALUES ('слово')")
        first = postgres.pid
    assert wait_until(lambda: not is_running(first))
    with EmbeddedPostgres(home) as postgres:
        assert postgres.pid != first
        assert execute(postgres.url, "SELECT word FROM kept") == [("слово",)]


def test_its_settings_lose_nothing_and_open_nothing(home):
    wanted = {
        "TimeZone": "UTC",
        "listen_addresses": "",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "unix_socket_permissions": "0700",
        "server_encoding": "UTF8",
    }
    with EmbeddedPostgres(home) as postgres:
        found = {name: execute(postgres.url, f"SHOW {name}")[0][0] for name in wanted}
        modes = {name: (home / "pg18" / name).stat().st_mode & 0o777 for name in ("data", "log", "socket")}
    assert found == wanted
    assert modes == {"data": 0o700, "log": 0o700, "socket": 0o700}


def test_cyrillic_folds_stems_and_compares(home):
    with EmbeddedPostgres(home) as postgres:
        assert execute(
            postgres.url, "SELECT to_tsvector('russian', 'НОВОСТИ') = to_tsvector('russian', 'новость')"
        ) == [(True,)]
        execute(postgres.url, "CREATE EXTENSION pg_trgm")
        assert execute(postgres.url, "SELECT similarity('НОВОСТИ', 'новости')") == [(1.0,)]


def test_several_processes_share_one_server_and_the_last_to_leave_stops_it(home):
    with holder(home) as (first, pid), holder(home) as (second, same):
        assert pid == same
        first.communicate("\n")
        assert first.returncode == 0
        assert is_running(pid)
        second.communicate("\n")
        assert second.returncode == 0
        assert wait_until(lambda: not is_running(pid))


def test_a_killed_user_leaves_the_server_to_the_others_and_no_stale_count(home):
    with holder(home) as (killed, pid), holder(home) as (other, _):
        killed.kill()
        killed.wait()
        assert is_running(pid)
        other.communicate("\n")
        assert wait_until(lambda: not is_running(pid))


def test_a_server_whose_last_user_was_killed_is_used_again(home):
    with holder(home) as (killed, pid):
        killed.kill()
        killed.wait()
    assert is_running(pid)
    with EmbeddedPostgres(home) as postgres:
        assert postgres.pid == pid
    assert wait_until(lambda: not is_running(pid))


def test_many_cold_starts_at_once_make_one_server(home):
    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(in_child(HOLD, home)) for _ in range(4)]
        pids = {int(child.stdout.readline()) for child in children}
        for child in children:
            child.communicate("\n")
        assert len(pids) == 1
        assert [child.returncode for child in children] == [0] * 4


def test_ctrl_c_in_a_terminal_does_not_reach_the_server(home):
    with EmbeddedPostgres(home) as postgres:
        assert os.getsid(postgres.pid) != os.getsid(0)
        assert os.getpgid(postgres.pid) == postgres.pid


def test_a_killed_server_is_brought_back_while_others_hold_it_with_everything_acknowledged(home):
    with holder(home) as (other, pid), EmbeddedPostgres(home) as postgres:
        execute(postgres.url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        assert postgres.ensure_running() is False
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not postgres.is_alive())
        assert postgres.ensure_running() is True
        assert postgres.pid != pid
        assert execute(postgres.url, "SELECT count(*) FROM kept") == [(1000,)]
        other.communicate("\n")
        assert other.returncode == 0
        assert postgres.is_alive()


def test_users_that_all_notice_a_crash_bring_back_one_server(home):
    code = HOLD.replace("sys.stdin.readline()", "sys.stdin.readline(); postgres.ensure_running()").replace(
        "postgres.release()", "print(postgres.pid, flush=True); sys.stdin.readline(); postgres.release()"
    )
    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(in_child(code, home)) for _ in range(3)]
        pid = {int(child.stdout.readline()) for child in children}.pop()
        os.kill(pid, signal.SIGKILL)
        for child in children:
            child.stdin.write("\n")
            child.stdin.flush()
        assert len({int(child.stdout.readline()) for child in children} - {pid}) == 1
        for child in children:
            child.communicate("\n")


def test_a_backend_that_outlives_its_postmaster_is_ended_before_the_next_server(home):
    with EmbeddedPostgres(home) as postgres:
        # A busy backend notices nothing by itself.
        busy = in_child("import psycopg, sys\npsycopg.connect(sys.argv[1]).execute(sys.argv[2])", postgres.url, BUSY)
        try:
            assert wait_until(lambda: busy_backend(postgres.url))
            backend = busy_backend(postgres.url)
            os.kill(postgres.pid, signal.SIGKILL)
            assert postgres.ensure_running() is True
            assert not is_running(backend)
            assert execute(postgres.url, "SELECT 1") == [(1,)]
        finally:
            busy.kill()
            busy.communicate()


BUSY = "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"


def busy_backend(url):
    rows = execute(url, "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query = %s", BUSY)
    return rows[0][0] if rows else None


@pytest.mark.slow
def test_a_hung_server_is_replaced(home, monkeypatch):
    monkeypatch.setattr("store.postmaster._SILENCE_S", 1.0)
    monkeypatch.setattr("store.embedded._PATIENCE", "&connect_timeout=2")
    with EmbeddedPostgres(home) as postgres:
        pid = postgres.pid
        os.kill(pid, signal.SIGSTOP)
        assert postgres.is_alive() is False
        assert postgres.ensure_running() is True
        assert not is_running(pid)
        assert execute(postgres.url, "SELECT 1") == [(1,)]


def test_a_server_whose_socket_was_swept_away_is_replaced(home):
    with EmbeddedPostgres(home) as postgres:
        for file in (home / "pg18" / "socket").iterdir():
            file.unlink()
        assert postgres.ensure_running() is True
        assert execute(postgres.url, "SELECT 1") == [(1,)]


def test_a_zombie_postmaster_is_not_taken_for_a_living_one(home):
    # Its parent does not reap it: in a container without an init nobody does.
    code = HOLD.replace("sys.stdin.readline()", "import time; time.sleep(600)")
    with in_child(code, home) as parent:
        pid = int(parent.stdout.readline())
        try:
            os.kill(pid, signal.SIGKILL)
            assert wait_until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z")
            assert (home / "pg18" / "data" / "postmaster.pid").read_text().startswith(str(pid))
            with EmbeddedPostgres(home) as postgres:
                assert postgres.pid not in (None, pid)
                assert execute(postgres.url, "SELECT 1") == [(1,)]
        finally:
            parent.kill()


def test_a_stale_pid_file_that_names_a_stranger_is_seen_through(home):
    with EmbeddedPostgres(home) as postgres:
        pid_file = home / "pg18" / "data" / "postmaster.pid"
        text = pid_file.read_text()
        socket_lock = home / "pg18" / "socket" / ".s.PGSQL.5432.lock"
        lock_text = socket_lock.read_text()
        old = str(postgres.pid)
    # As after a power cut: the files are there, and the number now belongs to this very test.
    pid_file.write_text(text.replace(old, str(os.getpid()), 1))
    socket_lock.write_text(lock_text.replace(old, str(os.getpid()), 1))
    with EmbeddedPostgres(home) as postgres:
        assert execute(postgres.url, "SELECT 1") == [(1,)]


def test_left_over_lock_files_mean_nothing(home):
    with EmbeddedPostgres(home):
        pass
    assert {"postgres.start.lock", "postgres.users.lock"} <= {path.name for path in home.iterdir()}
    with EmbeddedPostgres(home) as postgres:
        assert postgres.is_alive()


def test_a_start_lock_that_is_never_given_back_is_told(home, monkeypatch):
    monkeypatch.setattr("store.locks._TIMEOUT_S", 0.2)
    home.mkdir()
    with (
        locks.alone(home / "postgres.start.lock"),
        pytest.raises(PostgresStartError, match="another process has held this lock"),
    ):
        EmbeddedPostgres(home).start()


def test_an_interrupted_initdb_is_begun_anew(home):
    with in_child(HOLD, home) as child:
        place = home / "pg18"
        assert wait_until(lambda: list(place.glob("data.new-*/base")))
        child.kill()
    assert not (place / "data").exists()
    with EmbeddedPostgres(home) as postgres:
        assert execute(postgres.url, "SELECT 1") == [(1,)]
        assert wait_until(lambda: not list(place.glob("data.new-*/base")))


def test_starting_again_and_releasing_again_change_nothing(home):
    postgres = EmbeddedPostgres(home)
    postgres.start()
    pid = postgres.pid
    postgres.start()
    assert postgres.pid == pid
    postgres.release()
    postgres.release()
    assert postgres.pid is None
    assert not postgres.is_alive()


def test_a_forked_child_does_not_stop_the_server_of_its_parent(home):
    code = """
    import os, sys
    from pathlib import Path
    from store.embedded import EmbeddedPostgres
    with EmbeddedPostgres(Path(sys.argv[1])) as postgres:
        child = os.fork()
        if child == 0:
            postgres.release()
            sys.exit(0)
        os.waitpid(child, 0)
        print(postgres.is_alive())
    """
    with in_child(code, home) as parent:
        assert parent.communicate()[0] == "True\n"


@pytest.mark.parametrize(
    "name", ["with a blank", "with, a comma", "новости, «тест» 'x' \"y\" $HOME `id` %41", "long-" + "x" * 200]
)
def test_any_path_will_do(tmp_path, name):
    home = tmp_path / name
    try:
        with EmbeddedPostgres(home) as postgres:
            assert execute(postgres.url, "SELECT current_database()") == [("wirewatch",)]
            place = (home / "pg18").resolve()
            assert execute(postgres.url, "SHOW data_directory") == [(str(place / "data"),)]
    finally:
        discard(home)


def test_a_path_longer_than_a_socket_may_have_moves_the_socket_only(open_folder):
    home = open_folder / ("x" * 100) / "home"
    with EmbeddedPostgres(home) as postgres:
        socket = Path(psycopg.conninfo.conninfo_to_dict(postgres.url)["host"])
        assert socket.parent == Path("/tmp").resolve()
        assert socket.stat().st_mode & 0o777 == 0o700
        assert execute(postgres.url, "SHOW data_directory") == [(str(home / "pg18" / "data"),)]
    discard(home)
    assert not socket.exists()


def test_a_socket_folder_that_somebody_else_made_is_not_trusted(open_folder):
    home = open_folder / ("x" * 100) / "home"
    with EmbeddedPostgres(home) as postgres:
        socket = Path(psycopg.conninfo.conninfo_to_dict(postgres.url)["host"])
    shutil.rmtree(socket)
    socket.symlink_to(open_folder)
    try:
        with pytest.raises(DataFolderError, match="belongs to somebody else"):
            EmbeddedPostgres(home).start()
    finally:
        socket.unlink()


def test_variables_of_another_postgres_do_not_mislead_it(home):
    code = """
    import sys
    from pathlib import Path
    import psycopg
    from store.embedded import EmbeddedPostgres
    with EmbeddedPostgres(Path(sys.argv[1])) as postgres, psycopg.connect(postgres.url) as conn:
        print(conn.execute("SELECT current_database() || ' ' || current_user").fetchone()[0])
    """
    elsewhere = {
        "PGHOST": "db.example",
        "PGHOSTADDR": "192.0.2.1",
        "PGPORT": "9",
        "PGUSER": "somebody",
        "PGDATABASE": "other",
        "PGPASSWORD": "x",
        "PGDATA": "/nowhere",
        "PGSSLMODE": "verify-full",
        "PGGSSENCMODE": "require",
        "PGCHANNELBINDING": "require",
        "PGTARGETSESSIONATTRS": "standby",
        "PGCLIENTENCODING": "LATIN1",
        "LC_ALL": "tr_TR.UTF-8",
        "TZ": "Asia/Baku",
    }
    with in_child(code, home, env=elsewhere) as child:
        assert child.communicate()[0] == "wirewatch postgres\n"


def test_the_server_sees_none_of_our_environment(home, monkeypatch):
    monkeypatch.setenv("WIREWATCH_SECRET", "s3cr3t")
    with EmbeddedPostgres(home) as postgres:
        assert b"s3cr3t" not in Path(f"/proc/{postgres.pid}/environ").read_bytes()


def test_a_data_folder_of_another_major_version_is_refused(home):
    (home / "pg17" / "data").mkdir(parents=True)
    with pytest.raises(DataFolderError, match="was made by Postgres 17, this Wirewatch brings 18"):
        EmbeddedPostgres(home).start()
    shutil.rmtree(home / "pg17")
    with EmbeddedPostgres(home):
        version = home / "pg18" / "data" / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(DataFolderError, match="was made by Postgres 16"):
        EmbeddedPostgres(home).start()
    version.write_text("18\n")


def test_a_folder_in_the_clusters_place_that_is_none_is_left_alone(home):
    with EmbeddedPostgres(home):
        data = home / "pg18" / "data"
    (data / "PG_VERSION").rename(data / "away")
    with pytest.raises(DataFolderError, match="is no Postgres cluster"):
        EmbeddedPostgres(home).start()
    (data / "away").rename(data / "PG_VERSION")


def test_a_data_folder_that_is_a_file_is_told(tmp_path):
    home = tmp_path / "home"
    home.write_text("not a folder")
    with pytest.raises(DataFolderError, match=r"home: cannot be used: .*WIREWATCH_HOME"):
        EmbeddedPostgres(home).start()


def test_a_server_that_does_not_start_is_quoted(home):
    with EmbeddedPostgres(home):
        data = home / "pg18" / "data"
    with (data / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(PostgresStartError, match=r"configuration file .* contains errors .*start\.log"):
        EmbeddedPostgres(home).start()
    text = (data / "postgresql.conf").read_text()
    (data / "postgresql.conf").write_text(text.replace("no_such_setting = 1\n", ""))


def test_discarding_deletes_the_cluster_unless_others_use_it(home):
    mine, other = EmbeddedPostgres(home), EmbeddedPostgres(home)
    mine.start()
    other.start()
    place = (home / "pg18").resolve()
    mine.release(discard=True)
    assert other.is_alive()
    other.release(discard=True)
    assert not place.exists()
    assert not os.path.lexists(home / "pg18")


@contextlib.contextmanager
def small_disk(folder: Path, options: str):
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "wirewatch-test", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@as_root
def test_a_full_disk_is_told_before_anything_is_made(open_folder):
    with small_disk(open_folder, "size=20m,mode=0755"):
        with pytest.raises(DataFolderError, match=r"is full: \d+ MB are free and 150 MB needed"):
            EmbeddedPostgres(open_folder / "home").start()
        assert not (open_folder / "home" / "pg18" / "data").exists()


@as_root
def test_a_disk_that_is_full_at_a_warm_start_is_told_and_room_mends_it(open_folder):
    with small_disk(open_folder, "size=200m,mode=0755"):
        home = open_folder / "home"
        with EmbeddedPostgres(home) as postgres:
            pid = postgres.pid
            execute(postgres.url, "CREATE TABLE kept AS SELECT 1 AS n")
            os.kill(pid, signal.SIGKILL)
            assert wait_until(lambda: not postgres.is_alive())
            with (open_folder / "filler").open("wb") as filler, contextlib.suppress(OSError):
                while True:
                    filler.write(b"x" * 2**16)
            with pytest.raises(DataFolderError, match=r"is full; free space there|no space left"):
                postgres.ensure_running()
            (open_folder / "filler").unlink()
            assert postgres.ensure_running() is True
            assert execute(postgres.url, "SELECT n FROM kept") == [(1,)]


@as_root
def test_a_read_only_disk_is_told(open_folder):
    with (
        small_disk(open_folder, "ro"),
        pytest.raises(DataFolderError, match=r"read-only file system; .*WIREWATCH_HOME"),
    ):
        EmbeddedPostgres(open_folder / "home").start()


TELL = """
import encodings.ascii, encodings.idna, importlib.metadata, json, os, subprocess, sys
from pathlib import Path
import psycopg
from news.errors import WirewatchError
from store.embedded import EmbeddedPostgres
if len(sys.argv) > 2:
    # After the imports: Python itself may lie where only root can read.
    os.setgroups([]), os.setgid(int(sys.argv[2])), os.setuid(int(sys.argv[2]))
try:
    with EmbeddedPostgres(Path(sys.argv[1])) as postgres, psycopg.connect(postgres.url) as conn:
        owner = os.stat(f"/proc/{postgres.pid}").st_uid
        print(json.dumps({"uid": owner, "answer": conn.execute("SELECT 1").fetchone()[0]}))
except WirewatchError as error:
    print(json.dumps({"error": type(error).__name__, "text": str(error)}))
"""


def tell(home: Path, user: int | None = None) -> dict:
    programs = binaries.bundled_binaries()
    if user is not None and not binaries.Account(uid=user, gid=user).can_reach(programs.folder / "postgres"):
        pytest.skip("the environment lies in a folder that other users cannot reach")
    with in_child(TELL, home, *([] if user is None else [user])) as child:
        return json.loads(child.communicate()[0])


@as_root
def test_as_root_the_server_runs_as_nobody(home):
    with EmbeddedPostgres(home) as postgres:
        assert Path(f"/proc/{postgres.pid}").stat().st_uid == NOBODY


@as_root
def test_as_root_a_closed_folder_stays_closed_and_the_cluster_lives_where_its_account_can_reach_it(open_folder):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    try:
        with EmbeddedPostgres(home) as postgres:
            assert execute(postgres.url, "SELECT 1") == [(1,)]
            place = (home / "pg18").resolve()
            assert (home / "pg18").is_symlink()
            assert not place.is_relative_to(closed)
        assert closed.stat().st_mode & 0o777 == 0o700
        assert closed.stat().st_uid == 0
        with EmbeddedPostgres(home) as postgres:
            assert (home / "pg18").resolve() == place
    finally:
        discard(home)
    assert not place.parent.exists()


@as_root
def test_as_root_a_cluster_that_its_link_no_longer_finds_is_told(home):
    home.mkdir()
    (home / "pg18").symlink_to(home / "gone")
    with pytest.raises(DataFolderError, match=r"leads to .*gone, which is gone"):
        EmbeddedPostgres(home).start()
    (home / "pg18").unlink()


@as_root
def test_as_root_programs_behind_a_closed_folder_are_copied(open_folder):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    bundled = binaries.bundled_binaries()
    for folder in (bundled.root, bundled.root.with_name(f"{bundled.root.name}.libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    root = closed / bundled.root.name
    hidden = binaries.Binaries(folder=root / "pginstall" / "bin", version=bundled.version, root=root)
    home = open_folder / "home"
    try:
        with EmbeddedPostgres(home, hidden) as postgres:
            program = Path(f"/proc/{postgres.pid}/exe").readlink()
            assert program.is_relative_to(home / "pg18" / f"programs-{bundled.version}")
            # The copy is ours: the server's account cannot change what it runs.
            assert program.stat().st_uid == 0
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        discard(home)


@as_root
def test_an_ordinary_user_needs_no_rights(open_folder):
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    assert tell(home, NOBODY) == {"uid": NOBODY, "answer": 1}
    assert tell(home, NOBODY) == {"uid": NOBODY, "answer": 1}


@as_root
def test_a_folder_begun_by_a_user_stays_that_users_when_root_starts_it(open_folder):
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, SOMEBODY, SOMEBODY)
    assert tell(home, SOMEBODY) == {"uid": SOMEBODY, "answer": 1}
    assert tell(home) == {"uid": SOMEBODY, "answer": 1}
    assert tell(home, SOMEBODY) == {"uid": SOMEBODY, "answer": 1}


@as_root
def test_an_ordinary_user_is_told_of_a_folder_that_is_not_his(open_folder):
    assert tell(open_folder / "home", NOBODY)["error"] == "DataFolderError"
    home = open_folder / "roots"
    assert tell(home)["answer"] == 1
    told = tell(home, SOMEBODY)
    assert told["error"] == "DataFolderError"
    assert str(home) in told["text"]
    assert "WIREWATCH_HOME" in told["text"]
