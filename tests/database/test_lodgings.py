"""A database that one test leaves and the next one gets is as a new one."""

from datetime import UTC, datetime

import psycopg
import pytest

from tests.engines import SEQUENCES, Connection, Lodgings, _names, _rows
from tidings.accounts import users
from tidings.database import Database


def contents_of(connection: Connection) -> tuple[dict[str, bytes], list[tuple[str, int | None]]]:
    rows = {name: _rows(connection, name) for name in _names(connection)}
    return rows, sorted(connection.execute(SEQUENCES).fetchall())


def a_life_is_lived(url: str) -> None:
    database = Database(url)
    try:
        database.write_now(lambda session: users.add(session, "alice", "x", datetime.now(UTC)))
    finally:
        database.close_now()
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE lives SET epoch = 'another'")
        for name, _ in connection.execute(SEQUENCES).fetchall():
            connection.execute(f"SELECT nextval('{name}')".encode())


def test_the_next_one_finds_nothing_of_the_one_before(lodgings: Lodgings) -> None:
    with lodgings.one() as url:
        with psycopg.connect(url) as connection:
            before = contents_of(connection)
        a_life_is_lived(url)
        with psycopg.connect(url) as connection:
            assert contents_of(connection) != before
        left_open = psycopg.connect(url)
    with lodgings.one() as again, psycopg.connect(again) as connection:
        assert again == url
        assert contents_of(connection) == before
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
