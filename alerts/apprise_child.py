"""The process that runs Apprise: one task from stdin, one answer to stdout, and no connection but to allowed addresses.

Started by `channels.apprise`, which keeps the deadline. Nothing that Apprise says is handed on but a status: its words
may hold the channel's secrets.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import re
import resource
import signal
import sys
from typing import Any

from news.addresses import AddressGuard, RefusedAddressError

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space. A receiver's answer of 400 MB took 822 MB; Apprise at rest takes some 200."""

CPU_S = 60

_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn")
_STATUS = re.compile(r"error=(\d{3})\b")


class Watcher(logging.Handler):
    """Remembers the last HTTP status that Apprise complained of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Look for a status."""
        found = _STATUS.search(record.getMessage())
        self.status = found[1] if found else self.status


def main() -> None:
    """Do the one task."""
    # Settings of ours hold secrets, and a proxy would dial past the guard.
    os.environ.clear()
    task = json.load(sys.stdin.buffer)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _confine()
    # Before the guard: its own imports may look around on this machine.
    import apprise

    refused = _guard_sockets([ipaddress.ip_network(text) for text in task["allow_networks"]])
    watcher = Watcher()
    logging.getLogger("apprise").addHandler(watcher)
    answer = _do(apprise, task)
    if not answer["good"] and refused:
        answer["reason"] = f"not dialled: {refused[-1]}; see WIREWATCH_ALLOW_NETWORKS"
    elif not answer["good"] and watcher.status:
        answer["reason"] = f"the service answered {watcher.status}"
    answers.write(json.dumps(answer))
    answers.close()


def _do(apprise: Any, task: dict[str, Any]) -> dict[str, Any]:
    asset = apprise.AppriseAsset(app_id="Wirewatch", app_desc="Wirewatch", app_url="", secure_logging=True)
    service = apprise.Apprise.instantiate(task["url"], asset=asset, suppress_exceptions=True)
    if service is None:
        return {"good": False, "reason": "Apprise does not know it, or something is missing in it"}
    if task["do"] == "check":
        return {"good": True}
    carrier = apprise.Apprise(asset=asset)
    carrier.add(service)
    return {"good": bool(carrier.notify(title=task["title"], body=task["text"], body_format="text"))}


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Nothing that Apprise carries needs a file.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _guard_sockets(allow_networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> list[str]:
    """Refuse every connection to an address that is not allowed, and every program; return what was refused.

    An audit hook sees each of Python's sockets before it dials, and cannot be taken out again.
    """
    guard = AddressGuard(allow_networks)
    refused: list[str] = []

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            address = arguments[1]
            if address is None:
                return
            try:
                guard.check(str(address[0]) if isinstance(address, tuple) else "a local socket")
            except RefusedAddressError as error:
                refused.append(str(error))
                raise
        elif event in _PROGRAMS:
            refused.append("it would have started a program")
            raise PermissionError("no programs are started here")

    sys.addaudithook(look)
    return refused


if __name__ == "__main__":
    main()
