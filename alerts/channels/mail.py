"""The channels `mailto:` and `smtp://`: a mail a message, as text and HTML, by SMTP.

Mail knows no idempotency key: a message whose receipt was lost comes again, with the same Message-ID. Headers are made
of encoded words only, by the old policy of `email`: the new one decodes a title that reads `=?utf-8?q?=0D=0ABcc:…?=`
into a header of its own (CVE-2024-6923).
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from uuid import UUID

import aiosmtplib

from alerts import wording
from alerts.channels.mail_address import MailServer, read_mailto, read_server
from alerts.config import AlertsConfig
from alerts.dialing import Dialer
from news.addresses import RefusedAddressError
from news.errors import ChannelURLError
from news.messages import Delivered, Message, NotDelivered, Outcome
from news.text import clean_text

_GOODBYE_S = 1.0

NO_SERVER = "no mail server is set: set WIREWATCH_SMTP_URL, or name one as smtp://user:password@host/?from=…&to=…"


def check_url(url: str, config: AlertsConfig) -> None:
    """See that a URL can be used.

    Raises:
        ChannelURLError: It cannot; the text names the form, and no password.
    """
    read_target(url, config)


def shown(url: str) -> str:
    """Return the URL without its password; the address alone is no secret."""
    if url.startswith("mailto:"):
        return url[:300]
    server = read_server(url)
    return f"{url.partition(':')[0]}://{server.host}/…to={server.recipient}"


def read_target(url: str, config: AlertsConfig) -> tuple[MailServer, str, str, bool]:
    """Return server, sender, recipient, and whether the server was named by the channel and so may not be anywhere.

    Raises:
        ChannelURLError: One of them is missing.
    """
    if url.startswith("mailto:"):
        recipient = read_mailto(url)
        server = config.mail_server
        if server is None:
            raise ChannelURLError(f"channel: {url[:100]}: {NO_SERVER}")
        sender = config.mail_from or server.sender
        assert sender is not None, "the config sees to it"
        return server, sender, recipient, False
    server = read_server(url)
    sender = server.sender or config.mail_from
    if server.recipient is None or sender is None:
        raise ChannelURLError(
            "channel: smtp://…: it needs both from and to; "
            "write it as smtp://user:password@mail.example:587/?from=me@example.org&to=anna@example.org"
        )
    return server, sender, server.recipient, True


async def carry(url: str, message: Message, config: AlertsConfig, dialer: Dialer) -> Outcome:
    """Send a mail; the server's 250 after the text is its receipt."""
    server, sender, recipient, guarded = read_target(url, config)
    mail = compose(message, sender, recipient)
    try:
        connection = await dialer.connect(server.host, server.port, guarded=guarded)
    except RefusedAddressError as error:
        return NotDelivered(reason=f"not dialled: the mail server's {error}; see WIREWATCH_ALLOW_NETWORKS")
    except OSError as error:
        return NotDelivered(reason=f"no connection to the mail server: {error.strerror or error}"[:300])
    client = aiosmtplib.SMTP(
        sock=connection,
        hostname=server.host,
        use_tls=server.tls == "at once",
        start_tls={"needed": True, "offered": None}.get(server.tls, False),
        tls_context=ssl.create_default_context(),
        username=server.user,
        password=server.password,
        timeout=config.timeout_s,
        local_hostname=sender.rpartition("@")[2],
    )
    try:
        await client.connect()
        await client.sendmail(sender, [recipient], mail)
    except aiosmtplib.SMTPException as error:
        return _refused(error)
    except OSError as error:
        return NotDelivered(reason=f"the connection to the mail server broke: {type(error).__name__}")
    else:
        await _say_goodbye(client)
        return Delivered()
    finally:
        transport = client.transport
        client.close()
        if isinstance(transport, asyncio.WriteTransport):
            # At once, before the socket goes: else the loop would watch a number that is another's by then.
            transport.abort()
        connection.close()


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    """Part as one should; the mail is taken, whatever comes of it."""
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        await client.quit(timeout=_GOODBYE_S)


def compose(message: Message, sender: str, recipient: str) -> bytes:
    """Return the mail as it goes over the wire.

    Its Message-ID is made of the message's key; the first mail about a story is what later ones answer.
    """
    domain = sender.rpartition("@")[2]
    mail = MIMEMultipart("alternative")
    mail["Subject"] = Header(wording.subject(message), "utf-8", maxlinelen=75, header_name="Subject").encode()
    mail["From"] = f"Wirewatch <{sender}>"
    mail["To"] = recipient
    mail["Date"] = format_datetime(_whole_second(message.made_at))
    mail["Message-ID"] = message_id(message.key, domain)
    if message.thread_key is not None:
        mail["In-Reply-To"] = mail["References"] = message_id(message.thread_key, domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.attach(MIMEText(wording.plain(message), "plain", "utf-8"))
    mail.attach(MIMEText(wording.html(message), "html", "utf-8"))
    # The same at each repetition.
    mail.set_boundary(f"=_{message.key.hex}")
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def message_id(key: UUID, domain: str) -> str:
    """Return the Message-ID of a message."""
    return f"<{key}@{domain}>"


def _whole_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _refused(error: aiosmtplib.SMTPException) -> NotDelivered:
    """Say what the server did not take: the message, or anything of ours."""
    match error:
        case aiosmtplib.SMTPDataError():
            lasting = error.code >= 500
            return NotDelivered(reason=f"the mail server refused the message: {_said(error)}", of_message=lasting)
        case aiosmtplib.SMTPAuthenticationError():
            return NotDelivered(reason=f"the mail server refused user and password ({error.code})")
        case aiosmtplib.SMTPRecipientsRefused():
            first = error.recipients[0]
            return NotDelivered(reason=f"the mail server refused the recipient: {_said(first)}")
        case aiosmtplib.SMTPResponseException():
            return NotDelivered(reason=f"the mail server refused: {_said(error)}")
        case aiosmtplib.SMTPTimeoutError():
            return NotDelivered(reason="the mail server did not answer in time")
        case aiosmtplib.SMTPServerDisconnected():
            return NotDelivered(reason="the mail server hung up")
        case _:
            told = clean_text(str(error)[:200]) or ""
            return NotDelivered(reason=f"the mail server could not be used: {type(error).__name__} {told}".rstrip())


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {clean_text(str(error.message)[:200]) or ''}".rstrip()
