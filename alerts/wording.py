"""What a message says: its subject, its text for people, its HTML, its JSON for programs. Pure.

All text in it is a stranger's: one line stays one line, and in HTML everything is escaped. Who carries it, and what
that needs (headers, signatures), stands in `channels/`.
"""

from __future__ import annotations

import json
from datetime import datetime
from html import escape

from alerts.pace import zone_named
from alerts.templates import fill
from news.messages import MARK_END, MARK_START, Message, MessageKind, ToldAlert, Wait
from news.text import clean_text

MOST_SUBJECT_CHARS = 160
MOST_TITLE_CHARS = 300
MOST_SNIPPET_CHARS = 600
MOST_TEXT_CHARS = 100_000

_BARS = "▁▂▃▄▅▆▇█"

_WAITED = {
    Wait.DIGEST: "",
    Wait.QUIET: " of the quiet hours",
    Wait.CAP: " more, held back by the cap an hour",
}


def subject(message: Message) -> str:
    """Return the message's subject: one clean line."""
    if message.kind is MessageKind.TEST:
        return _line(f"[{message.watch}] a test message of Wirewatch", MOST_SUBJECT_CHARS)
    if message.kind is MessageKind.ALERT:
        [alert] = message.alerts
        if message.title_template is not None:
            return _line(fill(message.title_template, _values(message, alert)), MOST_SUBJECT_CHARS) or "Wirewatch"
        told = f": {why(alert)}" if alert.occasion not in {"story", "article"} else ""
        return _line(f"[{message.watch}]{told} {_title(alert)}", MOST_SUBJECT_CHARS)
    return _line(f"[{message.watch}] {_heading(message)}", MOST_SUBJECT_CHARS)


def plain(message: Message, *, most_alerts: int | None = None) -> str:
    """Return the message as text.

    Args:
        message: What is told.
        most_alerts: Of a longer one the rest is counted and said where to be found; None tells all.
    """
    if message.kind is MessageKind.TEST:
        return f"This is a test message. The alerts of the watch {_line(message.watch)} will come here.\n"
    shown = message.alerts[:most_alerts]
    parts = [_told(message, alert) for alert in shown]
    if message.kind is not MessageKind.ALERT:
        parts.insert(0, f"{_heading(message)}:")
    if len(shown) < len(message.alerts):
        parts.append(f"and {len(message.alerts) - len(shown)} more; all are listed by: wirewatch alert list")
    return "\n\n".join(parts)[:MOST_TEXT_CHARS] + "\n"


def html(message: Message) -> str:
    """Return the message as a small page of HTML: text, links to articles, nothing loaded from anywhere."""
    if message.kind is MessageKind.TEST or message.text_template is not None:
        body = f'<p style="white-space:pre-wrap">{_escaped(plain(message))}</p>'
    else:
        heading = "" if message.kind is MessageKind.ALERT else f"<h1>{_escaped(_heading(message))}</h1>\n"
        body = heading + "\n".join(_told_in_html(message, alert) for alert in message.alerts)
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


def as_json(message: Message) -> str:
    """Return the message for programs: one line of JSON in the shape of Standard Webhooks (type, timestamp, data)."""
    document = {
        "type": f"wirewatch.{message.kind}",
        "timestamp": _iso(message.made_at),
        "data": {
            "key": str(message.key),
            "watch": message.watch,
            "waited_for": message.wait,
            "subject": subject(message),
            "alerts": [
                {
                    "id": alert.id,
                    "occasion": alert.occasion,
                    "occasion_key": alert.occasion_key,
                    "why": why(alert),
                    "story_id": alert.story_id,
                    "article_id": alert.article_id,
                    "title": alert.title,
                    "url": alert.url,
                    "source": alert.source,
                    "language": alert.language,
                    "published_at": _iso(alert.published_at),
                    "matched_words": list(alert.matched_words),
                    "snippet": _marked(alert, "**", "**"),
                    "note": alert.note,
                    "daily": list(alert.daily),
                    "articles": alert.n_articles,
                    "sources": alert.n_sources,
                    "alerted_at": _iso(alert.created_at),
                }
                for alert in message.alerts
            ],
        },
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def why(alert: ToldAlert) -> str:
    """Say on which occasion the alert was made."""
    match alert.occasion:
        case "story":
            return "a new story"
        case "article":
            return "a new article"
        case "grown":
            return f"now told by {_line(alert.occasion_key, 20) or alert.n_sources} sources"
        case "revised":
            return "an article was changed"
        case "spike":
            return "many more articles than usual"
        case other:
            return _line(other, 60)


def _heading(message: Message) -> str:
    n = len(message.alerts)
    told = f"{n} alert{'' if n == 1 else 's'}"
    if message.wait is Wait.CAP:
        told = f"{n}"
    return told + (_WAITED[message.wait] if message.wait else "")


def _told(message: Message, alert: ToldAlert) -> str:
    if message.text_template is not None:
        return fill(message.text_template, _values(message, alert))
    facts = ", ".join(fact for fact in (alert.source, _local(alert.published_at, message.time_zone)) if fact)
    told = f"{alert.n_articles} articles of {alert.n_sources} sources tell it" if alert.n_articles > 1 else ""
    why_now = why(alert) if alert.occasion != "article" else ""
    small = _line("; ".join(filter(None, (why_now, told))))
    lines = (_title(alert), _line(facts), _marked(alert, "*", "*"), small, _line(alert.note), _picture(alert))
    return "\n".join(line for line in (*lines, _link(alert)) if line)


def _told_in_html(message: Message, alert: ToldAlert) -> str:
    title = _escaped(_title(alert))
    link = _link(alert)
    if link:
        title = f'<a href="{escape(link, quote=True)}">{title}</a>'
    facts = ", ".join(fact for fact in (alert.source, _local(alert.published_at, message.time_zone)) if fact)
    told = f"{alert.n_articles} articles of {alert.n_sources} sources" if alert.n_articles > 1 else ""
    small = "; ".join(_line(fact) for fact in (facts, why(alert), told, alert.note, _picture(alert)) if fact)
    snippet = _escaped(_marked(alert, MARK_START, MARK_END))
    snippet = snippet.replace(MARK_START, "<b>").replace(MARK_END, "</b>")
    return f"<h2>{title}</h2>\n<p>{snippet}</p>\n<p><small>{_escaped(small)}</small></p>"


def _values(message: Message, alert: ToldAlert) -> dict[str, str]:
    return {
        "watch": _line(message.watch),
        "why": why(alert),
        "title": _title(alert),
        "url": _link(alert),
        "source": _line(alert.source),
        "language": _line(alert.language),
        "published": _local(alert.published_at, message.time_zone),
        "snippet": _marked(alert, "*", "*"),
        "story": str(alert.story_id or ""),
        "articles": str(alert.n_articles),
        "sources": str(alert.n_sources),
    }


def _title(alert: ToldAlert) -> str:
    return _line(alert.title, MOST_TITLE_CHARS) or _link(alert) or f"alert {alert.id}"


def _picture(alert: ToldAlert) -> str:
    """Draw the articles a day, the last one at the right."""
    most = max(alert.daily, default=0)
    if most <= 0:
        return ""
    bars = "".join(_BARS[(max(n, 0) * (len(_BARS) - 1) + most - 1) // most] for n in alert.daily)
    return f"{bars} ({alert.daily[-1]} today)"


def _link(alert: ToldAlert) -> str:
    """Return the article's address, where it is one that a reader may follow."""
    url = alert.url or ""
    return url if url.startswith(("http://", "https://")) and clean_text(url) == url and " " not in url else ""


def _marked(alert: ToldAlert, start: str, end: str) -> str:
    """Return the snippet in one line, its marks in pairs whatever was cut off."""
    words: list[str] = []
    for n, part in enumerate((alert.snippet or "")[:MOST_SNIPPET_CHARS].split(MARK_START)):
        hit, _, rest = part.partition(MARK_END) if n else ("", "", part)
        words += [start, _folded(hit), end] if _folded(hit) else []
        words.append(_folded(rest))
    return "".join(words).strip()


def _folded(text: str) -> str:
    """Return text cleaned, with a blank at each end where it had one."""
    cleaned = clean_text(text.replace(MARK_START, "").replace(MARK_END, "")) or ""
    before = " " if text[:1].isspace() else ""
    after = " " if cleaned and text[-1:].isspace() else ""
    return before + cleaned + after


def _line(text: str | None, most_chars: int = 500) -> str:
    line = clean_text((text or "")[: 4 * most_chars]) or ""
    return line if len(line) <= most_chars else line[: most_chars - 1].rstrip() + "…"


def _escaped(text: str) -> str:
    return escape(text, quote=True)


def _local(at: datetime | None, zone: str) -> str:
    return f"{at.astimezone(zone_named(zone)):%Y-%m-%d %H:%M}" if at else ""


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
