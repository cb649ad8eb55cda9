"""Any number of texts from a few thousand: recombined, with words of others, and their copies, cut, wrapped, edited.

What they are placed for stands in `grouping_speed` and `grouping_at_once`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from bench.grouping_rows import read_rows
from news.model import Article

DATA = Path(__file__).parents[2] / "shared" / "data" / "grouping"
FILES = ("posts_ru.jsonl", "day_ru.jsonl", "day_en.jsonl", "press_uk.jsonl", "newswire_en.jsonl")

A_DAY = 100_000
"""Articles: how the stream's clock goes. A million are told in ten days."""

BEGIN = datetime(2026, 1, 11, 6, tzinfo=UTC)
"""Not around midnight, when fingerprints are taken on both days; the last day of a week: its lines are all there."""

_COPIES, _LAST = 0.3, 1000

SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def read_texts(data: Path) -> list[tuple[str, str, str]]:
    """Return language, title and text of the folder's articles of more than thirty words."""
    found = []
    for name in FILES:
        for row in read_rows(data, name) or ():
            text = row["text"]
            if len(text.split()) > 30:
                language = row["lang"] or ("en" if "_en" in name else "ru")
                found.append((language[:2], row["title"] or text.split("\n")[0][:90], text))
    return found


def stream(texts: Sequence[tuple[str, str, str]], seed: int = 1) -> Iterator[tuple[Article, int, datetime]]:
    """Yield articles without end, each with the number of its source and when it was fetched."""
    chance = random.Random(seed)
    by_language: dict[str, list[tuple[str, list[str]]]] = {}
    for language, title, text in texts:
        by_language.setdefault(language, []).append((title, SENTENCE.split(text)))
    languages = list(by_language)
    weights = [len(by_language[language]) for language in languages]
    last: list[tuple[str, str, list[str]]] = []
    at = BEGIN
    n = 0
    while True:
        at += timedelta(days=1 / A_DAY)
        if last and chance.random() < _COPIES:
            language, title, sentences = chance.choice(last)
            sentences = edited(sentences, chance)
        else:
            [language] = chance.choices(languages, weights)
            (title, one), (_, other) = chance.choices(by_language[language], k=2)
            sentences = [made_new(s, other, chance) for s in (*one, *other) if chance.random() < 0.5]
            chance.shuffle(sentences)
            last = [*last[-_LAST:], (language, title, sentences)]
        text = "\n\n".join(" ".join(sentences[k : k + 3]) for k in range(0, len(sentences), 3))
        yield (
            Article(url=f"https://h{n % 2000}.example/{n}", title=title, text=text, language=language, reader="b"),
            n,
            at,
        )
        n += 1


def made_new(sentence: str, others: Sequence[str], chance: random.Random) -> str:
    """Return a sentence with each fourth word from another text: else the hundredth article would repeat the first."""
    words, pool = sentence.split(" "), " ".join(others).split(" ")
    for at in range(chance.randrange(4), len(words), 4):
        words[at] = chance.choice(pool)
    return " ".join(words)


def edited(sentences: list[str], chance: random.Random) -> list[str]:
    """Return a copy of a text: the same, cut, wrapped, or with some words left out."""
    kind = chance.randrange(4)
    if kind == 1 and len(sentences) > 3:
        return _first(sentences, 2 / 3)
    if kind == 2:
        return ["From our own desk.", *sentences, "Read more on our pages."]
    if kind == 3:
        return [" ".join(w for w in sentence.split(" ") if chance.random() > 0.03) for sentence in sentences]
    return sentences


def _first(sentences: Sequence[str], share: float) -> list[str]:
    """Return the first sentences, so many that they hold a share of the words."""
    n_words = [len(sentence.split()) for sentence in sentences]
    return [
        s for s, before in zip(sentences, accumulate(n_words, initial=0), strict=False) if before < share * sum(n_words)
    ]
