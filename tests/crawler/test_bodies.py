"""Unpacking: right, bounded, and in turns with the rest of the loop."""

from __future__ import annotations

import asyncio
import gzip
import random
import time
import zlib

import brotli
import pytest
import zstandard
from hostile_server import bomb

from crawler.bodies import TooLargeError, UnpackError, layers_of, unpack

MIB = 1024 * 1024
TEXT = "Новости дня. ".encode() * 20_000
NOISE = random.Random(7).randbytes(3 * MIB)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKED = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("body", [b"", b"x", TEXT, NOISE], ids=["empty", "one", "text", "noise"])
@pytest.mark.parametrize("name", PACKED)
async def test_what_was_packed_is_unpacked(name: str, body: bytes) -> None:
    assert await unpack(PACKED[name](body), layers_of(name), 5 * MIB) == body


@pytest.mark.parametrize("outer", PACKED)
@pytest.mark.parametrize("inner", PACKED)
async def test_two_layers_are_unpacked_in_the_order_of_the_header(inner: str, outer: str) -> None:
    body = PACKED[outer](PACKED[inner](TEXT))
    assert await unpack(body, layers_of(f"{inner}, {outer}"), 5 * MIB) == TEXT


@pytest.mark.parametrize(
    ("header", "layers"),
    [
        ("", ()),
        ("identity", ()),
        ("UTF-8", ()),
        ("none, gzip", ("gzip",)),
        ("GZIP", ("gzip",)),
        (" gzip ,, br ", ("br", "gzip")),
    ],
)
def test_a_header_names_the_layers_outermost_first(header: str, layers: tuple[str, ...]) -> None:
    assert layers_of(header) == layers


@pytest.mark.parametrize("header", ["compress", "gzip, gzip, gzip", "gzip," * 5000, "aws-chunked", "\x00"])
def test_what_we_did_not_ask_for_is_refused(header: str) -> None:
    with pytest.raises(UnpackError):
        layers_of(header)


@pytest.mark.parametrize("name", PACKED)
async def test_a_body_that_ends_early_is_refused_or_taken_as_far_as_it_goes(name: str) -> None:
    packed = PACKED[name](NOISE)
    half = packed[: len(packed) // 2]
    with pytest.raises(UnpackError):
        await unpack(half, layers_of(name), 5 * MIB)
    taken = await unpack(half, layers_of(name), 5 * MIB, cut=True)
    assert len(taken) > MIB
    assert NOISE.startswith(taken)


@pytest.mark.parametrize("name", PACKED)
async def test_a_body_that_is_broken_is_refused(name: str) -> None:
    packed = bytearray(PACKED[name](TEXT))
    packed[: len(packed) // 2] = b"\xff" * (len(packed) // 2)
    with pytest.raises(UnpackError):
        await unpack(bytes(packed), layers_of(name), 5 * MIB)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
async def test_joined_members_are_one_body_and_rubbish_behind_them_is_ignored(name: str) -> None:
    packed = PACKED[name](TEXT) + PACKED[name](b"more") + b"rubbish"
    assert await unpack(packed, layers_of(name), 5 * MIB) == TEXT + b"more"


@pytest.mark.parametrize("name", ["gzip", "zstd"])
async def test_empty_members_by_the_hundred_thousand_are_refused(name: str) -> None:
    with pytest.raises(UnpackError, match="too many"):
        await unpack(PACKED[name](b"") * 100_000, layers_of(name), 5 * MIB)


async def test_a_zstd_frame_that_wants_too_much_memory_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = packer.compress(NOISE) + packer.flush()
    with pytest.raises(UnpackError, match="zstd"):
        await unpack(packed, ("zstd",), 5 * MIB)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
async def test_a_bomb_is_refused_at_the_cap_and_others_get_their_turn(name: str) -> None:
    packed = bomb(name, 256)
    n_turns = 0

    async def count_turns() -> None:
        nonlocal n_turns
        while True:
            n_turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_turns())
    started_at = time.process_time()
    with pytest.raises(TooLargeError):
        await unpack(packed, (name,), 50 * MIB)
    assert time.process_time() - started_at < 2
    assert n_turns > 4
    counting.cancel()


async def test_exactly_the_cap_is_not_too_large() -> None:
    assert len(await unpack(gzip.compress(bytes(MIB)), ("gzip",), MIB)) == MIB
    with pytest.raises(TooLargeError):
        await unpack(gzip.compress(bytes(MIB + 1)), ("gzip",), MIB)
