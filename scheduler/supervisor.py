"""The supervisor: keeps child processes alive for ever, and the embedded Postgres with them.

What exits is started again, with backoff; what gives no sign of life for two minutes is killed and started again.
What the children do is theirs.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from news.errors import WirewatchError

SILENCE_S = 120.0
"""A child that has not beaten for this long hangs: a worker beats each second."""

START_S = 180.0
"""The first beat may take longer: the database is made, migrations run."""

TERM_S = 20.0
"""How long a child may take to end when told to; then it is killed. The whole stop stays within 30 s."""

LONGEST_BACKOFF_S = 60.0
STEADY_S = 60.0
"""A child that lived this long starts its backoff anew."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A process to keep alive.

    Attributes:
        name: For the log.
        command: Its words; `--heartbeat-fd N` is appended. It writes a byte to N now and then.
    """

    name: str
    command: tuple[str, ...]


async def supervise(
    children: Sequence[Child],
    stop: asyncio.Event,
    *,
    keep_database: Callable[[], None] | None = None,
    silence_s: float = SILENCE_S,
) -> None:
    """Keep the children alive until `stop` is set, then end them.

    Args:
        children: What to run.
        stop: Set by the entry point on SIGTERM and Ctrl-C.
        keep_database: Brings the embedded Postgres back when it died; called each second, in a thread.
        silence_s: After this time without a beat a child is killed.
    """
    async with asyncio.TaskGroup() as group:
        for child in children:
            group.create_task(_keep_alive(child, stop, silence_s))
        if keep_database is not None:
            group.create_task(_keep_database(keep_database, stop))


async def _keep_alive(child: Child, stop: asyncio.Event, silence_s: float) -> None:
    backoff_s = 1.0
    while not stop.is_set():
        began, code = time.monotonic(), None
        try:
            code = await _run_once(child, stop, silence_s)
        except OSError as error:
            # No memory for a process, an installation that is being replaced: it may pass.
            facts = {"action": "child_not_started", "child": child.name, "error": str(error)}
            log.error("child does not start", extra=facts)
        if stop.is_set():
            return
        if time.monotonic() - began > STEADY_S:
            backoff_s = 1.0
        log.warning(
            "child ended", extra={"action": "child_ended", "child": child.name, "code": code, "again_in_s": backoff_s}
        )
        await _sleep_unless(stop, backoff_s)
        backoff_s = min(backoff_s * 2, LONGEST_BACKOFF_S)


async def _run_once(child: Child, stop: asyncio.Event, silence_s: float) -> int | None:
    """Run the child until it exits, hangs or is told to stop; return its exit code."""
    read_fd, write_fd = os.pipe()
    os.set_blocking(read_fd, False)
    try:
        process = await asyncio.create_subprocess_exec(
            *child.command, "--heartbeat-fd", str(write_fd), pass_fds=(write_fd,), start_new_session=True
        )
    except OSError:
        os.close(read_fd)
        raise
    finally:
        os.close(write_fd)
    log.info("child began", extra={"action": "child_began", "child": child.name, "pid": process.pid})
    exited = asyncio.create_task(process.wait())
    try:
        await _watch(child, exited, read_fd, stop, silence_s)
        if not exited.done() and stop.is_set():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await asyncio.wait({exited}, timeout=TERM_S)
    finally:
        os.close(read_fd)
        # The whole group: a killed worker must not leave parse children behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = await exited
    return code


async def _watch(child: Child, exited: asyncio.Task[int], read_fd: int, stop: asyncio.Event, silence_s: float) -> None:
    """Return when the child has exited, has been silent too long, or `stop` is set."""
    last_beat, allowed_s = time.monotonic(), max(START_S, silence_s) if silence_s >= SILENCE_S else silence_s
    while not exited.done() and not stop.is_set():
        await asyncio.wait({exited}, timeout=0.25)
        with contextlib.suppress(BlockingIOError):
            if os.read(read_fd, 4096):
                last_beat, allowed_s = time.monotonic(), silence_s
        if time.monotonic() - last_beat > allowed_s:
            log.error("child hangs", extra={"action": "child_hangs", "child": child.name, "silent_s": silence_s})
            return


async def _keep_database(keep_database: Callable[[], None], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await asyncio.to_thread(keep_database)
        except WirewatchError as error:
            # A full disk or the like: it may pass; the children wait meanwhile.
            log.error("database does not start", extra={"action": "database_down", "error": str(error)})
            await _sleep_unless(stop, 5)
        await _sleep_unless(stop, 1)


async def _sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
