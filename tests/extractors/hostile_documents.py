"""Makes documents that hurt readers: each function returns bytes, knows no network and no state.

`FEEDS`, `SITEMAPS`, `PAGES`, `ROBOTS` and `LISTS` name them by what they break. Run as a program with one of these
names, it reads each document in a child with limits and prints a line of JSON for each.
"""

import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

Maker = Callable[[], bytes]
MEGA = 1_000_000


def rss(items: bytes, *, prolog: bytes = b"", title: bytes = b"T") -> bytes:
    """A feed around these items."""
    return (
        b'<?xml version="1.0" encoding="utf-8"?>\n'
        + prolog
        + b'<rss version="2.0" xmlns:m="http://search.yahoo.com/mrss/">'
        b"<channel><title>" + title + b"</title><link>http://h.example/</link>" + items + b"</channel></rss>"
    )


def item(inner: bytes, title: bytes = b"x") -> bytes:
    return b"<item><title>" + title + b"</title><guid>g1</guid>" + inner + b"</item>"


def cdata(text: bytes) -> bytes:
    return rss(item(b"<description><![CDATA[" + text + b"]]></description>"))


def entries(n: int, body: bytes = b"words of a summary " * 14) -> bytes:
    return rss(
        b"".join(
            b"<item><title>Title %d</title><link>http://h.example/a/%d</link><guid>g%d</guid><pubDate>"
            b"Tue, 01 Sep 2026 10:00:00 GMT</pubDate><description>%s</description></item>" % (i, i, i, body)
            for i in range(n)
        )
    )


def attributes(n: int) -> bytes:
    return b" ".join(b'a%d="1"' % i for i in range(n))


def laughs(levels: int = 10) -> bytes:
    lines = [b"<!DOCTYPE rss [", b'<!ENTITY a0 "lolololololol">']
    lines += [b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, levels)]
    return rss(item(b"", b"&a%d;" % (levels - 1)), prolog=b"\n".join(lines) + b"]>\n")


def page(body: bytes, head: bytes = b"") -> bytes:
    return b"<!DOCTYPE html><html><head><title>T</title>" + head + b"</head><body>" + body + b"</body></html>"


def rows(n: int) -> bytes:
    row = b"<url><loc>http://h.example/news/%d-a-story-of-the-town</loc><lastmod>2026-09-01T10:00:00Z</lastmod></url>"
    return b"<urlset>" + b"".join(row % i for i in range(n)) + b"</urlset>"


def bomb(layers: int, inner: bytes) -> bytes:
    import gzip

    for _ in range(layers):
        inner = gzip.compress(inner, 6)
    return inner


BROKEN = b"<rss><channel><item><title>x &nope; "

FEEDS: dict[str, Maker] = {
    "billion laughs": laughs,
    "billion laughs in one line": lambda: laughs().replace(b"\n", b" "),
    "billion laughs in UTF-16": lambda: laughs().decode().replace("utf-8", "utf-16").encode("utf-16"),
    "one entity many times": lambda: rss(
        item(b"<description>" + b"&a;" * 20_000 + b"</description>"),
        prolog=b'<!DOCTYPE rss [<!ENTITY a "' + b"A" * 200_000 + b'">]>',
    ),
    "entity of a local file": lambda: rss(
        item(b"", b"[&x;]"), prolog=b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "parameter entity of the network": lambda: rss(
        item(b""), prolog=b'<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'
    ),
    "DOCTYPE without an end": lambda: b"<!DOCTYPE rss [" + b"<!ENTITY a " * 100_000,
    "prolog without an end": lambda: b"\n <!" * 1_000_000,
    "the path of a file": lambda: b"/etc/passwd",
    "the path of an endless file": lambda: b"/dev/zero",
    "an address": lambda: b"http://127.0.0.1:9/",
    "200,000 attributes in a tag": lambda: rss(b"<item " + attributes(200_000) + b"></item>"),
    "5,000 attributes in each of 230 tags": lambda: rss((b"<item " + attributes(5000) + b"></item>") * 230),
    "60 attributes in each of 28,000 tags": lambda: rss((b"<item " + attributes(60) + b"></item>") * 28_000),
    "100,000 namespaces": lambda: (
        b"<rss "
        + b" ".join(b'xmlns:n%d="http://x/%d"' % (i, i) for i in range(100_000))
        + b"><channel></channel></rss>"
    ),
    "20,000 entries": lambda: entries(20_000),
    "60,000 entries": lambda: entries(60_000, b"w"),
    "20,000 entries in broken XML": lambda: entries(20_000).replace(b"Title 5<", b"Title &nope 5<", 1),
    "70,000 entries of HTML": lambda: entries(70_000, b"&lt;p&gt;Hello &lt;a href='/x'&gt;x&lt;/a&gt;&lt;/p&gt;"),
    "larger than the cap": lambda: entries(100_000),
    "10 MB of text": lambda: cdata(b"word " * (2 * MEGA)),
    "10 MB of HTML": lambda: cdata(b"<p>word <b>x</b></p>" * 500_000),
    "open comments": lambda: cdata(b"<!--" * 250_000),
    "open tags in CDATA": lambda: cdata(b"<a " * 333_000),
    "a million < in CDATA": lambda: cdata(b"<" * MEGA),
    "a million & in CDATA": lambda: cdata(b"&" * MEGA),
    "100,000 nested div in CDATA": lambda: cdata(b"<div>" * 100_000),
    "evil style": lambda: cdata(b'<p style="a:' + b"a " * 30_000 + b'!">x</p>'),
    "240,000 nested elements": lambda: rss(b"<item>" + b"<x>" * 240_000 + b"y" + b"</x>" * 240_000 + b"</item>"),
    "490,000 open elements": lambda: b"<rss><channel><item>" + b"<a>" * 490_000,
    "open CDATA": lambda: BROKEN + b"<![CDATA[" * 1_600_000,
    "broken: 15 million <": lambda: BROKEN + b"<" * (14 * MEGA),
    "broken: 490,000 open tags": lambda: BROKEN + b"<a " * 490_000,
    "broken: open quotes": lambda: BROKEN + b'<a b="' * 200_000,
    "broken: pairs of quotes": lambda: BROKEN + b"<a b='\"' \"" * 200_000,
    "broken: a tag of quotes": lambda: BROKEN + b'<a b="' + b'c" d="' * 160_000,
    "broken: declarations": lambda: BROKEN + b"<!" * 490_000,
    "broken: end tags": lambda: BROKEN + b"</" * 490_000,
    "broken: 2 million references": lambda: BROKEN + b"&a;" * 2_400_000,
    "broken: bare ampersands": lambda: BROKEN + b"&" * (14 * MEGA),
    "references to nothing": lambda: rss(item(b"", b"&#xD800;&#1114112;&#99999999999;&#0;&#x1F;" * 1000)),
    "60,000 categories of one entry": lambda: rss(
        item(b"".join(b"<category>c%d</category>" % i for i in range(60_000)))
    ),
    "a million keywords": lambda: rss(
        item(b"<m:keywords>" + b"".join(b"k%d," % i for i in range(MEGA)) + b"</m:keywords>")
    ),
    "an author of 10 MB": lambda: rss(item(b"<author>" + b"a" * (10 * MEGA) + b"</author>")),
    "an author of dots": lambda: rss(item(b"<author>a@" + b"a." * (3 * MEGA) + b"</author>")),
    "60,000 authors": lambda: rss(item(b"".join(b"<author>a%d@x.example (n)</author>" % i for i in range(60_000)))),
    "60,000 links of one entry": lambda: rss(item(b"<link>http://h.example/a</link>" * 60_000)),
    "a link of 10 MB": lambda: rss(item(b"<link>http://h.example/?" + b"&amp;a=b" * (MEGA) + b"</link>")),
    "dates of 100,000 digits": lambda: rss(
        b"".join(
            item(b"<pubDate>" + part * 100_000 + b"</pubDate>")
            for part in (b"1", b"2026-", b" ", b"Mon, ", b"12:", b"1 ")
        )
    ),
    "NUL and controls": lambda: rss(
        item(b"<description>a\0b\x01\x0b\x1f\x7f\xc2\x85</description>", b"a\0b\xef\xbf\xbe")
    ),
    "every byte": lambda: rss(item(b"", bytes(range(128, 256)) * 50_000)),
    "random bytes": lambda: random.Random(1).randbytes(10 * MEGA),
    "zeros": lambda: b"\0" * (10 * MEGA),
    "nothing": lambda: b"",
    "white space": lambda: b" \n" * (5 * MEGA),
    "an HTML page of 10 MB": lambda: page(b'<p>some <a href="/x">text</a></p>\n' * 300_000),
    "JSON: five million lists": lambda: b'{"items":[' + b"[]," * 5_000_000 + b"[]]}",
    "JSON: nested": lambda: b'{"items":' + b"[" * 5_000_000,
    "JSON: a number of 10 MB": lambda: b'{"items":[{"id":' + b"1" * (10 * MEGA) + b"}]}",
    "JSON: 250,000 items": lambda: (
        b'{"items":[' + b'{"id":1,"content_html":"<p>x</p>","title":"<b>x"},' * 250_000 + b"{}]}"
    ),
    "JSON: wrong types": lambda: (
        b'{"title":[],"language":{},"items":[{"id":[],"url":{},"title":1,"authors":{},"tags":"x",'
        b'"date_published":[],"image":3,"author":[]},[],null,1,"x"]}'
    ),
    "a gzip bomb": lambda: bomb(1, b"\0" * (200 * MEGA)),
    "gzip in gzip in gzip": lambda: bomb(3, b"<rss></rss>"),
    "2,000 members of gzip": lambda: bomb(1, b"<rss>") * 2000,
    "damaged gzip": lambda: bomb(1, entries(1000))[:5000] + b"\xff" * 1000,
}

SITEMAPS: dict[str, Maker] = {
    "400,000 rows": lambda: rows(400_000),
    "50,000 rows": lambda: rows(50_000),
    "children without end": lambda: (
        b"<sitemapindex>"
        + b"".join(b"<sitemap><loc>http://h.example/%d.xml</loc></sitemap>" % i for i in range(500_000))
        + b"</sitemapindex>"
    ),
    "four million elements": lambda: b"<urlset>" + b"<x/>" * 3_900_000 + b"</urlset>",
    "thirteen million elements": lambda: b"<urlset>" + b"<x/>" * 12_900_000 + b"</urlset>",
    "four million open elements": lambda: b"<urlset>" + b"<x>" * 3_900_000,
    "one row of two million addresses": lambda: b"<urlset><url>" + b"<loc>a</loc>" * 1_900_000 + b"</url></urlset>",
    "an address of 50 MB": lambda: b"<urlset><url><loc>http://h/" + b"a" * (50 * MEGA) + b"</loc></url></urlset>",
    "fifty million <": lambda: b"<urlset><url><loc>" + b"<" * (50 * MEGA),
    "entities": lambda: laughs().replace(b"rss", b"urlset"),
    "a gzip bomb of rows": lambda: bomb(1, rows(900_000)),
}

PAGES: dict[str, Maker] = {
    "30,000 attributes in a tag": lambda: page(b"<p " + attributes(30_000) + b">t</p>"),
    "300 attributes in each of 1,500 tags": lambda: page((b"<p " + attributes(300) + b">t</p>") * 1500),
    "200,000 nested div": lambda: page(
        b"<div>" * 200_000 + b"<a href='/news/1-a-story-of-the-town'>A story of the town</a>"
    ),
    "20,000 nested links": lambda: page(b"<a href='/x'><font>" * 20_000),
    "50,000 links": lambda: page(
        b"".join(
            b'<a href="/news/2026/%d/story-%d.html">Story number %d of the whole town</a> ' % (i % 12, i, i)
            for i in range(50_000)
        )
    ),
    "60,000 links to one page": lambda: page(
        b'<a href="/news/2026/story-12345.html">A story of the town</a> ' * 60_000
    ),
    "a text of 5 MB": lambda: page(b"<a href='/x'>" + b"word " * MEGA),
    "five million <": lambda: page(b"<" * (5 * MEGA - 200)),
    "a million br in a link": lambda: page(b"<div><a href='/news/12345-a-story'>" + b"x<br>" * 900_000 + b"</a></div>"),
    "JSON-LD nested": lambda: page(b"", b'<script type="application/ld+json">' + b'{"a":' * 900_000 + b"</script>"),
    "JSON-LD of odd types": lambda: page(
        b"",
        b'<script type="application/ld+json">[1,null,{"@graph":{}},{"@graph":[1]},{"@type":["WebSite"]}]</script>',
    ),
    "75,000 feeds": lambda: page(b"", b'<link rel="alternate" type="application/rss+xml" href="/f">' * 75_000),
    "odd addresses": lambda: page(
        b"<base href='http://[::1'><a href='http://[::1/x'>some words that are long enough</a><a href='//'>x</a>"
        b"<a href='http://a b/'>x</a><a href='\x00'>x</a><a href='&#xD800;'>some more words here</a>"
    ),
    "only a comment": lambda: b"<!-- " + b"- " * 100_000,
    "nothing": lambda: b"",
    "random bytes": lambda: random.Random(2).randbytes(4 * MEGA),
}

ROBOTS: dict[str, Maker] = {
    "18,000 names over 18,000 rules": lambda: (
        b"".join(b"user-agent:a%d\n" % i for i in range(18_000))
        + b"".join(b"disallow:/%d\n" % i for i in range(18_000))
    ),
    "names twice": lambda: b"".join(b"user-agent:a%d\n" % i for i in range(17_000)) * 2,
    "30,000 rules": lambda: b"user-agent: *\n" + b"".join(b"disallow:/*%d\n" % i for i in range(30_000)),
    "wildcards": lambda: b"user-agent: *\n" + (b"disallow: /" + b"*a" * 2000 + b"$\n") * 100,
    "one rule of wildcards": lambda: b"user-agent: *\ndisallow: /" + b"*a" * 250_000,
    "dollars": lambda: b"user-agent: *\ndisallow: /" + b"$" * 500_000,
    "percent signs": lambda: b"user-agent: *\ndisallow: /" + b"%25%zz%" * 70_000,
    "14,000 sitemaps": lambda: b"".join(b"sitemap: http://h.example/%d.xml\n" % i for i in range(14_000)),
    "larger than the cap": lambda: b"# x\n" * 5_000_000 + b"user-agent: *\ndisallow: /",
    "an HTML page": lambda: page(b"user-agent: *\ndisallow: /\n"),
    "random bytes": lambda: random.Random(3).randbytes(512 * 1024),
    "zeros": lambda: b"\0" * 512 * 1024,
    "UTF-16": lambda: "user-agent: *\ndisallow: /x\n".encode("utf-16"),
    "crawl delays": lambda: b"user-agent: *\ncrawl-delay: 1e999\ncrawl-delay: nan\ncrawl-delay: -1\n",
}


def _outlines(inner: bytes, prolog: bytes = b"") -> bytes:
    return b'<?xml version="1.0"?>\n' + prolog + b'<opml version="2.0"><body>\n' + inner + b"</body></opml>"


LISTS: dict[str, Maker] = {
    "300,000 outlines": lambda: _outlines(b'<outline type="rss" text="x" xmlUrl="http://h.example/f"/>\n' * 300_000),
    "a million outlines without address": lambda: _outlines(b"<outline/>\n" * MEGA),
    "a million nested outlines": lambda: _outlines(b"<outline>" * MEGA + b"</outline>" * MEGA),
    "billion laughs": lambda: laughs().replace(b"<rss", b"<opml").replace(b"</rss", b"</opml"),
    "entity of a local file": lambda: _outlines(
        b'<outline text="&x;" xmlUrl="http://h.example/"/>',
        b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ),
    "100,000 attributes": lambda: _outlines(b"<outline " + attributes(100_000) + b"/>"),
    "larger than the cap": lambda: _outlines(b" " * (21 << 20)),
    "random bytes": lambda: random.Random(4).randbytes(MEGA),
    "TOML: 60,000 tables": lambda: b"".join(b'[[source]]\nurl="http://h.example/%d"\n' % i for i in range(60_000)),
    "TOML: nested lists": lambda: b"[[source]]\nurl=" + b"[" * 100_000,
    "TOML: 20,000 broken tables": lambda: b"[[source]]\nurl=\n" * 20_000,
    "TOML: dotted keys": lambda: b"[[source]]\n" + b"a." * 100_000 + b'a="x"\n',
}

GROUPS = {"FEEDS": FEEDS, "SITEMAPS": SITEMAPS, "PAGES": PAGES, "ROBOTS": ROBOTS, "LISTS": LISTS}

MOST_BYTES = 1_536 * 2**20
MOST_CPU_S = 20


def read(group: str, body: bytes) -> str:
    """Read a document as its group is read, and say in a line what came of it."""
    from extractors.discovery import read_home
    from extractors.feeds import read_feed, read_listing
    from extractors.opml import read_sources
    from extractors.robots import read_robots
    from news.errors import ImportFileError

    now = datetime(2026, 9, 2, tzinfo=UTC)
    url = "http://h.example/f"
    if group in {"FEEDS", "SITEMAPS"}:
        return repr(read_feed(body, url, None, now))[:300]
    if group == "PAGES":
        return repr((read_listing(body, url, now), read_home(body, url)))[:300]
    if group == "ROBOTS":
        urls = [f"http://h.example/news/{i}/" + "a" * 100 for i in range(20)]
        return repr(read_robots(body, "Wirewatch/0.1 (+https://h.example/bot)", urls))[:300]
    try:
        return repr(read_sources(body, "list"))[:300]
    except ImportFileError as error:
        return f"ImportFileError: {error}"[:300]


def main(group: str) -> None:
    """Read each document of a group in a child with limits; print what it cost and what came of it."""
    read(group, b"<x/>")  # imports everything once
    for name, make in GROUPS[group].items():
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
            resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S + 10, MOST_CPU_S + 10))
            body = make()
            start = time.process_time()
            try:
                outcome = read(group, body)
            except BaseException as error:
                outcome = f"RAISED {type(error).__name__}: {error}"[:300]
            usage = resource.getrusage(resource.RUSAGE_SELF)
            cost = {"cpu_s": round(time.process_time() - start, 2), "rss_mb": usage.ru_maxrss // 1024}
            print(json.dumps({"name": name, "n_bytes": len(body), **cost, "outcome": outcome}), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(
                json.dumps({"name": name, "cpu_s": 999, "rss_mb": 0, "outcome": f"RAISED signal {status}"}), flush=True
            )


if __name__ == "__main__":
    main(sys.argv[1])
