"""Makes text from outside harmless on a terminal: no escape sequence, no hidden or reordering character.

Text is cleaned before it is stored, too; this is the second line. It knows no command.
"""

from __future__ import annotations

import re

# C0 but tab and newline, DEL and C1 (U+009B alone starts an escape sequence), lone surrogates, bidirectional controls,
# zero-width signs (but the joiners, which Persian and Hindi spell with), tags, line and paragraph separators.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_NEWLINE = re.compile("\r\n?|[\u2028\u2029]")
_SPACE = re.compile(r"\s+")


def many_lines(text: str) -> str:
    """Return text that a terminal shows as it stands, with its newlines."""
    return _UNSAFE.sub("", _NEWLINE.sub("\n", text)).replace("\t", "    ")


def one_line(text: str | None) -> str:
    """Return text as one line; empty for None."""
    return folded(text).strip() if text else ""


def folded(text: str) -> str:
    """Return a piece of a line, with a space at its ends where it had any."""
    return _SPACE.sub(" ", many_lines(text))


def escape_unsafe(json_text: str) -> str:
    r"""Write the same characters inside a JSON text as `\uXXXX`: equal to a program, harmless on a terminal."""
    return _UNSAFE.sub(_as_escape, json_text)


def _as_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
