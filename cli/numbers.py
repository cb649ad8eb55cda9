"""Numbers of rows, as people type them."""

from __future__ import annotations

import click

NUMBER = click.IntRange(1, 2**63 - 1)
"""Of an alert, an article or a channel."""
