"""Ways to make us reach an internal service. None may: each goes through the real fetcher.

127.0.1.0/24 stands for the public internet here; the internal service listens on 127.0.0.1, 127.9.9.9 and ::1.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hostile_server import SECRET, HostileServer

from crawler import handler
from crawler.doors import Door
from crawler.fetcher import Fetcher
from news.model import FailureKind, FetchFailure, Page

SPELLINGS = [
    "http://127.0.0.1:{port}/secret",
    "http://127.9.9.9:{port}/secret",
    "http://localhost:{port}/secret",
    "http://LOCALHOST.:{port}/secret",
    "http://0:{port}/secret",
    "http://0.0.0.0:{port}/secret",
    "http://127.1:{port}/secret",
    "http://127.0.1:{port}/secret",
    "http://2130706433:{port}/secret",
    "http://0x7f000001:{port}/secret",
    "http://0x7f.0x0.0x0.0x1:{port}/secret",
    "http://0177.0.0.01:{port}/secret",
    "http://017700000001:{port}/secret",
    "http://127.0.0.1.:{port}/secret",
    "http://127%2e0%2e0%2e1:{port}/secret",
    "http://%31%32%37.0.0.1:{port}/secret",
    "http://①②⑦.⓪.⓪.①:{port}/secret",
    "http://１２７.０.０.１:{port}/secret",
    "http://127。0。0。1:{port}/secret",
    "http://127．0．0．1:{port}/secret",
    "http://[::1]:{port}/secret",
    "http://[0:0:0:0:0:0:0:1]:{port}/secret",
    "http://[::ffff:127.0.0.1]:{port}/secret",
    "http://[::ffff:7f00:1]:{port}/secret",
    "http://[::127.0.0.1]:{port}/secret",
    "http://[64:ff9b::7f00:1]:{port}/secret",
    "http://[2002:7f00:1::]:{port}/secret",
    "http://127.0.0.1:{port}\\@outlet.example/secret",
    "http:\\\\127.0.0.1:{port}\\secret",
    "http:127.0.0.1:{port}/secret",
    "http:///127.0.0.1:{port}/secret",
    " \thttp://127.0.0.1:{port}/secret",
    "HTTP://127.0.0.1:{port}/secret",
    "http://outlet.example@127.0.0.1:{port}/secret",
    "http://127.0.0.1:{port}#@outlet.example/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/secret",
]


class FickleResolver(AbstractResolver):
    """Answers with the next address of a name's list, and with the last for ever after."""

    def __init__(self, **names: list[str]) -> None:
        self.names = names
        self.n_asked = 0

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        self.n_asked += 1
        addresses = self.names[host.partition(".")[0]]
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return [
            ResolveResult(hostname=host, host=part, port=port, family=socket.AF_INET, proto=0, flags=0)
            for part in address.split("+")
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_spelling_of_loopback_is_reached(fetcher: Fetcher, internal: HostileServer, spelling: str) -> None:
    found = await fetcher.fetch(spelling.format(port=internal.port), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert found.kind in {FailureKind.REFUSED_ADDRESS, FailureKind.BAD_URL, FailureKind.DNS}
    assert internal.n_connections == 0


async def test_a_refused_address_is_named_with_the_remedy_near(fetcher: Fetcher, internal: HostileServer) -> None:
    found = await fetcher.fetch(internal.url("/secret"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert (found.kind, found.lasting) == (FailureKind.REFUSED_ADDRESS, True)
    assert "127.9.9.9 is not a public address" in found.reason


@pytest.mark.parametrize("spelling", [s for s in SPELLINGS if s.isascii() and not set(s) & set(" \t#")])
async def test_no_redirect_leads_inward(
    fetcher: Fetcher, outlet: HostileServer, internal: HostileServer, spelling: str
) -> None:
    found = await fetcher.fetch(outlet.url(f"/to?{spelling.format(port=internal.port)}"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert found.kind in {
        FailureKind.REFUSED_ADDRESS,
        FailureKind.BAD_URL,
        FailureKind.DNS,
        FailureKind.HTTP,  # a spelling that is a path of the outlet's own
    }
    assert internal.n_connections == 0


async def test_a_name_that_points_inward_is_not_dialled(
    open_fetcher: Callable[..., Fetcher], internal: HostileServer
) -> None:
    async with open_fetcher(resolver=FickleResolver(inward=["127.9.9.9"])) as fetcher:
        found = await fetcher.fetch(internal.url("/secret", "inward.example"), Door.PAGE)
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.REFUSED_ADDRESS
    assert internal.n_connections == 0


async def test_of_two_addresses_of_a_name_only_the_public_one_is_dialled(
    open_fetcher: Callable[..., Fetcher], internal: HostileServer
) -> None:
    async with (
        HostileServer(addresses=("127.0.1.1",), port=internal.port) as outlet,
        open_fetcher(resolver=FickleResolver(both=["127.9.9.9+127.0.1.1"], inner=["127.9.9.9+127.0.0.1"])) as fetcher,
    ):
        page = await fetcher.fetch(outlet.url("/ok", "both.example"), Door.PAGE)
        found = await fetcher.fetch(outlet.url("/secret", "inner.example"), Door.PAGE)
    assert isinstance(page, Page)
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.REFUSED_ADDRESS
    assert internal.n_connections == 0


async def test_a_name_that_turns_inward_after_its_first_answer_is_not_dialled(
    open_fetcher: Callable[..., Fetcher], internal: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "DNS_CACHE_S", 0)
    resolver = FickleResolver(rebind=["127.0.1.1", "127.9.9.9"])
    async with (
        HostileServer(addresses=("127.0.1.1",), port=internal.port) as outlet,
        open_fetcher(resolver=resolver) as fetcher,
    ):
        outlet.routes["/bye"] = lambda asked, writer: writer.write(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
        )
        first = await fetcher.fetch(outlet.url("/bye", "rebind.example"), Door.PAGE)
        second = await fetcher.fetch(outlet.url("/secret", "rebind.example"), Door.PAGE)
    assert isinstance(first, Page)
    assert resolver.n_asked == 2
    assert isinstance(second, FetchFailure)
    assert second.kind is FailureKind.REFUSED_ADDRESS
    assert internal.n_connections == 0


def test_no_answer_of_the_resolver_is_kept_longer_than_a_minute() -> None:
    assert handler.DNS_CACHE_S <= 60


async def test_a_name_that_the_config_fixes_still_passes_the_guard(
    open_fetcher: Callable[..., Fetcher], outlet: HostileServer, internal: HostileServer
) -> None:
    fixed = (("outlet.example", "127.0.1.1"), ("*.inner.example", "127.9.9.9"))
    async with open_fetcher(resolve=fixed) as fetcher:
        page = await fetcher.fetch(outlet.url("/ok", "Outlet.Example"), Door.PAGE)
        found = await fetcher.fetch(internal.url("/secret", "a.b.inner.example"), Door.PAGE)
        apart = await fetcher.fetch(outlet.url("/ok", "inner.example"), Door.PAGE)
    assert isinstance(page, Page)
    assert isinstance(found, FetchFailure)
    assert found.kind is FailureKind.REFUSED_ADDRESS
    assert isinstance(apart, FetchFailure)
    assert apart.kind is FailureKind.DNS
    assert internal.n_connections == 0


async def test_a_proxy_of_the_environment_is_ignored(
    open_fetcher: Callable[..., Fetcher],
    outlet: HostileServer,
    internal: HostileServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, internal.url(""))
    async with open_fetcher() as fetcher:
        page = await fetcher.fetch(outlet.url("/ok"), Door.PAGE)
    assert isinstance(page, Page)
    assert internal.n_connections == 0


async def test_an_allowed_network_is_reached(open_fetcher: Callable[..., Fetcher], internal: HostileServer) -> None:
    async with open_fetcher(allow_networks=(ipaddress.ip_network("127.9.9.9/32"),)) as fetcher:
        page = await fetcher.fetch(internal.url("/secret"), Door.PAGE)
        found = await fetcher.fetch(internal.url("/secret", "127.0.0.1"), Door.PAGE)
    assert isinstance(page, Page)
    assert page.body == SECRET
    assert isinstance(found, FetchFailure)
