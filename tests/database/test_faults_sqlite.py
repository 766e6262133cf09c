"""SQLite in trouble: locked, full, broken. Nothing acknowledged is lost, reading goes on, it heals."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.database.conftest import count_notes, do, note
from tidings.database import Database, DatabaseUnavailable, transaction, writer

pytestmark = pytest.mark.anyio


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the five seconds."""
    monkeypatch.setattr(transaction, "PATIENCE_S", 0.3)
    monkeypatch.setattr(writer, "PATIENCE_S", 0.3)
    monkeypatch.setattr(writer, "GIVE_UP_S", 0.6)


@pytest.fixture
async def database(sqlite_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{sqlite_path}")
    await database.write(do("CREATE TABLE notes (said TEXT)"))
    yield database
    await database.close()


async def test_the_writer_is_durable_by_default(database: Database) -> None:
    """WAL with synchronous=FULL survives a power cut, with NORMAL only a crash (sqlite.org/pragma.html)."""

    def pragmas(session: Session) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "fullfsync")
        return [session.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    assert await database.write(pragmas) == ["wal", 2, 1, 1]
    assert (await database.read(pragmas))[:2] == ["wal", 2]


async def test_a_locked_file_is_waited_for(database: Database, lock_holder: sqlite3.Connection) -> None:
    lock_holder.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(database.write(note("patient")))
    await asyncio.sleep(0.3)
    assert not writing.done()
    lock_holder.execute("ROLLBACK")
    assert await writing == "patient"


@pytest.mark.slow
async def test_a_file_locked_for_long_is_told_within_five_seconds(
    database: Database, lock_holder: sqlite3.Connection
) -> None:
    lock_holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        await database.write(note("refused"))
    assert 4 < time.monotonic() - began < 5
    lock_holder.execute("ROLLBACK")


@pytest.mark.usefixtures("impatient")
async def test_reading_goes_on_while_the_file_is_locked_and_writing_heals(
    database: Database, lock_holder: sqlite3.Connection
) -> None:
    lock_holder.execute("BEGIN EXCLUSIVE")
    writing = asyncio.create_task(database.write(note("refused")))
    began = time.monotonic()
    assert await database.read(count_notes) == 0
    assert time.monotonic() - began < 2, "whoever waits for the lock, waits five seconds"
    with pytest.raises(DatabaseUnavailable):
        await writing
    lock_holder.execute("ROLLBACK")
    await database.write(note("healed"))
    assert await database.read(count_notes) == 1, "what was refused is not written later"


@pytest.mark.usefixtures("impatient")
async def test_of_those_who_queue_each_has_a_patience_of_their_own(
    database: Database, lock_holder: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_holder.execute("BEGIN IMMEDIATE")
    early = [asyncio.create_task(database.write(note(f"early {number}"))) for number in range(50)]
    await asyncio.sleep(0.35)
    monkeypatch.setattr(writer, "PATIENCE_S", 4.4)  # on a slow machine, too, this one is still there then
    monkeypatch.setattr(writer, "GIVE_UP_S", 5)
    late = asyncio.create_task(database.write(note("late")))
    assert all(
        isinstance(o, DatabaseUnavailable) for o in await asyncio.gather(*early, return_exceptions=True)
    )
    lock_holder.execute("ROLLBACK")
    assert await late == "late"
    assert await database.read(count_notes) == 1, (
        "nobody waited for the others any more, so they were not begun"
    )


async def test_a_full_disk_is_told_at_once_and_heals(database: Database) -> None:
    def fill(session: Session) -> None:
        pages = session.execute(text("PRAGMA page_count")).scalar()
        session.execute(
            text(f"PRAGMA max_page_count = {pages}")
        )  # until the writer opens its connection anew

    await database.write(fill)
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable, match="full"):
        await database.write(note("x" * 1_000_000))
    assert time.monotonic() - began < 3, "a lock would be waited for"
    assert await database.read(count_notes) == 0
    await database.write(note("x" * 1_000_000))
    assert await database.read(count_notes) == 1


async def test_a_commit_that_failed_is_never_run_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine may have kept it: neither the batch nor its single jobs may run twice."""
    runs: list[int] = []
    commit = transaction._commit  # pyright: ignore[reportPrivateUsage]

    def keep_and_fail(begun: object) -> None:
        commit(begun)
        raise transaction.CommitUnsure("The answer got lost.")

    def count(session: Session) -> None:
        runs.append(1)
        note("once")(session)

    monkeypatch.setattr(transaction, "_commit", keep_and_fail)
    outcomes = await asyncio.gather(*(database.write(count) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    assert len(runs) == 5
    monkeypatch.undo()
    assert await database.read(count_notes) == 5


@pytest.mark.usefixtures("impatient")
async def test_a_writer_that_hangs_lets_nobody_wait_longer(database: Database) -> None:
    begun, over = threading.Event(), threading.Event()

    def hang(_session: Session) -> None:
        begun.set()
        over.wait(30)

    hanging = asyncio.create_task(database.write(hang))
    await asyncio.to_thread(begun.wait, 5)
    with pytest.raises(DatabaseUnavailable):
        await database.write(note("behind it"))
    with pytest.raises(DatabaseUnavailable):
        await hanging
    over.set()
    await asyncio.sleep(0.3)
    assert await database.read(count_notes) == 0
