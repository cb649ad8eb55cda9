"""The crawler's config: how we name ourselves, whom we may reach, how much and how fast.

What Scrapy is told stands in settings.py; this is what a person may set.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from importlib.metadata import version

from crawler.doors import Door
from news.errors import ConfigError
from news.settings import Network, Settings

MIB = 1024 * 1024

CONTACT_URL = "https://github.com/wirewatch/wirewatch"
"""Where an outlet reads what we are; the owner of an installation names a page of their own."""

_NAME = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_HEADER_TEXT = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlerConfig:
    """How to fetch.

    Attributes:
        user_agent: What we say we are; its first word is the name that robots.txt addresses.
        allow_networks: Networks that may be dialled although they are not public.
        resolve: Pairs of a host name and the address it has here; `*.name` stands for every name below `name`.
        delay_s: Least seconds between two requests to one host; 0 turns pacing off.
        timeout_s: Seconds one fetch may take on the wire, all redirects together. Miniflux takes 20, Common Crawl 30.
        max_page_bytes: Most bytes of a page or a home page, as sent and as decompressed; the others likewise.
        max_robots_bytes: A larger robots.txt is read up to here. RFC 9309 § 2.5 asks for at least 500 KiB.
        n_concurrent: Most requests under way at a time.
        max_redirects: Most redirects followed. RFC 9309 § 2.3.1.2 asks for at least five.
        twisted_reactor: Run under Twisted's asyncio reactor, which the caller has installed, instead of plain asyncio.
    """

    user_agent: str = f"Wirewatch/0.1 (+{CONTACT_URL})"
    allow_networks: tuple[Network, ...] = ()
    resolve: tuple[tuple[str, str], ...] = ()
    delay_s: float = 2.0
    timeout_s: float = 30.0
    max_page_bytes: int = 5 * MIB
    max_feed_bytes: int = 15 * MIB
    max_sitemap_bytes: int = 50 * MIB
    max_robots_bytes: int = MIB // 2
    n_concurrent: int = 64
    max_redirects: int = 5
    twisted_reactor: bool = False

    @property
    def product(self) -> str:
        """The name that robots.txt addresses: the user agent's first word, without its version."""
        return re.split(r"[/\s(]", self.user_agent, maxsplit=1)[0]

    def max_bytes(self, door: Door) -> int:
        """Return the most bytes that a body may have at this door."""
        match door:
            case Door.PAGE | Door.HOME:
                return self.max_page_bytes
            case Door.FEED:
                return self.max_feed_bytes
            case Door.SITEMAP:
                return self.max_sitemap_bytes
            case Door.ROBOTS:
                return self.max_robots_bytes

    @classmethod
    def from_settings(cls, settings: Settings) -> CrawlerConfig:
        """Build it from the settings of the crawler.

        They are `WIREWATCH_USER_AGENT`, `_CONTACT_URL`, `_ALLOW_NETWORKS`, `_RESOLVE`, `_DELAY`, `_TIMEOUT` and
        `_CONCURRENT`.

        Raises:
            ConfigError: A value cannot be used; the text names its key.
        """
        return cls(
            user_agent=_user_agent(settings),
            allow_networks=settings.networks("ALLOW_NETWORKS"),
            resolve=tuple(_resolve_pair(item) for item in settings.items("RESOLVE")),
            delay_s=settings.number("DELAY", 2.0, most=3600),
            timeout_s=settings.number("TIMEOUT", 30.0, least=0.1, most=600),
            n_concurrent=settings.count("CONCURRENT", 64, least=1, most=1000),
        )


def _user_agent(settings: Settings) -> str:
    contact = settings.text("CONTACT_URL", CONTACT_URL)
    release = ".".join(version("wirewatch").split(".")[:2])
    text = settings.text("USER_AGENT") or f"Wirewatch/{release} (+{contact})"
    if not _HEADER_TEXT.fullmatch(text) or not text[0].isalpha():
        key = "USER_AGENT" if settings.text("USER_AGENT") else "CONTACT_URL"
        raise ConfigError(f"setting: WIREWATCH_{key}: {text!r} is no user agent; write plain ASCII, the name first")
    return text


def _resolve_pair(item: str) -> tuple[str, str]:
    name, _, address = (part.strip() for part in item.partition("="))
    try:
        ipaddress.ip_address(address)
    except ValueError as error:
        raise ConfigError(f"setting: WIREWATCH_RESOLVE: {item!r}: {error}; write name=127.0.0.1") from error
    if not _NAME.fullmatch(name.lower()):
        raise ConfigError(f"setting: WIREWATCH_RESOLVE: {item!r}: {name!r} is no host name; write name=127.0.0.1")
    return name.lower(), address
