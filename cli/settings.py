"""Fills the settings: from the environment, and from a TOML file named by `WIREWATCH_CONFIG`. The environment wins.

The only module that reads `os.environ`. What a setting means is the business of the room that asks for it.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from news.errors import ConfigError
from news.settings import Settings

PREFIX = "WIREWATCH_"

KEYS = (
    "CONFIG",
    "HOME",
    "DATABASE_URL",
    "POOL_SIZE",
    "STATEMENT_TIMEOUT",
    "USER_AGENT",
    "CONTACT_URL",
    "ALLOW_NETWORKS",
    "RESOLVE",
    "DELAY",
    "TIMEOUT",
    "CONCURRENT",
    "MIN_INTERVAL",
    "MAX_INTERVAL",
    "MAX_AGE_DAYS",
    "FIRST_READ_HOURS",
    "RECHECK_HOURS",
    "PAGE_RETENTION_DAYS",
    "VISITS",
    "PARSE_CHILDREN",
    "PARSE_TIMEOUT",
    "STALLED_AFTER",
    "EMBEDDER",
    "SMTP_URL",
    "MAIL_FROM",
    "ALERT_HOLD",
    "ALERTS_PER_HOUR",
    "ALERT_TIMEOUT",
    "DIGEST_AT",
)
"""Every setting there is; a test compares them with what the rooms ask for and with docs/settings.md."""

MOST_CONFIG_BYTES = 1024 * 1024


def read_settings(
    environment: Mapping[str, str] = os.environ, warn: Callable[[str], None] = lambda text: None
) -> Settings:
    """Read all settings.

    Args:
        environment: The process's environment.
        warn: Told of each unknown key, with the nearest known one.

    Raises:
        ConfigError: The TOML file cannot be read, or a value in it is no text, number, yes/no or list of these.
    """
    values: dict[str, str] = {}
    path = environment.get(f"{PREFIX}CONFIG", "").strip()
    if path:
        values.update(_read_file(Path(path), warn))
    for key, value in environment.items():
        if key.startswith(PREFIX):
            values[key] = value
            _warn_unknown(key.removeprefix(PREFIX), key, "environment", warn)
    return Settings(values)


def _read_file(path: Path, warn: Callable[[str], None]) -> dict[str, str]:
    try:
        with path.expanduser().open("rb") as file:
            body = file.read(MOST_CONFIG_BYTES + 1)
    except (OSError, RuntimeError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise ConfigError(f"setting: {PREFIX}CONFIG: {path}: {cause}") from error
    if len(body) > MOST_CONFIG_BYTES:
        raise ConfigError(f"setting: {PREFIX}CONFIG: {path}: larger than {MOST_CONFIG_BYTES} bytes")
    try:
        table = tomllib.loads(body.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"setting: {PREFIX}CONFIG: {path}: no TOML: {error}") from error
    for key in table:
        _warn_unknown(key.upper(), key, str(path), warn)
    return {f"{PREFIX}{key.upper()}": _as_text(value, key, path) for key, value in table.items()}


def _as_text(value: object, key: str, path: Path) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list):
        return ",".join(_as_text(item, key, path) for item in value)
    raise ConfigError(f"setting: {key} in {path}: a {type(value).__name__} is no text, number, yes/no or list")


def _warn_unknown(key: str, as_written: str, where: str, warn: Callable[[str], None]) -> None:
    if key in KEYS or key.startswith("TEST_"):
        return
    near = difflib.get_close_matches(key, KEYS, n=1)
    as_meant = near and (f"{PREFIX}{near[0]}" if where == "environment" else near[0].lower())
    hint = f"; did you mean {as_meant}?" if as_meant else "; see docs/settings.md"
    warn(f"unknown setting {as_written} ({where}) is ignored{hint}")
