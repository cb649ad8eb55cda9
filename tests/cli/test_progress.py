"""What a person sees while something takes its time."""

import re

import pytest

from cli import output


@pytest.mark.parametrize(
    ("columns", "note"), [("80", "12 articles, 30 feeds asked"), ("60", "12 articles"), ("40", "")]
)
def test_on_a_narrow_terminal_the_note_gives_way_and_the_rest_stays(columns, note, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with output.progress() as progress:
        progress.add_task("watching", total=33, completed=12, note="12 articles, 30 feeds asked, 4 unchanged")
        progress.refresh()
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().err)
    lines = [line for line in re.split(r"[\r\n]", shown) if line.strip()]
    assert lines
    for line in lines:
        assert line.startswith("watching ━") and "12/33" in line and note in line
        assert len(line) <= int(columns)
