"""The store's config: which database, and where the embedded one lives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from news.errors import ConfigError
from news.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """Where the database is.

    Attributes:
        database_url: A server of the user's own; None means the embedded one under `home`.
        home: The data folder.
        pool_size: Connections a worker holds at most.
        statement_timeout_s: Longest statement of a worker.
    """

    home: Path
    database_url: str | None = None
    pool_size: int = 8
    statement_timeout_s: float = 30.0

    @classmethod
    def from_settings(cls, settings: Settings) -> StoreConfig:
        """Build it from `WIREWATCH_HOME`, `_DATABASE_URL`, `_POOL_SIZE`, `_STATEMENT_TIMEOUT`.

        Raises:
            ConfigError: One cannot be used.
        """
        home = settings.text("HOME") or platformdirs.user_data_dir("wirewatch", appauthor=False)
        return cls(
            home=_folder(home),
            database_url=settings.text("DATABASE_URL"),
            pool_size=settings.count("POOL_SIZE", 8, least=2, most=100),
            statement_timeout_s=settings.number("STATEMENT_TIMEOUT", 30.0, least=1, most=3600),
        )


def _folder(text: str) -> Path:
    if any(sign < " " for sign in text):
        # Postgres writes the path into files of one line a value.
        raise ConfigError(f"setting: WIREWATCH_HOME: {text!r}: holds a line break or another control character")
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise ConfigError(f"setting: WIREWATCH_HOME: {text}: names the home of a user that is not there") from error
