"""The channels for scripts: a line of JSON a message."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from alerts.carrier import Carrier, read_channel
from alerts.config import AlertsConfig
from news.errors import ChannelURLError
from news.messages import Delivered, NotDelivered
from tests.alerts.alert_samples import MESSAGE, message


async def test_each_message_is_a_line(carrier: Carrier, tmp_path: Path) -> None:
    file = tmp_path / "out with blanks.jsonl"
    url = file.as_uri()
    assert await carrier.carry(url, MESSAGE) == Delivered()
    assert await carrier.carry(url, message(title="two\nlines\u2028three")) == Delivered()
    first, second = (json.loads(line) for line in file.read_text().split("\n")[:-1])
    assert first["data"]["key"] == str(MESSAGE.key)
    assert second["data"]["alerts"][0]["title"] == "two\nlines\u2028three"


async def test_a_line_that_was_cut_off_spoils_no_other(carrier: Carrier, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text('{"half a')
    await carrier.carry(file.as_uri(), MESSAGE)
    assert json.loads(file.read_text().splitlines()[1])["data"]["watch"] == "bridges"


async def test_what_cannot_be_written_is_a_value(carrier: Carrier, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "none" / "out", tmp_path / "pipe", Path("/dev/full")):
        outcome = await carrier.carry(path.as_uri(), MESSAGE)
        assert isinstance(outcome, NotDelivered), path
        assert "could not be written" in outcome.reason


def test_stdout_is_written_at_once() -> None:
    program = (
        "import asyncio\nfrom alerts.carrier import Carrier\nfrom alerts.config import AlertsConfig\n"
        "from tests.alerts.alert_samples import MESSAGE\n"
        "async def main():\n    async with Carrier(AlertsConfig()) as carrier:\n"
        "        await carrier.carry('stdout:', MESSAGE)\n"
        "asyncio.run(main())\nimport os; os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=Path(__file__).parents[2], timeout=60, check=True
    )
    assert json.loads(done.stdout)["type"] == "wirewatch.alert"


@pytest.mark.parametrize(
    "url", ["file:out.jsonl", "file://host/x", "file:///folder/", "file:///x?y", "stdout:x", "file:"]
)
async def test_a_path_that_cannot_be_used_is_refused_with_its_form(url: str) -> None:
    with pytest.raises(ChannelURLError, match="write"):
        await read_channel(url, AlertsConfig())


@pytest.mark.parametrize(
    "text", ["", "anna@reader.example", "no address", "tgram", "ma\x00il:x", "https://x/" + "y" * 3000]
)
async def test_what_is_no_address_is_told_the_forms(text: str) -> None:
    with pytest.raises(ChannelURLError, match=r"mailto:anna@example\.org"):
        await read_channel(text, AlertsConfig())
