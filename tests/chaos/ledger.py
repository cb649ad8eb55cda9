"""What must be true of the database whatever happened to the processes that wrote it."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg.rows import dict_row

from news.urls import clean_url, url_key

CURRENT = 15.0
"""A worker that beat within this is alive: it beats every 10 s at the slowest."""


class Ledger:
    """Reads a database that may be away now and then.

    Args:
        url: Its address.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.url, row_factory=dict_row, connect_timeout=5) as conn:
            return conn.execute(query, values or None).fetchall()

    def value(self, query: str, *values: object) -> Any:
        [row] = self.rows(query, *values)
        [only] = row.values()
        return only

    def glance(self, query: str, default: Any) -> Any:
        """The one value of a query, or `default` while no database answers."""
        with contextlib.suppress(psycopg.OperationalError):
            return self.value(query)
        return default

    def states(self) -> Counter[str]:
        return Counter(
            {row["state"]: row["n"] for row in self.rows("SELECT state, count(*) AS n FROM entry GROUP BY 1")}
        )

    def n_decided(self) -> int:
        """How many entries have ended or wait with a reason; 0 while no database answers."""
        return int(self.glance("SELECT count(*) FROM entry WHERE state <> 'pending' OR reason IS NOT NULL", 0))

    def is_settled(self, urls: Iterable[str]) -> bool:
        """Whether every listed line is there, and none waits for its first attempt."""
        with contextlib.suppress(psycopg.OperationalError):
            stored = {bytes(row["key"]) for row in self.rows("SELECT key FROM entry")}
            waiting = self.value("SELECT count(*) FROM entry WHERE state = 'pending' AND reason IS NULL")
            return {url_key(clean_url(url)) for url in urls} <= stored and waiting == 0
        return False

    def check_whole(self, urls: Iterable[str], others: Iterable[str] = ()) -> None:
        """See that every listed line is there once, has come to something, and left nothing half done.

        Args:
            urls: Lines that must be there.
            others: Lines that may be; no further one is.
        """
        listed = {url_key(clean_url(url)) for url in urls}
        possible = listed | {url_key(clean_url(url)) for url in others}
        stored = [bytes(row["key"]) for row in self.rows("SELECT key FROM entry")]
        assert listed <= set(stored) <= possible
        assert len(set(stored)) == len(stored)
        assert self.rows("SELECT url FROM entry WHERE state = 'pending' AND reason IS NULL") == []
        assert self.rows("SELECT url FROM entry WHERE state IN ('failed', 'skipped') AND reason IS NULL") == []
        self.check_sound()

    def check_sound(self) -> None:
        """See that no row contradicts another."""
        assert self.rows("SELECT url_key, count(*) FROM article GROUP BY 1 HAVING count(*) > 1") == []
        assert self.rows("SELECT url, count(*) FROM article GROUP BY 1 HAVING count(*) > 1") == []
        without_article = "SELECT url FROM entry WHERE state IN ('stored', 'duplicate') AND article_id IS NULL"
        assert self.rows(without_article) == []
        without_page = """
            SELECT entry.url FROM entry JOIN article ON article.id = entry.article_id
            WHERE entry.state = 'stored' AND article.text_origin = 'page'
                AND NOT EXISTS (SELECT FROM page WHERE page.entry_id = entry.id AND page.article_id = entry.article_id)
        """
        assert self.rows(without_page) == []
        ownerless = "SELECT id FROM article WHERE NOT EXISTS (SELECT FROM entry WHERE entry.article_id = article.id)"
        assert self.rows(ownerless) == []
        validators_of_nothing = """
            SELECT url FROM feed
            WHERE (etag IS NOT NULL OR last_modified IS NOT NULL OR body_hash IS NOT NULL OR full_at IS NOT NULL)
                AND NOT EXISTS (SELECT FROM sighting WHERE sighting.feed_id = feed.id)
        """
        assert self.rows(validators_of_nothing) == []
        assert self.orphaned_jobs() == []

    def orphaned_jobs(self) -> list[dict[str, Any]]:
        """Jobs that run according to their record, while no worker lives that could be running them."""
        return self.rows(
            """
            SELECT job.id, job.lock
            FROM procrastinate.procrastinate_jobs job
            LEFT JOIN procrastinate.procrastinate_workers worker ON worker.id = job.worker_id
            WHERE job.status = 'doing'
                AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
            """,
            CURRENT,
        )

    def n_doing(self) -> int:
        return int(self.value("SELECT count(*) FROM procrastinate.procrastinate_jobs WHERE status = 'doing'"))
