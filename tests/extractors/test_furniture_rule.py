"""What is furniture and what is not, by the last pages of a site."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.furniture import (
    FORGOTTEN_AFTER_PAGES,
    LAST_PAGES,
    MOST_BLOCKS,
    MOST_LEARNED,
    Furniture,
    fingerprint,
    furniture_among,
    furniture_of,
    in_its_story,
    is_strange,
    learn_lap,
    page_key,
    repeated,
    see_page,
)
from news.model import Article
from news.sites import KnownSite, SeenPage

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PROMO = "Our evening letter brings the day to your table."
LONG_PROMO = (
    "The Harbour Lantern has been printed in the old rope works since 1921, " * 4 + "and is read on both banks."
)
MENU = ("Harbour", "Markets", "Weather", "Letters", "Theatre", "About the paper")


def story(n: int, n_paragraphs: int = 4) -> list[str]:
    """The paragraphs of a story unlike all others."""
    words = ("ferry", "bakery", "orchard", "library", "quarry", "tannery", "chapel", "brewery", "foundry", "dairy")
    return [
        f"The {words[n % 10]} of district {n} reported in paragraph {part} that its {words[(n + part) % 10]} had been "
        f"visited by {n * 7 + part} inspectors from the {words[(3 * n + part) % 10]} office before noon."
        for part in range(n_paragraphs)
    ]


def article(
    paragraphs: Sequence[str], *, title: str, around: Sequence[str] = MENU, description: str | None = None
) -> Article:
    blocks = tuple(dict.fromkeys(fingerprint(text) for text in (*around, title, *paragraphs)))
    return Article(
        url="https://lantern.example/", title=title, text="\n\n".join(paragraphs), description=description,
        fingerprints=blocks,
    )  # fmt: skip


def seen(*articles: Article) -> KnownSite:
    """What is known of a site after these pages, each at an address of its own."""
    site = KnownSite(name="lantern.example")
    for n, one in enumerate(articles, 1):
        known = furniture_of(site).fingerprints
        page = in_its_story(see_page(one, f"{one.url}{n}", NOW + timedelta(minutes=n), known), site, known)
        site = replace(site, n_pages=n, pages=(*site.pages, page)[-LAST_PAGES:])
    return site


def pages_with(extra: str, n_pages: int) -> KnownSite:
    return seen(*(article([*story(n), extra], title=f"Title of story {'abcdefghij'[n]}") for n in range(n_pages)))


def test_a_line_that_stands_on_two_other_pages_is_furniture() -> None:
    text = [*story(8), PROMO]
    assert furniture_among(text, furniture_of(pages_with(PROMO, 1)), (), None) == frozenset()
    assert furniture_among(text, furniture_of(pages_with(PROMO, 2)), (), None) == {4}


def test_a_long_paragraph_needs_a_third_page() -> None:
    assert fingerprint(LONG_PROMO) & 1
    text = [*story(8, 6), LONG_PROMO]
    assert furniture_among(text, furniture_of(pages_with(LONG_PROMO, 2)), (), None) == frozenset()
    assert furniture_among(text, furniture_of(pages_with(LONG_PROMO, 3)), (), None) == {6}


def test_a_page_that_is_read_again_is_no_witness_of_itself() -> None:
    site = pages_with(PROMO, 2)
    assert fingerprint(PROMO) in furniture_of(site).fingerprints
    assert fingerprint(PROMO) not in furniture_of(site, key=site.pages[0].key).fingerprints


@pytest.mark.parametrize(
    ("name", "versions"),
    [
        ("the same story at three addresses", [story(1), story(1), story(1)]),
        ("a page that grows", [story(1, 2), story(1, 5), story(1, 9)]),
        ("a teaser and its long versions", [story(1, 1), story(1, 8), story(1, 8)]),
        ("corrections", [story(1), [*story(1)[:3], "It was the mill."], [*story(1)[:2], *story(2)[:1], story(1)[3]]]),
    ],
)
def test_a_story_told_again_is_no_furniture(name: str, versions: list[list[str]]) -> None:
    site = seen(
        *(article(version, title="Inspectors at the ferry") for version in versions), article(story(5), title="X")
    )
    known = furniture_of(site)
    assert not known.fingerprints.intersection(map(fingerprint, story(1, 9))), name
    assert furniture_among(story(1), known, (), None) == frozenset()
    assert fingerprint("Weather") in known.fingerprints


def test_a_text_under_five_titles_is_no_story_told_again() -> None:
    """Where furniture is all that is read of some pages, they seem to tell one story."""
    titles = ("One", "Two", "Three", "Four", "Five")
    lines = [PROMO, LONG_PROMO]
    few = seen(*(article(lines, title=title, around=()) for title in titles[:4]))
    many = seen(*(article(lines, title=title, around=()) for title in titles))
    assert fingerprint(LONG_PROMO) not in repeated(few.pages)
    assert fingerprint(LONG_PROMO) in repeated(many.pages)


def test_what_the_pages_own_title_or_description_says_stays() -> None:
    lead = "The ferry of the old town will run through the night from Monday on, the harbour office said."
    known = Furniture(fingerprints=frozenset(map(fingerprint, (lead, PROMO))))
    text = [lead, *story(3), PROMO]
    assert furniture_among(text, known, ("Ferries by night",), f"{lead} More on the page.") == {5}
    assert furniture_among(text, known, (lead,), "Another description of enough letters.") == {5}
    # Cut short, as descriptions are.
    assert furniture_among(text, known, (), lead[:80] + "…") == {5}
    # Where the page describes itself in other words, its first paragraph is as any other.
    assert furniture_among(text, known, (), "Something else entirely, of another matter.") == {0, 5}
    # Where it does not describe itself at all, the first paragraph may be the lead.
    assert furniture_among(text, known, (), None) == {5}


def test_a_description_that_all_pages_share_is_none_of_the_pages_own() -> None:
    slogan = "The Harbour Lantern brings the news of both banks every day."
    site = seen(*(article([slogan, *story(n)], title=f"T {'abc'[n]}", description=slogan) for n in range(3)))
    text = [
        "An opening paragraph that nobody else has, and long enough to be the lead of its story.",
        slogan,
        *story(7),
    ]
    assert furniture_among(text, furniture_of(site), (), slogan) == {1}


def test_no_more_than_half_goes_unless_the_rest_is_clearly_an_article() -> None:
    known = Furniture(fingerprints=frozenset({fingerprint(LONG_PROMO), fingerprint(PROMO)}))
    short = ["Two lines of news.", "And no more than that.", LONG_PROMO, PROMO]
    assert furniture_among(short, known, (), "A description of its own.") == frozenset()
    long = [*story(4), LONG_PROMO, LONG_PROMO, LONG_PROMO, PROMO]
    assert furniture_among(long, known, (), "A description of its own.") == {4, 5, 6, 7}
    assert furniture_among([PROMO], known, (), "A description of its own.") == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12 comments", "7 Comments!", True),
        ("Read on\n  our site", "READ ON OUR SITE", True),
        ("Читайте нас", "читайте  нас.", True),
        ("Read on our site", "Read off our site", False),
        ("* * *", "* * *", True),
        ("10:15", "11:20", False),
        (
            "The rate of the crown was set at 92.5 on Tuesday by the bank of the old town.",
            "The rate of the crown was set at 93.1 on Tuesday by the bank of the old town.",
            False,
        ),
    ],
)
def test_which_lines_are_one_block(one: str, other: str, same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other)) is same


def test_fingerprints_are_the_same_in_every_process_and_version() -> None:
    texts = ("Weather", "Погода сегодня", "今日天气", LONG_PROMO)
    known = [fingerprint(text) for text in texts]
    assert known == [-4742855065129440040, -2059924854661408058, 1943948321241515120, -2051839425196151575]
    script = f"from extractors.furniture import fingerprint; print([fingerprint(t) for t in {texts!r}])"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(known)


@given(st.text())
def test_a_fingerprint_of_any_text_fits_a_bigint(text: str) -> None:
    assert -(2**63) <= fingerprint(text) < 2**63


def test_a_page_with_very_many_blocks_is_bounded() -> None:
    many = replace(article(story(1), title="T"), fingerprints=tuple(range(100_000)))
    assert len(see_page(many, many.url, NOW, frozenset()).blocks) == MOST_BLOCKS


def test_an_address_has_one_key() -> None:
    assert page_key("https://lantern.example/1") == page_key("https://lantern.example/1")
    assert page_key("https://lantern.example/1") != page_key("https://lantern.example/2")


def page(n: int, blocks: Sequence[int]) -> SeenPage:
    return SeenPage(key=n, seen_at=NOW + timedelta(hours=n), story=n, title=n, blocks=tuple(blocks), paragraphs=())


STEADY = range(0, 40, 2)
NEW = range(1000, 1040, 2)


def known_pages(n_pages: int) -> KnownSite:
    pages = tuple(page(n, [*STEADY, 100 + 2 * n]) for n in range(n_pages))
    return KnownSite(name="lantern.example", n_pages=n_pages, pages=pages)


def test_a_page_without_what_stood_on_all_pages_is_strange() -> None:
    site = known_pages(8)
    assert not is_strange(page(8, [*STEADY, 500]), site)
    assert not is_strange(page(8, [*STEADY[:10], *NEW]), site), "half of it is still there"
    assert is_strange(page(8, [*STEADY[:3], *NEW]), site)
    assert not is_strange(page(8, NEW), known_pages(4)), "too few pages to tell"


def test_the_third_strange_page_is_still_judged_by_the_old_layout() -> None:
    site = known_pages(8)
    for n in (8, 9):
        stranger = page(n, [*NEW, 600 + 2 * n])
        assert is_strange(stranger, site)
        site = replace(site, n_pages=n + 1, n_strange=n - 7, pages=(*site.pages, stranger)[-LAST_PAGES:])
    assert is_strange(page(10, [*NEW, 700]), site)


def test_what_is_learned_has_counts_and_dates() -> None:
    pages = known_pages(8).pages
    learned = {block.fingerprint: block for block in learn_lap((), pages, 8)}
    assert set(learned) == set(STEADY)
    assert (learned[2].n_pages, learned[2].first_seen_at, learned[2].last_seen_at) == (
        8,
        pages[0].seen_at,
        pages[7].seen_at,
    )
    later = [page(n, [2, 900 + 2 * n]) for n in range(8, 16)]
    again = {block.fingerprint: block for block in learn_lap(learned.values(), later, 16)}
    assert (again[2].n_pages, again[2].last_seen_at, again[2].last_page) == (16, later[-1].seen_at, 16)
    assert (again[4].n_pages, again[4].last_seen_at, again[4].last_page) == (8, pages[7].seen_at, 8)


def test_what_is_not_seen_any_more_is_forgotten() -> None:
    learned = learn_lap((), known_pages(8).pages, 8)
    n = 8
    while n < 8 + FORGOTTEN_AFTER_PAGES:
        assert learned
        n += 8
        learned = learn_lap(learned, [page(m, [10_000 + 2 * m]) for m in range(n - 8, n)], n)
    assert learned == ()


def test_what_is_learned_of_a_site_is_bounded_and_the_steady_stays() -> None:
    learned = learn_lap((), known_pages(8).pages, 8)
    for lap in range(1, 6):
        crowd = range(100_000 * lap, 100_000 * lap + 800, 2)
        learned = learn_lap(learned, [page(m, [*STEADY, *crowd]) for m in range(8 * lap, 8 * lap + 8)], 8 * lap + 8)
    assert len(learned) == MOST_LEARNED
    assert set(STEADY) <= {block.fingerprint for block in learned}
