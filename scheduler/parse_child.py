"""The inside of a parse child: one document after another from a pipe, within limits, and nothing else.

Whatever happens to a reader goes back as a value, an exception as text: not every exception survives pickling. What
the limits cannot catch ends the child, and `parsing` sees to that.
"""

from __future__ import annotations

import logging
import os
import pickle
import resource
import signal
import sys
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

OUT_OF_MEMORY = 77
"""Exit code of a child that could not even take its document or hand on its answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader returned."""

    value: object


@dataclass(frozen=True, slots=True)
class Failure:
    """What the reader raised: the exception's name, and the traceback as text for the log."""

    name: str
    told: str
    of_memory: bool = False


def serve(pipe: Connection, memory_bytes: int) -> None:
    """Answer tasks, each a function with its arguments, until the pipe's other end is closed.

    Args:
        pipe: Tasks come in, pickled `Answer` or `Failure` go out.
        memory_bytes: Address space beyond that of a child at rest.
    """
    _confine(memory_bytes)
    try:
        while True:
            # In one expression: neither a document nor its answer is held while waiting for the next.
            pipe.send_bytes(_run(pipe.recv_bytes()))
    except (EOFError, ConnectionError):
        # The worker has ended, perhaps in the midst of a task.
        return
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _run(task: bytes) -> memoryview:
    """Run a pickled task; return its pickled outcome."""
    outcome: Answer | Failure
    try:
        function, arguments = pickle.loads(task)  # noqa: S301 our own worker's
        return ForkingPickler.dumps(Answer(function(*arguments)))
    except MemoryError:
        outcome = Failure("MemoryError", "", of_memory=True)
    except BaseException as error:  # noqa: BLE001 the border of the readers: a document must not end the worker
        outcome = Failure(type(error).__name__, traceback.format_exc())
    return ForkingPickler.dumps(outcome)


def _confine(memory_bytes: int) -> None:
    """Bound a child: memory, no core files, no secrets in its environment, no connections to anywhere."""
    limit = _address_space_bytes() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Ctrl-C is for the worker; it ends its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.clear()
    sys.addaudithook(_refuse_connections)
    logging.disable(logging.WARNING)


def _address_space_bytes() -> int:
    """Return the address space in use: what is loaded takes some of its own, on a large machine gigabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _refuse_connections(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "subprocess.Popen"}:
        raise PermissionError(f"a parse child may not {event}")
