"""A model of meaning that an operator names: its links beside those by names; without one nothing is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from conftest import QUICK
from placed import add, piece

from news.errors import ConfigError
from news.settings import Settings
from scheduler.config import SchedulerConfig
from scheduler.embedders import Remembering, load_embedder
from scheduler.jobs.tidying import tidy_stories

PLAIN = {
    "en": "the cat of our neighbours has been sleeping on the roof since yesterday, and nobody knows why it does so",
    "ru": "кот наших соседей со вчерашнего дня спит на крыше, и никто не знает, почему он это делает",
    "de": "der hund der nachbarn bellt seit gestern auf dem dach, und niemand weiß, warum er das tut",
}
"""Without names, places and numbers."""


class Dictionary:
    """A tiny model: a direction for each of two words, in three languages."""

    alike = 0.9

    def __init__(self) -> None:
        self.n_asked = 0

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.n_asked += len(texts)
        words = (("cat", "кот ", "katze"), ("dog", "собака", "hund"))
        return [[float(any(word in text for word in same)) for same in words] for text in texts]


async def _links_after_a_sweep(open_test_kit: Any, config: SchedulerConfig) -> list[tuple[str, str]]:
    async with open_test_kit(config) as kit:
        async with kit.database.connection() as conn:
            for language, text in PLAIN.items():
                await add(conn, piece(language, text, language=language, title=None), at=kit.clock.now())
        await tidy_stories(kit)
        async with kit.database.connection() as conn:
            cursor = await conn.execute(
                """SELECT one.language, other.language AS other_language FROM story_link
                JOIN story one ON one.id = story_id JOIN story other ON other.id = other_id"""
            )
            return [(row["language"], row["other_language"]) for row in await cursor.fetchall()]


async def test_a_named_model_links_what_means_the_same(open_test_kit: Any) -> None:
    assert await _links_after_a_sweep(open_test_kit, replace(QUICK, embedder=f"{__name__}:Dictionary")) == [
        ("en", "ru")
    ]


async def test_without_a_model_such_texts_are_not_linked(open_test_kit: Any) -> None:
    assert await _links_after_a_sweep(open_test_kit, QUICK) == []


def test_a_model_is_off_unless_it_is_named() -> None:
    assert SchedulerConfig.from_settings(Settings({})).embedder is None
    named = SchedulerConfig.from_settings(Settings({"WIREWATCH_EMBEDDER": "mine:Model"}))
    assert named.embedder == "mine:Model"


@pytest.mark.parametrize("name", ["", "json", "json:", "json:nothing", "no_such_module:Model", "collections:Counter"])
def test_a_wrong_name_names_the_setting(name: str) -> None:
    with pytest.raises(ConfigError, match="WIREWATCH_EMBEDDER"):
        load_embedder(name)


def test_a_model_reads_each_text_once() -> None:
    model = Dictionary()
    remembering = Remembering(model)
    assert remembering.embed(["cat", "dog", "cat"]) == [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
    assert remembering.embed(["dog"]) == [[0.0, 1.0]]
    assert model.n_asked == 2
