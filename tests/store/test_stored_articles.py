"""Articles: stored once, never lost to what a page holds, and back as they were read."""

import json
import random
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOW, add, add_article, article, line, make_feed, page, scalar, stated, values

from news.errors import NotFoundError
from news.model import Attribution, EntryState, Precision, Provenance, TextOrigin
from news.urls import url_key
from store import articles, entries, pages
from store.rows import moment_columns, read_moment


async def test_an_article_comes_back_as_it_was_read(conn: Any) -> None:
    read = article(
        1,
        text="Первый абзац.\n\nВторой абзац.",
        text_origin=TextOrigin.PAGE,
        authors=("Анна Иванова", 'B. "Bob" {Brown}'),
        language="ru",
        published=stated(datetime.fromisoformat("2026-11-19T10:00:00+03:00"), "2026-11-19T10:00:00+03:00"),
        modified=stated(datetime(2026, 11, 19, tzinfo=UTC), "19.11.2026", precision=Precision.DAY, zone_stated=False),
        description="In short.",
        section="Политика",
        tags=("a,b", "c\\d"),
        image_url="https://outlet.example/1.jpg",
        site_name="The Outlet",
        truncated=True,
        subtitle="What it means",
        agencies=("Reuters", "редакция"),
        attributions=(
            Attribution(name="Politico", url="https://www.politico.example/1", raw="Об этом сообщает Politico."),
            Attribution(name="АП", raw='"АП" {}'),
        ),
        image_caption="На фото: зал.",
        captions=("На фото: зал.", "Video."),
        paywalled=False,
        n_words=4,
        confidence=0.25,
        doubt="only 4 words",
        provenance=(Provenance(field="title", origin="json-ld", raw='He said: "no"\\'),),
    )
    article_id, new = await articles.add_article(conn, read, source_id=None, fetched_at=NOW)
    found = await articles.find_article(conn, article_id)
    assert new
    assert (found.id, found.article, found.fetched_at, found.source, found.listed_by) == (
        article_id,
        read,
        NOW,
        None,
        (),
    )
    assert found.article.published is not None
    assert found.article.published.at.utcoffset() == timedelta(hours=3)


async def test_an_article_stored_before_there_were_such_facts_has_none_of_them(conn: Any) -> None:
    await conn.execute(
        "INSERT INTO article (url_key, url, text, text_origin, reader, fetched_at) "
        "VALUES ('k', 'u', 't', 'page', 'r', now())"
    )
    found = (await articles.newest(conn))[0].article
    assert (found.subtitle, found.image_caption, found.paywalled, found.n_words, found.confidence, found.doubt) == (
        (None,) * 6
    )
    assert (found.agencies, found.attributions, found.captions, found.provenance, found.fingerprints) == ((),) * 5


async def test_facts_are_made_storable(conn: Any) -> None:
    odd = article(
        1,
        attributions=(Attribution(name="\x00"), Attribution(name="a\ud800b", url="x y\n", raw="r" * 9999)),
        provenance=tuple(Provenance(field="f", origin="o", raw="\x00" * 9) for _ in range(999)),
        confidence=7.0,
    )
    article_id, _ = await articles.add_article(conn, odd, source_id=None, fetched_at=NOW)
    found = (await articles.find_article(conn, article_id)).article
    assert [(each.name, each.url, len(each.raw)) for each in found.attributions] == [
        ("ab", None, articles.MOST_RAW_CHARS)
    ]
    assert (len(found.provenance), found.provenance[0].raw, found.confidence) == (200, "", 1.0)


async def test_an_article_is_stored_once_and_stays_as_it_is(conn: Any) -> None:
    first = await articles.add_article(conn, article(1), source_id=None, fetched_at=NOW)
    twin = article(1, url="http://www.outlet.example/news/1/?utm_source=x", text="Another text.")
    assert await articles.add_article(conn, twin, source_id=None, fetched_at=NOW) == (first[0], False)
    assert (await articles.find_article(conn, first[0])).article.text == "Text 1."


async def test_a_page_takes_the_place_of_its_stand_in(conn: Any) -> None:
    feed = await make_feed(conn)
    stand_in = article(1, text="", text_origin=TextOrigin.ENTRY, description="The summary.", reader="feed")
    first, new = await articles.add_article(conn, stand_in, source_id=feed.source_id, fetched_at=NOW)
    assert new
    later = NOW + timedelta(hours=1)
    assert await articles.add_article(conn, article(1), source_id=None, fetched_at=later) == (first, True)
    found = await articles.find_article(conn, first)
    assert (found.article, found.fetched_at, found.source) == (article(1), NOW, feed.url)
    assert await articles.add_article(conn, stand_in, source_id=None, fetched_at=later) == (first, False)
    assert (await articles.find_article(conn, first)).article == article(1)


async def test_a_stand_in_moves_to_the_address_that_its_page_names(conn: Any) -> None:
    stand_in_id = await add_article(conn, "short", text_origin=TextOrigin.ENTRY)
    moved = await articles.add_article(
        conn, article("canonical"), source_id=None, fetched_at=NOW, stand_in_id=stand_in_id
    )
    assert moved == (stand_in_id, True)
    assert (await articles.find_article(conn, stand_in_id)).article == article("canonical")
    assert await scalar(conn, "SELECT count(*) FROM article") == 1


async def test_a_stand_in_gives_way_to_the_article_that_its_page_turns_out_to_be(conn: Any) -> None:
    feed = await make_feed(conn)
    await add(conn, feed, [line("short")])
    (entry,) = await entries.claim_entries(conn, feed.host, limit=1)
    stand_in_id = await add_article(conn, "short", text_origin=TextOrigin.ENTRY)
    await entries.retry_later(conn, entry.id, reason="500", next_attempt_at=NOW, n_attempts=1, article_id=stand_in_id)
    await pages.add_page(conn, entry_id=entry.id, article_id=stand_in_id, page=page(), body_zstd=b"")
    known = await add_article(conn, "canonical")
    found = await articles.add_article(
        conn, article("canonical"), source_id=None, fetched_at=NOW, stand_in_id=stand_in_id
    )
    assert found == (known, False)
    assert (await entries.find_entry(conn, entry.id)).article_id == known
    assert await values(conn, "SELECT article_id FROM page") == [known]
    assert await values(conn, "SELECT id FROM article") == [known]


async def test_a_stand_in_that_became_a_page_is_not_taken_away(conn: Any) -> None:
    known = await add_article(conn, "short")
    other, new = await articles.add_article(conn, article("other"), source_id=None, fetched_at=NOW, stand_in_id=known)
    assert new
    assert other != known
    assert (await articles.find_article(conn, known)).article == article("short")


async def test_an_entry_without_a_page_has_an_identity_of_its_own(conn: Any) -> None:
    key = bytes(range(32))
    first = await articles.add_article(conn, article(1), key=key, source_id=None, fetched_at=NOW)
    again = await articles.add_article(conn, article(1), key=key, source_id=None, fetched_at=NOW)
    assert again == (first[0], False)
    assert await values(conn, "SELECT url_key FROM article") == [key]
    assert (await articles.add_article(conn, article(1), source_id=None, fetched_at=NOW))[1]
    assert set(await values(conn, "SELECT url_key FROM article")) == {key, url_key(article(1).url)}


async def test_an_article_tells_who_listed_it(conn: Any) -> None:
    ours, theirs = await make_feed(conn), await make_feed(conn, "https://other.example/rss")
    for feed in (ours, theirs):
        await add(conn, feed, [line(1)])
    (entry,) = await entries.claim_entries(conn, "outlet.example", limit=1)
    article_id = await add_article(conn, 1, source_id=ours.source_id)
    await entries.settle(conn, entry.id, state=EntryState.STORED, article_id=article_id, now=NOW)
    found = await articles.find_article(conn, article_id)
    assert found.listed_by == ("https://other.example/rss", "https://outlet.example/rss")
    assert found.source == ours.url


async def test_an_unknown_article_is_told(conn: Any) -> None:
    with pytest.raises(NotFoundError, match="article: 0: not stored"):
        await articles.find_article(conn, 0)


async def test_the_newest_come_first_page_by_page(conn: Any) -> None:
    ids = [
        await add_article(conn, n, published=None if n == 0 else stated(NOW - timedelta(hours=n // 2)))
        for n in range(9)
    ]
    whole = [one.id for one in await articles.newest(conn, limit=50)]
    assert len(whole) == 9
    assert whole[0] in ids[:2]
    turned: list[int] = []
    after = None
    while batch := await articles.newest(conn, limit=2, after=after):
        turned += [one.id for one in batch]
        last = batch[-1]
        after = (last.article.published.at if last.article.published else last.fetched_at, last.id)
    assert turned == whole
    assert len(await articles.newest(conn, since=NOW - timedelta(hours=1))) == 4


def distinct_words(letters: str, length: int, n: int, glue: str = " ") -> str:
    rng = random.Random(5)
    return glue.join("".join(rng.choices(letters, k=length)) for _ in range(n))


GEORGIAN = "".join(map(chr, range(0x10D0, 0x10F1)))
GOTHIC = "".join(map(chr, range(0x10330, 0x1034A)))
ASTRAL = "".join(map(chr, range(0x20000, 0x2A6D0)))
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"


def distinct_compounds(letters: str, length: int, n: int, parts: int = 2) -> str:
    """Words with hyphens: the index keeps each whole and in parts."""
    words = iter(distinct_words(letters, length, n * parts).split())
    return " ".join("-".join(group) for group in zip(*[words] * parts, strict=True))


HUGE_TEXTS = {
    "a million distinct words": " ".join(map(str, range(1_000_000))),
    "five million letters": "слово " * 900_000,
    "one word of a million letters": "ы" * 1_000_000,
    "words of one rare letter": distinct_words(ASTRAL, 1, 300_000),
    "words of two rare letters": distinct_words(ASTRAL, 2, 200_000),
    "rare letters with hyphens": distinct_words(ASTRAL, 1, 300_000, "-"),
    "compounds of rare letters": distinct_compounds(ASTRAL, 1, 100_000),
    "long compounds of rare letters": distinct_compounds(ASTRAL, 8, 20_000),
    "compounds in Georgian": distinct_compounds(GEORGIAN, 6, 30_000),
    "compounds in Gothic": distinct_compounds(GOTHIC, 5, 30_000),
    "compounds in Cyrillic": distinct_compounds(CYRILLIC, 3, 30_000, 3),
    "compounds in Latin": distinct_compounds(LATIN, 2, 60_000),
    "addresses": " ".join(f"{word}.example.com/{word}" for word in distinct_words(LATIN, 5, 30_000).split()),
    "mail addresses": " ".join(f"{word}@{word}.com" for word in distinct_words(LATIN, 4, 40_000).split()),
    "paths": " ".join(f"/{a}/{a}" for a in distinct_words(LATIN, 3, 60_000).split()),
    "numbers": " ".join(f"{n}.{n}e{n % 9}" for n in range(40_000)),
}


@pytest.mark.parametrize("language", [None, "ru", "en", "hy", "de"])
@pytest.mark.parametrize("name", HUGE_TEXTS)
async def test_no_text_is_too_much_for_the_index(conn: Any, name: str, language: str | None) -> None:
    text = HUGE_TEXTS[name]
    query = "SELECT length(fts_document(%s, %s, %s)) >= 0"
    assert await scalar(conn, query, [language, text[:5000], text])


async def test_a_text_with_too_many_words_is_stored_whole(conn: Any) -> None:
    text = HUGE_TEXTS["a million distinct words"][:5_000_000].strip()
    article_id = await add_article(conn, 1, text=text)
    assert (await articles.find_article(conn, article_id)).article.text == text


POISON: dict[str, dict[str, Any]] = {
    "NUL": {"title": "a\x00b", "text": "a\x00b\n\n\x00", "section": "\x00"},
    "lone surrogates": {"title": "\ud800", "text": "a\udfffb", "authors": ("\ud800",), "site_name": "\udc00"},
    "noncharacters": {"text": "\ufffe\uffff", "description": "\U0010ffff"},
    "controls": {"title": "\x01\x02\x03", "text": "\x1b[31mred\x07\x02marked\x03"},
    "the year 1": {
        "published": stated(datetime(1, 1, 1, tzinfo=UTC)),
        "modified": stated(datetime(1, 1, 1, tzinfo=UTC)),
    },
    "the year 9999": {"published": stated(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))},
    "a URL of 9 kB": {"image_url": "https://outlet.example/" + "x" * 9000},
    "a title of 1 MB": {"title": "слово " * 200_000},
    "a language that is none": {"language": "klingon\x00"},
    "many authors": {"authors": tuple(f"Author {n}" for n in range(50_000))},
    "nothing": {"title": None, "text": "", "language": None, "published": None, "reader": ""},
}


async def test_poison_is_stored_cleaned(conn: Any) -> None:
    for n, fields in enumerate(POISON.values()):
        article_id = await add_article(conn, n, **fields)
        found = (await articles.find_article(conn, article_id)).article
        for text in (found.title, found.text, found.description, found.site_name, *found.authors):
            assert not re.search("[\x00\x02\x03\ud800-\udfff]", text or "")
        for moment in (found.published, found.modified):
            assert moment is None or moment.at.year == 2026


async def test_naughty_strings_are_stored(conn: Any, shared_data: Path) -> None:
    strings = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    for n, text in enumerate(strings):
        article_id = await add_article(conn, n, title=text, text=text, authors=(text,), tags=(text,), section=text)
        await articles.find_article(conn, article_id)


@given(
    days=st.floats(0, 13_000),
    minutes=st.integers(-14 * 60, 14 * 60),
    precision=st.sampled_from(Precision),
)
def test_a_moment_is_put_together_as_it_was_taken_apart(days: float, minutes: int, precision: Precision) -> None:
    at = (NOW - timedelta(days=days)).astimezone(timezone(timedelta(minutes=minutes)))
    moment = stated(at, "raw text", precision=precision)
    columns = moment_columns("published", moment, NOW)
    # As the database hands it back.
    columns["published_at"] = columns["published_at"].astimezone(UTC)
    again = read_moment("published", columns)
    assert again == moment
    assert again is not None
    assert again.at.utcoffset() == timedelta(minutes=minutes)
