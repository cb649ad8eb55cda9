"""Alerts and messages as the store would read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from news.messages import Message, MessageKind, ToldAlert

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

ALERT = ToldAlert(
    id=7,
    occasion="story",
    occasion_key="",
    story_id=3,
    article_id=11,
    title="Мост открыли раньше срока",
    url="https://outlet.example/most?a=1&b=2",
    source="Вестник",
    language="ru",
    published_at=AT,
    matched_words=("мост",),
    snippet="Новый \x02мост\x03 через реку",
    note=None,
    daily=(),
    n_articles=4,
    n_sources=3,
    created_at=AT,
)

MESSAGE = Message(
    key=UUID("0f0e0d0c-0b0a-4908-8706-050403020100"),
    kind=MessageKind.ALERT,
    watch="bridges",
    alerts=(ALERT,),
    made_at=AT,
)


def message(kind: MessageKind = MessageKind.ALERT, **changes: Any) -> Message:
    """A message, with some fields of its one alert changed."""
    whole = {name: changes.pop(name) for name in list(changes) if name in Message.__dataclass_fields__}
    alerts = whole.pop("alerts", (replace(ALERT, **changes),))
    return replace(MESSAGE, kind=kind, alerts=alerts, **whole)
