"""`source template`: what a source's pages taught is shown, a path is tried, confirmed and dropped."""

from __future__ import annotations

import json

import pytest

from cli import output
from cli.session import Session
from cli.source_template import forget_template, found_text, read_template, show
from news.errors import NotFoundError, UsageError
from news.settings import Settings
from newsroom.server import Newsroom
from newsroom.site import Document, Piece, Site, document
from scheduler.kit import Kit
from scheduler.round import run_round
from store import furniture
from tests.jobs.telling import again, piece, rows, site, value, watch

PROMO = "The Harbour Lantern comes in three sizes and fits every table in town."
ASIDE = "Anna and Piet, who keep the reading room above the rope works, drink their first cup with us every single day."


def page(site: Site, piece: Piece, base_url: str) -> Document:
    """A page whose article has a line of the outlet's own beside its story."""
    story = "".join(f"<p>{paragraph}</p>" for paragraph in piece.paragraphs)
    html = (
        f"<!doctype html><html lang=en><head><title>{piece.title}</title></head><body><article><h1>{piece.title}</h1>"
        f'<div class="story">{story}</div><div class="more"><p>{ASIDE}</p></div><p>{PROMO}</p></article></body></html>'
    )
    return document(site.encode(html), site.html_type)


def pieces(*numbers: int) -> tuple[Piece, ...]:
    trades = ("ferry", "bakery", "orchard", "library", "quarry", "tannery")
    return tuple(piece(n, title=f"Council votes on the {trades[n]}", page=page) for n in numbers)


@pytest.fixture
def session(database_url: str) -> Session:
    return Session(settings=Settings({"WIREWATCH_DATABASE_URL": database_url}))


@pytest.fixture
async def name(kit: Kit, room: Newsroom) -> str:
    """The name of a source of three stories."""
    await watch(kit, room, site("lantern", [], pieces=pieces(1, 2, 3)))
    await run_round(kit)
    return str(await value(kit, "SELECT name FROM source"))


async def test_lines_are_shown_with_counts_and_dates_and_places_of_text(
    name: str, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    report = await read_template(session, name, None)
    (known,) = report.sites
    assert known.name.startswith("lantern.localhost")
    assert known.dates is not None and known.dates.n_pages == 3
    lines = {line.text: line for line in known.lines}
    assert lines[PROMO].n_pages == 3
    assert lines[PROMO].first_seen_at < lines[PROMO].last_seen_at
    assert (report.path, len(report.pages)) == (None, 3)
    show(report)
    assert PROMO in capsys.readouterr().out
    output.print_json(report)
    assert json.loads(capsys.readouterr().out)["sites"][0]["lines"]


async def test_a_path_is_tried_confirmed_and_kept_to(name: str, session: Session, kit: Kit, room: Newsroom) -> None:
    source_id = await value(kit, "SELECT id FROM source")
    tried = await read_template(session, name, "article/div.story")
    assert found_text(tried) and not tried.confirmed
    assert all(one.n_within is not None and 0 < one.n_within <= one.n_paragraphs for one in tried.pages)
    async with kit.database.connection() as conn:
        assert await furniture.content_path(conn, source_id) is None
    assert (await read_template(session, name, "article/div.story", keep=True)).confirmed
    assert (await read_template(session, name, None)).confirmed
    await again(kit)
    room.publish("lantern", *pieces(4))
    await again(kit)
    (row,) = await rows(kit, "SELECT text FROM article WHERE title LIKE '%quarry'")
    assert "repair the old bridge" in row["text"]
    assert ASIDE not in row["text"] and PROMO not in row["text"]
    left = await read_template(session, name, None, leave=True)
    assert (left.path, left.confirmed) == (None, False)


async def test_a_path_that_finds_no_text_is_not_confirmed(name: str, session: Session) -> None:
    report = await read_template(session, name, "main/div.nothing", keep=True)
    assert not found_text(report) and not report.confirmed
    assert (await read_template(session, name, None)).path is None


@pytest.mark.parametrize("path", ["", "div[", "main//p", "div.o'x/p", "p:nope(", "x" * 600, "/".join("p" * 40)])
async def test_a_bad_path_is_one_clear_line(path: str, session: Session) -> None:
    with pytest.raises(UsageError, match=r"^path: [^\n]*$"):
        await read_template(session, "lantern", path)


async def test_what_was_learned_is_forgotten_on_demand(name: str, session: Session, kit: Kit) -> None:
    await read_template(session, name, "article", keep=True)
    (site_name,) = await forget_template(session, name)
    assert site_name.startswith("lantern.localhost")
    report = await read_template(session, name, None)
    assert (report.path, report.sites[0].dates, report.sites[0].lines) == (None, None, ())


async def test_an_unknown_source_is_told(session: Session) -> None:
    with pytest.raises(NotFoundError):
        await read_template(session, "nobody", None)
