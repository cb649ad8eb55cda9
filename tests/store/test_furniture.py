"""What is kept of a site: its last pages, what was learned before, and the path that an operator confirmed."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.errors import CheckViolation
from psycopg.rows import dict_row
from samples import NOW, add_article, make_feed, scalar, values

from news.sites import LearnedBlock, SeenPage, site_name
from store import furniture


def page(n: int, blocks: Sequence[int] = (2, 4), **fields: Any) -> SeenPage:
    given: dict[str, Any] = {
        "key": n,
        "seen_at": NOW + timedelta(minutes=n),
        "story": n,
        "title": -n,
        "blocks": tuple(blocks),
        "paragraphs": (100 + n,),
    }
    return SeenPage(**given | fields)


async def keep(conn: Any, name: str, *numbers: int, strange: bool = False) -> furniture.KeptPage:
    for n in numbers:
        kept = await keep_one(conn, name, page(n), strange=strange)
    return kept


async def keep_one(conn: Any, name: str, one: SeenPage, *, strange: bool = False) -> furniture.KeptPage:
    """Keep a page as the job does: where others came first, the site is looked at again."""
    while True:
        site = await furniture.find_site(conn, name)
        if (kept := await furniture.keep_page(conn, site, one, strange=strange)) is not None:
            return kept


def block(n: int, **fields: Any) -> LearnedBlock:
    given: dict[str, Any] = {"fingerprint": n, "n_pages": 8, "first_seen_at": NOW, "last_seen_at": NOW, "last_page": 8}
    return LearnedBlock(**given | fields)


async def test_a_site_that_nobody_knows_has_no_pages(conn: Any) -> None:
    site = await furniture.find_site(conn, "lantern.example")
    assert (site.n_pages, site.pages, site.learned, site.content_path) == (0, (), frozenset(), None)
    assert await furniture.site_dates(conn, "lantern.example") is None


async def test_pages_come_back_as_they_were_kept_oldest_first(conn: Any) -> None:
    widest = page(3, [-(2**63), 2**63 - 1], key=-(2**63), story=2**63 - 1)
    await keep(conn, "lantern.example", 1, 2)
    assert await keep_one(conn, "lantern.example", widest, strange=True) == furniture.KeptPage(number=3, n_strange=1)
    site = await furniture.find_site(conn, "lantern.example")
    assert site.pages == (page(1), page(2), widest)
    assert (site.n_pages, site.n_strange) == (3, 1)
    assert await furniture.find_site(conn, "other.example") != site


async def test_a_page_is_not_kept_by_what_was_known_before_another_came(conn: Any) -> None:
    known = await furniture.find_site(conn, "lantern.example")
    await keep(conn, "lantern.example", 1)
    assert await furniture.keep_page(conn, known, page(2), strange=False) is None
    assert [one.key for one in (await furniture.find_site(conn, "lantern.example")).pages] == [1]


async def test_the_last_eight_pages_stay_whatever_came_before(conn: Any) -> None:
    await keep(conn, "lantern.example", *range(1, 22))
    site = await furniture.find_site(conn, "lantern.example")
    assert [one.key for one in site.pages] == list(range(14, 22))
    assert site.n_pages == 21
    assert await scalar(conn, "SELECT count(*) FROM site_page") == 8


async def test_what_was_learned_is_replaced_whole_and_comes_with_the_site(conn: Any) -> None:
    await keep(conn, "lantern.example", *range(1, 11))
    await furniture.keep_learned(conn, "lantern.example", [block(2), block(-4)])
    assert (await furniture.find_site(conn, "lantern.example")).learned == {2, -4}
    later = block(6, n_pages=3, last_seen_at=NOW + timedelta(days=1))
    await furniture.keep_learned(conn, "lantern.example", [later])
    assert await furniture.find_learned(conn, "lantern.example") == [later]
    await furniture.keep_learned(conn, "lantern.example", [])
    assert await furniture.find_learned(conn, "lantern.example") == []


async def test_of_a_changed_layout_the_strange_pages_stay_and_the_day_is_told(conn: Any) -> None:
    await keep(conn, "lantern.example", *range(1, 9))
    await furniture.keep_learned(conn, "lantern.example", [block(2)])
    kept = await keep(conn, "lantern.example", 9, 10, 11, strange=True)
    assert kept.n_strange == 3
    await furniture.forget_layout(conn, "lantern.example", NOW)
    site = await furniture.find_site(conn, "lantern.example")
    assert ([one.key for one in site.pages], site.learned, site.n_strange) == ([9, 10, 11], frozenset(), 0)
    (changed,) = await furniture.changed_sites(conn, since=NOW - timedelta(days=1), limit=20)
    assert (changed.name, changed.changed_at, changed.n_pages) == ("lantern.example", NOW, 11)
    assert await furniture.changed_sites(conn, since=NOW + timedelta(days=1), limit=20) == []
    assert (await keep(conn, "lantern.example", 12)).number == 12


async def test_a_page_of_the_old_layout_ends_the_row_of_strange_ones(conn: Any) -> None:
    await keep(conn, "lantern.example", 1, 2, strange=True)
    assert (await keep(conn, "lantern.example", 3)).n_strange == 0


async def test_a_forgotten_site_begins_anew_and_its_neighbours_stay(conn: Any) -> None:
    await keep(conn, "lantern.example", *range(1, 9))
    await keep(conn, "sport.lantern.example", 1)
    await furniture.keep_learned(conn, "lantern.example", [block(2)])
    assert await furniture.forget_sites(conn, ["lantern.example", "nobody.example"]) == 1
    assert (await furniture.find_site(conn, "lantern.example")).n_pages == 0
    assert (await furniture.find_site(conn, "sport.lantern.example")).n_pages == 1
    assert await values(conn, "SELECT site FROM furniture") == []


async def test_a_path_is_of_one_source_and_comes_with_the_site(conn: Any) -> None:
    first = (await make_feed(conn)).source_id
    second = (await make_feed(conn, "https://other.example/rss")).source_id
    await furniture.set_content_path(conn, first, "main/div.story")
    assert await furniture.content_path(conn, first) == "main/div.story"
    assert (await furniture.find_site(conn, "x.example", source_id=first)).content_path == "main/div.story"
    assert (await furniture.find_site(conn, "x.example", source_id=second)).content_path is None
    await furniture.set_content_path(conn, first, None)
    assert await furniture.content_path(conn, first) is None


async def test_the_newest_pages_of_a_source_are_those_its_articles_were_read_from(conn: Any) -> None:
    source_id = (await make_feed(conn)).source_id
    await conn.execute(
        "INSERT INTO entry (key, source_id, host_id, url, authors, tags, state, seen_at) "
        "SELECT '\\x01', %s, host_id, 'https://outlet.example/1', '{}', '{}', 'stored', now() FROM feed",
        [source_id],
    )
    for n in range(3):
        article_id = await add_article(conn, n, source_id=source_id)
        await conn.execute(
            "INSERT INTO page "
            "(entry_id, article_id, requested_url, final_url, status, headers, body, n_body_bytes, fetched_at) "
            "SELECT id, %s, 'x', 'https://outlet.example/' || %s, 200, '{}', '\\x28', 1, now() FROM entry",
            [article_id, n],
        )
    found = await furniture.newest_pages(conn, source_id, 2)
    assert [one.page.final_url for one in found] == ["https://outlet.example/2", "https://outlet.example/1"]
    assert found[0].body_zstd == b"\x28"


async def test_what_is_kept_of_a_site_is_bounded_by_the_schema(conn: Any) -> None:
    with pytest.raises(CheckViolation):
        async with conn.transaction():
            await keep_one(conn, "lantern.example", page(1, range(401)))
    await keep(conn, "lantern.example", 1)
    with pytest.raises(CheckViolation):
        async with conn.transaction():
            await furniture.keep_learned(conn, "lantern.example", [block(n) for n in range(257)])


async def test_a_site_takes_at_most_forty_kilobytes(conn: Any) -> None:
    spread = [hash((n, "spread")) for n in range(400)]
    for n in range(8):
        await keep_one(conn, "lantern.example", page(n, [one ^ n for one in spread]))
    await furniture.keep_learned(conn, "lantern.example", [block(one) for one in spread[:256]])
    n_bytes = await scalar(
        conn,
        "SELECT (SELECT sum(pg_column_size(site_page.*)) FROM site_page)"
        " + (SELECT pg_column_size(furniture.*) FROM furniture)",
    )
    assert n_bytes < 40_000


async def test_workers_who_keep_pages_of_the_same_sites_lose_none(database_url: str) -> None:
    """Eight at once, each a page of every site in an order of its own, each page in its own transaction."""

    async def work(worker: int) -> None:
        async with await psycopg.AsyncConnection.connect(database_url, row_factory=dict_row, autocommit=True) as conn:
            for n in range(10):
                async with conn.transaction():
                    site = f"site-{(worker * n) % 3}.example"
                    kept = await keep_one(conn, site, page(100 * worker + n))
                    if kept.number % 8 == 0:
                        await furniture.keep_learned(conn, site, [block(worker)])

    await asyncio.gather(*(work(worker) for worker in range(8)))
    async with await psycopg.AsyncConnection.connect(database_url, row_factory=dict_row) as conn:
        assert await scalar(conn, "SELECT sum(n_pages) FROM site") == 80
        numbers = await values(conn, "SELECT number FROM site_page JOIN site ON name = site AND number > n_pages - 8")
        assert len(numbers) == await scalar(conn, "SELECT sum(least(n_pages, 8)) FROM site")


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.Lantern.example/a", "lantern.example"),
        ("http://sport.lantern.example:8080/a", "sport.lantern.example:8080"),
        ("https://www.example/", "example"),
    ],
)
def test_a_site_is_a_host_without_www(url: str, site: str) -> None:
    assert site_name(url) == site
