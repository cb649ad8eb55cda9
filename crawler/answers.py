"""What an HTTP answer means: a page, nothing new, somewhere else to go, or a failure. Pure.

Who follows a redirect, and whether it may be followed, is the fetcher's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from news.model import FailureKind, FetchFailure, Page
from news.retry_after import retry_after_s

_REDIRECTS = {301, 302, 303, 307, 308}

_LASTING = {402, 404, 410, 451}
"""Asking again soon is pointless. 401 and 403 are not among them: firewalls and overloaded servers say them for an
hour, and an entry is worth a few more tries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The outlet says that nothing changed since the validators we sent. `headers` as in `Page`."""

    requested_url: str
    final_url: str
    headers: dict[str, str]
    fetched_at: datetime
    status: int = field(default=304)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """The outlet names another place, as it wrote it."""

    location: str


def judge(answer: Page, *, conditional: bool, now: datetime) -> Page | NotModified | Redirect | FetchFailure:
    """Say what an answer means.

    Args:
        answer: Of any status.
        conditional: Whether validators were sent.
        now: Aware UTC; a `Retry-After` that names a date is counted from it.
    """
    status = answer.status
    if 200 <= status < 300 and status != 206:
        return answer
    if status == 304 and conditional:
        return NotModified(
            requested_url=answer.requested_url,
            final_url=answer.final_url,
            headers=answer.headers,
            fetched_at=answer.fetched_at,
        )
    if status in _REDIRECTS and (location := answer.headers.get("location", "").strip()):
        return Redirect(location=location)
    wait_s = retry_after_s(answer.headers, now)
    busy = status == 429 or (status == 503 and wait_s is not None)
    wish = f" and asks for {wait_s:.0f} s of peace" if wait_s is not None else ""
    return FetchFailure(
        kind=FailureKind.BUSY if busy else FailureKind.HTTP,
        reason=f"answered {status}{_meaning(status)}{wish}",
        status=status,
        retry_after_s=wait_s,
        lasting=status in _LASTING,
    )


def _meaning(status: int) -> str:
    return {
        206: ": a part of a page, unasked",
        304: " to a request without a condition",
        401: ": it wants a login",
        402: ": it wants money",
        403: ": it forbids it",
        404: ": there is no such page",
        410: ": the page is gone for good",
        429: ": too many requests",
        451: ": forbidden by law",
    }.get(status, "")
