"""Shows what differs between two wordings, to people and to programs. Finding it is the business of `news.wording`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.safe import one_line

if TYPE_CHECKING:
    from news.wording import Paragraph


def coloured(paragraph: Paragraph) -> str:
    """Return a paragraph with its edits in colour; the signs of `wdiff` tell them where there is none."""
    from news.wording import Edit

    words = []
    for piece in paragraph:
        text = one_line(piece.text)
        if piece.edit is Edit.REMOVED:
            text = click.style(f"[-{text}-]", fg="red")
        elif piece.edit is Edit.ADDED:
            text = click.style(f"{{+{text}+}}", fg="green")
        words.append(text)
    return " ".join(words)


def marked(paragraph: Paragraph) -> list[dict[str, str]]:
    """Return a paragraph as `--json` prints it."""
    return [{"edit": piece.edit.value, "text": piece.text} for piece in paragraph]
