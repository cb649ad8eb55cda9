"""Reads robots.txt: who may fetch what, how slowly, and where the sitemaps are.

The rules are Protego's. Before it, only the groups that speak to us are kept: half a megabyte of 18,000 names over
23,000 rules would make 400 million of them. What a 404 or a 503 means is `crawler`'s business.

Source: RFC 9309.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from protego import Protego

from extractors.decode import decode
from news.urls import clean_url_or_none

MAX_BYTES = 512 * 1024
"""RFC 9309 § 2.5 asks for at least 500 KiB."""

MAX_SITEMAPS = 500
_MAX_URL_CHARS = 4096

_DIRECTIVE = re.compile(
    r"\s*(user[ -]?agent|allow|dis{1,2}al{1,2}ow|diasllow|disallaw|crawl[ -]delay|site-?maps?)(?:\s*:|\s)\s*(.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsAnswer:
    """What robots.txt says to one user agent.

    Attributes:
        allowed: For each URL that was asked, in their order.
        crawl_delay_s: As stated; None where nothing is.
        sitemaps: Absolute addresses, for every agent.
    """

    allowed: tuple[bool, ...]
    crawl_delay_s: float | None
    sitemaps: tuple[str, ...]


def read_robots(body: bytes, user_agent: str, urls: Sequence[str]) -> RobotsAnswer:
    """Read robots.txt. A body that is a page or no text has no rules: everything is allowed.

    Args:
        body: Of a 200 answer; what is beyond 512 KiB is not read.
        user_agent: The whole header; addresses in it are passed over, so that no rule for `github` meets us.
        urls: What we want to fetch.
    """
    agent = re.sub(r"\+?https?://[^\s;)]*", "", user_agent).strip() or "*"
    rules, sitemaps = _parse(body[:MAX_BYTES], agent)
    return RobotsAnswer(
        allowed=tuple(rules.can_fetch(_escaped(url), agent) for url in urls),
        crawl_delay_s=rules.crawl_delay(agent),
        sitemaps=sitemaps,
    )


@lru_cache(maxsize=8)  # a hostile one takes 80 MB
def _parse(body: bytes, agent: str) -> tuple[Protego, tuple[str, ...]]:
    text = decode(body, None)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        text = ""
    lines = list(_lines(text))
    rules = Protego.parse("\n".join(_lines_for(agent, lines)))
    named = (clean_url_or_none(value) for field, value in lines if field == "sitemap")
    return rules, tuple(dict.fromkeys(url for url in named if url))[:MAX_SITEMAPS]


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield field and value of each line that means something, misspellings mended."""
    for line in text.splitlines():
        match = _DIRECTIVE.match(line.partition("#")[0])
        if match:
            field = match.group(1).lower()
            if field.startswith("di"):
                field = "disallow"
            elif field.startswith("site"):
                field = "sitemap"
            yield field.replace(" ", "-").replace("useragent", "user-agent"), match.group(2).strip()


def _lines_for(agent: str, lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the groups that speak to this agent. Lines of other kinds do not end a group (RFC 9309 § 2.2.4)."""
    meant = False
    naming = False
    for field, value in lines:
        if field == "user-agent":
            meant = meant if naming else False
            naming = True
            # A product token has neither spaces nor a version: `Foo Bar` and `Foo/1.0` mean Foo.
            name = re.split(r"[\s/]", value, maxsplit=1)[0].lower()
            if name and _is_named(name, agent):
                meant = True
                yield f"user-agent: {name}"
        elif field != "sitemap":
            naming = False
            if meant:
                yield f"{field}: {value}"


def _is_named(name: str, agent: str) -> bool:
    """Whether a name stands in our user agent, at the start of a word (as Protego asks it)."""
    stem = name.replace("*", "")
    agent = agent.lower()
    index = agent.find(stem)
    while index > 0 and (agent[index - 1].isalnum() or agent[index - 1] in "-_"):
        index = agent.find(stem, index + 1)
    return index >= 0


def _escaped(url: str) -> str:
    """Return an address as a fetcher sends it: letters beyond ASCII escaped."""
    return quote(url[:_MAX_URL_CHARS], safe="/:?#[]@!$&'()*+,;=%~-._")
