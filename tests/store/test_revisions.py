"""Revisions: whoever changes an article, what it was before is kept, once, and whose doing the change was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from samples import NOW, add_article, article, scalar, stated, values

from news.errors import NotFoundError
from news.model import Article, Attribution, Provenance
from news.revisions import Cause
from store import articles, revisions, search
from store.revisions import list_revisions, revise_article

LATER = NOW + timedelta(hours=3)


async def present(conn: Any, article_id: int) -> Article:
    return (await articles.find_article(conn, article_id)).article


async def test_an_outlets_change_keeps_the_state_before_with_its_time(conn: Any) -> None:
    one = await add_article(conn)
    changes = await revise_article(
        conn, one, article(title="Another title", text="Another text."), cause=Cause.OUTLET, fetched_at=LATER
    )
    assert changes == ("title", "text")
    (kept,) = await list_revisions(conn, one)
    assert (kept.cause, kept.title, kept.text, kept.reader) == (Cause.OUTLET, "Title 1", "Text 1.", "test-1")
    assert (kept.published_at, kept.modified_at) == (NOW - timedelta(hours=1), None)
    assert (kept.fetched_at, kept.replaced_at) == (NOW, LATER)
    assert (await present(conn, one)).text == "Another text."


async def test_the_states_of_an_outlet_follow_each_other_without_a_gap(conn: Any) -> None:
    one = await add_article(conn)
    for n in range(1, 4):
        at = NOW + timedelta(hours=n)
        await revise_article(conn, one, article(text=f"Version {n}."), cause=Cause.OUTLET, fetched_at=at)
    kept = await list_revisions(conn, one)
    assert [one.text for one in kept] == ["Text 1.", "Version 1.", "Version 2."]
    assert [one.fetched_at for one in kept[1:]] == [one.replaced_at for one in kept[:-1]]


async def test_identity_source_and_first_moment_stay(conn: Any) -> None:
    one = await add_article(conn)
    columns = "SELECT url, encode(url_key, 'hex'), source_id::text, fetched_at::text FROM article WHERE id = %s"
    async with conn.cursor() as cursor:
        await cursor.execute(columns, [one])
        before = await cursor.fetchone()
        other = article("elsewhere", text="Another text.")
        await revise_article(conn, one, other, cause=Cause.READER, fetched_at=LATER)
        await cursor.execute(columns, [one])
        assert await cursor.fetchone() == before
    assert await scalar(conn, "SELECT count(*) FROM article") == 1


async def test_every_fact_of_an_article_is_replaced_as_if_it_were_stored_anew(conn: Any) -> None:
    full = article(
        2,
        title="All facts",
        subtitle="Below the title",
        text="Words.\n\nMore words.",
        authors=("Anna Petrova",),
        agencies=("Reuters",),
        attributions=(Attribution(name="Politico", url="https://politico.example/1", raw="says Politico"),),
        language="de",
        published=stated(NOW - timedelta(days=1)),
        modified=stated(NOW - timedelta(hours=2)),
        description="A description",
        section="World",
        tags=("bridges",),
        image_url="https://outlet.example/a.jpg",
        image_caption="A bridge",
        captions=("A bridge", "A river"),
        site_name="Outlet",
        paywalled=True,
        n_words=3,
        reader="test-2",
        truncated=True,
        confidence=0.25,
        doubt="only 3 words",
        provenance=(Provenance(field="title", origin="json-ld", raw="All facts"),),
    )
    anew = await add_article(conn, **{name: getattr(full, name) for name in full.__dataclass_fields__ if name != "url"})
    one = await add_article(conn, "other")
    await revise_article(conn, one, full, cause=Cause.READER, fetched_at=NOW)
    stored = await present(conn, one)
    assert stored == replace(await present(conn, anew), url=stored.url)
    assert stored == articles.as_stored(replace(full, url=stored.url), NOW)


async def test_only_the_first_state_of_a_page_is_kept_of_readers(conn: Any) -> None:
    one = await add_article(conn)
    for n in range(2, 5):
        again = article(text=f"As reader {n} has it.", reader=f"test-{n}")
        await revise_article(conn, one, again, cause=Cause.READER, fetched_at=NOW)
    (kept,) = await list_revisions(conn, one, Cause.READER)
    assert (kept.text, kept.reader, kept.fetched_at) == ("Text 1.", "test-1", NOW)
    assert await scalar(conn, "SELECT count(*) FROM revision_text") == 1
    # Another page of the outlet's, misread at first as well.
    await revise_article(conn, one, article(text="New words.", reader="test-4"), cause=Cause.OUTLET, fetched_at=LATER)
    await revise_article(conn, one, article(text="Words.", reader="test-5"), cause=Cause.READER, fetched_at=LATER)
    assert [(kept.cause, kept.text) for kept in await list_revisions(conn, one)] == [
        (Cause.READER, "Text 1."),
        (Cause.OUTLET, "As reader 4 has it."),
        (Cause.READER, "New words."),
    ]
    assert [kept.text for kept in await list_revisions(conn, one, Cause.OUTLET)] == ["As reader 4 has it."]


async def test_a_new_headline_stores_no_text_and_the_text_is_told_nevertheless(conn: Any) -> None:
    one = await add_article(conn)
    await revise_article(conn, one, article(title="Another title"), cause=Cause.OUTLET, fetched_at=LATER)
    assert await scalar(conn, "SELECT count(*) FROM revision_text") == 0
    assert [kept.text for kept in await list_revisions(conn, one)] == ["Text 1."]
    await revise_article(conn, one, article(title="A third", text="New."), cause=Cause.READER, fetched_at=LATER)
    await revise_article(conn, one, article(title="A third", text="Newer."), cause=Cause.READER, fetched_at=LATER)
    assert [kept.text for kept in await list_revisions(conn, one)] == ["Text 1.", "Text 1."]
    assert await values(conn, "SELECT text FROM revision_text") == ["Text 1."]


async def test_a_readers_first_state_outlives_a_reading_that_changed_the_title_alone(conn: Any) -> None:
    one = await add_article(conn)
    await revise_article(conn, one, article(title="B"), cause=Cause.READER, fetched_at=NOW)
    await revise_article(conn, one, article(title="B", text="Other."), cause=Cause.READER, fetched_at=NOW)
    assert [(kept.title, kept.text) for kept in await list_revisions(conn, one)] == [("Title 1", "Text 1.")]


async def test_a_page_that_changes_to_and_fro_stores_each_text_once(conn: Any) -> None:
    one = await add_article(conn)
    for n in range(1, 9):
        at = NOW + timedelta(minutes=n)
        await revise_article(conn, one, article(text=f"Text {n % 2}."), cause=Cause.OUTLET, fetched_at=at)
    kept = await list_revisions(conn, one)
    assert [one.text for one in kept] == ["Text 1.", "Text 0."] * 3 + ["Text 1."]
    assert await scalar(conn, "SELECT count(*) FROM revision_text") == 2


async def test_a_change_of_other_facts_leaves_no_revision(conn: Any) -> None:
    one = await add_article(conn)
    changes = await revise_article(conn, one, article(tags=("bridges",)), cause=Cause.READER, fetched_at=NOW)
    assert changes == ("tags",)
    assert await list_revisions(conn, one) == []
    assert await revise_article(conn, one, article(tags=("bridges",)), cause=Cause.READER, fetched_at=NOW) == ()


async def test_search_finds_the_present_state_only(conn: Any) -> None:
    one = await add_article(conn, text="Recipes for the summer.")
    await revise_article(conn, one, article(text="A bridge."), cause=Cause.READER, fetched_at=NOW)
    assert await search.search(conn, "recipes") == []
    assert [hit.id for hit in await search.search(conn, "bridges")] == [one]


async def test_of_a_page_that_changes_all_day_the_first_and_the_newest_states_stay(
    conn: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "MOST_OUTLET_REVISIONS", 4)
    one = await add_article(conn)
    for n in range(1, 10):
        at = NOW + timedelta(minutes=n)
        await revise_article(conn, one, article(text=f"Version {n}."), cause=Cause.OUTLET, fetched_at=at)
    kept = [one.text for one in await list_revisions(conn, one)]
    assert kept == ["Text 1.", "Version 6.", "Version 7.", "Version 8."]
    assert sorted(await values(conn, "SELECT text FROM revision_text")) == sorted(kept)


async def test_an_article_that_is_not_there_has_no_other_state(conn: Any) -> None:
    with pytest.raises(NotFoundError):
        await revise_article(conn, 4711, article(), cause=Cause.READER, fetched_at=NOW)
    assert await list_revisions(conn, 4711) == []
