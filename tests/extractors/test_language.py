"""Which language a text is in."""

import json

import pytest

from extractors.language import detect_language

TEXTS = {
    "ru": "Президент прибыл в столицу с официальным визитом и встретился с главой правительства.",
    "uk": "Президент прибув до столиці з офіційним візитом і зустрівся з головою уряду.",
    "be": "Прэзідэнт прыбыў у сталіцу з афіцыйным візітам і сустрэўся з кіраўніком урада.",
    "bg": "Президентът пристигна в столицата на официално посещение и се срещна с министър-председателя на страната.",
    "kk": "Президент елордаға ресми сапармен келіп, үкімет басшысымен кездесті.",
    "az": "Prezident paytaxta rəsmi səfərə gəlib və hökumət başçısı ilə görüşüb.",
    "tr": "Cumhurbaşkanı başkente resmî ziyaret için geldi ve hükümet başkanıyla görüştü.",
    "hy": "Նախագահը պաշտոնական այցով ժամանել է մայրաքաղաք և հանդիպել կառավարության ղեկավարի հետ։",
    "ka": "პრეზიდენტი ოფიციალური ვიზიტით დედაქალაქში ჩავიდა.",
    "el": "Ο πρόεδρος έφτασε στην πρωτεύουσα για επίσημη επίσκεψη.",
    "en": "The president arrived in the capital on an official visit and met the head of the government.",
    "de": "Der Präsident ist zu einem offiziellen Besuch in der Hauptstadt eingetroffen und traf den Regierungschef.",
    "fr": "Le président est arrivé dans la capitale pour une visite officielle et a rencontré le chef du gouvernement.",
    "es": "El presidente llegó a la capital en visita oficial y se reunió con el jefe del Gobierno.",
    "it": "Il presidente è arrivato nella capitale in visita ufficiale e ha incontrato il capo del governo.",
    "pt": "O presidente chegou à capital em visita oficial e encontrou-se com o chefe do governo.",
    "pl": "Prezydent przybył do stolicy z oficjalną wizytą i spotkał się z szefem rządu.",
    "fa": "رئیس جمهور برای یک سفر رسمی وارد پایتخت شد و با رئیس دولت دیدار کرد.",
    "ar": "وصل الرئيس إلى العاصمة في زيارة رسمية والتقى رئيس الحكومة.",
    "zh": "总统抵达首都进行正式访问，并会见了政府首脑。",
    "ja": "大統領は公式訪問のため首都に到着し、首相と会談した。",
    "ko": "대통령이 공식 방문을 위해 수도에 도착해 총리를 만났다.",
    "he": "הנשיא הגיע לבירה לביקור רשמי ונפגש עם ראש הממשלה.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_enough(language):
    assert detect_language(None, TEXTS[language], None) == language


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("hint", ["en", "ru-RU", "tr_TR"])
def test_a_template_that_lies_does_not_matter(language, hint):
    assert detect_language(None, TEXTS[language], hint) == language


@pytest.mark.parametrize(
    ("headline", "language"),
    [
        ("Երևանում բացվեց նոր դպրոց", "hy"),
        ("У Києві відкрили нову школу", "uk"),
        ("Съезд объявил перерыв", "ru"),
        ("Bakıda yeni məktəb açıldı", "az"),
        ("Ankara’da yeni okul açıldı", "tr"),
    ],
)
def test_a_headline_is_read_by_its_letters(headline, language):
    assert detect_language(headline, "", None) == language


@pytest.mark.parametrize("name", ["НАТО", "SOCAR", "Politico", "2024", "", "—", "😀"])
def test_a_mere_name_has_no_language(name):
    assert detect_language(name, "", None) is None


@pytest.mark.parametrize(
    ("hint", "language"), [("ru", "ru"), ("ru-RU", "ru"), ("RU_ru", "ru"), ("ua", "uk"), ("rus", "ru")]
)
def test_for_a_mere_name_the_hint_is_the_answer(hint, language):
    assert detect_language("НАТО", "", hint) == language


@pytest.mark.parametrize("hint", ["en", "klingon", "x-default", "", "e", "\x00", "ru" * 1000])
def test_a_hint_that_the_letters_refute_or_nobody_knows_is_dropped(hint):
    assert detect_language("НАТО", "", hint) is None


def test_a_text_that_quotes_its_neighbours_stays_what_it_is():
    text = TEXTS["ru"] * 3 + " «Київ» сказал своё слово. " + TEXTS["ru"] * 3
    assert detect_language(None, text, None) == "ru"
    assert detect_language("Politico: SOCAR, BP and TotalEnergies", TEXTS["ru"] * 3, None) == "ru"


def test_the_labelled_corpora_are_told_right(shared_data):
    rows = (shared_data / "extraction/multilingual/index.jsonl").read_text(encoding="utf-8").split("\n")
    labelled = [json.loads(row) for row in rows if row]
    told = [(row["language"], detect_language(None, row["references"][0], None)) for row in labelled]
    wrong = [pair for pair in told if pair[0] != pair[1]]
    assert len(told) > 1000
    assert len(wrong) <= 0.003 * len(told), wrong


def test_megabytes_cost_nothing():
    assert detect_language("а" * 5_000_000, "ы" * 5_000_000, None) == "ru"
