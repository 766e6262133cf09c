"""Fixtures that several rooms share: databases of both kinds, and a logged error fails the test."""

import logging
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.running import PostgresServer
from tests.servers import a_postgres
from tidings.database.migrate import migrate

_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql", action="store_true", help="whole houses keep what they know in PostgreSQL"
    )


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
    with a_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated file to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "tidings.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """Return the name of a migrated database to copy."""
    migrate(postgres.fresh_url("template"))
    return "template"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty, migrated database; the test runs once for each engine."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "tidings.db")
        yield f"sqlite:///{copied}"
        return
    template: str = request.getfixturevalue("postgres_template")
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    yield server.fresh_url(name, template)
    server.drop(name)


@pytest.fixture
def cellar(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the settings that say where a whole house keeps its database: a migrated one of its own."""
    if not request.config.getoption("--postgresql"):
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "tidings.db")
        yield {}
        return
    template: str = request.getfixturevalue("postgres_template")
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"house_{next(_numbers)}"
    yield {"database_url": server.fresh_url(name, template)}
    server.drop(name)
