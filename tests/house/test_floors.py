"""The floors of the house: who may import whom, and no name that is not ours alone."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def test_every_import_keeps_to_the_floors(project: Path, tmp_path: Path) -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--cache-dir", str(tmp_path), "--no-logo"],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_stands_on_a_floor(pyproject: dict[str, Any], packages: list[str]) -> None:
    linter = pyproject["tool"]["importlinter"]
    [floors] = [contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers"]
    placed = {room.strip() for floor in floors for room in floor.split("|")}
    # The newsroom is a guest with a contract of its own; migrations are no Python.
    assert placed == set(packages) - {"newsroom", "migrations"}
    assert set(linter["root_packages"]) == set(packages) - {"migrations"}


def test_no_installed_package_brings_a_name_of_ours(packages: list[str]) -> None:
    owners = importlib.metadata.packages_distributions()
    assert "click" in owners
    strangers = {name: set(owners.get(name, [])) - {"wirewatch"} for name in packages}
    assert {name: found for name, found in strangers.items() if found} == {}


@pytest.mark.parametrize("folder", ["news", "extractors"])
def test_a_pure_room_is_imported_without_network_or_database(folder: str, project: Path) -> None:
    files = sorted((project / folder).glob("[a-z]*.py"))
    assert files
    imports = "; ".join(f"import {folder}.{file.stem}" for file in files)
    heavy = ["scrapy", "aiohttp", "psycopg", "procrastinate", "apscheduler", "twisted"]
    command = f"import sys; {imports}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=project, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "[]"
