"""Fixtures that several rooms share: databases of both kinds, and a logged error fails the test."""

import logging
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.running import PostgresServer
from tidings.database.migrate import migrate

_numbers = count(1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_logged_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail when an error was logged; a test that expects one says so with `caplog.clear()`."""
    yield
    errors = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, f"logged errors: {errors}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Return a running PostgreSQL, or skip where there is none."""
    if PostgresServer.binary("initdb") is None:
        pytest.skip("PostgreSQL is not installed")
    server = PostgresServer()
    server.start()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty, migrated database; the test runs once for each engine."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'tidings.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.fresh_url(f"test_{next(_numbers)}")
    migrate(url)
    return url
