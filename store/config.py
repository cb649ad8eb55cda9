"""The store's config: which database, and where the embedded one lives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

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
        """Build it from `WIREWATCH_HOME`, `_DATABASE_URL`, `_POOL_SIZE`, `_STATEMENT_TIMEOUT`."""
        home = settings.text("HOME") or platformdirs.user_data_dir("wirewatch", appauthor=False)
        return cls(
            home=Path(home).expanduser().absolute(),
            database_url=settings.text("DATABASE_URL"),
            pool_size=settings.count("POOL_SIZE", 8, least=2, most=100),
            statement_timeout_s=settings.number("STATEMENT_TIMEOUT", 30.0, least=1, most=3600),
        )
