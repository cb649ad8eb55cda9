"""The channel `https://…`: one POST a message, signed as Standard Webhooks say. No redirects; no answer is read.

The secret stands behind the `#` of the URL, which is never sent: `https://host/path#whsec_BASE64`.
Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import aiohttp

from alerts import wording
from alerts.dialing import Dialer
from news.addresses import REFUSAL
from news.errors import BadURLError, ChannelURLError
from news.messages import Delivered, Message, NotDelivered, Outcome
from news.retry_after import retry_after_s
from news.urls import clean_url

FORM = "write it as https://host/path#whsec_SECRET, the secret 24 to 64 bytes in base64"

LEAST_SECRET_BYTES, MOST_SECRET_BYTES = 24, 64

_OF_MESSAGE = {400, 413, 422}
"""Said of what was sent; anything else is said of the channel, and holds all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where messages go. `secret` signs them; None where none is named."""

    url: str
    secret: bytes | None
    login: tuple[str, str] | None

    def __repr__(self) -> str:
        """Name the host alone: a path is often a secret."""
        return f"Receiver({urlsplit(self.url).hostname})"


def check_url(url: str) -> None:
    """See that a URL can be used.

    Raises:
        ChannelURLError: It cannot; the text names the form, and nothing that may be secret.
    """
    read_receiver(url)


def shown(url: str) -> str:
    """Return the URL without what may be secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}/…"


def read_receiver(url: str) -> Receiver:
    """Take a URL apart.

    Raises:
        ChannelURLError: It cannot be used.
    """
    address, _, fragment = url.partition("#")
    try:
        parts = urlsplit(address)
        user, password = parts.username, parts.password
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        host = clean_url(bare)
    except (ValueError, BadURLError):
        raise ChannelURLError(f"channel: {parts_scheme(url)}://…: it is no usable URL; {FORM}") from None
    login = (unquote(user), unquote(password or "")) if user else None
    return Receiver(url=host, secret=_read_secret(fragment, url) if fragment else None, login=login)


async def carry(url: str, message: Message, dialer: Dialer) -> Outcome:
    """Post a message; any 2xx is its receipt."""
    receiver = read_receiver(url)
    body = wording.as_json(message).encode()
    headers = signed_headers(receiver, message, body, datetime.now(UTC))
    if receiver.login:
        login = base64.b64encode(":".join(receiver.login).encode()).decode()
        headers["Authorization"] = f"Basic {login}"
    try:
        async with dialer.session.post(receiver.url, data=body, headers=headers, allow_redirects=False) as answer:
            return _judge(answer.status, retry_after_s(answer.headers, datetime.now(UTC)))
    except aiohttp.ClientConnectorDNSError:
        return NotDelivered(reason="the receiver's name has no address")
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
        return NotDelivered(reason="no trustworthy TLS connection to the receiver")
    except aiohttp.ClientConnectorError as error:
        if REFUSAL in str(error.os_error):
            return NotDelivered(reason=f"not dialled: the receiver's {REFUSAL}; see WIREWATCH_ALLOW_NETWORKS")
        return NotDelivered(reason=f"no connection to the receiver: {error.os_error.strerror or 'refused'}"[:300])
    except aiohttp.ServerDisconnectedError:
        return NotDelivered(reason="the receiver hung up without an answer")
    except (aiohttp.ClientError, ConnectionError) as error:
        return NotDelivered(reason=f"the receiver's answer is no HTTP ({type(error).__name__})")


def signed_headers(receiver: Receiver, message: Message, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers of a post: what names it, the same at each repetition, and the signature."""
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Wirewatch",
        "Accept-Encoding": "identity",
        "webhook-id": str(message.key),
        "webhook-timestamp": stamp,
        "Idempotency-Key": str(message.key),
    }
    if receiver.secret:
        content = f"{message.key}.{stamp}.".encode() + body
        signature = hmac.new(receiver.secret, content, hashlib.sha256).digest()
        headers["webhook-signature"] = f"v1,{base64.b64encode(signature).decode()}"
    return headers


def parts_scheme(url: str) -> str:
    """Return the scheme of a URL, whatever the rest is."""
    return url.partition(":")[0][:20]


def _judge(status: int, retry_after: float | None) -> Outcome:
    if 200 <= status < 300:
        return Delivered()
    if 300 <= status < 400:
        return NotDelivered(reason=f"the receiver answered {status}; redirects are not followed")
    return NotDelivered(
        reason=f"the receiver answered {status}", of_message=status in _OF_MESSAGE, retry_after_s=retry_after
    )


def _read_secret(fragment: str, url: str) -> bytes:
    try:
        secret = base64.b64decode(fragment.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not fragment.startswith("whsec_") or not LEAST_SECRET_BYTES <= len(secret) <= MOST_SECRET_BYTES:
        raise ChannelURLError(f"channel: {parts_scheme(url)}://…: what follows the # is no secret; {FORM}")
    return secret
