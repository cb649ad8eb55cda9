"""robots.txt is remembered for all workers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from samples import NOW

from store import robots
from store.robots import StoredRobots, Verdict

KNOWN = StoredRobots(
    origin="https://outlet.example:8443",
    fetched_at=NOW,
    verdict=Verdict.RULES,
    body=b"User-agent: *\nDisallow: /\x00\xff",
    reason="200",
    body_at=NOW,
)


async def test_what_was_never_asked_for_is_not_known(conn: Any) -> None:
    assert await robots.find_robots(conn, KNOWN.origin) is None


async def test_robots_come_back_as_they_were_recorded(conn: Any) -> None:
    await robots.record_robots(conn, KNOWN)
    assert await robots.find_robots(conn, KNOWN.origin) == KNOWN
    assert await robots.find_robots(conn, "http://outlet.example:8443") is None


async def test_what_was_learned_last_counts(conn: Any) -> None:
    await robots.record_robots(conn, KNOWN)
    later = NOW + timedelta(hours=1)
    failing = replace(KNOWN, fetched_at=later, verdict=Verdict.DISALLOW, reason="503", failing_since=later)
    await robots.record_robots(conn, failing)
    assert await robots.find_robots(conn, KNOWN.origin) == failing
    gone = StoredRobots(origin=KNOWN.origin, fetched_at=later, verdict=Verdict.ALLOW, reason="404\x00")
    await robots.record_robots(conn, gone)
    assert await robots.find_robots(conn, KNOWN.origin) == replace(gone, reason="404")
