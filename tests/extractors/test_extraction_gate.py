"""The gate: the reader of articles keeps its floors on a fixed sample of the labelled pages."""

import os
import tomllib
from pathlib import Path

import pytest

from bench.extraction import OURS, run
from bench.extraction_floors import Bound, Floors, read_floors
from bench.extraction_report import BESIDE, Report
from bench.labelled import NotThereError, load_tool, read_labelled, sample

FILE = Path(__file__).with_name("extraction_floors.toml")


@pytest.fixture(scope="module")
def floors() -> Floors:
    return read_floors(FILE)


@pytest.fixture(scope="module")
def report(floors: Floors, shared_data: Path) -> Report:
    """The sample, read by our reader and by the peer that its time is told against."""
    try:
        load_tool(shared_data)
    except NotThereError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
    pages = sample(read_labelled(shared_data), floors.n_each)
    return Report(data=shared_data, scored=list(run(pages, [OURS, BESIDE], shared_data)))


@pytest.mark.slow
@pytest.mark.xdist_group("extraction_gate")
def test_no_number_falls_below_its_floor(floors, report):
    assert floors.broken(report) == []


@pytest.mark.slow
@pytest.mark.xdist_group("extraction_gate")
def test_a_floor_is_near_what_is_measured_or_says_why(floors, report):
    assert floors.loose(report) == []


def test_every_reason_belongs_to_a_floor(floors):
    reasons = tomllib.loads(FILE.read_text())["reasons"]
    assert set(reasons) <= {f"{bound.of} {bound.measure}" for bound in floors.bounds} | {"all"}
    assert all(len(reason) > 20 for reason in reasons.values())


def scored(*leaked: int) -> Report:
    """A report on pages with so many shingles leaked of a hundred, as the tool tells it."""
    from bench.labelled import Labelled, data_folder

    pages = [
        Labelled(corpus="english", folder=Path(), row={"id": str(n), "site": "a", "language": "en"})
        for n in range(len(leaked))
    ]
    scores = [{OURS: {"ms": 1.0, "error": None, "counts": (100 - n, n, 0), "found": [], "leaked": []}} for n in leaked]
    return Report(data=data_folder(), scored=list(zip(pages, scores, strict=True)))


def held(value: float, reason: str = "") -> Floors:
    bound = Bound(of="english", measure="F1", value=value, is_ceiling=False, reason=reason)
    return Floors(n_each=1, margin=0.006, margin_of_shares=0.04, slack=0.02, bounds=(bound,))


def test_a_leak_breaks_a_floor_and_a_low_floor_is_told(shared_data):
    clean, leaking = scored(0, 0), scored(20, 20)
    assert held(0.99).broken(clean) == held(0.99).loose(clean) == []
    assert held(0.99).broken(leaking) == ["english F1: 0.8889, least is 0.99"]
    assert held(0.9).loose(clean) == ["english F1: measured 1.0000, 0.9 guards nothing; move it or give a reason"]
    assert held(0.9, "the sample changed and two pages with it").loose(clean) == []
    assert held(0.5).proposed(clean).strip() == '[floors."english"]\nF1 = 0.994'
