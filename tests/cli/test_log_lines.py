"""The log of the long-running commands: a line each, facts behind the message, harmless on a terminal."""

from __future__ import annotations

import logging
import re

from procrastinate.exceptions import ConnectorException

from cli.session import LineFormatter


def record(message: str, *, exc_info=None, **facts: object) -> logging.LogRecord:
    made = logging.LogRecord("scheduler.worker", logging.WARNING, __file__, 1, message, None, exc_info)
    made.__dict__.update(facts)
    return made


def test_facts_follow_the_message():
    line = LineFormatter().format(record("child ended", action="child_ended", code=-9))
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} warning scheduler\.worker: child ended action=child_ended code=-9",
        line,
    )


def test_an_outlets_text_cannot_forge_a_line_or_move_the_cursor():
    line = LineFormatter().format(record("feed failed", reason="bad\n2026-01-01 error forged\x1b[2J"))
    assert "\n" not in line and "\x1b" not in line


def test_a_mistake_of_ours_has_its_traceback_below():
    try:
        raise ZeroDivisionError("zero")
    except ZeroDivisionError as error:
        line = LineFormatter().format(record("visit failed", exc_info=(type(error), error, error.__traceback__)))
    assert "Traceback (most recent call last)" in line.splitlines()[1]


def test_a_database_that_the_queue_lost_is_a_line_and_no_traceback():
    # Through its filters alone: libraries that other tests load switch loggers off.
    lost = ConnectorException()
    lost.__cause__ = OSError("connection refused")
    told = record("listener error", exc_info=(type(lost), lost, None), action="listener_error")
    told.name = "procrastinate.utils"
    assert logging.getLogger(told.name).filter(told)
    line = LineFormatter().format(told)
    assert "\n" not in line
    assert " warning procrastinate.utils: queue lost the database action=listener_error" in line
    assert "error=connection refused" in line
