"""How well addresses tell articles apart: real ones that must stay apart, and variants of each that must join it.

What a canonical address is, is `news.urls`' business; the table is `grouping`'s.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from bench.grouping_rows import read_rows
from news.errors import BadURLError
from news.urls import canonical_url, host_name

_EVERY = 3
"""Of the addresses that are varied in each kind; the false merges are counted in all."""

_MARKS = frozenset(("amp", "print", "index", "html", "htm", "php"))
_TRACKING = re.compile(r"utm_|\w*clid=|from=rss$|amp(?:=1)?$", re.IGNORECASE)

Variant = Callable[[str], str]


def read_urls(data: Path) -> list[str] | None:
    """Return the distinct addresses of a folder; None where it lacks them."""
    rows = read_rows(data, "url_pairs_ru.jsonl")
    return None if rows is None else sorted({row[side] for row in rows for side in ("url1", "url2")})


def false_merges(urls: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the addresses that have one canonical form though a look at them says that they are several articles.

    The look is another than the one that is measured, and a coarser one: the words of the path, without `amp` and the
    like, and all parameters but those that begin with `utm_` or end in `clid`.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for url in urls:
        found[_canonical(url)].append(url)
    return [tuple(same) for same in found.values() if len(set(map(_looks, same))) > 1]


def _looks(url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    parts = urlsplit(url)
    words = re.findall(r"[^\W_]+", unquote(parts.path))
    asked = sorted(part for part in parts.query.split("&") if part and not _TRACKING.match(part))
    return tuple(word for word in words if word.lower() not in _MARKS), tuple(asked)


def joined_by_kind(urls: Sequence[str]) -> dict[str, float]:
    """Return for each kind of variant the share of addresses whose variant has their canonical form."""
    articles = [url for url in urls if _is_article(url)][::_EVERY]
    return {
        kind: sum(_canonical(vary(url)) == _canonical(url) for url in articles) / len(articles)
        for kind, vary in VARIANTS.items()
        if articles
    }


def _is_article(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/")) and not parts.fragment


def _canonical(url: str) -> str:
    try:
        return canonical_url(url)
    except BadURLError:
        return url


def _on_path(change: Callable[[str], str]) -> Variant:
    def variant(url: str) -> str:
        path, mark, query = url.partition("?")
        return change(path) + mark + query

    return variant


def _with(query: str) -> Variant:
    return lambda url: f"{url}{'&' if '?' in url else '?'}{query}"


def _other_scheme(url: str) -> str:
    return url.replace("https:", "http:", 1) if url.startswith("https:") else url.replace("http:", "https:", 1)


def _other_www(url: str) -> str:
    return url.replace("://www.", "://", 1) if "://www." in url else url.replace("://", "://www.", 1)


def _mobile(url: str) -> str:
    return url.replace("://www.", "://", 1).replace("://", "://m.", 1)


def _other_slash(url: str) -> str:
    return url.removesuffix("/") if url.endswith("/") else f"{url}/"


def _google_amp(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"https://www.google.com/amp/{'s/' if scheme == 'https' else ''}{rest}"


def _amp_cache(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host = host_name(url).partition(":")[0].replace("-", "--").replace(".", "-")
    return f"https://{host}.cdn.ampproject.org/c/{'s/' if scheme == 'https' else ''}{rest}"


def _session(url: str) -> str:
    """Return an address with a session of one of four servers."""
    kinds = (
        _with("PHPSESSID=q1w2e3r4t5y6u7i8o9p0a1s2d3"),
        _with("sid=58428beaa14598c2e02d93ad5c773e4d"),
        _on_path(lambda path: f"{path};jsessionid=51A21717FEF5DF38.node2"),
        _with("sessionid=q1p2e3r4t5v6u7i8o9p0a1s2d3"),
    )
    return kinds[len(url) % len(kinds)](url)


VARIANTS: dict[str, Variant] = {
    "utm": _with("utm_source=rss&utm_medium=feed&utm_campaign=" + quote("новости дня")),
    "fbclid": _with("fbclid=IwAR0abcDEF-123_x"),
    "yclid": _with("yclid=5839201938475610112&ysclid=lx0q1k2m3n456789012&_openstat=bWFya2V0"),
    "http/https": _other_scheme,
    "www": _other_www,
    "m.": _mobile,
    "slash": _on_path(_other_slash),
    "fragment": lambda url: f"{url}#comments",
    "/amp/": _on_path(lambda path: f"{path.rstrip('/')}/amp/"),
    "?amp=1": _with("amp=1"),
    "/print/": _on_path(lambda path: f"{path.rstrip('/')}/print/"),
    "google.com/amp": _google_amp,
    "cdn.ampproject": _amp_cache,
    "from=rss": _with("from=rss"),
    "sessions": _session,
}
"""An address as readers, feeds, caches and servers write it, by name."""
