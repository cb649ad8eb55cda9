"""`./run`: the standard library only, uv where it is found, a venv where it is not."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / "run"


@pytest.fixture
def script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("run_script", str(RUN))
    spec = importlib.util.spec_from_loader("run_script", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


def test_it_imports_the_standard_library_only():
    imported = {
        alias.name
        for node in ast.walk(ast.parse(RUN.read_text()))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported and imported <= set(sys.stdlib_module_names)


def test_an_old_python_can_still_read_it():
    ast.parse(RUN.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        (["test"], [("pytest",)]),
        (["test", "-x", "tests/cli"], [("pytest", "-x", "tests/cli")]),
        (["demo", "--keep"], [("wirewatch", "demo", "--keep")]),
        (["source", "add", "https://outlet.example"], [("wirewatch", "source", "add", "https://outlet.example")]),
    ],
)
def test_words_become_commands(script, words, commands):
    assert script.plan(words) == commands


def test_lint_runs_the_linter_the_formatter_the_types_and_the_floors(script):
    assert [" ".join(step) for step in script.plan(["lint"])] == [
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "lint-imports",
    ]


def test_a_benchmark_is_called_by_its_name(script, monkeypatch):
    monkeypatch.setattr(script, "benchmarks", lambda: ["pipeline", "search"])
    assert script.plan(["bench", "pipeline", "--json"]) == [("python", "-m", "bench.pipeline", "--json")]
    with pytest.raises(SystemExit, match="there are: pipeline, search"):
        script.plan(["bench", "../x"])


def run_with_fake_uv(tmp_path: Path, body: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the script with a uv of ours first on the path."""
    uv = tmp_path / "uv"
    uv.write_text(f"#!/bin/sh\n{body}\n")
    uv.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    environment.pop("RUN_WITH", None)
    return subprocess.run(
        [sys.executable, RUN, *words], capture_output=True, text=True, env=environment, timeout=60, check=False
    )


def test_uv_is_used_where_it_is_found(tmp_path):
    done = run_with_fake_uv(tmp_path, 'echo "$@"', "search", "two words")
    assert done.returncode == 0
    assert done.stdout == f"run --project {ROOT} wirewatch search two words\n"


def test_the_exit_code_is_the_commands(tmp_path):
    assert run_with_fake_uv(tmp_path, "exit 3", "test").returncode == 3


def test_the_first_check_that_fails_ends_lint(tmp_path):
    done = run_with_fake_uv(tmp_path, 'echo "$4"; [ "$4" = ruff ] || exit 7', "lint")
    assert (done.returncode, done.stdout.split()) == (7, ["ruff", "ruff", "mypy"])


def test_no_words_show_what_there_is():
    done = subprocess.run([sys.executable, RUN], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "./run demo" in done.stdout


def test_too_old_a_python_is_told_with_the_remedy(script, monkeypatch):
    monkeypatch.setattr(script, "LEAST", (9, 0))
    monkeypatch.setattr(script.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed"):
        script.find_python()


def test_ci_calls_the_readmes_test_command_and_lint():
    ci = (ROOT / ".ci" / "run").read_text()
    assert "./run test" in ci and "./run lint" in ci
    assert "set -euo pipefail" in ci
    assert os.access(ROOT / ".ci" / "run", os.X_OK) and os.access(RUN, os.X_OK)
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=False).returncode == 0
