"""Pages: kept as they were fetched, dropped when their time is over."""

from datetime import timedelta
from typing import Any

from samples import NOW, add, line, make_feed, page, scalar, values

from store import pages


async def make_entry(conn: Any) -> int:
    await add(conn, await make_feed(conn), [line(1)])
    entry_id: int = await scalar(conn, "SELECT id FROM entry")
    return entry_id


async def test_a_page_is_kept_as_it_was_fetched(conn: Any) -> None:
    entry_id = await make_entry(conn)
    fetched = page(final_url="https://outlet.example/1.html", status=203, headers={"etag": '"1"', "x": "й"})
    await pages.add_page(conn, entry_id=entry_id, article_id=None, page=fetched, body_zstd=b"\x28\xb5\x00\xff")
    async with conn.cursor() as cursor:
        await cursor.execute("SELECT * FROM page")
        (row,) = await cursor.fetchall()
    assert row["body"] == b"\x28\xb5\x00\xff"
    assert row["headers"] == {"etag": '"1"', "x": "й"}
    assert (row["requested_url"], row["final_url"]) == (fetched.requested_url, fetched.final_url)
    assert (row["status"], row["n_body_bytes"], row["fetched_at"]) == (203, len(fetched.body), NOW)


async def test_hostile_headers_do_not_lose_a_page(conn: Any) -> None:
    entry_id = await make_entry(conn)
    headers = {"a": "\x00", "b\x00": "\udcff\ud800", "c": "x" * 1_000_000, '"': "\\u0000", "set-cookie": "\x1b"}
    hostile = page(
        url="https://outlet.example/\x00\ud800", final_url="https://outlet.example/" + "x" * 9000, headers=headers
    )
    await pages.add_page(conn, entry_id=entry_id, article_id=None, page=hostile, body_zstd=b"")
    assert await scalar(conn, "SELECT length(final_url) FROM page") == 4096
    assert await scalar(conn, "SELECT headers->>'\"' FROM page") == "\\u0000"


async def test_old_pages_are_dropped_a_few_at_a_time(conn: Any) -> None:
    entry_id = await make_entry(conn)
    for n in range(7):
        old = page(fetched_at=NOW - timedelta(days=n))
        await pages.add_page(conn, entry_id=entry_id, article_id=None, page=old, body_zstd=b"")
    before = NOW - timedelta(days=2)
    assert await pages.delete_older(conn, before, limit=3) == 3
    assert await pages.delete_older(conn, before, limit=3) == 1
    assert await pages.delete_older(conn, before, limit=3) == 0
    left = await values(conn, "SELECT fetched_at FROM page ORDER BY fetched_at")
    assert left == [NOW - timedelta(days=n) for n in (2, 1, 0)]
