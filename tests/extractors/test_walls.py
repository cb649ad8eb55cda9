"""Pages that stand in for an article, and articles that talk about such things."""

from datetime import UTC, datetime

import pytest

from extractors.articles import read_article
from extractors.documents import Document, load_document
from extractors.walls import find_wall
from news.model import Article, Unreadable

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://outlet.example/2026/10/31/bridge"
ARTICLE = '<meta property="og:type" content="article">'
MENU = "<ul>" + "".join(f"<li><a href=/{n}>Section number {n}</a></li>" for n in range(60)) + "</ul>"


def page(title, body, head=""):
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


WALLS = {
    "cloudflare": page(
        "Just a moment...",
        '<div id="challenge-error-text">Enable JavaScript and cookies to continue</div>'
        "<script>window._cf_chl_opt={cvId:'3'};</script>",
    ),
    "cloudflare in another language": page(
        "outlet.example",
        "<h1>outlet.example</h1><p>Die Sicherheit Ihrer Verbindung wird geprüft.</p>"
        '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>',
    ),
    "ddos-guard": page(
        "DDoS-Guard",
        "<h1>Checking your browser before accessing outlet.example</h1><p>This process is automatic.</p>"
        '<script src="/.well-known/ddos-guard/js-challenge/index.js"></script>',
    ),
    "press and hold": page(
        "Access to this page has been denied",
        '<div id="px-captcha"></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>',
    ),
    "datadome": page("outlet.example", '<script src="https://geo.captcha-delivery.com/c.js"></script>'),
    "imperva": page("", '<iframe src="/_Incapsula_Resource?CWUDNSAI=1">Request unsuccessful.</iframe>'),
    "akamai": page(
        "Access Denied",
        "<h1>Access Denied</h1><p>You don't have permission to access this server.</p><p>Reference #18.2f</p>",
    ),
    "captcha": page("Prüfung", '<form><div class="g-recaptcha" data-sitekey="x"></div><button>Weiter</button></form>'),
    "captcha in Russian": page(
        "Вы не робот?",
        "<h1>Подтвердите, что запросы отправляли вы, а не робот</h1><form action=/checkcaptcha>"
        '<div class="smartcaptcha"></div></form>',
    ),
    "javascript": page(
        "The Outlet", '<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>'
    ),
    "javascript in Ukrainian": page("Видання", "<p>Будь ласка, увімкніть JavaScript, щоб переглянути сторінку.</p>"),
    "consent": page(
        "Before you continue",
        "<h1>Before you continue</h1><p>We use cookies and data to deliver our services and measure their use.</p>"
        "<form action=/consent><button>Accept all</button><button>Reject all</button></form>",
    ),
    "consent in German": page(
        "Der Bote",
        "<h2>Weiterlesen mit Werbung und Cookies</h2><p>Wir und unsere Partner speichern Informationen auf Ihrem Gerät."
        "</p><button>Zustimmen</button>",
    ),
    "consent in French": page(
        "Le Messager",
        "<p>Nous et nos partenaires utilisons des traceurs pour mesurer l'audience.</p><button>Continuer sans accepter"
        "</button>",
    ),
    "login": page(
        "Anmelden | Der Bote",
        "<form><label>E-Mail<input name=user></label><label>Passwort<input type=password></label></form>",
    ),
    "login in Polish": page("Zaloguj się - Goniec", "<form><input name=l><input type=password></form>" + MENU[:300]),
    "subscribers only": page(
        "Bridge closes for a month",
        "<article><h1>Bridge closes for a month</h1><p>Subscribe to continue reading this article.</p></article>",
        ARTICLE,
    ),
    "subscribers only in Spanish": page(
        "El puente cierra un mes",
        "<article><h1>El puente cierra un mes</h1><p>Este contenido es exclusivo para suscriptores.</p></article>",
        ARTICLE,
    ),
    "subscribers only in Japanese": page(
        "橋が閉鎖",
        "<article><h1>橋が閉鎖</h1><p>この記事は有料会員限定です。会員登録が必要です。</p></article>",
        ARTICLE,
    ),
    "geo-block": page(
        "451: Unavailable due to legal reasons",
        "<h1>451: Unavailable due to legal reasons</h1><p>We recognize you are attempting to access this website from "
        "a country belonging to the European Economic Area and therefore access cannot be granted at this time.</p>",
    ),
    "geo-block in Portuguese": page("O Mensageiro", "<p>Este conteúdo não está disponível no seu país.</p>"),
    "not found": page("Page not found | The Outlet", "<h1>Sorry!</h1><p>The page may have moved.</p>" + MENU),
    "not found in Russian": page("Страница не найдена", "<h1>404</h1><p>Такой страницы нет.</p>" + MENU),
    "not found in Turkish": page("404 - Sayfa Bulunamadı", "<p>Aradığınız sayfa bulunamadı.</p>" + MENU),
    "not found in Greek": page("Η σελίδα δεν βρέθηκε - Ο Ταχυδρόμος", "<p>Δοκιμάστε την αρχική σελίδα.</p>"),
    "not found in Chinese": page("页面不存在", "<p>您访问的页面不存在或已被删除。</p>"),
    "not found in Arabic": page("الصفحة غير موجودة", "<p>عذرا، الصفحة المطلوبة غير موجودة.</p>"),
    "not found in Hebrew": page("הדף לא נמצא", "<p>העמוד שחיפשתם הוסר.</p>"),
    "not found in Korean": page("페이지를 찾을 수 없습니다", "<p>요청하신 페이지가 삭제되었습니다.</p>"),
    "maintenance": page("Site under maintenance", "<p>We will be back in an hour.</p>"),
    "maintenance in Czech": page("Posel", "<p>Omlouváme se, právě probíhá údržba.</p>"),
    "parked": page(
        "outlet.example",
        "<h1>outlet.example</h1><p>Related searches</p><ul><li>Insurance<li>Loans</ul>"
        '<script src="https://www.parkingcrew.net/assets/scripts/registrar-caf.js"></script>',
    ),
    "for sale": page("outlet.example", "<h1>outlet.example</h1><p>This domain is for sale! Buy this domain today.</p>"),
    "for sale in Russian": page("outlet.example", "<p>Этот домен продается. Узнать цену.</p>"),
    "meta refresh": page(
        "", "<a href=/new>Continue</a>", '<meta http-equiv="Refresh" content="0; url=\'https://new.example/x\'">'
    ),
    "scripted move": page("", "<script>window.location.href = '/welcome?next=/2026';</script>"),
    "age gate": page("The Cellar", "<h2>Are you over 18?</h2><p>Please verify your age.</p><button>Yes</button>"),
    "no permission": page("Доступ ограничен", "<p>Доступ к информационному ресурсу ограничен по решению суда.</p>"),
    "too many requests": page("429 Too Many Requests", "<h1>429 Too Many Requests</h1><hr>nginx"),
}

# What the articles are about, with the sentences that could mislead.
TALKS = {
    "Just a moment: how browsers are checked": "Many sites say “Checking your browser” before they let a reader in.",
    "Access denied": "The inspectors read the words “Access denied” on the gate of the harbour.",
    "Page not found": "The exhibition shows error pages; the oldest says “404 Not found” and nothing more.",
    "Captcha inventors win a prize": "Their test asks people to confirm that they are not a robot.",
    "Maintenance": "The ferry is under maintenance until the end of the month, the harbour office said.",
    "Court blocks the site": "Readers now see that access to this page has been denied.",
    "Domain for sale": "The town's old address reads “This domain is for sale”, to the mayor's surprise.",
    "Are you over 18?": "Bars must ask guests for their age, and websites too: are you over 18?",
    "Newspapers try new walls": "Some ask you to subscribe to continue reading, others to log in to continue reading.",
    "We use cookies": "The baker's slogan is “We use cookies and love”; lawyers laughed.",
    "Страница не найдена": "Выставка показывает страницы ошибок, старейшая говорит: «Страница не найдена».",
    "Доступ ограничен": "К причалу доступ ограничен на время ремонта, сообщили в порту.",
    "Вы не робот?": "Роман о машине, которую спрашивают: «Вы не робот?», вышел в порту.",
    "Сторінку не знайдено": "Книжка про загублені сторінки має назву «Сторінку не знайдено».",
    "Wartungsarbeiten": "Wegen Wartungsarbeiten fährt die Fähre bis Monatsende nicht.",
    "Page introuvable": "Le musée expose des pages d'erreur, dont « Page introuvable ».",
    "Página no encontrada": "La novela se llama «Página no encontrada» y salió el lunes.",
    "Erişim engellendi": "Mahkeme kararıyla siteye erişim engellendi, avukatlar itiraz edecek.",
    "页面不存在": "展览展出了各种错误页面，其中最老的一张写着“页面不存在”。",
    "Login": "The word “login” entered the dictionary this week, the editors said.",
}
PROSE = (
    "The harbour office said on Tuesday that the works would end by the autumn, when the fishing boats return, and that"
    " the money for them had been found in the budget of the town after a long debate in the council last week. "
)
MORE = (
    "Captains who have waited at the pier since the spring doubt it: the old crane, they say, needs new cables, and the"
    " firm that makes them closed two years ago, after the war in the east had taken its last big customer.",
    "“We shall see boats here again,” the mayor told the fishermen, “and whoever bets against the town will"
    " lose his money.” Most of them laughed; some, remembering the winter of the ice, did not.",
    "A second study, which the ministry kept to itself, puts the price of the works at four million, almost"
    " twice as much as the council was told before it voted, and calls the date in autumn hardly possible.",
    "The council meets again on Friday, when the builders are to explain where the difference comes from, who will pay"
    " for it; the session is open to everyone, and the hall, as always in such weeks, will be too small.",
)


def find(html, url=URL, text=""):
    document = load_document(html.encode(), "text/html; charset=utf-8")
    assert isinstance(document, Document)
    return find_wall(document.root, url, document.root.findtext(".//title"), text, claims_article=ARTICLE in html)


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_no_article(name):
    found = read_article(WALLS[name].encode(), URL, "text/html; charset=utf-8", None, NOW)
    assert isinstance(found, Unreadable)
    assert found.reason.startswith("the outlet shows a wall instead of the article: ")


@pytest.mark.parametrize("title", TALKS)
def test_an_article_that_talks_of_walls_is_one(title):
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in MORE)
    story = f"<article><h1>{title}</h1><p>{TALKS[title]} {PROSE}</p>{paragraphs}</article>"
    found = read_article(page(title, MENU + story, ARTICLE).encode(), URL, "text/html; charset=utf-8", None, NOW)
    assert isinstance(found, Article)
    assert TALKS[title] in found.text
    plain = read_article(page(title, story).encode(), URL, None, None, NOW)
    assert isinstance(plain, Article)


@pytest.mark.parametrize("title", TALKS)
def test_a_short_flash_under_its_own_title_is_an_article_even_when_it_talks_of_walls(title):
    body = f"<article><h1>Harbour: {title}, says the council</h1><p>{TALKS[title]} {PROSE}</p></article>"
    found = read_article(page(f"Harbour: {title}, says the council", body, ARTICLE).encode(), URL, None, None, NOW)
    assert isinstance(found, Article)


def test_a_question_for_consent_under_the_article_s_title_is_a_wall():
    title = "The council votes to repair the old bridge"
    box = (
        "<div><h2>We value your privacy</h2><p>We and our 842 partners store and access information on your device, "
        "such as cookies and unique identifiers, to personalise ads and content, and to learn about our audience.</p>"
        "<p>You may accept or reject it at any time. Your preferences will apply to this website only.</p></div>"
    )
    head = f"<title>{title}</title><meta property='og:type' content='article'>"
    found = read_article(f"<html><head>{head}</head><body>{box}</body></html>".encode(), URL, None, None, NOW)
    assert isinstance(found, Unreadable)
    assert "consent" in found.reason


def test_the_sentence_says_which_wall():
    assert "a bot check (Cloudflare)" in find(page("x", "<script>window._cf_chl_opt={}</script>"))
    assert "a bot check (DDoS-Guard)" in find(page("x", '<script src="/.well-known/ddos-guard/x.js"></script>'))
    assert "the page only leads on to https://new.example/x" in find(WALLS["meta refresh"])
    assert "the domain is parked" in find(WALLS["parked"])
    assert "a login" in find(page("Members", "<form><input type=password></form>"))
    assert "a question for consent" in find(page("The Outlet", "<p>Hello</p>"), "https://consent.outlet.example/x")
    assert "Page not found | The Outlet" in find(WALLS["not found"])


def test_marks_of_checks_on_a_page_with_text_mean_nothing():
    head = (
        '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
        '<script src="https://www.google.com/recaptcha/api.js"></script>'
    )
    form = '<form><input type=password><div class="g-recaptcha"></div></form>'
    html = page("Bridge closes", f"<p>{PROSE * 6}</p>{form}", head)
    assert find(html, text=PROSE * 6) is None
    assert find(html, text=PROSE) is None


def test_a_dialog_to_log_in_is_no_wall():
    html = page("Bridge closes for a month", f"<div><h1>Log in</h1></div>{MENU}<p>{PROSE * 3}</p>")
    assert find(html) is None


def test_a_refresh_of_a_front_page_is_no_redirect():
    html = page("News", f"<p>{PROSE * 4}</p>", '<meta http-equiv="refresh" content="300">')
    assert find(html) is None
    html = page("News", f"<p>{PROSE * 4}</p>", '<meta http-equiv="refresh" content="300; url=/news">')
    assert find(html) is None


def test_an_empty_page_is_no_wall():
    assert find(page("", "")) is None
    assert find(page("The Outlet", "<p>Hello</p>")) is None


def test_a_long_text_is_no_wall_whatever_the_page_is_called():
    assert find(page("Access denied", f"<p>{PROSE * 8}</p>"), text=PROSE * 8) is None


def test_hostile_pages_cost_little():
    deep = "<div>" * 200 + "x" + "</div>" * 200
    many = "<meta http-equiv=refresh content=x>" * 3000 + "<script>location.href</script>" * 3000
    long = "<p>" + "captcha " * 100_000 + "</p>"
    for body in (deep, many, long, "<h1>" + "log in " * 50_000 + "</h1>"):
        find(page("x" * 100_000, body))
