"""`wirewatch reread` as a person calls it: what it tells, what it writes, and that a kill amid it costs nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from cli import main
from cli.session import Session
from extractors import articles as reader
from extractors.edition import READER
from news.identity import identify
from news.model import Article, Entry, EntryState, FeedKind, FeedState, Page, Unreadable
from news.settings import Settings
from scheduler.readers import read_page
from store import articles, entries, feeds, pages, sources

NOW = datetime.now(UTC).replace(microsecond=0)
LEAK = "Подписывайтесь на наш канал."

Wirewatch = Callable[..., tuple[int, str, str]]


def body(n: int) -> bytes:
    paragraphs = "".join(
        f"<p>Совет города в среду принял решение номер {n}: {part}, сообщили в пресс-службе.</p>"
        for part in ("мост через реку откроют весной", "движение трамваев начнётся в мае", "парк закроют на ремонт")
    )
    return f"<html lang=ru><title>Решение {n}</title><article><h1>Решение {n}</h1>{paragraphs}</article>".encode()


async def fill(session: Session, n_articles: int) -> None:
    """Store articles with their pages, as an older reader left them: a line too many, and not the right title."""
    async with session.open_database() as database, database.connection() as conn, conn.transaction():
        url = "https://vestnik.example/rss.xml"
        source, _ = await sources.add_source(conn, name="vestnik.example", url="https://vestnik.example/")
        feed, _ = await feeds.add_feed(
            conn, source_id=source.id, url=url, kind=FeedKind.RSS, state=FeedState.ACTIVE, due_at=NOW
        )
        lines = [Entry(url=f"https://vestnik.example/{n}", title=f"Решение {n}") for n in range(n_articles)]
        identities = identify(lines, url)
        await entries.add_entries(conn, feed=feed, entries=lines, identities=identities, now=NOW, skip_older_than=None)
        for entry in await entries.claim_entries(conn, "vestnik.example", limit=n_articles):
            assert entry.entry.url is not None
            n = int(entry.entry.url.rpartition("/")[2])
            page = Page(
                requested_url=entry.entry.url,
                final_url=entry.entry.url,
                status=200,
                headers={"content-type": "text/html"},
                body=body(n),
                fetched_at=NOW - timedelta(hours=1),
            )
            reading = read_page(page, entry.entry, page.fetched_at)
            assert not isinstance(reading.article, Unreadable)
            older = Article(
                url=entry.entry.url,
                title=f"Решение {n} | Вестник",
                text=f"{reading.article.text}\n\n{LEAK}",
                language="ru",
                reader="older/1",
                doubt="menu-like",
                confidence=0.2,
            )
            article_id, _ = await articles.add_article(
                conn, older, key=entry.key, source_id=source.id, fetched_at=page.fetched_at
            )
            await pages.add_page(conn, entry_id=entry.id, article_id=article_id, page=page, body_zstd=reading.body_zstd)
            await entries.settle(conn, entry.id, state=EntryState.STORED, article_id=article_id, now=NOW)


@pytest.fixture
def session(database_url: str) -> Session:
    return Session(settings=Settings({"WIREWATCH_DATABASE_URL": database_url}))


@pytest.fixture
def wirewatch(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Wirewatch:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("WIREWATCH_PARSE_CHILDREN", "1")

    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.fixture
def filled(session: Session, wirewatch: Wirewatch) -> Wirewatch:
    asyncio.run(fill(session, 3))
    return wirewatch


def value(database_url: str, query: str) -> Any:
    with psycopg.connect(database_url) as conn:
        row = conn.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def test_the_readers_name_is_the_one_that_is_stored() -> None:
    page = Page(requested_url="", final_url="https://a.example/1", status=200, headers={}, body=body(1), fetched_at=NOW)
    reading = read_page(page, None, NOW)
    assert not isinstance(reading.article, Unreadable)
    assert reading.article.reader == reading.reader == reader.READER == READER


def test_status_tells_of_what_can_be_read_again_and_of_poor_reads(filled: Wirewatch) -> None:
    code, out, _ = filled("status")
    assert code == 0
    assert "read by another reader  3; `wirewatch reread` reads them again" in out
    assert "3 of the last 7 days" in out
    assert "menu-like\t3\t" in out
    told = json.loads(filled("status", "--json")[1])
    assert told["outdated"] == {"n": 3, "exact": True}
    assert told["poor_reads"]["doubts"][0]["doubt"] == "menu-like"
    assert told["problems"] == []
    filled("reread")
    code, out, _ = filled("status")
    assert "another reader" not in out
    assert json.loads(filled("status", "--json")[1])["outdated"] == {"n": 0, "exact": True}


def test_a_dry_run_shows_what_would_change_and_changes_nothing(filled: Wirewatch, database_url: str) -> None:
    code, out, err = filled("reread", "--dry-run")
    assert code == 0
    assert out.count(f"  {{+{LEAK}+}}") == 0
    assert out.count(f"  [-{LEAK}-]") == 3
    assert "  title: Решение 0 | Вестник → Решение 0\n" in out
    assert "articles that would change\t3\n" in out
    assert "of these text shorter\t3\n" in out
    assert "text longer" not in out
    assert err == "nothing was changed; without --dry-run it is\n"
    assert value(database_url, "SELECT count(*) FROM article WHERE reader = 'older/1'") == 3
    assert value(database_url, "SELECT count(*) FROM revision") == 0


def test_what_it_tells_is_one_json_document_for_machines(filled: Wirewatch) -> None:
    code, out, _ = filled("reread", "--dry-run", "--json", "--diffs", "1")
    told = json.loads(out)
    assert code == 0
    assert (told["reader"], told["dry_run"], told["n_read"], told["n_changed"], told["n_shorter"]) == (
        READER,
        True,
        3,
        3,
        3,
    )
    assert told["facts"]["title"] == told["facts"]["text"] == 3
    (correction,) = told["corrections"]
    title = correction["facts"]["title"]
    assert title["before"] == f"{title['after']} | Вестник"
    assert [{"edit": "removed", "text": LEAK}] in correction["text"]


def test_it_corrects_tells_how_much_and_has_nothing_to_do_the_second_time(filled: Wirewatch, database_url: str) -> None:
    code, out, err = filled("reread")
    assert (code, err) == (0, "")
    assert "articles that changed\t3\n" in out
    assert LEAK not in out
    assert value(database_url, "SELECT count(*) FROM revision WHERE cause = 'reader'") == 3
    assert value(database_url, f"SELECT count(*) FROM article WHERE reader = '{READER}'") == 3
    assert filled("search", "подписывайтесь")[1] == ""
    code, out, err = filled("reread")
    assert "articles that changed\t0\n" in out
    assert err.startswith("nothing to do: all stored pages were read by ")


def test_the_source_the_limit_and_the_moment_are_obeyed(filled: Wirewatch) -> None:
    def n_read(*words: str) -> int:
        n: int = json.loads(filled("reread", "--dry-run", "--json", *words)[1])["n_read"]
        return n

    assert n_read("--source", "vestnik.example") == 3
    assert n_read("--limit", "2") == 2
    assert n_read("--since", "2h") == 3
    assert n_read("--since", "30min") == 0
    assert n_read("--doubtful") == 3
    code, out, err = filled("reread", "--source", "vestnik.exampel")
    assert (code, out) == (1, "")
    assert "did you mean vestnik.example" in err
    assert filled("reread", "--since", "lately")[0] == 2
    assert filled("reread", "--limit", "0")[0] == 2


def test_hostile_texts_are_harmless_on_a_terminal_and_coloured_there(session: Session, database_url: str) -> None:
    asyncio.run(fill(session, 1))
    with psycopg.connect(database_url) as conn:
        conn.execute("UPDATE article SET title = E'Old \\x1b]0;title\\x07 \\u202e', text = E'\\x1b[2J' || text")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "WIREWATCH_DATABASE_URL": database_url, "TERM": "xterm-256color"}
    done = subprocess.Popen(
        [sys.executable, "-m", "cli", "reread", "--dry-run"], stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(ours, 65536):
            shown += chunk
    os.close(ours)
    assert done.wait(60) == 0
    assert b"\x1b[31m" in shown
    assert b"\x1b]0;" not in shown and b"\x07" not in shown and "\u202e".encode() not in shown


def test_killed_in_the_middle_it_goes_on_where_it_was(session: Session, database_url: str) -> None:
    n_articles = 120
    asyncio.run(fill(session, n_articles))
    older = "SELECT count(*) FROM article WHERE reader = 'older/1'"
    environment = {**os.environ, "WIREWATCH_DATABASE_URL": database_url, "WIREWATCH_PARSE_CHILDREN": "1"}
    command = [sys.executable, "-m", "cli", "reread", "--json"]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, start_new_session=True)
    deadline = time.monotonic() + 60
    while value(database_url, older) > n_articles - 5:
        assert time.monotonic() < deadline and killed.poll() is None
        time.sleep(0.002)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    left = value(database_url, older)
    assert 0 < left < n_articles
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=True)
    report = json.loads(done.stdout)
    # What the killed one had sent to the server may still have been committed.
    assert left - 1 <= report["n_changed"] <= left
    assert value(database_url, older) == 0
    assert value(database_url, "SELECT count(*) FROM revision") == n_articles
    assert value(database_url, "SELECT count(*) FROM revision_text") == n_articles
    assert value(database_url, f"SELECT count(*) FROM article WHERE text LIKE '%{LEAK}%'") == 0
