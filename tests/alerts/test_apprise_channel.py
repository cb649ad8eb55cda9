"""What Apprise carries, in a child that dials nothing it may not, and that can be killed."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import time
from pathlib import Path

import pytest

from alerts.carrier import Carrier, read_channel
from alerts.config import AlertsConfig
from bench import processes
from news.errors import ChannelURLError
from news.messages import Delivered, MessageKind, NotDelivered
from tests.alerts.alert_samples import ALERT, MESSAGE, message
from tests.alerts.conftest import LOOPBACK
from tests.alerts.receivers import WebhookReceiver


def through_apprise(receiver: WebhookReceiver, path: str) -> str:
    """Apprise's own way to post JSON anywhere."""
    return receiver.url(path).replace("http://", "json://")


async def test_a_message_goes_through_apprise(carrier: Carrier, receiver: WebhookReceiver) -> None:
    channel = await read_channel(through_apprise(receiver, "/ok"), carrier.config)
    assert await carrier.carry(channel.url, MESSAGE) == Delivered()
    [post] = receiver.posts
    told = json.loads(post.body)
    assert told["title"] == f"[bridges] {ALERT.title}"
    assert "Новый *мост* через реку" in told["message"]
    assert channel.shown.startswith("json://…")


async def test_a_long_digest_is_shortened_and_says_so(carrier: Carrier, receiver: WebhookReceiver) -> None:
    await carrier.carry(through_apprise(receiver, "/ok"), message(MessageKind.DIGEST, alerts=(ALERT,) * 40))
    assert "and 30 more; all are listed by: wirewatch alert list" in json.loads(receiver.posts[0].body)["message"]


async def test_a_refusal_has_the_services_status(carrier: Carrier, receiver: WebhookReceiver) -> None:
    outcome = await carrier.carry(through_apprise(receiver, "/status/403"), MESSAGE)
    assert outcome == NotDelivered(reason="the service answered 403")


async def test_apprise_dials_no_address_that_is_not_public(receiver: WebhookReceiver) -> None:
    async with Carrier(AlertsConfig()) as carrier:
        outcome = await carrier.carry(through_apprise(receiver, "/ok"), MESSAGE)
    assert isinstance(outcome, NotDelivered)
    assert "127.0.0.1 is not a public address" in outcome.reason
    assert receiver.posts == []


async def test_a_redirect_inward_is_not_followed(receiver: WebhookReceiver) -> None:
    # The receiver may be reached, the address it leads to may not.
    async with WebhookReceiver() as inner:
        config = AlertsConfig(allow_networks=(ipaddress.ip_network("127.0.0.1/32"),))
        receiver.redirect_to = f"http://127.0.0.2:{inner.port}/ok"
        async with Carrier(config) as carrier:
            outcome = await carrier.carry(through_apprise(receiver, "/inward"), MESSAGE)
    assert isinstance(outcome, NotDelivered)
    assert "127.0.0.2 is not a public address" in outcome.reason
    assert inner.posts == []


async def test_a_receiver_that_drips_is_killed_off(receiver: WebhookReceiver) -> None:
    began = time.monotonic()
    async with Carrier(AlertsConfig(allow_networks=LOOPBACK, timeout_s=6)) as carrier:
        outcome = await carrier.carry(through_apprise(receiver, "/drip"), MESSAGE)
    assert outcome == NotDelivered(reason="no receipt within 6 s")
    assert time.monotonic() - began < 40
    assert not [pid for pid in children_of_ours() if "apprise_child" in pid]


@pytest.mark.parametrize(
    "url", ["tgram://s3cret", "nonsense://s3cret@host", "dbus://s3cret", "mailto://s3cret@host", "syslog://s3cret"]
)
async def test_a_url_that_apprise_cannot_use_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(ChannelURLError, match="write it as") as told:
        await read_channel(url, AlertsConfig())
    assert "s3cret" not in str(told.value)


async def test_a_url_that_apprise_can_use_is_shown_without_its_secrets() -> None:
    channel = await read_channel("tgram://123456789:abcdefg_hijklmnop/12315544/", AlertsConfig())
    assert channel.kind == "apprise"
    assert "abcdefg" not in channel.shown + repr(channel)


def children_of_ours() -> list[str]:
    """Command lines of the processes below this one; those that end meanwhile are none."""
    found = []
    for pid in processes.descendants(os.getpid()):
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found
