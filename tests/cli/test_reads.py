"""The reads, called as a person calls them, on a real database: tables for people, JSON for machines."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cli import main
from cli.session import Session
from extractors.opml import read_sources
from news.model import Article, Attribution, FeedKind, FeedState, Moment, Provenance
from news.settings import Settings
from store import articles, feeds, sources

NOW = datetime.now(UTC)


@pytest.fixture
def session(database_url: str) -> Session:
    return Session(settings=Settings({"WIREWATCH_DATABASE_URL": database_url}))


@pytest.fixture
def wirewatch(database_url, monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line on the test's database; returns exit code, stdout and stderr."""
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)

    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


async def fill(session: Session) -> int:
    """Store one source with a feed and two articles; return the id of the Russian one."""
    async with session.open_database() as database, database.connection() as conn, conn.transaction():
        source, _ = await sources.add_source(
            conn, name="vestnik.example", url="https://vestnik.example/", language="ru"
        )
        await feeds.add_feed(
            conn,
            source_id=source.id,
            url="https://vestnik.example/rss.xml",
            kind=FeedKind.RSS,
            state=FeedState.ACTIVE,
            due_at=NOW + timedelta(hours=1),
        )
        russian, _ = await articles.add_article(
            conn,
            Article(
                url="https://vestnik.example/1",
                title="Парламент утвердил бюджет",
                text="Депутаты приняли бюджет в третьем чтении.\n\nГолосование длилось час.",
                language="ru",
                authors=("Анна Петрова",),
                published=Moment(at=NOW - timedelta(hours=2), raw="2026-11-22T10:00:00+03:00", origin="json-ld"),
                reader="test-1",
            ),
            source_id=source.id,
            fetched_at=NOW,
        )
        await articles.add_article(
            conn,
            Article(
                url="https://vestnik.example/2",
                title="Old bridge reopened \x1b[31m",
                text="The bridge was closed for a year.",
                language="en",
                published=Moment(at=NOW - timedelta(days=20), raw="x", origin="feed"),
                reader="test-1",
            ),
            source_id=source.id,
            fetched_at=NOW,
        )
        return russian


@pytest.fixture
def russian(session: Session) -> int:
    return asyncio.run(fill(session))


def test_an_empty_house_says_how_to_begin(wirewatch):
    code, out, err = wirewatch("source", "list")
    assert (code, out) == (0, "SOURCE\tSTATE\tFEEDS\tARTICLES\tLAST NEW\tNEXT CHECK\tPROBLEM\n")
    assert "wirewatch source add" in err
    code, out, _ = wirewatch("status")
    assert code == 0
    assert out.startswith("no sources yet; add one: wirewatch source add")


def test_source_list_is_lines_of_cells_where_there_is_no_terminal(wirewatch, russian):
    code, out, err = wirewatch("source", "list")
    assert (code, err) == (0, "")
    cells = out.splitlines()[1].split("\t")
    assert cells[:4] == ["vestnik.example", "active", "1", "2"]


def test_source_list_is_one_json_document_for_machines(wirewatch, russian):
    code, out, _ = wirewatch("source", "list", "--json")
    assert code == 0
    (report,) = json.loads(out)
    assert report["source"]["name"] == "vestnik.example"
    assert (report["n_feeds"], report["n_articles"], report["n_failing"]) == (1, 2, 0)


def test_source_show_has_the_feeds_and_no_hash(wirewatch, russian):
    code, out, _ = wirewatch("source", "show", "https://vestnik.example/rss.xml", "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["feeds"][0]["url"] == "https://vestnik.example/rss.xml"
    assert "body_hash" not in shown["feeds"][0]
    code, out, _ = wirewatch("source", "show", "vestnik.example")
    assert code == 0
    assert "https://vestnik.example/rss.xml" in out


def test_an_unknown_source_is_one_line_with_the_nearest_name(wirewatch, russian):
    code, out, err = wirewatch("source", "show", "vestnik.exampel")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "did you mean vestnik.example" in err


def test_search_finds_another_form_of_the_word_and_prints_it(wirewatch, russian):
    code, out, err = wirewatch("search", "бюджета")
    assert (code, err) == (0, "")
    assert "Парламент утвердил бюджет" in out
    assert f"article {russian}" in out
    assert "\x02" not in out and "\x1b" not in out


def test_search_streams_json_lines(wirewatch, russian):
    code, out, _ = wirewatch("search", "бюджет OR bridge", "--json")
    hits = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [hit["url"] for hit in hits] == ["https://vestnik.example/1", "https://vestnik.example/2"]
    assert "\x02" not in hits[0]["snippet"]


def test_search_obeys_since_and_language(wirewatch, russian):
    assert wirewatch("search", "bridge", "--since", "7d")[1:] == ("", "nothing found\n")
    assert "Old bridge" in wirewatch("search", "bridge", "--since", "30d", "--language", "en")[1]


def test_a_misspelt_moment_is_misuse(wirewatch):
    code, out, err = wirewatch("search", "bridge", "--since", "lately")
    assert (code, out) == (2, "")
    assert err.startswith("wirewatch: moment: 'lately'")


def test_article_shows_metadata_with_its_origin_and_the_text(wirewatch, russian):
    code, out, _ = wirewatch("article", str(russian))
    assert code == 0
    assert "json-ld: '2026-11-22T10:00:00+03:00'" in out
    assert out.endswith("Депутаты приняли бюджет в третьем чтении.\n\nГолосование длилось час.\n")
    code, out, _ = wirewatch("article", str(russian), "--json")
    assert json.loads(out)["article"]["authors"] == ["Анна Петрова"]


def test_article_shows_its_facts_and_where_they_were_read(wirewatch, session):
    async def add() -> int:
        async with session.open_database() as database, database.connection() as conn, conn.transaction():
            facts = Article(
                url="https://outlet.example/facts",
                title="The bridge",
                subtitle="A year early",
                agencies=("Reuters",),
                attributions=(Attribution(name="Politico", url="https://politico.example/1", raw="says Politico"),),
                image_caption="The deck.",
                captions=("The deck.", "The mayor."),
                paywalled=True,
                n_words=120,
                confidence=0.4,
                doubt="menu-like",
                provenance=(Provenance(field="title", origin="json-ld", raw="The bridge"),),
                fingerprints=(1, -2),
            )
            return (await articles.add_article(conn, facts, source_id=None, fetched_at=NOW))[0]

    article_id = asyncio.run(add())
    _, out, _ = wirewatch("article", str(article_id))
    shown = [" ".join(line.split()) for line in out.splitlines()]
    for line in (
        "subtitle A year early",
        "agencies Reuters",
        "attributed to Politico https://politico.example/1",
        "caption The deck.",
        "caption The mayor.",
        "access in part paid for",
        "words 120",
        "confidence 0.40, menu-like",
        "title from json-ld: 'The bridge'",
    ):
        assert shown.count(line) == 1, line
    _, out, _ = wirewatch("article", str(article_id), "--json")
    told = json.loads(out)["article"]
    assert told["attributions"] == [{"name": "Politico", "url": "https://politico.example/1", "raw": "says Politico"}]
    assert "fingerprints" not in told


def test_article_shows_when_its_page_was_asked_again(wirewatch, session, russian):
    async def note() -> None:
        async with session.open_database() as database, database.connection() as conn, conn.transaction():
            await conn.execute("INSERT INTO host (name) VALUES ('asked.example')")
            await conn.execute(
                "INSERT INTO entry (key, host_id, state, article_id, seen_at)"
                " SELECT 'key', id, 'stored', %s, now() FROM host WHERE name = 'asked.example'",
                [russian],
            )
            await conn.execute(
                "INSERT INTO recheck (article_id, entry_id, host_id, url, stored_at, asked_at, outcome, next_at)"
                " SELECT article_id, id, host_id, 'https://asked.example/1', %(at)s, %(at)s, 'unchanged', %(at)s"
                " FROM entry WHERE key = 'key'",
                {"at": datetime(2026, 11, 23, 9, 0, tzinfo=UTC)},
            )

    _, out, _ = wirewatch("article", str(russian), "--json")
    assert json.loads(out)["recheck"] is None
    asyncio.run(note())
    _, out, _ = wirewatch("article", str(russian))
    assert any("asked again" in line and line.endswith(": unchanged") for line in out.splitlines())
    assert "asked next" in out
    _, out, _ = wirewatch("article", str(russian), "--json")
    assert json.loads(out)["recheck"]["outcome"] == "unchanged"


def test_an_article_that_is_not_there_ends_with_1(wirewatch):
    code, out, err = wirewatch("article", "4711")
    assert (code, out) == (1, "")
    assert "4711" in err


def test_status_tells_what_is_stored(wirewatch, russian):
    code, out, _ = wirewatch("status", "--json")
    status = json.loads(out)
    assert code == 0
    assert status["problems"] == []
    assert status["articles"] == {"n": 2, "exact": True}
    code, out, _ = wirewatch("status")
    assert code == 0
    assert out.startswith("all is well\n")


def test_a_paused_source_is_not_asked_until_it_is_resumed(wirewatch, russian):
    def next_check() -> str | None:
        return json.loads(wirewatch("source", "show", "vestnik.example", "--json")[1])["feeds"][0]["next_check_at"]

    assert wirewatch("source", "pause", "vestnik.example") == (0, "", "vestnik.example: paused\n")
    assert next_check() is None
    assert wirewatch("source", "resume", "vestnik.example")[0] == 0
    assert next_check() is not None


def test_a_removed_source_is_hidden_its_articles_stay_and_it_can_come_back(wirewatch, russian):
    assert wirewatch("source", "remove", "vestnik.example")[0] == 0
    assert json.loads(wirewatch("source", "list", "--json")[1]) == []
    assert len(json.loads(wirewatch("source", "list", "--all", "--json")[1])) == 1
    assert "Парламент" in wirewatch("search", "бюджет")[1]
    assert wirewatch("source", "resume", "vestnik.example")[0] == 0
    assert len(json.loads(wirewatch("source", "list", "--json")[1])) == 1


def test_of_several_names_all_are_changed_or_none(wirewatch, russian):
    code, _, err = wirewatch("source", "pause", "vestnik.example", "nowhere.example")
    assert code == 1
    assert "nowhere.example" in err
    assert json.loads(wirewatch("source", "list", "--json")[1])[0]["source"]["state"] == "active"


def test_db_status_and_migrate_agree(wirewatch):
    code, out, _ = wirewatch("db", "status", "--json")
    assert code == 0
    assert json.loads(out)["pending"] == []
    assert wirewatch("db", "migrate") == (0, "", "nothing to apply: the schema is this version's\n")


def test_db_url_is_the_users_own(wirewatch, database_url):
    assert wirewatch("db", "url") == (0, f"{database_url}\n", "")


def test_an_unreachable_database_is_one_line_and_1(wirewatch, monkeypatch):
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", "postgresql://user:secret@127.0.0.1:1/none")
    code, out, err = wirewatch("status")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "secret" not in err


def test_export_is_opml_of_what_is_asked(wirewatch, russian):
    code, out, err = wirewatch("source", "export")
    assert (code, err) == (0, "")
    (listed,) = read_sources(out.encode(), "export").sources
    assert (listed.title, listed.url, listed.home_url) == (
        "vestnik.example",
        "https://vestnik.example/rss.xml",
        "https://vestnik.example/",
    )


def test_on_a_terminal_tables_have_columns_and_what_was_found_is_lit(database_url, russian):
    """A pseudo-terminal stands in for a person's."""
    environment = {**os.environ, "WIREWATCH_DATABASE_URL": database_url, "TERM": "xterm-256color", "COLUMNS": "120"}
    environment.pop("NO_COLOR", None)

    def on_terminal(*words: str) -> str:
        ours, theirs = pty.openpty()
        process = subprocess.Popen([sys.executable, "-m", "cli", *words], stdout=theirs, stderr=theirs, env=environment)
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 65536):
                shown += piece
        os.close(ours)
        assert process.wait(timeout=60) == 0
        return shown.decode()

    listed = on_terminal("source", "list")
    assert "\t" not in listed and "vestnik.example" in listed and "\x1b[" in listed
    found = on_terminal("search", "бюджет OR bridge")
    assert "\x1b[1mбюджет\x1b[0m" in found
    assert "Old bridge reopened \x1b[31m" not in found
