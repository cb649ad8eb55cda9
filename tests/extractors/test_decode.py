"""Bodies become text: valid UTF-8 wins, one cut letter changes nothing, no label hurts."""

import codecs
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.decode import charset_of, decode

RUSSIAN = "Совет города во вторник проголосовал за ремонт моста, закрытого после весеннего паводка. " * 3
UKRAINIAN = "Міська рада у вівторок проголосувала за ремонт мосту, який закрили після повені. Їхній дім є поруч. " * 3
ENGLISH = "The café’s owner said “no” – naïve as it was. " * 5
JAPANESE = "市議会は火曜日、春の洪水の後に閉鎖された橋の修理を可決した。" * 3
TURKISH = "Şehir meclisi salı günü köprünün onarılması için oy verdi; ığdır çalışıyor. " * 3


def labelled(text: str, codec: str, label: str) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{label}"?>' if label else '<?xml version="1.0"?>'
    return (declaration + "<rss><title>" + text + "</title></rss>").encode(codec)


@pytest.mark.parametrize(
    ("text", "codec", "label", "header"),
    [
        (RUSSIAN, "utf-8", "", None),
        (RUSSIAN, "utf-8", "windows-1251", None),
        (RUSSIAN, "utf-8", "utf-8", "windows-1251"),
        (RUSSIAN, "utf-8", "iso-8859-1", "iso-8859-1"),
        (RUSSIAN, "cp1251", "windows-1251", None),
        (RUSSIAN, "cp1251", "windows-1251", "utf-8"),
        (RUSSIAN, "cp1251", "windows-1251", "iso-8859-1"),
        (RUSSIAN, "cp1251", "utf-8", None),
        (RUSSIAN, "cp1251", "utf-8", "utf-8"),
        (RUSSIAN, "cp1251", "", None),
        (RUSSIAN, "cp1251", "", "windows-1251"),
        (RUSSIAN, "cp1251", "iso-8859-1", None),
        (RUSSIAN, "koi8-r", "koi8-r", None),
        (RUSSIAN, "koi8-r", "windows-1251", None),
        (RUSSIAN, "koi8-r", "", None),
        (RUSSIAN, "koi8-r", "utf-8", None),
        (RUSSIAN, "iso8859-5", "", None),
        (RUSSIAN, "cp866", "windows-1251", None),
        (RUSSIAN.upper(), "cp1251", "windows-1251", None),
        (RUSSIAN.upper(), "koi8-r", "koi8-r", None),
        (UKRAINIAN, "cp1251", "windows-1251", None),
        (UKRAINIAN, "cp1251", "", None),
        (UKRAINIAN, "koi8-u", "koi8-u", None),
        (RUSSIAN, "utf-16", "utf-16", None),
        (RUSSIAN, "utf-16", "utf-8", "utf-8"),
        (RUSSIAN, "utf-16-le", "utf-16", None),
        (RUSSIAN, "utf-16-be", "utf-8", None),
        (RUSSIAN, "utf-32", "", None),
        (RUSSIAN, "utf-32-be", "", None),
        (RUSSIAN, "utf-8-sig", "windows-1251", "koi8-r"),
        (ENGLISH, "cp1252", "iso-8859-1", None),
        (ENGLISH, "cp1252", "us-ascii", None),
        (ENGLISH, "cp1252", "utf-8", None),
        (ENGLISH, "cp1252", "", None),
        (TURKISH, "cp1254", "iso-8859-9", None),
        (JAPANESE, "cp932", "shift_jis", None),
        (JAPANESE, "euc_jp", "EUC-JP", None),
        (JAPANESE, "iso2022_jp", "iso-2022-jp", None),
        (JAPANESE, "gb18030", "gb2312", None),
    ],
)
def test_the_letters_come_out_whatever_the_label_says(text: str, codec: str, label: str, header: str | None) -> None:
    assert text in decode(labelled(text, codec, label), header)


def feed_of(n: int) -> bytes:
    items = (f"<item><guid>г{i}</guid><description>{RUSSIAN}</description></item>" for i in range(n))
    return f'<?xml version="1.0"?><rss>{"".join(items)}</rss>'.encode()


@pytest.mark.parametrize("position", [200, 201, 3000, 5001, 9000])
def test_one_cut_byte_changes_no_guid(position: int) -> None:
    body = feed_of(20)
    cut = body[:position] + body[position + 1 :]
    text = decode(cut, None)
    assert sum(f"<guid>г{i}</guid>" in text for i in range(20)) >= 19


def test_a_damaged_letter_becomes_one_mark() -> None:
    text = decode("Новости".encode()[:-1] + "; Спорт".encode(), None)
    assert text == "Новост\ufffd; Спорт"


def test_damage_of_a_tenth_of_the_letters_stays_utf8_where_it_is_declared() -> None:
    body = bytearray(labelled(RUSSIAN * 20, "utf-8", "utf-8"))
    for position in random.Random(1).sample(range(60, len(body)), len(body) // 40):
        body[position] = 0xFF
    assert decode(bytes(body), None).count("город") > 30


ODD_LABELS = """
undefined unicode_escape raw_unicode_escape rot13 zip hex base64 bz2 uu quopri idna punycode utf-7 mbcs oem utf_8_sig
string-escape charmap nonsense ../../etc/passwd 0 - _ . cp65001 utf-16 utf-32 us-ascii hz johab ebcdic cp037
x-user-defined
"""


@pytest.mark.parametrize("label", [*ODD_LABELS.split(), "x" * 5000, "Ω", "\x00", "", " "])
def test_an_odd_label_hurts_nothing(label: str) -> None:
    body = f'<?xml version="1.0" encoding="{label}"?><rss>{RUSSIAN}</rss>'
    assert RUSSIAN in decode(body.encode("utf-8", "replace"), label)
    assert RUSSIAN in decode(body.encode("cp1251", "replace"), label)


def test_what_html5lib_and_others_have_as_naughty_strings_survives(shared_data: Path) -> None:
    strings: list[str] = json.loads((shared_data / "strings" / "blns.json").read_text(encoding="utf-8"))
    for text in strings:
        assert decode(text.encode(), None) == text.removeprefix("\ufeff")


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=20)))
def test_any_bytes_become_text(body: bytes, charset: str | None) -> None:
    assert isinstance(decode(body, charset), str)
    decode(body, charset).encode("utf-8")


@given(st.text(max_size=300))
def test_valid_utf8_is_never_read_as_anything_else(text: str) -> None:
    body = text.encode("utf-8", "ignore")
    if (
        not body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        and b"\0" not in body
        and b"\x1b" not in body
    ):
        assert decode(body, "windows-1251") == body.decode()


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        (None, None),
        ("text/xml", None),
        ("text/xml; charset=windows-1251", "windows-1251"),
        ('application/rss+xml; charset="utf-8"', "utf-8"),
        ("text/xml;Charset = 'koi8-r' ; x=y", "koi8-r"),
        ("charset=" + "x" * 10_000, "x" * 40),
    ],
)
def test_the_header_names_a_charset(content_type: str | None, charset: str | None) -> None:
    assert charset_of(content_type) == charset
