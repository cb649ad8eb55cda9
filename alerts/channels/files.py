"""The channels `file:` and `stdout:` for scripts: a line of JSON a message, in a file appended and on its disk."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from urllib.parse import unquote, urlsplit

from alerts import wording
from news.errors import ChannelURLError
from news.messages import Delivered, Message, NotDelivered, Outcome

FORM = "write it as file:///folder/alerts.jsonl"


def check_url(url: str) -> None:
    """See that a URL can be used.

    Raises:
        ChannelURLError: It cannot; the text names the form.
    """
    read_path(url)


def shown(url: str) -> str:
    """Return the URL: there is nothing secret in it."""
    return url[:300]


def read_path(url: str) -> str | None:
    """Return the path of the file; None for stdout.

    Raises:
        ChannelURLError: It is no path that begins at the root.
    """
    parts = urlsplit(url)
    if parts.scheme == "stdout":
        if url.rstrip("/") != "stdout:":
            raise ChannelURLError("channel: stdout: takes nothing behind it; write it as stdout:")
        return None
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"} or not path.startswith("/") or path.endswith("/") or "\0" in path:
        raise ChannelURLError(f"channel: {url[:100]}: is no file; {FORM}")
    if parts.query or parts.fragment:
        raise ChannelURLError(f"channel: {url[:100]}: ? and # are written %3F and %23; {FORM}")
    return path


async def carry(url: str, message: Message) -> Outcome:
    """Append a line."""
    path = read_path(url)
    line = wording.as_json(message).encode() + b"\n"
    try:
        # A disk may hang: the loop must not.
        await asyncio.to_thread(_append, path, line) if path else await asyncio.to_thread(_print, line)
    except OSError as error:
        return NotDelivered(reason=f"the line could not be written: {error.strerror or type(error).__name__}")
    return Delivered()


def _append(path: str, line: bytes) -> None:
    # Not blocking: a pipe that nobody reads is refused at once.
    opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "it is no file")
        if found.st_size and os.pread(opened, 1, found.st_size - 1) != b"\n":
            # A full disk cut the last line off: that message comes again, on a line of its own.
            line = b"\n" + line
        if os.write(opened, line) != len(line):
            raise OSError(0, "the disk is full")
        os.fsync(opened)
    finally:
        os.close(opened)


def _print(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
