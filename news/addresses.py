"""Which addresses are public. Security is decided here, from the address that is really dialled.

Who dials asks here first: the crawler's download handler, and whoever carries an alert. Names and URLs are never
looked at.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from news.settings import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: carries an IPv4 address in its last 32 bits; the translator dials that one."""

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that IANA has given out for the public internet (RFC 4291 § 2.4)."""

_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        # IETF protocol assignments: Python 3.11-3.13 call some of them global.
        "192.0.0.0/24",
        "2001::/23",
        # The withdrawn 6to4 relay anycast (RFC 7526) and 6to4 itself, which carries any IPv4 address.
        "192.88.99.0/24",
        "2002::/16",
        # Documentation (RFC 9637) and segment routing (RFC 9602): newer than the tables of Python 3.11.
        "3fff::/20",
        "5f00::/16",
    )
)


class RefusedAddressError(OSError):
    """An address is not public and no allowed network names it. Remedy: WIREWATCH_ALLOW_NETWORKS."""


class AddressGuard:
    """Says of each address whether it may be dialled.

    Args:
        allow_networks: Exceptions, named by the owner of the installation.
    """

    def __init__(self, allow_networks: Sequence[Network] = ()) -> None:
        self._allow_networks = tuple(allow_networks)

    def check(self, address: str) -> None:
        """Raise unless the address may be dialled.

        Raises:
            RefusedAddressError: It may not, or is no address.
        """
        if not self.allows(address):
            raise RefusedAddressError(f"{address} {REFUSAL}")

    def allows(self, address: str) -> bool:
        """Return whether the address may be dialled."""
        parsed = _parse(address)
        if parsed is None:
            return False
        return _is_public(parsed) or any(
            parsed.version == network.version and parsed in network for network in self._allow_networks
        )


REFUSAL = "is not a public address"
"""How the text of every `RefusedAddressError` ends."""


def is_public(address: str) -> bool:
    """Return whether an address belongs to the public internet.

    An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as what it is. Other carriers of IPv4 (6to4, Teredo,
    IPv4-compatible), which nobody runs an outlet on, are not public, nor is a text that is no address.

    Source: the IANA special-purpose registries; the addresses that `ipaddress.is_global` of 3.11-3.13 leaks are added.
    """
    parsed = _parse(address)
    return parsed is not None and _is_public(parsed)


def _parse(address: str) -> Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return _is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    if any(address.version == network.version and address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
