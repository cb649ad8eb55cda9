"""`wirewatch article --explain`, called as a person calls it: each block of a page, kept or dropped, and why."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli import article_explain, main
from cli.crawl import run_crawl
from cli.session import Session
from extractors.body import Judged
from news.errors import BadURLError, PageUnreachableError
from news.settings import Settings
from newsroom import FeedFormat, Newsroom, Piece, Site
from scheduler.sources import add_source
from tests.extractors.kinds_of_pages import BRIDGE, FERRY, KINDS, TOLL

LOOPBACK = {
    "WIREWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
    "WIREWATCH_RESOLVE": "*.localhost=127.0.0.1",
    "WIREWATCH_DELAY": "0",
}
PAGE = KINDS["all that is no text"][0]
HARBOUR = Site(
    "harbour",
    format=FeedFormat.RSS,
    pieces=(
        Piece(
            path="/news/1",
            title="The bridge opens a year early",
            text=f"{BRIDGE}\n\n{TOLL}\n\n{FERRY}",
            summary="It is open.",
            published_at=datetime.now(UTC),
        ),
    ),
)


@pytest.fixture
def session(database_url: str) -> Session:
    return Session(settings=Settings({**LOOPBACK, "WIREWATCH_DATABASE_URL": database_url}))


@pytest.fixture
def wirewatch(monkeypatch, capsys, tmp_path) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line where no database is; returns exit code, stdout and stderr."""
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", "postgresql://user@127.0.0.1:1/none")

    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    return str(path)


def test_a_file_is_explained_without_a_database(wirewatch, file):
    code, out, err = wirewatch("article", file, "--explain", "--url", "https://islandpost.example/news/bridge")
    assert code == 0
    assert "https://islandpost.example/news/bridge" in out
    rows = [line.split("\t") for line in out.partition("VERDICT")[2].splitlines()[1:]]
    assert [row[3] for row in rows if row[0] == "kept"][:2] == [BRIDGE, TOLL]
    assert "blocks kept" in err


def test_what_is_dropped_bears_its_reason_and_its_place(wirewatch, file):
    code, out, _ = wirewatch("article", file, "--explain", "--json")
    blocks = json.loads(out)["blocks"]
    dropped = {block["text"]: block for block in blocks if not block["kept"]}
    assert code == 0
    assert all(block["reason"] and block["path"] for block in dropped.values())
    assert any("Download our app" in text for text in dropped)
    assert any("use cookies" in text for text in dropped)
    assert [block["text"] for block in blocks if block["kept"]][:2] == [BRIDGE, TOLL]


def test_json_has_the_article_and_every_block(wirewatch, file):
    code, out, _ = wirewatch("article", file, "--explain", "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["article"]["title"] == "The bridge opens a year early"
    assert shown["url"] == "https://file.invalid/page.html"
    assert shown["reason"] is None
    assert {"kept", "reason", "path", "text"} == set(shown["blocks"][0])
    assert "fingerprints" not in shown["article"]


def test_a_gzipped_file_and_standard_input_are_read_too(wirewatch, tmp_path, monkeypatch):
    packed = tmp_path / "page.html.gz"
    packed.write_bytes(gzip.compress(PAGE.encode()))
    assert BRIDGE in wirewatch("article", str(packed), "--explain")[1]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE.encode())))
    assert BRIDGE in wirewatch("article", "-", "--explain")[1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"", "empty"),
        (b"<html><body><p " + b"a=1 " * 50_000 + b">text</p>", "attributes"),
        (b"<p>" + b"x" * (6 << 20), "larger than 5 MiB"),
        (b"<html><title>Just a title</title></html>", "no text"),
    ],
)
def test_a_file_without_an_article_is_one_line_with_the_reason_and_1(wirewatch, tmp_path, content, reason):
    (tmp_path / "page").write_bytes(content)
    code, _, err = wirewatch("article", str(tmp_path / "page"), "--explain")
    assert code == 1
    assert reason in err.splitlines()[0]
    code, out, _ = wirewatch("article", str(tmp_path / "page"), "--explain", "--json")
    shown = json.loads(out)
    assert (code, shown["article"]) == (1, None)
    assert reason in shown["reason"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no-such-page.html", "--explain"), "no such file"),
        (("/", "--explain"), "cannot be read"),
        (("no-such-page.html",), "--explain"),
        (("42", "--url", "https://outlet.example/"), "--explain"),
        (("page.html", "--explain", "--url", "::"), "::"),
        (("0",), "--explain"),
        (("9" * 30, "--explain"), "no such file"),
    ],
)
def test_a_wrong_word_is_one_line_and_2(wirewatch, tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    Path("page.html").write_text(PAGE)
    code, out, err = wirewatch("article", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_a_broken_gzip_file_is_one_line(wirewatch, tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(PAGE.encode())[:200])
    (tmp_path / "b.gz").write_text(PAGE)
    for name in ("a.gz", "b.gz"):
        code, out, err = wirewatch("article", str(tmp_path / name), "--explain")
        assert (code, out, err.count("\n")) == (2, "", 1)


async def test_a_url_is_fetched_by_the_crawler_and_nothing_is_stored(session):
    async with Newsroom([HARBOUR]) as room:
        explained = await article_explain.explain(session, room.url("harbour", "/news/1"), None)
    assert explained.url.endswith("/news/1")
    assert [block.text for block in explained.explanation.blocks if not block.reason] == [BRIDGE, TOLL, FERRY]
    async with session.open_database() as database, database.connection() as conn:
        cursor = await conn.execute("SELECT (SELECT count(*) FROM page) + (SELECT count(*) FROM article) AS n")
        assert (await cursor.fetchone())["n"] == 0


async def test_a_url_that_brings_no_page_says_why(session):
    async with Newsroom([HARBOUR]) as room:
        with pytest.raises(PageUnreachableError, match="404"):
            await article_explain.explain(session, room.url("harbour", "/none"), None)
    with pytest.raises(PageUnreachableError, match="not a public"):
        await article_explain.explain(session, "http://10.0.0.1/news/1", None)
    with pytest.raises(BadURLError):
        await article_explain.explain(session, "ftp://outlet.example/1", None)


async def test_a_stored_article_is_explained_from_the_page_that_is_kept(session, database_url):
    async with Newsroom([HARBOUR]) as room:
        async with session.open_kit() as kit:
            await add_source(kit, room.url("harbour"))
        await run_crawl(session, ())
    async with session.open_database() as database, database.connection() as conn:
        cursor = await conn.execute("SELECT id, url FROM article")
        row = await cursor.fetchone()
    explained = await article_explain.explain(session, str(row["id"]), None)
    assert explained.explanation.article.url == row["url"]
    assert BRIDGE in [block.text for block in explained.explanation.blocks]
    async with session.open_database() as database, database.connection() as conn:
        await conn.execute("DELETE FROM page")
        await conn.commit()
    environment = {**os.environ, "WIREWATCH_DATABASE_URL": database_url}
    for number, told in ((row["id"], "not any more"), (4711, "4711")):
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "cli", "article", str(number), "--explain"],
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert told in done.stderr


def test_on_a_terminal_what_is_kept_is_green_and_what_is_dropped_is_dim_and_harmless(tmp_path):
    code = (
        "from cli.article_explain import show_blocks\nfrom extractors.body import Judged\n"
        "show_blocks([Judged(text='The bridge is open.', path='main/p'),"
        "Judged(text='Read \\x1b[31malso', reason='a pointer elsewhere', path='aside/p')])"
    )
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=theirs, env=environment, cwd=Path(main.__file__).parents[1]
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    assert process.wait(timeout=60) == 0
    kept, dropped = shown.decode().splitlines()
    assert "\x1b[32m+ The bridge is open.\x1b[0m" in kept and "main/p" in kept
    assert "\x1b[2mRead [31malso\x1b[0m" in dropped and "a pointer elsewhere" in dropped and "aside/p" in dropped


def test_away_from_a_terminal_each_block_is_a_line_of_cells(capsys):
    article_explain.show_blocks([Judged(text="a\tb\nc", path="p"), Judged(text="d", reason="share line", path="q")])
    assert capsys.readouterr().out.splitlines() == [
        "VERDICT\tREASON\tPATH\tTEXT",
        "kept\t\tp\ta b c",
        "dropped\tshare line\tq\td",
    ]
