"""`wirewatch story` and what `article` says of copies, called as a person calls them on a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cli import main
from cli.session import Session
from news.model import Article, Attribution
from news.settings import Settings
from scheduler.jobs.stories import place
from store import articles, sources

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEXT = """The observatory on Mount Calder has lost contact with its oldest telescope. A lightning stroke on Sunday night
melted the cable that ran up the northern slope, and the dome has been without power ever since.

Technicians want to reach it on skis as soon as the wind allows. Until then nobody knows whether the mirror, ground by
hand in 1931, survived the frost that crept into the open dome.

"We heard it crack once in the winter of 1986, and it held," said its keeper Rosa Lindqvist, who has measured the
brightness of the same forty stars for half her life."""
OTHER = """A court in Melbrook has forbidden the sale of the town's last tram to a collector. The wagon belongs to those
who paid for it with their fares, the judge wrote, and has to go back onto its rails until Easter."""

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def wirewatch(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs the command line on a database with two stories; returns exit code, stdout and stderr."""
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
    asyncio.run(_fill(Session(settings=Settings({"WIREWATCH_DATABASE_URL": database_url}))))

    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(words)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


async def _fill(session: Session) -> None:
    """Three articles of one text, the second cut, the third wrapped, both naming the Courier; and another story."""
    named = (Attribution(name="Courier", raw="as the Courier reports"),)
    cut = "\n\n".join(TEXT.split("\n\n")[:2])
    told = [
        ("Courier", "Silence on Mount Calder", TEXT, ()),
        ("Echo", "Telescope cut off", cut, named),
        ("Mirror", "No power in the dome", f"A lonely dome.\n\n{TEXT.replace('oldest', 'eldest')}", named),
        ("Echo", "The tram stays", OTHER, ()),
    ]
    async with session.open_database() as database, database.connection() as conn:
        for n, (source, title, text, attributions) in enumerate(told):
            async with conn.transaction():
                stored, _ = await sources.add_source(conn, name=source, url=f"https://{source.lower()}.example/")
                article = Article(
                    url=f"https://{source.lower()}.example/{n}",
                    title=title,
                    text=text,
                    attributions=attributions,
                    language="en",
                    reader="test",
                )
                at = NOW + timedelta(minutes=20 * n)
                article_id, _ = await articles.add_article(conn, article, source_id=stored.id, fetched_at=at)
                await place(conn, article_id, article, source_id=stored.id, fetched_at=at)


def test_a_story_shows_its_original_first_and_who_copied_it(wirewatch: Call) -> None:
    code, out, _ = wirewatch("story", "1")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "story 1: Silence on Mount Calder"
    assert "3 articles of 3 sources, from 2026-11-20 12:00 for 40 min, open" in out
    assert "source named  Courier" in out
    [first, *copies] = [line for line in lines if "· article" in line]
    assert "Courier · Silence on Mount Calder · article 1" in first
    assert [("+20 min" in line, "of article 1" in line) for line in copies] == [(True, True), (False, True)]
    assert "+40 min  Mirror" in copies[1]


def test_a_story_as_json_holds_its_members_in_order(wirewatch: Call) -> None:
    code, out, _ = wirewatch("story", "1", "--json")
    found = json.loads(out)
    assert code == 0
    assert [member["placement"]["article_id"] for member in found["members"]] == [1, 2, 3]
    assert found["members"][0]["placement"]["relation"] == "original"
    assert {member["named_origin"] for member in found["members"]} == {"Courier"}
    assert found["n_articles"] == 3
    assert found["also_in"] == []


def test_an_article_says_what_it_is(wirewatch: Call) -> None:
    _, out, _ = wirewatch("article", "2")
    assert "of article 1, 1.00 of the text" in out
    assert "source named" in out
    _, out, _ = wirewatch("article", "3", "--json")
    found = json.loads(out)
    assert (found["placement"]["of_article_id"], found["placement"]["relation"]) == (1, "near")
    assert found["named_origin"] == "Courier"
    _, out, _ = wirewatch("article", "1")
    assert "story         1: original" in out


def test_copies_show_what_is_shared_and_what_was_changed(wirewatch: Call) -> None:
    code, out, _ = wirewatch("article", "3", "--copies")
    assert code == 0
    assert "{+A lonely dome.+}" in out
    assert "lost contact with its [-oldest-] {+eldest+} telescope" in out
    assert "article 2" in out
    code, out, _ = wirewatch("article", "1", "--copies", "--json")
    found = json.loads(out)
    assert [copy["placement"]["article_id"] for copy in found["copies"]] == [2, 3]
    assert {piece["edit"] for paragraph in found["copies"][0]["text"] for piece in paragraph} == {"same", "removed"}


def test_copies_of_an_article_that_nobody_copied_are_none(wirewatch: Call) -> None:
    code, out, err = wirewatch("article", "4", "--copies")
    assert (code, "nobody copied it" in err) == (0, True)
    assert "original" in out


def test_stories_are_merged_and_split_by_hand(wirewatch: Call) -> None:
    code, out, _ = wirewatch("story", "merge", "2", "1")
    assert (code, out) == (0, "story 1: holds the articles of both\n")
    _, out, _ = wirewatch("story", "2")
    assert out.startswith("story 1: ")
    assert "4 articles" in out
    assert "a person merged or split it" in out
    code, out, _ = wirewatch("story", "split", "1", "4")
    assert (code, out) == (0, "story 3: holds these articles with their copies\n")
    _, out, _ = wirewatch("story", "3")
    assert "The tram stays" in out
    assert "1 article of 1 source, " in out
    assert "split from  story 1" in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("story", "99"), 1),
        (("story", "merge", "1", "99"), 1),
        (("story", "split", "1", "4"), 1),
        (("story", "split", "1", "1"), 2),
        (("story", "split", "1"), 2),
        (("story", "split", "1", "9223372036854775808"), 1),
        (("article", "--copies", "https://outlet.example/1"), 2),
        (("article", "99", "--copies"), 1),
    ],
)
def test_what_cannot_be_is_one_line_that_says_why(wirewatch: Call, words: tuple[str, ...], code: int) -> None:
    ended, out, err = wirewatch(*words)
    assert (ended, out, err.count("\n")) == (code, "", 1)
