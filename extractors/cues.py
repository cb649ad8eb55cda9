"""What outlets write around articles: names of other blocks, pointers, calls to subscribe, credits, walls.

The phrases are data: `cues/LANG.txt`, one readable file a language, all loaded together. This file only says which kind
of line a text is by its words; where it stands, what it links to and whether it goes is `body`'s business.

    cues = load_cues()
    cues.kind_of("Читайте также: …")        # Kind.RELATED; None for prose, and for all of 200 characters and more
    cues.kind_of("Read more", linked=True)  # linked: what follows the cue is a link, which stands for the ":"
    cues.start_of(paragraph)                # the same without guards of length and sentences: no verdict
    cues.is_heading("Related articles")     # names a block of something else
    cues.cut_glued(paragraph)               # Cut(text="…", pieces=(Piece(kind=Kind.MORE, text="…"),))
    cues.is_wall_title(title), cues.wall_text_in(text)

In the files a plain line is the whole block in [headings], [comments] and [walls], the start of a block elsewhere, and
anywhere within a line in [calls_within], [wall_texts] and [consent]. With a ":" at its end it counts only where a
colon, a dash, an arrow, a link or nothing follows; with a "/" only where a slash or nothing follows; with a "…" a
whole-block cue may go on for some words.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractors.cue_words import (
    MOST_BREAKS,
    MOST_HEADING_CHARS,
    STARTS,
    WHOLE,
    Cue,
    Kind,
    Phrases,
    ends_sentence,
    ends_word,
    fits,
    fold_cue,
    holds,
    is_quote,
    n_breaks,
    read_cue_file,
    rest_of,
    sentence_breaks,
)

__all__ = ["PROSE_CHARS", "Cues", "Cut", "Kind", "Piece", "load_cues"]

PROSE_CHARS = 200
"""A block of so many characters is prose: no words alone decide against it."""

_FOLDER = Path(__file__).parent / "cues"

_MOST_CUE_CHARS = 100
_MOST_CALL_CHARS = 160

_MOST_NOTICE_CHARS = 800
_MOST_CONSENT_CHARS = 600
_LEAST_CONSENT = 2
_RESUMES_CHARS = 150
"""What follows a glued sentence and is longer is the article again."""

# With a year it is the page's, with a mere sign a picture's.
_COPYRIGHT = re.compile(r"[©ⓒ](?:\W*(\d{4}))?|(?:copyright|\(c\))[\W_]*(?:c\W+)?(\d{4})", re.IGNORECASE)
# Behind a sentence, or a capital in the midst of a word: "доступомЧитайте также: …".
_GLUE_POINT = re.compile(
    r"(?:(?<=[.!?…\"»”’)\]։。！？؟।])\s*|(?<=[a-zà-öø-ÿа-яёіїєґў])(?=[A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐЎ]))([^\W_]{2,})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What was glued to a paragraph: its kind (related, more, calls, …) and its own words."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A paragraph without what was glued to it, and the pieces in order."""

    text: str
    pieces: tuple[Piece, ...]


class Cues:
    """The cues of all languages, folded: small letters, no marks above or below them, no punctuation."""

    def __init__(self, lines: Iterable[tuple[Kind, str]]) -> None:
        """Index the cues.

        Args:
            lines: As they stand in the files, each with its section.
        """
        self._whole: dict[str, Kind] = {}
        self._starts: dict[str, tuple[Cue, ...]] = {}
        self._glued: dict[str, tuple[Cue, ...]] = {}
        self._ends: dict[str, tuple[str, ...]] = {}
        self._walls: frozenset[str] = frozenset()
        self._within = Phrases(())
        self._wall_texts = Phrases(())
        self._consent = Phrases(())
        cues = list(dict.fromkeys(Cue.of(kind, line) for kind, line in lines))
        order = list(Kind)
        cues.sort(key=lambda cue: (-len(cue.text), order.index(cue.kind)))
        of = functools.partial(_of_kinds, cues)
        for cue in of(*WHOLE):
            if cue.mark != "…":
                self._whole.setdefault(cue.text, cue.kind)
        self._starts = _by_key(cue for cue in cues if cue.kind in STARTS or (cue.kind in WHOLE and cue.mark))
        self._glued = _by_key(
            cue for cue in of(Kind.RELATED, Kind.MORE, Kind.GLUED) if cue.mark == ":" or cue.kind is not Kind.RELATED
        )
        for cue in of(Kind.CREDIT_ENDS):
            last = cue.text.rpartition(" ")[2]
            self._ends[last] = (*self._ends.get(last, ()), f" {cue.text}")
        self._walls = frozenset(cue.text for cue in of(Kind.WALLS))
        self._within = Phrases(cue.text for cue in of(Kind.CALLS_WITHIN))
        self._wall_texts = Phrases(cue.text for cue in of(Kind.WALL_TEXTS))
        self._consent = Phrases(cue.text for cue in of(Kind.CONSENT))

    def kind_of(self, text: str, *, linked: bool = False) -> Kind | None:
        """Return what kind of line a block is by its words; None for an article's own.

        Args:
            text: The whole block, in one line.
            linked: Whether what it says after its first words is a link.
        """
        text = text.strip()
        if not text or len(text) >= PROSE_CHARS:
            return Kind.LEGAL if self._is_notice(text) else None
        start = fold_cue(text[:_MOST_CALL_CHARS])
        if len(text) <= MOST_HEADING_CHARS:
            if kind := self._whole.get(start) or self._whole.get(start.strip("0123456789 ")):
                return kind
            if self._is_row_of_names(start):
                return Kind.HEADINGS
        kind = self._start(text, start, linked=linked, guarded=True)
        if kind is None and len(text) <= _MOST_CALL_CHARS:
            if self._is_credit_end(text, start):
                return Kind.CREDIT_ENDS
            if self._within.found_in(start) and n_breaks(text) <= MOST_BREAKS and not is_quote(text):
                return Kind.CALLS_WITHIN
        return kind

    def start_of(self, text: str, *, linked: bool = False) -> Kind | None:
        """Return the kind of cue that a text of any length starts with: evidence for who knows the page's structure."""
        text = text.lstrip()
        return self._start(text, fold_cue(text[:_MOST_CUE_CHARS]), linked=linked, guarded=False) if text else None

    def is_heading(self, text: str) -> bool:
        """Whether a block is nothing but the name of another block: related, most read, comments, tags."""
        if not text or len(text) > MOST_HEADING_CHARS:
            return False
        return self.kind_of(text) in WHOLE

    def is_wall_title(self, text: str) -> bool:
        """Whether a title is that of a page that stands in for an article."""
        folded = fold_cue(text[: _MOST_CUE_CHARS + 1])
        return len(text) <= _MOST_CUE_CHARS and (folded in self._walls or folded.strip("0123456789 ") in self._walls)

    def wall_text_in(self, text: str) -> str | None:
        """Return the first sentence of walls that a text holds; reads all of it."""
        return self._wall_texts.found_in(fold_cue(text))

    def asks_for_consent(self, text: str) -> bool:
        """Whether a text asks for consent to cookies: two different phrases of such questions; its beginning counts."""
        found = self._consent.all_in(fold_cue(text[:_MOST_CONSENT_CHARS]))
        within = {phrase for phrase in found if any(phrase in other for other in found if other != phrase)}
        return len(found - within) >= _LEAST_CONSENT

    def cut_glued(self, paragraph: str) -> Cut:
        """Part a paragraph that lost its line breaks from what was glued behind its sentences.

        What follows a glued sentence is kept where it is long enough to be the article's.
        """
        points = [point for point in _GLUE_POINT.finditer(paragraph) if self._is_glue(paragraph, point.start(1))]
        if not points:
            return Cut(text=paragraph, pieces=())
        kept = [paragraph[: points[0].start()].rstrip()]
        pieces = []
        ends = [*(point.start() for point in points[1:]), len(paragraph)]
        for point, limit in zip(points, ends, strict=True):
            end = _end_of_piece(paragraph, point.start(1), limit)
            piece = paragraph[point.start(1) : end].strip()
            pieces.append(Piece(kind=self.start_of(piece) or Kind.CALLS, text=piece))
            if rest := paragraph[end:limit].strip():
                kept.append(rest)
        return Cut(text=" ".join(kept), pieces=tuple(pieces))

    def _start(self, text: str, start: str, *, linked: bool, guarded: bool) -> Kind | None:
        if found := _COPYRIGHT.match(text):
            return Kind.LEGAL if found.group(1) or found.group(2) else Kind.CREDITS
        # The longest first; a cue of one letter has a key of one.
        for cue in (*self._starts.get(start[:2], ()), *self._starts.get(start[:1], ())):
            if start.startswith(cue.text) and ends_word(start, len(cue.text)):
                rest = rest_of(text, cue.text)
                if cue.mark and not fits(cue, rest, linked=linked):
                    continue
                if guarded and not holds(cue.kind, text, rest):
                    continue
                return Kind.HEADINGS if cue.kind is Kind.RELATED and not rest.strip(" :：.…|>»→") else cue.kind
        return None

    def _is_notice(self, text: str) -> bool:
        """Whether a long text is a notice that a law demands: in capitals, and it begins as such notices do."""
        is_loud = len(text) <= _MOST_NOTICE_CHARS and text[:PROSE_CHARS].isupper()
        return is_loud and self.start_of(text) is Kind.LEGAL

    def _is_row_of_names(self, folded: str) -> bool:
        """Whether a line is nothing but buttons in a row: "Share Facebook Twitter Print 12"."""
        words = [word for word in folded.split() if not word.isdigit()]
        return len(words) > 1 and all(word in self._whole for word in words)

    def _is_credit_end(self, text: str, folded: str) -> bool:
        """Whether a caption ends with whose picture it is; a sentence may end with its agency: "… happened. (AFP)"."""
        ends = self._ends.get(folded.rpartition(" ")[2], ())
        end = next((end for end in ends if folded.endswith(end)), None)
        if end is None:
            return False
        before = text.rstrip(" )]")[: 1 - len(end)].rstrip(" ([/|–—-")
        return not ends_sentence(text) and not ends_sentence(before)

    def _is_glue(self, paragraph: str, position: int) -> bool:
        if not paragraph[:position].strip():
            return False
        text = paragraph[position : position + _MOST_CUE_CHARS]
        start = fold_cue(text)
        return any(
            start.startswith(cue.text)
            and ends_word(start, len(cue.text))
            and (not cue.mark or fits(cue, rest_of(text, cue.text), linked=False))
            for cue in self._glued.get(start[:2], ())
        )


@functools.cache
def load_cues() -> Cues:
    """Read the files once."""
    return Cues(line for file in sorted(_FOLDER.glob("*.txt")) for line in read_cue_file(file))


def _of_kinds(cues: Iterable[Cue], *kinds: Kind) -> Iterator[Cue]:
    return (cue for cue in cues if cue.kind in kinds)


def _by_key(cues: Iterable[Cue]) -> dict[str, tuple[Cue, ...]]:
    found: dict[str, list[Cue]] = {}
    for cue in cues:
        found.setdefault(cue.text[:2], []).append(cue)
    return {key: tuple(group) for key, group in found.items()}


def _end_of_piece(paragraph: str, start: int, limit: int) -> int:
    """Return where a glued piece ends: at its sentence's end when enough follows to be the article's, else with all."""
    end = next(sentence_breaks(paragraph, start, limit), limit)
    return end if limit - end >= _RESUMES_CHARS else limit
