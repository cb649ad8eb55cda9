"""Paragraphs out of blocks: glued sentences parted, rows of tables in one line, what stands aside kept aside."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.assembly import Assembled, assemble, part_glued
from extractors.blocks import read_blocks
from extractors.body import kinds_of
from extractors.documents import load_document


@pytest.mark.parametrize(
    ("glued", "parted"),
    [
        ("до войны.Об этом сообщает газета.", "до войны. Об этом сообщает газета."),
        ("he left.She stayed.", "he left. She stayed."),
        ("газета Kurier.Издание пишет", "газета Kurier. Издание пишет"),
        ("«так и есть».Наблюдатели ждут", "«так и есть». Наблюдатели ждут"),
        ('в регионе."Мы должны ждать", – сказал он', 'в регионе. "Мы должны ждать", – сказал он'),
        ('сказал: "нет."Потом ушёл', 'сказал: "нет." Потом ушёл'),
        ("Կառավարությունը որոշեց։Նախարարը հրաժարվեց", "Կառավարությունը որոշեց։Նախարարը հրաժարվեց"),
    ],
)
def test_glued_sentences_are_parted(glued, parted):
    assert part_glued(glued) == parted


@pytest.mark.parametrize(
    "text",
    [
        "сайт commonspace.eu сообщил",
        "т.е. так и было",
        "А.С.Пушкин родился",
        "3.14 и 2.5",
        "see example.com and https://example.com/a.Html",
        "write to ann.Lee@example.com",
        "U.S.A. and the e.g. of it",
        "No change. At all.",
    ],
)
def test_what_is_not_glued_stays(text):
    assert part_glued(text) == text


@given(st.text(max_size=300))
def test_only_spaces_are_ever_added(text):
    assert part_glued(text).replace(" ", "") == text.replace(" ", "")


def test_a_hundred_thousand_glued_sentences_take_no_longer_for_their_number():
    start = time.process_time()
    part_glued("слово.Слово" * 9000)
    assert time.process_time() - start < 1


def assembled(inner: str, dropped: dict[str, str]) -> Assembled:
    document = load_document(f"<html><body>{inner}</body></html>".encode(), "text/html; charset=utf-8")
    blocks = read_blocks(document.root)
    verdicts = [next((why for start, why in dropped.items() if b.text.startswith(start)), "") for b in blocks]
    return assemble(blocks, kinds_of(blocks), verdicts)


def test_cells_of_a_row_are_one_line():
    found = assembled("<p>Before.</p><table><tr><th>Island<th>People<tr><td>Norrey<td>4,120</table>", {})
    assert [text for _, text in found.paragraphs] == ["Before.", "Island | People", "Norrey | 4,120"]


def test_captions_sources_tags_and_dates_come_out_beside_the_text():
    found = assembled(
        "<p>9 ноября 2025</p><p>Текст статьи.</p><p>на фото: старый причал зимой и летом</p>"
        "<p>Подробнее читайте на <a href='https://gazette.example/1'>gazette.example</a></p>"
        "<p>Теги: <a href=/t/1>причал</a> <a href=/t/2>гавань</a></p>",
        {
            "9 ноября": "date line",
            "на фото": "credit",
            "Подробнее": "points to the whole article elsewhere",
            "Теги": "tags",
        },
    )
    assert [text for _, text in found.paragraphs] == ["Текст статьи."]
    assert found.captions == ("старый причал зимой и летом",)
    assert [(line.text, line.href) for line in found.source_lines] == [
        ("Подробнее читайте на gazette.example", "https://gazette.example/1")
    ]
    assert found.tags == ("причал", "гавань")
    assert found.date_lines == ("9 ноября 2025",)
