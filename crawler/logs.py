"""What Scrapy logs about each request: nothing. The jobs record outcomes; a debug line a request costs 0.1 ms."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter


class QuietLogFormatter(LogFormatter):  # type: ignore[misc]
    """Leaves out the two lines that every request would write. Errors keep theirs."""

    def crawled(self, request: Any, response: Any, spider: Any) -> None:
        """Say nothing of an answer."""

    def scraped(self, item: Any, response: Any, spider: Any) -> None:
        """Say nothing of a page."""
