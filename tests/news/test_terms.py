"""Terms: words without endings, weighed by how rare they are, known before anything is counted."""

import pytest

from news import terms
from news.stems import stem


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "elections", "election"),
        ("ru", "президента", "президентом"),
        ("de", "ministern", "minister"),
        ("tr", "bakanlar", "bakanları"),
        ("pt-BR", "governos", "governo"),
        ("uk", "україни", "україна"),
        ("uk", "київському", "київського"),
        ("az", "bakıda", "bakı"),
        ("ka", "თბილისში", "თბილისის"),
        ("kk", "қазақстанда", "қазақстанның"),
        ("", "washington", "washingtons"),
    ],
)
def test_a_word_has_one_stem_in_its_cases(language: str, one: str, other: str) -> None:
    assert stem(one, language) == stem(other, language)


@pytest.mark.parametrize(
    ("language", "one", "other"), [("en", "iran", "iraq"), ("uk", "львів", "луцьк"), ("az", "2024", "2025")]
)
def test_two_words_keep_two_stems(language: str, one: str, other: str) -> None:
    assert stem(one, language) != stem(other, language)


@pytest.mark.parametrize(
    ("language", "common", "rare"),
    [("en", "that", "skagen"), ("ru", "который", "склад"), ("uk", "який", "ракета"), ("az", "və", "xəstəxana")],
)
def test_a_common_word_weighs_less_before_any_was_counted(language: str, common: str, rare: str) -> None:
    [rare_term] = terms.hashed(terms.stems_of(rare, language), language)
    weights = terms.weigh(terms.story_terms(None, f"{common} {rare}", language), {}, 0)
    others = [weight for term, weight in weights.items() if term != rare_term]
    assert all(weights[rare_term] > 2 * weight for weight in others)


def test_what_is_counted_often_weighs_less() -> None:
    found = terms.story_terms(None, "minister visits Skagen", "en")
    [minister, _, skagen] = terms.hashed(terms.stems_of("minister visits Skagen", "en"), "en")
    before = terms.weigh(found, {}, 0)
    after = terms.weigh(found, {minister: 8_000, skagen: 3}, 20_000)
    assert after[minister] / after[skagen] < 0.5 * before[minister] / before[skagen]


def test_a_word_that_everybody_has_weighs_nothing_and_never_less() -> None:
    found = terms.story_terms(None, "Skagen", "en")
    assert all(weight >= 0 for weight in terms.weigh(found, dict.fromkeys(found, 10**6), 10**3).values())


def test_title_and_beginning_weigh_more_than_the_end() -> None:
    filler = " ".join(f"filler{n}" for n in range(150))
    found = terms.story_terms("Alpha", f"Bravo {filler} charlie", "en")
    alpha, bravo, charlie = terms.hashed(terms.stems_of("alpha bravo charlie", "en"), "en")
    assert found[alpha] > found[bravo] > 2 * found[charlie]


def test_numbers_are_terms_and_short_words_are_none() -> None:
    assert terms.stems_of("At 9 of 45 in Ulm", "en") == ["9", "45", "ulm"]


def test_writings_without_blanks_have_pairs_of_signs() -> None:
    assert terms.stems_of("上海地铁", "zh") == ["上海", "海地", "地铁"]


def test_a_term_is_the_same_in_every_process() -> None:
    assert terms.hash_term("skagen", 0) == -5928913584637017808
    assert terms.hash_term("skagen", 5) == -5928913584637017808 | 5


def test_a_centroid_keeps_the_heaviest() -> None:
    centroid = terms.join({}, {n: float(n) for n in range(1, 400)})
    assert len(centroid) == terms.MOST_CENTROID_TERMS
    assert min(centroid) == 400 - terms.MOST_CENTROID_TERMS


@pytest.mark.parametrize("share", [0.0, 0.04, 0.3, 1.0])
def test_a_class_stands_for_its_share(share: float) -> None:
    kind = terms.class_of_share(share)
    assert 0 <= kind <= 7
    assert (kind == 0) == (share < 0.03)
