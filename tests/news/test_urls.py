"""Addresses: what is fetchable, and what is one site."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.errors import BadURLError
from news.urls import (
    MOST_URL_CHARS,
    canonical_url,
    clean_url,
    clean_url_or_none,
    host_name,
    is_routed,
    origin,
    same_site,
)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_an_address_or_none(text: str) -> None:
    clean = clean_url_or_none(text, "https://a.example/b")
    assert clean is None or clean.startswith(("http://", "https://"))


def test_addresses_are_read_as_browsers_read_them(shared_data: Path) -> None:
    cases = [c for c in json.loads((shared_data / "urls" / "urltestdata.json").read_text()) if isinstance(c, dict)]
    wrong = []
    n_good = 0
    for case in cases:
        if not case["input"].strip():
            continue  # An empty link is no link: our rule.
        base = None if case["base"] == "about:blank" else case["base"]
        expected = None
        if not case.get("failure") and case["protocol"] in ("http:", "https:"):
            href, _, fragment = case["href"].partition("#")
            scheme, _, rest = href.partition("://")
            authority, _, rest = rest.partition("/")
            expected = f"{scheme}://{authority.rpartition('@')[2]}/{rest}" + (
                f"#{fragment}" if is_routed(case["href"]) else ""
            )
            n_good += 1
        found = clean_url_or_none(case["input"], base)
        if found != expected or (found and host_name(found) != case["host"]):
            wrong.append((case["input"], base, found, expected))
    assert n_good > 240
    assert not wrong


def test_a_registrable_domain_is_found_as_the_public_suffix_list_says(shared_data: Path) -> None:
    rows = (shared_data / "urls" / "publicsuffix_tests.txt").read_text().splitlines()
    pairs = [row.split() for row in rows if row.strip() and not row.startswith("//")]
    wrong = []
    n_checked = 0
    for host, site in pairs:
        url = f"https://{host}/"
        if host.startswith(".") or clean_url_or_none(url) is None:
            continue
        n_checked += 1
        ours = same_site(url, f"https://{site}/") if site != "null" else not same_site(url, f"https://x.{host}/")
        # A name that is no suffix of the list has the rule *.
        if not ours and not (site == "null" and "." not in host):
            wrong.append((host, site))
        if site != "null" and same_site(url, f"https://other-{site}/"):
            wrong.append((host, f"other-{site}"))
    assert n_checked > 60
    assert not wrong


SITES = [
    ("https://www.outlet.co.uk/a", "http://news.outlet.co.uk:8080/b", True),
    ("https://one.co.uk/", "https://two.co.uk/", False),
    ("https://one.blogspot.com/", "https://two.blogspot.com/", False),
    ("https://новости.одна.рф/", "http://www.одна.рф/", True),
    ("http://one.localhost:8001/", "http://www.one.localhost:8002/", True),
    ("http://one.localhost/", "http://two.localhost/", False),
    ("http://127.0.0.1/", "http://127.0.0.2/", False),
    ("http://10.1.0.1/", "http://10.2.0.1/", False),
    ("http://[::1]:80/", "http://[::1]:81/", True),
    ("http://[::1]/", "http://[::2]/", False),
    ("mailto:a@b.example", "mailto:a@b.example", False),
]


@pytest.mark.parametrize(("a", "b", "same"), SITES)
def test_sites_are_told_apart_by_their_registrable_domain(a: str, b: str, same: bool) -> None:
    assert same_site(a, b) is same


BAD = [
    "",
    "  ",
    "outlet.example",
    "//outlet.example/",
    "ftp://a.example/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "http://",
    "https://a b.example/",
    "http://[::1",
    "http://a.example:99999/",
    f"https://a.example/{'x' * MOST_URL_CHARS}",
    f"https://a.example/{'ж' * 1000}",
]


@pytest.mark.parametrize("text", BAD, ids=[text[:30] for text in BAD])
def test_what_is_no_address_is_named_in_one_line(text: str) -> None:
    with pytest.raises(BadURLError) as caught:
        clean_url(text)
    assert str(caught.value).startswith("address: ")
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)
    assert clean_url_or_none(text) is None


def test_a_password_is_in_no_message() -> None:
    with pytest.raises(BadURLError) as caught:
        clean_url("https://me:hush@a.example:99999/")
    assert "hush" not in str(caught.value)


def test_relative_links_find_their_base() -> None:
    assert clean_url(" ../b?c=1#d\n", "https://a.example/x/y/z") == "https://a.example/x/b?c=1"
    assert clean_url("//b.example/x", "http://a.example/") == "http://b.example/x"
    assert clean_url_or_none("", "https://a.example/") is None
    assert clean_url_or_none("x", "no base") is None


def test_host_and_origin_name_the_port_only_where_it_is_not_the_schemes_own() -> None:
    assert host_name("HTTPS://Пример.рф:443/x") == "xn--e1afmkfd.xn--p1ai"
    assert host_name("http://a.example:443/") == "a.example:443"
    assert host_name("http://user@[::1]:8080/") == "[::1]:8080"
    assert origin("http://a.example:80/x?y") == "http://a.example"
    assert origin("https://a.example:8443/x") == "https://a.example:8443"


def test_lone_surrogates_become_what_browsers_make_of_them() -> None:
    assert clean_url("https://a.example/\ud800") == "https://a.example/%EF%BF%BD"


def test_an_address_just_within_the_limit_is_taken_and_one_beyond_it_refused() -> None:
    longest = "https://a.example/".ljust(MOST_URL_CHARS, "x")
    assert clean_url(longest) == longest
    assert canonical_url(longest) == longest
    with pytest.raises(BadURLError, match="longer than 4096"):
        clean_url(longest + "x")
