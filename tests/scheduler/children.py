"""What misbehaves in a parse child; in a module of its own, so that children can import it."""

import os
import socket
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
