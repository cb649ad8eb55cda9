"""Webhooks: signed, repeated with one key, and no receiver can hold or mislead us."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import replace

import pytest

from alerts.carrier import Carrier, read_channel, shown
from alerts.config import AlertsConfig
from news.errors import ChannelURLError
from news.messages import Delivered, MessageKind, NotDelivered
from tests.alerts.alert_samples import ALERT, MESSAGE, message
from tests.alerts.conftest import LOOPBACK
from tests.alerts.receivers import WebhookReceiver

SECRET = b"0123456789abcdef0123456789abcdef"
FRAGMENT = f"#whsec_{base64.b64encode(SECRET).decode()}"


async def test_a_message_is_signed_as_standard_webhooks_say(carrier: Carrier, receiver: WebhookReceiver) -> None:
    assert await carrier.carry(receiver.url("/ok?room=5") + FRAGMENT, MESSAGE) == Delivered()
    [post] = receiver.posts
    assert post.path == "/ok?room=5"
    assert abs(int(post.headers["webhook-timestamp"]) - time.time()) < 300
    signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    expected = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert post.headers["webhook-signature"] == f"v1,{expected}"
    assert post.headers["webhook-id"] == post.key == str(MESSAGE.key)


async def test_a_message_says_all_of_its_alert(carrier: Carrier, receiver: WebhookReceiver) -> None:
    await carrier.carry(receiver.url("/ok"), MESSAGE)
    document = receiver.posts[0].document
    assert document["type"] == "wirewatch.alert"
    assert document["timestamp"] == "2026-11-23T09:30:00+00:00"
    [alert] = document["data"]["alerts"]
    assert alert["title"] == ALERT.title
    assert alert["url"] == ALERT.url
    assert alert["snippet"] == "Новый **мост** через реку"
    assert (alert["articles"], alert["sources"], alert["story_id"]) == (4, 3, 3)
    assert "webhook-signature" not in receiver.posts[0].headers


async def test_a_repetition_carries_the_same_key(carrier: Carrier, receiver: WebhookReceiver) -> None:
    assert isinstance(await carrier.carry(receiver.url("/dies"), MESSAGE), NotDelivered)
    assert await carrier.carry(receiver.url("/ok"), MESSAGE) == Delivered()
    assert {post.key for post in receiver.posts} == {str(MESSAGE.key)}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/status/500", NotDelivered(reason="the receiver answered 500")),
        ("/status/401", NotDelivered(reason="the receiver answered 401")),
        ("/status/413", NotDelivered(reason="the receiver answered 413", of_message=True)),
        ("/busy", NotDelivered(reason="the receiver answered 429", retry_after_s=7.0)),
        ("/inward", NotDelivered(reason="the receiver answered 307; redirects are not followed")),
        ("/dies", NotDelivered(reason="the receiver hung up without an answer")),
    ],
)
async def test_a_refusal_is_a_value_with_its_reason(
    carrier: Carrier, receiver: WebhookReceiver, path: str, expected: NotDelivered
) -> None:
    assert await carrier.carry(receiver.url(path), MESSAGE) == expected
    assert [post.path for post in receiver.posts] == [path]


@pytest.mark.parametrize("path", ["/hang", "/drip", "/headers"])
async def test_a_receiver_that_never_comes_to_the_point_is_left(receiver: WebhookReceiver, path: str) -> None:
    began = time.monotonic()
    async with Carrier(AlertsConfig(allow_networks=LOOPBACK, timeout_s=1.0)) as carrier:
        outcome = await carrier.carry(receiver.url(path), MESSAGE)
    assert isinstance(outcome, NotDelivered)
    assert time.monotonic() - began < 20


async def test_an_endless_body_is_not_read(carrier: Carrier, receiver: WebhookReceiver) -> None:
    assert await carrier.carry(receiver.url("/body"), MESSAGE) == Delivered()


async def test_an_address_that_is_not_public_is_not_dialled(receiver: WebhookReceiver) -> None:
    async with Carrier(AlertsConfig()) as carrier:
        for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
            outcome = await carrier.carry(f"http://{host}:{receiver.port}/ok", MESSAGE)
            assert isinstance(outcome, NotDelivered)
            assert "not dialled" in outcome.reason, host
    assert receiver.posts == []


async def test_a_receiver_that_is_not_there_is_a_value(carrier: Carrier, receiver: WebhookReceiver) -> None:
    async with WebhookReceiver() as other:
        url = other.url("/ok")
    outcome = await carrier.carry(url, MESSAGE)
    assert isinstance(outcome, NotDelivered)
    assert "no connection" in outcome.reason


async def test_user_and_password_go_as_a_login(carrier: Carrier, receiver: WebhookReceiver) -> None:
    await carrier.carry(receiver.url("/ok").replace("://", "://anna:p%40ss@"), MESSAGE)
    assert receiver.posts[0].headers["authorization"] == "Basic " + base64.b64encode(b"anna:p@ss").decode()


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example/abc#secret-words",
        "https://hooks.example/abc#whsec_c2hvcnQ=",
        "https://hooks.example/abc#whsec_%%%",
        "https://user:secret-words@[bad/abc",
        "https://",
    ],
)
async def test_a_url_that_cannot_be_used_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(ChannelURLError) as told:
        await read_channel(url, AlertsConfig())
    assert "write it as https://host/path#whsec_SECRET" in str(told.value)
    assert "secret-words" not in str(told.value)
    assert "c2hvcnQ" not in str(told.value)


async def test_what_is_shown_of_a_url_holds_no_secret() -> None:
    channel = await read_channel(f"https://anna:p4ss@hooks.example/T0K3N?k=v{FRAGMENT}", AlertsConfig())
    assert channel.shown == shown(channel.url) == "https://hooks.example/…"
    assert "T0K3N" not in repr(channel)


async def test_a_digest_tells_every_alert(carrier: Carrier, receiver: WebhookReceiver) -> None:
    alerts = tuple(replace(ALERT, id=n) for n in range(200))
    await carrier.carry(receiver.url("/ok"), message(MessageKind.DIGEST, alerts=alerts))
    assert [alert["id"] for alert in receiver.posts[0].document["data"]["alerts"]] == list(range(200))
