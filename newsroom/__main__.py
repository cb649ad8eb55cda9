"""`python -m newsroom`: the sample outlets on loopback, in a process of their own."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from news.errors import WirewatchError
from newsroom.edition import SPAN_S, Edition
from newsroom.outlets import SAMPLES
from newsroom.process import serve


def main() -> int:
    """Serve until stopped; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m newsroom", description="Serve the sample outlets on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes any free one")
    parser.add_argument("--span", type=float, default=SPAN_S, help="seconds within which the rest comes out")
    parser.add_argument("--samples", type=Path, default=SAMPLES, help="a folder of outlets of your own")
    parser.add_argument("--control", action="store_true", help="speak JSON with a parent process")
    chosen = parser.parse_args()
    try:
        asyncio.run(_serve(chosen.port, chosen.span, chosen.samples, control=chosen.control))
    except WirewatchError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


async def _serve(port: int, span_s: float, folder: Path, *, control: bool) -> None:
    edition = Edition(span_s=span_s, port=port, folder=folder)
    publishing: list[asyncio.Task[None]] = []

    def begin() -> None:
        if not publishing:
            publishing.append(asyncio.create_task(edition.run()))

    await serve(edition.room, control=control, begin=begin)
    for task in publishing:
        task.cancel()


if __name__ == "__main__":
    sys.exit(main())
