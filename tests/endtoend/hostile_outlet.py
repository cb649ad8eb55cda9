"""Outlets whose pages and feeds mean no good, served by a process of its own so that its memory is not the worker's.

`python -m tests.endtoend.hostile_outlet` serves on a free port of 127.0.0.1, which it prints, until its stdin ends. The
host name says what is asked for: `pages.localhost` has a feed of hostile pages between normal ones, and each
`feed-N.localhost` one hostile feed. How the wire misbehaves stands in `tests.crawler.hostile_server`, most feeds in
`tests.extractors.hostile_documents`.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.crawler.hostile_server import ROUTES, Asked, HostileServer, Writer, answer
from tests.extractors.hostile_documents import FEEDS, MEGA, SITEMAPS, attributes
from tests.jobs.telling import SENTENCES

Maker = Callable[[], bytes]

N_NORMAL = 24
ROOT = Path(__file__).parents[2]


def paragraphs(number: int) -> bytes:
    """The text of an article, unlike the others by its number."""
    return "".join(f"<p>{sentence} This was reported as item {number}.</p>\n" for sentence in SENTENCES).encode()


def page(body: bytes, head: bytes = b"") -> bytes:
    title = b"<title>A page that means no good</title>"
    return b'<!doctype html><html lang="en"><head>' + title + head + b"</head><body>" + body + b"</body></html>"


def article(number: int = 0, *, inside: bytes = b"", head: bytes = b"") -> bytes:
    """A page that holds an article, and something else within it."""
    return page(b"<article><h1>Headline of item %d</h1>%s%s</article>" % (number, inside, paragraphs(number)), head)


def linked_data(text: bytes) -> bytes:
    return b'<script type="application/ld+json">' + text + b"</script>"


PAGES: dict[str, Maker] = {
    "50,000 attributes in a tag": lambda: article(inside=b"<p " + attributes(50_000) + b">t</p>"),
    "500,000 attributes in a tag": lambda: article(inside=b"<p " + attributes(470_000) + b">t</p>"),
    "300 attributes in each of 1,500 tags": lambda: article(inside=(b"<p " + attributes(300) + b">t</p>") * 1200),
    "a million br": lambda: article(inside=b"<p>" + b"x<br>" * 1_000_000 + b"</p>"),
    "five million <": lambda: article(inside=b"<p>" + b"<" * (5 * MEGA) + b"</p>"),
    "five million <, and nothing else": lambda: page(b"<" * (5 * MEGA)),
    "a table of 200,000 cells": lambda: article(
        inside=b"<table>" + (b"<tr>" + b"<td>cell text</td>" * 100 + b"</tr>") * 2000
    ),
    "20,000 nested tables": lambda: article(inside=b"<table><tr><td>" * 20_000),
    "80,000 links": lambda: page(
        b"".join(b'<a href="/news/2026/%d/story-%d.html">Story number %d</a> ' % (i % 12, i, i) for i in range(80_000))
    ),
    "JSON-LD of 4 MB": lambda: article(
        head=linked_data(b'{"@type":"NewsArticle","headline":"' + b"h" * (4 * MEGA) + b'"}')
    ),
    "JSON-LD of 10 MB": lambda: article(
        head=linked_data(b'{"@type":"NewsArticle","headline":"' + b"h" * (10 * MEGA) + b'"}')
    ),
    "JSON-LD nested": lambda: article(head=linked_data(b'{"a":' * 900_000)),
    "JSON-LD of 100,000 authors": lambda: article(
        head=linked_data(b'{"@type":"NewsArticle","author":[' + b'{"@type":"Person","name":"A B"},' * 100_000 + b"1]}")
    ),
    "200,000 nested div": lambda: article(inside=b"<div>" * 200_000),
    "100,000 nested b, not closed": lambda: article(inside=b"<b>" * 100_000),
    "20,000 nested quotes": lambda: article(inside=b"<blockquote>" * 20_000),
    "a text of 12 MB": lambda: page(b"<p>" + b"word " * (12 * MEGA // 5)),
    "4 MB of one word": lambda: article(inside=b"<p>" + b"x" * (4 * MEGA) + b"</p>"),
    "4 MB of blanks": lambda: article(inside=b"<p>a" + b" " * (4 * MEGA) + b"b</p>"),
    "4 MB of paragraphs": lambda: page(
        b"".join(b"<p>Sentence %d says that town %d voted, officials said.</p>" % (i, i) for i in range(70_000))
    ),
    "4 MB of dates": lambda: article(
        inside=b"".join(
            b"<p>On %d-%02d-%02d and 1/2/%d</p>" % (1990 + i % 40, i % 12 + 1, i % 28 + 1, i) for i in range(120_000)
        )
    ),
    "4 MB of digits": lambda: article(inside=b"<p>" + b"2026" * MEGA + b"</p>"),
    "4 MB of addresses": lambda: article(inside=b"<p>" + b"http://" * 600_000 + b"</p>"),
    "4 MB of references": lambda: article(inside=b"<p>" + b"&amp;" * 800_000 + b"</p>"),
    "50,000 metas": lambda: article(
        head=b'<meta property="og:title" content="x"><meta name="author" content="A B">' * 50_000
    ),
    "a comment that does not end": lambda: article() + b"<!--" + b"- " * (2 * MEGA),
    "a million comments": lambda: article(inside=b"<!---->" * 650_000),
    "a script that does not end": lambda: article() + b"<script>" + b"var a=1;" * 500_000,
    "quotes that do not end": lambda: article(inside=b'<a b="' * 400_000),
    "an author of a million names": lambda: article(head=b'<meta name="author" content="' + b"A B, " * 800_000 + b'">'),
    "colspan": lambda: article(
        inside=b'<table><tr><td colspan="2147483647">a</td></tr>' + b'<tr><td rowspan="9999999">b</td></tr></table>'
    ),
    "NUL, controls, surrogates": lambda: article().replace(
        b"council", b"coun\0\x01\x0b\x1f\x7f&#xD800;&#0;&#x110000;cil"
    ),
    "writing direction and joiners": lambda: article().replace(
        b"council", "coun\u202e\u2066\u200f\ufeff\u200bcil".encode()
    ),
    "broken UTF-8": lambda: article().replace(b"council", b"coun\xff\xfe\xc0\xaf\xed\xa0\x80cil"),
    "nothing": lambda: b"",
    "blanks": lambda: b" " * MEGA,
    "random bytes": lambda: random.Random(1).randbytes(3 * MEGA),
    "a PDF": lambda: b"%PDF-1.7\n" + random.Random(2).randbytes(100_000),
    "gzip that nobody named": lambda: gzip.compress(article()),
    "JSON": lambda: json.dumps({"title": "x" * 100_000}).encode(),
    "a feed": lambda: FEEDS["20,000 entries"]()[:MEGA],
}
"""Pages that hurt readers, by what they are. Below 5 MiB where they are to reach a reader at all."""

WIRES = (
    "/bomb/gzip", "/bomb/deflate", "/bomb/br", "/bomb/zstd", "/bomb/gzip-of-gzip", "/bomb/many-layers",
    "/unpack/unknown", "/unpack/broken", "/unpack/cut", "/unpack/members", "/endless/body", "/endless/headers",
    "/endless/header", "/endless/continue", "/slow/body", "/slow/headers", "/silent", "/length/10g", "/length/negative",
    "/length/huge", "/length/two", "/length/too-long", "/length/too-short", "/chunks/bad", "/chunks/cut",
    "/headers/million", "/headers/fat", "/headers/cookies", "/http09", "/garbage", "/hangs-up", "/upgrade", "/circle/a",
    "/grow", "/errors/cut", "/errors/endless", "/errors/huge",
)  # fmt: skip
"""Answers that misbehave on the wire: paths of the hostile server."""

NOT_FEEDS: dict[str, Maker] = {
    "a page of 10 MB": lambda: page(b'<p>some <a href="/x">text</a></p>\n' * 300_000),
    "5,000 attributes in each of 230 tags of a page": lambda: page((b"<p " + attributes(5000) + b">t</p>") * 90),
    "an image": lambda: b"\x89PNG\r\n\x1a\n" + random.Random(3).randbytes(MEGA),
}
LISTS: dict[str, Maker] = {**FEEDS, **SITEMAPS, **NOT_FEEDS}
"""Hostile feeds, by what they are."""


def normal_feed(host: str, port: int) -> bytes:
    """The feed of an outlet with nothing but normal pages."""
    return _feed(f"http://{host}:{port}", [(f"Headline of item {n}", f"/normal/{n}") for n in range(N_NORMAL)])


def hostile_feed(port: int) -> bytes:
    """The feed that names each hostile page, after each a normal one; what misbehaves on the wire has its own host."""
    base = f"http://pages.localhost:{port}"
    lines = [(name, f"/hostile/{number}") for number, name in enumerate(PAGES)]
    lines += [(path, f"http://wire-{number}.localhost:{port}{path}") for number, path in enumerate(WIRES)]
    normal = [(f"Headline of item {n}", f"/normal/{n}") for n in range(len(lines))]
    return _feed(base, [line for pair in zip(lines, normal, strict=True) for line in pair])


def _feed(base: str, lines: list[tuple[str, str]]) -> bytes:
    items = "".join(
        f"<item><title><![CDATA[{title}]]></title><link>{url if '://' in url else base + url}</link></item>\n"
        for title, url in lines
    )
    return f'<rss version="2.0"><channel><title>T</title><link>{base}/</link>{items}</channel></rss>'.encode()


class Outlets(HostileServer):
    """The hostile server with our documents on it, each made when it is asked for."""

    def __init__(self) -> None:
        super().__init__(addresses=("127.0.0.1",))
        for number, name in enumerate(PAGES):
            self.routes[f"/hostile/{number}"] = self._says(PAGES[name])
        for number, name in enumerate(LISTS):
            self.routes[f"/list/{number}"] = self._says(LISTS[name], "application/octet-stream")
        self.routes |= {path: ROUTES[path] for path in WIRES}
        self.routes["/pages.xml"] = self._says(lambda: hostile_feed(self.port), "application/rss+xml")
        self.routes["/normal.xml"] = self._says(lambda: normal_feed("normal.localhost", self.port))
        for number in range(len(PAGES) + len(WIRES)):
            self.routes[f"/normal/{number}"] = self._says(lambda number=number: article(number))

    @staticmethod
    def _says(make: Maker, content_type: str = "text/html") -> Callable[[Asked, Writer], None]:
        return lambda asked, writer: writer.write(answer(make(), content_type=content_type))


@asynccontextmanager
async def outlets() -> AsyncIterator[int]:
    """Serve in a process of its own; the port."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.endtoend.hostile_outlet", stdin=pipe, stdout=pipe, cwd=ROOT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


async def main() -> None:
    async with Outlets() as server:
        print(server.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
