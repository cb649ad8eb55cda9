"""The scheduler's config: intervals, limits and how much is done at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from news.settings import Settings
from scheduler.cadence import Limits

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerConfig:
    """How often, how long, how many.

    Attributes:
        limits: Shortest and longest interval between two checks of a feed.
        full_after_s: After so long a feed is asked without validators, whatever it claims.
        n_visits: Hosts visited at once by one worker.
        n_parse_children: Child processes that parse.
        parse_timeout_s: Wall time of one document in a child, then it is killed.
        parse_memory_bytes: Address space of a child.
        visit_limit_s: A visit ends after this; the rest is the next visit's.
        lease_s: A visit that is not settled after this is due again; longer than a visit can take.
        stalled_after_s: A worker that gave no sign of life for so long is dead: others take over its visits.
        max_age_s: Older lines of sitemaps and listing pages are skipped, with that reason.
        first_read_age_s: Of what stands in a feed when it is read for the first time, only what was published within so
            long before may alert.
        recheck_after_s: Times since an article was stored at which its page is asked for again, ascending; none: never.
        page_retention_s: How long raw pages are kept.
        give_up_s: A page that could not even be asked for in this time is given up.
        stop_grace_s: How long open visits may finish when the worker is told to stop.
        embedder: `module:callable` that makes a model of meaning, by which stories are linked across languages, too;
            None: there is none.
    """

    limits: Limits = field(default_factory=Limits)
    full_after_s: float = DAY_S
    n_visits: int = 32
    n_parse_children: int = 2
    parse_timeout_s: float = 20.0
    parse_memory_bytes: int = 1536 * 1024 * 1024
    visit_limit_s: float = 600.0
    lease_s: float = 1200.0
    stalled_after_s: float = 30.0
    max_age_s: float = 30 * DAY_S
    first_read_age_s: float = DAY_S
    recheck_after_s: tuple[float, ...] = (HOUR_S, 6 * HOUR_S, DAY_S, 3 * DAY_S)
    page_retention_s: float = 14 * DAY_S
    give_up_s: float = 7 * DAY_S
    stop_grace_s: float = 10.0
    embedder: str | None = None

    @property
    def beat_s(self) -> float:
        """How often a worker gives a sign of life: one that misses three is dead."""
        return min(10.0, self.stalled_after_s / 3)

    @property
    def recovery_s(self) -> float:
        """How often visits of dead workers are looked for."""
        return min(15.0, self.stalled_after_s / 2)

    @classmethod
    def from_settings(cls, settings: Settings) -> SchedulerConfig:
        """Build it from `WIREWATCH_MIN_INTERVAL`, `_MAX_INTERVAL` (seconds) and their like.

        Raises:
            ConfigError: A value is out of its range.
        """
        shortest = settings.number("MIN_INTERVAL", 5 * MINUTE_S, least=1, most=DAY_S)
        longest = settings.number("MAX_INTERVAL", DAY_S, least=shortest, most=30 * DAY_S)
        hours = settings.numbers("RECHECK_HOURS", (1, 6, 24, 72), most=24 * 30)
        return cls(
            limits=Limits(shortest_s=shortest, longest_s=longest, unknown_s=max(shortest, min(longest, HOUR_S / 2))),
            n_visits=settings.count("VISITS", 32, least=1, most=500),
            n_parse_children=settings.count("PARSE_CHILDREN", 2, least=1, most=64),
            parse_timeout_s=settings.number("PARSE_TIMEOUT", 20.0, least=1, most=600),
            stalled_after_s=settings.number("STALLED_AFTER", 30.0, least=3, most=HOUR_S),
            max_age_s=settings.number("MAX_AGE_DAYS", 30, least=1, most=36500) * DAY_S,
            first_read_age_s=settings.number("FIRST_READ_HOURS", 24, least=0, most=24 * 365) * HOUR_S,
            recheck_after_s=tuple(sorted({hour * HOUR_S for hour in hours if hour > 0})),
            page_retention_s=settings.number("PAGE_RETENTION_DAYS", 14, least=0, most=36500) * DAY_S,
            embedder=settings.text("EMBEDDER"),
        )
