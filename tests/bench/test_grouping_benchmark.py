"""The benchmark of grouping: its measures, its streams, and its command on folders that lack files."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench import grouping, grouping_metrics, grouping_urls
from bench.grouping_copies import Placed, merged, ours, recall_by_edit
from bench.grouping_edits import EDITS
from bench.grouping_natural import find_posts, find_reports, read_posts, read_reports
from bench.grouping_streams import N_DIGESTS, N_TEMPLATES, make_stream
from bench.grouping_texts import LANGUAGES, Text, read_pool
from news.copies import Relation

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def _pool(n: int) -> list[Text]:
    """Texts of which no two share a run of words."""
    return [
        Text(
            language=LANGUAGES[n_text % 2],
            title=f"Title{n_text} word{n_text}",
            text=" ".join(
                f"Sentence{n_text}x{s} " + " ".join(f"w{n_text}x{s}x{w}" for w in range(12)) + "." for s in range(9)
            ),
        )
        for n_text in range(n)
    ]


def test_a_perfect_grouping_has_ones_and_a_wrong_one_has_not() -> None:
    truth = ["a", "a", "b", "b", "c"]
    assert grouping_metrics.pairs([1, 1, 2, 2, 3], truth).f1 == 1
    assert grouping_metrics.bcubed([1, 1, 2, 2, 3], truth).f1 == 1
    together = grouping_metrics.pairs([1] * 5, truth)
    assert (together.precision, together.recall) == (0.2, 1)
    apart = grouping_metrics.bcubed([1, 2, 3, 4, 5], truth)
    assert (apart.precision, apart.recall) == (1, 0.6)


def test_a_stream_is_made_of_its_seed_alone_and_comes_in_order() -> None:
    pool = _pool(120)
    one, again, other = make_stream(pool, 5, 40), make_stream(pool, 5, 40), make_stream(pool, 6, 40)
    assert one == again
    assert one != other
    assert [told.fetched_at for told in one] == sorted(told.fetched_at for told in one)
    edits = [told.edit for told in one]
    assert (edits.count("digest"), edits.count("template"), edits.count("original")) == (N_DIGESTS, N_TEMPLATES, 40)
    assert set(edits) - {"digest", "template", "original"} <= set(EDITS)


def test_texts_without_a_shared_run_are_grouped_as_the_stream_was_made() -> None:
    stream = make_stream(_pool(160), 5, 60)
    groups = ours(stream)
    agreement = grouping_metrics.pairs(groups, [told.group for told in stream])
    assert agreement.precision > 0.97
    assert agreement.recall > 0.9
    assert merged(stream, groups).templates == 0
    assert recall_by_edit(stream, groups)["same"] == 1


def test_a_line_that_a_source_repeats_joins_nothing() -> None:
    footer = "\n".join(
        f"Footer line {line} of this outlet asks you to subscribe to one of its many letters about {line}"
        for line in ("politics", "sport", "money", "books")
    )
    placed = Placed()
    pool = _pool(8)
    first = [placed.place("lake.example", None, f"{pool[n].text[:200]}\n{footer}", NOW) for n in range(6)]
    assert first[-1].relation is Relation.ORIGINAL
    assert first[-2].relation is Relation.ORIGINAL


def test_a_reprint_is_told_and_begins_a_group() -> None:
    placed = Placed()
    text = _pool(1)[0].text
    placed.place("a.example", None, text, NOW)
    verdict = placed.place("b.example", None, text, NOW + timedelta(days=20))
    assert (verdict.relation, verdict.of) == (Relation.REPRINT, 0)
    assert placed.place("c.example", None, text, NOW + timedelta(days=20, hours=1)).group_id == 1


def test_merged_addresses_are_seen_by_another_look_than_the_one_measured() -> None:
    assert grouping_urls.false_merges(["http://a.example/1/", "https://www.a.example/1?utm_source=x"]) == []
    assert set(grouping_urls.VARIANTS) >= {"google.com/amp", "cdn.ampproject", "from=rss", "sessions"}
    assert len(grouping_urls.VARIANTS) == 15


@pytest.mark.parametrize("urls", [True, False])
def test_the_command_says_null_for_what_the_folder_lacks(tmp_path: Path, *, urls: bool) -> None:
    if urls:
        row = {"url1": "https://a.example/news/1", "url2": "https://b.example/x?id=2", "label": "OK"}
        (tmp_path / "url_pairs_ru.jsonl").write_text(json.dumps(row) + "\n")
    command = [sys.executable, "-m", "bench.grouping", "--data", str(tmp_path), "--json", "--part", "urls", "copies"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True)
    found = json.loads(run.stdout)
    assert tuple(found) == grouping.KEYS
    told = {key: value for key, value in found.items() if value is not None}
    assert told == ({"url_false_merges": 0, "url_variants_joined": 1.0} if urls else {})


def test_lines_that_cannot_be_used_are_named_and_the_others_count(tmp_path: Path) -> None:
    row = {"url1": "https://a.example/news/1", "url2": "https://b.example/x?id=2", "label": "OK"}
    bad = ["{broken", "[]", '"x"', "{}", '{"url1": null, "url2": 5}', '{"a":' * 100_000]
    text = "\ufeff" + "\n".join([json.dumps(row), *bad, "", json.dumps(row)])
    (tmp_path / "url_pairs_ru.jsonl").write_bytes(text.encode() + b"\n\xff\n")
    odd = {"text": "x", "date": "yesterday", "lang": 7}
    for name in ("posts_ru", "translated_docs", "copy_pairs_ru", "stories_en_events", "stories_en_ecbplus", "day_ru"):
        (tmp_path / f"{name}.jsonl").write_text(f"{json.dumps(odd)}\n{json.dumps({'text': None})}\n7\n")
    command = [sys.executable, "-m", "bench.grouping", "--data", str(tmp_path), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["url_false_merges"] == 0
    assert "url_pairs_ru.jsonl:2: passed over: " in run.stderr
    assert "url_pairs_ru.jsonl: 7 lines passed over in all" in run.stderr
    assert "posts_ru.jsonl:1: passed over: " in run.stderr


def test_copies_in_natural_texts_are_found(shared_data: Path) -> None:
    posts, reports = read_posts(shared_data / "grouping"), read_reports(shared_data / "grouping")
    assert posts is not None
    assert reports is not None
    found = find_posts(posts, ours)
    assert found.copies >= found.n_copies - 1
    assert found.wrong <= 1
    found = find_reports(reports, ours)
    assert found.copies >= found.n_copies - 3
    assert found.wrong <= 3


@pytest.mark.slow
def test_copies_in_a_stream_of_real_texts_are_found(shared_data: Path) -> None:
    pool = read_pool(shared_data / "grouping")
    assert len(pool) > 1000
    stream = make_stream(pool, 301, 600)
    groups = ours(stream)
    truth = [told.group for told in stream]
    assert grouping_metrics.pairs(groups, truth).f1 >= 0.975
    assert grouping_metrics.bcubed(groups, truth).f1 >= 0.985
    assert merged(stream, groups).templates == 0
    assert merged(stream, groups).digests <= 5
