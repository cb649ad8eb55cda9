"""Which addresses are one article and which are two."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from news import tracking
from news.urls import MOST_URL_CHARS, RULES, canonical_url, clean_url, clean_url_or_none, host_name, url_key

ARTICLE = "https://outlet.example/news/2026/Some-Story_1234"

# (what it is, an address of ARTICLE)
TWINS = [
    ("http", "http://outlet.example/news/2026/Some-Story_1234"),
    ("www", "https://www.outlet.example/news/2026/Some-Story_1234"),
    ("m.", "https://m.outlet.example/news/2026/Some-Story_1234"),
    ("mobile.", "http://mobile.outlet.example/news/2026/Some-Story_1234"),
    ("amp.", "https://amp.outlet.example/news/2026/Some-Story_1234"),
    ("two twins at once", "https://www.m.outlet.example/news/2026/Some-Story_1234"),
    ("the host's case", "HTTPS://Outlet.Example/news/2026/Some-Story_1234"),
    ("a dot behind the host", "https://outlet.example./news/2026/Some-Story_1234"),
    ("port 443", "https://outlet.example:443/news/2026/Some-Story_1234"),
    ("port 80", "http://outlet.example:80/news/2026/Some-Story_1234"),
    ("port 443 of http", "http://outlet.example:443/news/2026/Some-Story_1234"),
    ("user and password", "https://user:secret@outlet.example/news/2026/Some-Story_1234"),
    ("slash", "https://outlet.example/news/2026/Some-Story_1234/"),
    ("slashes", "https://outlet.example//news//2026/Some-Story_1234//"),
    ("index page", "https://outlet.example/news/2026/Some-Story_1234/index.html"),
    ("dots", "https://outlet.example/./x/../news/2026/Some-Story_1234"),
    ("escaped letters", "https://outlet.example/news/2026/%53ome-Story%5f1234"),
    ("fragment", "https://outlet.example/news/2026/Some-Story_1234#comments"),
    ("highlight", "https://outlet.example/news/2026/Some-Story_1234#:~:text=word"),
    ("a route to nowhere", "https://outlet.example/news/2026/Some-Story_1234#!/"),
    ("nothing asked", "https://outlet.example/news/2026/Some-Story_1234?"),
    ("nothing asked twice", "https://outlet.example/news/2026/Some-Story_1234?&&"),
    ("utm", "https://outlet.example/news/2026/Some-Story_1234?utm_source=rss&utm_medium=feed&UTM_Term=x"),
    ("utm, escaped", "https://outlet.example/news/2026/Some-Story_1234?utm%5Fsource=rss"),
    ("utm, escaped twice", "https://outlet.example/news/2026/Some-Story_1234?utm_source=a&amp;utm_medium=b"),
    ("fbclid", "https://outlet.example/news/2026/Some-Story_1234?fbclid=IwAR0abc"),
    ("gclid", "https://outlet.example/news/2026/Some-Story_1234?gclid=abc"),
    ("yclid", "https://outlet.example/news/2026/Some-Story_1234?yclid=1&ysclid=2"),
    ("openstat", "https://outlet.example/news/2026/Some-Story_1234?_openstat=ZGlyZWN0"),
    ("mailchimp", "https://outlet.example/news/2026/Some-Story_1234?mc_cid=1&mc_eid=2"),
    ("matomo", "https://outlet.example/news/2026/Some-Story_1234?pk_campaign=1&mtm_kwd=2"),
    ("from=rss", "https://outlet.example/news/2026/Some-Story_1234?from=rss"),
    ("partner=rss", "https://outlet.example/news/2026/Some-Story_1234?partner=rss&emc=rss"),
    ("/amp", "https://outlet.example/news/2026/Some-Story_1234/amp"),
    ("/amp/", "https://outlet.example/news/2026/Some-Story_1234/amp/"),
    ("amp within", "https://outlet.example/news/amp/2026/Some-Story_1234"),
    ("amp before", "https://outlet.example/amp/news/2026/Some-Story_1234"),
    ("amp.html", "https://outlet.example/news/2026/Some-Story_1234/amp.html"),
    (".amp", "https://outlet.example/news/2026/Some-Story_1234.amp"),
    ("?amp", "https://outlet.example/news/2026/Some-Story_1234?amp"),
    ("?amp=1", "https://outlet.example/news/2026/Some-Story_1234?amp=1"),
    ("outputType", "https://outlet.example/news/2026/Some-Story_1234?outputType=amp"),
    ("/print/", "https://outlet.example/news/2026/Some-Story_1234/print/"),
    ("print before", "https://outlet.example/print/news/2026/Some-Story_1234"),
    ("?print=1", "https://outlet.example/news/2026/Some-Story_1234?print=1"),
    ("?print=Y", "https://outlet.example/news/2026/Some-Story_1234?print=Y"),
    ("google amp", "https://www.google.com/amp/s/outlet.example/news/2026/Some-Story_1234"),
    ("google amp of http", "https://www.google.co.uk/amp/www.outlet.example/news/2026/Some-Story_1234/amp/"),
    (
        "amp cache",
        "https://outlet-example.cdn.ampproject.org/c/s/outlet.example/news/2026/Some-Story_1234?amp_js_v=0.1&usqp=x",
    ),
    ("amp cache, viewer", "https://cdn.ampproject.org/v/s/amp.outlet.example/news/2026/Some-Story_1234"),
    (
        "a copy of a copy",
        "https://www.google.com/amp/s/x.cdn.ampproject.org/c/s/outlet.example/news/2026/Some-Story_1234",
    ),
    ("jsessionid", "https://outlet.example/news/2026/Some-Story_1234;jsessionid=51A21717FEF5DF38.2_cid324"),
    ("PHPSESSID", "https://outlet.example/news/2026/Some-Story_1234?PHPSESSID=q1w2e3"),
    ("sid", "https://outlet.example/news/2026/Some-Story_1234?sid=58428beaa14598c2e02d93ad5c773e4d"),
    ("PHP's own form of sid", "https://outlet.example/news/2026/Some-Story_1234?sid=q1p2e3r4t5v6u7i8o9p0a1s2d3"),
    ("ColdFusion", "https://outlet.example/news/2026/Some-Story_1234?CFID=12&CFTOKEN=34"),
    ("ASP.NET", "https://outlet.example/(S(lit3py55t21z5v55vlm25s55))/news/2026/Some-Story_1234"),
    ("pda.", "https://pda.outlet.example/news/2026/Some-Story_1234"),
    ("print.html", "https://outlet.example/news/2026/Some-Story_1234/print.html"),
    (
        "google amp, query escaped",
        "https://www.google.com/amp/s/outlet.example/news/2026/Some-Story_1234%3Futm_source=x",
    ),
]

# (what it is, two addresses that are two articles)
STRANGERS = [
    ("the path's case", "https://a.example/News", "https://a.example/news"),
    ("an id", "https://a.example/?id=1", "https://a.example/?id=2"),
    ("an id and none", "https://a.example/news?id=1", "https://a.example/news"),
    ("a short sid is an article", "https://a.example/a.php?sid=46487", "https://a.example/a.php?sid=46491"),
    (
        "a script's only parameter",
        "https://a.example/a.php?sid=58428beaa14598c2e02d93ad5c773e4d",
        "https://a.example/a.php?sid=68428beaa14598c2e02d93ad5c773e4d",
    ),
    (
        "a MongoDB id",
        "https://a.example/a?s=5ecb8f0a1c9d440000a1b2c3",
        "https://a.example/a?s=5ecb8f0a1c9d440000a1b2c4",
    ),
    ("a ULID", "https://a.example/a?s=01arz3ndektsv4rrffq69g5fav", "https://a.example/a?s=01arz3ndektsv4rrffq69g5faw"),
    ("a word for a session", "https://a.example/a?session=internationalconversations", "https://a.example/a?session=x"),
    ("a name in brackets", "https://a.example/(Start)/1", "https://a.example/1"),
    ("from with another value", "https://a.example/list?from=20", "https://a.example/list?from=40"),
    ("a source's name", "https://a.example/n?source=reuters", "https://a.example/n?source=tass"),
    ("an amp that counts", "https://a.example/?amp=1500", "https://a.example/?amp=1600"),
    ("a query without names", "https://a.example/?1/2", "https://a.example/?2/1"),
    ("a name sold by a registry", "https://www.co.uk/1", "https://m.co.uk/1"),
    ("an m within the name", "https://telecom.ru.example/1", "https://telecoru.example/1"),
    ("a w within the name", "https://amwww.outlet.example/1", "https://amoutlet.example/1"),
    ("another port", "https://a.example:8443/1", "https://a.example/1"),
    ("routes", "https://a.example/#!/news/1", "https://a.example/#!/news/2"),
    ("routes without a bang", "https://a.example/app#/news/1", "https://a.example/app#/news/2"),
    ("routes without a slash", "https://a.example/app#!news1", "https://a.example/app#!news2"),
    ("a host that begins like google", "https://google.evil.example/amp/s/a.example/1", "https://a.example/1"),
    ("a host that ends like google", "https://google.com.evil.example/amp/s/a.example/1", "https://a.example/1"),
    (
        "the only parameter of a folder's script",
        "https://a.example/news/index.php?sid=58428beaa14598c2e02d93ad5c773e4d",
        "https://a.example/news/index.php?sid=68428beaa14598c2e02d93ad5c773e4d",
    ),
    ("a name like Matomo's", "https://a.example/n?pk_news=1", "https://a.example/n?pk_news=2"),
    ("an escaped slash", "https://a.example/a%2Fb", "https://a.example/a/b"),
    ("a word in a slug", "https://a.example/guitar-amp.html", "https://a.example/guitar.html"),
    ("print within", "https://a.example/x/print/d-1.html", "https://a.example/x/d-1.html"),
    (
        "one of ours and google's",
        "https://www.google.com/amp/s/a.example/1",
        "https://www.google.com/amp/s/b.example/1",
    ),
]


@pytest.mark.parametrize(("name", "url"), TWINS, ids=[name for name, _ in TWINS])
def test_every_address_of_an_article_has_one_canonical_form(name: str, url: str) -> None:
    assert canonical_url(url) == ARTICLE
    assert url_key(url) == url_key(ARTICLE)


@pytest.mark.parametrize(("name", "a", "b"), STRANGERS, ids=[name for name, *_ in STRANGERS])
def test_two_articles_have_two_canonical_forms(name: str, a: str, b: str) -> None:
    assert url_key(a) != url_key(b)


def test_the_order_of_parameters_stays() -> None:
    assert canonical_url("http://a.example/?b=2&utm_source=x&a=1") == "https://a.example/?b=2&a=1"


def _path(change: Callable[[str], str]) -> Callable[[str], str]:
    def variant(url: str) -> str:
        path, mark, query = url.partition("?")
        return change(path) + mark + query

    return variant


def _more(query: str) -> Callable[[str], str]:
    return lambda url: f"{url}{'&' if '?' in url else '?'}{query}"


VARIANTS: dict[str, Callable[[str], str]] = {
    "utm": _more("utm_source=x&utm_campaign=y"),
    "fbclid": _more("fbclid=IwAR"),
    "yclid": _more("yclid=1&_openstat=b"),
    "from=rss": _more("from=rss"),
    "?amp=1": _more("amp=1"),
    "?print=1": _more("print=1"),
    "scheme": lambda url: url.replace("https:", "http:", 1) if url.startswith("https:") else f"https:{url[5:]}",
    "m.": lambda url: url.replace("://www.", "://", 1).replace("://", "://m.", 1),
    "slash": _path(lambda path: path.removesuffix("/") if path.endswith("/") else f"{path}/"),
    "/amp/": _path(lambda path: f"{path.rstrip('/')}/amp/"),
    "/print/": _path(lambda path: f"{path.rstrip('/')}/print/"),
    "session": _path(lambda path: f"{path};jsessionid=0A"),
    "fragment": lambda url: f"{url}#top",
    "google amp": lambda url: f"https://www.google.com/amp/s/{url.partition('://')[2]}",
    "amp cache": lambda url: (
        f"https://x-{host_name(url).replace('.', '-')}.cdn.ampproject.org/c/s/{url.partition('://')[2]}"
    ),
}


@pytest.fixture(scope="session")
def real_urls(shared_data: Path) -> list[str]:
    """Distinct addresses of Russian news, of which no two are one article."""
    urls: set[str] = set()
    with (shared_data / "grouping" / "url_pairs_ru.jsonl").open() as lines:
        for line in lines:
            pair = json.loads(line)
            urls |= {pair["url1"], pair["url2"]}
    return sorted(urls)


def test_no_two_real_addresses_are_merged(real_urls: list[str]) -> None:
    assert len(real_urls) > 14_000
    assert len({canonical_url(url) for url in real_urls}) == len(real_urls)


@pytest.mark.parametrize("kind", VARIANTS)
def test_each_kind_of_variant_joins_its_article(kind: str, real_urls: list[str]) -> None:
    articles = [url for url in real_urls if urlsplit(url).path.strip("/") and not urlsplit(url).fragment][::10]
    apart = [url for url in articles if canonical_url(VARIANTS[kind](url)) != canonical_url(url)]
    assert not apart


_NASTY_STEPS = ["", "amp", "AMP", "print", "index.html", "amp.html", "x.amp.html", ".amp", "..amp", "a.amp", "..", "."]
_NASTY_STEPS += ["%2e%2e", "%%34%31", "%61mp", "..;jsessionid=1", "a;jsessionid=b;c", "c", "s", "v", "outlet.example"]
_NASTY_STEPS += ["(S(a))", "(S(a)", "(A(..)X(1))", "print.html", "outlet.example%3Fa=b", "%3f", "(S(amp))%2f"]
_NASTY_STEPS += ["пример.рф", "x:80", "a b", "%zz", "http:", "google.com", "cdn.ampproject.org"]
_NASTY_HOSTS = [
    "a.example",
    "www.a.example",
    "m.www.a.example",
    "www.co.uk",
    "m.m.co.uk",
    "www.com",
    "a.example.",
    "1.2.3.4",
]
_NASTY_HOSTS += ["www.google.com", "m.google.com", "google.com.tr", "x.cdn.ampproject.org", "m.x.cdn.ampproject.org."]
_NASTY_HOSTS += [
    "[::1]",
    "a.example:80",
    "a.example:443",
    "a.example.:8080",
    "www.bing-amp.com",
    "пример.рф",
    "u:p@www.a.example",
]
_NASTY_PARTS = [
    "",
    "utm_source=1",
    "amp;utm_source",
    "amp;amp;id=1",
    "amp;",
    "amp=1",
    "amp=2",
    "id=1",
    "sid=" + "a" * 32,
    "a%3Db",
]
_NASTY_PARTS += ["%2525%34%31", "from=rss", "b=/amp/", "=", "q=а", "x=?y"]

_addresses = st.builds(
    lambda scheme, host, steps, parts, end: f"{scheme}://{host}/{'/'.join(steps)}?{'&'.join(parts)}{end}",
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(_NASTY_HOSTS) | st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True),
    st.lists(st.sampled_from(_NASTY_STEPS) | st.text(max_size=6), max_size=8),
    st.lists(st.sampled_from(_NASTY_PARTS) | st.text(max_size=6), max_size=6),
    st.sampled_from(["", "#", "#!/x", "#!x", "#/x", "#x", "#!/"]),
)


@settings(deadline=None, max_examples=1000)
@given(_addresses)
@example(f"http://a.example/{'a' * (MOST_URL_CHARS - 18)}")
@example("https://cdn.ampproject.org//c/amp/s/a.example/..;jsessionid=1/..amp")
def test_a_canonical_address_is_its_own_canonical_address(url: str) -> None:
    clean = clean_url_or_none(url)
    if clean is not None:
        assert clean_url(clean) == clean
        canonical = canonical_url(clean)
        assert canonical_url(canonical) == canonical
        assert clean_url(canonical) == canonical


@settings(deadline=None, max_examples=300)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,3}x[a-z]{0,4}", fullmatch=True),
        st.from_regex(r"[0-9]{1,9}", fullmatch=True),
        min_size=1,
    )
)
def test_an_unknown_parameter_is_never_dropped(parameters: dict[str, str]) -> None:
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    assert canonical_url(f"http://www.a.example/x/?fbclid=1&{query}&gclid=2") == f"https://a.example/x?{query}"


def test_whoever_changes_what_is_dropped_raises_the_number_of_the_rules() -> None:
    tables = {name: repr(value) for name, value in vars(tracking).items() if name.isupper()}
    parts = sorted((name, *sorted(re.findall(r"[\w.-]+", text))) for name, text in tables.items())
    assert (RULES, hashlib.sha256(repr(parts).encode()).hexdigest()[:16]) == (2, "940ffe128450ecb6")
