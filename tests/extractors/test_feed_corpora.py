"""Corpora that nobody here wrote: feedparser's own tests, the feed validator's, and what makes feedparser raise.

Their expectations are Python over feedparser's result (`Expect:`); they are evaluated over its result on the raw file
and on the file as we mend it.
"""

import ast
import codecs
import io
import re
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from extractors.decode import charset_of
from extractors.feeds import read_feed
from extractors.mending import mend_feed
from news.model import FeedDocument, Unreadable

NOW = datetime(2026, 9, 2, tzinfo=UTC)
URL = "https://h.example/feeds/feed.xml"

# Expectations that hold for the raw file and not for the mended one, by reason, with how many there are at most.
NAMES_THE_ENCODING = "names the encoding, which is UTF-8 once mended"
WANTS_A_FAULT = "wants the file to be faulty, which it no longer is once mended"
NEEDS_THE_DOCTYPE = "needs what the DOCTYPE says, which is taken out"
BREAKS_OFF = "a bare & in the home page's address of a file that breaks off"
DIFFERENCES = {NAMES_THE_ENCODING: 55, WANTS_A_FAULT: 4, NEEDS_THE_DOCTYPE: 2, BREAKS_OFF: 1}

# Where feedparser sees other entries than there are elements called so: <ITEM> in capitals (CDF), and elements of other
# vocabularies called `item`.
OTHER_COUNTS = {
    "cdf_item_abstract_xml_base.xml",
    "item_abstract_map_description.xml",
    "item_abstract_map_summary.xml",
    "item_href_map_link.xml",
    "item_href_map_links.xml",
    "item_lastmod.xml",
    "item_lastmod_parsed.xml",
    "item_title.xml",
    "rss10_contentItems.xml",
    "neg-anyarss.xml",
}


def corpus(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def comment_of(body: bytes) -> str:
    """The comment at the top of a test file, whatever encoding it is in."""
    if body.startswith((codecs.BOM_UTF32_BE, b"\0\0\0<")):
        return body.decode("utf-32-be", "replace")
    if body.startswith((codecs.BOM_UTF32_LE, b"<\0\0\0")):
        return body.decode("utf-32-le", "replace")
    if body.startswith((codecs.BOM_UTF16_BE, b"\0<")):
        return body.decode("utf-16-be", "replace")
    if body.startswith((codecs.BOM_UTF16_LE, b"<\0")):
        return body.decode("utf-16-le", "replace")
    return body.decode("utf-8", "replace")


def holds(expectation: str, result: object) -> bool:
    assert isinstance(result, dict)
    try:
        return bool(eval(expectation, {}, result))
    except (KeyError, AttributeError, IndexError, TypeError, ValueError, NameError):
        return False


def reason_of(expectation: str, body: bytes) -> str:
    names = {node.id for node in ast.walk(ast.parse(expectation, mode="eval")) if isinstance(node, ast.Name)}
    if "encoding" in names:
        return NAMES_THE_ENCODING
    if "bozo" in names and "not bozo" not in expectation:
        return WANTS_A_FAULT
    if b"<!DOCTYPE" in body:
        return NEEDS_THE_DOCTYPE
    if re.search(rb"</\w+$", body.rstrip()) and b"<link>http://example/?a=1&b=2&c</link>" in body:
        return BREAKS_OFF
    return f"without a reason: {expectation}"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:feedparser")
def test_feedparsers_own_expectations_hold_after_mending(shared_data: Path) -> None:
    n_raw = n_mended = 0
    lost: Counter[str] = Counter()
    for path in corpus(shared_data / "feeds" / "feedparser"):
        body = path.read_bytes()
        comment = comment_of(body)
        match = re.search(r"Expect:\s*(.*?)(?:\r?\n|-->)", comment)
        if not match:
            continue
        found = re.findall(r"Header:\s*([^:]+):(.*?)(?:\r?\n|-->)", comment)
        headers = {name.strip().lower(): value.strip() for name, value in found}
        mended = mend_feed(body, charset_of(headers.get("content-type")))
        assert not isinstance(mended, Unreadable), path
        raw_holds = holds(match.group(1), _parse(body, headers))
        # The mended text is UTF-8 whatever the header says.
        headers.pop("content-type", None)
        mended_holds = holds(match.group(1), _parse(mended[0].encode(), headers))
        n_raw += raw_holds
        n_mended += mended_holds
        if raw_holds and not mended_holds:
            lost[reason_of(match.group(1), body)] += 1
    assert n_raw >= 1985
    assert n_mended >= 1923
    assert {reason: n for reason, n in lost.items() if n > DIFFERENCES.get(reason, 0)} == {}


def _parse(body: bytes, headers: dict[str, str]) -> object:
    return feedparser.parse(io.BytesIO(body), response_headers=headers)  # noqa: TID251


def n_left_out(document: FeedDocument) -> int:
    found = (re.match(r"([0-9]+) entries (?:that repeat|without link)", note) for note in document.notes)
    return sum(int(match.group(1)) for match in found if match)


@pytest.mark.parametrize(
    ("folder", "n_files", "n_entries"), [("feedparser", 2106, 1191), ("feedvalidator", 2192, 1300)]
)
def test_no_file_raises_none_is_slow_and_no_entry_is_lost(
    shared_data: Path, folder: str, n_files: int, n_entries: int
) -> None:
    paths = corpus(shared_data / "feeds" / folder)
    n_counted = 0
    wrong: list[tuple[str, int, int]] = []
    slow: list[tuple[str, float]] = []
    for path in paths:
        body = path.read_bytes()
        start = time.process_time()
        document = read_feed(body, URL, None, NOW)
        cost_s = time.process_time() - start
        if cost_s > 1:
            slow.append((path.name, cost_s))
        expected = count_entries(body)
        if expected is None or path.name in OTHER_COUNTS:
            continue
        n_read = len(document.entries) + n_left_out(document) if isinstance(document, FeedDocument) else 0
        n_counted += expected
        if n_read != expected:
            wrong.append((path.name, expected, n_read))
    assert len(paths) == n_files
    assert slow == []
    assert wrong == []
    assert n_counted >= n_entries


def count_entries(body: bytes) -> int | None:
    """How many elements of a well-formed file are called item or entry; None for one that is not well-formed."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
    return sum(1 for node in root.iter("{*}item", "{*}entry"))


def test_what_makes_feedparser_raise_is_read_or_refused(shared_data: Path) -> None:
    paths = corpus(shared_data / "feedparser_crashers")
    assert len(paths) == 10
    for path in paths:
        document = read_feed(path.read_bytes(), URL, None, NOW)
        assert isinstance(document, FeedDocument), path.name


def rss_of(inner: bytes, xmlns: bytes = b"") -> bytes:
    return b"<rss " + xmlns + b"><channel><item>" + inner + b"</item></channel></rss>"


INLINE_CRASHERS = {
    "an encoding called undefined": b'<?xml version="1.0" encoding="undefined"?>' + rss_of(b"<title>x</title>"),
    "half of a pair": rss_of(b"<title>&nope; x&#xD800;</title>"),
    "beyond the last character": rss_of(b"<title>&nope; x&#1114112;</title>"),
    "far beyond it": rss_of(b"<title>&nope; x&#99999999999;</title>"),
    "half of a pair, well-formed": rss_of(b"<title>x&#xD800;</title>"),
    "NUL in title and id": rss_of(b"<title>x\0y</title><guid>a\0b</guid>"),
    "a place of letters": rss_of(
        b"<title>x</title><georss:point>a b</georss:point>", b'xmlns:georss="http://www.georss.org/georss"'
    ),
    "a chapter without a list": rss_of(
        b'<title>x</title><psc:chapter start="x"/>', b'xmlns:psc="http://podlove.org/simple-chapters"'
    ),
    "a year before all years": rss_of(b"<title>x</title><pubDate>0000-00-00T00:00:00Z</pubDate>"),
    "a year after all years": rss_of(b"<title>x</title><pubDate>99999-01-01T00:00:00Z</pubDate>"),
}


@pytest.mark.parametrize("name", INLINE_CRASHERS)
def test_odd_values_lose_no_entry(name: str) -> None:
    document = read_feed(INLINE_CRASHERS[name], URL, None, NOW)
    assert isinstance(document, FeedDocument)
    (entry,) = document.entries
    assert entry.title is not None
    assert "x" in entry.title
    assert entry.published is None
    assert "\0" not in entry.title + (entry.guid or "")
    repr(entry).encode("utf-8")
