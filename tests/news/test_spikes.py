"""Spikes: much more than usual, by a measure that a spike of last week does not move."""

from __future__ import annotations

import math
import random

import pytest

from news.spikes import BARS, find_spike, sparkline

USUAL = [9, 11, 10, 8, 12, 10, 9, 11, 10, 10] * 3


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (USUAL, 30, True),
        (USUAL, 14, False),
        (USUAL, 0, False),
        ([*USUAL[:-2], 400, 500], 30, True),
        ([0] * 30, 4, False),
        ([0] * 30, 6, True),
        ([0, 40] * 15, 60, False),
        (USUAL[:6], 300, False),
        ([], 300, False),
    ],
)
def test_a_spike_is_far_above_what_is_usual(before: list[int], now: int, expected: bool) -> None:
    assert (find_spike(before, now) is not None) is expected


def test_a_spike_says_how_much_and_what_is_usual() -> None:
    spike = find_spike(USUAL, 40)
    assert spike is not None
    assert (spike.n_articles, spike.usual) == (40, 10)
    assert spike.deviations > 5


@pytest.mark.parametrize("mean", [0.5, 2, 10, 40])
def test_chance_alone_makes_hardly_a_spike(mean: float) -> None:
    chance = random.Random(7)
    n = sum(
        find_spike([poisson(chance, mean) for _ in range(30)], poisson(chance, mean)) is not None for _ in range(2000)
    )
    assert n <= 3


def test_a_picture_has_a_bar_for_each_day() -> None:
    assert sparkline([0, 1, 7]) == "▁▂█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""
    assert set(sparkline(range(100))) == set(BARS)


def poisson(chance: random.Random, mean: float) -> int:
    """A count as chance makes it."""
    limit, n, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        n, product = n + 1, product * chance.random()
    return n
