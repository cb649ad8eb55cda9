"""The config of alerts: the mail server, whom we may reach, how long things take, how much may be said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from alerts.channels.mail_address import MailServer, read_address, read_server
from news.errors import ChannelURLError, ConfigError
from news.settings import Network, Settings

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsConfig:
    """How to deliver.

    Attributes:
        mail_server: Carries what goes to `mailto:` channels; None where none is set.
        mail_from: Who such mail is from.
        allow_networks: Networks that may be dialled although they are not public.
        hold_s: How long an alert waits before it is told: stories merge meanwhile, and its copies come together.
        most_per_hour: Messages of a watch to a channel in any hour, where the watch says nothing else.
        digest_at: When daily and weekly digests come, on the user's clock.
        timeout_s: Longest time for carrying a message.
        lease_s: A channel that a worker took and did not give back is free after this.
        n_channels: Channels served at once by one worker.
    """

    mail_server: MailServer | None = None
    mail_from: str | None = None
    allow_networks: tuple[Network, ...] = ()
    hold_s: float = 90.0
    most_per_hour: int = 20
    digest_at: time = time(8)
    timeout_s: float = 30.0
    lease_s: float = 90.0
    n_channels: int = 8

    @classmethod
    def from_settings(cls, settings: Settings) -> AlertsConfig:
        """Build it from the settings of delivery.

        They are `WIREWATCH_SMTP_URL`, `_MAIL_FROM`, `_ALLOW_NETWORKS`, `_ALERT_HOLD`, `_ALERTS_PER_HOUR`,
        `_ALERT_TIMEOUT` and `_DIGEST_AT`.

        Raises:
            ConfigError: A value cannot be used; the text names its key.
        """
        server, sender = settings.text("SMTP_URL"), settings.text("MAIL_FROM")
        timeout_s = settings.number("ALERT_TIMEOUT", 30.0, least=1, most=300)
        digest_at = settings.text("DIGEST_AT", "08:00") or ""
        if not _CLOCK.fullmatch(digest_at):
            raise ConfigError(f"setting: WIREWATCH_DIGEST_AT: {digest_at!r} is no time of day; write it as 08:00")
        try:
            mail_server = read_server(server) if server else None
        except ChannelURLError as error:
            # Without the value: it holds a password.
            raise ConfigError(f"setting: WIREWATCH_SMTP_URL: {error.args[0].rpartition(': ')[2]}") from None
        try:
            mail_from = read_address(sender) if sender else None
        except ChannelURLError as error:
            raise ConfigError(f"setting: WIREWATCH_MAIL_FROM: {sender!r} is no mail address") from error
        if mail_server and not (mail_from or mail_server.sender):
            raise ConfigError("setting: WIREWATCH_MAIL_FROM: is missing; WIREWATCH_SMTP_URL needs a sender")
        return cls(
            mail_server=mail_server,
            mail_from=mail_from,
            allow_networks=settings.networks("ALLOW_NETWORKS"),
            hold_s=settings.number("ALERT_HOLD", 90.0, most=3600),
            most_per_hour=settings.count("ALERTS_PER_HOUR", 20, least=1, most=10_000),
            digest_at=time.fromisoformat(digest_at),
            timeout_s=timeout_s,
            lease_s=3 * timeout_s,
        )
