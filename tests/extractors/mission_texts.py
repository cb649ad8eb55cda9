"""The two texts that Wirewatch was made for, in shape: a report with English teasers behind it, an aggregator's copy.

The words are our own and the events invented; what is copied is the rubbish around them. `mission_pages` puts them into
the markups of seven kinds of sites.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """Another article as it is advertised: its title stands there twice, its paragraph bears no link."""

    title: str
    text: str
    label: str = "Editor's choice"
    section: str = "News"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A page's parts, and what must be read of them.

    Attributes:
        above: Lines between the title and the text that are none of it.
        paragraphs: Inner HTML, as the outlet has it.
        below: Inner HTML of the lines under the text, in its container.
        blocks: Named blocks of other articles behind the text.
        latest: Titles of other articles beside the text.
        text: What the reader must make of the paragraphs.
        caption: What stands under the picture; None where nothing does.
        attributions: Names and links that must be found; no other names may be.
    """

    title: str
    day: str
    above: tuple[str, ...] = ()
    paragraphs: tuple[str, ...]
    below: tuple[str, ...] = ()
    blocks: tuple[tuple[str, tuple[Teaser, ...]], ...] = ()
    latest: tuple[str, ...] = ()
    tag_links: tuple[str, ...] = ()
    text: tuple[str, ...]
    caption: str | None = None
    attributions: tuple[tuple[str, str | None], ...] = ()
    published_day: str


_FERRY = Teaser(
    title="Harbour ferry returns after two years of repairs as the old bridge is closed to lorries",
    text="The ferry between the two banks of the harbour is running again after two years in dry dock. The city paid "
    "for "
    "a new engine and a lift for wheelchairs, and the first crossing on Saturday morning was free for everyone who had "
    'kept an old ticket. "We are clear on that: there is no alternative to the water", the harbour master said.',
)
_CLOCKS = Teaser(
    title="Museum of clocks opens its archive to readers as the new wing is endorsed by the council",
    text="The museum of clocks has opened its archive of nine thousand drawings to anyone with a library card. The "
    "curators spent four winters cataloguing them by hand, and they expect watchmakers from the whole region to come "
    "and copy what was thought to be lost for good. The announcement prompted cheering among the hundreds who waited "
    "in "
    'the yard. "The hands are moving, the bells are ringing and the dust is gone at last," the director told the '
    "crowd, saying that the long night of the old clocks was over. By Monday evening the first eighty drawings had "
    "been "
    "copied, among them the plan of a tower clock that nobody had seen since the great flood.",
)
_WOLVES = Teaser(
    title="Mountain village counts its wolves from the air",
    section="Interview",
    text="Volunteers in a mountain village counted wolves with a borrowed drone and found eleven, three more than last "
    "year. The shepherds say that their dogs had known it all along, while the rangers ask visitors to keep to the "
    "marked paths until the spring.",
)

_REPORT = (
    "В последние недели между Арденией и Велорией установились тесные контакты, цель которых — остановить спор о воде "
    "озера Кирсо и договориться о совместной охране его берегов.",
    "В субботу (7 ноября) канцелярия президента Ардении сообщила, что Марек Лисовский по телефону рассказал своему "
    "велорийскому коллеге Тодору Эмину о переговорах с рыбацкими общинами, которые, как предполагается, прошли 1 и "
    "2 ноября в приозёрном городе Сальта.",
    "Как говорится в сообщении канцелярии, оба президента готовы добиваться согласия. В заявлении на её сайте сказано:",
    "Президенты подробно обсудили положение на озере. Марек Лисовский рассказал своему коллеге о нескольких разговорах "
    "с главами общин. Эти разговоры были направлены на поиск способов скорее прекратить ночной лов и открыть дорогу к "
    "соглашению. Стороны подтвердили, что будут работать вместе.",
    "Также в субботу в администрации Велории заявили, что Эмин настаивал на встрече в столице. Он указал, что "
    "окончательное решение спора важно для всей долины, говорится в сообщении.",
    "В воскресенье министры водного хозяйства и транспорта вылетели в Сальту для встречи с мэром города. Для министра "
    "водного хозяйства Ильдара Сабо это вторая поездка на озеро за неделю.",
    "Наш редактор сказал в комментарии, что на этой неделе вероятно движение на переговорах, в которых первыми будут "
    "две столицы. Для рыбаков важнее всего конец ночного лова, но у столиц есть и другая забота: кто будет считать "
    "воду. Понятно, что обе стороны хотят быть в центре этой работы и никого другого к ней не подпускать.",
)

REPORT = Told(
    title="Лисовский и Эмин обсуждают совместную охрану озера Кирсо",
    day="9 ноября 2025",
    paragraphs=_REPORT,
    below=(
        "источник: Приозёрный вестник с агентствами",
        "на фото: президент Ардении Лисовский и президент Велории Эмин (архивный снимок)",
        "&nbsp;",
    ),
    blocks=(
        ("Related articles", (_FERRY, _CLOCKS)),
        ("Editor's choice", (_WOLVES,)),
        ("Popular", (_CLOCKS, _FERRY)),
    ),
    text=_REPORT,
    caption="президент Ардении Лисовский и президент Велории Эмин (архивный снимок)",
    attributions=(("Приозёрный вестник", None),),
    published_day="2025-11-09",
)

_COPY_LEAD = (
    "Встреча трёх послов стала редким признаком согласия между Арденией и соседями по долине с тех пор, как паром "
    "через "
    "озеро перестал ходить и регулярные связи были прерваны."
)
_COPY_FIRST = (
    "Высокопоставленные чиновники Ардении и Велории тайно встречались с инженерами в гостинице на берегу для срочных "
    "переговоров о плотине, всего за несколько дней до того, как начался осенний сброс воды.",
    "Об этом сообщает Mountain Gazette.",
    "Издание пишет, что встреча вне расписания стала редким — хотя и неудачным — разговором двух столиц о серьёзных "
    "вопросах после того, как ледоход в феврале 2022 года снёс старый мост.",
    "Инженер, который видел чертежи, рассказал, что встреча прошла 17 сентября в Сальте, т.е. за неделю до сброса, а "
    'уровень воды к тому дню поднялся на 3.14 метра. По его словам, говорили о том, как "заставить шлюз двигаться" и '
    "подвезти топливо примерно для 100 тыс. жителей.",
)
_COPY_SECOND = (
    "Ардению представлял А.С.Ремизов, старший советник по воде, а соседи отправили Тойво Клааса, своего "
    "уполномоченного "
    "в долине. Отчёт о встрече выложили на сайте kirso.example, но через час убрали.",
    "Такой разговор — редкость, пишет Mountain Gazette. В то же время собеседник издания считает, что «важно держать "
    "связь с соседями, чтобы не было недоразумений».",
    "Ещё один чиновник, знакомый с делом, объяснил, что спорили из-за понимания того, кто хозяин озера.",
    '"Мы должны уметь работать с соседями, потому что вода у нас одна", – сказал он.',
    "С тех пор, по словам властей, больше 100 000 человек проехали через новый мост, а паром так и стоит у причала.",
)
_GLUED_TAIL = (
    'Читайте также: "Ночной лов" на озере запретили до весны Министр призвал допустить наблюдателей к плотине Жители '
    'Сальты угрожают "остановить паром" из-за тарифовПодписывайтесь на наши каналы в Telegram и Viber.'
)

COPY = Told(
    title="Ардения, Велория и соседи тайно говорили о плотине за несколько дней до сброса воды — Mountain Gazette",
    day="2023-10-7 11:22",
    above=(
        "Ардения, Велория и соседи тайно говорили о плотине за несколько дней до сброса воды — Mountain Gazette",
        "фото показано с : ru.gazette.example",
        "2023-10-7 11:22",
    ),
    paragraphs=(_COPY_LEAD, "".join(_COPY_FIRST), "".join(_COPY_SECOND) + _GLUED_TAIL),
    below=('Подробнее читайте на <a href="https://ru.gazette.example/plotina-1.html">ru.gazette.example</a> ...',),
    latest=(
        "Паром через озеро снова ходит после ремонта",
        "Музей часов открыл архив для читателей",
        "В горном селе волков сосчитали с воздуха",
    ),
    tag_links=("ардения", "встреча", "плотина", "mountain gazette", "озеро"),
    text=(_COPY_LEAD, " ".join(_COPY_FIRST), " ".join(_COPY_SECOND)),
    attributions=(("Mountain Gazette", None), ("ru.gazette.example", "https://ru.gazette.example/plotina-1.html")),
    published_day="2023-10-07",
)
