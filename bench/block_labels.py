"""Which blocks of a labelled page its labels want, and how much each says: what the reader's trees learn from.

What a page's labels cannot say (an optional paragraph, a title that may be kept) weighs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.blocks import Block

Labels = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Of each block, 1 where it is wanted, and its weight."""

_SNIPPET_WEIGHT = 0.15
"""A snippet says little of a page: some thirty words of it."""

_LEAST_PAGE_WORDS = 60
_EXTRA_WORDS = 4
"""Short blocks weigh a little more than their words: a heading lost is a heading lost."""

_SHORT = 6
"""Words: fewer are found in a text by chance, and count only near blocks that surely are in it."""

_SURE = 8
_AGAIN = 0.2
"""The first copy of a paragraph is the one."""

_MOST_REFERENCES = 6
_WORD = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]|[^\W぀-ヿ㐀-䶿一-鿿豈-﫿]+")


def read_labels(blocks: Sequence[Block], row: dict[str, Any]) -> Labels:
    """Return what the labels of a page say of its blocks.

    Args:
        blocks: Of the page.
        row: Its line in the index.
    """
    if row["references"]:
        return _read_references(blocks, row["references"])
    wanted, weights = np.zeros(len(blocks), np.float32), np.zeros(len(blocks), np.float32)
    for number, block in enumerate(blocks):
        is_wanted = any(" ".join(text.split()) in block.text for text in row["must_have"])
        is_leak = any(" ".join(text.split()) in block.text for text in row["must_not_have"])
        wanted[number] = is_wanted and not is_leak
        weights[number] = _SNIPPET_WEIGHT * (is_wanted != is_leak)
    return wanted, weights


def _read_references(blocks: Sequence[Block], references: list[str]) -> Labels:
    texts = [_words(block.text) for block in blocks]
    # Of many references the others only leave out this or that paragraph.
    few = len(references) <= _MOST_REFERENCES
    chosen = references if few else [min(references, key=len), max(references, key=len)]
    covered = np.array([_coverage(texts, _words(reference)) for reference in chosen])
    most, least = covered.max(axis=0), covered.min(axis=0)
    n_words = max(_LEAST_PAGE_WORDS, *(len(_words(reference)) for reference in references))
    wanted = (most > 0.5).astype(np.float32)
    weights = np.array([min(1.0, (len(text) + _EXTRA_WORDS) / n_words) for text in texts], dtype=np.float32)
    weights[(most > 0.5) & (least <= 0.5)] = 0
    weights[(most > 0.25) & (most < 0.75)] *= 0.5
    seen: set[str] = set()
    for number, text in enumerate(texts):
        if wanted[number] and len(text) >= _SHORT:
            joined = " ".join(text)
            weights[number] *= _AGAIN if joined in seen else 1
            seen.add(joined)
    return wanted, weights


def _coverage(texts: Sequence[Sequence[str]], reference: Sequence[str]) -> NDArray[np.float64]:
    """Return which share of each text the reference has."""
    known = set(_runs(reference))
    joined = f" {' '.join(reference)} "
    covered = np.zeros(len(texts))
    for number, text in enumerate(texts):
        runs = _runs(text)
        if len(text) < _SHORT:
            covered[number] = f" {' '.join(text)} " in joined
        else:
            covered[number] = sum(run in known for run in runs) / len(runs)
    sure = [number for number, text in enumerate(texts) if len(text) >= _SURE and covered[number] > 0.5]
    first, last = (sure[0] - 2, sure[-1] + 1) if sure else (0, len(texts))
    for number, text in enumerate(texts):
        if len(text) < _SHORT and not first <= number <= last:
            covered[number] = 0
    return covered


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(4)), strict=False))


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
