"""Reads settings from a mapping of strings; each room builds its own config from it.

Who fills the mapping (environment, TOML file) is the command line's business.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping

from news.errors import ConfigError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Settings:
    """Typed look-ups in `WIREWATCH_…` settings; a wrong value names its key.

    Args:
        values: Full key, as `WIREWATCH_USER_AGENT`, to text. Unknown keys are ignored.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, key: str, default: str | None = None) -> str | None:
        """Return the text of `key`, or `default` where it is absent or empty."""
        return self._values.get(f"WIREWATCH_{key}", "").strip() or default

    def number(self, key: str, default: float, *, least: float = 0.0, most: float = math.inf) -> float:
        """Return a number within [least, most].

        Raises:
            ConfigError: It is no number, or outside.
        """
        text = self.text(key)
        return default if text is None else _number(key, text, least, most)

    def count(self, key: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
        """Return a whole number within [least, most].

        Raises:
            ConfigError: It is no whole number, or outside.
        """
        value = self.number(key, default, least=least, most=most)
        if value != int(value):
            raise ConfigError(f"setting: WIREWATCH_{key}: {value:g} is no whole number")
        return int(value)

    def numbers(
        self, key: str, default: tuple[float, ...], *, least: float = 0.0, most: float = math.inf
    ) -> tuple[float, ...]:
        """Return a comma-separated list of numbers, each within [least, most].

        Raises:
            ConfigError: One is no number, or outside.
        """
        return tuple(_number(key, item, least, most) for item in self.items(key)) or default

    def flag(self, key: str, default: bool) -> bool:
        """Return a yes or no.

        Raises:
            ConfigError: It is neither.
        """
        text = (self.text(key) or ("yes" if default else "no")).lower()
        if text in {"1", "yes", "true", "on"}:
            return True
        if text in {"0", "no", "false", "off"}:
            return False
        raise ConfigError(f"setting: WIREWATCH_{key}: {text!r} is neither yes nor no")

    def items(self, key: str) -> tuple[str, ...]:
        """Return a comma-separated list, without empty items."""
        return tuple(item.strip() for item in (self.text(key) or "").split(",") if item.strip())

    def networks(self, key: str) -> tuple[Network, ...]:
        """Return a comma-separated list of networks in CIDR form.

        Raises:
            ConfigError: One is no network.
        """
        try:
            return tuple(ipaddress.ip_network(item) for item in self.items(key))
        except ValueError as error:
            raise ConfigError(f"setting: WIREWATCH_{key}: {error}; write networks as 10.0.0.0/8") from error


def _number(key: str, text: str, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise ConfigError(f"setting: WIREWATCH_{key}: {text!r} is no number") from error
    if not least <= value <= most:
        raise ConfigError(f"setting: WIREWATCH_{key}: {text} is not within {least:g} and {most:g}")
    return value
