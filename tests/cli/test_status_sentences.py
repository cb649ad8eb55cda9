"""What the status says of its numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cli.status import problems
from store.channels import AilingChannel
from store.deliveries import DeliveryCounts
from store.status import Backlog, Count, EntryCounts, FeedCounts, PoorReads, QueueCounts, SourceCounts, Status
from store.tidying import Unplaced

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NONE = Count(n=0)
WELL = Status(
    at=NOW,
    sources=SourceCounts(active=3, paused=0),
    feeds=FeedCounts(active=3, alternative=1, gone=0, failing=0, unread=0, due=1),
    entries=EntryCounts(pending=NONE, stored=NONE, duplicate=NONE, failed=NONE, skipped=NONE),
    articles=NONE,
    last_article=None,
    backlog=Backlog(n_hosts=1, n_feeds=1, n_entries=NONE, oldest_due_at=NOW - timedelta(minutes=1)),
    queue=QueueCounts(waiting=0, running=1, stalled=0, failed=0),
    failing_feeds=(),
    n_hosts_in_backoff=0,
    hosts_in_backoff=(),
    failed_entries=(),
    poor_reads=PoorReads(n=NONE, days=7, doubts=()),
    outdated=NONE,
    unplaced=Unplaced(n_waiting=0, n_late=0, swept_at=None),
    changed_sites=(),
    deliveries=DeliveryCounts(waiting=0, under_way=0, dead=0),
    ailing_channels=(),
    database_bytes=0,
    page_bytes=0,
    postgres_version="18.6",
    migrations=(),
)


def test_what_is_due_since_a_minute_is_no_problem():
    assert problems(WELL) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"backlog": replace(WELL.backlog, oldest_due_at=NOW - timedelta(hours=3))},
            "work is due since 3 h: is a worker running?",
        ),
        ({"queue": replace(WELL.queue, failed=2)}, "2 visits ended by a mistake of ours"),
        ({"queue": replace(WELL.queue, stalled=1)}, "1 visits are held by a worker"),
        ({"feeds": replace(WELL.feeds, failing=4, gone=1)}, "4 feeds fail, 1 are gone"),
        (
            {"unplaced": Unplaced(n_waiting=7, n_late=0, swept_at=NOW - timedelta(hours=2))},
            "7 articles have no place yet, stories were not tidied for 2 h",
        ),
        ({"n_hosts_in_backoff": 5}, "5 hosts are left alone"),
    ],
)
def test_each_problem_is_one_sentence(change, told):
    (problem,) = problems(replace(WELL, **change))
    assert problem.startswith(told)


def test_channels_that_fail_and_alerts_that_are_dead_are_problems():
    ailing = AilingChannel(
        id=1,
        shown="https://hooks.example/…",
        n_failures=3,
        failing_since=NOW,
        error="the receiver answered 500",
        next_attempt_at=NOW,
        n_dead=2,
        dead_error="the receiver answered 500",
    )
    told = replace(WELL, deliveries=DeliveryCounts(waiting=1, under_way=4, dead=2), ailing_channels=(ailing,))
    assert problems(told) == [
        "2 alerts could not be delivered for days: wirewatch alert retry",
        "1 channels take no alerts; what is for them waits",
    ]
    well_again = replace(ailing, n_failures=0, failing_since=None, error=None, next_attempt_at=None)
    assert problems(replace(WELL, ailing_channels=(well_again,))) == []
