"""The project's own files, parsed once for the tests that hold the plan of the house."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from source_files import PROJECT, SourceFile, read_sources


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's root."""
    return PROJECT


@pytest.fixture(scope="session")
def pyproject() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def packages(pyproject: dict[str, Any]) -> list[str]:
    """The top-level packages of the wheel."""
    found: list[str] = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert len(found) > 5
    return found


@pytest.fixture(scope="session")
def rooms(packages: list[str]) -> list[SourceFile]:
    """Every Python file that a user gets."""
    files = read_sources(packages)
    assert len(files) > 20
    return files
