"""What is said of an article besides its text, one frozen dataclass for each shape of a fact.

The nouns that bear them stand in `model`, which hands these names on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Precision(StrEnum):
    """How much of a moment was stated."""

    DAY = "day"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment as an outlet states it.

    Attributes:
        at: Aware, in the zone that was stated; UTC where none was.
        raw: The text it was read from.
        origin: Where that text stood, as in `Provenance`.
        precision: `DAY` when no time of day was stated.
        zone_stated: Whether the text named a zone or an offset.
    """

    at: datetime
    raw: str
    origin: str
    precision: Precision = Precision.TIME
    zone_stated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Whom a text names as its source: an outlet or an agency.

    Attributes:
        name: As the text has it, in the case it stands in: `Politico`, `агентства Reuters`.
        url: The link that goes with the name, absolute; None where there is none.
        raw: The words it was read from, bounded.
    """

    name: str
    url: str | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where one fact of an article was read.

    Attributes:
        field: The article's field, as `title`.
        origin: `json-ld`, `opengraph`, `meta`, `microdata`, `time`, `dom`, `url`, `text` or `feed`.
        raw: What stood there, bounded.
    """

    field: str
    origin: str
    raw: str
