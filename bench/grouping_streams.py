"""A stream of articles with known truth, made of real texts: originals, their copies, digests and templates.

Which text is a copy of which is known because it was made so. What finds them is measured in `grouping_copies`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bench.grouping_edits import EDITS, Edited, sentences
from bench.grouping_texts import Text

N_DIGESTS = 40
N_TEMPLATES = 90

_START = datetime(2026, 3, 1, tzinfo=UTC)
_DAYS = 5
_HOURS_LATER = 6.0
_N_SITES = 400
_MOST_PARTS = 8
_DIGEST_TITLES = ("Главное за день", "What you need to know today", "Новини за добу: коротко", "Das war der Tag")
_TEMPLATES = (
    "Курс доллара на {d} ноября составил {a},{b} рубля, курс евро — {c},{e} рубля. Об этом свидетельствуют данные"
    " Московской биржи на {h}:{m}. Накануне торги завершились на отметке {f},{g} рубля за доллар. Эксперты ожидают"
    " сохранения волатильности на валютном рынке в ближайшие дни.",
    "Погода в городе на {d} ноября: днём ожидается {a} градусов, ночью до {b} градусов, ветер западный {c} метров в"
    " секунду, атмосферное давление {e} мм ртутного столба. Синоптики рекомендуют водителям соблюдать осторожность."
    " Восход солнца в {h}:{m}.",
    "Team {a} beat Team {b} {c}-{e} on day {d} of the season, moving to {f} points from {g} games. The visitors scored"
    " first after {h} minutes before the hosts equalised. The next match is scheduled for {m} of the month at the same"
    " stadium.",
    "Der DAX schloss am {d}. November bei {a}.{b} Punkten, ein Plus von {c},{e} Prozent. Der Euro kostete zuletzt"
    " 1,{f} Dollar, Gold {g}{h} Dollar je Feinunze. Marktteilnehmer sprachen von einem ruhigen Handel vor dem"
    " Wochenende. Der Handel beginnt morgen wieder um 9:{m} Uhr.",
    "За минулу добу, станом на {d} листопада, зафіксовано {a}{b} нових випадків захворювання, одужали {c}{e} осіб,"
    " госпіталізовано {f} осіб. Про це повідомили в міністерстві о {h}:{m}. Найбільше випадків зареєстровано у"
    " столиці — {g}. Лікарі нагадують про необхідність дотримуватися правил безпеки.",
    "{d} Kasım altın fiyatları: gram altın {a},{b} liradan, çeyrek altın {c}{e} liradan işlem görüyor. Dolar güne"
    " {f},{g} liradan başladı. Uzmanlar piyasalarda dalgalanmanın süreceğini belirtiyor. Veriler saat {h}:{m}"
    " itibarıyla güncellenmiştir.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One article of a stream.

    Attributes:
        group: The same for all copies of one text; digests and templates have one of their own each.
        edit: How it was made: `original`, a kind of editing, `digest` or `template`.
    """

    source: str
    language: str
    title: str
    text: str
    fetched_at: datetime
    group: str
    edit: str


def make_stream(pool: list[Text], seed: int, n_originals: int = 1500) -> list[Told]:
    """Return originals, each with none to four copies, digests and templates, in the order of their time.

    Args:
        pool: Texts of which no two are copies.
        seed: All that is random comes of it.
        n_originals: At most half of the pool: the rest is what copies are wrapped in.
    """
    random = Random(seed)
    originals = random.sample(pool, min(n_originals, len(pool) // 2))
    chosen = set(map(id, originals))
    rest = [text for text in pool if id(text) not in chosen]
    stream = list(_copies(originals, rest, random))
    stream += [_digest(originals, n, random) for n in range(N_DIGESTS)]
    stream += [_template(n, random) for n in range(N_TEMPLATES)]
    return sorted(stream, key=lambda told: told.fetched_at)


def _copies(originals: list[Text], rest: list[Text], random: Random) -> Iterator[Told]:
    others: dict[str, list[Text]] = {}
    for text in rest:
        others.setdefault(text.language, []).append(text)
    for n, original in enumerate(originals):
        told_at = _moment(random)
        yield _told(original, original.title, original.text, told_at, f"text {n}", "original", random)
        near = others.get(original.language) or rest
        words = [word for text in random.sample(near, min(8, len(near))) for word in text.text.split()]
        for _ in range(random.randint(0, 4)):
            edit = random.choice(list(EDITS))
            site = _site(random)
            edited = Edited(original=original, site=site, words=words, others=near, random=random)
            later = told_at + timedelta(hours=random.expovariate(1 / _HOURS_LATER))
            yield _told(original, _title(edited), EDITS[edit](edited), later, f"text {n}", edit, random, site)


def _title(edited: Edited) -> str:
    random, title = edited.random, edited.original.title
    if random.random() < 0.5:
        return title
    if random.random() < 0.3:
        return " ".join(title.split()[::-1])
    return random.choice(edited.sentences)[:90]


def _digest(originals: list[Text], n: int, random: Random) -> Told:
    language = originals[random.randrange(len(originals))].language
    near = [text for text in originals if text.language == language]
    parts = random.sample(near if len(near) >= _MOST_PARTS else originals, random.randint(5, _MOST_PARTS))
    n_sentences = random.choice((1, 2, 2, 3))
    titled = random.random() < 0.7
    items = [f"{part.title + '. ' if titled else ''}{' '.join(sentences(part.text)[:n_sentences])}" for part in parts]
    title = random.choice(_DIGEST_TITLES) if random.random() < 0.7 else f"{parts[0].title}, {parts[1].title}"
    return _told(parts[0], title, "\n".join(items), _moment(random), f"digest {n}", "digest", random)


def _template(n: int, random: Random) -> Told:
    template, day = _TEMPLATES[n % len(_TEMPLATES)], n // len(_TEMPLATES)
    values = {name: random.randint(1, 99) for name in "abcefg"}
    text = template.format(d=day + 1, h=random.randint(10, 23), m=random.randint(10, 59), **values)
    told_at = _START + timedelta(seconds=day * 20_000 + random.randint(0, 9000))
    kind = Text(language="ru", title=text.split()[0], text=text)
    return _told(kind, kind.title, text, told_at, f"template {n}", "template", random)


def _told(
    text: Text, title: str, body: str, at: datetime, group: str, edit: str, random: Random, site: str | None = None
) -> Told:
    return Told(
        source=site or _site(random),
        language=text.language,
        title=title,
        text=body,
        fetched_at=at,
        group=group,
        edit=edit,
    )


def _site(random: Random) -> str:
    return f"site{random.randrange(_N_SITES)}.example"


def _moment(random: Random) -> datetime:
    return _START + timedelta(days=random.uniform(0, _DAYS))
