"""Puts an article's kept blocks together as text: paragraphs in order, table rows in one line, glued sentences parted.

What was glued to a paragraph, captions and lines that name a source come out beside the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.blocks import Block, Box
from extractors.cues import Kind, load_cues
from extractors.shown_dates import SITE_CLOCK
from extractors.verdicts import BY_CUE, CAPTION
from news.text import clean_text

MOST_ASIDE = 30
"""Captions of a page, and lines that name a source."""

_MOST_ASIDE_CHARS = 1000
_AROUND = 12
_MOST_TAG_CHARS = 60
_MOST_TAG_WORDS = 3
_LEAST_TAGS = 3
_MOST_CELL_WORDS = 20
_TAGS = re.compile(r"(?i)(?<![a-z])(?:tags?|keywords?)(?![a-z])")

# A small letter, the end of a sentence, perhaps a closing sign, and a capital without a space between. A word of two
# letters at least: initials and "т.е." stay; so does what has a digit, a slash or an @ before it.
_GLUED = re.compile(
    r"(?<![@/\d])(\b[^\W\d_]*[a-zà-ÿа-яёіїєґա-ֆა-ჰα-ωά-ώ]{2}|[»”)\]]|\d)([.!?…]+)([»”)\]]?)(?=[«“(]?[A-ZÀ-ÞА-ЯЁІЇЄҐԱ-ՖΑ-ΩΆ-Ώ])"
)
_STRAIGHT = re.compile(r"([a-zа-яёіїєґ]{2}[.!?…])\"(?=[A-ZА-ЯЁІЇЄҐ])")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|[^\s@]{1,64}@\S{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A line that names where the story comes from, or where the whole of it stands, with its link."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """What the blocks gave.

    Attributes:
        paragraphs: Of the article, each with the number of its first block.
        captions: What stands below pictures and videos, without a cue such as "Photo:".
        source_lines: Lines that name a source.
        tags: Of lists of tags.
        date_lines: Lines that are nothing but a date, or say when the article came out.
    """

    paragraphs: tuple[tuple[int, str], ...]
    captions: tuple[str, ...]
    source_lines: tuple[SourceLine, ...]
    tags: tuple[str, ...]
    date_lines: tuple[str, ...]


def assemble(blocks: Sequence[Block], kinds: Sequence[Kind | None], verdicts: Sequence[str]) -> Assembled:
    """Put a page's blocks together.

    Args:
        blocks: Of the page.
        kinds: What kind of line each is by its words.
        verdicts: Empty for what is kept.
    """
    cues = load_cues()
    paragraphs: list[tuple[int, str]] = []
    captions: list[str] = []
    source_lines: list[SourceLine] = []
    tags: list[str] = []
    near = _near_article(verdicts)
    dated = (blocks[number] for number in near if verdicts[number] == BY_CUE[Kind.DATELINES])
    date_lines = [block.text for block in dated if not _is_in_clock(block.box)]
    row: Box | None = None
    for number, block in enumerate(blocks):
        if verdicts[number]:
            if number in near:
                _keep_aside(block, kinds[number], verdicts[number], captions, source_lines, tags)
            continue
        cut = cues.cut_glued(block.text)
        source_lines += (
            SourceLine(text=piece.text, href=block.href) for piece in cut.pieces if piece.kind is Kind.MORE
        )
        text = clean_text(part_glued(cut.text))
        if not text:
            continue
        inner = _row_of(block)
        if inner is not None and inner is row:
            paragraphs[-1] = (paragraphs[-1][0], f"{paragraphs[-1][1]} | {text}")
        else:
            paragraphs.append((number, text))
        row = inner
    return Assembled(
        paragraphs=tuple(paragraphs),
        captions=tuple(dict.fromkeys(captions))[:MOST_ASIDE],
        source_lines=tuple(dict.fromkeys(source_lines))[:MOST_ASIDE],
        tags=tuple(dict.fromkeys(tags))[:MOST_ASIDE],
        date_lines=tuple(dict.fromkeys(line[:_MOST_ASIDE_CHARS] for line in date_lines))[:MOST_ASIDE],
    )


def part_glued(text: str) -> str:
    """Return a paragraph with a space between sentences that were glued: "the war.He said" is two."""
    if not (_GLUED.search(text) or _STRAIGHT.search(text)):
        return text
    kept = {match.group(): None for match in _ADDRESS.finditer(text)}
    parts = _ADDRESS.split(text)
    parted = [_STRAIGHT.sub(_part_at_quote, _GLUED.sub(r"\1\2\3 ", part)) for part in parts]
    addresses = [*(match.group() for match in _ADDRESS.finditer(text)), ""]
    return "".join(part + address for part, address in zip(parted, addresses, strict=True)) if kept else parted[0]


def _part_at_quote(match: re.Match[str]) -> str:
    """Put the space outside the quotes: an odd number of signs before this one means that it closes."""
    closes = match.string.count('"', 0, match.end() - 1) % 2
    return f'{match[1]}" ' if closes else f'{match[1]} "'


def _near_article(verdicts: Sequence[str]) -> range:
    """Return where captions and source lines belong to the article: between its ends, and a little around them."""
    kept = [number for number, verdict in enumerate(verdicts) if not verdict]
    return range(max(0, kept[0] - _AROUND), min(len(verdicts), kept[-1] + _AROUND + 1)) if kept else range(0)


def _keep_aside(
    block: Block,
    kind: Kind | None,
    verdict: str,
    captions: list[str],
    source_lines: list[SourceLine],
    tags: list[str],
) -> None:
    text = clean_text(block.text[:_MOST_ASIDE_CHARS]) or ""
    if kind in (Kind.SOURCES, Kind.MORE):
        source_lines.append(SourceLine(text=text, href=block.href))
    elif verdict == CAPTION:
        captions.append(text)
    elif kind is Kind.CREDITS and verdict == BY_CUE[Kind.CREDITS]:
        head, colon, rest = text.partition(":")
        if colon and len(head) < 30 and len(rest.split()) > 2:
            captions.append(rest.strip())
    elif kind is Kind.TAGS or _TAGS.search(block.box.names) or (not tags and _is_tag_list(block)):
        rest = text.partition(":")[2] if ":" in text else text
        # Without links and commas each word is a tag.
        listed = block.links or (rest.split(",") if "," in rest else rest.split())
        tags += (tag for raw in listed if (tag := clean_text(raw.strip(" ,;#"))) and len(tag) <= _MOST_TAG_CHARS)


def _is_in_clock(box: Box) -> bool:
    outer = box.parent
    return bool(SITE_CLOCK.search(box.names) or (outer is not None and SITE_CLOCK.search(outer.names)))


def _is_tag_list(block: Block) -> bool:
    """Whether a block is a row of links in small letters: tags, where nothing calls them so."""
    return (
        len(block.links) >= _LEAST_TAGS
        and block.n_link_words >= 0.9 * block.n_words
        and block.n_words <= _MOST_TAG_WORDS * len(block.links)
        and all(link[:1].islower() for link in block.links)
    )


def _row_of(block: Block) -> Box | None:
    """Return the table row that a short cell stands in."""
    box: Box | None = block.box
    if block.n_words > _MOST_CELL_WORDS or block.broken:
        return None
    while box is not None and box.tag in ("td", "th", "p"):
        if box.parent is not None and box.parent.tag == "tr":
            return box.parent if box.n_blocks == 1 else None
        box = box.parent
    return None
