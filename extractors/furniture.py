"""What the pages of one site repeat: fingerprints of blocks, and the rules that say which of them are furniture.

Pure. What was seen on a site is kept by `store.furniture`; when it is learned is the jobs' business. A page is known by
the fingerprints of all its blocks and by the paragraphs of its article: pages whose articles share most paragraphs tell
one story, and count as one. Long paragraphs need more evidence; the page's own lead and half of its text always stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from news.model import Article
from news.sites import KnownSite, LearnedBlock, SeenPage

REASON = "repeated on other pages of the site"

LAST_PAGES = 8
"""Of a site, compared with each other. Two others bring two thirds of the gain, eight all (485 pages)."""

MOST_BLOCKS = 400
"""Of a page, that are kept; pages of news have 142, one in twenty more than 277."""

MOST_PARAGRAPHS = 40
"""Of an article, that are kept to know its story again."""

MOST_LEARNED = 256
"""Blocks of a site, that are kept after its last pages are gone; those seen last, and most often, stay."""

FORGOTTEN_AFTER_PAGES = 96
"""A learned block that stands on none of so many is no furniture any more."""

STRANGE_PAGES = 3
"""In a row, each with little of what stood on all pages before: the layout has changed."""

LONG_CHARS = 200
"""A block of so many but white space is prose and needs more evidence; a third will do of Chinese and Japanese."""

_NUMBERS_COUNT_FROM = 50
"""Characters but white space. Counted in all lines, 134 of 790 pages fewer read better; in none, no more do."""

_TITLES = 5
"""So many titles above one text are no story told again: the text is furniture, and was taken for the article."""

_SHARED = 0.5
"""Of the paragraphs of the shorter article: a teaser, a correction, a page that grows."""

_LEAST_LEAD_LETTERS = 20
_FIRST_LEAD_LETTERS = 60

_LEAST_SHARE = 0.5
_CLEARLY_BODY_CHARS = 400
"""In paragraphs of 100: what remains is the article, however much went."""

_LEAST_PAGES = 5
_LEAST_STEADY = 5
_LITTLE = 0.34
"""Of what stood on nearly all pages. Menus often keep their words through a change of layout; the rest does not."""

_MOST_FOLDED_CHARS = 4000

_LETTERS = re.compile(r"[^\W\d_]+")
_DENSE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """What is known of a site before one of its pages is read.

    Attributes:
        fingerprints: Of the blocks that it repeats.
        content_path: Where the text stands, as an operator confirmed: see `extractors.content_path`.
    """

    fingerprints: frozenset[int] = frozenset()
    content_path: str | None = None


def fingerprint(text: str) -> int:
    """Return 64 bits with sign of a text's letters: the same in every process and version.

    Case and white space do not count, nor, in short lines, punctuation and numbers: "12 comments" and "7 Comments!" are
    one block, two daily reports of a rate are not. The lowest bit says whether the text is long. A text without letters
    is taken as it is.
    """
    words = "".join(text[:_MOST_FOLDED_CHARS].lower().split())
    n_chars = len(words)
    if not words.isascii() and 3 * n_chars >= _NUMBERS_COUNT_FROM:
        n_chars += 2 * len(_DENSE.findall(words))
    folded = words if n_chars >= _NUMBERS_COUNT_FROM else fold_letters(words) or words
    return _hash(folded) & ~1 | (n_chars >= LONG_CHARS)


def fold_letters(text: str) -> str:
    """Return the letters of a text, small and without anything between them."""
    return "".join(_LETTERS.findall(text.lower()))


def furniture_of(site: KnownSite, key: int = 0) -> Furniture:
    """Return what is furniture by the last pages of a site and what was learned before.

    Args:
        site: Before the page is read.
        key: Of the page's URL: where it is one of the last pages itself, it is no witness.
    """
    others = [page for page in site.pages if page.key != key]
    return Furniture(fingerprints=repeated(others) | site.learned, content_path=site.content_path)


def repeated(pages: Sequence[SeenPage]) -> frozenset[int]:
    """Return the fingerprints of what is furniture by these pages: it stands in two stories, or, long, in three.

    With trafilatura's text 320 of 790 pages get better so, and 4 worse by date lines that their labels keep; with three
    stories and four it is 291 and 4.
    """
    stories: dict[int, set[int]] = {}
    for page in pages:
        stories.setdefault(page.story, set()).update(page.blocks)
    # Whole sets at a time: counting block by block takes twice as long.
    once: set[int] = set()
    twice: set[int] = set()
    thrice: set[int] = set()
    for blocks in stories.values():
        thrice |= twice & blocks
        twice |= once & blocks
        once |= blocks
    found = {block for block in twice if not block & 1} | thrice
    titles = {page.title or page.key for page in pages}
    if len(titles) > len(stories) and len(titles) >= _TITLES:
        found |= _under_many_titles(pages)
    return frozenset(found)


def _under_many_titles(pages: Iterable[SeenPage]) -> set[int]:
    titles: dict[int, set[int]] = {}
    for page in pages:
        titles.setdefault(page.title or page.key, set()).update(page.blocks)
    headed: Counter[int] = Counter()
    for blocks in titles.values():
        headed.update(blocks)
    return {block for block, n in headed.items() if n >= _TITLES}


def furniture_among(
    paragraphs: Sequence[str], furniture: Furniture, headings: Iterable[str], description: str | None
) -> frozenset[int]:
    """Return the places of the paragraphs of an article that are furniture.

    What the page's own title or description says is never among them, nor more than half of the text, unless what
    remains is clearly an article.
    """
    known = furniture.fingerprints
    places = [place for place, text in enumerate(paragraphs) if fingerprint(text) in known] if known else []
    if not places:
        return frozenset()
    if description and own_description(description) in known:
        description = None
    own = [fold for text in (*headings, description or "") if len(fold := fold_letters(text)) >= _LEAST_LEAD_LETTERS]
    first = next((place for place, text in enumerate(paragraphs) if len(fold_letters(text)) >= _FIRST_LEAD_LETTERS), -1)
    gone = {
        place
        for place in places
        if not (place == first and not description) and not _is_lead(fold_letters(paragraphs[place]), own)
    }
    kept = [text for place, text in enumerate(paragraphs) if place not in gone]
    enough = sum(map(len, kept)) >= _LEAST_SHARE * sum(map(len, paragraphs))
    if enough or sum(len(text) for text in kept if len(text) >= 100) >= _CLEARLY_BODY_CHARS:
        return frozenset(gone)
    return frozenset()


def own_description(text: str) -> int:
    """Return the fingerprint of a page's description, apart from that of a block of the same words."""
    return _hash(f"description {fold_letters(text)}") & ~1


def see_page(article: Article, url: str, seen_at: datetime, known: frozenset[int]) -> SeenPage:
    """Return what is to be kept of a page, with a story of its own.

    Args:
        article: As read from it.
        url: Where it was found at last.
        seen_at: When it was fetched.
        known: What is furniture on its site: it tells no story.
    """
    blocks = dict.fromkeys(article.fingerprints)
    if article.description:
        # The first: some pages have more blocks than are kept.
        blocks = {own_description(article.description): None} | blocks
    told = dict.fromkeys(fingerprint(paragraph) for paragraph in article.text.split("\n\n") if paragraph)
    paragraphs = tuple(block for block in told if block not in known)[:MOST_PARAGRAPHS]
    key = page_key(url)
    return SeenPage(
        key=key,
        seen_at=seen_at,
        story=key,
        title=fingerprint(article.title) if article.title else 0,
        blocks=tuple(blocks)[:MOST_BLOCKS],
        paragraphs=paragraphs,
    )


def in_its_story(page: SeenPage, site: KnownSite, known: frozenset[int]) -> SeenPage:
    """Return a page with the story of the one of its site's last pages that tells it, too, if there is one.

    Args:
        page: As `see_page` returns it.
        site: Before it.
        known: What is furniture there by now.
    """
    paragraphs = tuple(block for block in page.paragraphs if block not in known)
    like = (other.story for other in reversed(site.pages) if _one_story(paragraphs, other.paragraphs))
    return replace(page, paragraphs=paragraphs, story=next(like, page.story))


def page_key(url: str) -> int:
    """Return the key of a page's URL."""
    return _hash(url)


def is_strange(page: SeenPage, site: KnownSite) -> bool:
    """Return whether a page has little of what stood on nearly all pages of its site before the last strange ones."""
    before = site.pages[: len(site.pages) - site.n_strange]
    if len(before) < _LEAST_PAGES:
        return False
    on_all = set(before[0].blocks)
    on_all_but_one: set[int] = set()
    for seen in before[1:]:
        on_all_but_one = on_all_but_one.intersection(seen.blocks) | on_all.difference(seen.blocks)
        on_all.intersection_update(seen.blocks)
    steady = on_all | on_all_but_one
    return len(steady) >= _LEAST_STEADY and len(steady.intersection(page.blocks)) < _LITTLE * len(steady)


def learn_lap(learned: Iterable[LearnedBlock], pages: Sequence[SeenPage], n_pages: int) -> tuple[LearnedBlock, ...]:
    """Return what is known of a site's furniture after more of its pages.

    Args:
        learned: Before them.
        pages: Oldest first; each is learned once, and at most `LAST_PAGES` at a time.
        n_pages: Of the site, with these.
    """
    old = {block.fingerprint: block for block in learned}
    wanted = repeated(pages) | old.keys()
    counts: Counter[int] = Counter()
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for number, page in enumerate(pages, n_pages - len(pages) + 1):
        found = wanted.intersection(page.blocks)
        counts.update(found)
        last |= dict.fromkeys(found, number)
        first = dict.fromkeys(found, number) | first
    seen_at = dict(enumerate((page.seen_at for page in pages), n_pages - len(pages) + 1))
    blocks = []
    for block in wanted:
        before = old.get(block)
        if block not in counts:
            assert before is not None, "what is new was counted"
            if n_pages - before.last_page < FORGOTTEN_AFTER_PAGES:
                blocks.append(before)
            continue
        blocks.append(
            LearnedBlock(
                fingerprint=block,
                n_pages=counts[block] + (before.n_pages if before else 0),
                first_seen_at=before.first_seen_at if before else seen_at[first[block]],
                last_seen_at=seen_at[last[block]],
                last_page=last[block],
            )
        )
    blocks.sort(key=lambda one: (one.last_page > n_pages - LAST_PAGES, one.n_pages, one.last_page), reverse=True)
    return tuple(blocks[:MOST_LEARNED])


def _one_story(one: Sequence[int], other: Sequence[int]) -> bool:
    fewer, more = sorted((set(one), set(other)), key=len)
    return bool(fewer) and len(fewer & more) >= _SHARED * len(fewer)


def _is_lead(folded: str, own: Iterable[str]) -> bool:
    """Return whether a paragraph says what the page's title or description says; either may be cut short."""
    if len(folded) < _LEAST_LEAD_LETTERS:
        return False
    return any(folded in text or text[: max(_LEAST_LEAD_LETTERS, len(text) * 3 // 4)] in folded for text in own)


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
