"""Names of one outlet, in several languages and letters, with its domain: data for `origins`.

Only those that other outlets name again and again; any other outlet is known by its own name and its own domain.
"""

from __future__ import annotations

# One outlet a line, in small letters; what it is shown as comes first.
_NAMES = """
Reuters | reuters.com | thomson reuters | рейтер | рейтерс | рейтерз | ройтерз | ռոյթերս | رويترز | reyter
Associated Press | apnews.com | ap | the associated press | ассошиэйтед пресс | ассошіейтед прес | أسوشيتد برس
AFP | afp.com | agence france-presse | agence france presse | франс пресс | франс-пресс | франс прес | فرانس برس
dpa | dpa.com | deutsche presse-agentur | deutsche presse agentur | дпа
Bloomberg | bloomberg.com | bloomberg news | блумберг | блумберґ
Politico | politico.com | politico.eu | политико | політико
The New York Times | nytimes.com | new york times | nyt | нью-йорк таймс
The Washington Post | washingtonpost.com | washington post | wp | вашингтон пост
The Wall Street Journal | wsj.com | wall street journal | wsj | уолл-стрит джорнал | волл-стріт джорнел
Financial Times | ft.com | ft | the financial times | файнэншл таймс
The Guardian | theguardian.com | guardian | гардиан | ґардіан
BBC | bbc.com | bbc.co.uk | bbc news | би-би-си | бі-бі-сі | ббс | русская служба би-би-си
CNN | cnn.com | си-эн-эн
Axios | axios.com | аксиос
Der Spiegel | spiegel.de | spiegel | шпигель | шпіґель
Bild | bild.de | бильд | більд
Deutsche Welle | dw.com | dw | немецкая волна | німецька хвиля
Le Monde | lemonde.fr | монд
ANSA | ansa.it
EFE | efe.com
PAP | pap.pl | polska agencja prasowa
Xinhua | xinhuanet.com | синьхуа | сіньхуа | 新华社
Kyodo | kyodonews.net | kyodo news | киодо
Yonhap | yna.co.kr | ёнхап | ренхап | 연합뉴스
Anadolu | aa.com.tr | aa | anadolu agency | anadolu ajansı | анадолу
Demirören Haber Ajansı | dha.com.tr | dha
İhlas Haber Ajansı | iha.com.tr | iha
Al Jazeera | aljazeera.com | aljazeera.net | аль-джазира | الجزيرة
ТАСС | tass.ru | tass.com | tass | итар-тасс | тасс
РИА Новости | ria.ru | ria novosti | риа | ріа новини
Интерфакс | interfax.ru | interfax | інтерфакс
Интерфакс-Украина | interfax.com.ua | interfax-ukraine | інтерфакс-україна | interfax-україна
РБК | rbc.ru | rbc
РБК-Украина | rbc.ua | рбк-україна
Коммерсантъ | kommersant.ru | kommersant | коммерсант
Ведомости | vedomosti.ru | vedomosti
Известия | iz.ru | izvestia | известиям | известий
Медуза | meduza.io | meduza
Лента | lenta.ru | лента.ру
Газета.Ru | gazeta.ru | газета.ру
RT | rt.com | russia today | russian.rt.com
Новая газета | novayagazeta.ru | novaya gazeta
Фонтанка | fontanka.ru | fontanka
Укринформ | ukrinform.ua | ukrinform | укрінформ
УНИАН | unian.ua | unian | уніан
Украинская правда | pravda.com.ua | українська правда | ukrainska pravda | уп
Радио Свобода | svoboda.org | radiosvoboda.org | rferl.org | rfe/rl | радіо свобода | azatutyun.am | radio free europe
БелТА | belta.by | belta | белта
Арменпресс | armenpress.am | armenpress | арменпресс | արմենպրես
APA | apa.az
Report | report.az
Trend | trend.az
Azertac | azertag.az | azərtac | азертадж | azertag
Sputnik | sputniknews.com | спутник | սպուտնիկ
"""

OUTLETS: tuple[tuple[str, ...], ...] = tuple(
    tuple(name.strip() for name in line.split("|")) for line in _NAMES.strip().splitlines()
)
"""The names of each outlet; the first is what it is shown as."""
