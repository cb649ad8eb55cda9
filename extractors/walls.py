"""Tells pages that stand in for an article: bot checks, logins, consent, errors, parked domains, redirects.

Such a page has next to no text of its own: only then are its title, its words and the marks of known checks looked at,
so that an article about walls stays an article. What follows from a wall is `articles`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.html import HtmlElement

from extractors.cues import load_cues
from news.text import clean_text

_MOST_TEXT_LETTERS = 600
"""A text of more is an article, whatever its page is called: some five sentences."""

_SCARCE_LETTERS = 250
"""A paragraph. A page that calls itself an article and has more is one; so is a page that says more beside the wall."""

_FEW_LETTERS = 80
"""A line: even a page that calls itself an article says more, or shows nothing of it."""

_MOST_SEEN_LETTERS = 700
"""Of all that a reader sees on a bot check or a page that only leads on; menus alone are longer on real pages."""

_MOST_PARKED_LETTERS = 2500
_MOST_SEEN_CHARS = 6000
_MOST_MARKUP_CHARS = 1_000_000
_LEAST_SENTENCE_CHARS = 30

_BOT_CHECKS = {
    "_cf_chl_opt": "Cloudflare",
    "/cdn-cgi/challenge-platform/": "Cloudflare",
    "cf-error-details": "Cloudflare",
    "challenges.cloudflare.com/turnstile": "Cloudflare",
    "cf-turnstile": "Cloudflare",
    "ddos-guard": "DDoS-Guard",
    "px-captcha": "PerimeterX",
    "_pxappid": "PerimeterX",
    "captcha-delivery.com": "DataDome",
    "_incapsula_resource": "Imperva",
    "errors.edgesuite.net": "Akamai",
    "sec-if-cpt-container": "Akamai",
    "awswafcookiedomainlist": "AWS WAF",
    "gokuprops": "AWS WAF",
    ".awswaf.com": "AWS WAF",
    "sucuri_cloudproxy": "Sucuri",
    "__qrator": "Qrator",
    "anubis_challenge": "Anubis",
    "anubis_version": "Anubis",
    "/aes.min.js": "a cookie check",
    "smartcaptcha": "a captcha",
    "showcaptcha": "a captcha",
    "g-recaptcha": "a captcha",
    "h-captcha": "a captcha",
    "hcaptcha.com": "a captcha",
    "geetest": "a captcha",
    "friendly-challenge": "a captcha",
}
"""What stands in the markup of checks. Some of it stands on real pages too: there is text on those."""

_PARKED = (
    "sedoparking.com", "sedo.com/search/details", "parkingcrew.net", "bodis.com", "parklogic.com", "parking-lander",
    "afternic.com/forsale", "hugedomains.com", "dan.com/buy-domain", "above.com/marketplace", "uniregistry.com/buy",
    "parking.reg.ru", "d38psrni17bvxu.cloudfront.net", "domainmarket.com", "buydomains.com", "nicsell.com",
)  # fmt: skip

_TITLE_SEPARATOR = re.compile(r"\s+[|–—•·»«/-]+\s+|\s*[|｜]\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？։؟।])\s+|(?<=[。！？])|\n+")
_REFRESH = re.compile(r"^\s*(\d{0,5})(?:\.\d*)?\s*[;,]\s*url\s*=\s*['\"]?\s*([^'\">\s]+)", re.IGNORECASE)
_SCRIPTED_MOVE = re.compile(r"location(?:\.href)?\s*=\s*['\"]|location\.(?:replace|assign)\(")
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|auth|sso|account/login|subscribe|register|paywall)(?:[/?#.]|$)", re.IGNORECASE
)
_CONSENT_HOST = re.compile(
    r"^https?://(?:consent|guce|privacy|cookie|cmp)[.-]|[/.]consent[./?]|cookiewall|privacy-?gate", re.IGNORECASE
)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "title", "svg", "iframe", "object", "select"})


def find_wall(root: HtmlElement, url: str, title: str | None, text: str, *, claims_article: bool) -> str | None:
    """Return a sentence saying which wall a page is; None when it is an article, or just empty.

    Args:
        root: Not changed.
        url: Where the page was found at last.
        title: What its article would be called.
        text: What was read as its article; paragraphs apart by a blank line.
        claims_article: Whether it calls itself an article in JSON-LD or OpenGraph.
    """
    n_letters = _n_letters(text)
    if n_letters > _MOST_TEXT_LETTERS or (claims_article and n_letters > _SCARCE_LETTERS):
        return None
    n_seen = _n_letters(_seen_text(root))
    titles = [title, root.findtext(".//head/title")]
    if n_seen <= _MOST_SEEN_LETTERS:
        # On longer pages a headline "Log in" is a dialog's, not the page's.
        titles += [headline.text_content()[:_MOST_SEEN_LETTERS] for headline in root.iterfind(".//h1")]
    wall = (
        _titled(titles, n_letters)
        or _structured(root, url, n_letters, n_seen, claims_article=claims_article)
        or _worded(root, text, n_letters, claims_article=claims_article)
    )
    return f"the outlet shows a wall instead of the article: {wall}" if wall else None


def _titled(titles: Iterable[str | None], n_letters: int) -> str | None:
    cues = load_cues()
    for heading in filter(None, map(clean_text, titles)):
        if cues.is_wall_title(heading):
            return heading
        for part in _TITLE_SEPARATOR.split(heading):
            # One word beside the outlet's name may be the subject of an article: "Maintenance - The Daily".
            is_clear = len(part.split()) > 1 or n_letters <= _FEW_LETTERS
            if is_clear and cues.is_wall_title(part):
                return heading
    return None


def _structured(root: HtmlElement, url: str, n_letters: int, n_seen: int, *, claims_article: bool) -> str | None:
    if claims_article and n_letters > _FEW_LETTERS:
        return None
    if n_seen <= _MOST_PARKED_LETTERS:
        markup = etree.tostring(root, encoding="unicode")[:_MOST_MARKUP_CHARS].lower()
        if any(mark in markup for mark in _PARKED):
            return "the domain is parked"
        if n_seen <= _MOST_SEEN_LETTERS:
            for mark, name in _BOT_CHECKS.items():
                if mark in markup:
                    return f"a bot check ({name})"
    if n_seen <= _SCARCE_LETTERS and (target := _leads_to(root)):
        return f"the page only leads on to {target}"
    if n_letters <= _SCARCE_LETTERS and not claims_article:
        if _CONSENT_HOST.search(url):
            return "a question for consent"
        if _LOGIN_PATH.search(url) or (
            n_seen <= _MOST_SEEN_LETTERS and next(root.iterfind(".//input[@type='password']"), None) is not None
        ):
            return "a login"
    return None


def _worded(root: HtmlElement, text: str, n_letters: int, *, claims_article: bool) -> str | None:
    """Return the wall's own sentence, where there is little else."""
    cues = load_cues()
    if n_letters > _FEW_LETTERS:
        n_other = sum(_n_letters(sentence) for sentence in _SENTENCE_END.split(text) if _is_own(sentence))
        found = cues.wall_text_in(text) if n_other <= (_FEW_LETTERS if claims_article else _SCARCE_LETTERS) else None
        return f"“{found}”" if found else None
    seen = _seen_text(root)
    n_seen = _n_letters(seen)
    if n_seen <= _FEW_LETTERS and (unseen := _noscript_text(root)):
        seen = f"{seen} {unseen}"
    if cues.asks_for_consent(seen):
        return "a question for consent"
    found = cues.wall_text_in(seen) if n_seen <= _MOST_PARKED_LETTERS else None
    return f"“{found}”" if found else None


def _is_own(sentence: str) -> bool:
    """Whether a sentence says something else than the wall."""
    cues = load_cues()
    is_said = len(sentence) >= _LEAST_SENTENCE_CHARS or sentence[:1] >= "\u2e80"
    return is_said and not cues.wall_text_in(sentence) and cues.kind_of(sentence) is None


def _leads_to(root: HtmlElement) -> str | None:
    for meta in root.iterfind(".//meta[@http-equiv]"):
        if meta.get("http-equiv", "").strip().lower() == "refresh":
            found = _REFRESH.match(meta.get("content", "")[:2000])
            if found:
                return clean_text(found.group(2)[:500])
    scripts = [script.text or "" for script in root.iterfind(".//script") if not script.get("src")]
    is_move = len(scripts) <= 2 and sum(map(len, scripts)) < 2000 and any(map(_SCRIPTED_MOVE.search, scripts))
    return "another address" if is_move else None


def _noscript_text(root: HtmlElement) -> str:
    pieces = (piece for node in root.iterfind(".//noscript") for piece in node.itertext())
    return _joined(pieces)


def _seen_text(root: HtmlElement) -> str:
    return _joined(_seen(root))


def _joined(pieces: Iterator[str]) -> str:
    found: list[str] = []
    n_chars = 0
    for piece in pieces:
        if piece and not piece.isspace():
            found.append(piece)
            n_chars += len(piece)
            if n_chars >= _MOST_SEEN_CHARS:
                break
    return clean_text(" ".join(found)[:_MOST_SEEN_CHARS]) or ""


def _seen(root: HtmlElement) -> Iterator[str]:
    """Yield the pieces of text that a reader sees."""
    hidden: HtmlElement | None = None
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            if hidden is None and (not isinstance(node.tag, str) or node.tag in _UNSEEN):
                hidden = node
            elif hidden is None and node.text:
                yield node.text
        else:
            if node is hidden:
                hidden = None
            if hidden is None and node.tail:
                yield node.tail


def _n_letters(text: str) -> int:
    """Count letters; Chinese and Japanese say in one what others say in three."""
    return sum(3 if c >= "\u2e80" else 1 for c in text[:_MOST_SEEN_CHARS] if c.isalpha())
