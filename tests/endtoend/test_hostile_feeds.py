"""Feeds that mean no good, beside one that is well: each is read or tells why not, and the other is not held up."""

from __future__ import annotations

import pytest

from scheduler.round import run_round
from tests.endtoend.conftest import OpenKit
from tests.endtoend.hostile_outlet import LISTS, N_NORMAL, outlets
from tests.endtoend.watching import watch_feeds, watched
from tests.jobs.telling import rows

LONG = "took longer than 3 seconds"
BIG = "15728640"
READ = ""

BECAME = {
    "billion laughs": READ,
    "billion laughs in one line": READ,
    "billion laughs in UTF-16": READ,
    "one entity many times": READ,
    "entity of a local file": READ,
    "parameter entity of the network": READ,
    "DOCTYPE without an end": "not a feed",
    "prolog without an end": "not a feed",
    "the path of a file": "not a feed",
    "the path of an endless file": "not a feed",
    "an address": "not a feed",
    "200,000 attributes in a tag": "tag",
    "5,000 attributes in each of 230 tags": "attributes",
    "100,000 namespaces": "tag",
    "larger than the cap": BIG,
    "10 MB of text": READ,
    "10 MB of HTML": READ,
    "open comments": READ,
    "open tags in CDATA": READ,
    "a million < in CDATA": READ,
    "a million & in CDATA": READ,
    "100,000 nested div in CDATA": READ,
    "broken: 15 million <": "tags",
    "broken: bare ampersands": "references",
    "references to nothing": READ,
    "60,000 categories of one entry": READ,
    "NUL and controls": READ,
    "every byte": READ,
    "random bytes": "not a feed",
    "zeros": "empty",
    "nothing": "empty",
    "white space": "empty",
    "JSON: nested": "nested too deeply",
    "JSON: a number of 10 MB": "JSON",
    "JSON: wrong types": READ,
    "a gzip bomb": "larger than",
    "gzip in gzip in gzip": "compressed more than twice",
    "damaged gzip": READ,
    "an image": "not a feed",
    "a page of 10 MB": "an HTML page, not a feed",
}
"""A part of the error for each. On a slow machine any may take too long."""

SLOW_TO_READ = {
    "20,000 entries",
    "70,000 entries of HTML",
    "20,000 entries in broken XML",
    "490,000 open elements",
    "broken: open quotes",
    "broken: 490,000 open tags",
    "an author of 10 MB",
    "60,000 links of one entry",
    "dates of 100,000 digits",
    "JSON: five million lists",
    "50,000 rows",
    "children without end",
    "fifty million <",
}


@pytest.mark.slow
async def test_each_hostile_feed_is_read_or_tells_why_not_and_the_one_beside_them_is_stored(
    open_test_kit: OpenKit,
) -> None:
    assert BECAME.keys() | SLOW_TO_READ <= LISTS.keys()
    chosen = {name: number for number, name in enumerate(LISTS) if name in BECAME or name in SLOW_TO_READ}
    async with outlets() as port, open_test_kit(timeout_s=5, parse_timeout_s=3) as kit:
        await kit.parse.run(len, ())
        urls = {name: f"http://feed-{number}.localhost:{port}/list/{number}" for name, number in chosen.items()}
        await watch_feeds(kit, urls | {"normal": f"http://normal.localhost:{port}/normal.xml"})
        async with watched() as seen:
            report = await run_round(kit)
        found = await rows(
            kit,
            "SELECT source.name, feed.error, feed.n_failures, feed.first_read_at, feed.next_check_at FROM feed "
            "JOIN source ON source.id = feed.source_id",
        )
        stored = await rows(
            kit, "SELECT state, count(*) AS n FROM entry WHERE url LIKE %s GROUP BY state", "%/normal/%"
        )

    assert stored == [{"state": "stored", "n": N_NORMAL}]
    feeds = {row["name"]: row for row in found}
    assert feeds.keys() == {*chosen, "normal"}
    for name, row in feeds.items():
        assert row["next_check_at"] is not None, row
        assert (row["error"] is None) == (row["n_failures"] == 0) == (row["first_read_at"] is not None), row
        assert row["error"] is None or 5 < len(row["error"]) < 1000, row
        # What cost one reader its life is not tried by the next.
        assert not ("took longer" in (row["error"] or "") and "nothing there" in row["error"]), row
        assert "reader failed" not in (row["error"] or ""), row
        assert name not in BECAME or _is_as_told(row["error"], BECAME[name]), row
    assert sum(LONG in (row["error"] or "") for row in found) < 25, feeds
    assert report.seconds < 120
    # Three large bodies at a time, each with its copy for the child: 150 to 220 MB; without that bound 270 to 290.
    assert seen.growth_mb < 250
    assert seen.held_s < 1


def _is_as_told(error: str | None, part: str) -> bool:
    return LONG in (error or "") or (part in (error or "") if part else error is None)
