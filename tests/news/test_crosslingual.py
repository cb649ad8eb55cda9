"""Names, places and numbers come out alike in any language, and stories are linked by them."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news import crosslingual, meaning
from news.crosslingual import Keyed, join_keys, keys, likeness, links
from news.gazetteer import place_of
from news.meaning import Embedder, Told, links_by_meaning
from news.romanise import skeleton

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

MEETING = {
    "en": (
        "Kallas and Fidan meet in Yerevan",
        "Kaja Kallas and Hakan Fidan met in Yerevan to talk about 340 kilometres of railway between Gyumri and Kars. "
        "Prime minister Nikol Pashinyan said the line would cost 1,250 million euros.",
    ),
    "ru": (
        "Каллас и Фидан встретились в Ереване",
        "Кая Каллас и Хакан Фидан встретились в Ереване и обсудили 340 километров железной дороги между Гюмри и "
        "Карсом. Премьер Никол Пашинян сказал, что она обойдется в 1250 миллионов евро.",
    ),
    "uk": (
        "Каллас і Фідан зустрілися в Єревані",
        "Кая Каллас і Хакан Фідан зустрілися в Єревані й обговорили 340 кілометрів залізниці між Гюмрі та Карсом. "
        "Прем'єр Нікол Пашинян сказав, що вона коштуватиме 1 250 мільйонів євро.",
    ),
}
FLOOD = {
    "en": (
        "Flood in Valparaiso",
        "Rivers flooded Valparaiso after 180 millimetres of rain; mayor Camila Nieto asked for help.",
    ),
    "ru": (
        "Наводнение в Вальпараисо",
        "Реки затопили Вальпараисо, выпало 180 миллиметров дождя; мэр Камила Ньето просит помощи.",
    ),
}


@pytest.mark.parametrize(
    "spellings",
    [
        {
            "en": "Yushchenko",
            "ru": "Ющенко",
            "uk": "Ющенко",
            "de": "Juschtschenko",
            "az": "Yuşşenko",
            "fi": "Juštšenko",
        },
        {"en": "Zelensky", "ru": "Зеленского", "uk": "Зеленський", "tr": "Zelenski", "hy": "Զելենսկի"},
        {"en": "Pashinyan", "ru": "Пашинян", "tr": "Paşinyan", "hy": "Փաշինյան", "ka": "ფაშინიანი"},
        {"en": "Hussein", "ru": "Хусейн", "ar": "حسين"},
        {"en": "Papandreou", "el": "Παπανδρέου", "ru": "Папандреу"},
        {"en": "Macron", "ru": "Макрон", "tr": "Macron", "az": "Makron"},
    ],
)
def test_spellings_of_a_name_have_one_skeleton(spellings: dict[str, str]) -> None:
    assert len({skeleton(word, language) for language, word in spellings.items()}) == 1


def test_two_names_have_two_skeletons_and_short_ones_none() -> None:
    assert skeleton("Merkel", "en") != skeleton("Macron", "en")
    assert skeleton("Xi", "en") is None
    assert skeleton("李强", "zh") is None


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("C:UA", [("ukraine", "en"), ("украина", "ru"), ("україною", "uk"), ("ukrayna", "tr"), ("乌 克 兰", "zh")]),
        (
            "C:DE",
            [("germany", "en"), ("германия", "ru"), ("німеччина", "uk"), ("almanya", "tr")],
        ),
        ("C:US", [("united states", "en"), ("сша", "ru"), ("abd", "tr"), ("amerikan", "tr")]),
        ("C:GB", [("british", "en"), ("британский", "ru")]),
        ("P:5128581", [("new york", "en"), ("нью йорк", "ru")]),
    ],
)
def test_a_place_is_known_in_many_languages(place: str, words: list[tuple[str, str]]) -> None:
    assert [place_of(word, language) for word, language in words] == [place] * len(words)


def test_a_word_that_names_no_place_has_none() -> None:
    assert [place_of(word, "en") for word in ("yesterday", "a", "", "said that", "\x00")] == [None] * 5


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("155,221 bags", "en", "155221"),
        ("1 250 000 рублей", "ru", "1250000"),
        ("12,5 %", "de", "12.5"),
        ("12.50 percent", "en", "12.5"),
        ("٤٥ شخصا", "ar", "45"),
    ],
)
def test_numbers_are_read_as_their_language_writes_them(text: str, language: str, number: str) -> None:
    assert keys(None, text, language) == {f"N:{number}": 1}


def test_years_digits_and_raised_digits_are_no_keys() -> None:
    assert keys(None, "in 2024 we saw 7 of them, 30 m² and ³ more", "en") == {"N:30": 1}


def test_a_word_that_begins_a_sentence_is_no_name_for_that() -> None:
    found = keys(None, "Several people came. They met several others near Brandtner street. Brandtner left.", "en")
    assert found == {f"S:{skeleton('Brandtner', 'en')}": 2}


def test_places_are_found_in_writings_without_blanks() -> None:
    assert keys(None, "乌克兰总统访问德国,会谈340公里铁路", "zh") == {"C:UA": 1, "C:DE": 1}


def test_latin_words_in_other_writings_are_keys_of_their_own() -> None:
    assert keys(None, "компания выпустила новый SuperPhone на этой неделе", "ru")["L:superphone"] == 1


def _stories() -> list[Keyed]:
    found = [
        Keyed(story_id=0, language="", keys={}, last_at=NOW),
        *(_keyed(*told, language) for event in (MEETING, FLOOD) for language, told in event.items()),
    ]
    return [
        Keyed(story_id=n, language=story.language, keys=story.keys, last_at=story.last_at)
        for n, story in enumerate(found)
    ][1:]


def _keyed(title: str, text: str, language: str) -> Keyed:
    return Keyed(story_id=0, language=language, keys=keys(title, text, language), last_at=NOW)


def _links(stories: Sequence[Keyed]) -> list[tuple[int, int]]:
    counts = Counter(key for story in stories for key in story.keys)
    return [(link.story_id, link.other_id) for link in links(stories, counts, 1_000)]


def test_reports_of_one_meeting_in_three_languages_are_linked_and_others_are_not() -> None:
    assert _links(_stories()) == [(1, 2), (1, 3), (2, 3), (4, 5)]


def test_the_order_of_stories_does_not_matter() -> None:
    assert sorted(_links(_stories()[::-1])) == [(1, 2), (1, 3), (2, 3), (4, 5)]


def test_the_same_words_days_later_are_not_linked() -> None:
    english, russian, *_ = _stories()
    later = Keyed(story_id=9, language="ru", keys=russian.keys, last_at=NOW + crosslingual.LINK_WINDOW * 2)
    assert _links([english, later]) == []


def test_two_stories_of_one_language_are_never_linked() -> None:
    english, *_ = _stories()
    twin = Keyed(story_id=9, language="en", keys=english.keys, last_at=NOW)
    assert _links([english, twin]) == []


def test_one_rare_key_is_not_enough() -> None:
    one = Keyed(story_id=1, language="en", keys={"S:brnt": 3}, last_at=NOW)
    other = Keyed(story_id=2, language="ru", keys={"S:brnt": 3}, last_at=NOW)
    assert likeness(one.keys, other.keys, {"S:brnt": 2}, 1_000) == (pytest.approx(1.0), 1)
    assert _links([one, other]) == []


def test_what_everybody_speaks_of_links_nothing() -> None:
    found = {"C:US": 5.0, "C:CN": 4.0, "N:100": 1.0}
    one = Keyed(story_id=1, language="en", keys=found, last_at=NOW)
    other = Keyed(story_id=2, language="ru", keys=found, last_at=NOW)
    assert links([one, other], {"C:US": 400, "C:CN": 300, "N:100": 200}, 1_000) == []


def test_a_story_keeps_the_keys_it_meets_most() -> None:
    joined: dict[str, float] = {}
    for n in range(200):
        joined = join_keys(joined, {"S:frst": 1, f"N:{n}": 1})
    assert joined["S:frst"] == 200
    assert len(joined) == crosslingual.MOST_KEYS


@given(st.text(max_size=300), st.sampled_from(["en", "ru", "ar", "zh", "", "xx"]))
def test_any_text_has_keys(text: str, language: str) -> None:
    assert all(key[:2] in ("S:", "C:", "P:", "N:", "L:") and n >= 1 for key, n in keys(text, text, language).items())


class Dictionary:
    """A tiny model: one direction for each of a few words, the same in both languages."""

    alike = 0.9

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        words = (("cat", "кот"), ("dog", "собака"), ("sleeps", "спит"), ("runs", "бежит"))
        return [[float(any(word in text for word in pair)) for pair in words] for text in texts]


def test_a_model_links_what_names_do_not_show() -> None:
    assert isinstance(Dictionary(), Embedder)
    texts = (("en", "the cat sleeps"), ("ru", "собака бежит"), ("ru", "кот спит"), ("ru", "кот бежит"), ("en", "rain"))
    told = [Told(story_id=n, language=language, text=text, last_at=NOW) for n, (language, text) in enumerate(texts)]
    [link] = links_by_meaning(told, Dictionary())
    assert (link.story_id, link.other_id, link.score) == (0, 2, pytest.approx(1.0))


def test_a_model_links_nothing_after_days_and_nothing_in_one_language() -> None:
    one = Told(story_id=1, language="en", text="the cat sleeps", last_at=NOW)
    late = Told(story_id=2, language="ru", text="кот спит", last_at=NOW + meaning.LINK_WINDOW + timedelta(hours=1))
    twin = Told(story_id=3, language="en", text="the cat sleeps", last_at=NOW)
    assert links_by_meaning([one, late, twin], Dictionary()) == []


def test_a_model_that_answers_too_little_is_told() -> None:
    class Short(Dictionary):
        def embed(self, texts: Sequence[str]) -> list[list[float]]:
            return super().embed(texts)[:-1]

    story = Told(story_id=1, language="en", text="the cat sleeps", last_at=NOW)
    with pytest.raises(ValueError, match="1 vectors for 2 texts"):
        links_by_meaning([story, story], Short())
