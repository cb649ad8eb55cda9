"""Stories are told apart from the first article on, and two tellings of one event are one story."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news import stories, terms
from news.stories import OPEN_FOR, SPLIT, Telling, choose, is_one, parts, tells_same

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

# Of each event two tellings by two outlets, in other words.
EVENTS = {
    "en": (
        (
            ("Ferry runs aground off Skagen", "A ferry with 214 passengers ran aground off Skagen on Sunday night "
             "after its engine failed. The coast guard took the passengers ashore with boats, and nobody was hurt."),
            ("Passengers taken off stranded ferry", "Coast guard boats rescued all 214 passengers of a ferry that is "
             "stuck on a sandbank near Skagen. The captain said the engine had stopped."),
        ),
        (
            ("Central bank of Brazil cuts rate", "Brazil's central bank cut its key rate by half a point to 9.75 "
             "percent, the third cut in a row, and said that inflation was slowing."),
            ("Brazil lowers interest rate to 9.75%", "The central bank in Brasilia lowered the key interest rate by "
             "50 basis points. Inflation has slowed for three months, its governor said."),
        ),
        (
            ("Novak wins chess title in Prague", "Grandmaster Jana Novak won the Prague chess open after a draw in "
             "the last round against Li Wen. She is the first woman to take the title."),
            ("First woman takes Prague chess open", "With a draw against Li Wen the grandmaster Jana Novak secured "
             "the title of the chess open in Prague."),
        ),
        (
            ("Museum finds lost Rubens sketch", "The museum of Ghent found a sketch by Rubens behind a cupboard. "
             "Experts dated the drawing to 1612 and called it priceless."),
            ("Rubens drawing was behind a cupboard", "A drawing by Rubens, lost for a century, turned up behind a "
             "cupboard of the Ghent museum. It was made in 1612, experts say."),
        ),
    ),
    "ru": (
        (
            ("В Перми сгорел склад мебели", "Склад мебели сгорел в Перми в ночь на среду. Огонь охватил 1200 "
             "квадратных метров, пожарные тушили его шесть часов, пострадавших нет."),
            ("Пожар на складе в Перми потушен", "Пожарные шесть часов тушили мебельный склад в Перми, площадь огня "
             "достигла 1200 квадратных метров. Никто не пострадал."),
        ),
        (
            ("Якутский олень вышел к трассе", "Дикий олень вышел к трассе под Якутском и перекрыл движение. "
             "Водители ждали час, пока животное уйдет в лес."),
            ("Олень остановил движение под Якутском", "Под Якутском водители час стояли из-за дикого оленя, который "
             "вышел на дорогу и не хотел уходить в лес."),
        ),
    ),
    # No stemmer and, for Azerbaijani, no list of common words.
    "uk": (
        (
            ("У Львові відкрили новий міст", "У Львові відкрили пішохідний міст через залізницю. Будівництво "
             "тривало два роки, на відкриття прийшов мер Садовий."),
            ("Садовий відкрив пішохідний міст", "Новий пішохідний міст над залізницею у Львові відкрив мер Садовий "
             "після двох років будівництва."),
        ),
        (
            ("Рекордний врожай яблук на Буковині", "Садівники Буковини зібрали рекордний врожай яблук, ціна впала "
             "до восьми гривень за кілограм."),
            ("Яблука на Буковині подешевшали", "Через рекордний врожай яблук на Буковині кілограм коштує вісім "
             "гривень, кажуть садівники."),
        ),
    ),
    "az": (
        (
            ("Gəncədə yeni xəstəxana açıldı", "Gəncə şəhərində iki yüz çarpayılıq yeni xəstəxana istifadəyə verildi. "
             "Açılışda səhiyyə naziri iştirak edib."),
            ("Səhiyyə naziri Gəncədə xəstəxana açdı", "Gəncədə iki yüz çarpayılıq xəstəxananın açılışı olub, "
             "mərasimdə səhiyyə naziri iştirak edib."),
        ),
        (
            ("Xəzərdə balıq ovu qadağan edildi", "Xəzər dənizində nərə balığının ovu beş il müddətinə qadağan edildi, "
             "qaydanı pozanlar cərimələnəcək."),
            ("Nərə balığının ovuna qadağa", "Nərə balığını Xəzər dənizində beş il ovlamaq olmaz, pozanları cərimə "
             "gözləyir."),
        ),
    ),
    "zh": (
        (
            ("上海地铁新线开通", "上海地铁二十号线今天开通,全长二十公里,设十六座车站,首日客流超过十万人次。"),
            ("上海地铁二十号线首日客流超十万", "今天开通的上海地铁二十号线共有十六座车站,首日客流超过十万人次。"),
        ),
        (
            ("云南发现新种兰花", "植物学家在云南高黎贡山发现一种新的兰花,花瓣呈深紫色,生长在海拔两千米处。"),
            ("高黎贡山兰花新种", "一种花瓣深紫色的新兰花在云南高黎贡山海拔两千米处被植物学家发现。"),
        ),
    ),
}  # fmt: skip


def told(
    title: str, text: str, language: str, counts: dict[int, int] | None = None
) -> tuple[dict[int, float], frozenset[int]]:
    weighed = terms.weigh(terms.story_terms(title, text, language), counts or {}, 0)
    return weighed, terms.title_terms(title, language)


def telling(story_id: int, *vectors: dict[int, float], last_at: datetime = NOW) -> Telling:
    centroid: terms.Vector = {}
    for vector in vectors:
        centroid = terms.join(centroid, vector)
    return Telling(story_id=story_id, centroid=centroid, n_articles=len(vectors), last_at=last_at)


@pytest.mark.parametrize("language", EVENTS)
def test_on_the_first_day_each_event_is_one_story_and_no_two_events_are(language: str) -> None:
    open_stories: list[Telling] = []
    found = []
    for round_ in (0, 1):
        for event in EVENTS[language]:
            vector, title = told(*event[round_], language)
            choice = choose(vector, open_stories, NOW, title)
            if choice.story_id is None:
                open_stories.append(telling(len(open_stories), vector))
            found.append(len(open_stories) - 1 if choice.story_id is None else choice.story_id)
    n = len(EVENTS[language])
    assert found == [*range(n), *range(n)]


@pytest.mark.parametrize("language", EVENTS)
def test_two_tellings_are_told_from_two_events(language: str) -> None:
    (one, other), (different, _) = EVENTS[language][:2]
    assert tells_same(*told(*one, language), *told(*other, language))
    assert not tells_same(*told(*one, language), *told(*different, language))


def test_nothing_but_common_words_makes_no_story() -> None:
    first, _ = told("", "And then they said that it was not the first time, but they had not been there before.", "en")
    second, title = told("", "They said it was there, and that they had been first, but not before this time.", "en")
    third, _ = told(*EVENTS["en"][0][0], "en")
    assert terms.similarity(first, third) < stories.JOIN
    assert choose(told(*EVENTS["en"][1][0], "en")[0], [telling(1, first, second)], NOW, title).story_id is None


def test_a_story_closes_after_days_of_silence_and_grows_less_likely_before() -> None:
    one, other = EVENTS["en"][0]
    vector, title = told(*other, "en")
    scores = []
    for silence in (timedelta(0), timedelta(days=1), timedelta(days=3), OPEN_FOR + timedelta(seconds=1)):
        story = telling(1, told(*one, "en")[0], last_at=NOW - silence)
        scores.append(choose(vector, [story], NOW, title))
    assert scores[0].story_id == scores[1].story_id == 1
    assert scores[0].score > scores[1].score
    assert scores[2].story_id is None
    assert scores[3].story_id is None


def test_of_several_stories_the_most_alike_is_told() -> None:
    candidates = [telling(n, told(*event[0], "en")[0]) for n, event in enumerate(EVENTS["en"])]
    for n, event in enumerate(EVENTS["en"]):
        vector, title = told(*event[1], "en")
        assert choose(vector, candidates, NOW, title).story_id == n
        assert choose(vector, candidates[::-1], NOW, title).story_id == n


def test_an_article_without_words_tells_a_story_of_its_own() -> None:
    vector, title = told("", "", "en")
    assert vector == {}
    assert choose(vector, [telling(1, told(*EVENTS["en"][0][0], "en")[0]), telling(2)], NOW, title).story_id is None


def test_stories_that_have_grown_together_are_one_and_strangers_are_not() -> None:
    (one, other), (different, _) = EVENTS["en"][:2]
    first, second = telling(1, told(*one, "en")[0], told(*other, "en")[0]), telling(2, told(*other, "en")[0])
    assert is_one(first, second)
    assert not is_one(first, telling(3, told(*different, "en")[0]))
    old = telling(4, told(*other, "en")[0], last_at=NOW - OPEN_FOR - timedelta(hours=1))
    assert not is_one(first, old)


def test_what_strayed_into_a_story_is_taken_out() -> None:
    (one, other), (different, _) = EVENTS["en"][:2]
    vectors = {10: told(*one, "en")[0], 11: told(*other, "en")[0], 12: told(*different, "en")[0]}
    assert parts(vectors) == ((12,),)
    assert parts({10: vectors[10], 11: vectors[11]}) == ()
    assert parts({10: vectors[10], 12: vectors[12]}) == (), "of two nobody knows which one strayed"


vectors = st.dictionaries(st.integers(1, 60), st.floats(0.01, 5), max_size=30)


@given(st.dictionaries(st.integers(0, 9), vectors, max_size=10))
def test_parts_are_articles_of_the_story_each_once(found: dict[int, dict[int, float]]) -> None:
    taken = [key for part in parts(found) for key in part]
    assert len(taken) == len(set(taken))
    assert set(taken) <= found.keys()


@given(vectors, vectors)
def test_likeness_lies_between_0_and_1(one: dict[int, float], other: dict[int, float]) -> None:
    score = stories.likeness(one, list(one)[:3], other)
    assert 0 <= score <= 1 + 1e-9
    assert SPLIT < stories.JOIN < stories.MERGE


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(["", "en", "ru", "zh", "az", "xx", "../etc"]))
def test_any_text_has_terms_and_a_vector_of_length_1_or_0(title: str, text: str, language: str) -> None:
    found = terms.story_terms(title, text, language)
    vector = terms.weigh(found, {}, 0)
    assert set(terms.title_terms(title, language)) <= found.keys()
    assert len(vector) <= terms.MOST_TERMS
    assert terms.length(vector) == pytest.approx(1.0 if vector else 0.0)
    assert 0 not in found
    assert all(-(2**63) <= term < 2**63 for term in found)
