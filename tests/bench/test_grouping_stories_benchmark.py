"""The benchmarks of stories and links: what is missing is null, and what is measured stays above its floors."""

import json
import os
from pathlib import Path

import pytest

from bench import grouping_languages, grouping_read, grouping_stories
from bench.grouping_texts import data_folder

STORIES = {
    "Ferry aground": (
        "A ferry with 214 passengers ran aground off Skagen on Sunday after its engine failed, the coast guard said.",
        "Coast guard boats took all 214 passengers off the ferry that is stuck near Skagen with a failed engine.",
    ),
    "Chess in Prague": (
        "Jana Novak won the Prague chess open after a draw with Li Wen, the first woman to take the title there.",
        "The grandmaster Jana Novak took the title of the Prague chess open with a draw against Li Wen.",
    ),
}


@pytest.fixture
def labelled() -> Path:
    folder = data_folder()
    if not (folder / "stories_en_events.jsonl").is_file():
        if os.environ.get("CI"):
            pytest.fail(f"{folder}: the labelled stories are not there")
        pytest.skip(f"{folder}: the labelled stories are not there")
    return folder


def test_a_folder_without_files_gives_nulls(tmp_path: Path) -> None:
    assert grouping_stories.measure(tmp_path) == {
        "stories_events_b3_f1": None,
        "stories_ecbplus_b3_f1": None,
        "same_event_f1": None,
    }
    assert grouping_languages.measure(tmp_path) == {"cross_language_precision": None, "cross_language_recall": None}


def test_a_folder_of_ones_own_is_measured(tmp_path: Path) -> None:
    rows = [
        {"id": f"{event}{n}", "date": f"2026-01-0{n + 1}", "title": event, "text": text, "event": event, "lang": "en"}
        for event, texts in STORIES.items()
        for n, text in enumerate(texts)
    ]
    _write(tmp_path / "stories_en_events.jsonl", rows)
    pairs = [
        {"label": label, "title1": "Ferry", "text1": one, "title2": "Ferry", "text2": other}
        for label, one, other in (
            ("OK", *STORIES["Ferry aground"]),
            ("BAD", STORIES["Ferry aground"][0], STORIES["Chess in Prague"][0]),
        )
    ]
    _write(tmp_path / "same_event_pairs_ru.jsonl", pairs)
    found = grouping_stories.measure(tmp_path)
    assert found["stories_events_b3_f1"] == 1.0
    assert found["same_event_f1"] == 1.0
    assert found["stories_ecbplus_b3_f1"] is None


def test_translations_are_linked_in_a_folder_of_ones_own(tmp_path: Path) -> None:
    rows = [
        {
            "id": "1",
            "en": "Fidan in Gyumri\nHakan Fidan spoke of 340 kilometres of railway with Ararat Mirzoyan.",
            "ru": "Фидан в Гюмри\nХакан Фидан говорил с Араратом Мирзояном о 340 километрах железной дороги.",
        },
        {
            "id": "2",
            "en": "Flood in Valparaiso\nMayor Camila Nieto counted 87 flooded houses after 180 millimetres of rain.",
            "ru": "Наводнение в Вальпараисо\nМэр Камила Ньето насчитала 87 домов после 180 миллиметров дождя.",
        },
    ]
    _write(tmp_path / "translated_docs.jsonl", rows)
    assert grouping_languages.measure(tmp_path) == {"cross_language_precision": 1.0, "cross_language_recall": 1.0}


@pytest.mark.slow
def test_labelled_stories_are_found_as_well_as_they_were(labelled: Path) -> None:
    found = grouping_stories.measure(labelled) | grouping_languages.measure(labelled)
    floors = {
        "stories_events_b3_f1": 0.94,
        "stories_ecbplus_b3_f1": 0.88,
        "same_event_f1": 0.86,
        "cross_language_precision": 0.97,
        "cross_language_recall": 0.55,
    }
    assert {key: value for key, value in found.items() if value is None or value < floors[key]} == {}


@pytest.mark.slow
def test_the_stories_that_were_read_are_still_those_and_pure(labelled: Path) -> None:
    n_one, n_judged = grouping_read.purity(grouping_read.draw(grouping_read.read_stories(labelled)))
    assert n_judged >= 95, "stories changed: read them again, see bench/grouping_read.py"
    assert n_one >= 0.95 * n_judged


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
