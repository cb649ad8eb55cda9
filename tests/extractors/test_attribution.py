"""Whom a text names as its source: found in each language, and nobody found who is no outlet."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.attribution import MOST_ATTRIBUTIONS, MOST_RAW_CHARS, read_attributions, read_source_lines
from extractors.sources import load_sources
from news.model import Attribution


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Об этом сообщает Politico.", ["Politico"]),
        ("Об этом сообщает агентство «Северный вестник».", ["Северный вестник"]),
        ("Суд перенесли, передаёт Интерфакс-Украина.", ["Интерфакс-Украина"]),
        ("Так пишет американское издание The New York Times.", ["The New York Times"]),
        ("Сделка отменена, сообщает ТАСС со ссылкой на Reuters.", ["ТАСС", "Reuters"]),
        ("«Коммерсантъ» пишет, что сделка отменена.", ["Коммерсантъ"]),
        ("Он ушёл.Подробнее читайте на vestnik.example", ["vestnik.example"]),
        ("Источник: commonspace.eu с агентствами", ["commonspace.eu"]),
        ("The strike, according to Reuters, was the third.", ["Reuters"]),
        ("That is according to the Financial Times and Bloomberg.", ["Financial Times", "Bloomberg"]),
        ("Yesterday the New York Times reported that he left.", ["New York Times"]),
        ("He told the BBC that he would not go.", ["BBC"]),
        ("It was first reported by Jane Doe of The Evening Post.", ["The Evening Post"]),
        ("The state news agency IRNA reported it.", ["IRNA"]),
        ("Source: Reuters, AFP", ["Reuters", "AFP"]),
        ("Про це пише «Українська правда».", ["Українська правда"]),
        ("Про вибух повідомляє Укрінформ.", ["Укрінформ"]),
        ("Пра гэта паведамляе БелТА.", ["БелТА"]),
        ("Reuters'ın haberine göre görüşme ertelendi.", ["Reuters"]),
        ("Cumhuriyet gazetesinin haberine göre karar çıktı.", ["Cumhuriyet"]),
        ("Bu barədə APA xəbər verir.", ["APA"]),
        ("Bu barədə “Şimal” qəzetinə istinadən məlumat verilir.", ["Şimal"]),
        ("Das meldet die Nachrichtenagentur dpa.", ["dpa"]),
        ("Wie die Zeitung Der Tagesspiegel berichtet, bleibt er.", ["Der Tagesspiegel"]),
        ("C'est ce qu'a dit, selon l'agence AFP, le ministre.", ["AFP"]),
        ("Según la agencia EFE, el acuerdo está cerca.", ["EFE"]),
        ("Secondo il quotidiano La Repubblica, la legge passa.", ["La Repubblica"]),
        ("Ustawa przeszła, jak podaje portal Onet.", ["Onet"]),
        ("Źródło: PAP", ["PAP"]),
        ("De acordo com o jornal O Globo, a lei passou.", ["O Globo"]),
    ],
)
def test_a_named_outlet_is_found(sentence: str, names: list[str]) -> None:
    assert [found.name for found in read_attributions(sentence)] == names


@pytest.mark.parametrize(
    "sentence",
    [
        "Об этом сообщает Минобороны России.",
        "Об этом сообщил Иван Петров.",
        "Как пишет Иванов в своём дневнике, было холодно.",
        "Со ссылкой на источники в МИД сообщается о переговорах.",
        "Источник в полиции это подтвердил.",
        "Источник: собственная информация",
        "По данным Microsoft, продажи выросли.",
        "According to John Smith, it was cold.",
        "According to people familiar with the matter, talks go on.",
        "He told Smith that he would go.",
        "He told Congress the same.",
        "The study was published in March 2020.",
        "The book was first published in Paris.",
        "Sources: police",
        "The source: a leaking pipe under the square.",
        "Laut Angela Merkel war es kalt.",
        "Selon Emmanuel Macron, la loi passera.",
        "Según la policía, no hubo heridos.",
        "Secondo Mario Rossi la legge passa.",
        "Zdaniem Jana Kowalskiego ustawa przejdzie.",
        "De acordo com a polícia, ninguém ficou ferido.",
        "Uzmanlara göre kış soğuk geçecek.",
        "",
    ],
)
def test_who_is_no_outlet_is_no_source(sentence: str) -> None:
    assert read_attributions(sentence) == ()


def test_the_link_on_a_name_goes_with_it() -> None:
    links = [("Home", "https://a.example/"), ("Politico", "https://politico.example/1")]
    assert read_attributions("Все ждут. Об этом сообщает Politico.", links) == (
        Attribution(name="Politico", url="https://politico.example/1", raw="Об этом сообщает Politico."),
    )


def test_a_link_to_a_host_of_that_name_proves_an_outlet() -> None:
    text = "The plan was first reported by Acme Digest."
    assert read_attributions(text) == ()
    found = read_attributions(text, [("Acme Digest", "https://www.acmedigest.example/x")])
    assert [(each.name, each.url) for each in found] == [("Acme Digest", "https://www.acmedigest.example/x")]


def test_an_outlet_named_twice_is_one_with_its_link() -> None:
    text = "Reuters reported it.\n\nLater, according to Reuters, he left."
    found = read_attributions(text, [("according to Reuters", "https://reuters.example/2")])
    assert [(each.name, each.url) for each in found] == [("Reuters", "https://reuters.example/2")]


@pytest.mark.parametrize(
    ("line", "url", "expected"),
    [
        ("Подробнее читайте на ...", "https://tsn.example/a", [("tsn.example", "https://tsn.example/a")]),
        ("Подробнее читайте на ТСН.ua", "https://tsn.example/a", [("ТСН.ua", "https://tsn.example/a")]),
        ("Read the full story", "https://www.outlet.example/1", [("outlet.example", "https://www.outlet.example/1")]),
        ("источник: commonspace.eu с агентствами", None, [("commonspace.eu", None)]),
        ("Reuters", "https://reuters.example/1", [("Reuters", "https://reuters.example/1")]),
        ("Об этом сообщает Politico.", None, [("Politico", None)]),
        ("Подробнее читайте на", None, []),
        ("", None, []),
        ("Read more at", "https://[broken", []),
    ],
)
def test_a_line_that_only_names_a_source_is_read(
    line: str, url: str | None, expected: list[tuple[str, str | None]]
) -> None:
    assert [(found.name, found.url) for found in read_source_lines([(line, url)])] == expected


@given(st.text(st.sampled_from('«»"“”.:,- \nRАaт') | st.characters(), max_size=200), st.data())
def test_any_text_is_read_within_bounds(text: str, data: st.DataObject) -> None:
    phrase = data.draw(st.sampled_from([*load_sources().lines, *(each.text for each in load_sources().phrases)]))
    for found in (read_attributions(f"{text} {phrase} {text}"), read_source_lines([(phrase + text, "http:" + text)])):
        assert len(found) <= MOST_ATTRIBUTIONS
        assert all(each.name and len(each.raw) <= MOST_RAW_CHARS for each in found)


@pytest.mark.parametrize("piece", ["told ", "«", "according to «", "источник: ", "Reuters reported ", "a.", "İ"])
def test_a_text_made_to_be_slow_is_read_in_time(piece: str) -> None:
    start = time.process_time()
    read_attributions(piece * (2_000_000 // len(piece)))
    assert time.process_time() - start < 2
