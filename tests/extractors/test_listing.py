"""Listing pages: which links lead to articles, with their words and dates, and which are furniture."""

import gzip
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.feeds import read_listing
from news.model import Entry, FeedDocument, FeedKind, Precision, Unreadable

NOW = datetime(2026, 9, 2, 12, 0, tzinfo=UTC)

# A Russian agency: dated paths, the picture and the headline in two links, section links, a tag cloud, pagination.
AGENCY = """<!DOCTYPE html><html lang="ru-RU"><head><meta charset="utf-8">
<title>Агентство — новости</title></head><body>
<header><a href="/">Агентство</a><nav class="main-menu"><ul>
  <li><a href="/politics/">Политика и общество нашей большой страны</a></li>
  <li><a href="/economy/2026-results-of-the-year/">Экономика и бизнес: итоги года</a></li></ul></nav></header>
<main><div class="list">
  <div class="list-item"><a class="pic" href="/20260902/most-1234567.html"><img src="/1.jpg" alt=""></a>
    <a class="title" href="/20260902/most-1234567.html">Мост через реку открыли после ремонта</a>
    <div class="list-item__date">2026-09-02T10:15:00+03:00</div></div>
  <div class="list-item"><a class="pic" href="/20260901/shkola-1234568.html?from=list"><img src="/2.jpg" alt=""></a>
    <a class="title" href="/20260901/shkola-1234568.html">В городе построят новую школу</a>
    <a class="more" href="/20260901/shkola-1234568.html">Читать далее</a></div>
  <div class="list-item"><a class="title" href="/20260901/pogoda-1234569.html#comments">Погода на завтра: дождь и
    ветер</a>
    <span class="list-tags"><a href="/tag_thematic/weather/">Прогноз погоды на каждый день</a></span></div>
</div>
<div class="tags"><a href="/tags/most-cherez-reku-2026/">Мост через реку и его ремонт</a></div>
<div class="pagination"><a href="/?page=2">Следующая страница новостей</a></div></main>
<aside><a href="https://other.example/20260902/reklama-999999.html">Реклама: купите новый телефон сегодня</a></aside>
<footer><a href="/about/nasha-redakciya-2026.html">О редакции нашего агентства</a>
  <a href="/files/annual-report-2026.pdf">Годовой отчёт агентства за год</a></footer></body></html>"""

# A blog: long slugs without numbers, headings, <time>, authors and categories beside each.
BLOG = """<html lang="en"><head><title>Town blog</title></head><body>
<article><h2><a href="/council-votes-to-repair-the-bridge/">Council votes to repair the bridge</a></h2>
  <p>By <a href="/author/ann-lee-the-writer/">Ann Lee, our writer in town</a> on
  <time datetime="2026-09-01T08:00:00Z">1 September</time> in
  <a href="/category/town-and-country-news/">Town news</a></p>
  <p>The council voted … <a href="/council-votes-to-repair-the-bridge/#more">Continue reading</a></p></article>
<article><h2><a href="/why-the-library-stays-open-at-night/">Why the library stays open at night</a></h2>
  <p><time datetime="2026-08-30">30 August</time></p></article>
<article><h2><a href="/rain/">Rain</a></h2></article>
<a href="/page/2/">Older posts of this blog, from last year</a></body></html>"""

# An old site with tables and query addresses.
QUERY = """<html><head><base href="https://old.example/cms/"></head><body><table>
<tr><td><a href="news.php?id=4711">Şehir meclisi köprünün onarılması için oy verdi</a></td><td>01.09.2026</td></tr>
<tr><td><a href="news.php?id=4712">Yeni okul gelecek yıl açılacak, vali söyledi</a></td><td>01.09.2026</td></tr>
<tr><td><a href="news.php?id=4713">Hava yarın yağmurlu ve rüzgarlı olacak</a></td><td>01.09.2026</td></tr>
<tr><td><a href="news.php?page=2">Daha eski haberlerin bulunduğu sayfa</a></td></tr>
<tr><td><a href="login.php?return=news.php">Üye girişi yapmak için buraya tıklayın</a></td></tr>
</table></body></html>"""

# Cards: the whole card is a link, with headline, lead and time in it.
CARDS = """<html><body><div class="grid">
<a class="card" href="/world/a-river-runs-through-the-town-a1b2c3"><img alt="A bridge over a river"><h3>A river runs
  through the town</h3><p>The lead of this story is here and it is rather long, longer than the headline.</p>
  <time datetime="2026-09-02T09:00:00+02:00">3 hours ago</time></a>
<a class="card" href="/world/the-mayor-speaks-of-the-flood-d4e5f6"><h3>The mayor speaks of the flood</h3><p>Lead</p></a>
<a class="card" href="/world/schools-open-again-on-monday-778899"><img alt="Schools open again on Monday morning"></a>
</div></body></html>"""

CHINESE = """<html lang="zh"><body><ul class="news_list">
<li><a href="/2026-09/01/content_88231.htm">市议会投票决定修复大桥</a></li>
<li><a href="/2026-09/01/content_88232.htm">明年将建一所新学校，市长说</a></li>
<li><a href="/2026-09/01/content_88233.htm">明天有雨</a></li></ul></body></html>"""


def read(html: str, url: str = "https://www.h.example/") -> FeedDocument:
    document = read_listing(html.encode(), url, NOW)
    assert isinstance(document, FeedDocument), document
    return document


def titles(html: str, url: str = "https://www.h.example/") -> list[str | None]:
    return [entry.title for entry in read(html, url).entries]


def test_an_agency_lists_its_articles_and_nothing_else() -> None:
    document = read(AGENCY)
    assert (document.kind, document.title, document.language) == (FeedKind.LISTING, "Агентство — новости", "ru")
    assert [(entry.url, entry.title) for entry in document.entries] == [
        ("https://www.h.example/20260902/most-1234567.html", "Мост через реку открыли после ремонта"),
        ("https://www.h.example/20260901/shkola-1234568.html", "В городе построят новую школу"),
        ("https://www.h.example/20260901/pogoda-1234569.html", "Погода на завтра: дождь и ветер"),
    ]


def test_a_date_beside_a_link_is_its_own_and_a_dated_address_is_one_too() -> None:
    first, second, _ = read(AGENCY).entries
    assert first.published is not None
    assert first.published.at == datetime(2026, 9, 2, 7, 15, tzinfo=UTC)
    assert first.published.origin == "time"
    assert second.published is not None
    assert second.published.at.date().isoformat() == "2026-09-01"
    assert (second.published.origin, second.published.precision) == ("url", Precision.DAY)


def test_a_blog_with_long_slugs_is_read() -> None:
    entries = read(BLOG).entries
    assert [entry.title for entry in entries] == [
        "Council votes to repair the bridge",
        "Why the library stays open at night",
    ]
    assert [entry.published.at.isoformat() for entry in entries if entry.published] == [
        "2026-09-01T08:00:00+00:00",
        "2026-08-30T00:00:00+00:00",
    ]


def test_addresses_with_a_number_in_the_query_are_articles() -> None:
    entries = read(QUERY, "https://old.example/").entries
    assert [entry.url for entry in entries] == [f"https://old.example/cms/news.php?id={n}" for n in (4711, 4712, 4713)]


def test_the_headline_of_a_card_is_its_title() -> None:
    first, second, third = read(CARDS).entries
    assert first.title == "A river runs through the town"
    assert first.published is not None
    assert second.title == "The mayor speaks of the flood"
    assert second.published is None
    assert third.title == "Schools open again on Monday morning"


def test_a_chinese_headline_is_long_enough() -> None:
    assert titles(CHINESE) == ["市议会投票决定修复大桥", "明年将建一所新学校，市长说"]


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r", "utf-16"])
def test_encodings_are_ours_to_tell(codec: str) -> None:
    body = AGENCY.replace('<meta charset="utf-8">', "").encode(codec, "xmlcharrefreplace")
    document = read_listing(body, "https://www.h.example/", NOW)
    assert isinstance(document, FeedDocument)
    assert [entry.title for entry in document.entries] == titles(AGENCY)


def link(href: str, words: str = "The council voted to repair the old bridge") -> str:
    return f"<ul><li><a href='{href}'>{words}</a></li></ul>"


@pytest.mark.parametrize(
    "href",
    [
        "/news/2026/09/01/bridge",
        "/news/1234567",
        "/news/the-council-voted-to-repair-the-bridge",
        "/2026/09/bridge-repaired.html",
        "/article/1234567-the-bridge/",
        "/index.php?option=com_content&id=4711",
        "https://m.h.example/news/1234567",
        "/новости/совет-города-проголосовал-за-мост",
        "/tag/2026/09/01/the-bridge-is-open",
    ],
)
def test_an_address_of_an_article_is_taken(href: str) -> None:
    assert len(read(link(href)).entries) == 1


@pytest.mark.parametrize(
    "href",
    [
        "/",
        "#top",
        "/#the-council-voted-to-repair-the-bridge",
        "/news/",
        "/politics",
        "/tag/the-council-and-the-bridge-1234567",
        "/author/12345678-ann-lee",
        "/category/town-and-country-and-river",
        "/login?next=/news/1234567",
        "/search?q=the-council-voted",
        "/news/page/1234",
        "/news?page=4711",
        "/wp-content/uploads/2026/09/01/bridge.jpg",
        "/files/2026/the-council-voted-to-repair.pdf",
        "https://other.example/news/1234567",
        "mailto:editor-of-the-news-1234567@h.example",
        "javascript:open('/news/1234567')",
        "ftp://h.example/news/1234567",
        "http://[::1",
        "",
    ],
)
def test_any_other_address_is_left(href: str) -> None:
    assert titles(link(href)) == []


@pytest.mark.parametrize("words", ["", "More", "Read more about it here", "Читать далее", "Sport", "12345678", "  "])
def test_a_link_without_a_headline_is_left(words: str) -> None:
    assert titles(link("/news/2026/09/01/1234567", words)) == []


@pytest.mark.parametrize(
    "around",
    [
        "<nav>{}</nav>",
        "<footer>{}</footer>",
        "<div class='breadcrumbs'>{}</div>",
        "<div id='main-menu'>{}</div>",
        "<ul class='pagination'>{}</ul>",
        "<form>{}</form>",
        "<div role='navigation'>{}</div>",
        "<div class='social share'>{}</div>",
    ],
)
def test_a_link_in_furniture_is_left(around: str) -> None:
    assert titles(around.format(link("/news/2026/09/01/1234567"))) == []


def test_many_links_beyond_the_cap_are_told() -> None:
    many = "".join(link(f"/news/2026/09/01/{i}-bridge", f"Bridge number {i} will be repaired") for i in range(1010))
    document = read(many)
    assert len(document.entries) == 1000
    assert document.notes == ("10 entries beyond 1000 were left out",)


def test_a_page_too_deep_is_told() -> None:
    document = read("<div>" * 300 + link("/news/1234567"))
    assert document.notes == ("the page is deeper or longer than the parser goes; its end was not read",)


def test_a_page_without_articles_is_an_empty_listing() -> None:
    assert read("<p>Under construction</p>").entries == ()
    assert read_listing(b"", "https://h.example/", NOW) == Unreadable(reason="the page cannot be read as HTML")


@pytest.mark.parametrize("site", ["english", "publishers", "news2023", "multilingual", "snippets"])
def test_real_pages_are_read_in_a_moment(shared_data: Path, site: str) -> None:
    paths = sorted((shared_data / "extraction" / site / "html").glob("*.html.gz"))[:40]
    assert len(paths) == 40
    slow: list[tuple[str, float]] = []
    n_entries = 0
    for path in paths:
        body = gzip.decompress(path.read_bytes())
        start = time.process_time()
        document = read_listing(body, f"https://{site}.example/", NOW)
        cost_s = time.process_time() - start
        assert isinstance(document, FeedDocument), path.name
        assert all(isinstance(entry, Entry) and entry.url and entry.title for entry in document.entries)
        n_entries += len(document.entries)
        if cost_s > 0.3:
            slow.append((path.name, cost_s))
    assert slow == []
    # Pages of articles carry links to others; those saved with absolute links lead to other sites here.
    assert n_entries > 20
