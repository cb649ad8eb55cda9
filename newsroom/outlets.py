"""Reads the sample outlets: one TOML file each, with the pages' looks from templates.

What the keys mean stands in `samples/README.md`. When the pieces come out is `newsroom.edition`'s.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from news.errors import ImportFileError
from newsroom.faults import Fault, FaultKind
from newsroom.pages import Looks
from newsroom.site import FeedFormat, Piece, Site, Validators

SAMPLES = Path(__file__).parent / "samples"

_OUTLET_KEYS = {
    "title", "tagline", "language", "format", "template", "zone", "encoding", "label", "validators", "robots",
    "sections", "words", "teaser", "article",
}  # fmt: skip
_ARTICLE_KEYS = {
    "path", "query", "of", "title", "summary", "authors", "section", "tags", "text", "minutes_ago", "late",
    "photo_from", "missing", "fault", "template",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A sample outlet.

    Attributes:
        site: With the pieces that are out at the start.
        late: Pieces that come out later, in this order, still without a date.
        faults: Misbehaviour from the start on, by path.
    """

    site: Site
    late: tuple[Piece, ...]
    faults: tuple[tuple[str, Fault], ...] = field(default=())


def read_outlets(start: datetime, folder: Path = SAMPLES) -> list[Outlet]:
    """Return the outlets of a folder, in the order of their file names.

    Args:
        start: Aware; the pieces that are out came out some minutes before it.
        folder: Of `NAME.toml` files.

    Raises:
        ImportFileError: A file is no TOML, or has a key or value that means nothing.
    """
    return [read_outlet(path, start) for path in sorted(folder.glob("*.toml"))]


def read_outlet(path: Path, start: datetime) -> Outlet:
    """Return one outlet; its name is the file's.

    Raises:
        ImportFileError: As `read_outlets`.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        _expect(told, _OUTLET_KEYS, "outlet")
        return _outlet(path.stem, told, start.replace(microsecond=0))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError, TypeError) as error:
        cause = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ImportFileError(f"sample outlet: {path.name}: {cause}") from error


def _outlet(name: str, told: dict[str, Any], start: datetime) -> Outlet:
    looks = Looks(
        words=dict(told.get("words", {})),
        sections=tuple(told.get("sections", ())),
        teasers=tuple((one["title"], " ".join(one["summary"].split())) for one in told.get("teaser", ())),
    )
    out: list[Piece] = []
    late: list[Piece] = []
    faults: list[tuple[str, Fault]] = []
    for number, article in enumerate(told["article"], 1):
        try:
            _expect(article, _ARTICLE_KEYS, "article")
            piece = _piece(name, article, looks, start, str(told["template"]))
            (late if article.get("late") else out).append(piece)
            fault = _fault(article)
            if fault is not None:
                faults.append((piece.path, fault))
        except (KeyError, ValueError, TypeError) as error:
            cause = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise ValueError(f"article {number}: {cause}") from error
    site = Site(
        name,
        format=FeedFormat(told["format"]),
        title=told["title"],
        tagline=told.get("tagline", ""),
        language=told["language"],
        encoding=told.get("encoding", "utf-8"),
        label=told.get("label"),
        zone=_zone(told["zone"]),
        robots=told.get("robots", "User-agent: *\nAllow: /\n"),
        validators=Validators(told.get("validators", "both")),
        home=looks.home,
        pieces=tuple(sorted(out, key=lambda piece: piece.published_at or start)),
        changed_at=start,
    )
    return Outlet(site=site, late=tuple(late), faults=tuple(faults))


def _piece(name: str, told: dict[str, Any], looks: Looks, start: datetime, template: str) -> Piece:
    late = bool(told.get("late"))
    query = f"?{told['query']}" if told.get("query") else ""
    url = None
    path = told.get("path", "")
    if "of" in told:
        outlet, _, rest = str(told["of"]).partition("/")
        url = f"http://{outlet}.localhost:{{port}}/{rest}{query}"
        path = f"/elsewhere/{outlet}/{rest}"
    elif query:
        url = f"http://{name}.localhost:{{port}}{path}{query}"
    if not path.startswith("/"):
        raise ValueError(f"path {path!r} does not begin with /")
    return Piece(
        path=path,
        title=told["title"],
        text=told.get("text", ""),
        summary=" ".join(told["summary"].split()) or None,
        published_at=None if late else start - timedelta(minutes=told["minutes_ago"]),
        authors=tuple(told.get("authors", ())),
        section=told.get("section"),
        tags=tuple(told.get("tags", ())),
        url=url,
        page=looks.page(str(told.get("template", template)), photo_from=str(told.get("photo_from", ""))),
    )


def _fault(told: dict[str, Any]) -> Fault | None:
    if told.get("missing"):
        return Fault(kind=FaultKind.STATUS, status=404)
    if "fault" not in told:
        return None
    return Fault(**told["fault"] | {"kind": FaultKind(told["fault"]["kind"])})


def _expect(told: Mapping[str, Any], keys: set[str], what: str) -> None:
    unknown = sorted(set(told) - keys)
    if unknown:
        raise ValueError(f"{what} has no key {unknown[0]!r}")


@cache
def _zone(text: str) -> timezone:
    found = re.fullmatch(r"([+-])(\d\d):(\d\d)", text)
    if found is None:
        raise ValueError(f"zone {text!r} is not written as +04:00")
    span = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-span if found[1] == "-" else span)
