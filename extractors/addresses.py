"""What an address says of its page before it is fetched: a section, an article, a day.

Which addresses name one article is `news.urls`' business.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import unquote

from extractors.dates import read_moment
from news.model import Moment

# Path parts that are no article's, in the languages of the outlets we know.
_SECTION_WORDS = """
tag tags teg tegi topic topics theme themes category categories cat rubric rubrics rubrika section sections author
authors avtor autor autores autoren auteur yazar yazarlar user users profile login signin signup register
registration account subscribe subscription newsletter newsletters search poisk page pages about about-us contact
contacts kontakt privacy terms cookies imprint impressum advertise advertising reklama rss feed feeds atom sitemap
archive archives arhiv forum shop cart job jobs vacancies wp-login.php wp-admin wp-content wp-json cgi-bin comments
comment share print feedback help faq legal policy policies haqqimizda elaqe iletisim kunye
"""
_SECTION_PARTS = frozenset(_SECTION_WORDS.split())
_NOT_PAGES = re.compile(
    r"(?i)\.(?:jpe?g|png|gif|webp|svg|ico|pdf|zip|rar|mp[34]|m4a|avi|mov|css|js|xml|json|rss|docx?|xlsx?|pptx?|apk|exe)$"
)
_DATE_IN_PATH = re.compile(
    r"(?:^|[/_.-])((?:19|20)\d\d)[/_.-]?(0[1-9]|1[0-2])(?:[/_.-]?(0[1-9]|[12]\d|3[01]))?(?=[/_.-]|$)"
)
_YEAR_IN_PATH = re.compile(r"/(?:19|20)\d\d/")
_NUMBER = re.compile(r"(?<!\d)\d{4,}(?!\d)")
_PAGINATION = re.compile(r"(?i)(?:^|[?&/])(?:page|paged|p|pg|pagen_\d+|offset|start)[=/-]?\d{0,6}/?$")
_ARTICLE_QUERY = re.compile(r"(?i)(?:^|[?&])(?:id|nid|newsid|news_id|article|articleid|aid|sid|p|item|story|post)=\d+")


def is_section(link: str) -> bool:
    """Whether an address leads to a section, a tag, an author, a file, or the home page."""
    _, _, rest = link.partition("://")
    _, _, rest = rest.partition("/")
    path, _, query = rest.partition("?")
    parts = [part.lower() for part in path.split("/") if part]
    if not parts and not _ARTICLE_QUERY.search(query):
        return True
    if _NOT_PAGES.search(path):
        return True
    if any(part in _SECTION_PARTS for part in parts) and not _DATE_IN_PATH.search(path):
        return True
    return bool(_PAGINATION.search("/" + path)) or (
        bool(_PAGINATION.search(query)) and not _ARTICLE_QUERY.search(query)
    )


def article_points(link: str) -> int:
    """Return how much an address looks like an article's: 0 for a short path, up to 3 for date, number, long slug."""
    _, _, rest = link.partition("://")
    _, _, rest = rest.partition("/")
    path, _, query = rest.partition("?")
    last = unquote(path.rstrip("/").rpartition("/")[2])
    points = 0
    if _DATE_IN_PATH.search(path):
        points += 2
    elif _YEAR_IN_PATH.search(f"/{path}"):
        points += 1
    if _NUMBER.search(last) or _ARTICLE_QUERY.search(query):
        points += 2
    n_words = len([word for word in re.split(r"[-_.]", last) if len(word) > 1])
    points += (n_words >= 3 or len(last) >= 20) + (n_words >= 5)
    return min(points, 3)


def day_of(link: str, now: datetime) -> Moment | None:
    """Return the day that an address names in full, as `/2026/09/01/`; None where it names none."""
    match = _DATE_IN_PATH.search(link.partition("://")[2])
    if match is None or match.group(3) is None:
        return None
    return read_moment("-".join(match.groups()), "url", now)
