"""Everything else: what Apprise carries (Telegram, Slack, Discord, Matrix, ntfy …), in a child that can be killed.

Apprise follows redirects, reads answers of any size and waits as long as they drip: so each message has a process of
its own, with a limit of memory, a deadline, and a guard at every socket (`alerts.apprise_child`).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import sys
from typing import Any

from alerts import wording
from alerts.config import AlertsConfig
from news.errors import ChannelURLError
from news.messages import Delivered, Message, NotDelivered, Outcome

FORM = "write it as Apprise does (https://github.com/caronc/apprise/wiki), such as tgram://BOT_TOKEN/CHAT_ID"

MOST_ALERTS = 10
"""Shown in a chat; the rest is counted, and listed elsewhere."""

MOST_ANSWER_BYTES = 4096

LOCAL = frozenset(
    {"dbus", "qt", "kde", "glib", "gnome", "windows", "macosx", "macos", "syslog", "mailto", "mailtos", "file"}
)
"""What Apprise would do on this machine; and mail, which we carry ourselves."""

_CHECK_S = 30.0


async def check_url(url: str, config: AlertsConfig) -> None:
    """See that Apprise knows what a URL means.

    Raises:
        ChannelURLError: It does not; the text holds the scheme alone.
    """
    scheme = url.partition(":")[0].lower()
    if "://" not in url or scheme in LOCAL:
        raise ChannelURLError(f"channel: {scheme[:20]}: is no channel of ours; {FORM}")
    answer = await _ask({"do": "check", "url": url}, config, _CHECK_S)
    if not answer.get("good"):
        raise ChannelURLError(
            f"channel: {scheme[:20]}://…: {answer.get('reason') or 'Apprise does not know it'}; {FORM}"
        )


def shown(url: str) -> str:
    """Return the scheme, and a mark that tells two apart."""
    return f"{url.partition(':')[0][:20]}://…{hashlib.sha256(url.encode()).hexdigest()[:6]}"


async def carry(url: str, message: Message, config: AlertsConfig) -> Outcome:
    """Hand a message to Apprise; it says yes or no."""
    task = {
        "do": "carry",
        "url": url,
        "title": wording.subject(message),
        "text": wording.plain(message, most_alerts=MOST_ALERTS),
    }
    answer = await _ask(task, config, config.timeout_s)
    if answer.get("good"):
        return Delivered()
    return NotDelivered(reason=str(answer.get("reason") or "Apprise could not deliver it")[:300])


async def _ask(task: dict[str, Any], config: AlertsConfig, timeout_s: float) -> dict[str, Any]:
    """Run the child with one task; whatever becomes of it is an answer."""
    task["allow_networks"] = [str(network) for network in config.allow_networks]
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "alerts.apprise_child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        async with asyncio.timeout(timeout_s):
            with contextlib.suppress(ConnectionError):
                child.stdin.write(json.dumps(task).encode())
                child.stdin.close()
            told = await child.stdout.read(MOST_ANSWER_BYTES)
    except TimeoutError:
        return {"good": False, "reason": f"no receipt within {timeout_s:g} s"}
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    try:
        answer = json.loads(told)
    except ValueError:
        return {"good": False, "reason": "the process that runs Apprise ended by itself"}
    return answer if isinstance(answer, dict) else {}
