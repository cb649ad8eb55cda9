"""How well articles are told apart and put together: addresses, copies, stories, languages, and how fast.

    python -m bench.grouping [--data DIR] [--json]

Runs on any folder that has files of the form of `../shared/data/grouping`; what a file is missing for is null. Streams
of copies are made with seeds that no constant was tuned on (1 to 6 were), and the worst of them is told. What is
measured stands in the modules `grouping_…`; this file runs them and shows the table.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from bench import grouping_metrics, grouping_peers, grouping_urls
from bench.grouping_copies import Grouping, merged, ours, recall_by_edit
from bench.grouping_natural import Found, find_posts, find_reports, read_posts, read_reports
from bench.grouping_streams import N_DIGESTS, N_TEMPLATES, Told, make_stream
from bench.grouping_texts import data_folder, languages_of, read_pool

KEYS = (
    *("url_false_merges", "url_variants_joined", "copies_pair_f1", "copies_b3_f1", "templates_merged"),
    *("digests_merged", "copy_pairs_found", "copy_pairs_wrong", "stories_events_b3_f1", "stories_ecbplus_b3_f1"),
    *("same_event_f1", "cross_language_precision", "cross_language_recall", "articles_per_s"),
)
"""Of the JSON document, in this order."""

SEEDS = (201, 202, 203)
"""Never looked at while tuning."""

PARTS = ("urls", "copies", "stories", "languages", "speed")

_LEAST_TEXTS = 100
"""Fewer make no stream."""

_ELSEWHERE = ("stories", "languages", "speed")
"""Measured by `bench.grouping_NAME.measure(data)`, which returns its keys with their values."""

Numbers = dict[str, float | int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What one method made of all streams, the worst of them, and of natural texts."""

    name: str
    precision: float
    recall: float
    f1: float
    b3_f1: float
    templates: int
    digests: int
    posts: Found | None
    reports: Found | None
    ms: float
    by_edit: dict[str, float]


def measure_urls(data: Path, talk: Console) -> Numbers:
    """Return what addresses are joined, and how many wrongly; nothing where the folder has none."""
    urls = grouping_urls.read_urls(data)
    if not urls:
        return {}
    wrong = grouping_urls.false_merges(urls)
    joined = grouping_urls.joined_by_kind(urls)
    table = Table(title=f"Addresses: {len(urls)} real ones, {len(wrong)} false merges; share of variants joined")
    for kind in joined:
        table.add_column(kind, justify="right")
    table.add_row(*(f"{share:.4f}" for share in joined.values()))
    talk.print(table)
    for same in wrong[:10]:
        talk.print("merged:", *same)
    return {"url_false_merges": len(wrong), "url_variants_joined": round(min(joined.values(), default=0.0), 4)}


def measure_copies(
    data: Path, talk: Console, *, seeds: tuple[int, ...] = SEEDS, n_originals: int = 1500, peers: bool = True
) -> Numbers:
    """Return how well copies are found; peers stand beside us in the table."""
    pool = read_pool(data)
    streams = [make_stream(pool, seed, n_originals) for seed in seeds] if len(pool) >= _LEAST_TEXTS else []
    methods = {"ours": ours, **(grouping_peers.installed() if peers else {})}
    posts, reports = read_posts(data), read_reports(data)
    found = [
        _measure(
            name,
            group,
            streams,
            posts=find_posts(posts, group) if posts else None,
            reports=find_reports(reports, group) if reports else None,
        )
        for name, group in methods.items()
    ]
    languages = ", ".join(f"{n} {language}" for language, n in languages_of(pool).most_common())
    talk.print(f"Copies: {len(pool)} texts ({languages}); streams of {[len(s) for s in streams]}, seeds {list(seeds)}")
    talk.print(_table(found))
    own = found[0]
    if own.by_edit:
        talk.print("recall by edit:", ", ".join(f"{edit} {share:.2f}" for edit, share in own.by_edit.items()))
    numbers: Numbers = {}
    if streams:
        numbers = {
            "copies_pair_f1": round(own.f1, 4),
            "copies_b3_f1": round(own.b3_f1, 4),
            "templates_merged": own.templates,
            "digests_merged": own.digests,
        }
    if own.posts:
        numbers |= {"copy_pairs_found": own.posts.copies, "copy_pairs_wrong": own.posts.wrong}
    return numbers


def measure_elsewhere(part: str, data: Path, talk: Console) -> Numbers:
    """Return what a module of its own measures; nothing where it is not there."""
    name = f"bench.grouping_{part}"
    if importlib.util.find_spec(name) is None:
        return {}
    found: Mapping[str, float | int | None] = importlib.import_module(name).measure(data)
    talk.print(", ".join(f"{key} {value}" for key, value in found.items()))
    return dict(found)


def _measure(
    name: str, group: Grouping, streams: list[list[Told]], *, posts: Found | None, reports: Found | None
) -> Method:
    began = time.process_time()
    grouped = [group(stream) for stream in streams]
    took = time.process_time() - began
    truths: list[list[Hashable]] = [[told.group for told in stream] for stream in streams]
    pairs = [grouping_metrics.pairs(groups, truth) for groups, truth in zip(grouped, truths, strict=True)]
    b3 = [grouping_metrics.bcubed(groups, truth) for groups, truth in zip(grouped, truths, strict=True)]
    wrong = [merged(stream, groups) for stream, groups in zip(streams, grouped, strict=True)]
    edits = [recall_by_edit(stream, groups) for stream, groups in zip(streams, grouped, strict=True)]
    kinds = sorted({kind for edit in edits for kind in edit})
    return Method(
        name=name,
        precision=min((p.precision for p in pairs), default=0.0),
        recall=min((p.recall for p in pairs), default=0.0),
        f1=min((p.f1 for p in pairs), default=0.0),
        b3_f1=min((b.f1 for b in b3), default=0.0),
        templates=max((w.templates for w in wrong), default=0),
        digests=max((w.digests for w in wrong), default=0),
        posts=posts,
        reports=reports,
        ms=1000 * took / max(1, sum(map(len, streams))),
        by_edit={kind: mean(edit[kind] for edit in edits if kind in edit) for kind in kinds},
    )


def _table(methods: list[Method]) -> Table:
    table = Table(title="The worst of the streams; posts and agencies' reports: copies found, others put together")
    columns = ("precision", "recall", "F1", "B³ F1", f"templates of {N_TEMPLATES}", f"digests of {N_DIGESTS}")
    table.add_column("method")
    for column in (*columns, "posts", "wrong", "reports", "wrong", "ms an article"):
        table.add_column(column, justify="right")
    for m in methods:
        shares = (f"{share:.4f}" for share in (m.precision, m.recall, m.f1, m.b3_f1))
        natural = (text for found in (m.posts, m.reports) for text in _told(found))
        table.add_row(m.name, *shares, str(m.templates), str(m.digests), *natural, f"{m.ms:.2f}")
    return table


def _told(found: Found | None) -> tuple[str, str]:
    if found is None:
        return "–", "–"
    return f"{found.copies} of {found.n_copies}", f"{found.wrong} of {found.n_others}"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Addresses, copies, stories, languages and speed, on labelled texts.")
    parser.add_argument("--data", type=Path, default=data_folder(), help="the folder of labelled texts")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout, the tables on stderr")
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS), help="only these; the rest is null")
    parser.add_argument("--seed", nargs="+", type=int, default=list(SEEDS), help="of the streams of copies")
    parser.add_argument("--originals", type=int, default=1500, help="of each stream")
    parser.add_argument("--ours", action="store_true", help="no peers")
    return parser


def main() -> None:
    """Print the tables, or the numbers as JSON."""
    arguments = _arguments().parse_args()
    if not arguments.data.is_dir():
        raise SystemExit(f"no folder of labelled texts at {arguments.data}: name one with --data")
    talk = Console(stderr=arguments.json, highlight=False, markup=False, emoji=False)
    talk = talk if talk.is_terminal else Console(file=talk.file, highlight=False, markup=False, emoji=False, width=200)
    numbers: Numbers = dict.fromkeys(KEYS)
    if "urls" in arguments.part:
        numbers |= measure_urls(arguments.data, talk)
    if "copies" in arguments.part:
        numbers |= measure_copies(
            arguments.data,
            talk,
            seeds=tuple(arguments.seed),
            n_originals=arguments.originals,
            peers=not arguments.ours,
        )
    for part in _ELSEWHERE:
        if part in arguments.part:
            numbers |= measure_elsewhere(part, arguments.data, talk)
    if arguments.json:
        print(json.dumps({key: numbers.get(key) for key in KEYS}, indent=2))


if __name__ == "__main__":
    main()
