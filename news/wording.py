"""What differs between two wordings of a text, paragraph by paragraph and word by word. For people; it decides nothing.

Bounded: comparing costs up to the square of what is compared, so where too much differs it is told as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_COMPARED = 1000
"""Paragraphs of a text, or words of a paragraph, on each side: 1,000 that all differ take 0.1 s."""

_LEAST_SHARED = 0.4
"""Two paragraphs that share less of their words are no wordings of one."""


class Edit(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words in a row, in one line, and what became of them."""

    edit: Edit
    text: str


Paragraph = tuple[Piece, ...]
"""The pieces of one paragraph in order; apart by a space."""


def compare_texts(before: str, after: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of both wordings in order: what is shared once, what differs as removed and added.

    Args:
        before: Paragraphs apart by a blank line, as all texts here.
        after: The same.
    """
    old, new = ([paragraph for paragraph in text.split("\n\n") if paragraph] for text in (before, after))
    found: list[Paragraph] = []
    for same, (old_start, old_end), (new_start, new_end) in _stretches(old, new):
        if same:
            found += [(Piece(edit=Edit.SAME, text=paragraph),) for paragraph in old[old_start:old_end]]
        else:
            found += _compare_paragraphs(old[old_start:old_end], new[new_start:new_end])
    return tuple(found)


def compare_words(before: str, after: str) -> Paragraph:
    """Return the pieces of two wordings of one paragraph."""
    old, new = before.split(), after.split()
    pieces: list[Piece] = []
    for same, (old_start, old_end), (new_start, new_end) in _stretches(old, new):
        removed, added = old[old_start:old_end], new[new_start:new_end]
        if same:
            pieces.append(Piece(edit=Edit.SAME, text=" ".join(removed)))
            continue
        if removed:
            pieces.append(Piece(edit=Edit.REMOVED, text=" ".join(removed)))
        if added:
            pieces.append(Piece(edit=Edit.ADDED, text=" ".join(added)))
    return tuple(pieces)


def _compare_paragraphs(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """Tell of paragraphs that all differ; each is compared with the next one that it may be a wording of."""
    found: list[Paragraph] = []
    passed = 0
    for before, at in zip(old, _partners(old, new), strict=True):
        if at is None:
            found.append((Piece(edit=Edit.REMOVED, text=before),))
            continue
        found += [(Piece(edit=Edit.ADDED, text=paragraph),) for paragraph in new[passed:at]]
        passed = at + 1
        words = compare_words(before, new[at])
        n_same = sum(len(piece.text) for piece in words if piece.edit is Edit.SAME)
        if n_same >= _LEAST_SHARED * max(len(before), len(new[at])):
            found.append(words)
        else:
            found += [(Piece(edit=Edit.REMOVED, text=before),), (Piece(edit=Edit.ADDED, text=new[at]),)]
    return found + [(Piece(edit=Edit.ADDED, text=paragraph),) for paragraph in new[passed:]]


def _partners(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """Return for each paragraph the place of the one it is compared with, in order: that with enough of its words."""
    if len(old) == len(new) or len(old) * len(new) > MOST_COMPARED:
        return [n if n < len(new) else None for n in range(len(old))]
    words = [set(paragraph.split()) for paragraph in new]
    partners: list[int | None] = []
    start = 0
    for paragraph in old:
        own = set(paragraph.split())
        at = next((n for n in range(start, len(new)) if _may_be_one(own, words[n])), None)
        partners.append(at)
        start = start if at is None else at + 1
    return partners


def _may_be_one(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= _LEAST_SHARED * max(len(one), len(other))


_Span = tuple[int, int]


def _stretches(old: Sequence[str], new: Sequence[str]) -> list[tuple[bool, _Span, _Span]]:
    """Return what is shared and what differs, in order, as whether it is shared and its place on both sides."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    old_end, new_end = len(old) - tail, len(new) - tail
    found: list[tuple[bool, _Span, _Span]] = [(True, (0, head), (0, head))]
    if max(old_end, new_end) - head <= MOST_COMPARED:
        # Its "autojunk" stays on: without it, a text of one word a thousand times would cost the cube.
        matcher = SequenceMatcher(None, old[head:old_end], new[head:new_end])
        for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
            old_span, new_span = (head + old_from, head + old_to), (head + new_from, head + new_to)
            found.append((tag == "equal", old_span, new_span))
    else:
        found.append((False, (head, old_end), (head, new_end)))
    found.append((True, (old_end, len(old)), (new_end, len(new))))
    return [(same, left, right) for same, left, right in found if left[0] < left[1] or right[0] < right[1]]
