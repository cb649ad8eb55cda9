"""The nouns of the newsroom: a site, the pieces it has out, and the documents it answers with.

How feeds are written is `newsroom.feeds`', how pages look is `newsroom.looks`', how a site misbehaves is
`newsroom.faults`', and who carries it over the wire is `newsroom.server`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from urllib.parse import unquote_to_bytes

SUFFIX = ".localhost"


class FeedFormat(StrEnum):
    """How a site lists its pieces."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON = "json"
    NEWS_SITEMAP = "news_sitemap"
    SITEMAP_INDEX = "sitemap_index"
    LISTING = "listing"
    """No feed at all: the home page is the list."""


FEED_PATHS: dict[FeedFormat, str] = {
    FeedFormat.RSS: "/rss.xml",
    FeedFormat.ATOM: "/atom.xml",
    FeedFormat.RDF: "/index.rdf",
    FeedFormat.JSON: "/feed.json",
    FeedFormat.NEWS_SITEMAP: "/news-sitemap.xml",
    FeedFormat.SITEMAP_INDEX: "/sitemap-index.xml",
    FeedFormat.LISTING: "/",
}


class Validators(StrEnum):
    """Which validators a site sends, and honours."""

    BOTH = "both"
    ETAG = "etag"
    LAST_MODIFIED = "last_modified"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One body as it goes over the wire, with what vouches for it.

    Attributes:
        gzipped: `body` is gzip; a client that does not take gzip gets it unpacked.
        status: 200, or another where the document itself is an answer such as 404.
    """

    body: bytes
    content_type: str
    etag: str
    modified_at: datetime | None = None
    gzipped: bool = False
    status: int = 200


def document(body: bytes, content_type: str, modified_at: datetime | None = None, *, status: int = 200) -> Document:
    """Return a document whose ETag is the hash of its body."""
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    return Document(body=body, content_type=content_type, etag=etag, modified_at=modified_at, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article as an outlet publishes it.

    Attributes:
        path: Path and query on its site. It is what tells pieces of one site apart: publishing the same path edits it.
        published_at: Aware; None writes no date into the feed.
        guid: As the feed says it; None writes the URL.
        url: The absolute address the feed links, where that is not this site's `path`: a piece of another outlet,
            or one under tracking parameters. `{port}` in it stands for the port.
        listed: Whether the feed names it.
        page: Makes its page; None makes a plain one of `text`.
    """

    path: str
    title: str | None = None
    text: str = ""
    summary: str | None = None
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    guid: str | None = None
    url: str | None = None
    listed: bool = True
    page: PageMaker | None = field(default=None, compare=False)

    @property
    def paragraphs(self) -> list[str]:
        """The text's paragraphs, which blank lines keep apart."""
        return [" ".join(part.split()) for part in self.text.split("\n\n") if part.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStyle:
    """How a feed is written: a site's own way, and what a fault makes of it.

    Attributes:
        encoding: Of the bytes. JSON is always UTF-8.
        label: The encoding that the XML declaration and the charset of Content-Type name; empty names none.
        scheme: Of the links.
        guid_prefix: Put before every guid.
        limit: So many newest pieces are listed.
    """

    format: FeedFormat
    encoding: str = "utf-8"
    label: str = "utf-8"
    scheme: str = "http"
    guid_prefix: str = ""
    limit: int = 30


class Site:
    """One outlet: its pieces, newest first, and the documents made of them. Documents are made once and kept.

    Args:
        name: The first label of its host name, `NAME.localhost`.
        encoding: Of pages and feeds.
        label: The encoding they claim; None is honest, empty claims none.
        robots: Text of robots.txt; lines that name sitemaps are added. None answers 404.
        home: Makes the home page; None makes a plain one.
        max_documents: So many made pages are kept, the oldest dropped first.
    """

    def __init__(
        self,
        name: str,
        *,
        format: FeedFormat = FeedFormat.RSS,
        title: str | None = None,
        language: str | None = "en",
        tagline: str = "",
        encoding: str = "utf-8",
        label: str | None = None,
        zone: tzinfo = UTC,
        robots: str | None = "User-agent: *\nDisallow: /admin/\n",
        validators: Validators = Validators.BOTH,
        limit: int = 30,
        home: HomeMaker | None = None,
        pieces: tuple[Piece, ...] = (),
        changed_at: datetime | None = None,
        max_documents: int = 256,
    ) -> None:
        self.name = name
        self.title = title or name
        self.language = language
        self.tagline = tagline
        self.encoding = encoding
        self.label = encoding if label is None else label
        self.zone = zone
        self.robots = robots
        self.validators = validators
        self.home = home
        self.style = FeedStyle(format=format, encoding=encoding, label=self.label, limit=limit)
        self.changed_at = changed_at or datetime.now(UTC)
        self.pieces: list[Piece] = []
        self._by_path: dict[bytes, Piece] = {}
        self._edited_at: dict[str, datetime] = {}
        self._made: dict[tuple[str, str, FeedStyle | None], Document] = {}
        self._max_documents = max_documents
        for piece in pieces:
            self._place(piece)

    @property
    def host(self) -> str:
        """Host name without port."""
        return self.name + SUFFIX

    @property
    def format(self) -> FeedFormat:
        """How the site lists its pieces."""
        return self.style.format

    @property
    def feed_path(self) -> str:
        """Where the list of pieces is; the home page of a listing."""
        return FEED_PATHS[self.format]

    def publish(self, *pieces: Piece) -> None:
        """Put pieces on top, in the order given; one whose path is out already takes its place there."""
        # A second later than before at least: else two changes in one second would share one Last-Modified.
        self.changed_at = max(datetime.now(UTC), self.changed_at + timedelta(seconds=1))
        for piece in pieces:
            if (known := self._by_path.get(unquote_to_bytes(piece.path))) is not None:
                later = self.modified_at(known) + timedelta(seconds=1)
                self._edited_at[piece.path] = max(self.changed_at, later)
            self._place(piece)
        self._made.clear()

    def find(self, target: str) -> Piece | None:
        """Return the piece at a path with query, however it is quoted; parameters it does not know are ignored."""
        found = self._by_path.get(unquote_to_bytes(target))
        return found or self._by_path.get(unquote_to_bytes(target.partition("?")[0]))

    def modified_at(self, piece: Piece) -> datetime:
        """Return when a piece's page last changed."""
        return self._edited_at.get(piece.path) or piece.published_at or self.changed_at

    def kept(self, target: str, base_url: str, style: FeedStyle | None, make: Callable[[], Document]) -> Document:
        """Return the document made before for this target, or make it.

        Packed ones are read from disk, where the system keeps what is asked for often: they are not kept.
        """
        key = (target, base_url, style)
        made = self._made.get(key)
        if made is None:
            made = make()
            if made.gzipped:
                return made
            if len(self._made) >= self._max_documents:
                del self._made[next(iter(self._made))]
            self._made[key] = made
        return made

    def encode(self, text: str) -> bytes:
        """Return text in the site's encoding; letters it lacks become character references."""
        return text.encode(self.encoding, "xmlcharrefreplace")

    @property
    def html_type(self) -> str:
        """Content-Type of its pages."""
        return f"text/html; charset={self.label}" if self.label else "text/html"

    def _place(self, piece: Piece) -> None:
        key = unquote_to_bytes(piece.path)
        known = self._by_path.get(key)
        if known is None:
            self.pieces.insert(0, piece)
        else:
            self.pieces[self.pieces.index(known)] = piece
        self._by_path[key] = piece


PageMaker = Callable[[Site, Piece, str], Document]
"""Makes a piece's page; told the site, the piece and the site's base URL without a slash at its end."""

HomeMaker = Callable[[Site, str], str]
"""Makes the home page's HTML; told the site and its base URL."""
