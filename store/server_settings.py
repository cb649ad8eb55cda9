"""What the embedded server is started with: safe, closed, and as large as its machine."""

from __future__ import annotations

import os
from pathlib import Path

from store.postmaster import PORT

_MB = 2**20
_LEAST_BUFFERS, _MOST_BUFFERS = 128 * _MB, 1024 * _MB
"""Of shared buffers: a sixteenth of the memory within these. What is not used of them takes none."""

_FIXED = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Nothing acknowledged is ever lost; the queue's own role may trade that away for itself.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # One machine's worth; idle, the whole server takes 25 MB (PSS).
    "max_connections": "100",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    # No replicas, so nothing has to be logged for them.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Parallel workers share memory through /dev/shm, of which a container has 64 MB; our queries are short anyway.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "jit": "off",
    # One log file a weekday, overwritten a week later: it never fills the disk.
    "logging_collector": "on",
    "log_filename": "postgres-%w.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_checkpoints": "off",
}


def settings(memory_bytes: int | None = None) -> dict[str, str]:
    """Return the server's settings by their names, for a machine of so much memory; this one by default."""
    memory = memory_bytes or _memory_bytes()
    buffers = min(_MOST_BUFFERS, max(_LEAST_BUFFERS, memory // 16))
    return _FIXED | {
        "shared_buffers": f"{buffers // _MB}MB",
        # What the system may cache of its files beside that; the planner goes by it, and nothing is allocated.
        "effective_cache_size": f"{max(512 * _MB, memory // 2) // _MB}MB",
    }


def _memory_bytes() -> int:
    """Return the memory of this machine, or of the container, where that has less."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        told = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return machine
    return min(machine, int(told)) if told.isdigit() else machine
