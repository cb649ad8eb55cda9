"""What differs between two wordings: nothing is lost, nothing is told twice, and no text is too long."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from news.wording import Edit, Paragraph, compare_texts, compare_words

A, B, C = "The bridge was closed in spring.", "Engineers expect a long repair.", "Shopkeepers complain."


def told(paragraphs: tuple[Paragraph, ...]) -> list[str]:
    signs = {Edit.SAME: "=", Edit.REMOVED: "-", Edit.ADDED: "+"}
    return [" ".join(f"{signs[piece.edit]}{piece.text}" for piece in paragraph) for paragraph in paragraphs]


def test_a_removed_paragraph_is_told_alone() -> None:
    assert told(compare_texts(f"{A}\n\n{B}\n\n{C}", f"{A}\n\n{C}")) == [f"={A}", f"-{B}", f"={C}"]


def test_an_added_paragraph_is_told_alone() -> None:
    assert told(compare_texts(A, f"{A}\n\n{B}")) == [f"={A}", f"+{B}"]


def test_a_changed_word_is_told_within_its_paragraph() -> None:
    found = told(compare_texts(f"{A}\n\n{B}", f"{A.replace('spring', 'autumn').replace('.', '')}\n\n{B}"))
    assert found == ["=The bridge was closed in -spring. +autumn", f"={B}"]


def test_paragraphs_that_share_nothing_are_told_as_two() -> None:
    assert told(compare_texts(A, "Совсем другое.")) == [f"-{A}", "+Совсем другое."]


def test_equal_texts_have_no_difference() -> None:
    assert told(compare_texts(f"{A}\n\n{B}", f"{A}\n\n{B}")) == [f"={A}", f"={B}"]
    assert compare_texts("", "") == ()


words = st.lists(st.sampled_from(["a", "b", "c", "dd"]), max_size=12).map(" ".join)


@given(st.lists(words, max_size=5), st.lists(words, max_size=5))
def test_both_wordings_can_be_put_together_again(old: list[str], new: list[str]) -> None:
    old, new = [one for one in old if one], [one for one in new if one]
    found = compare_texts("\n\n".join(old), "\n\n".join(new))
    pieces = [piece for paragraph in found for piece in paragraph]
    for side, unlike in ((old, Edit.ADDED), (new, Edit.REMOVED)):
        assert " ".join(side).split() == " ".join(p.text for p in pieces if p.edit is not unlike).split()


@given(words, words)
def test_the_words_of_both_wordings_can_be_put_together_again(old: str, new: str) -> None:
    pieces = compare_words(old, new)
    assert old == " ".join(piece.text for piece in pieces if piece.edit is not Edit.ADDED)
    assert new == " ".join(piece.text for piece in pieces if piece.edit is not Edit.REMOVED)


def test_hostile_texts_are_compared_in_time() -> None:
    began = time.process_time()
    compare_words("a b " * 400 + "x", "b a " * 400)
    compare_texts("\n\n".join(["a", "b"] * 499), "\n\n".join(["b", "c", "a"] * 300))
    many = "\n\n".join(str(n) for n in range(100_000))
    assert len(compare_texts(many, many[1:] + "0")) > 100_000
    assert time.process_time() - began < 10
