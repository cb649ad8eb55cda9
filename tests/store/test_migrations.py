"""Migrations run once, in order, whole, by one process at a time; their sum is what schema.sql says."""

import threading
import time

import psycopg
import pytest

from news.errors import DatabaseNewerError, MigrationEditedError
from store import migrations, schema


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_first.sql").write_text(
        "CREATE TABLE first (n bigint);\nCOMMENT ON TABLE first IS 'a 100 % sure; yes';\n"
    )
    (folder / "0002_second.sql").write_text("ALTER TABLE first ADD COLUMN word text DEFAULT 'a;b';\n")
    (folder / "schema.sql").write_text("not a migration")
    return folder


def fetch(url, sql):
    with psycopg.connect(url) as conn:
        return conn.execute(sql).fetchall()


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_the_sum_of_the_migrations_is_schema_sql(database_url):
    assert schema.read_schema(database_url) == schema.FILE.read_text(encoding="utf-8"), "run: python -m store.schema"


def test_an_empty_database_gets_everything_in_order_once(empty_database_url):
    names = [migration.name for migration in migrations.read_migrations()]
    assert names[:2] == ["0001_house", "0002_queue"]
    assert migrations.state(empty_database_url) == migrations.MigrationState(applied=(), pending=tuple(names))
    assert migrations.migrate(empty_database_url) == names
    assert migrations.migrate(empty_database_url) == []
    assert migrations.state(empty_database_url) == migrations.MigrationState(applied=tuple(names), pending=())


def test_asking_for_the_state_changes_nothing(empty_database_url):
    migrations.state(empty_database_url)
    assert fetch(empty_database_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_the_queues_tables_and_functions_live_in_a_schema_of_their_own_and_work(database_url):
    assert fetch(database_url, "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename LIKE 'procrastinate%'") == [
        ("procrastinate",)
    ]
    with psycopg.connect(database_url, options="-c search_path=procrastinate,public") as conn:
        job = "('visits', 'visit', 0, 'outlet.example', 'outlet.example', '{}', NULL)::procrastinate_job_to_defer_v1"
        (ids,) = conn.execute(f"SELECT procrastinate_defer_jobs_v1(ARRAY[{job}])").fetchone()
        (worker,) = conn.execute("SELECT worker_id FROM procrastinate_register_worker_v1()").fetchone()
        fetched = conn.execute("SELECT (procrastinate_fetch_job_v2(NULL, %s)).id", [worker]).fetchone()
        assert [fetched[0]] == (ids if isinstance(ids, list) else [ids])
        with pytest.raises(psycopg.errors.UniqueViolation), conn.transaction():
            conn.execute(f"SELECT procrastinate_defer_jobs_v1(ARRAY[{job}, {job}])")
        assert conn.execute("SELECT count(*) FROM procrastinate_events").fetchone() > (0,)


def test_a_migration_that_fails_leaves_nothing_of_itself_and_keeps_those_before_it(empty_database_url, folder):
    (folder / "0003_broken.sql").write_text("CREATE TABLE third (n bigint);\nSELECT 1 / 0;\n")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrations.migrate(empty_database_url, folder)
    assert migrations.state(empty_database_url, folder).applied == ("0001_first", "0002_second")
    assert fetch(empty_database_url, "SELECT to_regclass('third')::text") == [(None,)]
    (folder / "0003_broken.sql").write_text("CREATE TABLE third (n bigint);\n")
    assert migrations.migrate(empty_database_url, folder) == ["0003_broken"]


def test_statements_that_bear_no_transaction_run_one_by_one(empty_database_url, folder):
    (folder / "0003_index.sql").write_text(
        "-- no-transaction\n"
        "-- First; then: what a semicolon may hide in.\n"
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS first_n ON first (n);\n"
        "DO $body$ BEGIN PERFORM 'one; two'; END $body$; /* three; */ COMMENT ON INDEX first_n IS 'it''s; here';\n"
        "-- the end\n"
    )
    assert migrations.migrate(empty_database_url, folder) == ["0001_first", "0002_second", "0003_index"]
    assert fetch(empty_database_url, "SELECT obj_description('first_n'::regclass)") == [("it's; here",)]


def test_an_edited_migration_is_refused(empty_database_url, folder):
    migrations.migrate(empty_database_url, folder)
    (folder / "0001_first.sql").write_text("CREATE TABLE first (n integer);\n")
    for door in (migrations.migrate, migrations.state):
        with pytest.raises(MigrationEditedError, match="0001_first: differs from what was applied"):
            door(empty_database_url, folder)


def test_other_line_ends_are_no_edit(empty_database_url, folder):
    migrations.migrate(empty_database_url, folder)
    file = folder / "0001_first.sql"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert migrations.migrate(empty_database_url, folder) == []


def test_a_database_of_a_newer_wirewatch_is_refused(empty_database_url, folder):
    migrations.migrate(empty_database_url, folder)
    (folder / "0002_second.sql").unlink()
    for door in (migrations.migrate, migrations.state):
        with pytest.raises(DatabaseNewerError, match="it has 0002_second; update Wirewatch"):
            door(empty_database_url, folder)


def test_two_files_of_one_number_are_refused(folder):
    (folder / "0002_other.sql").write_text("SELECT 1;")
    with pytest.raises(ValueError, match="two have one number"):
        migrations.read_migrations(folder)


def test_starts_at_one_moment_apply_everything_once(empty_database_url, folder):
    (folder / "0003_slow.sql").write_text("SELECT pg_sleep(0.5);")
    (folder / "0004_index.sql").write_text(
        "-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS first_n ON first (n);\n"
    )
    applied = []

    def start():
        applied.append(migrations.migrate(empty_database_url, folder))

    threads = [threading.Thread(target=start) for _ in range(4)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(applied) == [[], [], [], ["0001_first", "0002_second", "0003_slow", "0004_index"]]
    # Those who wait must not hold up CREATE INDEX CONCURRENTLY.
    assert time.monotonic() - began < 20
