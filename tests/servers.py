"""Servers of others that a test needs: started for it, or the test is skipped where they are not installed.

No test may come in here. Used by the fixtures of the rooms, each with the scope it needs.
"""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.running import PostgresServer, RedisServer


@contextmanager
def a_redis() -> Generator[RedisServer]:
    """Run a Redis of one's own, which may be killed and frozen."""
    if RedisServer.binary() is None:
        pytest.skip("Redis is not installed")
    server = RedisServer()
    server.start()
    yield server
    server.kill()


@contextmanager
def a_postgres() -> Generator[PostgresServer]:
    """Run a PostgreSQL of one's own, which may be restarted."""
    if PostgresServer.binary("initdb") is None:
        pytest.skip("PostgreSQL is not installed")
    server = PostgresServer()
    server.start()
    yield server
    server.close()
