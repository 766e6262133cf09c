"""One writer: those who wait together share a commit, and a mistake is its sender's alone."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlmodel import select

from tests.database.conftest import count_notes, do, note
from tidings.database import Database, DatabaseUnavailable, transaction, writer
from tidings.notifications.tables import Life

pytestmark = pytest.mark.anyio


class Refused(Exception):
    pass


def refuse(session: Session) -> None:
    session.execute(text("INSERT INTO notes VALUES ('half done')"))
    raise Refused


class Commits:
    """Counts the commits of the writer."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database.writing, "commit", self._committed)

    def _committed(self, _connection: object) -> None:
        self.count += 1


class Gate:
    """Work that keeps the writer busy until it is opened, so that others queue up behind it."""

    def __init__(self) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()

    def __call__(self, _session: Session) -> None:
        self.entered.set()
        assert self.opened.wait(5)


async def behind(gate: Gate, database: Database) -> "asyncio.Task[None]":
    task = asyncio.create_task(database.write(gate))
    await asyncio.to_thread(gate.entered.wait, 5)
    return task


async def test_writes_that_wait_together_share_one_commit(database: Database) -> None:
    commits, gate = Commits(database), Gate()
    first = await behind(gate, database)
    writes = [asyncio.create_task(database.write(note(str(number)))) for number in range(50)]
    await asyncio.sleep(0)
    gate.opened.set()
    assert await asyncio.gather(*writes) == [str(number) for number in range(50)]
    await first
    assert commits.count == 2
    assert await database.read(count_notes) == 50


async def test_one_failing_job_does_not_harm_its_neighbours(database: Database) -> None:
    commits, gate = Commits(database), Gate()
    first = await behind(gate, database)
    works = [note("a"), refuse, note("b"), note("a"), note("c")]
    writes = [asyncio.create_task(database.write(work)) for work in works]
    await asyncio.sleep(0)
    gate.opened.set()
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    await first
    assert [outcomes[place] for place in (0, 2, 4)] == ["a", "b", "c"]
    assert isinstance(outcomes[1], Refused)
    assert isinstance(outcomes[3], Exception)
    assert "UNIQUE" in str(outcomes[3]).upper()
    assert await database.read(count_notes) == 3, "nothing half done"
    assert commits.count == 2, "the good ones still share one commit"


async def test_a_single_failing_job_leaves_nothing(database: Database) -> None:
    with pytest.raises(Refused):
        await database.write(refuse)
    assert await database.read(count_notes) == 0
    await database.write(note("after"))
    assert await database.read(count_notes) == 1


async def test_announcements_come_in_commit_order_before_the_answers(database: Database) -> None:
    told: list[str] = []
    gate = Gate()
    first = await behind(gate, database)

    async def write(said: str) -> None:
        await database.write(note(said), told.append)
        assert said in told

    writes = [asyncio.create_task(write(str(number))) for number in range(20)]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(first, *writes)
    assert told == [str(number) for number in range(20)]


async def test_a_publisher_who_leaves_is_announced_all_the_same(database: Database) -> None:
    told: list[str] = []
    gate = Gate()
    first = await behind(gate, database)
    leaving = asyncio.create_task(database.write(note("left"), told.append))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    gate.opened.set()
    await first
    await database.write(note("next"))
    assert told == ["left"]
    assert await database.read(count_notes) == 2


async def test_a_failing_announcement_harms_neither_its_publisher_nor_the_next(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_said: str) -> None:
        raise RuntimeError("the hub stumbled")

    gate = Gate()
    first = await behind(gate, database)
    writes = [
        asyncio.create_task(database.write(note("a"), fail)),
        asyncio.create_task(database.write(note("b"))),
    ]
    await asyncio.sleep(0)
    gate.opened.set()
    assert await asyncio.gather(*writes) == ["a", "b"]
    await first
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    caplog.clear()


async def test_a_work_sees_rows_and_not_what_the_one_before_it_remembers(database: Database) -> None:
    """A row loaded by one work must be read again by the next, or a mark in between would be overlooked."""
    remembered: list[Life] = []

    def remember(session: Session) -> None:
        remembered.append(session.execute(select(Life)).scalars().one())
        assert len(session.identity_map) == 1

    def look(session: Session) -> int:
        return len(session.identity_map)

    gate = Gate()
    first = await behind(gate, database)
    remembering = asyncio.create_task(database.write(remember))
    looking = asyncio.create_task(database.write(look))
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(first, remembering)
    assert await looking == 0


async def test_what_is_queued_is_written_before_the_end(database_url: str) -> None:
    database = Database(database_url)
    await database.write(do("CREATE TABLE notes (said TEXT)"))
    gate = Gate()
    first = await behind(gate, database)
    writes = [asyncio.create_task(database.write(note(str(number)))) for number in range(300)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(*writes)
    await asyncio.gather(first, closing)
    again = Database(database_url)
    assert again.read_now(count_notes) == 300
    again.close_now()


async def test_a_closed_database_says_so_at_once(database: Database) -> None:
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await database.write(note("late"))
    with pytest.raises(DatabaseUnavailable):
        await database.read(count_notes)


async def test_a_reader_sees_one_moment(database: Database) -> None:
    await database.write(note("before"))
    counted = threading.Event()
    written = threading.Event()

    def count_twice(session: Session) -> tuple[int, int]:
        first = count_notes(session)
        counted.set()
        assert written.wait(5)
        return first, count_notes(session)

    reading = asyncio.create_task(database.read(count_twice))
    await asyncio.to_thread(counted.wait, 5)
    await database.write(note("meanwhile"))
    written.set()
    assert await reading == (1, 1)


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises((OperationalError, DatabaseUnavailable)):
        await database.read(note("forbidden"))
    assert await database.read(count_notes) == 0


async def test_an_error_text_holds_no_values(database: Database) -> None:
    await database.write(note("a secret between two people"))
    with pytest.raises(IntegrityError) as failed:
        await database.write(note("a secret between two people"))
    assert "[SQL parameters hidden" in str(failed.value)


async def test_the_command_line_writes_the_same_way(database: Database) -> None:
    assert database.write_now(note("typed")) == "typed"
    with pytest.raises(Refused):
        database.write_now(refuse)
    assert database.read_now(count_notes) == 1


def slow(said: str, seconds: float) -> Callable[[Session], None]:
    """Make work that takes its time, as a thousand statements to a far database do."""

    def work(session: Session) -> None:
        session.execute(text("INSERT INTO notes VALUES (:said)"), {"said": said})
        time.sleep(seconds)

    return work


async def test_what_took_longer_than_anybody_waits_is_not_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sender has heard 503 and tries again: kept as well, it would be there twice."""
    monkeypatch.setattr(writer, "PATIENCE_S", 0.2)
    with pytest.raises(DatabaseUnavailable):
        await database.write(slow("too late", 0.3))
    assert await database.write(note("in time")) == "in time"
    assert await database.read(count_notes) == 1


async def test_what_is_slow_does_not_take_its_neighbours_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Committed before the next begins, or four that need 0.2 s each would all wait for 0.8 s, in vain."""
    monkeypatch.setattr(transaction, "SHARED_S", 0.1)
    monkeypatch.setattr(writer, "PATIENCE_S", 1.0)
    commits, gate = Commits(database), Gate()
    first = await behind(gate, database)
    writes = [asyncio.create_task(database.write(slow(str(number), 0.15))) for number in range(4)]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(first, *writes)
    assert commits.count == 5
    assert await database.read(count_notes) == 4
