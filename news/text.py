"""Text from outside, made harmless: what every title, summary and paragraph passes before it is compared or stored.

It says nothing of HTML: markup is gone before (`extractors`), and what stays is never rendered as HTML.
"""

from __future__ import annotations

import re
import unicodedata

# Sorting the marks of a letter costs their square (0.8 s for 40,000): longer words than people write stay as they are.
_MOST_WORD_CHARS = 256
# Nobody tells two titles apart further on.
_MOST_TITLE_CHARS = 1000

# Without a sign of their own: controls that are no white space, noncharacters, what turns the writing direction, what
# joins or hides, tags. The Arabic letter mark and the like are among them: they move quotes and brackets around.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
)
# Joiners spell words of Persian, Hindi and Khmer and build emoji: they stay behind a sign of those, and only there.
_JOINED = (
    "\u0600-\u109f\u1780-\u18af\u2190-\u21ff\u2300-\u2328\u232b-\u23ff\u2460-\u27bf\u2b00-\u2bff"
    "\ua840-\uaaff\ufb50-\ufdcf\ufe0f\ufe70-\ufefc\U0001f000-\U0001faff"
)
_HIDDEN = re.compile(f"[{_INVISIBLE}]+")
_STRAY_JOINER = re.compile(f"(?<![{_JOINED}])[\u200c\u200d]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]|[^\s぀-ヿ㐀-䶿一-鿿豈-﫿]+")
_ACCENT = re.compile("[\u0300-\u036f]+")


def clean_text(text: str | None) -> str | None:
    """Return the text in one line: white space folded, letters composed (NFC), hyphens of one kind, nothing hidden.

    None when empty.

    Without NUL, lone surrogates, controls, noncharacters, soft hyphens, and what is only there to hide or to turn
    the writing direction.
    """
    if not text:
        return None
    return _composed(_visible(text).split()) or None


def clean_paragraphs(text: str | None) -> str:
    """Return the text with each of its lines as a paragraph, cleaned like `clean_text`, one blank line between them.

    A line break of any kind ends a paragraph, as it does in what readers of pages give out.
    """
    if not text:
        return ""
    paragraphs = (_composed(line.split()) for line in _visible(text).splitlines())
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def fold_title(text: str) -> str:
    """Return the title for comparing: without case, accents that only stress, punctuation and differences of spacing.

    A title without letters and digits folds to itself. At most the first thousand characters count.
    """
    clean = clean_text(text[:_MOST_TITLE_CHARS]) or ""
    letters = unicodedata.normalize("NFKC", clean).casefold()
    # й and é are one character by now; what is left are stress marks.
    letters = _ACCENT.sub("", unicodedata.normalize("NFKC", letters)).replace("ё", "е")
    # Vowel signs of Indian writing are marks, not letters: \w alone would take them out.
    words = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in letters).split()
    return " ".join(words) or clean


def count_words(text: str) -> int:
    """Return how many words a text has, each sign of Chinese and Japanese one."""
    return len(_WORD.findall(text))


def storable(text: str) -> str:
    """Return the text as it is but for what Postgres cannot hold: NUL and lone surrogates."""
    return _without_surrogates(text).replace("\x00", "")


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    shown = _STRAY_JOINER.sub("", _HIDDEN.sub("", _without_surrogates(text)))
    # The hyphen of typesetters and the one that breaks no line: a word is found however it was set.
    return shown.replace("\u2010", "-").replace("\u2011", "-")


def _composed(words: list[str]) -> str:
    line = " ".join(words)
    if line.isascii():
        return line
    if max(map(len, words)) <= _MOST_WORD_CHARS:
        return unicodedata.normalize("NFC", line)
    return " ".join(unicodedata.normalize("NFC", w) if len(w) <= _MOST_WORD_CHARS else w for w in words)


def _without_surrogates(text: str) -> str:
    if text.isascii() or not _SURROGATE.search(text):
        return text
    # Two halves that belong together become their character: JSON escapes come that way.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
