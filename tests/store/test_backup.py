"""A backup brings everything back, or changes nothing."""

import os

import psycopg
import pytest

from news.errors import DatabaseNewerError, DatabaseUnfitError, DatabaseUnreachableError, UsageError
from store import backup, migrations


@pytest.fixture
def filled_url(database_url):
    with psycopg.connect(database_url) as conn:
        conn.execute("INSERT INTO host (name) VALUES ('outlet.example')")
        conn.execute("INSERT INTO source (name, url, url_key) VALUES ('Outlet', 'https://outlet.example/', '\\x01')")
        conn.execute(
            "INSERT INTO article (url_key, url, title, text, text_origin, language, reader, fetched_at)"
            " SELECT sha256(n::text::bytea), 'https://outlet.example/' || n, 'Новость ' || n, 'Слово и дело', 'page',"
            " 'ru', 'test', now() FROM generate_series(1, 300) AS n"
        )
        conn.execute("SET LOCAL search_path = procrastinate, public")
        conn.execute("INSERT INTO procrastinate.procrastinate_jobs (queue_name, task_name) VALUES ('visits', 'visit')")
    return database_url


@pytest.fixture
def dump_file(filled_url, tmp_path):
    file = tmp_path / "wirewatch.dump"
    backup.dump(filled_url, file)
    return file


def fetch(url, sql):
    with psycopg.connect(url) as conn:
        return conn.execute(sql).fetchall()


SUMMARY = "SELECT count(*), min(title), count(*) FILTER (WHERE search @@ to_tsquery('russian', 'новости')) FROM article"


def test_an_empty_database_gets_everything_back_but_the_queues_jobs(filled_url, dump_file, empty_database_url):
    backup.restore(empty_database_url, dump_file)
    assert fetch(empty_database_url, SUMMARY) == fetch(filled_url, SUMMARY) == [(300, "Новость 1", 300)]
    assert fetch(empty_database_url, "SELECT count(*) FROM procrastinate.procrastinate_jobs") == [(0,)]
    assert migrations.state(empty_database_url).pending == ()
    with psycopg.connect(empty_database_url) as conn:
        new = conn.execute("INSERT INTO host (name) VALUES ('new.example') RETURNING id").fetchone()
    assert new > fetch(filled_url, "SELECT max(id) FROM host")[0]


def test_a_backup_is_readable_by_its_owner_only(dump_file):
    assert dump_file.stat().st_mode & 0o077 == 0
    assert [path.name for path in dump_file.parent.iterdir()] == [dump_file.name]


def test_a_migrated_database_without_rows_counts_as_empty(server, dump_file):
    url = server.create()
    try:
        backup.restore(url, dump_file)
        assert fetch(url, SUMMARY) == [(300, "Новость 1", 300)]
    finally:
        server.drop(url)


def test_a_database_that_holds_something_is_refused_unless_told(filled_url, dump_file):
    with psycopg.connect(filled_url) as conn:
        conn.execute("DELETE FROM article WHERE url LIKE '%1'")
    before = fetch(filled_url, SUMMARY)
    with pytest.raises(DatabaseUnfitError, match="is not empty"):
        backup.restore(filled_url, dump_file)
    assert fetch(filled_url, SUMMARY) == before
    backup.restore(filled_url, dump_file, replace=True)
    assert fetch(filled_url, SUMMARY) == [(300, "Новость 1", 300)]


def test_a_database_of_another_program_is_never_touched(dump_file, empty_database_url):
    with psycopg.connect(empty_database_url) as conn:
        conn.execute("CREATE TABLE theirs (n integer)")
    with pytest.raises(DatabaseUnfitError, match="tables of another program"):
        backup.restore(empty_database_url, dump_file, replace=True)
    assert fetch(empty_database_url, "SELECT count(*) FROM theirs") == [(0,)]


def test_a_database_that_others_work_in_is_refused(filled_url, dump_file):
    with psycopg.connect(filled_url), pytest.raises(DatabaseUnfitError, match="1 other connections use it"):
        backup.restore(filled_url, dump_file, replace=True)


def test_a_file_that_is_no_backup_is_told(database_url, tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("Dear reader")
    with pytest.raises(UsageError, match=r"letter\.txt: is no backup of ours"):
        backup.restore(database_url, file)
    with pytest.raises(UsageError, match="there is no such file"):
        backup.restore(database_url, tmp_path / "absent")


def test_a_damaged_backup_changes_nothing(filled_url, dump_file):
    whole = dump_file.read_bytes()
    dump_file.write_bytes(whole[: len(whole) - 3000])
    before = fetch(filled_url, SUMMARY)
    with pytest.raises(UsageError, match="is damaged, nothing was changed"):
        backup.restore(filled_url, dump_file, replace=True)
    assert fetch(filled_url, SUMMARY) == before
    assert migrations.state(filled_url).pending == ()


def test_a_backup_of_a_newer_wirewatch_changes_nothing(filled_url, tmp_path, empty_database_url):
    with psycopg.connect(filled_url) as conn:
        conn.execute("INSERT INTO migration (name, sha256) VALUES ('9999_future', '')")
    file = tmp_path / "newer.dump"
    backup.dump(filled_url, file)
    with pytest.raises(DatabaseNewerError, match="9999_future; update Wirewatch"):
        backup.restore(empty_database_url, file)
    assert fetch(empty_database_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_backup_of_another_program_changes_nothing(server, filled_url, tmp_path, empty_database_url):
    with psycopg.connect(empty_database_url) as conn:
        conn.execute("CREATE TABLE theirs (n integer)")
    file = tmp_path / "theirs.dump"
    backup.dump(empty_database_url, file)
    with pytest.raises(UsageError, match="is a backup of another program"):
        backup.restore(filled_url, file, replace=True)
    assert fetch(filled_url, SUMMARY) == [(300, "Новость 1", 300)]


def test_a_failed_backup_keeps_the_one_before(server, dump_file):
    before = dump_file.read_bytes()
    with pytest.raises(DatabaseUnreachableError):
        backup.dump(server.url("nowhere"), dump_file)
    assert dump_file.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(database_url, tmp_path):
    with pytest.raises(UsageError, match="cannot be written: no such file or directory"):
        backup.dump(database_url, tmp_path / "absent" / "wirewatch.dump")


def test_a_password_is_not_in_the_list_of_processes():
    url = "postgresql://reader:s3cr3t@db.example/outlets"
    assert "s3cr3t" not in backup._conninfo(url)
    assert backup._environment(url)["PGPASSWORD"] == "s3cr3t"


def test_a_pipe_or_a_device_is_not_replaced_by_a_backup(database_url, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match="is no regular file"):
        backup.dump(database_url, pipe)
    assert pipe.is_fifo()


def test_a_backup_goes_where_a_link_leads(database_url, tmp_path):
    link, target = tmp_path / "newest.dump", tmp_path / "of-today.dump"
    link.symlink_to(target)
    backup.dump(database_url, link)
    assert link.is_symlink() and target.stat().st_size > 1000
