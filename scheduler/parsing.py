"""The parse children seen from the worker: hostile documents are read in processes that can be killed.

What a document says is the extractors' business, and how a child runs their readers is `parse_child`'s; this file hands
out tasks, keeps the deadline and replaces children. One thread drives each child, with a pipe of its own: no child can
block another, whatever becomes of it.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.reduction import ForkingPickler
from types import TracebackType
from typing import TypeVar, cast

from news.model import Unreadable
from scheduler import parse_child
from scheduler.config import SchedulerConfig
from scheduler.parse_child import Answer, Failure

S = TypeVar("S")
T = TypeVar("T")

TASKS_A_CHILD = 500
"""A child is replaced after so many documents: libxml2 and the language model leave crumbs."""

END_S = 5.0
"""How long a killed child may take to be gone."""

MOST_TOLD_CHARS = 2000
"""Of a traceback, from its end."""

log = logging.getLogger(__name__)


class ParsePool:
    """A few child processes; each task has a deadline in wall time, each child a limit of memory.

    Opening it starts the children in the background: the first task waits for them, off its deadline.

    Args:
        config: `n_parse_children`, `parse_timeout_s`, `parse_memory_bytes`.
    """

    def __init__(self, config: SchedulerConfig) -> None:
        # Else the server that forks them would import what lies in the folder a person happens to stand in: a file
        # `extractors.py` there ran as ours. Python 3.11 hands its search path on only to the children.
        os.environ["PYTHONSAFEPATH"] = "1"
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["scheduler.preload"])
        n_children = config.n_parse_children
        self._children = [_Child(context, config.parse_memory_bytes, config.parse_timeout_s) for _ in range(n_children)]
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(n_children, thread_name_prefix="parse-child")

    async def __aenter__(self) -> ParsePool:
        for child in self._children:
            self._idle.put(child)
            self._threads.submit(self._with_a_child, _Child.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._close)

    async def run(self, function: Callable[..., T], *args: object) -> T | Unreadable:
        """Run a reader in a child.

        Returns:
            Its answer, or why it gave none: too slow, too large, or the reader failed on this document.
        """
        loop = asyncio.get_running_loop()
        outcome = await loop.run_in_executor(
            self._threads, self._with_a_child, lambda child: child.answer(function, args)
        )
        if isinstance(outcome, Answer):
            return cast("T", outcome.value)
        if isinstance(outcome, Unreadable):
            return outcome
        if outcome.of_memory:
            return Unreadable(reason="reading it took more memory than a document may", ended=True)
        facts = {"action": "reader_failed", "reader": function.__name__, "traceback": outcome.told[-MOST_TOLD_CHARS:]}
        log.error("reader failed", extra=facts)
        return Unreadable(reason=f"the reader failed on it ({outcome.name})")

    def _with_a_child(self, work: Callable[[_Child], S]) -> S:
        child = self._idle.get()
        try:
            return work(child)
        finally:
            self._idle.put(child)

    def _close(self) -> None:
        for child in self._children:
            child.close()
        self._threads.shutdown(cancel_futures=True)


class _Child:
    """A child process, and the next one in its place when it has ended. One thread at a time uses it."""

    def __init__(self, context: ForkServerContext, memory_bytes: int, timeout_s: float) -> None:
        self._context = context
        self._memory_bytes = memory_bytes
        self._timeout_s = timeout_s
        self._process: ForkServerProcess | None = None
        self._pipe: Connection | None = None
        self._n_tasks = 0
        self._closed = False
        self._turn = threading.Lock()

    def start(self) -> None:
        """Start the process, unless it runs and has tasks left."""
        with self._turn:
            if self._process is not None and self._process.is_alive() and self._n_tasks < TASKS_A_CHILD:
                return
            self._end()
            if self._closed:
                raise RuntimeError("the parse children have been closed")
            self._begin()

    def answer(self, function: Callable[..., object], args: tuple[object, ...]) -> Answer | Failure | Unreadable:
        """Hand a task to the process and wait for its outcome, at most until the deadline."""
        task = ForkingPickler.dumps((function, args))
        self.start()
        assert self._pipe is not None
        try:
            self._pipe.send_bytes(task)
            self._n_tasks += 1
            if self._pipe.poll(self._timeout_s):
                outcome: Answer | Failure = self._pipe.recv()
                return outcome
        except (EOFError, OSError):
            return self._last_words()
        with self._turn:
            self._end()
        return Unreadable(reason=f"reading it took longer than {self._timeout_s:g} seconds", ended=True)

    def close(self) -> None:
        """Kill the process, also in the midst of a task; none is started any more."""
        with self._turn:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def _begin(self) -> None:
        ours, theirs = self._context.Pipe()
        # Held here too, its end would keep us from noticing that the child has ended.
        with theirs:
            process = self._context.Process(
                target=parse_child.serve, args=(theirs, self._memory_bytes), name="parse-child", daemon=True
            )
            _start(process)
        self._process, self._pipe, self._n_tasks = process, ours, 0

    def _last_words(self) -> Failure | Unreadable:
        """Say how the process ended in the midst of a task."""
        assert self._process is not None
        self._process.join(END_S)
        code = self._process.exitcode or 0
        with self._turn:
            self._end()
        if code == parse_child.OUT_OF_MEMORY:
            return Failure("MemoryError", "", of_memory=True)
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return Unreadable(reason=f"reading it ended the reader ({how})", ended=True)

    def _end(self) -> None:
        if self._process is None:
            return
        assert self._pipe is not None
        self._pipe.close()
        self._process.kill()
        self._process.join(END_S)
        self._process = self._pipe = None


def _start(process: ForkServerProcess) -> None:
    """Start a child. What forks them may have been killed: until the system has buried it, none takes its place."""
    deadline = time.monotonic() + END_S
    while True:
        try:
            process.start()
        except (EOFError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
