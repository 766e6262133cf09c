"""A real Redis for the tests of this room."""

from collections.abc import Iterator

import pytest

from tests.running import RedisServer


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """Return a running Redis, or skip where there is none."""
    if RedisServer.binary() is None:
        pytest.skip("Redis is not installed")
    server = RedisServer()
    server.start()
    yield server
    server.kill()
