"""The gate on a real database, before a real fetcher and a real outlet: robots.txt."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from gated import ROBOTS, RULES, Reader, Worker, serve
from hostile_server import HostileServer, answer, redirect

from crawler.doors import Door
from news.model import FailureKind, FetchFailure, Page
from store import robots
from store.database import Database
from store.robots import StoredRobots, Verdict


async def stored_robots(database: Database, origin: str) -> StoredRobots:
    async with database.connection() as conn:
        found = await robots.find_robots(conn, origin)
    assert found is not None
    return found


async def test_rules_are_obeyed_and_a_refusal_names_their_file(
    worker: Worker, outlet: HostileServer, reader: Reader
) -> None:
    serve(outlet, answer(RULES, content_type="text/plain"))
    fetcher = await worker(user_agent="Wirewatch/1.0 (+https://private.example/ours)")
    assert isinstance(await fetcher.fetch(outlet.url("/ok"), Door.PAGE), Page)
    assert isinstance(await fetcher.fetch(outlet.url("/private"), Door.PAGE), FetchFailure)  # 404, but asked
    refused = await fetcher.fetch(outlet.url("/ours/a"), Door.PAGE)
    assert isinstance(refused, FetchFailure)
    assert (refused.kind, refused.lasting) == (FailureKind.ROBOTS, True)
    assert outlet.url(ROBOTS) in refused.reason
    assert [asked.path for asked in outlet.asked] == [ROBOTS, "/ok", "/private"]
    assert {product for product, _ in reader.calls} == {"Wirewatch"}


async def test_each_hop_of_a_redirect_is_gated_by_its_own_host(worker: Worker, outlet: HostileServer) -> None:
    def route(asked: Any, writer: asyncio.StreamWriter) -> None:
        body = b"User-agent: *\nDisallow: /ok" if asked.host.startswith("127.0.1.2") else b""
        writer.write(answer(body, content_type="text/plain"))

    outlet.routes[ROBOTS] = route
    fetcher = await worker()
    refused = await fetcher.fetch(outlet.url(f"/to?{outlet.url('/ok', '127.0.1.2')}"), Door.PAGE)
    assert isinstance(refused, FetchFailure)
    assert refused.kind is FailureKind.ROBOTS
    assert "127.0.1.2" in refused.reason


@pytest.mark.parametrize(
    ("raw", "allowed"),
    [
        (answer(b"", status="404 X"), True),
        (answer(b"User-agent: *\nDisallow: /", status="404 X"), True),
        (answer(b"User-agent: *\nDisallow: /", status="410 X"), True),
        (answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), False),
        (answer(b"<html>Disallow: /</html>"), True),
        (answer(b""), True),
        (redirect(f"{ROBOTS}?loop"), True),
        (answer(b"", status="401 X"), False),
        (answer(b"", status="403 X"), False),
        (answer(b"", status="500 X"), False),
        (answer(b"User-agent: *\nAllow: /", status="503 X"), False),
        (b"\x00garbage\r\n\r\n", False),
        (answer(b"# padding\n" * 51_000 + b"User-agent: *\nDisallow: /"), False),
        (answer(b"# padding\n" * 53_000 + b"User-agent: *\nDisallow: /"), True),  # behind the first 512 KiB
    ],
)
async def test_odd_answers_to_robots_txt_mean_what_the_table_says(
    worker: Worker, outlet: HostileServer, raw: bytes, allowed: bool
) -> None:
    serve(outlet, raw)
    found = await (await worker()).fetch(outlet.url("/ok"), Door.PAGE)
    assert isinstance(found, Page) is allowed
    if isinstance(found, FetchFailure):
        assert found.kind is FailureKind.ROBOTS
        assert outlet.hits()["/ok"] == 0


async def test_a_host_that_cannot_be_reached_is_told_as_such_and_not_as_a_refusal(
    worker: Worker, outlet: HostileServer, database: Database
) -> None:
    fetcher = await worker()
    nobody = await fetcher.fetch(f"http://127.0.1.77:{outlet.port}/a", Door.PAGE)
    inward = await fetcher.fetch(f"http://127.8.8.8:{outlet.port}/a", Door.PAGE)
    unknown = await fetcher.fetch("http://no-such-outlet.invalid/a", Door.PAGE)
    kinds = (FailureKind.CONNECT, FailureKind.REFUSED_ADDRESS, FailureKind.DNS)
    for found, kind in zip((nobody, inward, unknown), kinds, strict=True):
        assert isinstance(found, FetchFailure)
        assert found.kind is kind
        assert "robots.txt" in found.reason
    assert (await stored_robots(database, "http://no-such-outlet.invalid")).verdict is Verdict.DISALLOW
    again = await fetcher.fetch("http://no-such-outlet.invalid/b", Door.PAGE)
    assert isinstance(again, FetchFailure)
    assert (again.kind, again.lasting, again.host) == (FailureKind.ROBOTS, False, "no-such-outlet.invalid")
    assert again.retry_after_s == pytest.approx(1800, abs=60)
    assert "no-such-outlet.invalid" in again.reason


async def test_a_busy_robots_txt_hands_on_the_wish_for_peace(worker: Worker, outlet: HostileServer) -> None:
    serve(outlet, answer(b"", status="429 X", headers={"Retry-After": "77"}))
    found = await (await worker()).fetch(outlet.url("/ok"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert (found.kind, found.retry_after_s) == (FailureKind.BUSY, 77.0)
    assert outlet.hits() == {ROBOTS: 1}


async def test_robots_txt_is_asked_for_once_and_shared_by_workers(
    worker: Worker, outlet: HostileServer, reader: Reader, database: Database
) -> None:
    serve(outlet, answer(RULES))
    first, second = await worker(), await worker()
    await asyncio.gather(*(first.fetch(outlet.url("/ok"), Door.FEED) for _ in range(5)))
    await second.fetch(outlet.url("/ok"), Door.FEED)
    assert outlet.hits() == {ROBOTS: 1, "/ok": 6}
    assert len(reader.calls) == 2, "a worker parses once for a URL it asks again and again"
    stored = await stored_robots(database, outlet.url(""))
    assert (stored.verdict, stored.body) == (Verdict.RULES, RULES)


async def test_rules_that_are_too_old_are_asked_for_again(
    worker: Worker, outlet: HostileServer, database: Database
) -> None:
    origin = outlet.url("")
    old = datetime.now(UTC) - timedelta(hours=13)
    async with database.connection() as conn:
        await robots.record_robots(
            conn,
            StoredRobots(origin=origin, fetched_at=old, verdict=Verdict.RULES, body=RULES, reason="old", body_at=old),
        )
    serve(outlet, answer(b"", status="500 X"))
    fetcher = await worker()
    assert isinstance(await fetcher.fetch(outlet.url("/ok"), Door.PAGE), Page)
    refused = await fetcher.fetch(outlet.url("/ours"), Door.PAGE)
    assert isinstance(refused, FetchFailure)
    assert refused.kind is FailureKind.ROBOTS
    stored = await stored_robots(database, origin)
    assert stored.failing_since is not None
    assert "stands in" in stored.reason
    assert outlet.hits()[ROBOTS] == 1


async def test_a_poll_asks_the_database_for_robots_txt_once_a_minute_at_most(
    worker: Worker, outlet: HostileServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(outlet, answer(RULES))
    fetcher = await worker()
    await fetcher.fetch(outlet.url("/ok"), Door.FEED)
    async with database.connection() as conn:
        await conn.execute("DELETE FROM robots")
    await fetcher.fetch(outlet.url("/ok"), Door.FEED)
    assert outlet.hits()[ROBOTS] == 1
    monkeypatch.setattr("crawler.memory.KEPT_S", 0.0)
    await fetcher.fetch(outlet.url("/ok"), Door.FEED)
    assert outlet.hits()[ROBOTS] == 2


async def test_rules_that_cannot_be_parsed_keep_us_away_for_now(
    worker: Worker, outlet: HostileServer, reader: Reader
) -> None:
    serve(outlet, answer(RULES))
    reader.unreadable = True
    found = await (await worker()).fetch(outlet.url("/ok"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert (found.kind, found.lasting) == (FailureKind.ROBOTS, False)
    assert "it took too long" in found.reason


async def test_robots_txt_itself_is_paced_and_nothing_more(worker: Worker, outlet: HostileServer) -> None:
    serve(outlet, answer(b"User-agent: *\nDisallow: /"))
    page = await (await worker()).fetch(outlet.url(ROBOTS), Door.ROBOTS)
    assert isinstance(page, Page)
    assert outlet.hits() == {ROBOTS: 1}
