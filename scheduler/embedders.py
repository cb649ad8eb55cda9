"""Loads the model of meaning that an operator names, if any; what it is for says `news.meaning`."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import lru_cache

from news.errors import ConfigError
from news.meaning import Embedder

_MOST_KEPT = 4_096
"""Vectors of texts that were asked for before: the sweep asks for the same ones each time it goes round."""


class Remembering:
    """An embedder that asks another only for texts it has not seen."""

    def __init__(self, embedder: Embedder) -> None:
        self.alike = embedder.alike
        self._embedder = embedder
        self._known: dict[str, Sequence[float]] = {}

    def embed(self, texts: Sequence[str]) -> list[Sequence[float]]:
        """Return a vector for each text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        found = [self._known[text] for text in texts]
        while len(self._known) > _MOST_KEPT:
            del self._known[next(iter(self._known))]
        return found


@lru_cache(1)
def load_embedder(name: str) -> Embedder:
    """Return the model that `module:callable` makes when it is called without arguments.

    Raises:
        ConfigError: There is no such module or name, or what it makes is no `Embedder`.
    """
    module, _, maker = name.partition(":")
    try:
        made = getattr(importlib.import_module(module), maker)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise ConfigError(f"setting: WIREWATCH_EMBEDDER: {name!r}: {error}; write it as module:callable") from error
    if not isinstance(made, Embedder):
        raise ConfigError(f"setting: WIREWATCH_EMBEDDER: {name!r}: makes no embedder, see news/meaning.py")
    return Remembering(made)
