"""Work of several statements that must be one: locks that hold, writes that come together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from psycopg.pq import TransactionStatus

from store.rows import Connection

_Args = ParamSpec("_Args")
_Answer = TypeVar("_Answer")


def atomic(
    work: Callable[Concatenate[Connection, _Args], Coroutine[Any, Any, _Answer]],
) -> Callable[Concatenate[Connection, _Args], Coroutine[Any, Any, _Answer]]:
    """Run a function in one transaction: the caller's, where there is one, else its own.

    Connections of the pool commit by statement; a lock taken there would be gone before the next one.
    """

    @wraps(work)
    async def run(conn: Connection, /, *args: _Args.args, **kwargs: _Args.kwargs) -> _Answer:
        if not conn.autocommit or conn.info.transaction_status is not TransactionStatus.IDLE:
            return await work(conn, *args, **kwargs)
        async with conn.transaction():
            return await work(conn, *args, **kwargs)

    return run
