"""The newsroom as a process of its own, so that its CPU is not the crawler's: the serving and the calling end.

They speak lines of JSON over the child's stdin and stdout. A child whose stdin ends stops, so none outlives its parent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from news.errors import PortInUseError, WirewatchError
from newsroom.faults import Fault, FaultKind
from newsroom.log import Request, Tally
from newsroom.server import Newsroom
from newsroom.site import Piece

MAX_LINE_BYTES = 256 * 2**20
"""A full log of 200,000 requests is some 50 MB of JSON."""

STOP_S = 5.0


async def serve(room: Newsroom, *, control: bool, begin: Callable[[], None] | None = None) -> None:
    """Serve until SIGTERM, SIGINT or, under control, the end of stdin.

    Args:
        room: Not yet open.
        control: Speak JSON with a parent; otherwise print the addresses for a person.
        begin: Starts publishing: at once for a person, when the parent says `begin` under control.

    Raises:
        PortInUseError: Another program listens on the port.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await room.__aenter__()
    except PortInUseError as error:
        if not control:
            raise
        _say({"error": str(error), "in_use": True})
        return
    try:
        if control:
            _say({"port": room.port, "sites": {name: site.feed_path for name, site in room.sites.items()}})
            listener = asyncio.create_task(_obey(room, begin, stop))
            await stop.wait()
            listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listener
        else:
            sys.stdout.write(f"port {room.port}\n")
            sys.stdout.writelines(f"{room.url(name)}  {site.title}\n" for name, site in room.sites.items())
            sys.stdout.flush()
            if begin is not None:
                begin()
            await stop.wait()
    finally:
        await room.__aexit__(None, None, None)


class NewsroomProcess:
    """A newsroom in a child process, while its context is open.

    Args:
        command: What starts it, as `[sys.executable, "-m", "newsroom"]`; `--control` is added.
        folder: Where it is started; None is the current one.
    """

    def __init__(self, command: Sequence[str], folder: Path | None = None) -> None:
        self.port = 0
        self.pid = 0
        self.feed_paths: dict[str, str] = {}
        self._command = (*command, "--control")
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Start it and wait until it listens.

        Raises:
            PortInUseError: Another program listens on the port.
            WirewatchError: It ended instead.
        """
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, limit=MAX_LINE_BYTES, cwd=self._folder
        )
        self.pid = self._process.pid
        try:
            hello = await self._hear()
        except BaseException:
            await self.stop()
            raise
        self.port = hello["port"]
        self.feed_paths = hello["sites"]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop it."""
        await self.stop()

    async def stop(self) -> None:
        """End it by closing its stdin; one that stays longer than `STOP_S` is killed."""
        process = self._process
        if process is None:
            return
        self._process = None
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sites."""
        return tuple(self.feed_paths)

    def url(self, name: str, path: str = "/") -> str:
        """Return the address of a path of a site."""
        return f"http://{name}.localhost:{self.port}{path}"

    def feed_url(self, name: str) -> str:
        """Return the address of a site's feed; its home page where it has none."""
        return self.url(name, self.feed_paths[name])

    async def begin(self) -> None:
        """Let the outlets publish over time, from now on."""
        await self._tell(do="begin")

    async def publish(self, name: str, *pieces: Piece) -> None:
        """Put pieces out at a site; their pages are plain ones of their text."""
        await self._tell(do="publish", site=name, pieces=[_piece_out(piece) for piece in pieces])

    async def misbehave(self, name: str, path: str, fault: Fault) -> None:
        """Spoil the answers of a path, or with `*` of a whole site."""
        await self._tell(do="misbehave", site=name, path=path, fault=asdict(fault))

    async def behave(self, name: str, path: str | None = None) -> None:
        """End the misbehaviour of a path, or of a whole site."""
        await self._tell(do="behave", site=name, path=path)

    async def requests(self, name: str | None = None) -> list[Request]:
        """Return the requests of a site, or all, oldest first."""
        return [Request(**one) for one in await self._tell(do="requests", site=name)]

    async def tallies(self) -> list[Tally]:
        """Return the counts for each site, target and status."""
        return [Tally(**one) for one in await self._tell(do="tallies")]

    async def most_at_once(self, name: str) -> int:
        """Return how many requests of a site were open at one moment at the most."""
        return int(await self._tell(do="most_at_once", site=name))

    async def clear(self) -> None:
        """Forget the requests so far."""
        await self._tell(do="clear")

    async def cpu_s(self) -> float:
        """Return the CPU seconds it has used so far."""
        return float(await self._tell(do="cpu"))

    async def _tell(self, **order: Any) -> Any:
        process = self._process
        if process is None or process.stdin is None:
            raise WirewatchError("newsroom: process: it is not running")
        async with self._turn:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            with contextlib.suppress(ConnectionError):  # it ended: the answer that does not come says so
                await process.stdin.drain()
            return (await self._hear())["answer"]

    async def _hear(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise WirewatchError("newsroom: process: it ended; see its messages on stderr")
        heard: dict[str, Any] = json.loads(line)
        if "error" in heard:
            raise (PortInUseError if heard.get("in_use") else WirewatchError)(heard["error"])
        return heard


async def _obey(room: Newsroom, begin: Callable[[], None] | None, stop: asyncio.Event) -> None:
    """Carry out the parent's orders, one a line, until stdin ends."""
    reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            _say({"answer": _carry_out(room, begin, json.loads(line))})
        except WirewatchError as error:
            _say({"error": str(error)})
    stop.set()


def _carry_out(room: Newsroom, begin: Callable[[], None] | None, order: dict[str, Any]) -> Any:
    match order:
        case {"do": "begin"} if begin is not None:
            begin()
        case {"do": "publish", "site": str(name), "pieces": pieces}:
            room.publish(name, *[_piece_in(piece) for piece in pieces])
        case {"do": "misbehave", "site": str(name), "path": str(path), "fault": fault}:
            room.misbehave(name, path, Fault(**fault | {"kind": FaultKind(fault["kind"])}))
        case {"do": "behave", "site": str(name), "path": path}:
            room.behave(name, path)
        case {"do": "requests", "site": name}:
            return [asdict(one) for one in room.requests if name in (None, one.site)]
        case {"do": "tallies"}:
            return [asdict(one) for one in room.requests.tallies()]
        case {"do": "most_at_once", "site": str(name)}:
            return room.requests.most_at_once(name)
        case {"do": "clear"}:
            room.requests.clear()
        case {"do": "cpu"}:
            return time.process_time()
        case _:
            raise WirewatchError(f"newsroom: order: {order.get('do')!r} is not one of its orders")
    return None


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _piece_out(piece: Piece) -> dict[str, Any]:
    told = {name: getattr(piece, name) for name in Piece.__dataclass_fields__ if name != "page"}
    return told | {"published_at": piece.published_at.isoformat() if piece.published_at else None}


def _piece_in(told: dict[str, Any]) -> Piece:
    moment = told["published_at"]
    return Piece(
        **told
        | {
            "published_at": datetime.fromisoformat(moment) if moment else None,
            "authors": tuple(told["authors"]),
            "tags": tuple(told["tags"]),
        }
    )
