"""py3langid's model in a quarter of its memory: how likely a text is in each of some languages.

The library holds 90 MB, and 104 MB while it loads, half of what a reader of pages needs. Three quarters are
rows of its automaton that are nearly equal, and languages of which nobody watches news: equal pieces of rows are kept
once, other languages are not read. The answers are the library's own. Which language a text is in is for `language` to
say.
"""

from __future__ import annotations

import lzma
import math
import shutil
import tempfile
import unicodedata
import zipfile
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from py3langid.langid import MODEL_DIR, MODEL_FILE

_BYTES = 256
_PIECE = 16
"""Cells of a row that are kept together: pieces of 8 need 7 MB, of 16 6 MB, of 32 7.5 MB, all rows whole 39 MB."""

_AT_ONCE = 1024
"""Rows that are read at once: 1 MB of the automaton."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Naive Bayes over byte n-grams, which an automaton finds.

    Attributes:
        languages: Of the columns of `weights`; one may have several.
        weights: How much each n-gram speaks for each language.
        priors: Of each column.
        features: The n-gram that each state ends, -1 for none.
        rows: Where the pieces of a state's row begin in `pieces`.
        pieces: Where the cells of a piece begin in `cells`.
        cells: The next states.
    """

    languages: tuple[str, ...]
    weights: NDArray[np.float16]
    priors: NDArray[np.float32]
    features: NDArray[np.int32]
    rows: array[int]
    pieces: array[int]
    cells: array[int]

    def rank(self, text: str) -> dict[str, float]:
        """Return how likely each language is; together 1."""
        composed = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
        encoded = composed.encode("utf-8", "surrogatepass")
        found = self.features[self._states(encoded)]
        ngrams, counts = np.unique(found[found >= 0], return_counts=True)
        scores = np.zeros(len(self.languages), dtype=np.float32)
        if len(ngrams):
            # As the library has it: the square root keeps what it says of long texts and short ones alike.
            scores = np.log1p(counts.astype(np.float32)) @ self.weights[ngrams] + self.priors
            scores /= math.sqrt(len(encoded))
        shares = np.exp(scores - scores.max())
        likely: dict[str, float] = {}
        for language, share in zip(self.languages, (shares / shares.sum()).tolist(), strict=True):
            likely[language] = likely.get(language, 0.0) + share
        return likely

    def _states(self, encoded: bytes) -> list[int]:
        """Return the states that a text leads through."""
        rows, pieces, cells = self.rows, self.pieces, self.cells
        state = 0
        states = []
        for letter in encoded:
            state = cells[pieces[rows[state] + (letter >> 4)] + (letter & 15)]
            states.append(state)
        return states


def read_model(languages: Iterable[str]) -> LanguageModel:
    """Read the library's file: half a second of CPU.

    Args:
        languages: Codes of ISO 639-1.
    """
    wanted = frozenset(languages)
    # Unpacked it has 68 MB, which need not be in memory at once.
    with tempfile.TemporaryFile(suffix=".npz") as unpacked:
        with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
            shutil.copyfileobj(packed, unpacked, 1 << 20)
        with zipfile.ZipFile(unpacked) as arrays:
            classes = _whole(arrays, "classes").tolist()
            columns = [number for number, language in enumerate(classes) if language in wanted]
            pieces, cells = _shared_pieces(_chunks(arrays, "nextmove", _BYTES))
            return LanguageModel(
                languages=tuple(classes[number] for number in columns),
                weights=_columns(arrays, "ptc", columns),
                priors=_whole(arrays, "pc")[columns],
                features=_whole(arrays, "out_feat"),
                rows=_array(_whole(arrays, "nextmove_row").astype(np.uint32) * (_BYTES // _PIECE)),
                pieces=pieces,
                cells=cells,
            )


def _shared_pieces(chunks: Iterable[NDArray[np.uint32]]) -> tuple[array[int], array[int]]:
    """Return where each piece of the rows stands among the cells, and the cells, equal pieces once."""
    places: dict[bytes, int] = {}
    pieces = array("I")
    for chunk in chunks:
        cells = chunk.tobytes()
        size = _PIECE * chunk.itemsize
        pieces.extend(
            places.setdefault(cells[at : at + size], _PIECE * len(places)) for at in range(0, len(cells), size)
        )
    return pieces, array("I", b"".join(places))


def _columns(arrays: zipfile.ZipFile, name: str, columns: list[int]) -> NDArray[np.float16]:
    with arrays.open(f"{name}.npy") as member:
        (n_rows, n_columns), dtype = _head(member)
        found = np.empty((n_rows, len(columns)), dtype=dtype)
        for start in range(0, n_rows, _AT_ONCE):
            n_read = min(_AT_ONCE, n_rows - start)
            rows = _read(member, n_read * n_columns, dtype).reshape(n_read, n_columns)
            found[start : start + n_read] = rows[:, columns]
        return found


def _chunks(arrays: zipfile.ZipFile, name: str, width: int) -> Iterator[NDArray[np.uint32]]:
    with arrays.open(f"{name}.npy") as member:
        (n_left,), dtype = _head(member)
        while n_left:
            n_read = min(_AT_ONCE * width, n_left)
            yield _read(member, n_read, dtype).astype(np.uint32)
            n_left -= n_read


def _whole(arrays: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with arrays.open(f"{name}.npy") as member:
        return npy.read_array(member, allow_pickle=False)


def _head(member: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    npy.read_magic(member)
    shape, in_columns, dtype = npy.read_array_header_1_0(member)
    assert not in_columns, "the library writes rows"
    return shape, dtype


def _read(member: IO[bytes], n: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    return np.frombuffer(member.read(n * dtype.itemsize), dtype=dtype)


def _array(numbers: NDArray[np.uint32]) -> array[int]:
    found = array("I")
    found.frombytes(numbers.tobytes())
    return found
