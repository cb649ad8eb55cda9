"""The cues: what the files hold, what a line is told to be, and what stays an article's own."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

import extractors
from extractors import cue_words
from extractors.cue_words import STARTS, WHOLE, Kind, fold_cue, read_cue_file
from extractors.cues import PROSE_CHARS, load_cues

FILES = sorted((Path(extractors.__file__).parent / "cues").glob("*.txt"))
LANGUAGES = (
    *("ar", "az", "be", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "hy"),
    *("id", "it", "ja", "ka", "kk", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sr", "sv", "tr", "uk"),
    *("und", "uz", "vi", "zh"),
)
EVERY_LANGUAGE_HAS = {
    *(Kind.HEADINGS, Kind.COMMENTS, Kind.RELATED, Kind.MORE, Kind.CALLS, Kind.CREDITS, Kind.SOURCES, Kind.TAGS),
    *(Kind.DATELINES, Kind.BYLINES, Kind.LEGAL, Kind.WALLS, Kind.WALL_TEXTS),
}
SENTENCE_KINDS = {Kind.CALLS, Kind.MORE, Kind.LEGAL, Kind.CALLS_WITHIN}

# Each as outlets print it, with the section it belongs to.
LINES = [
    ("en", "Related articles", "headings"),
    ("en", "EDITOR’S CHOICE", "headings"),
    ("en", "More from The Daily Harbour", "headings"),
    ("en", "You may also like", "headings"),
    ("en", "12 comments", "comments"),
    ("en", "READ MORE: Harbour bridge closes for a month", "related"),
    ("en", "Related – What the bridge cost", "related"),
    ("en", "Follow us on Facebook and Telegram", "calls"),
    ("en", "Get the best of our reporting, delivered straight to your inbox", "calls_within"),
    ("en", "Photo: Anna Berg/Harbour News", "credits"),
    ("en", "(Photo by Anna Berg)", "credits"),
    ("en", "A crane over the old bridge. Anna Berg/AFP via Getty Images", "credit_ends"),
    ("en", "© Anna Berg", "credits"),
    ("en", "© 2024 The Daily Harbour", "legal"),
    ("en", "Published: 3 May 2024, 10:15 a.m.", "datelines"),
    ("en", "Last updated 20 minutes ago 10:20", "datelines"),
    ("en", "By Anna van der Berg and John Smith", "bylines"),
    ("en", "Source: Harbour News Agency", "sources"),
    ("en", "Tags: bridge, harbour, traffic", "tags"),
    ("en", "Read more at harbournews.example", "more"),
    ("en", "The views expressed in this article are the author’s own.", "legal"),
    ("ru", "Читайте также", "headings"),
    ("ru", "Самое читаемое", "headings"),
    ("ru", "Комментарии (17)", "comments"),
    ("ru", "Читайте также: Мост закрыли на месяц", "related"),
    ("ru", "Смотрите также — Сколько стоил мост", "related"),
    ("ru", "Подписывайтесь на наши каналы в Telegram и Viber.", "calls"),
    ("ru", "Подробнее читайте на gazeta.example", "more"),
    ("ru", "фото показано с : gazeta.example", "credits"),
    ("ru", "На фото: мост через залив", "credits"),
    ("ru", "Опубликовано 3 мая 2024 г.", "datelines"),
    ("ru", "Источник: Портовые новости", "sources"),
    ("ru", "Теги: мост, залив", "tags"),
    ("ru", "Автор: Анна Берг", "bylines"),
    ("ru", "Перепечатка материалов без согласия редакции запрещена", "legal"),
    ("uk", "Читайте також: Міст закрили на місяць", "related"),
    ("uk", "Підписуйтесь на наш канал у Telegram", "calls"),
    ("uk", "Джерело: Портові новини", "sources"),
    ("uk", "Найпопулярніше", "headings"),
    ("be", "Чытайце таксама: Мост зачынілі на месяц", "related"),
    ("be", "Фота: Ганна Берг", "credits"),
    ("pl", "Czytaj także: Most zamknięty na miesiąc", "related"),
    ("pl", "Najczęściej czytane", "headings"),
    ("pl", "Fot. Anna Berg", "credits"),
    ("pl", "Źródło: Wieści Portowe", "sources"),
    ("de", "Lesen Sie auch: Brücke für einen Monat gesperrt", "related"),
    ("de", "Das könnte Sie auch interessieren", "headings"),
    ("de", "Symbolbild", "credits"),
    ("de", "Quelle: Hafenbote", "sources"),
    ("de", "Von Anna von Berg", "bylines"),
    ("de", "Schlagwörter: Brücke, Hafen", "tags"),
    ("de", "Zuletzt aktualisiert: 3. Mai 2024", "datelines"),
    ("fr", "À LIRE AUSSI : Le pont fermé pour un mois", "related"),
    ("fr", "A lire aussi", "headings"),
    ("fr", "Crédit photo : Anna Berg", "credits"),
    ("fr", "Publié le 3 mai 2024 à 10h15", "datelines"),
    ("fr", "Abonnez-vous à notre newsletter", "calls"),
    ("es", "Lee también: El puente cierra un mes", "related"),
    ("es", "Lo más leído", "headings"),
    ("es", "Foto: Ana Monte", "credits"),
    ("es", "Fuente: Noticias del Puerto", "sources"),
    ("es", "Síguenos en Telegram", "calls"),
    ("it", "Leggi anche: Il ponte chiude per un mese", "related"),
    ("it", "Ti potrebbe interessare anche", "headings"),
    ("it", "Riproduzione riservata", "legal"),
    ("pt", "Leia também: Ponte fecha por um mês", "related"),
    ("pt", "Mais lidas", "headings"),
    ("pt", "Publicado em 3 de maio de 2024", "datelines"),
    ("tr", "AYRICA OKUYUN: Köprü bir ay kapalı", "related"),
    ("tr", "İLGİLİ HABERLER", "headings"),
    ("tr", "Kaynak: Liman Haber", "sources"),
    ("tr", "Son güncelleme: 3 Mayıs 2024", "datelines"),
    ("az", "Həmçinin oxuyun", "headings"),
    ("az", "Mənbə: Liman Xəbər", "sources"),
    ("hy", "Կարդացեք նաև", "headings"),
    ("hy", "Աղբյուրը՝ Նավահանգիստ", "sources"),
    ("ka", "წაიკითხეთ ასევე: ხიდი დაიხურა", "related"),
    ("ka", "წყარო: ნავსადგური", "sources"),
    ("el", "ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ: Κλειστή η γέφυρα", "related"),
    ("el", "Δημοφιλή", "headings"),
    ("el", "Πηγή: Νέα του Λιμανιού", "sources"),
    ("ro", "Citește și: Podul, închis o lună", "related"),
    ("ro", "Sursa foto: Ana Munte", "credits"),
    ("bg", "Прочетете още: Мостът е затворен", "related"),
    ("bg", "Най-четени", "headings"),
    ("cs", "Čtěte také: Most zavřeli na měsíc", "related"),
    ("cs", "Nejčtenější", "headings"),
    ("nl", "Lees ook: Brug een maand dicht", "related"),
    ("sv", "Läs också: Bron stängd i en månad", "related"),
    ("no", "Les også: Broen stengt i en måned", "related"),
    ("da", "Læs også: Broen lukket i en måned", "related"),
    ("fi", "Lue myös: Silta suljettu kuukaudeksi", "related"),
    ("hu", "Kapcsolódó cikkek", "headings"),
    ("sk", "Prečítajte si aj: Most zatvorili na mesiac", "related"),
    ("sr", "Прочитајте још: Мост затворен", "related"),
    ("hr", "Pročitajte i: Most zatvoren mjesec dana", "related"),
    ("lt", "Taip pat skaitykite: Tiltas uždarytas", "related"),
    ("lv", "Lasi arī: Tilts slēgts mēnesi", "related"),
    ("et", "Loe ka: Sild kuuks suletud", "related"),
    ("kk", "Тағы да оқыңыз: Көпір жабылды", "related"),
    ("uz", "Shuningdek o‘qing: Ko‘prik yopildi", "related"),
    ("vi", "Xem thêm: Cầu đóng một tháng", "related"),
    ("id", "Baca juga: Jembatan ditutup sebulan", "related"),
    ("hi", "यह भी पढ़ें: पुल एक महीने बंद", "related"),
    ("ar", "اقرأ أيضاً: إغلاق الجسر لمدة شهر", "related"),
    ("ar", "الأكثر قراءة", "headings"),
    ("ar", "المصدر: أخبار الميناء", "sources"),
    ("fa", "بیشتر بخوانید: پل یک ماه بسته شد", "related"),
    ("fa", "پربازدیدترین‌ها", "headings"),
    ("he", "קראו גם: הגשר נסגר לחודש", "related"),
    ("he", "צילום: אנה ברג", "credits"),
    ("zh", "相关阅读：大桥关闭一个月", "related"),
    ("zh", "延伸閱讀：大橋關閉一個月", "related"),
    ("zh", "来源：港口新闻", "sources"),
    ("zh", "责任编辑：王芳", "bylines"),
    ("zh", "热门文章", "headings"),
    ("ja", "関連記事", "headings"),
    ("ja", "あわせて読みたい：橋が一か月閉鎖", "related"),
    ("ja", "写真＝港新聞", "credits"),
    ("ko", "관련기사: 다리 한 달간 폐쇄", "related"),
    ("ko", "많이 본 뉴스", "headings"),
    ("ko", "출처: 항구뉴스", "sources"),
    ("und", "Facebook Twitter WhatsApp", "headings"),
    ("und", "Share Facebook 12 Telegram Print", "headings"),
]

SENTENCES = [
    "Read more books, says the minister.",
    "“Read more: that is all I ask,” the minister told pupils.",
    "Related industries will suffer too.",
    "“Help us,” she cried.",
    "“Follow us on this road,” he told them.",
    "Getty Images sued the start-up on Monday.",
    "Copyright law is changing, says the minister.",
    "By Monday, the army had left the town.",
    "By 2030 the bridge will be paid for",
    "Published in 2019 by a small press, the novel sold three million copies in a year.",
    "Updated rules apply from 2025 to every bridge in the country, the ministry said.",
    "Source of the fire was a cable, the inspectors found.",
    "Popular discontent grew in the harbour towns.",
    "Photo of the year is a bridge in fog.",
    "The comments were made on Tuesday.",
    "Share prices fell.",
    "Tags hung from every tree.",
    "Читайте также книги Толстого, советует министр.",
    "Читайте больше книг, советует министр.",
    "Источник возгорания нашли пожарные.",
    "Фото моста облетело весь мир.",
    "Автор романа родился в порту.",
    "Авторские права на песню принадлежат наследникам.",
    "Подробности аварии в порту выясняет следствие.",
    "Тема моста стала главной на выборах.",
    "Реклама моста обошлась городу дорого.",
    "Популярное блюдо порта подорожало вдвое.",
    "Комментарии министра вызвали споры.",
    "Джерело загоряння знайшли пожежники.",
    "Читайте також книжки, радить міністр.",
    "Von Berlin nach Hamburg fährt der Zug drei Stunden",
    "Quelle des Feuers war ein Kabel.",
    "Foto des Jahres ist eine Brücke im Nebel.",
    "Source du conflit, la frontière reste fermée.",
    "Par ailleurs, le pont restera fermé.",
    "Por otra parte, el puente seguirá cerrado.",
    "Fuente del incendio fue un cable.",
    "Di fronte al ponte sorge il mercato.",
    "De la pod până la port sunt doi kilometri",
    "Przez most przejeżdża dziennie tysiąc samochodów.",
    "Kaynak suyu kasabaya yetmiyor.",
    "Foto hır çıxan körpü bağlandı.",
    "图书馆本周开放。",
    "来源不明的货物被查获。",
    "写真展が港で始まった。",
    "更新された規則は2024年から適用される。",
    "출처를 알 수 없는 화물이 발견됐다.",
    "المصدر الوحيد للمياه في المدينة هو النهر.",
    "مصادر الخبر لم تتضح بعد.",
    "עודכנו הכללים לגבי הגשר.",
]


@pytest.fixture(scope="module")
def lines():
    return {file.stem: read_cue_file(file) for file in FILES}


def test_there_is_a_file_for_every_language():
    assert tuple(file.stem for file in FILES) == LANGUAGES


def test_every_language_has_cues_of_every_kind(lines):
    missing = {
        language: EVERY_LANGUAGE_HAS - {kind for kind, _ in found}
        for language, found in lines.items()
        if language != "und" and EVERY_LANGUAGE_HAS - {kind for kind, _ in found}
    }
    assert missing == {}


def test_every_file_says_first_what_it_is():
    assert [file.name for file in FILES if not file.read_text(encoding="utf-8").startswith("# ")] == []


def test_no_cue_stands_twice_in_a_language(lines):
    for language, found in lines.items():
        cues = Counter((kind, fold_cue(line), line[-1] if line[-1] in ":/…" else "") for kind, line in found)
        assert [cue for cue, n in cues.items() if n > 1] == [], language


def test_no_start_of_a_line_belongs_to_two_sections(lines):
    for language, found in lines.items():
        sections = defaultdict(set)
        for kind, line in found:
            if kind in STARTS:
                sections[fold_cue(line)].add(kind)
        assert {cue: kinds for cue, kinds in sections.items() if len(kinds) > 1} == {}, language
        wholes = Counter(fold_cue(line) for kind, line in found if kind in WHOLE and line[-1] != "…")
        assert [cue for cue, n in wholes.items() if n > 1] == [], language


def test_every_cue_keeps_letters_and_none_is_prose(lines):
    for language, found in lines.items():
        assert [line for _, line in found if not fold_cue(line) or len(line) > 90] == [], language


def test_no_cue_that_may_start_a_sentence_is_a_single_short_word(lines):
    for language, found in lines.items():
        short = [
            line
            for kind, line in found
            if kind in SENTENCE_KINDS and line[-1] not in ":/…" and len(fold_cue(line)) < (3 if _is_dense(line) else 5)
        ]
        assert short == [], language


@pytest.mark.parametrize(("language", "line", "section"), LINES, ids=[f"{row[0]}:{row[1][:30]}" for row in LINES])
def test_a_line_is_told_by_its_words(language, line, section):
    assert load_cues().kind_of(line) == section


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_the_article_s_own(sentence):
    assert load_cues().kind_of(sentence) is None


def test_a_long_paragraph_is_never_told_by_its_words():
    for _, line, _ in LINES:
        long = f"{line} " + "and the bridge over the bay stays closed " * 6
        assert len(long) >= PROSE_CHARS
        assert load_cues().kind_of(long) is None


def test_a_notice_that_a_law_demands_is_told_by_its_capitals():
    notice = (
        "НАСТОЯЩИЙ МАТЕРИАЛ (ИНФОРМАЦИЯ) ПРОИЗВЕДЕН И РАСПРОСТРАНЕН ИНОСТРАННЫМ АГЕНТОМ «ВЕСТНИК ГАВАНИ» ЛИБО КАСАЕТСЯ "
        "ДЕЯТЕЛЬНОСТИ ИНОСТРАННОГО АГЕНТА «ВЕСТНИК ГАВАНИ» ИЛИ ДЕЯТЕЛЬНОСТИ ЕГО УЧРЕДИТЕЛЕЙ И СОТРУДНИКОВ. 18+"
    )
    assert len(notice) >= PROSE_CHARS
    assert load_cues().kind_of(notice) is Kind.LEGAL
    assert load_cues().kind_of(notice.capitalize()) is None
    assert load_cues().kind_of("МОСТ " + notice) is None


@pytest.mark.parametrize(
    "text",
    [
        "We and our 842 partners store and access information on your device, such as cookies, to personalise ads.",
        "Wir und unsere 245 Partner speichern Informationen auf einem Gerät, zum Beispiel Cookies.",
        "Nous et nos 120 partenaires utilisons des traceurs avec votre consentement.",
        "Мы используем файлы cookie. Продолжая пользоваться сайтом, вы соглашаетесь с обработкой данных.",
        "Ние и нашите партньори съхраняваме информация на устройство с Вашето съгласие.",
        "نحن وشركاؤنا نخزن معلومات على الجهاز. يمكنك سحب موافقتك في أي وقت.",
        "אתר זה משתמש בעוגיות. המשך גלישה באתר מהווה הסכמה.",
        "본 신문사: 이 사이트는 쿠키를 사용합니다. 사이트를 계속 이용하면 동의하는 것으로 봅니다.",
        "当サイトではCookieを利用しています。閲覧を続けることで、Cookieの使用に同意したものとみなします。",
        "我们使用 Cookie 以改善服务。继续浏览本网站即表示同意。",
    ],
)
def test_a_question_for_consent_is_told_by_two_of_its_phrases(text):
    assert load_cues().asks_for_consent(text)


@pytest.mark.parametrize(
    "text",
    [
        "The baker's slogan is “We use cookies and love”; lawyers laughed.",
        "The regulator said that the firm processed data under legitimate interest, and that its site uses cookies.",
        "Суд решил, что сайт использует cookie без согласия читателей.",
        "报告称,许多网站使用 Cookie 跟踪读者。",
    ],
)
def test_a_sentence_about_cookies_asks_for_no_consent(text):
    assert not load_cues().asks_for_consent(text)


def test_how_a_long_text_starts_is_told_as_evidence():
    caption = "Photo: the bridge " + "and the harbour behind it " * 12
    assert load_cues().kind_of(caption) is None
    assert load_cues().start_of(caption) is Kind.CREDITS
    assert load_cues().start_of("") is None


def test_a_link_behind_a_cue_stands_for_its_colon():
    assert load_cues().kind_of("Read more Harbour bridge closes") is None
    assert load_cues().kind_of("Read more Harbour bridge closes", linked=True) is Kind.RELATED


def test_a_heading_is_told_by_the_whole_line():
    cues = load_cues()
    assert cues.is_heading("Читайте также:")
    assert cues.is_heading("«Популярное»")
    assert cues.is_heading("Comments (3)")
    assert not cues.is_heading("Популярное блюдо")
    assert not cues.is_heading("")


def test_case_accents_and_dashes_make_no_difference():
    cues = load_cues()
    assert cues.kind_of("ЕЩЁ ПО ТЕМЕ") is cues.kind_of("Еще по теме") is Kind.HEADINGS
    assert cues.kind_of("A LIRE EGALEMENT") is cues.kind_of("À lire également") is Kind.HEADINGS
    assert cues.kind_of("⚡️ Підписуйтесь на наш канал у Telegram") is Kind.CALLS


def test_what_is_glued_behind_a_sentence_is_parted_and_named():
    cut = load_cues().cut_glued(
        "Об этом заявил министр после начала стройки.Читайте также: Мост закрыли на месяц"
        " Подписывайтесь на наши каналы в Telegram и Viber. Подробнее читайте на gazeta.example"
    )
    assert cut.text == "Об этом заявил министр после начала стройки."
    assert [piece.kind for piece in cut.pieces] == [Kind.RELATED, Kind.MORE]
    assert cut.pieces[-1].text == "Подробнее читайте на gazeta.example"


def test_what_follows_a_glued_sentence_is_kept_when_it_is_long():
    rest = "Строители обещают открыть мост к осени, когда в порт вернутся рыбаки, и говорят, что " * 2
    rest = rest.strip() + " денег хватит."
    cut = load_cues().cut_glued(f"Мост закрыт. Читайте также: Порт ждёт осени. {rest}")
    assert cut.text == f"Мост закрыт. {rest}"
    assert [piece.text for piece in cut.pieces] == ["Читайте также: Порт ждёт осени."]


@pytest.mark.parametrize(
    "paragraph",
    [
        "The minister closed the bridge. Read more books, he said.",
        "Министр закрыл мост. Читайте также классиков, добавил он.",
        "Nothing is glued here.",
        "",
    ],
)
def test_sentences_are_not_cut(paragraph):
    assert load_cues().cut_glued(paragraph).text == paragraph


def test_a_block_is_folded_once_and_compared_with_few_cues(monkeypatch):
    """The speed, told by counting: no block is compared with all of the thousands of cues."""
    cues = load_cues()
    compared = []
    whole = cue_words.ends_word
    monkeypatch.setattr("extractors.cues.ends_word", lambda *args: compared.append(args) or whole(*args))
    for sentence in SENTENCES:
        cues.kind_of(sentence)
    assert len(compared) <= 3 * len(SENTENCES)


def test_hostile_text_costs_no_more_than_its_length():
    cues = load_cues()
    for text in ("(" * 199, "a." * 99, "»" * 199, "\u0301" * 199, ": " * 99, "Read more " * 19, "\U0001f600" * 150):
        cues.kind_of(text)
        cues.start_of(text * 50)
        cues.cut_glued(text * 50)


def _is_dense(line):
    return any(letter >= "\u2e80" for letter in line)
