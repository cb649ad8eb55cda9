"""Receivers on loopback, and a carrier that may reach them."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator

import pytest

from alerts.carrier import Carrier
from alerts.channels.mail_address import MailServer
from alerts.config import AlertsConfig
from tests.alerts.receivers import MailBox, WebhookReceiver, mail_server

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    async with WebhookReceiver() as started:
        yield started


@pytest.fixture
def box() -> MailBox:
    return MailBox()


@pytest.fixture
async def mail_port(box: MailBox) -> AsyncIterator[int]:
    async with mail_server(box) as port:
        yield port


@pytest.fixture
async def carrier(mail_port: int) -> AsyncIterator[Carrier]:
    """Reaches loopback; its mail goes to the test's box."""
    server = MailServer(host="127.0.0.1", port=mail_port, tls="offered")
    config = AlertsConfig(
        allow_networks=LOOPBACK, mail_server=server, mail_from="wirewatch@watch.example", timeout_s=20.0
    )
    async with Carrier(config) as opened:
        yield opened
