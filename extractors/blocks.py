"""A page as a row of blocks: one walk over the tree, each block with the boxes it stands in.

A block is a run of text that no block-level element and no line break divides. Which blocks are the article is for
`features`, `forest` and `body` to say.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from extractors.class_names import Part, parts_named

MAX_BLOCKS = 8_000
"""The largest of 2,035 labelled pages has 6,569; what comes later is passed over."""

MAX_BLOCK_CHARS = 100_000
"""No paragraph of an article is longer; the rest of one that is is passed over."""

MAX_BOXES = 50_000

MAX_DEPTH = 250
MAX_LINKS = 30
"""Of a block, whose texts are kept."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

_BOXES = frozenset(
    (
        "p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "td", "th", "tr", "figcaption", "dd", "dt", "dl",
        "pre", "div", "section", "article", "ul", "ol", "table", "tbody", "thead", "tfoot", "caption", "figure",
        "aside", "header", "footer", "form", "main", "body", "nav", "center", "fieldset", "details", "summary",
        "address", "amp-lightbox", "dialog", "hgroup", "menu", "search", "legend", "html",
    )
)  # fmt: skip
_PASSED_OVER = frozenset(
    (
        "script", "style", "noscript", "template", "svg", "iframe", "select", "option", "button", "textarea", "input",
        "object", "embed", "canvas", "audio", "video", "math", "head", "datalist", "map", "meta", "link", "img",
        "source", "picture", "hr", "applet", "frame", "frameset", "noframes", "wbr", "base", "param", "track", "col",
        "colgroup",
    )
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN = re.compile(
    r"(?i)(?:^|\s)(?:\S+[-_])?(?:tooltip|popover|rollover|hover-?card)(?:[-_]\S+)?"
    r"[-_]?(?:block|body|box|content|inner|text)(?:\s|$)"
)
"""Names of what opens above a line when the pointer is there; without an ending they may be the line's."""

_WORD = re.compile(r"[^\W぀-ヿ㐀-䶿一-鿿豈-﫿]+|[぀-ヿ㐀-䶿一-鿿豈-﫿]{1,2}")
"""Two characters of Chinese or Japanese count as a word."""

_SENTENCE = re.compile(r"""[.!?…。！？։।؟][\]"'”»’)]*(?:\s|$)""")


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element with sums over all blocks in it.

    Attributes:
        parts: What its names say it holds.
        hidden: By attribute or style, or it lies in one that is.
    """

    tag: str
    names: str
    parent: Box | None
    depth: int
    number: int
    parts: frozenset[Part] = frozenset()
    hidden: bool = False
    n_words: int = 0
    n_link_words: int = 0
    n_prose_words: int = 0
    n_blocks: int = 0

    def path(self) -> str:
        """Return the way from the body down, with the first class of each box."""
        steps = []
        box: Box | None = self
        while box is not None and box.parent is not None:
            name = box.names.split(None, 1)
            steps.append(f"{box.tag}.{name[0]}" if name else box.tag)
            box = box.parent
        return "/".join(reversed(steps))


@dataclass(slots=True, eq=False)
class Block:
    """A run of text.

    Attributes:
        text: In one line.
        words: Lower case, at most the first 400.
        n_link_words: Of `n_words`, those in links.
        href: Of its first link.
        links: Texts of its first links.
        broken: A line break, not an element, ended or began it.
    """

    text: str
    words: list[str]
    n_words: int
    n_link_words: int
    n_links: int
    href: str | None
    links: tuple[str, ...]
    box: Box
    broken: bool
    is_prose: bool = False
    n_sentences: int = 0

    def markup(self) -> tuple[str, ...]:
        """Return how it is marked up: its box and the one around, by tag and names."""
        outer = self.box.parent
        return (self.box.tag, self.box.names, outer.tag if outer else "", outer.names if outer else "")


@dataclass(slots=True)
class _Run:
    pieces: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    n_links: int = 0
    href: str | None = None


def read_blocks(root: HtmlElement) -> list[Block]:
    """Return the blocks of a page in order; hidden ones are among them.

    Args:
        root: Not changed.
    """
    body = root.find("body") if root.tag == "html" else root
    walker = _Walker()
    if body is not None:
        walker.walk(body, None, in_link=False)
    return walker.blocks


def _is_unseen(element: HtmlElement) -> bool:
    """Whether a part of a line is not shown: a box that opens above it."""
    names = element.get("class")
    return names is not None and _UNSEEN.search(names[:500]) is not None


class _Walker:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._n_boxes = 0
        self._run = _Run()
        self._depth = 0

    def walk(self, element: HtmlElement, outer: Box | None, *, in_link: bool) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _PASSED_OVER or self._is_full():
            return
        if tag == "br":
            if outer is not None:
                self._end(outer, broken=True)
            return
        box = outer
        is_box = tag in _BOXES or outer is None
        if is_box:
            if outer is not None:
                self._end(outer, broken=False)
            box = self._box(element, tag, outer)
        elif element.attrib and _is_unseen(element):
            return
        assert box is not None, "the first element is a box"
        run = self._run
        if tag == "a":
            in_link = True
            run.n_links += 1
            run.href = run.href or element.get("href")
        if text := element.text:
            run.pieces.append(text)
            if in_link:
                run.linked.append(text)
        if self._depth < MAX_DEPTH:
            self._depth += 1
            for child in element:
                self.walk(child, box, in_link=in_link)
                if text := child.tail:
                    run = self._run
                    run.pieces.append(text)
                    if in_link:
                        run.linked.append(text)
            self._depth -= 1
        if is_box:
            self._end(box, broken=False)

    def _is_full(self) -> bool:
        return len(self.blocks) >= MAX_BLOCKS or self._n_boxes >= MAX_BOXES

    def _box(self, element: HtmlElement, tag: str, outer: Box | None) -> Box:
        names = ""
        hidden = outer is not None and outer.hidden
        parts: frozenset[Part] = frozenset()
        if attributes := element.attrib:
            get = attributes.get
            names = f"{get('class', '')} {get('id', '')} {get('role', '')} {get('itemprop', '')}".strip()
            if names:
                parts = parts_named(names)
            hidden = (
                hidden
                or "hidden" in attributes
                or get("aria-hidden") == "true"
                or bool((style := get("style")) and _HIDDEN.search(style[:500]))
            )
        self._n_boxes += 1
        depth = 0 if outer is None else outer.depth + 1
        return Box(
            tag=tag, names=names, parent=outer, depth=depth, number=self._n_boxes, parts=parts,
            hidden=hidden or tag in ("dialog", "amp-lightbox"),
        )  # fmt: skip

    def _end(self, box: Box, *, broken: bool) -> None:
        run = self._run
        if not run.pieces:
            return
        self._run = _Run()
        text = " ".join("".join(run.pieces)[:MAX_BLOCK_CHARS].split())
        if not text:
            return
        words = _WORD.findall(text)
        n_words = len(words)
        n_link_words = min(n_words, len(_WORD.findall(" ".join(run.linked)[:MAX_BLOCK_CHARS]))) if run.linked else 0
        n_sentences = len(_SENTENCE.findall(text)) if n_words > 3 else 0
        block = Block(
            text=text,
            words=[word.lower() for word in words[:400]],
            n_words=n_words,
            n_link_words=n_link_words,
            n_links=run.n_links,
            href=run.href,
            links=tuple(" ".join(text.split()) for text in run.linked[:MAX_LINKS]) if run.linked else (),
            box=box,
            broken=broken,
            is_prose=n_words >= 8
            and n_link_words < 0.4 * n_words
            and (n_sentences > 0 or n_words >= 20)
            and box.tag not in HEADINGS,
            n_sentences=n_sentences,
        )
        self.blocks.append(block)
        outer: Box | None = box
        while outer is not None:
            outer.n_words += n_words
            outer.n_link_words += n_link_words
            outer.n_blocks += 1
            if block.is_prose:
                outer.n_prose_words += n_words
            outer = outer.parent


def lies_in(box: Box, boxes: Set[Box]) -> bool:
    """Whether a box is one of others, or lies in one."""
    outer: Box | None = box
    while outer is not None:
        if outer in boxes:
            return True
        outer = outer.parent
    return False
