"""When two readings are of one article."""

import pytest

from news.likeness import is_same_article
from news.model import Article, TextOrigin

TEXT = (
    "The council of the river town voted on Tuesday to repair the old bridge, which had been closed since the spring. "
    "Engineers expect the work to last until the end of the next summer, provided that the water stays low enough."
)
OTHER = (
    "Shopkeepers on both banks said that they had lost a third of their customers in the months without a crossing. "
    "The ministry of transport will pay for one half of the repair, the region and the town for a quarter each."
)
CHINESE = "湘江长沙站水位跌破历史最低水位,水深仅一米二,市民前往江边观看,有关部门提醒注意安全。"


def article(
    text: str, title: str | None = "Council votes on the bridge", origin: TextOrigin = TextOrigin.PAGE
) -> Article:
    return Article(url="https://outlet.example/1", title=title, text=text, text_origin=origin)


@pytest.mark.parametrize(
    ("name", "one", "other", "expected"),
    [
        ("the same", article(TEXT), article(TEXT), True),
        ("another headline", article(TEXT), article(TEXT, "Bridge: it is decided"), True),
        ("no headline", article(TEXT, None), article(TEXT, None), True),
        ("an update", article(TEXT), article(TEXT + "\n\n" + OTHER), True),
        ("an update that cuts", article(TEXT + " " + OTHER), article(OTHER), True),
        ("other spacing", article(TEXT), article(TEXT.replace(". ", ".\n\n")), True),
        ("Chinese", article(CHINESE, "水位"), article(CHINESE + "完", "新闻"), True),
        ("two articles", article(TEXT, "One"), article(OTHER, "Two"), False),
        ("two under the outlet's name", article(TEXT, "River Messenger"), article(OTHER, "River Messenger"), False),
        ("a short common headline", article(TEXT, "Live"), article(OTHER, "Live"), False),
        ("two without text", article("", "One"), article("", "Two"), False),
        ("a feed's line and its page", article("A summary.", origin=TextOrigin.ENTRY), article(TEXT), True),
        ("a feed's line and another page", article("A summary.", "Two", TextOrigin.ENTRY), article(TEXT, "One"), False),
    ],
)  # fmt: skip
def test_readings_of_one_article_are_told_from_those_of_two(
    name: str, one: Article, other: Article, expected: bool
) -> None:
    assert is_same_article(one, other) is expected, name
    assert is_same_article(other, one) is expected, name


def test_texts_of_megabytes_are_compared_by_their_beginning() -> None:
    assert is_same_article(article(TEXT + "x" * 5_000_000), article(TEXT + "x" * 5_000_000))
