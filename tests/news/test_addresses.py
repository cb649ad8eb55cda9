"""Which addresses are public."""

from __future__ import annotations

import ipaddress

import pytest

from news.addresses import AddressGuard, RefusedAddressError, is_public

PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",  # carrier-grade NAT
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",  # the metadata of clouds
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.0.171",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",  # IPv4-compatible
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:7f00:1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",  # NAT64
    "64:ff9b::a00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001::1",  # Teredo
    "2001:0:7f00:1::",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4
    "2002:808:808::",
    "3fff::1",
    "3fff:fff::1",
    "4000::1",
    "5f00::1",
    "8000::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.128.0.1",
    "172.32.0.1",
    "192.88.98.255",
    "223.255.255.254",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450:4001::1",
]

NO_ADDRESS = ["", "localhost", "127.1", "0x7f.1", "2130706433", "1.2.3", "1.2.3.4.5", "::g", "127.0.0.1:80", "\x00"]


@pytest.mark.parametrize("address", PRIVATE)
def test_it_is_private(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_it_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)
    assert not AddressGuard([ipaddress.ip_network("0.0.0.0/0")]).allows(text)


def test_a_named_network_is_allowed_and_its_neighbour_is_not() -> None:
    guard = AddressGuard([ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00::/64")])
    assert guard.allows("10.1.2.3")
    assert guard.allows("::ffff:10.1.2.3")
    assert guard.allows("fd00::1")
    assert guard.allows("8.8.8.8")
    assert not guard.allows("10.2.0.1")
    assert not guard.allows("fd00:0:0:1::1")


def test_a_refusal_names_the_address() -> None:
    with pytest.raises(RefusedAddressError, match=r"169\.254\.169\.254 is not a public address"):
        AddressGuard().check("169.254.169.254")
