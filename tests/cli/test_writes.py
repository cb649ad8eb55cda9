"""The commands that ask outlets and change the database, against a newsroom on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli import main, source_add, source_change, source_file, source_read
from cli.crawl import run_crawl
from cli.search_answer import Question, find_hits
from cli.session import Session
from news.errors import BadURLError, SourceUnreachableError, UsageError
from news.messages import ChannelKind
from news.model import FeedKind, SourceState
from news.settings import Settings
from news.watches import Watch
from newsroom import FeedFormat, Newsroom, Piece, Site
from scheduler.round import RoundReport
from store import channels, watches

NOW = datetime.now(UTC)
LOOPBACK = {
    "WIREWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
    "WIREWATCH_RESOLVE": "*.localhost=127.0.0.1",
    "WIREWATCH_DELAY": "0",
}


def pieces(n: int) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            path=f"/news/{number}",
            title=f"The harbour opens pier number {number}",
            text="\n\n".join(
                f"The harbour of the town opened pier number {number}, part {part}. " * 5 for part in range(5)
            ),
            summary=f"Pier {number} is open.",
            published_at=NOW - timedelta(hours=number + 1),
        )
        for number in range(n)
    )


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    async with Newsroom([Site("harbour", format=FeedFormat.RSS, pieces=pieces(3))]) as room:
        yield room


@pytest.fixture
def session(database_url: str) -> Session:
    return Session(settings=Settings({**LOOPBACK, "WIREWATCH_DATABASE_URL": database_url}))


async def test_add_finds_the_feed_and_shows_its_newest_lines_as_evidence(newsroom, session, capsys):
    added, errors = await source_add.add_sources(session, [newsroom.url("harbour")], None)
    assert errors == []
    source_add.show_added(added[0])
    shown = capsys.readouterr().out
    assert "now watched" in shown
    assert newsroom.feed_url("harbour") in shown
    assert "The harbour opens pier number 0" in shown
    assert source_add.as_object(added[0])["new"] is True


async def test_one_url_that_cannot_be_added_stops_none_of_the_others(newsroom, session):
    urls = ["http://", newsroom.url("harbour", "/nowhere"), "http://10.0.0.1/", newsroom.url("harbour")]
    added, errors = await source_add.add_sources(session, urls, None)
    assert [one.source.name.split(":")[0] for one in added] == ["harbour.localhost"]
    assert [type(error) for error in errors] == [BadURLError, SourceUnreachableError, SourceUnreachableError]


async def test_a_crawl_stores_what_is_listed_and_a_second_one_asks_no_page_again(newsroom, session):
    await source_add.add_sources(session, [newsroom.url("harbour")], "harbour")
    report = await run_crawl(session, [])
    assert (report.n_listed, report.n_new, report.n_stored) == (3, 3, 3)
    hits = await find_hits(session, Question(query='"harbour opens" -nowhere'))
    assert [hit.title for hit in hits] == [f"The harbour opens pier number {number}" for number in range(3)]
    again = await run_crawl(session, ["harbour"])
    assert (again.n_feeds, again.n_new, again.n_fetched) == (1, 0, 0)


async def test_a_crawl_tells_what_it_matched_unless_a_worker_lives(newsroom, session, tmp_path):
    await source_add.add_sources(session, [newsroom.url("harbour")], "harbour")
    await run_crawl(session, [])
    told = tmp_path / "alerts.jsonl"
    async with session.open_database() as database, database.connection() as conn, conn.transaction():
        storms = Watch(name="storms", query="storm", each_article=True)
        stored = await watches.add_watch(conn, storms, now=NOW - timedelta(minutes=1))
        channel_id = await channels.add_channel(conn, url=told.as_uri(), kind=ChannelKind.FILE, shown="a file")
        await channels.connect_watch(conn, stored.id, channel_id)

    async def publish(number: int) -> RoundReport:
        text = f"A storm of force {number} came over the harbour of the town in the evening. " * 9
        newsroom.publish("harbour", Piece(path=f"/s/{number}", title=f"Storm {number}", text=text, published_at=NOW))
        return await run_crawl(session, ["harbour"])

    report = await publish(8)
    assert (report.n_stored, report.n_messages) == (1, 1)
    (message,) = [json.loads(line) for line in told.read_text().splitlines()]
    assert [alert["title"] for alert in message["data"]["alerts"]] == ["Storm 8"]
    assert (await run_crawl(session, ["harbour"])).n_messages == 0
    async with session.open_database() as database, database.connection() as conn:
        await conn.execute("INSERT INTO procrastinate.procrastinate_workers DEFAULT VALUES")
    assert (await publish(11)).n_messages == 0
    async with session.open_database() as database, database.connection() as conn:
        await conn.execute("DELETE FROM procrastinate.procrastinate_workers")
    assert (await run_crawl(session, [])).n_messages == 1


async def test_check_tells_what_is_new_and_stores_nothing(newsroom, session):
    await source_add.add_sources(session, [newsroom.url("harbour")], "harbour")
    await run_crawl(session, [])
    newsroom.publish("harbour", Piece(path="/news/new", title="A storm", text="Wind.", published_at=NOW))
    for _ in range(2):
        reports = await source_read.check_feeds(session, "harbour")
        chosen = next(report for report in reports if report.feed.kind is FeedKind.RSS)
        lines = source_read.as_object(chosen)["entries"]
        assert isinstance(lines, list)
        assert sorted((line["title"], line["known"]) for line in lines)[0] == ("A storm", False)
        assert sum(line["known"] for line in lines) == 3


async def test_import_takes_the_good_lines_and_names_the_bad_ones(session):
    body = (
        b'<opml version="2.0"><body>\n'
        b'<outline text="One" xmlUrl="https://one.example/rss"/>\n'
        b'<outline text="Bad" xmlUrl="ftp://bad.example/rss"/>\n'
        b'<outline text="One again" xmlUrl="https://one.example/rss"/>\n'
        b'<outline text="Two" xmlUrl="https://two.example/rss"/>\n'
        b"</body></opml>\n"
    )
    report, problems = await source_file.import_body(session, body, "list.opml")
    assert report.n_added == 2
    assert 3 in [problem.line for problem in problems]
    again, _ = await source_file.import_body(session, body, "list.opml")
    assert again.n_added == 0


@pytest.fixture
def wirewatch(database_url, monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line on the test's database; returns exit code, stdout and stderr."""
    for key, value in {**LOOPBACK, "WIREWATCH_DATABASE_URL": database_url}.items():
        monkeypatch.setenv(key, value)

    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


def test_import_names_file_and_line_on_stderr(wirewatch, tmp_path):
    file = tmp_path / "list.toml"
    file.write_text('[[source]]\nurl = "https://one.example/"\n\n[[source]]\nurl = "no url"\n')
    code, out, err = wirewatch("source", "import", str(file))
    assert code == 0
    assert out == "1 added, 0 known already, 1 not usable\n"
    assert err.startswith(f"{file}:4: ") and err.count("\n") == 1


def test_an_import_of_bad_lines_only_ends_with_1(wirewatch, tmp_path):
    file = tmp_path / "list.toml"
    file.write_text('[[source]]\nurl = "no url"\n')
    assert wirewatch("source", "import", str(file))[0] == 1


def test_an_import_of_no_list_is_misuse_and_one_line(wirewatch, tmp_path):
    file = tmp_path / "list.opml"
    file.write_text("just some words\n")
    code, out, err = wirewatch("source", "import", str(file))
    assert (code, out) == (2, "")
    assert str(file) in err and err.count("\n") == 1
    assert wirewatch("source", "import", str(tmp_path / "nowhere.opml"))[0] == 2


def test_adding_a_text_that_is_no_url_is_misuse_and_one_line(wirewatch):
    code, out, err = wirewatch("source", "add", "ftp://outlet.example")
    assert (code, out) == (2, "")
    assert err.startswith("wirewatch: ") and "ftp://outlet.example" in err and err.count("\n") == 1


def test_an_outlet_that_does_not_exist_is_one_line_and_stores_nothing(wirewatch):
    code, out, err = wirewatch("source", "add", "http://nobody.invalid/")
    assert (code, out) == (1, "")
    assert "nobody.invalid" in err and err.count("\n") == 1
    assert json.loads(wirewatch("source", "list", "--json")[1]) == []


def test_a_backup_restores_into_an_empty_database(wirewatch, tmp_path, empty_database_url, monkeypatch):
    (tmp_path / "list.toml").write_text('[[source]]\nurl = "https://one.example/"\n')
    assert wirewatch("source", "import", str(tmp_path / "list.toml"))[0] == 0
    assert wirewatch("db", "backup", str(tmp_path / "all.dump"))[0] == 0
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", empty_database_url)
    code, _, err = wirewatch("db", "restore", str(tmp_path / "all.dump"))
    assert code == 0, err
    assert len(json.loads(wirewatch("source", "list", "--json")[1])) == 1


def start(words: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *words],
            stdout=file,
            stderr=file,
            env={**os.environ, **environment},
            # Who runs the tests with nohup ignores it, and so would what is started here.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )


def wait_for(text: str, log: Path, process: subprocess.Popen[bytes], timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while text not in log.read_text():
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_up_runs_workers_and_a_signal_ends_it_well_within_30_seconds(number, database_url, tmp_path):
    log = tmp_path / "log"
    process = start(["up"], {**LOOPBACK, "WIREWATCH_DATABASE_URL": database_url}, log)
    try:
        wait_for("worker began", log, process)
        process.send_signal(number)
        assert process.wait(timeout=30) == 0, log.read_text()
        assert "wirewatch is down" in log.read_text()
        assert "worker ended" in log.read_text()
    finally:
        process.kill()
        process.wait()


def test_up_with_a_wrong_setting_ends_at_once(database_url, tmp_path):
    log = tmp_path / "log"
    process = start(["up"], {"WIREWATCH_DATABASE_URL": database_url, "WIREWATCH_VISITS": "0"}, log)
    assert process.wait(timeout=30) == 2
    assert log.read_text().count("\n") == 1 and "WIREWATCH_VISITS" in log.read_text()


async def test_a_crawl_of_a_paused_source_says_how_to_resume_it(newsroom, session):
    await source_add.add_sources(session, [newsroom.url("harbour")], "harbour")
    await source_change.change_state(session, ["harbour"], SourceState.PAUSED)
    with pytest.raises(UsageError, match="source: harbour: is paused; first: wirewatch source resume harbour"):
        await run_crawl(session, ["harbour"])
