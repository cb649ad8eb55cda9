"""The mission's second text, told by ten outlets with different furniture around it: one text, one named source."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.grouping_copies import Placed
from extractors.articles import read_article
from news.model import Article
from news.origins import Witness, find_origin
from tests.extractors.mission_pages import MARKUPS
from tests.extractors.mission_texts import COPY, REPORT, Told

NOW = datetime(2025, 12, 1, tzinfo=UTC)


def _told() -> list[Told]:
    """What ten outlets make of one text: seven take it as it is, one cuts it, one adds to it, one rewords it."""
    more = "<p>Напомним, переговоры начались ещё весной и с тех пор дважды прерывались без всякого объяснения.</p>"
    return [
        *(COPY for _ in MARKUPS),
        replace(COPY, paragraphs=(COPY.paragraphs[0], *COPY.paragraphs[-1:])),
        replace(COPY, paragraphs=(*COPY.paragraphs, more), above=("Фото: пресс-служба", "Читать позже")),
        replace(
            COPY, paragraphs=tuple(p.replace(" и ", " а также ").replace(" что ", " будто ") for p in COPY.paragraphs)
        ),
    ]


def _read(told: Told, number: int) -> Article:
    markups = list(MARKUPS.values())
    url = f"https://outlet{number}.example/ru/node/{11462 + number}"
    found = read_article(markups[number % len(markups)](told), url, None, None, NOW)
    assert isinstance(found, Article), found
    return replace(found, url=url)


def test_ten_outlets_tell_one_text_whose_named_source_is_found() -> None:
    placed = Placed()
    articles = [_read(told, number) for number, told in enumerate(_told())]
    for number, article in enumerate(articles):
        placed.place(f"outlet{number}", article.title, article.text, NOW + timedelta(minutes=number))
    placed.place("another", "Another", _read(REPORT, 11).text, NOW + timedelta(minutes=30))
    assert [*placed.groups()] == [0] * 10 + [10]
    origin = find_origin(
        [
            Witness(
                article_id=number,
                url=article.url,
                names=(f"Outlet {number}",),
                attributions=article.attributions,
                fetched_at=NOW + timedelta(minutes=number),
            )
            for number, article in enumerate(articles)
        ]
    )
    assert origin.article_id == 0
    assert not origin.is_member
    assert origin.named in {name for name, _ in COPY.attributions}
    assert origin.n_named >= 9
