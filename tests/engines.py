"""The two engines as tests use them: a migrated database for each test, a copy or one that is made up again.

No assertion comes in here. Used by the fixtures of conftest.py.

Copying PostgreSQL's template and dropping the copy costs 0.18 s, most of a test's time; emptying a used one
costs milliseconds. So used ones wait here for the next test, and `swept` brings back what migrations left.
"""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.running import PostgresServer

ENGINES = ("sqlite", "postgresql")
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"])  # for what is decided before a database is asked
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

Connection = psycopg.Connection[Any]


@contextmanager
def sqlite_copy(template: Path, folder: Path) -> Generator[str]:
    """Copy the migrated file; where a house looks for it, if it is not told otherwise."""
    yield f"sqlite:///{shutil.copy(template, folder / 'tidings.db')}"


class Lodgings:
    """Databases of one PostgreSQL, each used by one test at a time; `template` names the migrated one."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server, self._template = server, template
        self._free: list[str] = []
        self._made = 0
        with psycopg.connect(server.url_of(template)) as connection:
            self._seed = {name: _rows(connection, name) for name in _names(connection)}

    @contextmanager
    def one(self) -> Generator[str]:
        """Lend the address of a database that is as migrations leave it."""
        name = self._free.pop() if self._free else self._another()
        url = self._server.url_of(name)
        yield url
        with psycopg.connect(url) as connection:
            self.swept(connection)
        self._free.append(name)

    def swept(self, connection: Connection) -> None:
        """Bring back what the migrations left: their rows, numbers from the start, and nobody connected."""
        connection.execute(OTHERS)
        connection.execute("SET LOCAL session_replication_role = replica")  # in any order, without triggers
        for table in _names(connection):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            _refill(connection, table, self._seed[table])
        for name, _ in _used_sequences(connection):
            connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(name)))

    def _another(self) -> str:
        self._made += 1
        name = f"lodging_{self._made}"
        self._server.fresh_url(name, self._template)
        return name


def _names(connection: Connection) -> list[str]:
    return [name for (name,) in connection.execute(TABLES)]


def _used_sequences(connection: Connection) -> list[tuple[str, int]]:
    return [(name, last) for name, last in connection.execute(SEQUENCES) if last is not None]


def _rows(connection: Connection, table: str) -> bytes:
    copy = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor().copy(copy) as rows:
        return b"".join(bytes(row) for row in rows)


def _refill(connection: Connection, table: str, rows: bytes) -> None:
    if rows:
        copy = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
        with connection.cursor().copy(copy) as into:
            into.write(rows)
