"""When an alert may be told: digests and quiet hours on the user's clock, and a cap per watch and hour. Pure.

Nothing is dropped: what may not be told now waits, and is told with all that waited for the same. Rows are the store's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from news.errors import UsageError
from news.messages import MessageKind, Pace, Wait, WatchPace

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

DIGEST_AT = time(8)
"""When daily and weekly digests come, on the user's clock: before the day's work."""

MOST_ALERTS = 200
"""Told in one message, about 100 kB as mail; a longer digest comes in several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An alert that waits for one channel and is due now.

    Attributes:
        wait: What it has waited for; None when it is looked at for the first time.
    """

    delivery_id: int
    made_at: datetime
    wait: Wait | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A message to be made."""

    kind: MessageKind
    wait: Wait | None
    delivery_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """Alerts that are looked at again at a later moment."""

    until: datetime
    wait: Wait
    delivery_ids: tuple[int, ...]


Plan = tuple[Planned | PutOff, ...]


def plan(
    waiting: Sequence[Waiting],
    pace: WatchPace,
    *,
    told_at: Sequence[datetime],
    held_until: datetime | None,
    most_per_hour: int,
    now: datetime,
    digest_at: time = DIGEST_AT,
) -> Plan:
    """Say what becomes of the alerts of one watch that wait for one channel and are due.

    Args:
        waiting: In the order of their making.
        pace: The watch's.
        told_at: When messages of this watch were made for this channel within the last hour.
        held_until: When those come up that already wait for the hour's end; None when there are none.
        most_per_hour: Where the watch names no cap of its own.
        now: Aware UTC.
        digest_at: When digests come, on the user's clock.

    Returns:
        Each of `waiting` once.
    """
    quiet_until = quiet_end(pace, now)
    steps: list[Planned | PutOff] = []
    for wait in (Wait.DIGEST, Wait.QUIET, Wait.CAP):
        waited = [one.delivery_id for one in waiting if one.wait is wait]
        if waited and quiet_until is not None:
            steps.append(PutOff(until=quiet_until, wait=wait, delivery_ids=tuple(waited)))
        elif waited:
            steps += _together(waited, wait)
    fresh = [one for one in waiting if one.wait is None]
    if pace.pace is not Pace.AT_ONCE:
        return (*steps, *_for_digests(fresh, pace, now, digest_at))
    ids = [one.delivery_id for one in fresh]
    if ids and quiet_until is not None:
        return (*steps, PutOff(until=quiet_until, wait=Wait.QUIET, delivery_ids=tuple(ids)))
    lately = sorted(at for at in told_at if at > now - HOUR)
    cap = pace.most_per_hour or most_per_hour
    n_free = 0 if held_until is not None else max(0, cap - len(lately) - sum(isinstance(s, Planned) for s in steps))
    steps += (Planned(kind=MessageKind.ALERT, wait=None, delivery_ids=(one,)) for one in ids[:n_free])
    if ids[n_free:]:
        until = held_until or (lately[0] if lately else now) + HOUR
        steps.append(PutOff(until=until, wait=Wait.CAP, delivery_ids=tuple(ids[n_free:])))
    return tuple(steps)


def next_digest_at(pace: Pace, after: datetime, zone: ZoneInfo, at: time = DIGEST_AT) -> datetime:
    """Return the first moment of a digest after another, aware UTC.

    Hourly at the full hour, daily at `at`, weekly at `at` on Monday, on the clock of the zone. Where that clock is
    set forward over `at`, the digest comes as much later; where it shows it twice, the first time.
    """
    local = after.astimezone(zone)
    if pace is Pace.HOURLY:
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return after.astimezone(UTC) + HOUR - past
    day = local.date()
    if pace is Pace.WEEKLY:
        day += DAY * (-day.weekday() % 7)
    step = DAY if pace is Pace.DAILY else 7 * DAY
    while (moment := _moment(day, at, zone)) <= after:
        day += step
    return moment


def quiet_end(pace: WatchPace, now: datetime) -> datetime | None:
    """Return when the quiet hours end, aware UTC; None when these are none."""
    begin, end = pace.quiet_from, pace.quiet_until
    if begin is None or end is None or begin == end:
        return None
    zone = zone_named(pace.time_zone)
    local = now.astimezone(zone)
    clock = local.time()
    quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not quiet:
        return None
    day = local.date()
    # The hour that the clock shows twice holds `end` twice.
    ends = (_moment(day, end, zone), _moment(day, end, zone, fold=1), _moment(day + DAY, end, zone))
    return next(moment for moment in ends if moment > now)


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        UsageError: There is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(f"time zone: {name!r}: there is none; write it as Europe/Berlin or UTC") from error


def _moment(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    return datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC)


def _for_digests(fresh: Sequence[Waiting], pace: WatchPace, now: datetime, digest_at: time) -> Iterator[PutOff]:
    """Put alerts off until the next digest; those that missed theirs, as nobody worked, come at once."""
    zone = zone_named(pace.time_zone)
    moments: dict[datetime, list[int]] = {}
    for one in fresh:
        # Those of the last minutes, which were held, are too late for a digest that has just gone.
        after = one.made_at if now - one.made_at > HOUR else now
        at = max(now, next_digest_at(pace.pace, after, zone, digest_at))
        moments.setdefault(quiet_end(pace, at) or at, []).append(one.delivery_id)
    for at, ids in moments.items():
        yield PutOff(until=at, wait=Wait.DIGEST, delivery_ids=tuple(ids))


def _together(ids: Sequence[int], wait: Wait) -> Iterator[Planned]:
    """Tell what waited for the same in one message, or as many as it takes; a single alert as itself."""
    kind = MessageKind.DIGEST if wait is Wait.DIGEST else MessageKind.SUMMARY
    if len(ids) == 1 and kind is MessageKind.SUMMARY:
        kind = MessageKind.ALERT
    for start in range(0, len(ids), MOST_ALERTS):
        yield Planned(kind=kind, wait=wait, delivery_ids=tuple(ids[start : start + MOST_ALERTS]))
