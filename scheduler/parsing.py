"""The parse children: hostile documents are read in processes that can be killed, never in the loop.

What a document says is the extractors' business; this file only bounds their time and memory. Bytes in, frozen
dataclasses out.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import resource
import sys
from collections.abc import Callable
from concurrent.futures import TimeoutError as DeadlineError
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TypeVar

import zstandard
from pebble import ProcessExpired, ProcessPool

from extractors import articles
from news.model import Article, Entry, Page, Unreadable
from scheduler.config import SchedulerConfig

T = TypeVar("T")

TASKS_A_CHILD = 500
"""A child is replaced after so many documents: libxml2 and the language model leave crumbs."""

ZSTD_LEVEL = 3
"""A page of 100 kB takes 0.4 ms and a fifth of its size; level 6 doubles the time for 4 % less."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What a child made of a page: the article or why there is none, and the body as it is kept."""

    article: Article | Unreadable
    body_zstd: bytes


def read_page(page: Page, entry: Entry | None, now: datetime) -> PageReading:
    """Read the article of a page and compress its body. Runs in a child."""
    article = articles.read_article(page.body, page.final_url, page.headers.get("content-type"), entry, now)
    return PageReading(article=article, body_zstd=zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(page.body))


class ParsePool:
    """A few child processes; each task has a deadline in wall time, each child a limit of memory.

    Args:
        config: `n_parse_children`, `parse_timeout_s`, `parse_memory_bytes`.
    """

    def __init__(self, config: SchedulerConfig) -> None:
        self._timeout_s = config.parse_timeout_s
        context = multiprocessing.get_context("forkserver")
        # The extractors are imported once, in the server the children are forked from: a new child costs no second.
        context.set_forkserver_preload(["scheduler.parsing"])
        self._pool = ProcessPool(
            max_workers=config.n_parse_children,
            max_tasks=TASKS_A_CHILD,
            initializer=_confine,
            initargs=(config.parse_memory_bytes,),
            context=context,
        )

    async def __aenter__(self) -> ParsePool:
        # The first task starts the children; waiting here keeps its cost off the first document's deadline.
        await asyncio.wrap_future(self._pool.schedule(_warm_up))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join)

    async def run(self, function: Callable[..., T], *args: object) -> T | Unreadable:
        """Run a function of the extractors in a child.

        Returns:
            Its answer, or why it gave none: too slow, too large, or the reader failed on this document.
        """
        future = self._pool.schedule(function, args=args, timeout=self._timeout_s)
        try:
            return await asyncio.wrap_future(future)
        except DeadlineError:
            return Unreadable(reason=f"reading it took longer than {self._timeout_s:g} seconds")
        except MemoryError:
            return Unreadable(reason="reading it took more memory than a document may")
        except ProcessExpired as error:
            return Unreadable(reason=f"reading it ended the reader (exit code {error.exitcode})")
        except Exception as error:
            log.error("reader failed", exc_info=error, extra={"action": "reader_failed", "reader": function.__name__})
            return Unreadable(reason=f"the reader failed on it ({type(error).__name__})")


def _warm_up() -> None:
    """Do nothing, in a child that has imported everything."""


def _confine(memory_bytes: int) -> None:
    """Bound a child: memory, no core files, no secrets in its environment, no connections to anywhere."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ.clear()
    sys.addaudithook(_refuse_connections)
    logging.disable(logging.WARNING)


def _refuse_connections(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "subprocess.Popen"}:
        raise PermissionError(f"a parse child may not {event}")
