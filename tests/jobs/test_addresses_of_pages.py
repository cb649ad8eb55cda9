"""What a page says about its own address, and what becomes of articles when it is wrong."""

from __future__ import annotations

from functools import partial

import pytest

from newsroom.faults import Fault, FaultKind
from newsroom.looks import plain_page
from newsroom.server import Newsroom
from newsroom.site import Document, Piece, Site, document
from scheduler.kit import Kit
from scheduler.round import run_round
from tests.jobs.telling import again, piece, rows, site, states, value, watch


def naming(canonical: str, outlet: Site, one: Piece, base_url: str) -> Document:
    """A piece's page with `rel=canonical`."""
    html = plain_page(outlet, one).replace("</head>", f'<link rel="canonical" href="{base_url}{canonical}"></head>')
    return document(html.encode(), outlet.html_type)


def titled(number: int, **changes: object) -> Piece:
    """A piece whose text is its own from the first word to the last."""
    text = "\n\n".join(" ".join(f"w{number}x{n}y{part}" for n in range(40)) + "." for part in range(4))
    return piece(number, text=f"Report number {number} begins. {text}", **changes)


@pytest.mark.parametrize("canonical", ["/news/", "/", "/news/2026/bridge-repair-1"])
async def test_a_template_that_names_one_address_for_all_pages_loses_no_article(
    kit: Kit, room: Newsroom, canonical: str
) -> None:
    pieces = tuple(titled(n, page=partial(naming, canonical)) for n in range(1, 5))
    await watch(kit, room, site("outlet", [], pieces=pieces))
    report = await run_round(kit)
    assert await states(kit) == {"stored": 4}, report.reasons
    titles = [row["title"] for row in await rows(kit, "SELECT title FROM article ORDER BY title")]
    assert titles == [f"Council votes on bridge number {n}" for n in range(1, 5)]


async def test_a_stated_address_of_the_same_article_joins_two_addresses(kit: Kit, room: Newsroom) -> None:
    first = titled(1)
    second = titled(1, path="/print/1", page=partial(naming, first.path))
    await watch(kit, room, site("outlet", [], pieces=(first, second)))
    await run_round(kit)
    assert await states(kit) == {"stored": 1, "duplicate": 1}
    assert await value(kit, "SELECT count(*) FROM article") == 1


async def test_a_wrong_address_does_not_overwrite_the_words_that_stand_in_for_another_page(
    kit: Kit, room: Newsroom
) -> None:
    missing, wrong = titled(1), titled(2, page=partial(naming, titled(1).path))
    await watch(kit, room, site("outlet", [], pieces=(wrong, missing)))
    room.misbehave("outlet", missing.path, Fault(kind=FaultKind.STATUS, status=500))
    await run_round(kit)
    assert await states(kit) == {"stored": 1, "pending": 1}
    found = await rows(kit, "SELECT title, text_origin FROM article ORDER BY title")
    assert [(row["title"], row["text_origin"]) for row in found] == [
        ("Council votes on bridge number 1", "entry"),
        ("Council votes on bridge number 2", "page"),
    ]
    room.behave("outlet", missing.path)
    await again(kit)
    assert await states(kit) == {"stored": 2}


async def test_a_page_that_redirects_and_names_the_address_it_came_from_takes_its_stand_ins_place(
    kit: Kit, room: Newsroom
) -> None:
    old = titled(1, title="As the feed says it")
    moved = titled(1, path="/moved/1", page=partial(naming, old.path), listed=False)
    await watch(kit, room, site("outlet", [], pieces=(moved, old)))
    room.misbehave("outlet", old.path, Fault(kind=FaultKind.STATUS, status=500))
    await run_round(kit)
    room.misbehave("outlet", old.path, Fault(kind=FaultKind.REDIRECT, location=moved.path))
    await again(kit)
    assert await states(kit) == {"stored": 1}
    (article,) = await rows(kit, "SELECT * FROM article")
    assert (article["text_origin"], article["title"]) == ("page", "Council votes on bridge number 1")


async def test_pages_that_lead_to_the_front_page_keep_the_entries_own_words(kit: Kit, room: Newsroom) -> None:
    await watch(kit, room, site("outlet", [1, 2, 3]))
    for number in (1, 2):
        room.misbehave("outlet", piece(number).path, Fault(kind=FaultKind.REDIRECT, status=301, location="/"))
    await run_round(kit)
    assert await states(kit) == {"stored": 1, "pending": 2}
    reasons = await rows(kit, "SELECT DISTINCT reason FROM entry WHERE state = 'pending'")
    assert "front page" in reasons[0]["reason"]
    assert await value(kit, "SELECT count(*) FROM article WHERE text_origin = 'entry'") == 2
