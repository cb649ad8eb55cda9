"""The register of channels: which one a URL means, and how a message gets to it. Each stands in `channels/`.

A receiver's failure is a value; nothing raised here is one. When and what is carried is decided elsewhere.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp.abc import AbstractResolver

from alerts.channels import apprise, files, mail, webhook
from alerts.config import AlertsConfig
from alerts.dialing import Dialer
from news.addresses import AddressGuard
from news.errors import ChannelURLError
from news.messages import ChannelKind, Message, NotDelivered, Outcome

MOST_URL_BYTES = 2000

BY_SCHEME = {
    "mailto": ChannelKind.MAIL,
    "smtp": ChannelKind.MAIL,
    "smtps": ChannelKind.MAIL,
    "http": ChannelKind.WEBHOOK,
    "https": ChannelKind.WEBHOOK,
    "file": ChannelKind.FILE,
    "stdout": ChannelKind.STDOUT,
}
"""What a scheme means; any other is Apprise's."""

FORMS = "mailto:anna@example.org, https://host/path#whsec_…, tgram://…, file:///path or stdout:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAddress:
    """A channel's URL that can be used.

    Attributes:
        url: May hold secrets: it is stored, and never printed or logged.
        shown: What is printed in its place.
    """

    url: str
    kind: ChannelKind
    shown: str

    def __repr__(self) -> str:
        """Name what may be seen."""
        return f"ChannelAddress({self.shown})"


def kind_of(url: str) -> ChannelKind:
    """Return who carries to a URL."""
    return BY_SCHEME.get(url.partition(":")[0].lower(), ChannelKind.APPRISE)


def shown(url: str) -> str:
    """Return a channel's URL as it may be printed: without what may be secret."""
    try:
        match kind_of(url):
            case ChannelKind.MAIL:
                return mail.shown(url)
            case ChannelKind.WEBHOOK:
                return webhook.shown(url)
            case ChannelKind.FILE | ChannelKind.STDOUT:
                return files.shown(url)
            case ChannelKind.APPRISE:
                return apprise.shown(url)
    except (ChannelURLError, ValueError):
        return f"{url.partition(':')[0][:20]}:…"


async def read_channel(text: str, config: AlertsConfig) -> ChannelAddress:
    """Return the channel that a person named.

    Raises:
        ChannelURLError: It cannot be used; the text names the form, and no secret.
    """
    url = text.strip()
    scheme, colon, _ = url.partition(":")
    if not colon or not scheme.replace("+", "").isalnum() or not scheme.isascii():
        raise ChannelURLError(f"channel: it is no address; write it as {FORMS}")
    if len(url.encode("utf-8", "replace")) > MOST_URL_BYTES or not url.isprintable():
        raise ChannelURLError(f"channel: {scheme[:20]}:…: is too long, or holds what no URL holds; write {FORMS}")
    url = scheme.lower() + url[len(scheme) :]
    kind = kind_of(url)
    match kind:
        case ChannelKind.MAIL:
            mail.check_url(url, config)
        case ChannelKind.WEBHOOK:
            webhook.check_url(url)
        case ChannelKind.FILE | ChannelKind.STDOUT:
            files.check_url(url)
        case ChannelKind.APPRISE:
            await apprise.check_url(url, config)
    return ChannelAddress(url=url, kind=kind, shown=shown(url))


class Carrier:
    """Carries messages to channels; an async context manager.

    Args:
        config: The mail server, the deadline, whom we may reach.
        resolver: Turns names into addresses; the system's where None. It is not closed here.
    """

    def __init__(self, config: AlertsConfig, resolver: AbstractResolver | None = None) -> None:
        self.config = config
        self._dialer = Dialer(AddressGuard(config.allow_networks), resolver)

    async def __aenter__(self) -> Self:
        await self._dialer.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._dialer.__aexit__(kind, error, trace)

    async def carry(self, url: str, message: Message) -> Outcome:
        """Carry a message to a channel, within the config's time; return what became of it."""
        try:
            async with asyncio.timeout(self.config.timeout_s):
                return await self._carry(url, message)
        except TimeoutError:
            return NotDelivered(reason=f"no receipt within {self.config.timeout_s:g} s")
        except ChannelURLError as error:
            # It was good when it was added; a setting has changed since.
            return NotDelivered(reason=str(error))

    async def _carry(self, url: str, message: Message) -> Outcome:
        match kind_of(url):
            case ChannelKind.MAIL:
                return await mail.carry(url, message, self.config, self._dialer)
            case ChannelKind.WEBHOOK:
                return await webhook.carry(url, message, self._dialer)
            case ChannelKind.FILE | ChannelKind.STDOUT:
                return await files.carry(url, message)
            case ChannelKind.APPRISE:
                return await apprise.carry(url, message, self.config)
