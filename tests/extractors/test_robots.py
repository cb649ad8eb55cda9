"""robots.txt: Google's cases, the groups that speak to us, delays, sitemaps, and bodies that are none."""

import json
from pathlib import Path

import pytest

from extractors.robots import MAX_BYTES, read_robots

AGENT = "Wirewatch/0.1 (+https://github.com/wirewatch/wirewatch)"

# Of Google's 142 expectations, those that are not ours. Protego alone differs in 12.
OURS = {
    # The user agent asked for has a space: to Google no user agent at all, to us a header whose first word counts.
    ("GoogleOnly_AcceptUserAgentUpToFirstSpace", "http://foo.bar/x/y"),
    # Google compares what it is given; RFC 9309 § 2.2.2 compares after escaping and unescaping both sides.
    ("ID_Encoding", "http://foo.bar/foo/bar/ツ"),
    ("ID_Encoding", "http://foo.bar/foo/bar/baz"),
}


def allowed(text: str, url: str = "https://h.example/news/1", agent: str = AGENT) -> bool:
    return read_robots(text.encode(), agent, [url]).allowed[0]


def test_google_agrees_with_all_but_four(shared_data: Path) -> None:
    cases = json.loads((shared_data / "robots" / "google_robotstxt_cases.json").read_text(encoding="utf-8"))
    differing = [
        (case["test"], case["url"])
        for case in cases
        if read_robots(case["robots_txt"].encode(), case["user_agent"], [case["url"]]).allowed != (case["allowed"],)
    ]
    assert len(cases) == 142
    assert len(differing) <= 4
    assert set(differing) <= OURS


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("user-agent:*\ndisallow:/news", False),
        ("User-agent: Wirewatch\nDisallow: /", False),
        ("User-agent: WIREWATCH/2.0\nDisallow: /", False),
        ("User-agent: wirewatch and friends\nDisallow: /", False),
        ("User-agent: wire\nDisallow: /", False),
        ("User-agent: watch\nDisallow: /", True),
        ("User-agent: github\nDisallow: /", True),
        ("User-agent: https\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Wirewatch\nAllow: /", True),
        ("User-agent: Wirewatch\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: Other\nUser-agent: Wirewatch\nDisallow: /", False),
        ("User-agent: Other\nDisallow: /\nUser-agent: Wirewatch\nDisallow: /x", True),
        ("User-agent: Wirewatch\nDisallow: /x\nUser-agent: Other\nDisallow: /", True),
        ("User-agent: Wirewatch\nunknown: 1\nDisallow: /", False),
        ("User-agent: *\nunknown: 1\nUser-agent: Other\nDisallow: /", False),
        ("User-agent: *\nDisallow: /news/*/1", True),
        ("User-agent: *\nDisallow: /*/1$", False),
        ("User-agent: *\nDisallow: /\nAllow: /news/", True),
        ("User-agent: *\nDissallow: /", False),
        ("Disallow: /\nUser-agent: *", True),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("# a comment\r\nUser-agent: * # all\r\nDisallow: / # everything\r\n", False),
        ("<!DOCTYPE html><html><body>User-agent: *\nDisallow: /</body></html>", True),
        ("  \n<html>\nUser-agent: *\nDisallow: /", True),
        ("{'error': 'not found'}", True),
    ],
)
def test_the_rules_that_speak_to_us_decide(text: str, answer: bool) -> None:
    assert allowed(text) is answer


def test_letters_beyond_ascii_match_escaped_or_not() -> None:
    assert not allowed(
        "User-agent: *\nDisallow: /новости", "https://h.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1"
    )
    assert not allowed("User-agent: *\nDisallow: /%D0%BD%D0%BE", "https://h.example/новости/1")


def test_each_url_gets_its_answer_in_order() -> None:
    urls = ["https://h.example/a", "https://h.example/b", "https://h.example/robots.txt", "https://h.example/a?x"]
    assert read_robots(b"User-agent: *\nDisallow: /a", AGENT, urls).allowed == (False, True, True, False)


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: Wirewatch\nCrawl-delay: 3\n\nUser-agent: *\nCrawl-delay: 10", 3.0),
        ("User-agent: Other\nCrawl-delay: 10", None),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: -5", None),
        ("User-agent: *\nCrawl-delay: inf", None),
    ],
)
def test_the_delay_is_as_stated(text: str, delay: float | None) -> None:
    assert read_robots(text.encode(), AGENT, []).crawl_delay_s == delay


def test_sitemaps_are_for_everyone_and_absolute() -> None:
    text = (
        "Sitemap: https://h.example/a.xml\nUser-agent: Other\nDisallow: /\nsitemap:https://h.example/b.xml\n"
        "Sitemap: /relative.xml\nSitemap: https://h.example/a.xml\nSitemap: javascript:alert(1)\n"
    )
    assert read_robots(text.encode(), "*", ()).sitemaps == ("https://h.example/a.xml", "https://h.example/b.xml")


def test_what_stands_beyond_half_a_megabyte_is_not_read() -> None:
    late = b"#" * (MAX_BYTES - 100) + b"\nUser-agent: *\nDisallow: /a\n"
    beyond = b"#" * MAX_BYTES + b"\nUser-agent: *\nDisallow: /a\n"
    assert read_robots(late, AGENT, ["https://h.example/a"]).allowed == (False,)
    assert read_robots(beyond, AGENT, ["https://h.example/a"]).allowed == (True,)


@pytest.mark.parametrize("codec", ["utf-16", "cp1251", "latin-1"])
def test_other_encodings_are_read(codec: str) -> None:
    body = "User-agent: *\nDisallow: /a\n".encode(codec)
    assert read_robots(body, AGENT, ["https://h.example/a"]).allowed == (False,)
