"""A stored page looked at for its site's template: the lines on it, where its text stands, what a path would leave.

For people who ask what was learned, and who confirm where the text stands; nothing here decides how a page is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from extractors import content_path
from extractors.documents import load_document
from extractors.explain import explain_article
from extractors.furniture import fingerprint, fold_letters
from news.model import Unreadable

MOST_LINE_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A block of a page: what it is known by, how it begins, whether the reader takes it for the article, and where."""

    fingerprint: int
    text: str
    kept: bool
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLook:
    """A page as looked at.

    Attributes:
        lines: In order, each text once.
        n_paragraphs: That the reader takes for the article, of itself.
        n_within: Of these, within the path; None where none was given.
    """

    url: str
    lines: tuple[Line, ...]
    n_paragraphs: int
    n_within: int | None = None


def look_at_page(
    page_body: bytes, url: str, content_type: str | None, now: datetime, path: str | None
) -> PageLook | Unreadable:
    """Look at a page.

    Raises:
        UsageError: The path is none.
    """
    document = load_document(page_body, content_type)
    if isinstance(document, Unreadable):
        return document
    lines: dict[int, Line] = {}
    kept = []
    for block in explain_article(page_body, url, content_type, now).blocks:
        if not block.reason:
            kept.append(block.text)
        key = fingerprint(block.text)
        line = Line(fingerprint=key, text=block.text[:MOST_LINE_CHARS], kept=not block.reason, path=block.path)
        lines.setdefault(key, line)
    n_within = None
    if path is not None:
        within = content_path.letters_within(document.root, path)
        n_within = sum(fold_letters(text) in within for text in kept) if within else 0
    return PageLook(url=url, lines=tuple(lines.values()), n_paragraphs=len(kept), n_within=n_within)
