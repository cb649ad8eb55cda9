"""The long-lived engine: many fetches at once, closing in the middle, cancelling, both kinds of event loop."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_server import PAGE, HostileServer

from crawler.doors import Door
from crawler.engine import EngineStoppedError
from crawler.fetcher import Fetcher
from news.model import FailureKind, FetchFailure, Page


async def test_a_thousand_fetches_at_once_are_all_answered(fetcher: Fetcher, outlet: HostileServer) -> None:
    paths = ["/ok", "/to?/ok", "/status?404", "/length/too-long"]
    urls = [outlet.url(f"{paths[n % 4]}", f"127.0.1.{1 + n % 2}") for n in range(1000)]
    found = await asyncio.gather(*(fetcher.fetch(url, Door.PAGE) for url in urls))
    assert sum(isinstance(answer, Page) and answer.body == PAGE for answer in found) == 500
    assert [answer.kind for answer in found[2:4] if isinstance(answer, FetchFailure)] == [
        FailureKind.HTTP,
        FailureKind.PROTOCOL,
    ]
    assert outlet.hits() == {"/ok": 500, "/to": 250, "/status": 250, "/length/too-long": 250}


async def test_closing_ends_open_fetches_with_a_value_that_says_so(
    open_fetcher: Callable[..., Fetcher], outlet: HostileServer
) -> None:
    async with open_fetcher() as fetcher:
        paths = ["/silent", "/slow/body", "/slow/headers", "/endless/continue"]
        hosts = ("127.0.1.1", "127.0.1.2")
        open_fetches = [
            asyncio.create_task(fetcher.fetch(outlet.url(path, host), Door.PAGE))
            for path in paths
            for host in hosts
            for _ in range(25)
        ]
        await asyncio.sleep(0.3)
        started_at = time.monotonic()
    assert time.monotonic() - started_at < 10
    for found in await asyncio.wait_for(asyncio.gather(*open_fetches), 1):
        assert isinstance(found, FetchFailure)
        assert (found.kind, found.reason) == (FailureKind.BUSY, "the crawler is stopping")
    late = await fetcher.fetch(outlet.url("/ok"), Door.PAGE)
    assert isinstance(late, FetchFailure)
    assert late.reason == "the crawler is stopping"
    gc.collect()  # what was not closed warns here, and warnings are errors


async def test_a_cancelled_fetch_hangs_up_and_frees_its_host(fetcher: Fetcher, outlet: HostileServer) -> None:
    hung_up = asyncio.Event()

    async def wait_for_the_end(asked: object, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)
        except OSError:
            hung_up.set()
            raise

    outlet.routes["/wait"] = wait_for_the_end
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(fetcher.fetch(outlet.url("/wait"), Door.PAGE), 0.2)
    page = await asyncio.wait_for(fetcher.fetch(outlet.url("/ok"), Door.PAGE), 2)
    assert isinstance(page, Page)
    await asyncio.wait_for(hung_up.wait(), 2)


async def test_several_fetchers_may_follow_each_other_in_one_process(
    open_fetcher: Callable[..., Fetcher], outlet: HostileServer
) -> None:
    for _ in range(5):
        async with open_fetcher() as fetcher:
            assert isinstance(await fetcher.fetch(outlet.url("/ok"), Door.PAGE), Page)


async def test_an_engine_that_ends_by_itself_leaves_nobody_waiting(fetcher: Fetcher, outlet: HostileServer) -> None:
    waiting = asyncio.create_task(fetcher.fetch(outlet.url("/silent"), Door.PAGE))
    await asyncio.sleep(0.2)
    fetcher._engine._run.cancel()
    with pytest.raises(EngineStoppedError):
        await asyncio.wait_for(waiting, 2)
    with pytest.raises(EngineStoppedError):
        await fetcher.fetch(outlet.url("/ok"), Door.PAGE)


UNDER_THE_REACTOR = """
    import warnings
    warnings.simplefilter("error")
    from scrapy.utils.reactor import install_reactor
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    import asyncio, ipaddress, sys
    from twisted.internet import reactor
    from twisted.internet.defer import Deferred
    from crawler.config import CrawlerConfig
    from crawler.doors import Door
    from crawler.fetcher import Fetcher
    from open_gate import OpenGate

    async def main():
        config = CrawlerConfig(
            twisted_reactor=True, allow_networks=(ipaddress.ip_network("127.0.1.0/24"),), timeout_s=1
        )
        port = sys.argv[1]
        async with Fetcher(config, OpenGate()) as fetcher:
            for path in ("/ok", "/to?/ok", "/silent", "/bomb/br", "/status?404"):
                found = await fetcher.fetch(f"http://127.0.1.1:{port}{path}", Door.PAGE)
                print(type(found).__name__, getattr(found, "kind", found.status if hasattr(found, "status") else ""))
            found = await fetcher.fetch(f"http://127.9.9.9:{port}/secret", Door.PAGE)
            print(type(found).__name__, found.kind)
            waiting = asyncio.ensure_future(fetcher.fetch(f"http://127.0.1.1:{port}/slow/body", Door.PAGE))
            await asyncio.sleep(0.1)
        print((await waiting).reason)

    async def run():
        try:
            await main()
        finally:
            reactor.stop()

    reactor.callWhenRunning(lambda: Deferred.fromFuture(asyncio.ensure_future(run())).addErrback(print))
    reactor.run(installSignalHandlers=False)
"""


async def test_it_also_runs_under_twisteds_asyncio_reactor(outlet: HostileServer, internal: HostileServer) -> None:
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        textwrap.dedent(UNDER_THE_REACTOR),
        str(outlet.port),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": f"{root}:{Path(__file__).parent}"},
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert err.decode() == ""
    assert out.decode().splitlines() == [
        "Page 200",
        "Page 200",
        "FetchFailure timeout",
        "FetchFailure too_large",
        "FetchFailure http",
        "FetchFailure refused_address",
        "the crawler is stopping",
    ]
    assert process.returncode == 0
    assert internal.n_connections == 0
