"""What a person types after `source add`, and types again when it could not be reached."""

from __future__ import annotations

import pytest

from news.errors import BadURLError, SourceUnreachableError
from newsroom.server import Newsroom
from scheduler.kit import Kit
from scheduler.sources import add_source
from tests.jobs.conftest import OpenKit
from tests.jobs.telling import site, value


@pytest.mark.parametrize(
    "typed",
    [
        *("", "  ", "javascript:alert(1)", "mailto:editor@outlet.example", "editor@outlet.example", "http:outlet:x"),
        *("file:///etc/passwd", "ftp://outlet.example/", "http://", "outlet.example:port/", "two words", "\x01"),
    ],
)
async def test_what_is_no_address_is_quoted_as_it_was_typed_with_the_remedy(kit: Kit, typed: str) -> None:
    with pytest.raises(BadURLError, match=r"; write it as https://outlet\.example/$") as told:
        await add_source(kit, typed)
    assert "https://" not in str(told.value).partition(";")[0] or typed in {"two words", "\x01"}
    assert await value(kit, "SELECT count(*) FROM source") == 0


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example"])
async def test_a_host_name_that_is_none_is_told_without_words_about_codecs(kit: Kit, host: str) -> None:
    with pytest.raises(SourceUnreachableError, match="a part of it is empty or too long") as told:
        await add_source(kit, f"http://{host}/")
    assert "codec" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("http://127.0.0.1:1/", r"no connection: Connection refused"),
        ("http://no-such-outlet.invalid/", r"the host name has no address: \w"),
    ],
)
async def test_what_cannot_be_reached_is_told_in_words(kit: Kit, url: str, cause: str) -> None:
    with pytest.raises(SourceUnreachableError, match=cause) as told:
        await add_source(kit, url)
    assert "Errno" not in str(told.value)


async def test_what_was_refused_or_away_is_asked_again_when_a_person_asks_again(
    open_test_kit: OpenKit, room: Newsroom
) -> None:
    room.add(site("outlet"))
    async with open_test_kit(WIREWATCH_ALLOW_NETWORKS="10.0.0.0/8") as kit:
        for _ in range(2):
            with pytest.raises(SourceUnreachableError, match="name its network in WIREWATCH_ALLOW_NETWORKS"):
                await add_source(kit, room.url("outlet"))
    async with open_test_kit() as kit:
        assert (await add_source(kit, room.url("outlet"))).new
