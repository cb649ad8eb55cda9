"""What stored text may do to a terminal: nothing."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from cli.safe import escape_unsafe, many_lines, one_line


def test_escape_sequences_lose_their_power():
    assert one_line("\x1b]0;owned\x07red \x1b[31mtext\x1b[0m") == "]0;ownedred [31mtext[0m"
    assert one_line("\x9b31mtext") == "31mtext"


def test_text_cannot_be_shown_in_another_order_than_it_is_read():
    assert one_line("abc\u202egnp.exe\u2066x\u200f") == "abcgnp.exex"


def test_a_carriage_return_cannot_overwrite_a_line():
    assert many_lines("true\rfalse") == "true\nfalse"
    assert one_line("a\r\nb\tc\u2028d") == "a b c d"


def test_letters_of_every_script_pass():
    text = "Выборы · Ереванն · ağ · 東京 · עברית · می‌خواهم"
    assert one_line(text) == text


def test_nothing_is_an_empty_line():
    assert one_line(None) == ""


@given(st.text(alphabet=st.characters()))
def test_no_control_character_but_newline_ever_remains(text):
    shown = many_lines(text)
    assert all(unicodedata.category(sign) not in {"Cc", "Cs"} or sign == "\n" for sign in shown)
    assert "\n" not in one_line(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_escaped_json_is_equal_to_a_program(text):
    written = escape_unsafe(json.dumps({"title": text}, ensure_ascii=False))
    assert json.loads(written) == {"title": text}
    assert "\x9b" not in written and "\x7f" not in written and "\u202e" not in written
