"""The worker, as a person starts it, delivers; and a test message goes at once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.carrier import Carrier
from crawler.config import CrawlerConfig
from news.messages import Delivered, NotDelivered
from scheduler.deliveries import open_carrier
from scheduler.jobs.deliver import send_test
from tests.alerts.outbox import open_desk
from tests.alerts.receivers import WebhookReceiver
from tests.chaos.wirewatch_process import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    opened = Stage(tmp_path, mark=uuid.uuid4().hex)
    yield opened
    opened.clear()


@pytest.mark.slow
async def test_the_worker_delivers_and_logs_no_secret(
    stage: Stage, database_url: str, tmp_path: Path, carrier: Carrier, receiver: WebhookReceiver
) -> None:
    async with open_desk(database_url, tmp_path, carrier) as desk:
        watch = desk.watch()
        await desk.channel(watch, receiver.url("/ok/T0K3N"))
        await desk.channel(watch, receiver.url("/status/500/T0K3N"))
        await desk.channel(watch, "json://me:T0K3N@127.0.0.1:1/T0K3N")
        desk.alert(watch, 2)
        stage.start("--debug", "worker", DATABASE_URL=database_url, ALERT_HOLD="1")
        async with asyncio.timeout(120):
            while desk.states().get("sent", 0) < 2 or desk.states().get("failed", 0) < 2:
                await asyncio.sleep(0.2)
        told = stage.run("status", DATABASE_URL=database_url)
    assert "2 channels take no alerts" in told
    assert "the receiver answered 500" in told
    assert "message not delivered" in stage.log()
    assert "T0K3N" not in told + stage.log()


async def test_a_test_message_goes_at_once(carrier: Carrier, receiver: WebhookReceiver) -> None:
    async with open_carrier(carrier.config, CrawlerConfig(resolve=(("hooks.example", "127.0.0.1"),))) as opened:
        # The names that are fixed for the crawler are known here, too.
        url = receiver.url("/ok").replace("127.0.0.1", "hooks.example")
        assert await send_test(opened, url, "bridges", datetime.now(UTC)) == Delivered()
        refused = await send_test(opened, receiver.url("/status/404"), "bridges", datetime.now(UTC))
    assert refused == NotDelivered(reason="the receiver answered 404")
    assert receiver.posts[0].document["type"] == "wirewatch.test"
