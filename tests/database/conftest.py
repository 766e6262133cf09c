"""What the tests of the database share: a database of either kind, with a table of its own."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.engines import sqlite_copy
from tests.running import PostgresServer
from tidings.database import Database

COUNT = text("SELECT count(*) FROM notes")


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Iterator[str]:
    """Return a database that nobody had before or will have after: its shape may be changed here."""
    if engine == "sqlite":
        with sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path) as url:
            yield url
        return
    template: str = request.getfixturevalue("postgres_template")
    server: PostgresServer = request.getfixturevalue("postgres")
    yield server.fresh_url("reshaped", template)
    server.drop("reshaped")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    database.write_now(do("CREATE TABLE notes (said TEXT PRIMARY KEY)"))
    yield database
    await database.close()


@pytest.fixture
def sqlite_path(sqlite_template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "alone.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.fixture
def lock_holder(sqlite_path: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection of somebody else, to hold the file locked with."""
    connection = sqlite3.connect(sqlite_path, isolation_level=None)
    yield connection
    connection.close()


def do(sql: str) -> Callable[[Session], None]:
    """Make work that runs one statement."""

    def work(session: Session) -> None:
        session.execute(text(sql))

    return work


def ask(sql: str) -> Callable[[Session], Any]:
    """Make work that asks for one value."""
    return lambda session: session.execute(text(sql)).scalar()


def note(said: str) -> Callable[[Session], str]:
    """Make work that writes a note and returns it."""

    def work(session: Session) -> str:
        session.execute(text("INSERT INTO notes VALUES (:said)"), {"said": said})
        return said

    return work


def count_notes(session: Session) -> int:
    return session.execute(COUNT).scalar_one()
