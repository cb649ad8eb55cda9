"""The article that a page describes in JSON-LD, however the outlet nests it.

Bounded in blocks, bytes, nodes and depth; what does not parse is passed over. Values come raw: cleaning them, and
weighing them against what else a page says, is `metadata`'s business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from news.text import fold_title

MAX_BLOCKS = 30
MAX_BLOCK_CHARS = 512 * 1024
"""Real ones are below 100 kB; Python takes ten times that memory."""

MAX_NODES = 3000
MAX_DEPTH = 12
MAX_VALUES = 50
MAX_BODY_CHARS = 50_000

_TYPES = re.compile(
    r"(?:\w*NewsArticle|Article|\w+Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|Review)$"
)
_PAGES = frozenset(("WebPage", "ItemPage", "VideoObject", "NewsVideo"))
_REMARKS = frozenset(("Comment", "UserComments", "Review", "ImageObject", "WebSite", "Answer", "Question"))
# What hangs below these is about other articles.
_ELSEWHERE = frozenset(
    (
        "itemListElement",
        "hasPart",
        "citation",
        "comment",
        "relatedLink",
        "mentions",
        "blogPost",
        "liveBlogUpdate",
        "review",
    )
)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://\s*)?<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|(?://\s*)?\]\]>|/\*\s*\]\]>\s*\*/)?[\s;]*$"
)
_CONTROLS = re.compile(r"[\x00-\x1f]")

Node = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArticle:
    """What JSON-LD says of the page's own article, raw, empty where it says nothing."""

    headline: str | None = None
    subtitle: str | None = None
    authors: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    image_caption: str | None = None
    is_free: bool | None = None
    description: str | None = None
    body: str | None = None
    publisher: str | None = None
    language: str | None = None
    is_article: bool = False


def read_linked_data(scripts: Iterable[str], titles: Iterable[str]) -> LinkedArticle:
    """Return what the blocks of JSON-LD say of the page's article.

    Of several articles the one that bears one of the page's titles is meant; lists of other articles do not count.

    Args:
        scripts: The contents of `<script type="application/ld+json">`.
        titles: What the page calls itself: h1, og:title, title.
    """
    nodes = list(_nodes(scripts))
    by_id = {node["@id"]: node for node, _, _ in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    folded = [fold_title(title) for title in titles]
    best: Node = {}
    best_score = 0.0
    for node, depth, elsewhere in nodes:
        score = _score(node, depth, elsewhere, folded)
        if score > best_score:
            best, best_score = node, score
    texts = _Texts(by_id)
    keywords = [word for text in texts.of(best.get("keywords")) for word in re.split(r"[,;|]", text)]
    return LinkedArticle(
        headline=next(iter(texts.of(best.get("headline") or (best.get("name") if best else None))), None),
        subtitle=next(iter(texts.of(best.get("alternativeHeadline"))), None),
        authors=texts.of(best.get("author")) or texts.of(best.get("creator")),
        published=(
            *texts.of(best.get("datePublished")),
            *texts.of(best.get("uploadDate")),
            *texts.of(best.get("dateCreated")),
        ),
        modified=texts.of(best.get("dateModified")),
        sections=texts.of(best.get("articleSection")),
        tags=tuple(keywords[:MAX_VALUES]),
        images=texts.of(best.get("image"), "url", "contentUrl", "@id") or texts.of(best.get("thumbnailUrl")),
        image_caption=next(iter(texts.of(_object(best.get("image")), "caption")), None),
        is_free=_is_free(best),
        body=_body(best),
        description=next(iter(texts.of(best.get("description"))), None),
        publisher=next(iter(texts.of(best.get("publisher"))), None),
        language=next(iter(texts.of(best.get("inLanguage"), "alternateName", "name")), None),
        is_article=bool(best) and _is_article(best),
    )


def _object(value: object) -> object:
    """Return the first of a list, where it is an object."""
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, dict) else None


def _is_free(node: Node) -> bool | None:
    """Return whether all of the article may be read without paying; None where it does not say.

    Source: schema.org/isAccessibleForFree, on the article or on its parts.
    """
    parts = node.get("hasPart")
    stated = [
        str(part.get("isAccessibleForFree")).rpartition("/")[2].lower()
        for part in (node, *(parts[:MAX_VALUES] if isinstance(parts, list) else [parts]))
        if isinstance(part, dict) and part.get("isAccessibleForFree") is not None
    ]
    return False if "false" in stated else True if "true" in stated else None


def _body(node: Node) -> str | None:
    stated = node.get("articleBody")
    return stated[:MAX_BODY_CHARS] if isinstance(stated, str) and stated.strip() else None


class _Texts:
    """Reads the texts of a value: a text, an object with a name, a reference to one, or a list of these."""

    def __init__(self, by_id: dict[str, Node]) -> None:
        self._by_id = by_id

    def of(self, value: object, *keys: str) -> tuple[str, ...]:
        """Return the texts of a value; `keys` are where an object keeps its text, `name` unless told."""
        return tuple(dict.fromkeys(self._walk(value, keys or ("name", "@value"), 3)))[:MAX_VALUES]

    def _walk(self, value: object, keys: tuple[str, ...], depth: int) -> Iterator[str]:
        if isinstance(value, str):
            if value.strip():
                yield value[:5000]
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield str(value)
        elif depth and isinstance(value, list):
            for item in value[:MAX_VALUES]:
                yield from self._walk(item, keys, depth - 1)
        elif depth and isinstance(value, dict):
            found = next((value[key] for key in keys if value.get(key) and (key != "@id" or len(value) == 1)), None)
            meant = self._by_id.get(str(value.get("@id"))) if found is None or len(value) == 1 else None
            if meant is not None and meant is not value:
                value = meant
                found = next((meant[key] for key in keys if meant.get(key)), None)
            yield from self._walk(found, keys, depth - 1)


def _nodes(scripts: Iterable[str]) -> Iterator[tuple[Node, int, bool]]:
    """Yield every object of every block, with its depth and whether it belongs to a list of other articles."""
    n_nodes = 0
    for script in islice(scripts, MAX_BLOCKS):
        waiting: list[tuple[object, int, bool]] = [(_parse(script), 0, False)]
        while waiting:
            value, depth, elsewhere = waiting.pop()
            if isinstance(value, list):
                waiting.extend((item, depth, elsewhere) for item in reversed(value[:MAX_NODES]) if depth <= MAX_DEPTH)
            elif isinstance(value, dict):
                n_nodes += 1
                if n_nodes > MAX_NODES:
                    return
                yield value, depth, elsewhere
                if depth < MAX_DEPTH:
                    waiting.extend(
                        (child, depth + (key != "@graph"), elsewhere or key in _ELSEWHERE)
                        for key, child in reversed(value.items())
                        if isinstance(child, (dict, list))
                    )


def _parse(script: str) -> object:
    if len(script) > MAX_BLOCK_CHARS or not script.strip():
        return None
    for text in (script, _CONTROLS.sub(" ", _WRAPPING.sub("", script)).strip(" ;")):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _types(node: Node) -> list[str]:
    stated = node.get("@type")
    return [
        name.rpartition("/")[2] for name in (stated if isinstance(stated, list) else [stated]) if isinstance(name, str)
    ]


def _is_article(node: Node) -> bool:
    return any(_TYPES.match(name) for name in _types(node))


def _score(node: Node, depth: int, elsewhere: bool, titles: list[str]) -> float:
    """How likely a node is the page's own article; nothing for what is none."""
    if not _is_article(node):
        dated = (
            not elsewhere
            and ("datePublished" in node or "uploadDate" in node)
            and not _REMARKS.intersection(_types(node))
        )
        return 0.0 if not dated else 0.5 if _PAGES.intersection(_types(node)) else 0.3
    headline = node.get("headline") or node.get("name")
    folded = fold_title(headline) if isinstance(headline, str) else ""
    named = len(folded) > 8 and any(folded in title or (len(title) > 8 and title in folded) for title in titles)
    if elsewhere and not named:
        return 0.0
    return 3 + 5 * named - 2 * elsewhere + sum(key in node for key in ("datePublished", "author")) - 0.1 * depth
