"""The labelled pages of the shared data, and the scoring tool that says what a reader made of them.

What a number means is the tool's, `../shared/tools/score_extraction.py`; it is imported from where it stands.
Which readers are asked, and how their answers are shown, is `extraction`'s.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import importlib.util
import json
import os
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETS = ("english", "publishers", "news2023", "multilingual", "snippets")

_DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data"
_TOOL = Path("tools") / "score_extraction.py"

Scores = dict[str, Any]
"""What the tool says of one page, or of many: F1, precision, recall and so on, by its own names."""


class NotThereError(Exception):
    """Pages or the scoring tool are absent; the text says where they were looked for and how to name the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One labelled page. `row` is its line in the index, as the tool takes it."""

    corpus: str
    folder: Path
    row: dict[str, Any]

    @property
    def id(self) -> str:
        """The page's name within its set."""
        return str(self.row["id"])

    @property
    def language(self) -> str | None:
        """As labelled."""
        language: str | None = self.row["language"]
        return language

    @property
    def half(self) -> int:
        """0 or 1, the same for all pages of a site: who tunes on one half reports on the other."""
        return zlib.crc32(str(self.row["site"]).encode()) % 2

    def read(self) -> bytes:
        """Return the page as it was served."""
        return gzip.decompress((self.folder / "html" / f"{self.id}.html.gz").read_bytes())


def data_folder() -> Path:
    """Return where the corpora are: `WIREWATCH_TEST_DATA`, else beside the project."""
    return Path(os.environ.get("WIREWATCH_TEST_DATA") or _DEFAULT)


def read_labelled(data: Path, sets: Sequence[str] = SETS, half: int | None = None) -> list[Labelled]:
    """Read the indexes.

    Raises:
        NotThereError: A set is absent.
    """
    pages = []
    for corpus in sets:
        index = data / "extraction" / corpus / "index.jsonl"
        if not index.is_file():
            raise NotThereError(f"no labelled pages at {index}: name the corpora's folder in WIREWATCH_TEST_DATA")
        lines = index.read_text(encoding="utf-8").split("\n")
        pages += [Labelled(corpus=corpus, folder=index.parent, row=json.loads(line)) for line in lines if line]
    return [page for page in pages if half is None or page.half == half]


def sample(pages: Iterable[Labelled], n_each: int) -> list[Labelled]:
    """Return at most so many pages of each set and language, always the same: those of the lowest hash."""
    strata: dict[tuple[str, str | None], list[Labelled]] = defaultdict(list)
    for page in pages:
        strata[page.corpus, page.language].append(page)
    by_hash = functools.partial(sorted, key=lambda page: hashlib.sha256(page.id.encode()).digest())
    return [page for stratum in strata.values() for page in by_hash(stratum)[:n_each]]


@functools.cache
def load_tool(data: Path) -> Any:
    """Import the scoring tool, which stands beside the corpora.

    Raises:
        NotThereError: It does not.
    """
    file = data.parent / _TOOL
    if not file.is_file():
        raise NotThereError(f"the scoring tool is not at {file}: it stands beside the corpora's folder")
    spec = importlib.util.spec_from_file_location("score_extraction", file)
    assert spec is not None
    assert spec.loader is not None
    tool: Any = importlib.util.module_from_spec(spec)
    sys.modules["score_extraction"] = tool
    spec.loader.exec_module(tool)
    # It looks its extractor up for every page, and makes the import path longer each time.
    tool.load_extractor = functools.cache(tool.load_extractor)
    return tool


def score(page: Labelled, extractor: str, data: Path) -> Scores:
    """Let a reader read a page and the tool judge what it says.

    Args:
        page: Which.
        extractor: A name of the tool's own, or `module:function`.
        data: The corpora's folder.
    """
    scores: Scores = load_tool(data).score_page((extractor, str(page.folder), page.row))
    return scores


def refuse_connections() -> None:
    """Let nothing in this process dial: some readers fetch the pictures of a page, and wait for them."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo"}:
        raise PermissionError(f"a reader may not {event}")


def summarise(scores: Sequence[Scores], data: Path) -> Scores:
    """Return the tool's summary of many pages."""
    summary: Scores = load_tool(data).summarise(list(scores))
    return summary


def page_f1(scores: Scores) -> float | None:
    """Return the F1 of one page's text; None where the page has no reference."""
    if "counts" not in scores:
        return None
    tp, fp, fn = scores["counts"]
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 1.0
