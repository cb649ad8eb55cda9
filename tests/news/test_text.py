"""Text from outside: what stays of it, and what does not."""

import json
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.text import clean_paragraphs, clean_text, fold_title, storable

LINES = [
    ("white space", " a\t b\n\u00a0c\u2028d\u3000e ", "a b c d e"),
    ("nothing", "", None),
    ("only white space", " \n\u2003", None),
    ("only hidden signs", "\u200b\ufeff\x00", None),
    ("NUL and controls", "a\x00b\x1bc\x7fd\x9fe", "abcde"),
    ("next line is white space", "a\x85b", "a b"),
    ("a lone surrogate", "a\ud800b", "ab"),
    ("two halves of a character", "\ud83d\ude00", "😀"),
    ("noncharacters", "a\ufffe\uffff\ufdd0\U0001ffff\U0010fffeb", "ab"),
    ("direction controls", "\u202eabc\u202c \u2066d\u2069 \u200ee\u200f", "abc d e"),
    ("zero width", "сло\u200bво\ufeff и\u2060 \u00adдру\u00adгое", "слово и другое"),
    ("hidden orders in tags", "hi\U000e0068\U000e0069", "hi"),
    ("decomposed letters", "и\u0306 е\u0308 e\u0301", "й ё é"),
    ("a hidden sign within a letter", "и\u200b\u0306", "й"),
    ("a joiner of Persian stays", "می\u200cخواهم", "می\u200cخواهم"),
    ("a joiner of Hindi stays", "क्\u200dष", "क्\u200dष"),
    ("a joiner of emoji stays", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"),
    ("a joiner of nothing goes", "\u200dpass\u200cword\u200d", "password"),
    ("joiners in a heap go", "م\u200c\u200c\u200d\u200cم", "م\u200cم"),
    ("hyphens are of one kind, dashes stay", "all\u2010party co\u2011op \u2013", "all-party co-op \u2013"),
    ("private use stays", "\ue000", "\ue000"),
    ("markup is no business of ours", "<b>&amp;</b>", "<b>&amp;</b>"),
]


@pytest.mark.parametrize(("name", "text", "line"), LINES, ids=[name for name, *_ in LINES])
def test_a_text_becomes_one_clean_line(name: str, text: str, line: str | None) -> None:
    assert clean_text(text) == line


def test_no_text_is_no_text() -> None:
    assert clean_text(None) is None
    assert clean_paragraphs(None) == ""


def test_every_line_is_a_paragraph_of_its_own() -> None:
    assert clean_paragraphs(" a\u200b \n\n\n b  c\r\n\x00\r\nd\u2029e") == "a\n\nb c\n\nd\n\ne"
    assert clean_paragraphs(" \n \n") == ""


_HIDDEN = {"Cc", "Cs", "Zl", "Zp"}


def _is_clean(line: str) -> bool:
    return not any(unicodedata.category(c) in _HIDDEN or ord(c) & 0xFFFE == 0xFFFE for c in line)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_a_clean_line_fits_the_database_and_the_terminal(text: str) -> None:
    line = clean_text(text)
    if line is not None:
        assert _is_clean(line)
        assert line == " ".join(line.split()) != ""
        line.encode()


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=(), exclude_characters="\u200c\u200d")))
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    line = clean_text(text)
    assert clean_text(line) == line
    paragraphs = clean_paragraphs(text)
    assert clean_paragraphs(paragraphs) == paragraphs


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_what_is_storable_differs_only_by_what_cannot_be_stored(text: str) -> None:
    kept = storable(text)
    kept.encode()
    assert "\x00" not in kept
    if text.isprintable():
        assert kept == text


def test_every_character_of_unicode_is_taken() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    line = clean_text(everything)
    assert line is not None
    assert _is_clean(line)


def test_marks_heaped_on_a_letter_cost_no_square() -> None:
    heap = "a" + "\u0315\u0300" * 100_000
    begun = time.process_time()
    clean_text(heap)
    clean_paragraphs(heap)
    fold_title(heap)
    # Composed at once they take twenty seconds.
    assert time.process_time() - begun < 2


FOLDS = [
    ("case and punctuation", "«Привет», — сказал ОН…", "привет сказал он"),
    ("ё", "Ещё самолёт", "еще самолет"),
    ("й is no и", "Йод", "йод"),
    ("stress", "за\u0301мок", "замок"),
    ("sharp s", "STRASSE Straße", "strasse strasse"),
    ("dotted İ", "İSTANBUL", "istanbul"),
    ("wide letters", "Ｎｅｗｓ ①", "news 1"),
    ("vowel signs tell words apart", "कि", "कि"),
    ("spaces", " a\u00a0 b-c_d ", "a b c d"),
    ("no word at all", "?!", "?!"),
    ("an emoji", "🔥", "🔥"),
    ("nothing", "", ""),
]


@pytest.mark.parametrize(("name", "title", "folded"), FOLDS, ids=[name for name, *_ in FOLDS])
def test_titles_fold_to_their_words(name: str, title: str, folded: str) -> None:
    assert fold_title(title) == folded


def test_naughty_strings_are_cleaned_without_losing_their_words(shared_data: Path) -> None:
    strings = json.loads((shared_data / "strings" / "blns.json").read_text())
    assert len(strings) > 500
    for text in strings:
        line = clean_text(text)
        assert line is None or _is_clean(line)
        assert clean_text(line) == line
        assert clean_paragraphs(text).replace("\n\n", " ") == (line or "")
        assert fold_title(fold_title(text)) == fold_title(text)
        assert storable(text) == text.replace("\x00", "")
        if text.isascii() and text.isprintable():
            assert (line or "").split() == text.split()
