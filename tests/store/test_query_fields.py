"""What a query asks beside words, and words in writings and languages that need more than a stemmer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from samples import NOW, add_article, make_feed, scalar, stated

from news.errors import NotFoundError, UsageError
from store import search
from store.query_sql import compile_query, current_version
from store.search import Order

TEXTS = {
    "one": ("en", "Bank robbed at dawn", "Police look for two men near the old harbour. The vault was empty."),
    "two": ("en", "Harbour opens", "The bank of the river is dry. Two divers found an empty vault at dawn."),
    "uk": ("uk", "Вибори президента", "Голосування на виборах триває, бюлетені рахують удень і вночі."),
    "zh": ("zh", "总统选举结果公布", "中央选举委员会今天公布了总统选举的结果。"),
    "tr": ("tr", "IŞIK ŞEHRİ İSTANBUL", "Işıklar İstanbul'da yandı."),
    "ka": ("ka", "საპრეზიდენტო არჩევნები", "არჩევნების შედეგები გამოქვეყნდა."),
}


@pytest.fixture
async def archive(conn: Any) -> Any:
    feed = await make_feed(conn)
    for n, (name, (language, title, text)) in enumerate(TEXTS.items()):
        await add_article(
            conn,
            name,
            source_id=feed.source_id if name == "one" else None,
            language=language,
            title=title,
            text=text,
            published=stated(NOW - timedelta(days=n)),
            authors=("Ann Lee",) if name == "one" else (),
            tags=("Crime", "City") if name == "one" else (),
        )
    return conn


async def found(conn: Any, query: str, **given: Any) -> list[str]:
    return [hit.url.rpartition("/")[2] for hit in await search.search(conn, query, **given)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:bank", ["one"]),
        ("title:(harbour OR bank)", ["one", "two"]),
        ('title:"bank robbed"', ["one"]),
        ("vault NEAR/3 dawn", ["two"]),
        ("dawn NEAR/3 vault", ["two"]),
        ("vault NEAR/1 dawn", []),
        ("rob* OR dive*", ["one", "two"]),
        ("author:lee", ["one"]),
        ("author:le", ["one"]),
        ('author:"ann lee"', ["one"]),
        ('author:"ann smith"', []),
        ("title:dawn OR author:nobody", ["one"]),
        ("-title:bank lang:en", ["two"]),
        ("title:(bank NEAR/2 robbed)", ["one"]),
        ("title:(bank NEAR/2 harbour)", []),
        ("title:rob*", ["one"]),
        ('tag:"#crime"', ["one"]),
        ("bank -author:lee", ["two"]),
        ("tag:crime bank", ["one"]),
        ("author:lee OR divers", ["one", "two"]),
        ("site:outlet.example lang:en", ["one", "two"]),
        ("site:https://outlet.example:443/news lang:en", ["one", "two"]),
        ("site:other.example bank", []),
        ("country:ua bank", []),
        ("bank before:2000", []),
        ("(the vault before:2000) OR (the divers since:2000)", ["two"]),
        ("(vault the is:original) OR (robbed before:2000)", ["one", "two"]),
        ("uk OR (vault -the since:2000)", ["one", "two"]),
        ("lang:en,uk -bank", ["uk"]),
        ("is:original bank", ["one", "two"]),
        ("is:copy bank", []),
        ("changed:any bank", []),
    ],
)
async def test_fields_narrow_what_words_find(archive: Any, query: str, expected: list[str]) -> None:
    assert await found(archive, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("вибори", ["uk"]),
        ("виборів", ["uk"]),
        ("президентом", ["uk"]),
        ("选举", ["zh"]),
        ('"选举委员会"', ["zh"]),
        ("举选", []),
        ("ışık", ["tr"]),
        ("IŞIK", ["tr"]),
        ("İstanbul", ["tr"]),
        ("istanbul", ["tr"]),
        ("არჩევნებს", ["ka"]),
    ],
)
async def test_words_are_found_in_languages_that_need_more_than_a_stemmer(
    archive: Any, query: str, expected: list[str]
) -> None:
    assert await found(archive, query) == expected


async def test_dates_are_days_and_the_last_one_counts(archive: Any) -> None:
    day = (NOW - timedelta(days=1)).date().isoformat()
    assert await found(archive, f"date:{day}") == ["two"]
    assert await found(archive, f"date:{day}..{NOW.date().isoformat()}") == ["one", "two"]
    assert await found(archive, f"lang:en before:{NOW.date().isoformat()}") == ["two"]


async def test_a_source_is_found_by_a_part_of_its_name_and_one_that_is_not_there_is_told(archive: Any) -> None:
    async with archive.cursor() as cursor:
        await cursor.execute("UPDATE source SET name = 'The Daily Outlet'")
    assert await found(archive, 'source:"daily outlet"') == ["one"]
    with pytest.raises(NotFoundError, match="there is no source gazette; see: wirewatch source list"):
        await found(archive, "bank source:gazette")


async def test_a_saved_query_can_be_named(archive: Any) -> None:
    async with archive.cursor() as cursor:
        await cursor.execute("INSERT INTO watch (name, query) VALUES ('Banks', 'bank OR watch:other'), ('other', 'x9')")
    assert await found(archive, "watch:Banks divers") == ["two"]
    with pytest.raises(NotFoundError, match="there is no watch nothing"):
        await found(archive, "watch:nothing")
    async with archive.cursor() as cursor:
        await cursor.execute("UPDATE watch SET query = 'watch:Banks' WHERE name = 'other'")
    with pytest.raises(UsageError, match="asks for itself"):
        await found(archive, "watch:Banks")


async def test_copies_are_told_from_originals(archive: Any) -> None:
    async with archive.cursor() as cursor:
        await cursor.execute(
            """
            WITH story AS (
                INSERT INTO story (language, first_at, last_at, n_groups) VALUES ('en', now(), now(), 1) RETURNING id
            ),
            one AS (SELECT id FROM article WHERE url LIKE '%one'),
            two AS (SELECT id FROM article WHERE url LIKE '%two'),
            copies AS (
                INSERT INTO copy_group (story_id, original_id, n_articles, first_at, last_at)
                SELECT story.id, one.id, 2, now(), now() FROM story, one RETURNING id
            )
            INSERT INTO placement (article_id, group_id, relation, of_article_id, score)
            SELECT one.id, copies.id, 'original', NULL, NULL FROM one, copies
            UNION ALL
            SELECT two.id, copies.id, 'near', one.id, 0.9 FROM one, two, copies
            """
        )
    assert await found(archive, "bank is:original") == ["one"]
    assert await found(archive, "bank is:copy") == ["two"]
    (hit,) = await search.search(archive, "bank OR вибори", collapse=True, language="en")
    assert (hit.url.rpartition("/")[2], hit.n_in_story, hit.relation) == ("one", 2, "original")
    assert len(await search.search(archive, "bank OR вибори", collapse=True)) == 2


async def test_the_best_come_first_where_asked(archive: Any) -> None:
    text = "Rain. " * 50 + "A bank. " + "Wind. " * 200 + "A harbour."
    later = stated(NOW + timedelta(hours=1))
    await add_article(archive, "late", language="en", title="Weather", text=text, published=later)
    assert (await found(archive, "bank harbour"))[0] == "late"
    assert (await found(archive, "bank harbour", order=Order.BEST))[-1] == "late"
    hits = await search.search(archive, "title:harbour lang:en OR title:bank", order=Order.BEST)
    assert [hit.rank for hit in hits] == sorted((hit.rank for hit in hits), reverse=True)
    assert all(hit.rank > 0 for hit in hits)


async def test_matches_are_counted_by_source_language_and_day(archive: Any) -> None:
    facets = await search.facets(archive, "lang:en,uk")
    assert [(one.value, one.n) for one in facets if one.kind == "language"] == [("en", 2), ("uk", 1)]
    assert len([one for one in facets if one.kind == "day"]) == 3
    assert {one.value: one.n for one in facets if one.kind == "source"}[None] == 2


async def test_one_query_holds_every_languages_form(archive: Any) -> None:
    compiled = await compile_query(archive, "elections is:copy")
    assert compiled.words is not None
    assert "'=en'" in compiled.words
    assert "'elect'" in compiled.words
    assert json.loads(compiled.condition or "") == {"op": "all", "parts": [{"op": "copy"}]}
    assert compiled.understood == "(elections AND is:copy)"
    assert compiled.version == await current_version(archive)


@pytest.mark.parametrize(
    "query",
    ["bank", "dawn -bank", "-dawn bank", "the -bank", "bank OR -dawn", "lang:en -bank", "vault NEAR/3 dawn",
     "rob*", "IŞIK", "виборах", "总统", "author:lee dawn", "title:bank -author:lee", "lang:sq OR lang:en dawn"],
)  # fmt: skip
async def test_what_is_looked_for_by_language_is_what_the_words_match(archive: Any, query: str) -> None:
    for language in (None, "sq"):
        await add_article(
            archive, f"more {language}", language=language, text="Bank, dawn, vault.", published=stated(NOW)
        )
    compiled = await compile_query(archive, query)
    matching = "SELECT array_agg(id ORDER BY id) FROM article WHERE search @@ %s::tsquery"
    ids = sorted(hit.id for hit in await search.search(archive, query))
    assert compiled.looks
    assert ids == (await scalar(archive, matching, (compiled.words,)) or [])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("elections lang:en", "'elect' & '=en'"),
        ("site:www.outlet.example", "'=site:outlet.example'"),
        ("country:ua tag:O'Hara", "'=site:ua' & '=tag:o''hara'"),
        ('author:"Ann Lee" lang:en', "'=by:ann':* & '=by:lee':* & '=en'"),
        ("title:banks lang:en", "'=title:bank' & '=en'"),
        ('title:"central bank" lang:en', "'central':A <-> 'bank':A & '=title:central' & '=title:bank' & '=en'"),
        ("title:bank* lang:ru", "'=title:bank':* & '=ru'"),
    ],
)
async def test_what_is_asked_beside_words_is_found_by_the_index_too(archive: Any, query: str, words: str) -> None:
    compiled = await compile_query(archive, query)
    assert compiled.condition is None
    assert (compiled.words or "").replace("( ", "").replace(" )", "") == words


async def test_nobody_is_found_by_writing_a_mark(archive: Any) -> None:
    text = "The marks are =site:ua and =source:1, =by:lee, =tag:war and =ru."
    await add_article(archive, "marks", language="en", title="=title:x", text=text, published=stated(NOW))
    for query in ("country:ua", "author:lee -crime", "tag:war", "lang:ru", "title:banks -rob"):
        assert "marks" not in await found(archive, query), query
    assert await found(archive, '"=site:ua"') == ["marks"]


async def test_odd_names_and_tags_harm_nobody(archive: Any) -> None:
    names = ("", " ", "!!!", "\u2028", "李" * 3000)
    await add_article(archive, "odd", language="en", text="Something odd.", authors=names, tags=("#", " ", "t" * 9000))
    assert await found(archive, "odd") == ["odd"]
    assert await found(archive, "odd author:李") == ["odd"]
    assert await found(archive, "odd tag:crime") == []
    with pytest.raises(UsageError, match="position 5: author:!!! holds no word"):
        await found(archive, "odd author:!!!")


async def test_a_hit_by_title_or_by_field_shows_its_words_in_the_text(archive: Any) -> None:
    (hit,) = await search.search(archive, "(title:harbour author:nobody) OR (title:opens divers)")
    assert f"{search.MARK_START}divers{search.MARK_END}" in hit.snippet


async def test_a_language_that_comes_later_is_searched_by_queries_compiled_before(archive: Any) -> None:
    words = (await compile_query(archive, "elections")).words
    await add_article(archive, "new", language="sw", title="elections", text="Habari za elections.")
    async with archive.cursor() as cursor:
        await cursor.execute("SELECT url FROM article WHERE search @@ %s::tsquery", (words,))
        assert [next(iter(row.values())).rpartition("/")[2] for row in await cursor.fetchall()] == ["new"]
    assert (await compile_query(archive, "elections")).version != "1:en,ka,tr,uk,zh"


async def test_words_that_no_language_keeps_are_refused_by_name(conn: Any) -> None:
    await add_article(conn, 1, language="en", text="the and of")
    assert await found(conn, "the") == []
