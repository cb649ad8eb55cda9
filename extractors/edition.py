"""The name and version of today's reader; apart from it, so that who only compares names need not load the reader.

How it reads stands in `body`.
"""

READER = "wirewatch/2"
"""Stored with what it reads. The number counts changes to what is given out: what another number has read, `reread`
reads again."""
