"""PostgreSQL in trouble: somebody else's turn, a statement without end, a connection that was ended."""

import asyncio
import time
from collections.abc import AsyncIterator

import psycopg
import pytest

from tests.database.conftest import ask, count_notes, do, note
from tidings.database import Database, DatabaseUnavailable, engine
from tidings.database.doorbell import TURN

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("engine", ["postgresql"]),
]


@pytest.fixture
async def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setitem(engine.LIMITS, "statement_timeout", 400)
    monkeypatch.setitem(engine.LIMITS, "lock_timeout", 100)
    database = Database(database_url)
    await database.write(do("CREATE TABLE notes (said TEXT)"))
    yield database
    await database.close()


async def test_writers_of_several_processes_take_turns(database: Database) -> None:
    async with await psycopg.AsyncConnection.connect(database.url) as other:
        await other.execute(f"SELECT pg_advisory_xact_lock({TURN})".encode())
        writing = asyncio.create_task(database.write(note("patient")))
        await asyncio.sleep(0.3)
        assert not writing.done()
        assert await database.read(count_notes) == 0, "reading goes on"
        await other.rollback()
        assert await writing == "patient"


async def test_a_work_without_end_is_its_senders_alone(database: Database) -> None:
    busy = asyncio.create_task(database.write(do("SELECT pg_sleep(0.1)")))
    await asyncio.sleep(0.02)
    endless = asyncio.create_task(database.write(do("SELECT pg_sleep(10)")))
    others = [asyncio.create_task(database.write(note(str(number)))) for number in range(5)]
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        await endless
    assert await asyncio.gather(*others) == [str(number) for number in range(5)]
    assert time.monotonic() - began < 3
    await busy
    assert await database.read(count_notes) == 5


async def test_a_connection_that_was_ended_is_replaced_unnoticed(database: Database) -> None:
    await database.write(note("before"))
    ended = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with await psycopg.AsyncConnection.connect(database.url, autocommit=True) as other:
        await other.execute(ended.encode())
    await database.write(note("after"))
    assert await database.read(count_notes) == 2


async def test_a_reader_sees_one_moment_and_may_not_write(database: Database) -> None:
    assert await database.read(ask("SHOW transaction_isolation")) == "repeatable read"
    assert await database.read(ask("SHOW transaction_read_only")) == "on"
