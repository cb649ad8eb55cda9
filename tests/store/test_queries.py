"""Named SQL is found by name, and mistakes in it are told."""

import re

import pytest

from store import queries

TEXT = """\
-- The file's own comment.

-- Adds one, 100 % sure.
-- name: add_one
INSERT INTO number (value)
-- the middle
VALUES (%(value)s); -- at the end of a line

-- name: count_all
-- Counts them.
SELECT count(*) FROM number;
"""


def test_comment_lines_and_the_closing_semicolon_go():
    assert queries.parse(TEXT, "number") == {
        "add_one": "INSERT INTO number (value)\nVALUES (%(value)s); -- at the end of a line",
        "count_all": "SELECT count(*) FROM number",
    }


def test_queries_are_found_as_attributes_and_as_items():
    found = queries.Queries("number", queries.parse(TEXT, "number"))
    assert found.count_all.as_string() == "/* number.count_all */ SELECT count(*) FROM number"
    assert found["count_all"] == found.count_all
    assert list(found) == ["add_one", "count_all"]


def test_an_unknown_name_is_told_together_with_the_known_ones():
    found = queries.Queries("number", queries.parse(TEXT, "number"))
    with pytest.raises(AttributeError, match=r"number\.count_al: not in .*add_one, count_all"):
        found.count_al  # noqa: B018
    with pytest.raises(KeyError, match=r"number\.count_al"):
        found["count_al"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1;\n-- name: one\nSELECT 1", "above the first"),
        ("-- name: one\nSELECT 1;\n-- name: one\nSELECT 2", "two are named one"),
        ("-- name: one\n-- only a sentence\n-- name: two\nSELECT 2", "one is empty"),
    ],
)
def test_a_file_with_a_mistake_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        queries.parse(text, "number")


def test_every_query_of_the_house_has_a_sentence():
    for file in sorted(queries.FOLDER.glob("*.sql")):
        text = file.read_text(encoding="utf-8")
        queries.load(file.stem)
        lines = text.splitlines()
        for at, line in enumerate(lines):
            if not re.match(r"--\s*name:", line):
                continue
            around = [lines[at - 1] if at else "", *lines[at + 1 : at + 2]]
            assert any(re.match(r"--\s*(?!name:)\S", near) for near in around), f"{file.name}: {line} says nothing"
