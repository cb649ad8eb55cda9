"""The name and version of today's reader; apart from it, so that who only compares names need not load the reader.

How it reads stands in `body`.
"""

from __future__ import annotations

from importlib.metadata import version

READER = f"trafilatura-{version('trafilatura')}/1"
"""Stored with what it reads. The last number counts our own changes to what is given out: what another number has read,
`reread` reads again."""
