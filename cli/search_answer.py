"""What `wirewatch search` asks the store, and what it gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cli.session import Session
from store import articles, search
from store.query_sql import Compiled, compile_query
from store.search import Facet, Hit, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person wants to find.

    Attributes:
        after: An article, behind which to go on.
        order: Of `store.search.Order`.
    """

    query: str
    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    language: str | None = None
    limit: int = 20
    order: str = "newest"
    after: int | None = None
    collapse: bool = False


async def find_hits(session: Session, question: Question) -> list[Hit]:
    """Return the articles that match.

    Raises:
        NotFoundError: There is no source, watch or article of that name.
        UsageError: The query cannot be read.
        SearchTimeoutError: It took too long.
    """
    async with session.open_database() as database, database.connection() as conn:
        after = None
        if question.after is not None:
            article = await articles.find_article(conn, question.after)
            published = article.article.published
            after = (published.at if published else article.fetched_at, question.after)
        return await search.search(
            conn,
            question.query,
            since=question.since,
            until=question.until,
            limit=question.limit,
            after=after,
            source=question.source,
            language=question.language,
            order=Order(question.order),
            collapse=question.collapse,
        )


async def find_facets(session: Session, question: Question) -> list[Facet]:
    """Return how many matches there are of each source, language and day."""
    async with session.open_database() as database, database.connection() as conn:
        return await search.facets(
            conn,
            question.query,
            since=question.since,
            until=question.until,
            source=question.source,
            language=question.language,
        )


async def explain(session: Session, question: Question) -> Compiled:
    """Return how a query is understood with the archive's languages."""
    async with session.open_database() as database, database.connection() as conn:
        return await compile_query(conn, question.query)
