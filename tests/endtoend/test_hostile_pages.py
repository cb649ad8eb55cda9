"""Pages that mean no good, between pages that are well: each ends with a reason, and its neighbours are stored."""

from __future__ import annotations

import pytest

from scheduler.kit import Kit
from scheduler.round import run_round
from tests.endtoend.conftest import OpenKit
from tests.endtoend.hostile_outlet import N_NORMAL, PAGES, WIRES, outlets
from tests.endtoend.watching import watch_feeds, watched
from tests.jobs.telling import rows

LONG = "took longer than 3 seconds"
BIG = "5242880"
TORN = "no HTTP"
STORED = ""

BECAME = {
    "50,000 attributes in a tag": "attributes",
    "500,000 attributes in a tag": BIG,
    "JSON-LD of 10 MB": BIG,
    "a text of 12 MB": BIG,
    "200,000 nested div": "deeper",
    "100,000 nested b, not closed": "deeper",
    "20,000 nested quotes": "deeper",
    "20,000 nested tables": "deeper",
    "quotes that do not end": "attributes",
    "nothing": "empty",
    "blanks": "empty",
    "random bytes": "no ",
    "a PDF": "PDF",
    "gzip that nobody named": "compressed",
    "JSON": "JSON",
    "a feed": "no",
    "300 attributes in each of 1,500 tags": STORED,
    "JSON-LD of 4 MB": STORED,
    "JSON-LD nested": STORED,
    "JSON-LD of 100,000 authors": STORED,
    "a comment that does not end": STORED,
    "a script that does not end": STORED,
    "a million comments": STORED,
    "an author of a million names": STORED,
    "50,000 metas": STORED,
    "4 MB of blanks": STORED,
    "colspan": STORED,
    "NUL, controls, surrogates": STORED,
    "writing direction and joiners": STORED,
    "broken UTF-8": STORED,
    "/bomb/gzip": BIG,
    "/bomb/deflate": BIG,
    "/bomb/br": BIG,
    "/bomb/zstd": BIG,
    "/bomb/gzip-of-gzip": BIG,
    "/bomb/many-layers": "packed",
    "/unpack/unknown": "compress",
    "/unpack/broken": "gzip",
    "/unpack/cut": "ends early",
    "/unpack/members": "members",
    "/endless/body": BIG,
    "/endless/headers": "headers",
    "/endless/header": TORN,
    "/endless/continue": "within 5 s",
    "/slow/body": "within 5 s",
    "/slow/headers": "within 5 s",
    "/silent": "within 5 s",
    "/length/10g": BIG,
    "/length/negative": "Content-Length",
    "/length/huge": "Content-Length",
    "/length/two": "Content-Length",
    "/length/too-long": "cut off",
    "/length/too-short": TORN,
    "/chunks/bad": "chunk",
    "/chunks/cut": "cut off",
    "/headers/million": "headers",
    "/headers/fat": "headers",
    "/http09": TORN,
    "/garbage": TORN,
    "/hangs-up": "hung up",
    "/upgrade": "101",
    "/circle/a": "circle",
    "/grow": "redirects more than 5 times",
    "/errors/cut": "404",
    "/errors/endless": "403",
    "/errors/huge": "500",
}
"""A part of the reason for each. On a slow machine any may take too long; those that are not named do on most."""


@pytest.mark.slow
async def test_each_hostile_page_ends_with_a_reason_and_all_pages_beside_them_are_stored(
    open_test_kit: OpenKit,
) -> None:
    assert BECAME.keys() <= {*PAGES, *WIRES}
    async with outlets() as port, open_test_kit(timeout_s=5, parse_timeout_s=3) as kit:
        # What a first round loads is no growth.
        await watch_feeds(kit, {"normal": f"http://normal.localhost:{port}/normal.xml"})
        assert (await run_round(kit)).n_stored == N_NORMAL
        kit.stopping.clear()

        await watch_feeds(kit, {"pages": f"http://pages.localhost:{port}/pages.xml"})
        async with watched() as seen:
            report = await run_round(kit)
        became = await fates(kit)

    n_hostile = len(PAGES) + len(WIRES)
    assert sum(fate == STORED for title, fate in became.items() if title.startswith("Headline")) == n_hostile
    hostile = {title: fate for title, fate in became.items() if not title.startswith("Headline")}
    assert hostile.keys() == {*PAGES, *WIRES}
    wrong = {name: (hostile[name], part) for name, part in BECAME.items() if not _is_as_told(hostile[name], part)}
    assert not wrong, wrong
    assert sum(LONG in fate for fate in hostile.values()) < 15, hostile
    assert not [fate for fate in hostile.values() if "reader failed" in fate or "ended the reader" in fate], hostile
    assert report.seconds < 100
    # Three large bodies at a time, each with its copy for the child, and what is made of them.
    assert seen.growth_mb < 150
    assert seen.held_s < 1


def _is_as_told(fate: str, part: str) -> bool:
    return LONG in fate or (part in fate if part else fate == STORED)


async def fates(kit: Kit) -> dict[str, str]:
    """Return, by the titles in the feed, why each page is not stored; empty where it is."""
    found = await rows(
        kit,
        "SELECT entry.title, entry.state, entry.reason, article.text FROM entry "
        "JOIN feed ON feed.id = entry.feed_id LEFT JOIN article ON article.id = entry.article_id "
        "WHERE feed.url LIKE %s",
        "%/pages.xml",
    )
    for row in found:
        assert row["state"] in {"stored", "pending"}, row
        assert row["state"] == "stored" or 5 < len(row["reason"]) < 1000, row
        assert row["text"] is None or not {"\0", "\u202e", "\ufeff"} & set(row["text"]), row["title"]
    return {row["title"]: "" if row["state"] == "stored" else row["reason"] for row in found}
