"""Words, shingles and fingerprints: what two copies are found by."""

import subprocess
import sys
import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.fingerprints import GUARANTEED_WORDS, SHINGLE_WORDS, fingerprints, hash_words, shingles, text_hash
from news.repeats import MOST_LINE_WORDS, line_hashes, without_lines
from news.tokens import MOST_WORDS, numbers, tokens

# (what an editor or a system changed, two writings of one text)
ONE_TEXT = [
    ("case", "The Lake Rose", "THE LAKE ROSE"),
    ("quotes and dashes", "«Озеро» — поднялось", '"Озеро" - поднялось'),
    ("ё", "всё ещё течёт", "все еще течет"),
    ("stress", "бе\u0301рег о\u0301зера", "берег озера"),
    ("a decomposed letter", "бои\u0306 за маи\u0306", "бой за май"),
    ("soft hyphens", "вы\u00adсо\u00adкая во\u00adда", "высокая вода"),
    ("apostrophes", "п’ять об'єктів зʼявилися", "пʼять обʼєктів з’явилися"),
    ("ґ", "ґанок і ґудзик", "ганок і гудзик"),
    ("Turkish letters", "İstanbul ılık", "ISTANBUL ILIK".replace("I", "i")),
    ("no-break spaces", "12\u00a0000\u202fжителей", "12 000 жителей"),
    ("an address", "see https://a.example/x?y=1 now", "see now"),
    ("a mail address", "write to editor@lake.example now", "write to now"),
    ("acronyms", "U.S. and S.T.A.L.K.E.R. fans", "US and STALKER fans"),
    ("Latin letters in a Cyrillic word", "хoзяин CBОего oзeра", "хозяин своего озера"),
    ("Arabic vowels", "كِتَابٌ جَدِيد", "كتاب جديد"),
    ("full width", "ＡＢＣ１２３", "abc123"),
    ("ligatures", "ﬁne oﬀer", "fine offer"),
]

WORDS = [
    ("each Chinese sign", "湖水上升", ["湖", "水", "上", "升"]),
    ("a Hindi word with its vowels", "झील का पानी", ["झील", "का", "पानी"]),
    ("numbers", "12,5 % of 3.000", ["12", "5", "of", "3", "000"]),
    ("Latin beside Cyrillic", "сервис Google закрыт", ["сервис", "google", "закрыт"]),
    ("nothing", " — … \u200b", []),
]


@pytest.mark.parametrize(("name", "one", "other"), ONE_TEXT, ids=[name for name, *_ in ONE_TEXT])
def test_what_editors_change_without_changing_the_text_does_not_count(name: str, one: str, other: str) -> None:
    assert tokens(one) == tokens(other)
    assert text_hash(tokens(one)) == text_hash(tokens(other)) is not None


@pytest.mark.parametrize(("name", "text", "words"), WORDS, ids=[name for name, *_ in WORDS])
def test_a_text_has_these_words(name: str, text: str, words: list[str]) -> None:
    assert tokens(text) == words


def test_numbers_stand_as_they_are_written() -> None:
    assert numbers("On 3.5 at 19:30: 12 of 1,200 https://a.example/77") == {"3.5", "19:30", "12", "1,200"}


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000 + "я",
        "я" * 200_000,
        "a" + "\u0315\u0300" * 60_000,
        "@" + "a." * 60_000,
        "w" * 9 + "@" * 100_000,
        "а́" * 60_000,
        "1,2" * 40_000,
        "x " * 100_000,
        "\u0627\u064b" * 60_000,
        "https://" * 20_000,
        "U." * 60_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    words = tokens(text)
    numbers(text)
    fingerprints(hash_words(words))
    line_hashes(text)
    assert len(words) <= MOST_WORDS
    assert time.process_time() - began < 5


_word = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=3) | st.sampled_from(["да", "a", "b", "1"])


@settings(deadline=None, max_examples=1000)
@given(
    st.randoms(use_true_random=False),
    st.integers(1, 1000),
    st.lists(st.sampled_from([0, 1, 3, 20, 80, 100, 200, 390, 500]), min_size=4, max_size=4),
)
def test_two_texts_that_share_sixteen_words_share_a_fingerprint(
    random: Random, n_different: int, around: list[int]
) -> None:
    def some(n: int) -> list[str]:
        return [str(random.randrange(n_different)) for _ in range(n)]

    run = some(16)
    one, other = (hash_words([*some(before), *run, *some(after)]) for before, after in (around[:2], around[2:]))
    assert GUARANTEED_WORDS == 16
    assert set(fingerprints(one)) & set(fingerprints(other))


@settings(deadline=None)
@given(st.lists(_word, max_size=600))
def test_fingerprints_are_few_sorted_and_fit_a_bigint(words: list[str]) -> None:
    found = fingerprints(hash_words(words))
    assert list(found) == sorted(set(found))
    assert all(-(2**63) <= f < 2**63 for f in found)
    assert len(found) <= max(1, len(words))
    assert bool(found) == bool(words)


def test_fingerprints_are_the_same_in_every_process() -> None:
    words = tokens("Рівень води в озері піднявся на 12 сантиметрів за одну ніч, кажуть рятувальники і мешканці")
    code = f"from news.fingerprints import *; print(fingerprints(hash_words({words!r})))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.strip() == str(fingerprints(hash_words(words)))
    # Stored ones are compared with those of later versions.
    assert fingerprints(hash_words(["the", "lake", "rose"])) == (FIRST,)


FIRST = -7385600389925928356


def test_the_order_of_words_tells_shingles_apart() -> None:
    assert shingles(hash_words(["a", "b", "c"]), 3) != shingles(hash_words(["c", "b", "a"]), 3)
    assert len(shingles(hash_words(["a"] * 9), SHINGLE_WORDS)) == 9 - SHINGLE_WORDS + 1
    assert len(shingles(hash_words([]), SHINGLE_WORDS)) == 0


def test_lines_that_repeat_are_left_out_and_nothing_else() -> None:
    text = "Вода поднялась.\n\nПодписывайтесь на наш канал!\n\nСпасатели готовы."
    footer = line_hashes("ПОДПИСЫВАЙТЕСЬ на наш канал")
    assert len(footer) == 1
    assert set(footer) < set(line_hashes(text))
    assert tokens(without_lines(text, set(footer))) == tokens("Вода поднялась. Спасатели готовы.")
    assert without_lines(text, frozenset()) == text


def test_a_long_line_is_no_furniture() -> None:
    statement = " ".join(f"слово{n}" for n in range(MOST_LINE_WORDS + 1))
    assert line_hashes(statement) == ()
    assert tokens(without_lines(statement, {1})) == tokens(statement)
