"""What processes cost, from /proc: CPU seconds, and memory as its fair share (PSS, shared pages counted once)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """Return the process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields is not None:
                children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, [])
    return found


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process, user and system; 0 when it is gone."""
    fields = _stat(pid)
    return 0.0 if fields is None else (int(fields[11]) + int(fields[12])) / TICKS


def family_cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process and all below it, those that have ended among them."""
    found = [fields for one in descendants(pid) if (fields := _stat(one)) is not None]
    return sum(int(ticks) for fields in found for ticks in fields[11:15]) / TICKS


def parent(pid: int) -> int:
    """Return the process that started one."""
    fields = _stat(pid)
    assert fields is not None, "it runs"
    return int(fields[1])


def named(name: str) -> list[int]:
    """Return the processes whose executable has this name."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if (folder / "comm").read_text().strip() == name:
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


def pss_mb(pids: list[int]) -> float:
    """Return the memory of processes in MB, each shared page counted once."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total / 1024


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None


class Cpu:
    """CPU that a changing set of processes spends from now on; what ended in between counts as last seen."""

    def __init__(self, pids: Callable[[], list[int]]) -> None:
        self._pids = pids
        self._before = {pid: cpu_s(pid) for pid in pids()}
        self._last: dict[int, float] = {}

    def spent_s(self) -> float:
        """Return the seconds since. Call it now and then: children are replaced, and take their count with them."""
        self._last |= {pid: cpu_s(pid) for pid in self._pids()}
        return sum(last - self._before.get(pid, 0.0) for pid, last in self._last.items())
