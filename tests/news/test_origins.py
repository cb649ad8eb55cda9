"""Who had a text first, by what its copies say."""

from datetime import UTC, datetime, timedelta

import pytest

from news.facts import Attribution
from news.origins import Origin, Witness, find_origin, outlet_key, trusted_time

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def _copy(
    number: int, host: str, *said: Attribution | str, names: tuple[str, ...] = (), minutes: float | None = None
) -> Witness:
    """A copy that was fetched a minute after the one before."""
    return Witness(
        article_id=number,
        url=f"https://{host}/news/{number}",
        names=names,
        attributions=tuple(Attribution(name=a) if isinstance(a, str) else a for a in said),
        published_at=None if minutes is None else NOW + timedelta(minutes=minutes),
        fetched_at=NOW + timedelta(minutes=number),
    )


def test_who_names_nobody_and_is_named_by_nobody_was_first_by_time() -> None:
    copies = [_copy(1, "a.example"), _copy(2, "b.example", minutes=-30), _copy(3, "c.example", minutes=1)]
    assert find_origin(copies) == Origin(article_id=2)


def test_an_outlet_that_was_not_read_is_named_all_the_same() -> None:
    copies = [
        _copy(1, "a.example", "издания Politico"),
        _copy(2, "b.example", "Политико"),
        _copy(3, "c.example", Attribution(name="POLITICO", url="https://www.politico.eu/article/1/")),
        _copy(4, "d.example"),
    ]
    origin = find_origin(copies)
    assert (origin.article_id, origin.named, origin.n_named, origin.is_member) == (1, "Politico", 3, False)
    assert origin.url == "https://www.politico.eu/article/1/"


def test_the_named_outlet_s_article_was_first_though_it_was_read_last() -> None:
    copies = [
        _copy(1, "a.example", "Рейтер"),
        _copy(2, "b.example", "Reuters"),
        _copy(3, "www.reuters.com", names=("Reuters",)),
    ]
    origin = find_origin(copies)
    assert (origin.article_id, origin.named, origin.n_named, origin.is_member) == (3, "Reuters", 2, True)


def test_a_link_to_a_copy_says_who_was_first() -> None:
    link = Attribution(name="коллеги", url="http://www.lake.example/news/2?utm_source=x")
    copies = [_copy(1, "a.example", link), _copy(2, "lake.example", names=("Lake Herald",))]
    origin = find_origin(copies)
    assert (origin.article_id, origin.named, origin.is_member) == (2, "Lake Herald", True)


def test_a_chain_of_namings_is_followed_to_its_end() -> None:
    copies = [
        _copy(1, "c.example", "Lake Herald"),
        _copy(2, "lake.example", "Hill Gazette", names=("Lake Herald",)),
        _copy(3, "hill.example", names=("Hill Gazette",)),
        _copy(4, "d.example", "Lake Herald"),
    ]
    assert find_origin(copies).article_id == 3


def test_two_outlets_that_name_each_other_end_nowhere_but_at_one_of_them() -> None:
    copies = [
        _copy(1, "a.example", "Hill Gazette", names=("Lake Herald",)),
        _copy(2, "b.example", "Lake Herald", names=("Hill Gazette",)),
    ]
    assert find_origin(copies).article_id == 1


def test_the_first_copy_s_own_source_is_told_where_it_names_one() -> None:
    copies = [_copy(1, "a.example", "Lake Herald"), _copy(2, "lake.example", "Bloomberg", names=("Lake Herald",))]
    origin = find_origin(copies)
    assert (origin.article_id, origin.named, origin.is_member) == (2, "Bloomberg", False)


def test_an_outlet_that_names_itself_proves_nothing() -> None:
    copies = [_copy(1, "lenta.ru", "Лента.ру"), _copy(2, "b.example")]
    assert find_origin(copies) == Origin(article_id=1)


@pytest.mark.parametrize(
    ("minutes", "trusted"),
    [(-60, -60), (5, 5), (30, 1), (-3 * 24 * 60, 1)],
    ids=["before", "just after", "later", "old"],
)
def test_a_stated_time_is_trusted_where_it_fits_the_fetch(minutes: float, trusted: float) -> None:
    assert trusted_time(_copy(1, "a.example", minutes=minutes)) == NOW + timedelta(minutes=trusted)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("агентства Reuters", "рейтерс"),
        ("РИА «Новости»", "ria.ru"),
        ("Коммерсанту", "www.kommersant.ru"),
        ("The New York Times", "nyt"),
        ("Українською правдою", "pravda.com.ua"),
        ("uk.reuters.com", "Reuters"),
        ("Bbc.co.uk", "BBC News"),
        ("Lake Herald", "lake herald"),
        ("Вестника Озера", "Вестник Озера"),
    ],
)
def test_one_outlet_has_one_key(one: str, other: str) -> None:
    assert outlet_key(one) == outlet_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("The Times", "The New York Times"), ("news.example", "news.am"), ("trend.example", "Trend"), ("Report", "Trend")],
)
def test_two_outlets_have_two_keys(one: str, other: str) -> None:
    assert outlet_key(one) != outlet_key(other)
