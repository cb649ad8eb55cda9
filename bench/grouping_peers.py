"""What others find copies with, on the same words as ours: exact hashes, SimHash, and MinHash-LSH by two libraries.

Each groups a stream online: an article joins the group of the most alike that came before it within the copy window.
`datasketch` and `rensa` are in the dependency group `bench`; one that is not installed is left out.
"""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from bench.grouping_copies import Grouping
from bench.grouping_streams import Told
from news.copies import COPY_WINDOW
from news.fingerprints import hash_words, text_hash
from news.tokens import tokens

_BITS, _MOST_DISTANCE, _BANDS = 64, 3, 4
_SHINGLE_WORDS = 5


def installed() -> dict[str, Grouping]:
    """Return the peers that can be asked, by name."""
    found: dict[str, Grouping] = {"exact hash": exact, "SimHash, 3 of 64 bits": simhash}
    if importlib.util.find_spec("datasketch"):
        found["MinHash-LSH 0.5, datasketch"] = datasketch_minhash
    if importlib.util.find_spec("rensa"):
        found["MinHash-LSH 0.5, rensa"] = rensa_minhash
    return found


def exact(stream: Sequence[Told]) -> list[Hashable]:
    """Group what has the same words."""
    return [text_hash(tokens(told.text)) or number for number, told in enumerate(stream)]


def simhash(stream: Sequence[Told]) -> list[Hashable]:
    """Group what differs in at most three of 64 bits.

    Source: Manku, Jain, Das Sarma, "Detecting Near-Duplicates for Web Crawling", WWW 2007.
    """
    prints = [_simhash(told) for told in stream]
    bands: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    def near(number: int) -> Iterable[tuple[float, int]]:
        own = prints[number]
        keys = [(band, own >> (16 * band) & 0xFFFF) for band in range(_BANDS)]
        for other in {other for key in keys for other in bands[key]}:
            distance = (own ^ prints[other]).bit_count()
            if distance <= _MOST_DISTANCE:
                yield -distance, other
        for key in keys:
            bands[key].append(number)

    return _grouped(stream, near)


def _simhash(told: Told) -> int:
    hashes = hash_words(tokens(told.text))
    bits = (hashes[:, None] >> np.arange(_BITS, dtype=np.uint64)) & np.uint64(1)
    weights = 2 * bits.sum(axis=0).astype(np.int64) - len(hashes)
    return sum(1 << place for place in range(_BITS) if weights[place] > 0)


def datasketch_minhash(stream: Sequence[Told]) -> list[Hashable]:
    """Group what has half of its shingles in common, by datasketch: 128 permutations, 32 bands of 4."""
    from datasketch import MinHash, MinHashLSH

    index: Any = MinHashLSH(params=(32, 4), num_perm=128)
    prints: list[Any] = []

    def near(number: int) -> Iterable[tuple[float, int]]:
        own: Any = MinHash(num_perm=128)
        own.update_batch([shingle.encode() for shingle in _shingles(stream[number])])
        for other in index.query(own):
            if (likeness := own.jaccard(prints[other])) >= 0.5:
                yield likeness, other
        index.insert(number, own)
        prints.append(own)

    return _grouped(stream, near)


def rensa_minhash(stream: Sequence[Told]) -> list[Hashable]:
    """Group what has half of its shingles in common, by rensa: 128 permutations, 32 bands of 4."""
    from rensa import RMinHash, RMinHashLSH

    index: Any = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    prints: list[Any] = []

    def near(number: int) -> Iterable[tuple[float, int]]:
        own: Any = RMinHash(num_perm=128, seed=7)
        own.update(_shingles(stream[number]))
        for other in index.query(own):
            if (likeness := own.jaccard(prints[other])) >= 0.5:
                yield likeness, other
        index.insert(number, own)
        prints.append(own)

    return _grouped(stream, near)


def _shingles(told: Told) -> list[str]:
    words = tokens(told.text)
    return [" ".join(words[n : n + _SHINGLE_WORDS]) for n in range(max(1, len(words) - _SHINGLE_WORDS + 1))]


def _grouped(stream: Sequence[Told], near: Callable[[int], Iterable[tuple[float, int]]]) -> list[Hashable]:
    groups: list[Hashable] = []
    for number, told in enumerate(stream):
        in_time = [
            (likeness, -other)
            for likeness, other in near(number)
            if told.fetched_at - stream[other].fetched_at <= COPY_WINDOW
        ]
        groups.append(groups[-max(in_time)[1]] if in_time else number)
    return groups
