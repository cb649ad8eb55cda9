"""Search: in every language by its own rules, newest first, and calm whatever it is asked."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from samples import NOW, add_article, make_feed, scalar, stated

from news.errors import NotFoundError, SearchTimeoutError, UsageError
from news.model import TextOrigin
from store import search

ARTICLES: dict[str, tuple[str | None, str, str]] = {
    "elections": ("ru", "Выборы президента", "Итоги голосования объявят в понедельник. Ёлка стоит на площади."),
    "vote": ("en", "Elections in the capital", "The presidents met; running costs are high."),
    "vybory": ("uk", "Вибори президента", "Підсумки голосування оголосять у понеділок. Пам’ять про це житиме."),
    "secim": ("tr", "Cumhurbaşkanlığı seçimleri", "Sonuçlar pazartesi günü açıklanacak."),
    "secki": ("az", "Prezident seçkiləri", "Nəticələr bazar ertəsi elan olunacaq. Qazın qiyməti artdı."),
    "ynt": ("hy", "Նախագահական ընտրություններ", "Արդյունքները կհայտարարվեն երկուշաբթի։"),
    "unknown": (None, "NATO summit", "Ёж и ежи. Running is fun."),
    "both": ("ru", "Саммит NATO", "Президент говорил о running shoes и выборах."),
}


@pytest.fixture
async def archive(conn: Any) -> Any:
    for n, (name, (language, title, text)) in enumerate(ARTICLES.items()):
        await add_article(
            conn, name, language=language, title=title, text=text, published=stated(NOW - timedelta(hours=n))
        )
    return conn


async def found(conn: Any, query: str, **given: Any) -> list[str]:
    return [hit.url.rpartition("/")[2] for hit in await search.search(conn, query, **given)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("выборов", ["elections", "both"]),
        ("ВЫБОРАМ", ["elections", "both"]),
        ("election", ["vote"]),
        ("Վերջ", []),
        ("ընտրություններ", ["ynt"]),
        ("seçimler", ["secim"]),
        ("qaz", ["secki"]),
        ("вибори", ["vybory"]),
        ("президента", ["elections", "vybory", "both"]),
        ("nato", ["unknown", "both"]),
        ("run", ["vote", "both"]),
        ("running", ["vote", "unknown", "both"]),
        ("елка", ["elections"]),
        ("ёлки", ["elections"]),
        ("ежи", ["unknown"]),
        ("ёж", ["unknown"]),
        ("еж", ["unknown"]),
        ("пам'ять", ["vybory"]),
        ("памʼять", ["vybory"]),
    ],
)
async def test_words_are_found_in_any_form_that_their_language_knows(
    archive: Any, query: str, expected: list[str]
) -> None:
    assert await scalar(archive, "SHOW default_text_search_config") in {"pg_catalog.english", "pg_catalog.simple"}
    assert await found(archive, query) == expected


@pytest.mark.parametrize("config", ["english", "russian", "simple"])
async def test_the_servers_default_language_does_not_matter(archive: Any, config: str) -> None:
    await archive.execute(f"SET LOCAL default_text_search_config = 'pg_catalog.{config}'")
    assert await found(archive, "выборов") == ["elections", "both"]
    assert await found(archive, "elections") == ["vote"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("президент саммит", ["both"]),
        ('"саммит nato"', ["both"]),
        ('"nato саммит"', []),
        ('"итоги голосования"', ["elections"]),
        ("выборы OR elections", ["elections", "vote", "both"]),
        ("выборов -nato", ["elections"]),
        ("президентом -понедельника", ["vybory", "both"]),
        ('nato -"running shoes"', ["unknown"]),
        ("президента -выбор", ["vybory"]),
        ("running -run", ["unknown"]),
        ("-президента -nato", ["vote", "secim", "secki", "ynt"]),
        ("the", []),
        ("cosmos", []),
    ],
)
async def test_signs_between_words_mean_the_same_in_every_language(
    archive: Any, query: str, expected: list[str]
) -> None:
    assert await found(archive, query) == expected


async def test_a_denied_word_is_denied_in_the_articles_own_language(archive: Any) -> None:
    # In English "runs" is a form of "running"; in a language without a stemmer it is not.
    assert await found(archive, "fun -runs") == ["unknown"]
    assert await found(archive, "costs -runs") == []


async def test_a_hit_tells_what_it_is(archive: Any) -> None:
    feed = await make_feed(archive)
    text = "Начало. " * 50 + "Вечером открылась выставка кошек. " + "Конец. " * 50
    await add_article(
        archive,
        "cats",
        source_id=feed.source_id,
        language="ru",
        text=text,
        published=None,
        text_origin=TextOrigin.ENTRY,
    )
    (hit,) = await search.search(archive, "выставки кошек")
    assert (hit.title, hit.source, hit.language, hit.published_at, hit.fetched_at, hit.text_origin) == (
        "Title cats",
        feed.url,
        "ru",
        None,
        NOW,
        TextOrigin.ENTRY,
    )
    assert f"{search.MARK_START}выставка{search.MARK_END} {search.MARK_START}кошек{search.MARK_END}" in hit.snippet
    assert len(hit.snippet) < 500


async def test_a_snippet_of_a_phrase_shows_the_phrase(conn: Any) -> None:
    await add_article(conn, 1, text="A prime example. " + "Hay. " * 200 + "The prime minister spoke. " + "Hay. " * 200)
    (hit,) = await search.search(conn, '"prime minister"')
    assert f"{search.MARK_START}prime{search.MARK_END} {search.MARK_START}minister{search.MARK_END}" in hit.snippet


async def test_a_snippet_of_a_long_text_shows_the_words(conn: Any) -> None:
    await add_article(conn, 1, text="Hay. " * 1200 + "The needle's eye. " + "Hay. " * 2500)
    (hit,) = await search.search(conn, "needles -straw")
    assert f"{search.MARK_START}needle{search.MARK_END}" in hit.snippet


async def test_a_snippet_is_plain_text(conn: Any) -> None:
    text = "<script>alert(1)</script> <b>bold</b> & \x02marked\x03 &lt;i&gt; words about cats <StartSel=x>"
    await add_article(conn, 1, language="en", text=text)
    (hit,) = await search.search(conn, "cats")
    assert hit.snippet.count(search.MARK_START) == hit.snippet.count(search.MARK_END) == 1
    assert f"{search.MARK_START}cats{search.MARK_END}" in hit.snippet


async def test_an_article_without_text_shows_its_summary(conn: Any) -> None:
    await add_article(conn, 1, title="Cats", text="", description="All about them.")
    (hit,) = await search.search(conn, "cat")
    assert hit.snippet == "All about them."


async def test_the_newest_come_first_whatever_their_age(conn: Any) -> None:
    """One article each 9 days, and one of 1991: every window is passed, none twice."""
    ages = [timedelta(days=9 * n) for n in range(40)] + [timedelta(days=12_700)]
    for n, age in enumerate(ages):
        await add_article(conn, n, text="needle" if n % 2 == 0 else "hay", published=stated(NOW - age))
    whole = await found(conn, "needle", limit=100)
    assert whole == [str(n) for n in range(0, 41, 2)]
    assert await found(conn, "needle", limit=3) == ["0", "2", "4"]
    turned: list[str] = []
    after = None
    while page := await search.search(conn, "needle", limit=4, after=after):
        turned += [hit.url.rpartition("/")[2] for hit in page]
        after = page[-1].place
    assert turned == whole


async def test_articles_of_one_moment_are_turned_by_their_number(conn: Any) -> None:
    for n in range(10):
        await add_article(conn, n, text="needle", published=stated(NOW))
    turned: list[str] = []
    after = None
    while page := await search.search(conn, "needle", limit=3, after=after):
        turned += [hit.url.rpartition("/")[2] for hit in page]
        after = page[-1].place
    assert turned == [str(n) for n in reversed(range(10))]


async def test_bounds_of_time_are_kept(conn: Any) -> None:
    for n in range(10):
        await add_article(conn, n, text="needle", published=stated(NOW - timedelta(days=n)))
    day = timedelta(days=1)
    assert await found(conn, "needle", since=NOW - 3 * day) == ["0", "1", "2", "3"]
    assert await found(conn, "needle", until=NOW - 7 * day) == ["8", "9"]
    assert await found(conn, "needle", since=NOW - 3 * day, until=NOW - day) == ["2", "3"]
    assert await found(conn, "needle", since=NOW + 30 * day) == []
    assert await found(conn, "needle", until=NOW - 900 * day) == []


async def test_one_source_or_one_language_can_be_searched(archive: Any) -> None:
    feed = await make_feed(archive)
    await add_article(archive, "ours", source_id=feed.source_id, language="ru", text="Выборы")
    assert await found(archive, "выборы", source=feed.url) == ["ours"]
    assert await found(archive, "running", language="en") == ["vote"]
    assert await found(archive, "running", language="ru") == ["both"]
    assert await found(archive, "running", language="de") == []
    with pytest.raises(NotFoundError):
        await search.search(archive, "x", source="nobody")
    with pytest.raises(UsageError, match="language"):
        await search.search(archive, "x", language="'; --")


async def test_an_empty_archive_has_no_hits(conn: Any) -> None:
    assert await search.search(conn, "anything") == []


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("x" * 1_000_000, "1,000"),
        ("or " * 20_000, "1,000"),
        ("-" * 100_000, "1,000"),
        ("a " * 65, "64"),
        ("a-" * 65, "64"),
        ("\x00", "no word"),
        ("", "no word"),
        ("---", "no word"),
        ('"" or or', None),
        ("😀", "no word"),
    ],
)
async def test_a_query_beyond_the_limits_is_refused_with_the_limit(archive: Any, query: str, limit: str | None) -> None:
    if limit is None:
        assert await found(archive, query) == []
        return
    with pytest.raises(UsageError, match=limit):
        await search.search(archive, query)


async def test_naughty_strings_end_in_hits_or_a_plain_refusal(archive: Any, shared_data: Path) -> None:
    strings = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    strings += ["a\x00b", "\ud800", "a:*", "!a", "a & b", "a <-> b", "(", "'", "\\", "%s", "%(x)s", '"' * 999]
    strings += ["a " * 64, '"' + "a " * 64 + '"', "-a " * 64, "a OR " * 32, "к" * 1000, "a" * 999 + "\\"]
    n_refused = 0
    for text in strings:
        try:
            await search.search(archive, text)
        except UsageError:
            n_refused += 1
    assert n_refused < len(strings) / 3
    assert await found(archive, "a\x00b OR выборы") == ["elections", "both"]


async def test_a_text_made_to_exhaust_the_snippet_does_not(conn: Any) -> None:
    text = "a b " * 100_000
    for n in range(10):
        await add_article(conn, n, language=None, text=text)
    # None takes longer than the search may.
    for query in ("a b", '"a b a b a b a b"', " OR ".join(["a", "b"] * 16), '"b b" OR a', "a b " * 30):
        await search.search(conn, query)


async def test_the_time_limit_is_the_searchs_own(archive: Any) -> None:
    await archive.execute("SET LOCAL statement_timeout = '17s'")
    await search.search(archive, "выборы")
    assert await scalar(archive, "SHOW statement_timeout") == "17s"
    with pytest.raises(UsageError):
        await search.search(archive, "")
    assert await scalar(archive, "SHOW statement_timeout") == "17s"


async def test_a_search_that_takes_too_long_ends_and_leaves_the_connection_sound(
    archive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "TIMEOUT_S", 0.3)
    await archive.execute("ALTER FUNCTION fts_fold(text, text) VOLATILE")
    await archive.execute(
        "CREATE OR REPLACE FUNCTION fts_fold(language text, text text) RETURNS text"
        " LANGUAGE sql AS $$ SELECT text FROM pg_sleep(3) $$"
    )
    with pytest.raises(SearchTimeoutError, match="longer than"):
        await search.search(archive, "выборы")
    assert await scalar(archive, "SELECT count(*) FROM article") == len(ARTICLES)


async def test_a_search_works_outside_a_transaction(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as conn:
        await add_article(conn, 1, text="needle")
        assert await found(conn, "needle") == ["1"]
        assert conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


async def test_a_hundred_thousand_articles_are_searched_by_index(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        await conn.execute(
            """
            INSERT INTO article (url_key, url, title, text, text_origin, language, published_at, fetched_at, reader)
            SELECT
                sha256(n::text::bytea), 'https://outlet.example/' || n, 'Title ' || n,
                'word' || n || CASE WHEN n %% 2 = 0 THEN ' even ' ELSE ' odd ' END
                    || CASE WHEN n %% 500 = 0 THEN 'seldom ' ELSE '' END || ' слова и words',
                'page', CASE n %% 3 WHEN 0 THEN 'ru' WHEN 1 THEN 'en' END,
                %(now)s - n * interval '10 minutes', %(now)s, 'test'
            FROM generate_series(1, 100000) n
            """,
            {"now": NOW},
        )
        await conn.commit()
        await conn.set_autocommit(True)
        await conn.execute("VACUUM ANALYZE article")
        took: dict[str, float] = {}
        for query, n_hits in {
            "even": 20,
            "seldom": 20,
            "word99999": 1,
            "word5 word6": 0,
            "even odd": 0,
            "слово -even": 20,
            '"even seldom"': 20,
            '"seldom even"': 0,
            "missing": 0,
        }.items():
            began = time.monotonic()
            assert len(await search.search(conn, query)) == n_hits, query
            took[query] = time.monotonic() - began
        assert max(took.values()) < 3, took
