"""What a file looks like: its size, its name, its first words."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from source_files import SourceFile

MOST_LINES = 300
# A helper lives where its subject lives: none of these names a subject.
NAMES_OF_NOTHING = {
    *("util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers", "stuff", "tools"),
}

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def test_no_file_outgrows_its_subject(rooms: list[SourceFile]) -> None:
    lengths = {file.name: len(file.text.splitlines()) for file in rooms}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_file_begins_with_what_it_is(rooms: list[SourceFile]) -> None:
    assert [file.name for file in rooms if not ast.get_docstring(file.tree)] == []


def test_every_public_name_says_what_it_is(rooms: list[SourceFile]) -> None:
    silent = [
        f"{file.name}:{node.lineno} {node.name}"
        for file in rooms
        for node in _public(file.tree)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_an_init_file_only_hands_names_on(rooms: list[SourceFile]) -> None:
    allowed = ast.Expr | ast.Import | ast.ImportFrom
    busy = [
        f"{file.name}:{node.lineno}"
        for file in rooms
        if file.name.endswith("/__init__.py")
        for node in file.tree.body
        if not isinstance(node, allowed)
        and not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    ]
    assert busy == []


def test_no_file_is_named_after_nothing(project: Path, packages: list[str]) -> None:
    paths = [path for folder in (*packages, "bench", "tests") for path in (project / folder).rglob("*.*")]
    assert len(paths) > 40
    words = {
        path: set(path.relative_to(project).with_suffix("").as_posix().replace("/", "_").split("_")) for path in paths
    }
    named = [path for path, found in words.items() if found & NAMES_OF_NOTHING and "__pycache__" not in path.parts]
    assert named == []


def test_tests_are_no_package(project: Path) -> None:
    assert list((project / "tests").rglob("__init__.py")) == []


def test_no_two_test_files_have_one_name(project: Path) -> None:
    names = Counter(path.name for path in (project / "tests").rglob("*.py") if path.name != "conftest.py")
    assert len(names) > 10
    assert [name for name, n in names.items() if n > 1] == []


def _public(tree: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    for node in tree.body:
        if isinstance(node, Documented) and not node.name.startswith("_") and not _is_overload(node):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _is_overload(node: Documented) -> bool:
    marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
    return bool(marks & {"overload", "setter", "override"})
