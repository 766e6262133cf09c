"""Fixtures that several rooms share: databases of both kinds, and a logged error fails the test."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import ENGINES, Lodgings, sqlite_copy
from tests.running import PostgresServer, RedisServer
from tests.servers import a_postgres, a_redis
from tidings.database.migrate import migrate

pytest_plugins = ["tests.side_by_side"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=ENGINES, help="of what runs on both engines, run this half only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted: str | None = config.getoption("--engine")
    if wanted is not None:
        other = [item for item in items if _engine_of(item) not in (None, wanted)]
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in set(other)]


def _engine_of(item: pytest.Item) -> str | None:
    called = getattr(item, "callspec", None)
    return called.params.get("engine") if called else None


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


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """Return a running Redis of the module's own, which it may kill and start, or skip."""
    with a_redis() as server:
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


@pytest.fixture(scope="session")
def lodgings(postgres: PostgresServer, postgres_template: str) -> Lodgings:
    """Return the databases of the running PostgreSQL that tests use one after the other."""
    return Lodgings(postgres, postgres_template)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of an engine: whatever touches a database runs once on each."""
    return request.param


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty, migrated database."""
    if engine == "sqlite":
        lent = sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
    else:
        lodgings: Lodgings = request.getfixturevalue("lodgings")
        lent = lodgings.one()
    with lent as url:
        yield url


@pytest.fixture
def cellar(database_url: str, engine: str) -> dict[str, str]:
    """Return the settings that say where a whole house keeps its database; SQLite's is found by itself."""
    return {} if engine == "sqlite" else {"database_url": database_url}
