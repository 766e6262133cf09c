"""What the tests of accounts share: an empty database, a clock that obeys, hashing that costs nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import Session, SQLModel

from tidings.accounts import users
from tidings.accounts.passwords import Hasher
from tidings.accounts.tables import User
from tidings.clock import ManualClock
from tidings.database import Database

T = TypeVar("T")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def hasher() -> Hasher:
    """The real scheme at the lowest price it accepts: hashing is tested, not waited for."""
    return Hasher(memory_kib=8, passes=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    database.write_now(lambda session: SQLModel.metadata.create_all(session.connection()))
    yield database
    database.close_now()


@pytest.fixture
def write(database: Database) -> Callable[[Callable[[Session], T]], T]:
    return database.write_now


@pytest.fixture
def alice(database: Database, hasher: Hasher, clock: ManualClock) -> User:
    password_hash = hasher.hash_now("correct horse")
    return database.write_now(lambda session: users.add(session, "alice", password_hash, clock.now()))
