"""What misbehaves in a parse child; in a module of its own, so that children can import it."""

import os
import socket
import sys
import time


def answer(word: str) -> str:
    return word.upper()


def sleep_for_ever() -> None:
    time.sleep(600)


def eat_memory() -> int:
    return len(bytearray(8 * 1024**3))


def abort() -> None:
    os.abort()


def fail() -> None:
    raise KeyError("a mistake in a reader")


def connect() -> None:
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def environment() -> dict[str, str]:
    return dict(os.environ)


class PickyError(Exception):
    """Goes through a pipe, and fails at its other end."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one)


def fail_pickily() -> None:
    raise PickyError("this", "that")


def leave() -> None:
    raise SystemExit(0)


def leave_at_once() -> None:
    os._exit(0)


def answer_what_does_not_cross() -> object:
    return lambda: 1


def length(body: bytes) -> int:
    return len(body)


def answer_at_length(n_bytes: int) -> bytes:
    return bytes(n_bytes)


def loaded() -> set[str]:
    return {"trafilatura", "py3langid", "feedparser", "protego"} & set(sys.modules)


def n_models_loaded() -> int:
    from extractors.language import load_model

    return load_model.cache_info().currsize
