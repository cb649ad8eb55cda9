"""Unpacks what a server packed (gzip, deflate, brotli, zstd), in bounded steps and up to a bounded size.

A bomb costs no more memory than the cap and never holds the loop for long. Which bytes arrive is the handler's.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Generator, Iterator

import brotli
import zstandard

from crawler.room import LARGE_BYTES

MOST_LAYERS = 2
"""A server that packs twice by mistake exists; one that packs thrice is hostile (2,000 layers of gzip take 3 s)."""

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_STEP = 256 * 1024
"""Most bytes that one step of zlib or brotli gives: a quarter of a millisecond."""

_ZSTD_STEP = 256
"""zstd takes no limit for its output, so its input is cut fine: 4 bytes may give a block of 128 KiB, these 8 MiB."""

_ZSTD_WINDOW = 8 * 1024 * 1024
"""Most memory a zstd frame may ask for; more is not for HTTP (RFC 9659)."""

_YIELD_AFTER = 1024 * 1024
"""Bytes unpacked before the loop gets its turn."""

_MOST_MEMBERS = 1000
"""A gzip file may be several joined ones; a body of empty ones by the hundred thousand is an attack."""

_NOT_PACKED = {"", "identity", "none", "binary", "8bit", "utf-8", "utf8"}
"""Names that outlets write although nothing is packed; browsers ignore them too."""


class UnpackError(Exception):
    """A body cannot be unpacked: broken, cut off, or packed in a way we did not ask for."""


class TooLargeError(Exception):
    """A body is larger than the cap once unpacked."""


def layers_of(content_encoding: str) -> tuple[str, ...]:
    """Return the ways a body is packed, outermost first.

    Raises:
        UnpackError: There are too many, or one is unknown.
    """
    names = [name.strip().lower().removeprefix("x-") for name in content_encoding.split(",", 64)]
    layers = tuple(name for name in reversed(names) if name not in _NOT_PACKED)
    if len(layers) > MOST_LAYERS:
        raise UnpackError(f"packed {len(layers)} times over")
    for name in layers:
        if name not in _UNPACKERS:
            raise UnpackError(f"packed as {name[:20]!r}, which we did not ask for")
    return layers


async def unpack(
    body: bytes,
    layers: tuple[str, ...],
    max_bytes: int,
    *,
    cut: bool = False,
    make_room: Callable[[], Awaitable[None]] | None = None,
) -> bytes:
    """Return a body without its layers.

    Args:
        body: As sent.
        layers: As `layers_of` gives them.
        max_bytes: Most bytes of any layer.
        cut: Take what fits, and a body that ends early, instead of refusing it.
        make_room: Awaited once what comes out is large.

    Raises:
        UnpackError: It is broken or ends early.
        TooLargeError: It is larger than the cap.
    """
    for layer in layers:
        if not body:
            break
        body = await _unpack_layer(body, layer, max_bytes, cut, make_room)
    return body


async def _unpack_layer(
    body: bytes, layer: str, max_bytes: int, cut: bool, make_room: Callable[[], Awaitable[None]] | None
) -> bytes:
    parts: list[bytes] = []
    n_bytes = n_since = 0
    try:
        for part in _UNPACKERS[layer](body):
            parts.append(part)
            n_bytes += len(part)
            if n_bytes > max_bytes:
                if not cut:
                    raise TooLargeError
                return b"".join(parts)[:max_bytes]
            if n_bytes > LARGE_BYTES and make_room is not None:
                await make_room()
            n_since += len(part) + _STEP // 64
            if n_since > _YIELD_AFTER:
                n_since = 0
                await asyncio.sleep(0)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise UnpackError(f"broken {layer}: {error}") from error
    except EOFError as error:
        if not cut:
            raise UnpackError(f"the {layer} ends early") from error
    return b"".join(parts)


def _gunzip(body: bytes) -> Iterator[bytes]:
    """Yield the content of every joined member; rubbish behind the last is ignored, as browsers do."""
    position = 0
    for _ in range(_MOST_MEMBERS):
        position = yield from _inflate(body, position, 31)
        if body[position : position + 2] != b"\x1f\x8b":
            return
    raise zlib.error("too many members")


def _undeflate(body: bytes) -> Iterator[bytes]:
    """Yield the content of a deflate body; some servers leave the zlib header out."""
    zlib_header = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] * 256 + body[1]) % 31 == 0
    yield from _inflate(body, 0, 15 if zlib_header else -15)


def _inflate(body: bytes, position: int, wbits: int) -> Generator[bytes, None, int]:
    """Yield the content of one zlib stream; return where it ends."""
    unpacker = zlib.decompressobj(wbits)
    rest = b""
    while not unpacker.eof:
        if not rest:
            rest = body[position : position + _STEP]
            position += len(rest)
        at_end = not rest
        part = unpacker.decompress(rest, _STEP)
        rest = unpacker.unconsumed_tail
        if at_end and not part and not unpacker.eof:
            raise EOFError
        yield part
    return position - len(unpacker.unused_data)


def _unbrotli(body: bytes) -> Iterator[bytes]:
    """Yield the content of a brotli body. `can_accept_more_data()` is no guide: 1.2.1 says it with input left over."""
    unpacker = brotli.Decompressor()
    part = unpacker.process(body, output_buffer_limit=_STEP)
    while not unpacker.is_finished():
        yield part
        part = unpacker.process(b"", output_buffer_limit=_STEP)
        if not part and not unpacker.is_finished():
            raise EOFError
    yield part


def _unzstd(body: bytes) -> Iterator[bytes]:
    """Yield the content of every joined frame; rubbish behind the last is ignored."""
    position = 0
    for _ in range(_MOST_MEMBERS):
        unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        while not unpacker.eof:
            if position >= len(body):
                raise EOFError
            yield unpacker.decompress(body[position : position + _ZSTD_STEP])
            position += _ZSTD_STEP
        position = min(position, len(body)) - len(unpacker.unused_data)
        if body[position : position + 4] != b"\x28\xb5\x2f\xfd":
            return
    raise zstandard.ZstdError("too many frames")


_UNPACKERS = {"gzip": _gunzip, "deflate": _undeflate, "br": _unbrotli, "zstd": _unzstd}
