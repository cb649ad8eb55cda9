"""Whom a text names as its source: "according to Reuters", «Об этом сообщает Politico», "Read more at outlet.example".

Precise rather than greedy: what may as well be a person, a ministry or a company is none. The phrases are data, read by
`sources`; which lines of a page only name a source, and are no text, is `body`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.outlet_names import Name, is_outlet, name_after, name_before, names_in
from extractors.sources import Phrase, fold_place, load_sources
from news.model import Attribution
from news.text import clean_text

MOST_ATTRIBUTIONS = 10
MOST_RAW_CHARS = 300
MOST_TEXT_CHARS = 200_000

_MOST_LINKS = 300
_MOST_LINK_CHARS = 120
_MOST_HITS = 40
"""Of each phrase: nobody quotes so much, and each costs a look at its surroundings."""

_MOST_LINE_WORDS = 4
_MOST_LINE_CHARS = 120
_MOST_HALF_CHARS = 140
_SENTENCE_END = re.compile(r"(?<![\s.]\w)[.!?…][\"'»”’)\]]*(?=\s)|\n")
_NO_SIGNS = re.compile(r"[\W_]+")
_WITH_AGENCIES = re.compile(
    r"(?i)\s+(?:с агентствами|з агентствами|with agencies|mit agenturen|avec agences|con agencias)\W*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    place: int
    name: Name
    raw: str
    cue: str


def read_attributions(text: str, links: Iterable[tuple[str, str]] = ()) -> tuple[Attribution, ...]:
    """Return whom a text names as its source, in order, each once, at most ten.

    Args:
        text: Paragraphs, apart by line breaks; its first 200,000 characters are looked at.
        links: Of the text: words and absolute address. The one that goes with a name is kept with it, and one whose
            host bears the name proves that it is an outlet's.
    """
    text = text[:MOST_TEXT_CHARS]
    known = [(words, url) for words, url in links if words and len(words) <= _MOST_LINK_CHARS][:_MOST_LINKS]
    found = sorted(_found(text, known), key=lambda item: item.place)
    return _distinct((item.name.text, _link_of(item, known), item.raw) for item in found)


def read_source_lines(lines: Iterable[tuple[str, str | None]]) -> tuple[Attribution, ...]:
    """Return whom lines name that do nothing else: "Источник: outlet.example", "Подробнее читайте на …" and its link.

    Args:
        lines: The words of each, and where it links to; where it names nobody, its link's host does.
    """
    found: list[tuple[str, str | None, str]] = []
    for line, url in lines:
        raw = clean_text(line[: 4 * MOST_RAW_CHARS]) or ""
        raw = raw[:MOST_RAW_CHARS]
        folded = fold_place(raw)
        end = next((end for cue in load_sources().lines if (end := _line_end(folded, cue, 0))), 0)
        names = names_in(_WITH_AGENCIES.sub("", raw[end:])) if len(raw) - end <= _MOST_LINE_CHARS else ()
        if names and (end or url):
            links = [url if number == 0 or len(names) == 1 else None for number in range(len(names))]
            found += [(name.text, link, raw) for name, link in zip(names, links, strict=True)]
        elif end and (name := _whole_line(raw[end:])):
            found.append((name, url, raw))
        elif url and (host := _host(url)):
            found.append((host, url, raw))
        else:
            found += [(item.name, item.url, raw) for item in read_attributions(raw)]
    return _distinct(found)


def _whole_line(rest: str) -> str:
    """Return what a line that names a source is left with, where that looks like one name: "Lake Herald"."""
    name = _WITH_AGENCIES.sub("", rest).strip(' :：.,;—–-"«»“”„')
    is_name = name[:1].isupper() and len(name.split()) <= _MOST_LINE_WORDS and not re.search(r"[.!?;:,]\s", name)
    return name if is_name else ""


def _distinct(found: Iterable[tuple[str, str | None, str]]) -> tuple[Attribution, ...]:
    """Return each name once, with the first link that goes with it."""
    kept: dict[str, Attribution] = {}
    for name, url, raw in found:
        key = _squeezed(name)
        before = kept.get(key)
        if before is None and len(kept) < MOST_ATTRIBUTIONS:
            kept[key] = Attribution(name=name, url=url, raw=raw)
        elif before is not None and url and not before.url:
            kept[key] = Attribution(name=before.name, url=url, raw=before.raw)
    return tuple(kept.values())


def _found(text: str, links: list[tuple[str, str]]) -> Iterator[_Found]:
    folded = fold_place(text)
    sources = load_sources()
    for cue in sources.lines:
        for place in _places(folded, cue):
            end = _line_end(folded, cue, place)
            if end and _starts_line(text, place):
                line_end = text.find("\n", end)
                line = text[end : line_end if line_end >= 0 else len(text)][: _MOST_LINE_CHARS + 1]
                if len(line) <= _MOST_LINE_CHARS:
                    raw = " ".join(text[place : end + len(line)].split())
                    for name in names_in(_WITH_AGENCIES.sub("", line)):
                        yield _Found(place=place, name=name, raw=raw, cue=cue)
    seen: set[int] = set()
    for phrase in sources.phrases:
        for place in _places(folded, phrase.text):
            if place + len(phrase.text) * (not phrase.before) in seen:
                continue
            raw = _sentence(text, place, place + len(phrase.text))
            for name in _names(text, folded, phrase, place):
                # The longer phrase knows better than the shorter one within it.
                seen.add(place + len(phrase.text) * (not phrase.before))
                found = _Found(place=place, name=name, raw=raw, cue=phrase.text)
                host = _host(_link_of(found, links) or "")
                if is_outlet(name, sure=phrase.sure, host=host, cue=phrase.text):
                    yield found
                    if phrase.before:
                        # The shorter ones are its ends: "York Times".
                        break


def _names(text: str, folded: str, phrase: Phrase, place: int) -> Iterator[Name]:
    if phrase.before:
        start = max(text.rfind("\n", 0, place) + 1, place - _MOST_HALF_CHARS)
        yield from name_before(text[start:place])
    else:
        end = place + len(phrase.text)
        yield from name_after(text[end : end + _MOST_HALF_CHARS].partition("\n")[0])


def _places(folded: str, cue: str) -> Iterator[int]:
    """Yield where a cue stands as whole words, at most so often."""
    place = folded.find(cue)
    n_left = _MOST_HITS
    while place >= 0 and n_left:
        n_left -= 1
        end = place + len(cue)
        if not (place and folded[place - 1].isalnum()) and not (folded[end : end + 1].isalnum() and cue[-1].isalnum()):
            yield place
        place = folded.find(cue, end)


def _line_end(folded: str, cue: str, place: int) -> int:
    """Return where a line's cue ends that begins here, blanks and a dash included; 0 where it does not."""
    if not folded.startswith(cue, place):
        return 0
    end = place + len(cue)
    if cue[-1] != ":" and folded[end : end + 1] not in ("", " ", ":"):
        return 0
    while folded[end : end + 1] in (" ", ":", "–", "—", "-", "→", "»"):
        end += 1
    return end


def _starts_line(text: str, place: int) -> bool:
    """Whether a line begins here, or a sentence that was glued to the one before."""
    before = text[:place][-4:].rstrip(" \xa0([")
    return not before or before[-1] in '\n.!?…»”")]'


def _sentence(text: str, start: int, end: int) -> str:
    before = max(0, start - _MOST_HALF_CHARS)
    first = max((match.end() for match in _SENTENCE_END.finditer(text, before, start)), default=before)
    match = _SENTENCE_END.search(text, end, min(len(text), end + _MOST_HALF_CHARS))
    last = match.end() if match else min(len(text), end + _MOST_HALF_CHARS)
    return " ".join(text[first:last].split())[:MOST_RAW_CHARS]


def _link_of(found: _Found, links: list[tuple[str, str]]) -> str | None:
    """Return the link whose words are the name, or the phrase that goes with it."""
    name, raw, cue = _squeezed(found.name.text), _squeezed(found.raw), _squeezed(found.cue)
    of_cue: str | None = None
    for words, url in links:
        link = _squeezed(words)
        if len(link) < 2 or link not in raw:
            continue
        if link == name or (len(link) > 3 and link in name) or (name in link and len(link) <= len(name) + 30):
            return url
        if of_cue is None and (link in cue or cue in link):
            of_cue = url
    return of_cue


def _squeezed(text: str) -> str:
    return _NO_SIGNS.sub("", text.casefold())


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
