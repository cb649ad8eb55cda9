"""The text of an article's page: which blocks are it, in order, and how sure that is.

Our own reader leads: one walk over the page, two judgements by learned trees, then rules (`verdicts`). trafilatura in
precision mode reads the few pages of which it is not sure: on one labelled page in a hundred, where it is better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import trafilatura
from lxml.html import HtmlElement
from numpy.typing import NDArray

from extractors import consent, content_path, context, features
from extractors.assembly import SourceLine, assemble
from extractors.blocks import Block, read_blocks
from extractors.clues import Clues, letters_of
from extractors.cues import Kind, load_cues
from extractors.edition import READER
from extractors.forest import load_forests
from extractors.furniture import REASON as REPEATED
from extractors.furniture import Furniture, fingerprint, furniture_among
from extractors.layout import Layout
from extractors.verdicts import judge
from news.text import clean_paragraphs, count_words

__all__ = ["READER", "Body", "Judged", "read_body"]

_LEAST_WORDS = 25
_LEAST_CONFIDENCE = 0.6
"""Below either trafilatura reads the page too. On 1,533 labelled pages of unseen sites ours has a mean F1 of 0.36 from
0.5 to 0.6, where trafilatura has 0.58; above 0.6 ours is better."""

_MOST_DOUBTED = 0.75
_FEW_WORDS = 60
_DOUBTFUL = 0.8
_LEAST_DESCRIPTION_WORDS = 8
_MENU_WORDS = 6.0

MOST_ELEMENTS = 20_000
"""Of a page that trafilatura is to read: it is slow with very many, and one labelled page in 500 has more."""

MOST_BLOCKS_TOLD = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A block of a page with the reader's verdict.

    Attributes:
        text: In one line.
        reason: Why it is not the article; empty where it was kept.
        path: Where it stands, from the body down: `main/div.story/p`.
        likely: How likely it is a part of the article, 0 to 1, before the rules.
    """

    text: str
    reason: str = ""
    path: str = ""
    likely: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The article's text as read from a page.

    Attributes:
        text: Paragraphs apart by a blank line; empty where none are found.
        blocks: The blocks of the page in order, where they were asked for.
        captions: What stands below pictures and videos.
        source_lines: Lines that name where the story comes from.
        tags: Of a list of tags.
        date_lines: Lines that say when the article came out.
        fingerprints: Of all blocks of the page and of the paragraphs as they were before furniture went.
        confidence: How sure the reader is, 0 to 1: the F1 it expects of itself.
        doubt: Why it is not, in a few words.
    """

    text: str
    blocks: tuple[Judged, ...] = ()
    captions: tuple[str, ...] = ()
    source_lines: tuple[SourceLine, ...] = ()
    tags: tuple[str, ...] = ()
    date_lines: tuple[str, ...] = ()
    fingerprints: tuple[int, ...] = ()
    confidence: float = 0.0
    doubt: str | None = None


def read_body(
    root: HtmlElement, url: str, clues: Clues, *, furniture: Furniture | None = None, explained: bool = False
) -> Body:
    """Read the paragraphs of the article.

    Args:
        root: Not changed.
        url: Where the page was found.
        clues: What the page says of its article elsewhere.
        furniture: What other pages of the site taught.
        explained: Whether the verdicts on all blocks are wanted too.
    """
    blocks = read_blocks(root)
    kinds = kinds_of(blocks)
    likely = how_likely(blocks, kinds, clues)
    verdicts = judge(blocks, kinds, likely, clues)
    parts = assemble(blocks, kinds, verdicts)
    confidence = _confidence(blocks, likely, verdicts)
    paragraphs = [text for _, text in parts.paragraphs]
    if _n_words(paragraphs) < _LEAST_WORDS or confidence < _LEAST_CONFIDENCE:
        asking = {letters_of(b.text) for b, verdict in zip(blocks, verdicts, strict=True) if verdict == consent.REASON}
        second = [line for line in _read_second(root, url, clues) if letters_of(line) not in asking]
        if _n_words(second) >= max(_LEAST_WORDS, _n_words(paragraphs) // 2):
            paragraphs, parts = second, replace(parts, paragraphs=())
            verdicts = _verdicts_of(blocks, second)
    texts = [block.text for block in blocks]
    found = dict.fromkeys(map(fingerprint, (*texts, *paragraphs)))
    if furniture is not None:
        gone = _furniture(paragraphs, root, clues, furniture)
        for place, reason in gone.items():
            if parts.paragraphs:
                verdicts[parts.paragraphs[place][0]] = reason
        paragraphs = [text for place, text in enumerate(paragraphs) if place not in gone]
    doubt = _doubt(paragraphs, blocks, verdicts, confidence, clues)
    return Body(
        text="\n\n".join(paragraphs),
        blocks=tuple(map(_judged, blocks[:MOST_BLOCKS_TOLD], verdicts, likely)) if explained else (),
        captions=parts.captions,
        source_lines=parts.source_lines,
        tags=parts.tags,
        date_lines=parts.date_lines,
        fingerprints=tuple(found),
        confidence=round(min(confidence, _MOST_DOUBTED) if doubt else confidence, 3),
        doubt=doubt,
    )


def _judged(block: Block, verdict: str, likely: float) -> Judged:
    return Judged(text=block.text, reason=verdict, path=block.box.path(), likely=round(float(likely), 3))


def kinds_of(blocks: Sequence[Block]) -> list[Kind | None]:
    """Return what kind of line each block is by its words."""
    cues = load_cues()
    return [cues.kind_of(block.text, linked=2 * block.n_link_words >= block.n_words) for block in blocks]


def how_likely(blocks: Sequence[Block], kinds: Sequence[Kind | None], clues: Clues) -> NDArray[np.float64]:
    """Return how likely each block is a part of the article, 0 to 1, by the learned trees."""
    if not blocks:
        return np.zeros(0)
    forests = load_forests(features.NAMES, (*features.NAMES, *context.NAMES))
    layout = Layout(blocks)
    rows = features.measure(layout, kinds, clues)
    first = forests.first.judge(rows)
    return forests.second.judge(np.hstack([rows, context.measure_context(layout, first)]))


def _confidence(blocks: Sequence[Block], likely: NDArray[np.float64], verdicts: Sequence[str]) -> float:
    n_words = np.array([block.n_words for block in blocks], dtype=np.float64)
    kept = np.array([not verdict for verdict in verdicts], dtype=bool)
    right = float((likely * n_words)[kept].sum())
    return 2 * right / (float(n_words[kept].sum()) + float((likely * n_words).sum()) or 1.0)


def _doubt(
    paragraphs: Sequence[str], blocks: Sequence[Block], verdicts: Sequence[str], confidence: float, clues: Clues
) -> str | None:
    n_words = _n_words(paragraphs)
    if n_words < _FEW_WORDS:
        return f"only {n_words} words"
    kept = [block for block, verdict in zip(blocks, verdicts, strict=True) if not verdict]
    n_kept = sum(block.n_words for block in kept) or 1
    if n_kept / (len(kept) or 1) < _MENU_WORDS or sum(block.n_link_words for block in kept) > 0.5 * n_kept:
        return "menu-like"
    stated = set(_words(clues.description))
    if len(stated) >= _LEAST_DESCRIPTION_WORDS and not stated.intersection(_words(" ".join(paragraphs))):
        return "differs from the page's own description"
    return "unsure which blocks are the article" if confidence < _DOUBTFUL else None


def _furniture(paragraphs: list[str], root: HtmlElement, clues: Clues, furniture: Furniture) -> dict[int, str]:
    """Return which paragraphs other pages of the site repeat, or stand outside the path that an operator confirmed."""
    gone: dict[int, str] = {}
    if furniture.content_path is not None:
        outside = content_path.places_outside(paragraphs, root, furniture.content_path)
        gone = dict.fromkeys(outside, content_path.REASON)
    places = [place for place in range(len(paragraphs)) if place not in gone]
    within = [paragraphs[place] for place in places]
    repeated = furniture_among(within, furniture, clues.headings, clues.description)
    return gone | {places[number]: REPEATED for number in repeated}


def _read_second(root: HtmlElement, url: str, clues: Clues) -> list[str]:
    """Let trafilatura read the page, first in precision mode; what is surely not the article goes."""
    if next(islice(root.iter(), MOST_ELEMENTS, None), None) is not None:
        return []
    cues, titles = load_cues(), clues.titles()
    for precise in (True, False):
        found = trafilatura.bare_extraction(root, url=url, favor_precision=precise, include_comments=False)
        assert not isinstance(found, dict), "dicts come only with as_dict"
        lines = clean_paragraphs(found.text if found is not None else None).split("\n\n")
        kept = [line for line in lines if line and cues.kind_of(line) is None and letters_of(line) not in titles]
        if kept:
            return list(dict.fromkeys(cues.cut_glued(line).text for line in kept))
    return []


def _verdicts_of(blocks: Sequence[Block], paragraphs: Iterable[str]) -> list[str]:
    letters = letters_of(" ".join(paragraphs))
    return ["" if letters_of(block.text) in letters else "not read by trafilatura" for block in blocks]


def _words(text: str | None) -> list[str]:
    return [word for word in (text or "").lower().split() if len(word) > 3]


def _n_words(paragraphs: Iterable[str]) -> int:
    return sum(map(count_words, paragraphs))
