"""What editors, aggregators and systems do to a text that they copy: each kind of editing a function. Pure.

Kinds of editing are told what is random; which texts are edited, and how often, is `grouping_streams'`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from bench.grouping_texts import Text

_SENTENCE = re.compile(r"(?<=[.!?…»\"؟])\s+(?=[^\W_a-zа-яёіїєґışğçöü]|[«\"“—–-])")
_TAILS = {
    "ru": (
        *("Подробнее читайте на {0}: {1}", "Читать далее на сайте {0} >>", "Источник: {0}", "Ранее сообщалось: {1}"),
        *("Подписывайтесь на наш канал в Telegram и читайте новости первыми", "Фото: пресс-служба"),
        "Нашли опечатку? Выделите текст и нажмите Ctrl+Enter",
    ),
    "uk": (
        "Детальніше читайте на {0}: {1}",
        "Читайте також: {1}",
        "Підписуйтесь на наш Telegram-канал",
        "Джерело: {0}",
    ),
    "tr": ("Haberin devamı için tıklayınız", "Kaynak: {0}", "İlgili haber: {1}", "Bizi Twitter'da takip edin"),
    "de": ("Mehr dazu lesen Sie auf {0}", "Quelle: {0}", "Lesen Sie auch: {1}", "Abonnieren Sie unseren Newsletter"),
    "pl": ("Więcej na {0}", "Źródło: {0}", "Czytaj także: {1}", "Zapisz się na nasz newsletter"),
    "ar": ("المصدر: {0}", "اقرأ أيضا: {1}", "تابعونا على تويتر", "للمزيد من الأخبار زوروا موقعنا {0}"),
    "en": (
        *("Read more at {0}", "This article was originally published on {0}", "Sign up for our newsletter"),
        *("Related: {1}", "Share this article: Facebook Twitter WhatsApp Email"),
        "Copyright {0}. All rights reserved. This may not be published, broadcast, rewritten or redistributed.",
    ),
}
_NAMINGS = {
    "ru": ("Об этом сообщает {0}.", "Об этом пишет {0} со ссылкой на источник.", "Как передаёт {0},"),
    "uk": ("Про це повідомляє {0}.", "Як пише {0},"),
    "tr": ("{0} haberine göre,",),
    "de": ("Das berichtet {0}.",),
    "pl": ("O sprawie informuje {0}.",),
    "ar": ("بحسب {0}.",),
    "en": ("{0} reported.", "according to {0}"),
}
_LOOKALIKE = str.maketrans("аеорсухАВЕКМНОРСТХ", "aeopcyxABEKMHOPCTX")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What a kind of editing may use.

    Attributes:
        original: The text that is copied.
        site: Who copies it.
        words: Of other texts of its language.
        others: Other texts of its language, that no stream has as originals.
    """

    original: Text
    site: str
    words: Sequence[str]
    others: Sequence[Text]
    random: Random

    @property
    def sentences(self) -> list[str]:
        """Of the text."""
        return sentences(self.original.text)

    def tails(self, n: int) -> list[str]:
        """Return lines as outlets print below articles."""
        lines = _TAILS.get(self.original.language, _TAILS["en"])
        return [self.random.choice(lines).format(self.site, self.random.choice(self.others).title) for _ in range(n)]


Edit = Callable[[Edited], str]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, roughly."""
    return [s.strip() for line in text.split("\n") for s in _SENTENCE.split(line) if s.strip()]


def _typography(e: Edited) -> str:
    text = e.original.text.replace("ё", "е").replace("—", "-").replace('"', e.random.choice("«“„"))
    return (
        text.upper() if e.random.random() < 0.2 else re.sub(r"\s+", "\u00a0" if e.random.random() < 0.2 else " ", text)
    )


def _hyphenated(e: Edited) -> str:
    return re.sub(r"(\w{4})(\w{4})", "\\1\u00ad\\2", e.original.text).replace("'", "’")


def _cut(e: Edited) -> str:
    found = e.sentences
    return " ".join(found[: max(2, int(len(found) * e.random.uniform(0.25, 0.6)))]) + "…"


def _cut_within(e: Edited) -> str:
    text = " ".join(e.original.text.split())
    return text[: int(len(text) * e.random.uniform(0.3, 0.7))] + " [...]"


def _teaser(e: Edited) -> str:
    return f"{_head(e)} {e.tails(1)[0]}"


def _head(e: Edited, least_words: int = 22) -> str:
    found = e.sentences
    n = next((n for n in range(1, len(found)) if len(" ".join(found[:n]).split()) >= least_words), len(found))
    return " ".join(found[:n])


def _headless(e: Edited) -> str:
    found = e.sentences
    return " ".join(found[len(found) // 3 :])


def _wrapped(e: Edited) -> str:
    return "\n".join([*e.tails(1), e.original.text, *e.tails(3)])


def _wrapped_much(e: Edited) -> str:
    titles = [text.title for text in e.random.sample(list(e.others), min(16, len(e.others)))]
    other = " ".join(sentences(e.random.choice(e.others).text)[:3])
    return "\n".join([*e.tails(2), *titles[:8], e.original.text, *e.tails(4), *titles[8:], other])


def _interrupted(e: Edited) -> str:
    lines = []
    for n, sentence in enumerate(e.sentences):
        lines += [sentence, *(e.tails(1) if n % 3 == 2 else [])]
    return "\n".join(lines)


def _reworded(share: float) -> Edit:
    def edit(e: Edited) -> str:
        return reword(e.original.text, share, e.words, e.random)

    return edit


def reword(text: str, share: float, words: Sequence[str], random: Random) -> str:
    """Return a text of whose words a share was replaced, taken out, or given a neighbour."""
    lines = []
    for line in text.split("\n"):
        kept: list[str] = []
        for word in line.split(" "):
            chance = random.random() / share
            if chance < 0.5:
                kept.append(random.choice(words))
            elif chance >= 0.75:
                kept += [word, random.choice(words)] if chance < 1 else [word]
        lines.append(" ".join(kept))
    return "\n".join(lines)


def _retold(e: Edited) -> str:
    told = [" ".join(e.random.sample(s.split(), len(s.split()))) if e.random.random() < 0.3 else s for s in e.sentences]
    return " ".join(told)


def _dropped(e: Edited) -> str:
    return " ".join(s for s in e.sentences if e.random.random() > 0.3) or e.original.text


def _every_other(e: Edited) -> str:
    return " ".join(e.sentences[:1] + [s for s in e.sentences[1:] if e.random.random() > 0.5])


def _shuffled(e: Edited) -> str:
    found = e.sentences
    e.random.shuffle(found)
    return "\n".join(found)


def _attributed(e: Edited) -> str:
    found = e.sentences
    naming = e.random.choice(_NAMINGS.get(e.original.language, _NAMINGS["en"])).format(e.site)
    found[min(1, len(found) - 1)] += f" {naming}"
    return f"{' '.join(found)} {e.tails(1)[0]}"


def _new_lead(e: Edited) -> str:
    found = e.sentences
    if len(found) <= 2:
        return e.original.text
    return f"{' '.join(e.random.choice(e.words) for _ in range(25))}. {' '.join(found[1:])}"


def _titled(e: Edited) -> str:
    return f"{e.original.title.upper()}\n{e.site} | 12.03.2026, 14:05 | 1 204\n{e.original.text}"


def _other_letters(e: Edited) -> str:
    swap = 0.03 if e.original.language in ("ru", "uk") else 0.0
    words = (w.translate(_LOOKALIKE) if e.random.random() < swap else w for w in e.original.text.split(" "))
    return " ".join(words)


def _misread(e: Edited) -> str:
    letters = [e.random.choice("eaoiаеои") if c.isalpha() and e.random.random() < 0.008 else c for c in e.original.text]
    return "".join(letters)


def _marked(e: Edited) -> str:
    found = e.sentences
    return f"🔥 **{found[0]}**\n\n{' '.join(found[1:])}\n\n#news #{e.original.language} [link](https://{e.site}/1)"


def _expanded(e: Edited) -> str:
    return f"{e.original.text}\n{' '.join(sentences(e.random.choice(e.others).text))}"


def _introduced(e: Edited) -> str:
    return f"{' '.join(sentences(e.random.choice(e.others).text)[:4])}\n{e.original.text}"


def _cut_wrapped_reworded(e: Edited) -> str:
    found = e.sentences
    text = reword(" ".join(found[: max(3, len(found) // 2)]), 0.07, e.words, e.random)
    return "\n".join([*e.tails(1), text, *e.tails(2)])


EDITS: dict[str, Edit] = {
    "same": lambda e: e.original.text,
    "typography": _typography,
    "hyphenated": _hyphenated,
    "cut": _cut,
    "cut within": _cut_within,
    "teaser": _teaser,
    "headless": _headless,
    "wrapped": _wrapped,
    "wrapped much": _wrapped_much,
    "interrupted": _interrupted,
    "5 % reworded": _reworded(0.05),
    "10 % reworded": _reworded(0.10),
    "20 % reworded": _reworded(0.20),
    "30 % retold": _retold,
    "30 % dropped": _dropped,
    "half dropped": _every_other,
    "shuffled": _shuffled,
    "attributed": _attributed,
    "new lead": _new_lead,
    "titled": _titled,
    "other letters": _other_letters,
    "misread": _misread,
    "marked": _marked,
    "expanded": _expanded,
    "introduced": _introduced,
    "cut, wrapped, reworded": _cut_wrapped_reworded,
}
"""Kinds of editing, by name."""
