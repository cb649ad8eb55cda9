"""Learns from labelled pages which blocks are the article, and writes the trees that the reader asks.

    python -m bench.train_reader [--check]

`--check` trains on two thirds of the sites and scores on the last third, in turn, so that every page is scored by
trees that have labels contradict what all others teach is left out of what is learned from.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from bench.block_labels import read_labels
from bench.labelled import Labelled, NotThereError, Scores, data_folder, load_tool, read_labelled, summarise
from extractors import context, features, forest, verdicts
from extractors.assembly import assemble
from extractors.blocks import Block, read_blocks
from extractors.body import kinds_of
from extractors.clues import Clues
from extractors.core import FAR
from extractors.cues import Kind
from extractors.documents import load_document
from extractors.layout import Layout
from extractors.metadata import read_metadata
from news.model import Unreadable

N_FOLDS = 3
N_FIRST, N_SECOND = 120, 180
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.07,
    "num_leaves": 20,
    "max_depth": 6,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10,
    "max_bin": 63,
    "min_sum_hessian_in_leaf": 0.5,
    "seed": 1,
    "deterministic": True,
    "verbose": -1,
}
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_NAMELESS_EVERY = 3
"""Of so many pages one is shown a second time without the names of its parts: other sites use other names."""

_LEAST_AGREEMENT = 0.15
_PARTS = [number for number, name in enumerate(features.NAMES) if name.startswith("part_")]


@dataclass(slots=True)
class Sample:
    """A labelled page, measured.

    Attributes:
        wanted: Of each block, whether the labels have it.
        weights: Of each block; 0 where the labels do not say.
        first, second: What the trees said.
    """

    page: Labelled
    clues: Clues
    blocks: list[Block]
    kinds: list[Kind | None]
    rows: NDArray[np.float32]
    wanted: NDArray[np.float32]
    weights: NDArray[np.float32]
    first: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    second: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def fold(self, n_folds: int, salt: str) -> int:
        """Return a number below `n_folds`, the same for all pages of a site."""
        return zlib.crc32((salt + str(self.page.row["site"])).encode()) % n_folds


@dataclass(frozen=True, slots=True)
class Trained:
    """The trees of both judgements."""

    first: lightgbm.Booster
    second: lightgbm.Booster


def read_samples(pages: Sequence[Labelled]) -> list[Sample]:
    """Measure every page that can be parsed."""
    with ProcessPoolExecutor() as pool:
        found = track(pool.map(_read_sample, pages, chunksize=20), "measuring", total=len(pages))
        return [sample for sample in found if sample is not None]


def train(samples: Sequence[Sample]) -> Trained:
    """Train both judgements; the second learns from first ones of trees that have not seen the page's site."""
    for fold in range(N_FOLDS + 1):
        others = [sample for sample in samples if sample.fold(N_FOLDS + 1, "inner") != fold]
        booster = _fit(_with_nameless(others), N_FIRST)
        for sample in samples:
            if sample.fold(N_FOLDS + 1, "inner") == fold:
                sample.first = np.asarray(booster.predict(sample.rows))
    shown = _with_nameless(samples)
    return Trained(_fit(shown, N_FIRST), _fit([replace(one, rows=_second_rows(one)) for one in shown], N_SECOND))


def judge(trained: Trained, samples: Iterable[Sample]) -> None:
    """Write what the trees say into samples."""
    for sample in samples:
        sample.first = np.asarray(trained.first.predict(sample.rows))
        sample.second = np.asarray(trained.second.predict(_second_rows(sample)))


def judge_unseen(samples: Sequence[Sample]) -> None:
    """Let every page be judged by trees that have not seen its site."""
    for fold in track(range(N_FOLDS), "training on two thirds"):
        seen = [sample for sample in samples if sample.fold(N_FOLDS, "outer") != fold]
        judge(train(seen), (sample for sample in samples if sample.fold(N_FOLDS, "outer") == fold))


def leave_out_contradicted(samples: Sequence[Sample]) -> int:
    """Give no weight to pages whose labels share next to nothing with what unseen sites taught; return how many."""
    n_left_out = 0
    for sample in samples:
        n_words = np.array([block.n_words for block in sample.blocks], dtype=np.float64)
        labelled, judged = n_words * sample.wanted, n_words * (sample.second > verdicts.LEAST_LIKELY)
        agreed = float(np.minimum(labelled, judged).sum())
        if sample.page.row["references"] and agreed < _LEAST_AGREEMENT * min(labelled.sum(), judged.sum()):
            sample.weights = sample.weights * 0
            n_left_out += 1
    return n_left_out


def write(trained: Trained, file: Path) -> None:
    """Write the trees, one a line."""
    parts = [f'"n_first_columns": {len(features.NAMES)}']
    parts.append(f'"columns": {json.dumps([*features.NAMES, *context.NAMES])}')
    for name, booster in (("first", trained.first), ("second", trained.second)):
        trees = ",\n".join(json.dumps(_nodes(tree["tree_structure"])) for tree in booster.dump_model()["tree_info"])
        parts.append(f'"{name}": [\n{trees}\n]')
    file.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def score(sample: Sample, data: Path) -> Scores:
    """Return what the scoring tool says of a page's text as judged."""
    tool = load_tool(data)
    verdict = verdicts.judge(sample.blocks, sample.kinds, sample.second, sample.clues)
    parts = assemble(sample.blocks, sample.kinds, verdict)
    text = "\n\n".join(paragraph for _, paragraph in parts.paragraphs)
    row, flat = sample.page.row, " ".join(text.split())
    scores: Scores = {"ms": 0.0, "error": None, "found": [], "leaked": []}
    if row["references"]:
        found = (tool.counts(reference, text) for reference in row["references"])
        scores["counts"] = max(found, key=lambda counts: tool.f1(*counts))
    else:
        scores["found"] = [" ".join(snippet.split()) in flat for snippet in row["must_have"]]
        scores["leaked"] = [" ".join(snippet.split()) in flat for snippet in row["must_not_have"]]
    return scores


def report(samples: Sequence[Sample], data: Path) -> Iterator[str]:
    """Yield a line for each set, and for each language of the multilingual one."""
    groups: dict[str, list[Scores]] = defaultdict(list)
    for sample in samples:
        scores = score(sample, data)
        groups[sample.page.corpus].append(scores)
        if sample.page.corpus == "multilingual":
            groups[f"  {sample.page.language}"].append(scores)
    names = ("F1", "precision", "recall", "clean", "bad", "snippet_F1", "snippet_recall", "snippet_leaked")
    for group, scored in groups.items():
        summary = summarise(scored, data)
        numbers = "  ".join(f"{name} {summary[name]:.4f}" for name in names if name in summary)
        yield f"{group:13} {len(scored):5}  {numbers}"


def main() -> int:
    """Train, and write or check."""
    parser = argparse.ArgumentParser(description="Learn which blocks of a page are its article.")
    parser.add_argument("--check", action="store_true", help="score on sites that were not learned from; write nothing")
    parser.add_argument("--out", type=Path, default=forest.FILE)
    chosen = parser.parse_args()
    data = data_folder()
    try:
        samples = read_samples(read_labelled(data))
    except NotThereError as error:
        print(error, file=sys.stderr)
        return 1
    judge_unseen(samples)
    n_left_out = leave_out_contradicted(samples)
    print(f"{n_left_out} pages are not learned from: their labels contradict what all other sites teach")
    if chosen.check:
        judge_unseen(samples)
        print("\n".join(report(samples, data)))
    else:
        write(train(samples), chosen.out)
    return 0


def _nodes(root: dict[str, Any]) -> list[list[float]]:
    nodes: list[list[float]] = []

    def add(node: dict[str, Any]) -> int:
        number = len(nodes)
        nodes.append([])
        if "leaf_value" in node:
            nodes[number] = [round(node["leaf_value"], 5)]
        else:
            left, right = add(node["left_child"]), add(node["right_child"])
            nodes[number] = [node["split_feature"], float(f"{node['threshold']:.6g}"), left, right]
        return number

    add(root)
    return nodes


def _fit(samples: Sequence[Sample], n_rounds: int) -> lightgbm.Booster:
    weights = np.concatenate([sample.weights for sample in samples])
    counts = weights > 0
    data = lightgbm.Dataset(
        np.concatenate([sample.rows for sample in samples])[counts],
        np.concatenate([sample.wanted for sample in samples])[counts],
        weight=20 * weights[counts],
    )
    return lightgbm.train(PARAMETERS, data, num_boost_round=n_rounds)


def _with_nameless(samples: Sequence[Sample]) -> list[Sample]:
    nameless = []
    for sample in samples[::_NAMELESS_EVERY]:
        rows = sample.rows.copy()
        rows[:, _PARTS] = FAR
        nameless.append(replace(sample, rows=rows))
    return [*samples, *nameless]


def _second_rows(sample: Sample) -> NDArray[np.float32]:
    return np.hstack([sample.rows, context.measure_context(Layout(sample.blocks), sample.first)])


def _read_sample(page: Labelled) -> Sample | None:
    document = load_document(page.read(), None)
    if isinstance(document, Unreadable):
        return None
    facts = read_metadata(document.root, str(page.row["url"]), _NOW)
    clues = facts.clues()
    blocks = read_blocks(document.root)
    if not blocks:
        return None
    kinds = kinds_of(blocks)
    wanted, weights = read_labels(blocks, page.row)
    return Sample(page, clues, blocks, kinds, features.measure(Layout(blocks), kinds, clues), wanted, weights)


if __name__ == "__main__":
    sys.exit(main())
