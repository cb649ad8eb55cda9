"""The wheel: built offline, unpacked elsewhere, run from a third place."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built with the hatchling that is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The paths within the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_carries_everything_the_program_reads(names: set[str], project: Path, packages: list[str]) -> None:
    wanted = {
        path.relative_to(project).as_posix()
        for package in packages
        for path in (project / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert any(name.startswith("migrations/") for name in wanted)
    assert any(name.startswith("store/sql/") for name in wanted)
    assert any(name.startswith("extractors/cues/") for name in wanted)
    assert wanted - names == set()


def test_the_wheel_carries_nothing_else(names: set[str], packages: list[str], pyproject: dict[str, Any]) -> None:
    tops = {name.partition("/")[0] for name in names}
    version = pyproject["project"]["version"]
    assert tops - set(packages) == {f"wirewatch-{version}.dist-info"}
    assert [name for name in names if "test" in name.rpartition("/")[2] or name.endswith(".pyc")] == []


def test_the_wheel_names_its_command_and_may_not_be_uploaded(wheel: Path, pyproject: dict[str, Any]) -> None:
    folder = f"wirewatch-{pyproject['project']['version']}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        entry_points = archive.read(f"{folder}/entry_points.txt").decode()
        metadata = archive.read(f"{folder}/METADATA").decode()
    assert "wirewatch = cli.main:main" in entry_points
    assert "Classifier: Private :: Do Not Upload" in metadata


def test_the_unpacked_wheel_runs_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    program = (
        "import pathlib, cli.main, extractors.cues, store.migrations, store.queries; "
        "print(cli.main.__file__); print(store.migrations.__file__); "
        "print(len(store.queries.load('entries'))); "
        "print(extractors.cues.load_cues().kind_of('Читайте также: Мост')); "
        "print(len(list((pathlib.Path(store.__file__).parents[1] / 'migrations').glob('*.sql'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=elsewhere,
        env={"PYTHONPATH": str(site), "PATH": "", "HOME": str(elsewhere), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    main, runner, n_queries, kind, n_migrations = done.stdout.split()
    assert Path(main) == site / "cli" / "main.py"
    assert Path(runner) == site / "store" / "migrations.py"
    assert int(n_queries) > 5
    assert kind == "related"
    assert int(n_migrations) >= 2
