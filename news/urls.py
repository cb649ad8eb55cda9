"""Addresses: which are fetchable, which name the same article, which belong to one site.

One parser reads them all (WHATWG, `ada-url`); what follows only splits what it wrote. Whether an address may be
dialled is not decided here but by the crawler, from the address really connected to.
"""

from __future__ import annotations

import functools
import hashlib
import re
from typing import TYPE_CHECKING

import ada_url

from news.errors import BadURLError
from news.tracking import (
    INDEX_PAGES,
    LIKELY_SESSION_PARAMETERS,
    MAYBE_SESSION_PARAMETERS,
    SESSION_PARAMETERS,
    SOLD_BELOW,
    TELLING_VALUES,
    TRACKING_PARAMETERS,
    TRACKING_PREFIXES,
    TWIN_HOSTS,
)

if TYPE_CHECKING:
    from tldextract import TLDExtract

# Longer ones are no articles, and other URL tools need seconds for a megabyte of them.
MOST_URL_CHARS = 4096

RULES = 2
"""Of the canonical form: one more whenever it changes for any address, so that what is stored is keyed anew."""

_PORT_AND_DOT = re.compile(r"(?<=[^.])\.(?=(?::\d+)?$)|:(?:80|443)$")
_TWIN_HOST = re.compile(
    rf"^(?:(?:{'|'.join(TWIN_HOSTS)})\.)+(?=[^.:]+\.[^.:])(?!(?:{'|'.join(SOLD_BELOW)})\.[a-z]{{2}}(?::|$))"
)
# Copies of AMP pages: https://www.google.com/amp/s/HOST/PATH, https://ANY.cdn.ampproject.org/c/s/HOST/PATH, Bing's.
_AMP_COPY = re.compile(
    r"https://(?:google\.(?:com?\.)?[a-z]{2,3}/amp|(?:[^/]*\.)?(?:cdn\.ampproject\.org|bing-amp\.com)/[cv])/(?:s/)?([^/?#]+\.[^/?#].*)",
    re.IGNORECASE,
)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
# ASP.NET without cookies: /(S(lit3py55t21z5v55vlm25s55))/news/1.
_STEP_SESSION = re.compile(r"\((?:[ASFX]\([^()]*\))+\)")
_SESSION = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)
_LIKELY_SESSION = re.compile(r"(?=[0-9]*[a-v])(?=[a-v]*[0-9])[0-9a-v]{26}")
_SCRIPT = re.compile(r"(?:^|\.(?:php\d?|aspx?|jsp|cgi|pl|do|cfm|shtml))$", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
# What RFC 3986 § 6.2.2.2 calls equal to its escape.
_UNRESERVED = {f"%{ord(c):02X}": c for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"}


def clean_url(text: str, base: str | None = None) -> str:
    """Return an address as WHATWG writes it: absolute, http(s), without user name and password, ready to fetch.

    The fragment goes, unless it is a path of the page's own router (`#!/news/1`, `#!news1`, `#/news/1`): then it is all
    that tells the articles of such a site apart, and no client sends it.

    Args:
        text: As published. White space around it does not matter; an empty one is no address, not even with a base.
        base: What a relative address is relative to.

    Raises:
        BadURLError: It is no http(s) address, or longer than `MOST_URL_CHARS` (counted as https).

    Source: https://url.spec.whatwg.org/
    """
    text = text.strip() if len(text) <= MOST_URL_CHARS else text
    if not text or len(text) > MOST_URL_CHARS or (base is not None and len(base) > MOST_URL_CHARS):
        raise BadURLError(f"address: {_shown(text)}: {'longer than 4096 characters' if text else 'empty'}")
    try:
        href: str = ada_url.URL(_scalar(text), None if base is None else _scalar(base)).href
    except ValueError as error:
        raise BadURLError(f"address: {_shown(text)}: no http(s) address") from error
    scheme, _, rest = href.partition("://")
    if scheme not in ("http", "https"):
        raise BadURLError(f"address: {_shown(text)}: no http(s) address")
    authority, _, rest = rest.partition("/")
    rest, _, fragment = rest.partition("#")
    route = f"#{fragment}" if _is_route(fragment) else ""
    href = f"{scheme}://{authority.rpartition('@')[2]}/{rest}{route}"
    if len(href) + (scheme == "http") > MOST_URL_CHARS:
        raise BadURLError(f"address: {_shown(text)}: longer than 4096 characters")
    return href


def clean_url_or_none(text: str | None, base: str | None = None) -> str | None:
    """Return `clean_url`, or None where there is no http(s) address."""
    if not text:
        return None
    try:
        return clean_url(text, base)
    except BadURLError:
        return None


def canonical_url(url: str) -> str:
    """Return the form that is the same for every address of one article, and for no other article.

    https; no `www.`, `m.`, `mobile.`, `amp.`; no port 80 or 443; no trailing slash, doubled slash or index page; no
    AMP or print marks; no tracking parameters and sessions. Only what is known is dropped. The case of the path
    stays. So does the order of the parameters: an outlet writes its own links in one order, so sorting them would
    join next to nothing, and in a query without names the order carries the meaning. Idempotent.

    Raises:
        BadURLError: It is no http(s) address.

    Source: findings on 35,666 real addresses, 0 false merges; RFC 3986 § 6.2.2 for percent-encodings.
    """
    form = _fold(clean_url(url))
    while (cached := _AMP_COPY.match(form)) and (inner := clean_url_or_none(f"https://{_with_query(cached[1])}")):
        form = _fold(inner)
    return form


def url_key(url: str) -> bytes:
    """Return the SHA-256 of the canonical address: the identity of an article.

    Raises:
        BadURLError: It is no http(s) address.
    """
    return hashlib.sha256(canonical_url(url).encode()).digest()


def host_name(url: str) -> str:
    """Return the host in lower-case ASCII, with `:port` when it is not the scheme's own.

    Raises:
        BadURLError: It is no http(s) address.
    """
    return clean_url(url).split("/", 3)[2]


def origin(url: str) -> str:
    """Return `scheme://host`, with `:port` when it is not the scheme's own.

    Raises:
        BadURLError: It is no http(s) address.
    """
    return "/".join(clean_url(url).split("/", 3)[:3])


def same_site(a: str, b: str) -> bool:
    """Return whether two addresses belong to one registrable domain; anything that is no address belongs to none.

    Source: publicsuffix.org, in the snapshot that tldextract ships; hosts on shared platforms are sites of their own.
    """
    try:
        return _registrable(_bare_host(a)) == _registrable(_bare_host(b))
    except BadURLError:
        return False


def is_routed(url: str) -> bool:
    """Return whether the page's own script decides by the fragment what to show, so that all answers are alike."""
    return "#" in url and _is_route(url.partition("#")[2])


def _scalar(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _shown(text: str) -> str:
    shown = re.sub(r"//[^/?#@]*@", "//…@", text[:200])
    return repr(shown if len(shown) <= 100 else f"{shown[:100]}…")


def _is_route(fragment: str) -> bool:
    return fragment.startswith(("!", "/")) and bool(fragment.strip("!/"))


def _with_query(copied: str) -> str:
    """Return what an AMP copy's path names; its question mark is escaped where the copy has none of its own."""
    return copied if "?" in copied else copied.replace("%3F", "?", 1)


def _fold(href: str) -> str:
    """Fold everything but copies at AMP caches."""
    _, _, host, rest = href.split("/", 3)
    rest, hash_mark, fragment = rest.partition("#")
    path, _, query = rest.partition("?")
    if ":" in host or host.endswith("."):
        host = _PORT_AND_DOT.sub("", host)
    if host.startswith(("w", "m", "a", "p")):
        host = _TWIN_HOST.sub("", host)
    path, is_google = _plain_escapes(path), host.startswith("google.")
    folded = _fold_path(path, keep_amp=is_google)
    if query:
        parts, sessions = _told_apart(_plain_escapes(query))
        script = _fold_path(path, keep_amp=is_google, keep_index=True) if sessions and not parts else folded
        if not parts and _SCRIPT.search(script):
            # One script that shows every article needs something to tell them apart.
            parts, folded = sessions, script if folded else ""
        query = f"?{'&'.join(parts)}" if parts else ""
    return f"https://{host}/{folded}{query}{hash_mark}{fragment}"


def _fold_path(path: str, *, keep_amp: bool, keep_index: bool = False) -> str:
    if ";" in path:
        path = _PATH_SESSION.sub("", path)
    # Empty and dotted ones only come about by what was taken out: the parser has resolved the others.
    steps = [step for step in path.split("/") if step not in ("", ".", "..") and not _STEP_SESSION.fullmatch(step)]
    if not keep_amp and "amp" in path.lower():
        # Anywhere: /amp/news/1, /news/1/amp, and bbc.com/news/amp/world-1.
        steps = [step for step in steps if step.lower() != "amp"] or steps[:1]
    while len(steps) > 1 and steps[0].lower() == "print":
        del steps[0]
    while steps:
        last = steps[-1]
        name = last.lower()
        if (
            (name in INDEX_PAGES and not keep_index)
            or name in (".", "..")
            or (len(steps) > 1 and name in ("print", "print.html", "amp.html"))
        ):
            del steps[-1]
        elif name.endswith(".amp.html"):
            steps[-1] = f"{last[:-9]}.html"
        elif name.endswith(".amp") and name != ".amp":
            steps[-1] = last[:-4]
        else:
            break
    return "/".join(steps)


def _told_apart(query: str) -> tuple[list[str], list[str]]:
    """Return the parts of a query that tell articles apart, and those that are sessions, or an article's number."""
    kept, sessions = [], []
    for part in query.split("&"):
        # A link that was escaped twice reads ?a=1&amp;b=2.
        while part.startswith("amp;"):
            part = part[4:]
        name, _, value = part.partition("=")
        name = name.lower()
        if not part or name in TRACKING_PARAMETERS or name in SESSION_PARAMETERS or name.startswith(TRACKING_PREFIXES):
            continue
        if name in TELLING_VALUES and value.lower() in TELLING_VALUES[name]:
            continue
        if (name in MAYBE_SESSION_PARAMETERS and _SESSION.fullmatch(value)) or (
            name in LIKELY_SESSION_PARAMETERS and _LIKELY_SESSION.fullmatch(value)
        ):
            sessions.append(part)
        else:
            kept.append(part)
    return kept, sessions


def _plain_escapes(text: str) -> str:
    """Write percent-encodings in one way: upper case, and none where the character itself may stand."""
    while "%" in text:
        plain = _ESCAPE.sub(_plain_escape, text)
        if plain == text:
            break
        # Once more: %%34%31 has become %41.
        text = plain
    return text


def _plain_escape(match: re.Match[str]) -> str:
    escape = match[0].upper()
    return _UNRESERVED.get(escape, escape)


def _bare_host(url: str) -> str:
    host = host_name(url)
    return host.partition("]")[0] if host.startswith("[") else host.partition(":")[0].rstrip(".")


@functools.lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    found = _suffixes().extract_str(host)
    if found.suffix:
        return found.top_domain_under_public_suffix or host
    if found.ipv4 or found.ipv6 or host.startswith("["):
        return host
    # "If no rules match, the prevailing rule is *" (publicsuffix.org/list): outlet.localhost is a site.
    return ".".join(host.split(".")[-2:])


@functools.cache
def _suffixes() -> TLDExtract:
    # Lazily: it imports an HTTP client, which it does not get to use.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
