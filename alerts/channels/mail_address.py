"""How mail channels and servers are written: `mailto:` and `smtp://` addresses, taken apart and checked. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from news.errors import ChannelURLError

FORM = "write it as mailto:anna@example.org"
SERVER_FORM = "write it as smtp://user:password@mail.example:587/?from=me@example.org, special characters as %XX"

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_PORTS = {"smtp": 587, "smtps": 465}
_NEEDED, _OFFERED, _NEVER = "needed", "offered", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Who takes our mail.

    Attributes:
        tls: 'at once', 'needed' (by STARTTLS), 'offered' (by STARTTLS, where the server can), or 'no'.
        sender: Who mail is from; None where the address does not say.
        recipient: To whom it goes; None for the server of the settings.
    """

    host: str
    port: int
    tls: str
    user: str | None = None
    password: str | None = None
    sender: str | None = None
    recipient: str | None = None

    def __repr__(self) -> str:
        """Name the server without its password."""
        return f"MailServer({self.host}:{self.port})"


def read_address(text: str) -> str:
    """Return a mail address; the domain of one with other letters as the net writes it.

    Raises:
        ChannelURLError: It is none.
    """
    local, _, domain = text.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        address = ""
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise ChannelURLError(f"channel: mailto:…: is no mail address; {FORM}")
    return address


def read_mailto(url: str) -> str:
    """Return the address of a `mailto:` channel: one.

    Raises:
        ChannelURLError: It is none, or several.
    """
    rest = url.partition(":")[2]
    if rest.startswith("//"):
        # Apprise's form, with a password in it.
        raise ChannelURLError(f"channel: mailto:…: takes no //; {FORM}, or as smtp:// with a server of its own")
    if "," in rest:
        raise ChannelURLError(f"channel: mailto: names several addresses; give each a channel of its own and {FORM}")
    if "?" in rest:
        raise ChannelURLError(f"channel: mailto: takes no parameters; {FORM}")
    return read_address(unquote(rest))


def read_server(url: str) -> MailServer:
    """Return the mail server, and the recipient where it names one.

    Raises:
        ChannelURLError: It cannot be used. The text does not hold the URL: a password is in it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        user, password = parts.username, parts.password
        given = parse_qs(parts.query, strict_parsing=bool(parts.query), max_num_fields=10)
    except ValueError:
        raise _wrong("it cannot be read") from None
    if parts.scheme not in _PORTS or not host or parts.path not in {"", "/"} or parts.fragment:
        raise _wrong("it names no server")
    unknown = set(given) - {"from", "to", "tls"}
    if unknown or any(len(values) != 1 for values in given.values()):
        raise _wrong("only from, to and tls may follow the ?, each once")
    tls = "at once" if parts.scheme == "smtps" else given.get("tls", [_NEEDED if user else _OFFERED])[0]
    if tls not in {"at once", _NEEDED, _OFFERED, _NEVER}:
        raise _wrong("tls is needed, offered or no")
    if user and tls == _OFFERED:
        raise _wrong("with a user tls is needed, or no: a password is not left to what the server offers")
    return MailServer(
        host=host,
        port=port or _PORTS[parts.scheme],
        tls=tls,
        user=unquote(user) if user else None,
        password=unquote(password or "") if user else None,
        sender=read_address(given["from"][0]) if "from" in given else None,
        recipient=read_address(given["to"][0]) if "to" in given else None,
    )


def _wrong(cause: str) -> ChannelURLError:
    return ChannelURLError(f"channel: smtp://…: {cause}; {SERVER_FORM}")
