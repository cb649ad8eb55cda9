"""Spikes: when much more is written than usual, and the picture of it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

N_DAYS = 30
"""What is usual is what the last 30 days were like."""

LEAST_DAYS = 7
"""Of fewer days nobody knows what is usual."""

LEAST_ARTICLES = 5
"""Fewer than this in a day are no spike, however silent it was before."""

N_DEVIATIONS = 5.0
"""With counts as chance makes them (Poisson, 0.1 to 50 a day, 30,000 draws each) 5 comes by itself at most once in 20
years of a watch's days, 4 up to once in 18 months; three times the usual 10 is seen all the same."""

MAD_TO_DEVIATION = 1.4826
"""The median absolute deviation of a normal distribution is its standard deviation divided by this."""

BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A day of much more than usual.

    Attributes:
        n_articles: In the last 24 hours.
        usual: The median of the days before.
        deviations: How far above, in robust standard deviations.
    """

    n_articles: int
    usual: float
    deviations: float


def find_spike(before: Sequence[int], now: int) -> Spike | None:
    """Return the spike that the last 24 hours are, or None.

    The measure is robust: the median of the days before, and their median absolute deviation, so that a spike of last
    week does not hide today's. It is never less than chance alone would scatter (Poisson: the root of the median).

    Args:
        before: Articles a day of at most `N_DAYS` days before, in any order.
        now: Articles in the last 24 hours.
    """
    if len(before) < LEAST_DAYS or now < LEAST_ARTICLES:
        return None
    usual = median(before)
    scatter = MAD_TO_DEVIATION * median(abs(n - usual) for n in before)
    deviation = max(scatter, math.sqrt(usual), 1.0)
    deviations = (now - usual) / deviation
    return Spike(n_articles=now, usual=usual, deviations=deviations) if deviations > N_DEVIATIONS else None


def sparkline(counts: Sequence[int]) -> str:
    """Return a picture of counts, a bar each; none is the lowest, the most the highest."""
    most = max(counts, default=0)
    if most <= 0:
        return BARS[0] * len(counts)
    return "".join(BARS[math.ceil(max(0, n) / most * (len(BARS) - 1))] for n in counts)
