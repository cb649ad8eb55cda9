"""Two files open connections, past the guard both: nobody else in the house knows how to."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("news", "alerts", "extractors", "store", "crawler", "scheduler", "cli", "newsroom", "bench")

DIALS = re.compile(
    r"""
    ClientSession\( | TCPConnector\( | socket\.socket\( | create_connection\( | open_connection\( | create_datagram
    | urlopen\( | urllib\.request | http\.client | ftplib | \bsmtplib
    | aiosmtplib\.send | aiosmtplib\.SMTP\((?!\s*sock=) | \bimport\ requests | \bimport\ httpx
    | \bfrom\ (requests|httpx|urllib3|curl_cffi)\b | fetch_url\( | download_async\( | trafilatura\.downloads
    """,
    re.VERBOSE,
)

KNOWN = {
    "crawler/handler.py": "the one that dials outlets, past the guard",
    "alerts/dialing.py": "the one that dials receivers of alerts, past the same guard",
}
"""File to why it may. Postgres is reached through psycopg, which dials nothing else."""


def test_only_the_known_files_dial() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if DIALS.search(path.read_text(encoding="utf-8"))
    }
    assert found == KNOWN.keys()
