"""docker-compose.yml and Dockerfile, checked without an engine: schema, names, commands, paths."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from cli.main import wirewatch
from cli.settings import KEYS

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("wirewatch")}


def assert_command_exists(words: list[str]) -> None:
    """Resolve words as the program would, and parse their options."""
    command: click.Command = wirewatch
    while isinstance(command, click.Group):
        _, found, words = command.resolve_command(click.Context(command), words)
        assert found is not None, words
        command = found
    command.make_context(str(command.name), list(words))


def test_the_file_fits_the_schema_of_compose():
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_db_migrate_and_worker():
    assert set(SERVICES) == {"db", "migrate", "worker"}


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name):
    assert_command_exists(list(OURS[name]["command"]))


def test_the_workers_health_check_looks_at_the_file_that_it_touches():
    worker = SERVICES["worker"]
    file = worker["command"][worker["command"].index("--heartbeat-file") + 1]
    kind, check = worker["healthcheck"]["test"]
    assert kind == "CMD-SHELL" and f" {file} " in check
    assert any(Path(file).is_relative_to(folder.partition(":")[0]) for folder in worker["tmpfs"]), "a place to write"


def test_the_image_starts_a_command_that_exists():
    assert 'ENTRYPOINT ["wirewatch"]' in DOCKERFILE
    default = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert default
    assert_command_exists(yaml.safe_load(default[1]))


def test_what_a_service_waits_for_exists_and_can_become_so():
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]
            if how["condition"] == "service_completed_successfully":
                assert SERVICES[other]["restart"] in {"no", "on-failure"}


def test_every_named_volume_is_declared_and_used():
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith((".", "/"))
    }
    assert used == set(COMPOSE["volumes"])


def test_the_databases_folder_is_where_postgres_18_keeps_it():
    assert SERVICES["db"]["image"] == "postgres:18"
    assert SERVICES["db"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_the_database_is_made_with_the_locale_that_folds_cyrillic():
    arguments = shlex.split(SERVICES["db"]["environment"]["POSTGRES_INITDB_ARGS"])
    assert {"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-ctype=C.UTF-8", "--encoding=UTF8"} <= set(
        arguments
    )


def test_no_secret_has_a_default():
    for variable in re.findall(r"\$\{([^}]*PASSWORD[^}]*)\}", (ROOT / "docker-compose.yml").read_text()):
        assert ":?" in variable


@pytest.mark.parametrize("name", OURS)
def test_our_processes_have_a_reaper_no_rights_and_a_read_only_root(name):
    service = OURS[name]
    assert service["init"] is True
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert re.search(r"^USER \d+$", DOCKERFILE, re.MULTILINE)


def test_a_worker_comes_back_and_has_time_to_end():
    worker = SERVICES["worker"]
    assert (worker["restart"], worker["stop_grace_period"]) == ("always", "30s")
    assert "container_name" not in worker and "ports" not in worker, "it must scale"


@pytest.mark.parametrize("name", OURS)
def test_every_setting_given_to_a_service_exists(name):
    given = {key.removeprefix("WIREWATCH_") for key in OURS[name]["environment"] if key.startswith("WIREWATCH_")}
    assert given <= set(KEYS)


def test_the_image_copies_what_exists_and_every_room_of_the_wheel():
    import tomllib

    copied = [
        line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    paths = {path for words in copied for path in words}
    assert all((ROOT / path).exists() for path in paths)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= paths
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert let_in == paths
