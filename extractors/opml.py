"""Reads and writes lists of sources: OPML, and TOML with `[[source]]` tables. Storing them is the scheduler's business.

OPML is read by expat through defusedxml, which knows line numbers and refuses entities; TOML has no line numbers of
its own, so its tables are found by their headers.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_external_ges, feature_external_pes
from xml.sax.xmlreader import AttributesImpl, InputSource, Locator

from defusedxml import DefusedXmlException
from defusedxml.expatreader import create_parser

from extractors.decode import decode
from extractors.markup import tag_fault
from news.errors import BadURLError, ImportFileError
from news.text import clean_text
from news.urls import clean_url

MAX_BYTES = 20 * 2**20
MAX_TOML_BYTES = 5 * 2**20
MAX_TOML_LINE_CHARS = 5000
"""tomllib is quadratic in the dots of a key: 100,000 of them fill the memory."""

MAX_SOURCES = 50_000
MAX_PROBLEMS = 1000
"""A person reads no more."""

_MAX_TITLE_CHARS = 300
_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\][ \t]*(?:#.*)?$", re.MULTILINE)
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});)")
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource:
    """A source as a list names it: `url` is its feed, or its home page; `line` counts from 1."""

    line: int
    url: str
    title: str | None = None
    home_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line of a list that could not be taken, and why."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """What a list of sources says: the good lines, and the others by their number."""

    sources: tuple[ListedSource, ...]
    problems: tuple[Problem, ...] = ()


def read_sources(body: bytes, filename: str) -> SourceList:
    """Read a list of sources, at most 50,000; the folders of OPML are passed through.

    Args:
        body: The file.
        filename: As the person named it, for the error's text; what the file is, its first letter tells.

    Raises:
        ImportFileError: It is neither OPML nor TOML, too large, or declares entities.
    """
    if len(body) > MAX_BYTES:
        raise ImportFileError(f"sources: {filename}: larger than {MAX_BYTES >> 20} MiB")
    text = _IMPOSSIBLE.sub("\ufffd", decode(body, None))
    if not text.strip():
        raise ImportFileError(f"sources: {filename}: the file is empty")
    return _read_opml(text, filename) if text.lstrip().startswith("<") else _read_toml(text, filename)


def write_opml(sources: Iterable[ListedSource], title: str, now: datetime) -> bytes:
    """Write a list that other programs read, and `read_sources` reads back.

    Args:
        sources: In the order they shall stand in; their line numbers do not matter.
        title: Of the list.
        now: Aware; when the list was made.
    """
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = clean_text(title) or "Wirewatch"
    SubElement(head, "dateCreated").text = format_datetime(now)
    body = SubElement(root, "body")
    for source in sources:
        name = clean_text(source.title) or source.url
        outline = SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=source.url)
        if source.home_url:
            outline.set("htmlUrl", source.home_url)
    indent(root)
    xml: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


class _Lines:
    """Collects good lines and bad ones, each within its bound."""

    def __init__(self) -> None:
        self.sources: list[ListedSource] = []
        self.problems: list[Problem] = []
        self._n_beyond = 0

    def add(self, line: int, url: object, title: object, home_url: object) -> None:
        if url is not None and not isinstance(url, str):
            self.complain(line, f"{_shown(title)}: its address is no text")
            return
        if not url or not url.strip():
            self.complain(line, f"{_shown(title)} has no address")
            return
        try:
            found = clean_url(url.strip())
        except BadURLError as error:
            self.complain(line, str(error))
            return
        if len(self.sources) >= MAX_SOURCES:
            self._n_beyond += 1
            if self._n_beyond == 1:
                self.problems.append(
                    Problem(line=line, text=f"only {MAX_SOURCES} sources are taken; the rest is left out")
                )
            return
        try:
            home = clean_url(home_url.strip()) if isinstance(home_url, str) and home_url.strip() else None
        except BadURLError:
            home = None
        name = clean_text(title[: 4 * _MAX_TITLE_CHARS]) if isinstance(title, str) else None
        name = name[:_MAX_TITLE_CHARS] if name else None
        self.sources.append(ListedSource(line=line, url=found, title=name, home_url=home))

    def complain(self, line: int, text: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(line=line, text=text))

    def listed(self) -> SourceList:
        return SourceList(sources=tuple(self.sources), problems=tuple(self.problems))


class _OutlineReader(ContentHandler):
    """Reads outlines wherever they stand; one without address and without outlines below it is a bad line."""

    def __init__(self, lines: _Lines) -> None:
        super().__init__()
        self._lines = lines
        self._locator: Locator = Locator()
        self._open: list[tuple[int, str | None] | None] = []
        self.root: str | None = None

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        """Take an outline's address, or remember that it had none."""
        local = name.rpartition(":")[2].lower()
        self.root = self.root or local
        if local != "outline":
            return
        if self._open:
            self._open[-1] = None
        line = self._locator.getLineNumber() or 1
        values = {str(key).lower(): str(value) for key, value in attrs.items()}
        title = values.get("title") or values.get("text")
        url = values.get("xmlurl") or values.get("url") or values.get("htmlurl")
        is_source = bool(url) or values.get("type", "").lower() in {"rss", "atom", "rdf"}
        if is_source:
            self._lines.add(line, url, title, values.get("htmlurl"))
        self._open.append(None if is_source else (line, title))

    def endElement(self, name: str) -> None:
        """Complain of a leaf that named nothing."""
        if name.rpartition(":")[2].lower() == "outline" and self._open:
            leaf = self._open.pop()
            if leaf is not None:
                self._lines.complain(leaf[0], f"{_shown(leaf[1])} has no address")


def _read_opml(text: str, filename: str) -> SourceList:
    fault = tag_fault(text)
    if fault:
        raise ImportFileError(f"sources: {filename}: {fault}")
    lines = _Lines()
    handler = _OutlineReader(lines)
    # A DOCTYPE is harmless, and some programs write one; entities and outside references are not.
    parser = create_parser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    parser.setFeature(feature_external_ges, False)
    parser.setFeature(feature_external_pes, False)
    parser.setContentHandler(handler)
    source = InputSource()
    # Bare ampersands in addresses are the commonest fault of such files. No line is added or taken.
    source.setByteStream(io.BytesIO(_BARE_AMPERSAND.sub("&amp;", text.lstrip("\ufeff")).encode()))
    source.setEncoding("utf-8")
    try:
        parser.parse(source)
    except DefusedXmlException as error:
        raise ImportFileError(f"sources: {filename}: it declares entities, which no list of sources needs") from error
    except SAXParseException as error:
        if handler.root != "opml" or not lines.sources:
            cause = f"line {error.getLineNumber()}: {error.getMessage()}"
            raise ImportFileError(f"sources: {filename}: not OPML: {cause}") from error
        lines.problems.append(
            Problem(line=error.getLineNumber() or 1, text=f"{error.getMessage()}; what follows was not read")
        )
    if handler.root != "opml":
        raise ImportFileError(f"sources: {filename}: XML, but not OPML: its root is <{_shown(handler.root, 40)}>")
    return lines.listed()


def _read_toml(text: str, filename: str) -> SourceList:
    text = text.replace("\r\n", "\n")
    long_line = next((i for i, line in enumerate(text.split("\n"), 1) if len(line) > MAX_TOML_LINE_CHARS), None)
    if long_line is not None or len(text) > MAX_TOML_BYTES:
        cause = f"line {long_line} is too long" if long_line else f"larger than {MAX_TOML_BYTES >> 20} MiB"
        raise ImportFileError(f"sources: {filename}: neither OPML nor TOML of a list: {cause}")
    starts = [match.start() for match in _TABLE.finditer(text)]
    lines = _Lines()
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if not starts:
            raise ImportFileError(f"sources: {filename}: neither OPML nor TOML: {_toml_cause(error)}") from error
        _read_tables(text, starts, lines)
        return lines.listed()
    tables = document.get("source")
    if not isinstance(tables, list):
        raise ImportFileError(f"sources: {filename}: TOML without [[source]] tables")
    n_lines = _line_numbers(text, starts) if len(starts) == len(tables) else [1] * len(tables)
    for line, table in zip(n_lines, tables, strict=True):
        _add_table(lines, line, table)
    return lines.listed()


def _read_tables(text: str, starts: list[int], lines: _Lines) -> None:
    """Read each table by itself, so that a fault in one costs only that one."""
    ends = [*starts[1:], len(text)]
    for line, start, end in zip(_line_numbers(text, starts), starts, ends, strict=True):
        try:
            table = tomllib.loads(text[start:end])["source"][0]
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            within = re.search(r"at line (\d+)", str(error))
            lines.complain(line + (int(within.group(1)) - 1 if within else 0), _toml_cause(error))
            continue
        _add_table(lines, line, table)


def _add_table(lines: _Lines, line: int, table: object) -> None:
    if isinstance(table, dict):
        lines.add(
            line, table.get("url"), table.get("name") or table.get("title"), table.get("home") or table.get("home_url")
        )
    else:
        lines.complain(line, "not a table with url and name")


def _line_numbers(text: str, starts: list[int]) -> list[int]:
    numbers: list[int] = []
    line, position = 1, 0
    for start in starts:
        line += text.count("\n", position, start)
        position = start
        numbers.append(line)
    return numbers


def _toml_cause(error: Exception) -> str:
    return re.sub(r"\s*\(at [^)]*\)$", "", str(error))[:200] if isinstance(error, ValueError) else "nested too deeply"


def _shown(value: object, limit: int = 80) -> str:
    text = clean_text(value[: 4 * limit]) if isinstance(value, str) else None
    return f"«{text[:limit]}»" if text else "a line without a name"
