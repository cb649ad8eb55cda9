"""Tests of the store run against the embedded Postgres and, where there is one, against the system's."""

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = any("server" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "server" in metafunc.fixturenames and not chosen:
        metafunc.parametrize("server", ["embedded", "system"], indirect=True)
