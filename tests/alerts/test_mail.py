"""Mail over real SMTP: what arrives, in what thread, and that no title can write a header."""

from __future__ import annotations

import ipaddress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.carrier import Carrier, read_channel
from alerts.channels.mail import compose
from alerts.channels.mail_address import MailServer, read_server
from alerts.config import AlertsConfig
from news.errors import ChannelURLError, ConfigError
from news.messages import Delivered, MessageKind, NotDelivered
from news.settings import Settings
from tests.alerts.alert_samples import ALERT, MESSAGE, message
from tests.alerts.conftest import LOOPBACK
from tests.alerts.receivers import MailBox, mail_server

TO = "mailto:anna@reader.example"

HEADERS = {
    *("subject", "from", "to", "date", "message-id", "auto-submitted", "x-auto-response-suppress"),
    *("content-type", "mime-version"),
}

HOSTILE_TITLES = [
    "=?utf-8?q?x=0D=0ABcc:_eve@evil.example?=",
    "=?utf-8?b?eA0KQmNjOiBldmVAZXZpbC5leGFtcGxl?=",
    "Title\r\nBcc: eve@evil.example",
    "Title\nBcc: eve@evil.example\n\nbody",
    "Title\x0bBcc: eve@evil.example",
    "Title\x85Bcc: eve@evil.example",
    "Title\u2028Bcc: eve@evil.example",
    "a" * 5000,
    "\x00\x1b[31m",
]


async def test_a_mail_has_text_and_html(carrier: Carrier, box: MailBox) -> None:
    assert await carrier.carry(TO, MESSAGE) == Delivered()
    [mail] = box.mails
    assert mail["To"] == "anna@reader.example"
    assert mail["From"] == "Wirewatch <wirewatch@watch.example>"
    assert mail["Subject"] == f"[bridges] {ALERT.title}"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert text.splitlines()[:3] == [ALERT.title, "Вестник, 2026-11-23 09:30", "Новый *мост* через реку"]
    assert "4 articles of 3 sources" in text
    assert ALERT.url in text
    assert 'href="https://outlet.example/most?a=1&amp;b=2"' in html
    assert "Новый <b>мост</b> через реку" in html


async def test_the_message_id_is_the_key_and_stays(carrier: Carrier, box: MailBox) -> None:
    box.answers = ["lost"]
    assert isinstance(await carrier.carry(TO, MESSAGE), NotDelivered)
    assert await carrier.carry(TO, MESSAGE) == Delivered()
    first, second = box.raw
    assert first == second
    assert box.mails[0]["Message-ID"] == f"<{MESSAGE.key}@watch.example>"


async def test_mails_about_a_story_are_one_thread(carrier: Carrier, box: MailBox) -> None:
    await carrier.carry(TO, MESSAGE)
    await carrier.carry(TO, message(key=UUID(int=5), thread_key=MESSAGE.key, occasion="grown", occasion_key="20"))
    first, second = box.mails
    assert first["References"] is None
    assert second["References"] == second["In-Reply-To"] == first["Message-ID"]
    assert second["Subject"].startswith("[bridges]: now told by 20 sources ")


@pytest.mark.parametrize("title", HOSTILE_TITLES)
@pytest.mark.parametrize("place", ["title", "source", "snippet", "watch", "url"])
async def test_no_text_of_an_outlet_becomes_a_header(carrier: Carrier, box: MailBox, title: str, place: str) -> None:
    assert await carrier.carry(TO, message(**{place: title})) == Delivered()
    [mail] = box.mails
    assert {name.lower() for name in mail} == HEADERS
    assert mail["Bcc"] is None
    head = box.raw[0].split(b"\r\n\r\n", 1)[0]
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))
    assert head.isascii()


@given(title=st.text(max_size=300), watch=st.text(max_size=50))
def test_a_composed_mail_has_the_headers_it_should_and_no_more(title: str, watch: str) -> None:
    raw = compose(message(title=title, watch=watch), "w@watch.example", "anna@reader.example")
    head, _ = raw.split(b"\r\n\r\n", 1)
    names = [line.split(b":")[0].decode().lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert sorted(names) == sorted(HEADERS)
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")


async def test_all_text_is_escaped_in_html(carrier: Carrier, box: MailBox) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    for kind in (MessageKind.ALERT, MessageKind.DIGEST):
        await carrier.carry(
            TO, message(kind, title=evil, source=evil, snippet=f"\x02{evil}\x03", watch=evil, url=f"https://x/{evil}")
        )
    await carrier.carry(TO, message(title=evil, text_template=f"{evil} $title"))
    await carrier.carry(TO, message(url="javascript:alert(1)"))
    for mail in box.mails:
        html = list(mail.iter_parts())[1].get_content()
        assert "<script" not in html
        assert "<img" not in html
        assert "javascript:" not in html


@pytest.mark.parametrize(
    ("answer", "of_message"),
    [("552 too large", True), ("554 spam", True), ("451 later", False), ("421 bye", False)],
)
async def test_a_server_that_refuses_says_why(carrier: Carrier, box: MailBox, answer: str, of_message: bool) -> None:
    box.answers = [answer]
    outcome = await carrier.carry(TO, MESSAGE)
    assert isinstance(outcome, NotDelivered)
    assert outcome.of_message is of_message
    assert answer[:3] in outcome.reason
    assert box.mails == []


async def test_a_refused_recipient_is_the_channels_fault(carrier: Carrier, box: MailBox) -> None:
    box.refused_recipients = {"anna@reader.example": "550 who?"}
    outcome = await carrier.carry(TO, MESSAGE)
    assert outcome == NotDelivered(reason="the mail server refused the recipient: 550 who?")


async def test_a_server_of_the_channels_own_is_reached_past_the_guard(box: MailBox) -> None:
    async with mail_server(box) as port:
        url = f"smtp://127.0.0.1:{port}/?from=me@own.example&to=bob@reader.example"
        async with Carrier(AlertsConfig(allow_networks=LOOPBACK)) as carrier:
            assert await carrier.carry(url, MESSAGE) == Delivered()
        async with Carrier(AlertsConfig(allow_networks=(ipaddress.ip_network("10.0.0.0/8"),))) as carrier:
            outcome = await carrier.carry(url, MESSAGE)
    assert isinstance(outcome, NotDelivered)
    assert "not dialled" in outcome.reason
    assert [mail["To"] for mail in box.mails] == ["bob@reader.example"]


async def test_a_password_never_goes_without_tls(box: MailBox) -> None:
    async with mail_server(box) as port:
        url = f"smtp://me:secret@127.0.0.1:{port}/?from=me@own.example&to=bob@reader.example"
        async with Carrier(AlertsConfig(allow_networks=LOOPBACK)) as carrier:
            outcome = await carrier.carry(url, MESSAGE)
    assert isinstance(outcome, NotDelivered)
    assert "secret" not in outcome.reason
    assert box.mails == []


@pytest.mark.parametrize(
    "url",
    [
        "mailto:",
        "mailto:anna",
        "mailto:anna@reader.example\r\nBcc: eve@evil.example",
        "mailto:anna@reader.example%0D%0ABcc:eve@evil.example",
        "mailto:anna@a.example,bob@b.example",
        "mailto:anna@a.example?cc=eve@evil.example",
        "smtp://me:s3cret@mail.example/",
        "smtp://me:s3cret@mail.example/?to=anna@a.example&bcc=eve@evil.example",
        "smtp://me:s3cret@mail.example:port/?to=anna@a.example",
        "smtp://me:s3cret@mail.example/?from=b@c.example&to=anna@a.example&tls=offered",
        "smtp://me:s3cret@/?to=anna@a.example&from=b@c.example",
    ],
)
async def test_an_address_that_cannot_be_used_is_refused_with_its_form(url: str) -> None:
    server = MailServer(host="mail.example", port=25, tls="no")
    with pytest.raises(ChannelURLError, match="write") as told:
        await read_channel(url, AlertsConfig(mail_server=server, mail_from=None if "s3cret" in url else "w@w.example"))
    assert "s3cret" not in str(told.value)


async def test_mail_without_a_server_names_the_setting() -> None:
    with pytest.raises(ChannelURLError, match="WIREWATCH_SMTP_URL"):
        await read_channel("mailto:anna@reader.example", AlertsConfig())


def test_a_server_is_read_with_its_percent_signs() -> None:
    server = read_server("smtps://me%40own.example:p%3Ass@mail.example/?from=me@own.example")
    assert (server.user, server.password, server.port, server.tls) == ("me@own.example", "p:ss", 465, "at once")
    assert "p:ss" not in repr(server)


@pytest.mark.parametrize("value", ["mail.example", "smtp://me:s3cret@", "http://me:s3cret@mail.example"])
def test_a_wrong_setting_is_named_without_its_password(value: str) -> None:
    with pytest.raises(ConfigError, match="WIREWATCH_SMTP_URL") as told:
        AlertsConfig.from_settings(Settings({"WIREWATCH_SMTP_URL": value, "WIREWATCH_MAIL_FROM": "w@w.example"}))
    assert "s3cret" not in str(told.value)
