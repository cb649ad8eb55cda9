"""Turns a body into text before any parser sees it: valid UTF-8 wins over every label.

Left to a parser, one letter cut in half changes the encoding of a whole feed, and every guid with it. What the text
says is the readers' business; compressed bodies are `sniff`'s.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# How a document without a byte order mark begins in the wide encodings: `<` or `{` and its zeros.
_WIDE = (
    (re.compile(rb"\s*\x00\x00\x00[<{]"), "utf-32-be"),
    (re.compile(rb"[<{]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"(?:\x00\s)*\x00[<{]\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"(?:\s\x00)*[<{]\x00[^\x00]\x00"), "utf-16-le"),
)

_LABELS = (
    re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']?([A-Za-z0-9._:-]{1,40})"""),
    re.compile(rb"""(?i)<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})"""),
)

_HEAD_BYTES = 4096
_SAMPLE_BYTES = 100_000

# What browsers understand by these labels: a superset that also holds the letters found in the wild.
# Source: WHATWG Encoding, "names and labels".
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso8859-8": "cp1255",
    "koi8-t": "koi8-u",
}

# The only codecs we decode with. Python knows labels that are none (`rot13`, `zip`, `idna`, `undefined`,
# `unicode_escape`, `utf-7`), and a hostile document names them.
_CODEC_NAMES = """
utf-8 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257
cp1258 cp866 cp855 cp874 cp932 cp949 koi8-r koi8-u kz1048 ptcp154 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6
iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 mac-cyrillic mac-roman gb18030 big5hkscs
euc_jp iso2022_jp iso2022_kr
"""
_CODECS = frozenset(_CODEC_NAMES.split())

_CYRILLIC = ("cp1251", "koi8-u", "iso8859-5", "cp866")
_COMMON_CYRILLIC = frozenset("оеаинтсрвлОЕАИНТСРВЛ")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")

_OFTEN_WRONG = frozenset({None, "cp1251", "cp1252", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic"})
"""Labels that Cyrillic documents bear whatever they are in."""

_CYRILLIC_FLOOR = 0.7
_CERTAIN = 0.3
"""True Russian scores about 1.1 and in capitals 0.6; misread, it stays under 0.7 (measured in test_decode.py)."""


def decode(body: bytes, charset: str | None) -> str:
    """Decode a body, with U+FFFD for what cannot be decoded.

    In this order: a byte order mark; the zeros of UTF-16 and UTF-32; UTF-8 where it is valid or mostly so; the
    document's own label; the label of the HTTP header; what the letters look like.

    Args:
        body: Not compressed.
        charset: As the HTTP header names it; odd and unknown names are passed over.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            body = body[len(mark) :]
            if codec == "utf-8":
                break
            return body.decode(codec, "replace")
    else:
        head = body[:64]
        for pattern, codec in _WIDE:
            if pattern.match(head):
                return body.decode(codec, "replace")
    labels = [codec for codec in (*_labels_of(body), _codec_of(charset or "")) if codec]
    if b"\x1b$" in body or b"\x1b(" in body:
        for codec in labels:
            if codec.startswith("iso2022"):
                return body.decode(codec, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = body.decode("utf-8", "replace")
    if _is_mostly_utf8(body, text):
        return text
    return body.decode(_narrow_codec(body, labels), "replace")


def charset_of(content_type: str | None) -> str | None:
    """Return the charset that a Content-Type names."""
    match = re.search(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", (content_type or "")[:500], re.IGNORECASE)
    return match.group(1) if match else None


def _labels_of(body: bytes) -> list[str | None]:
    head = body[:_HEAD_BYTES]
    return [_codec_of(match.group(1).decode("ascii")) for pattern in _LABELS if (match := pattern.search(head))]


@lru_cache(maxsize=256)
def _codec_of(label: str) -> str | None:
    """Return the codec that a label means, or None when it names none that a document could be in."""
    label = label.strip().lower().removeprefix("x-")
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError, UnicodeError):
        return None
    name = _MEANT.get(name, name)
    return name if name in _CODECS else None


def _is_mostly_utf8(body: bytes, text: str) -> bool:
    """Whether at least half of what is not ASCII is whole UTF-8 letters; other encodings make almost none by chance."""
    n_damaged = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    n_whole = len(text) - len(text.encode("ascii", "ignore")) - n_damaged
    return n_whole >= n_damaged


def _narrow_codec(body: bytes, labels: list[str]) -> str:
    """Choose the codec of a body that is no UTF-8: its label, unless the letters speak strongly against it."""
    label = next((codec for codec in labels if not codec.startswith("utf-")), None)
    if label not in _OFTEN_WRONG:
        return label or "cp1252"
    first = _HIGH_RUN.search(body)
    start = max(0, (first.start() if first else 0) - 1000)
    sample = body[start : start + _SAMPLE_BYTES]
    if not _has_words(sample):
        return label or "cp1252"
    scores = {codec: _cyrillic_score(sample, codec) for codec in _CYRILLIC}
    best = max(scores, key=scores.__getitem__)
    labelled = _cyrillic_score(sample, label) if label else 0.0
    if scores[best] > _CYRILLIC_FLOOR and scores[best] > labelled + _CERTAIN:
        return best
    return _guess(sample) if label in {None, "cp1252"} else str(label)


def _guess(sample: bytes) -> str:
    guess = from_bytes(sample, cp_isolation=sorted(_CODECS)).best()
    return (_codec_of(guess.encoding) if guess else None) or "cp1252"


def _has_words(sample: bytes) -> bool:
    """Whether letters beyond ASCII stand in runs, as in words of another alphabet, and not alone, as accents do."""
    runs = _HIGH_RUN.findall(sample)
    return sum(map(len, runs)) >= 3 * max(len(runs), 1)


def _cyrillic_score(sample: bytes, codec: str) -> float:
    """How Russian, Ukrainian or Bulgarian it looks: the share of common letters, and half the share of small ones."""
    high = b"".join(_HIGH_RUN.findall(sample))
    text = high.decode(codec, "replace")
    n_common = sum(letter in _COMMON_CYRILLIC for letter in text)
    n_small = sum(letter.islower() and "\u0400" <= letter <= "\u04ff" for letter in text)
    return (n_common + n_small / 2) / max(len(high), 1)
