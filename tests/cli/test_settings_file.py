"""Settings from the environment and from a TOML file."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.settings import read_settings
from news.errors import ConfigError
from news.settings import Settings
from store.config import StoreConfig


def read(text: str, tmp_path: Path, **environment: str) -> tuple[object, list[str]]:
    file = tmp_path / "wirewatch.toml"
    file.write_text(text)
    warnings: list[str] = []
    settings = read_settings({"WIREWATCH_CONFIG": str(file), **environment}, warnings.append)
    return settings, warnings


def test_a_toml_file_fills_what_the_environment_does_not_say(tmp_path):
    settings, warnings = read(
        'home = "/srv/news"\ndelay = 2.5\nallow_networks = ["10.0.0.0/8", "fd00::/8"]\n',
        tmp_path,
        WIREWATCH_HOME="/elsewhere",
    )
    assert settings.text("HOME") == "/elsewhere"
    assert settings.number("DELAY", 1) == 2.5
    assert [str(network) for network in settings.networks("ALLOW_NETWORKS")] == ["10.0.0.0/8", "fd00::/8"]
    assert warnings == []


def test_a_toml_truth_value_is_a_yes_or_no(tmp_path):
    settings, _ = read("some_flag = true", tmp_path)
    assert settings.flag("SOME_FLAG", False) is True


def test_an_unknown_setting_is_named_with_the_nearest_known_one(tmp_path):
    _, warnings = read('hoem = "/srv"', tmp_path, WIREWATCH_DATABASE_URI="x", WIREWATCH_QQQQQQ="1")
    assert len(warnings) == 3
    assert "hoem" in warnings[0] and "did you mean home?" in warnings[0] and "wirewatch.toml" in warnings[0]
    assert "WIREWATCH_DATABASE_URI" in warnings[1] and "did you mean WIREWATCH_DATABASE_URL?" in warnings[1]
    assert "WIREWATCH_QQQQQQ" in warnings[2] and "did you mean" not in warnings[2]


def test_other_programs_variables_and_those_of_the_tests_bring_no_warning():
    warnings: list[str] = []
    read_settings({"PATH": "/bin", "WIREWATCH_TEST_DATABASE_URL": "x", "WIREWATCHER": "y"}, warnings.append)
    assert warnings == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("home = ", "no TOML"),
        ("[crawler]\ndelay = 2\n", "crawler"),
        ("delay = 2026-11-01", "delay"),
        ("resolve = [[1], {a = 1}]", "resolve"),
    ],
)
def test_a_bad_toml_file_is_told_in_one_line(tmp_path, text, named):
    with pytest.raises(ConfigError) as caught:
        read(text, tmp_path)
    assert named in str(caught.value) and "wirewatch.toml" in str(caught.value)


def test_a_config_file_that_is_no_text_is_told(tmp_path):
    file = tmp_path / "wirewatch.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="no TOML"):
        read_settings({"WIREWATCH_CONFIG": str(file)})


def test_a_config_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.toml: No such file"):
        read_settings({"WIREWATCH_CONFIG": str(tmp_path / "nowhere.toml")})


def test_a_config_file_of_a_user_that_is_not_there_is_told():
    with pytest.raises(ConfigError, match=r"WIREWATCH_CONFIG: ~nobody-of-this-name/x\.toml"):
        read_settings({"WIREWATCH_CONFIG": "~nobody-of-this-name/x.toml"})


def test_a_toml_file_with_a_byte_order_mark_is_read(tmp_path):
    file = tmp_path / "wirewatch.toml"
    file.write_bytes(b"\xef\xbb\xbfdelay = 5\n")
    assert read_settings({"WIREWATCH_CONFIG": str(file)}).text("DELAY") == "5"


@pytest.mark.parametrize("home", ["~nobody-of-this-name/x", "/srv/wire\nwatch"])
def test_a_data_folder_that_cannot_be_one_is_told(home):
    with pytest.raises(ConfigError, match="WIREWATCH_HOME"):
        StoreConfig.from_settings(Settings({"WIREWATCH_HOME": home}))
