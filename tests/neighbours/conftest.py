"""A real Redis for the tests of this room."""

from collections.abc import Iterator

import pytest

from tests.running import RedisServer
from tests.servers import a_redis


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """Return a running Redis, or skip where there is none."""
    with a_redis() as server:
        yield server
