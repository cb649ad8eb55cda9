"""`wirewatch watch` and `wirewatch alert list`: what a person is shown, and what a program is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cli.main import run


@pytest.fixture
def archive(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A database with twelve articles of the last days about bridges, in six stories."""
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("WIREWATCH_HOME", str(tmp_path))
    now = datetime.now(UTC)
    with psycopg.connect(database_url) as conn:
        for n in range(12):
            article = conn.execute(
                "INSERT INTO article (url_key, url, title, text, text_origin, language, reader, fetched_at)"
                " VALUES (%s, %s, %s, 'A bridge fell, they say.', 'page', 'en', 'test', %s) RETURNING id",
                [bytes([n]), f"https://outlet.example/{n}", f"Bridge {n}", now - timedelta(hours=7 * n)],
            ).fetchone()
            assert article is not None
            if n % 2 == 0:
                story = conn.execute(
                    "INSERT INTO story (language, first_at, last_at, n_groups) VALUES ('en', now(), now(), 1)"
                    " RETURNING id"
                ).fetchone()
                assert story is not None
                group = conn.execute(
                    "INSERT INTO copy_group (story_id, original_id, n_articles, first_at, last_at)"
                    " VALUES (%s, %s, 1, now(), now()) RETURNING id",
                    [story[0], article[0]],
                ).fetchone()
            assert group is not None
            conn.execute(
                "INSERT INTO placement (article_id, group_id, relation) VALUES (%s, %s, 'original')",
                [article[0], group[0]],
            )
    return database_url


def printed(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(list(words)) == code
    return capsys.readouterr().out


def objects(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(printed(capsys, *words, "--json"))


def test_adding_shows_what_would_have_matched(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, "watch", "add", "bridges", "bridge", "-viaduct")
    assert "bridge -viaduct" in shown
    assert "12 articles" in shown
    assert shown.count("Bridge ") == 6
    added = objects(capsys, "watch", "add", "again", "bridge")
    assert sum(day["n"] for day in added["backtest"]["days"]) == added["backtest"]["n_articles"] == 12
    assert len(added["backtest"]["days"]) == 30
    assert added["n_told"] == 0


def test_a_query_that_matches_nothing_or_too_much_is_warned_of(
    archive: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "nothing in the archive" in objects(capsys, "watch", "add", "a", "zeppelin")["backtest"]["warnings"][0]
    with psycopg.connect(archive) as conn:
        conn.execute(
            "INSERT INTO article (url_key, url, title, text, text_origin, language, reader, fetched_at)"
            " SELECT convert_to('k' || n, 'UTF8'), 'https://o.example/' || n, 'Bridge', 'It fell.', 'page', 'en',"
            " 'test', now() - n * interval '1 minute' FROM generate_series(1, 300) n"
        )
    assert "articles a day" in objects(capsys, "watch", "add", "b", "bridge")["backtest"]["warnings"][0]


def test_a_dry_run_saves_nothing(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert objects(capsys, "watch", "add", "bridges", "bridge", "--dry-run")["n_articles"] == 12
    assert objects(capsys, "watch", "list") == []


def test_what_the_archive_holds_is_told_where_it_is_asked_for(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert objects(capsys, "watch", "add", "bridges", "bridge", "--since", "30d")["n_told"] == 6
    lines = [json.loads(line) for line in printed(capsys, "alert", "list", "--json").splitlines()]
    assert len(lines) == 6
    assert {line["occasion"] for line in lines} == {"story"}
    assert {line["snippet"] for line in lines} == {"**bridge** fell, they"}
    assert lines[0]["matched_words"] == ["Bridge"]
    last = printed(capsys, "alert", "list", "--limit", "2", "--before", str(lines[1]["id"]))
    assert last.count("a new story") == 2
    assert "hit: Bridge" in last
    assert "6, the last" in printed(capsys, "watch", "show", "bridges")
    assert len(objects(capsys, "watch", "show", "bridges")["alerts"]) == 6


def test_a_test_message_goes_to_each_channel(archive: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    channel = f"file:{tmp_path}/told.jsonl"
    added = objects(capsys, "watch", "add", "bridges", "bridge", "--to", channel, "--test")
    assert [one["reason"] for one in added["tests"]] == [None]
    assert "bridges" in (tmp_path / "told.jsonl").read_text()
    assert objects(capsys, "watch", "test", "bridges")[0]["reason"] is None
    assert len((tmp_path / "told.jsonl").read_text().splitlines()) == 2


def test_a_watch_is_changed_where_something_is_given(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed(
        capsys, *("watch", "add", "bridges", "bridge", "--growth", "20,5", "--quiet", "22:00-07:00", "--spikes"),
        *("--time-zone", "Europe/Berlin", "--to", "stdout:"),
    )  # fmt: skip
    changed = objects(capsys, "watch", "change", "bridges", "--name", "spans", "--pace", "daily", "--each-article")
    facts = ("name", "query", "growth", "quiet_from", "quiet_until", "spikes", "pace", "each_article", "time_zone")
    assert [changed[fact] for fact in facts] == [
        *("spans", "bridge", [5, 20], "22:00", "07:00", True, "daily", True, "Europe/Berlin")
    ]
    number = str(changed["channels"][0]["id"])
    again = objects(
        capsys, "watch", "change", "spans", "--quiet", "none", "--growth", "none", "--no-spikes", "--drop", number
    )
    assert (again["quiet_from"], again["growth"], again["spikes"], again["channels"]) == (None, [], False, [])


def test_watches_are_paused_resumed_and_removed(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "watch", "add", "bridges", "bridge", "--spikes")
    with psycopg.connect(archive) as conn:
        conn.execute("DELETE FROM watch_hit")
    for verb, state, n_hits in (("pause", "paused", 0), ("resume", "active", 12)):
        printed(capsys, "watch", verb, "bridges")
        assert objects(capsys, "watch", "list")[0]["state"] == state
        with psycopg.connect(archive) as conn:
            assert conn.execute("SELECT count(*) FROM watch_hit").fetchone() == (n_hits,)
    printed(capsys, "watch", "pause", "bridges", "nobody", code=1)
    assert objects(capsys, "watch", "list")[0]["state"] == "active"
    printed(capsys, "watch", "remove", "bridges")
    assert objects(capsys, "watch", "list") == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "x", "--", "-bridge"), "nearly everything"),
        (("add", "x", '"bridge'), "quote is not closed"),
        (("add", "x", "bridge", "--growth", "1"), "--growth"),
        (("add", "x", "bridge", "--quiet", "22-7"), "--quiet"),
        (("add", "x", "bridge", "--time-zone", "Mars/Base"), "time zone"),
        (("add", "x", "bridge", "--to", "mailto:"), "mailto"),
        (("add", "x", "bridge", "--to", "nothing"), "channel"),
        (("add", "x", "bridge", "--title-template", "$nothing"), "$nothing"),
        (("add", "x", "bridge", "--tset"), "--tset"),
        (("change", "bridges", "--query", "watch:bridges"), "asks for itself"),
        (("change", "bridges", "--drop", "99"), "channel: 99: the watch does not tell it"),
        (("change", "bridges", "--most-per-hour", "99999999999"), "--most-per-hour"),
        (("add", "x", "bri\udcffdge"), "no text in UTF-8"),
        (("add", "bridges", "bridge"), "one of that name"),
    ],
)
def test_what_cannot_be_is_refused_with_its_name_and_changes_nothing(
    archive: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    printed(capsys, "watch", "add", "bridges", "bridge")
    before = objects(capsys, "watch", "list")
    assert run(["watch", *words]) == 2
    assert told in capsys.readouterr().err
    assert objects(capsys, "watch", "list") == before


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("99",), 1, "alert: 99: nothing of it failed"),
        (("--channel", "99"), 1, "channel: 99: nothing of it failed"),
        (("--watch", "nobody"), 1, "watch: nobody"),
        ((str(2**63),), 2, "not in the range"),
        (("--channel", "0"), 2, "not in the range"),
    ],
)
def test_what_did_not_fail_cannot_be_delivered_again(
    archive: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, told: str
) -> None:
    assert run(["alert", "retry", *words]) == code
    assert told in capsys.readouterr().err
