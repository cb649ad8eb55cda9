"""Says how a page is read: each block with the verdict on it, beside the article that came of it.

For people who ask why; the readers themselves are `articles` and `body`, and nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from extractors.articles import read_article
from extractors.body import Judged, read_body
from extractors.documents import load_document
from extractors.metadata import read_metadata
from news.model import Article, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What is made of a page.

    Attributes:
        article: What would be stored; or why nothing would.
        blocks: In the order of the page; those with a reason were dropped. Empty where the page cannot be parsed.
    """

    article: Article | Unreadable
    blocks: tuple[Judged, ...] = ()


def explain_article(page_body: bytes, url: str, content_type: str | None, now: datetime) -> Explanation:
    """Read a page as `read_article` does, and tell what became of each block."""
    article = read_article(page_body, url, content_type, None, now)
    document = load_document(page_body, content_type)
    if isinstance(document, Unreadable):
        return Explanation(article=article)
    facts = read_metadata(document.root, url, now)
    body = read_body(document.root, url, facts.clues(), explained=True)
    # A reader that judges no blocks names its paragraphs: they were kept.
    blocks = body.blocks or tuple(Judged(text=line) for line in body.text.split("\n\n") if line)
    if isinstance(article, Article):
        # Hashes for the job that learns a site's furniture; nobody reads them.
        article = replace(article, fingerprints=())
    return Explanation(article=article, blocks=blocks)
