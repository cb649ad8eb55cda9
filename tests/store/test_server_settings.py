"""How large the embedded server is made."""

import pytest

from store.server_settings import settings

MB = 2**20


@pytest.mark.parametrize(
    ("memory_mb", "buffers", "cache"),
    [(512, "128MB", "512MB"), (2048, "128MB", "1024MB"), (8192, "512MB", "4096MB"), (65536, "1024MB", "32768MB")],
)
def test_it_is_as_large_as_its_machine_within_bounds(memory_mb, buffers, cache):
    found = settings(memory_mb * MB)
    assert (found["shared_buffers"], found["effective_cache_size"]) == (buffers, cache)
    assert found["fsync"] == "on"


def test_this_machine_has_enough_for_some():
    assert int(settings()["shared_buffers"].removesuffix("MB")) >= 128
