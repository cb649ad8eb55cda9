"""The words that `bench.alerts` watches: those that stand beside articles, and those of the labelled texts."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html
from lxml.etree import ParserError

from bench.real_pages import RealPage

_WORD = re.compile(r"[^\W\d_]{5,}")
_BESIDE = "//nav|//footer|//aside|//a|//li/a"
_OF_ARTICLES = "//title/text()|//h1//text()|//h2//text()|//meta/@content|//figcaption//text()|//img/@alt|//p//text()"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """A page with its full reference text."""

    page: RealPage
    text: str


def read_labels(folder: Path, pages: Iterable[RealPage]) -> list[LabelledPage]:
    """Return the pages that have a full reference text, with that."""
    pages = list(pages)
    references: dict[tuple[str, str], str] = {}
    for corpus in {page.corpus for page in pages}:
        with (folder / corpus / "index.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                label = json.loads(line)
                texts = [text for text in label.get("references") or [] if isinstance(text, str) and text.strip()]
                if texts:
                    references[corpus, str(label["id"])] = "\n\n".join(texts)
    return [
        LabelledPage(page=page, text=references[page.corpus, page.id])
        for page in pages
        if (page.corpus, page.id) in references
    ]


def boilerplate_words(pages: Sequence[LabelledPage], n_words: int, seed: int) -> list[str]:
    """Return words that stand in links, menus and teasers of at least two pages, and nowhere else on any page."""
    beside: Counter[str] = Counter()
    elsewhere: set[str] = set()
    for one in pages:
        near, own = _halves(one.page)
        elsewhere.update(_words(one.text), _words(one.page.title or ""), _words(own))
        beside.update(set(_words(near)))
    known = sorted(word for word, n in beside.items() if n >= 2 and word not in elsewhere)
    random.Random(seed).shuffle(known)
    return known[:n_words]


def own_text(page: RealPage) -> str:
    """Return what stands in titles, descriptions, captions and paragraphs of a page, outside links, menus and teasers.

    A reference text may be a part of it: of a page of twelve signs of the zodiac there is one.
    """
    return _halves(page)[1]


def _halves(page: RealPage) -> tuple[str, str]:
    """Return the words of links, menus and teasers, and those of what may be the article."""
    try:
        tree = html.fromstring(gzip.decompress(page.file.read_bytes()))
    except (ParserError, ValueError):
        return "", ""
    elements = [element for element in as_list(tree.xpath(_BESIDE)) if isinstance(element, html.HtmlElement)]
    near = " ".join(text for element in elements for text in element.itertext())
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()
    return near, " ".join(str(text) for text in as_list(tree.xpath(_OF_ARTICLES)))


def text_words(pages: Sequence[LabelledPage], n_words: int, seed: int) -> list[str]:
    """Return words that stand in 2 to 20 of the labelled texts."""
    counts = Counter(word for one in pages for word in set(_words(one.text)))
    known = sorted(word for word, n in counts.items() if 2 <= n <= 20)
    random.Random(seed).shuffle(known)
    return known[:n_words]


def as_list(found: object) -> list[object]:
    """Return what an XPath found where it looks for several."""
    return found if isinstance(found, list) else []


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
