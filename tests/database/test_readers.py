"""Questions that wait together share a look; each gets its own answer, and nobody else's mistake."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import Integer, bindparam, select
from sqlmodel import Session, text

from tidings.database import Database, DatabaseUnavailable, Statement
from tidings.database import store as store_module
from tidings.database.engine import READERS
from tidings.database.footing import footing_of
from tidings.database.patience import Patience

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


def asking(query: str) -> Callable[[Session], Any]:
    return lambda session: session.connection().execute(text(query)).scalar_one()


async def occupied(database: Database) -> tuple[threading.Event, list["asyncio.Task[Any]"]]:
    """Let all readers look at something until the event is set."""
    over, began = threading.Event(), threading.Semaphore(0)

    def stare(_session: Session) -> None:
        began.release()
        over.wait(10)

    tasks = [asyncio.create_task(database.read(stare)) for _ in range(READERS)]
    await asyncio.sleep(0)
    for _ in range(READERS):
        await asyncio.to_thread(began.acquire)
    return over, tasks


async def test_questions_that_wait_share_views_and_each_gets_its_own_answer(database: Database) -> None:
    over, tasks = await occupied(database)
    views: set[int] = set()

    def numbered(number: int) -> Callable[[Session], int]:
        def work(session: Session) -> int:
            views.add(id(session))
            return asking(f"SELECT {number}")(session)

        return work

    asked = [asyncio.create_task(database.read(numbered(number))) for number in range(40)]
    await asyncio.sleep(0)
    over.set()
    assert await asyncio.gather(*asked) == list(range(40))
    assert len(views) <= 2 * READERS
    await asyncio.gather(*tasks)


async def test_a_mistake_in_one_question_is_its_own(database: Database) -> None:
    over, tasks = await occupied(database)
    queries = ["SELECT 1", "SELECT nothing FROM nowhere", "SELECT 3"]
    asked = [asyncio.create_task(database.read(asking(query))) for query in queries * 4]
    await asyncio.sleep(0)
    over.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [answer for answer in answers if isinstance(answer, int)] == [1, 3] * 4
    assert sum(isinstance(answer, Exception) for answer in answers) == 4
    await asyncio.gather(*tasks)


async def test_a_statement_after_a_mistake_in_the_same_look_stands_on_the_next_view(
    database: Database,
) -> None:
    over, tasks = await occupied(database)
    number = Statement(lambda _: select(bindparam("number", type_=Integer)))

    def mistaken(session: Session) -> None:
        number.run(session, number=0)
        asking("SELECT nothing FROM nowhere")(session)

    def right(session: Session) -> int:
        return number.run(session, number=7).rows[0][0]

    works: list[Callable[[Session], Any]] = [mistaken, right, in_a_transaction] * 4
    asked = [asyncio.create_task(database.read(work)) for work in works]
    await asyncio.sleep(0)
    over.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [answer for answer in answers if not isinstance(answer, Exception)] == [7, True] * 4
    await asyncio.gather(*tasks)


def in_a_transaction(session: Session) -> bool:
    """Tell whether what was asked before in this look is one view with what is asked now."""
    driver = footing_of(session)[1]
    inside = driver.in_transaction if hasattr(driver, "in_transaction") else driver.info.transaction_status
    return driver is session.connection().connection.driver_connection and bool(inside)


async def test_a_question_sees_what_was_committed_before_it_was_asked(database: Database) -> None:
    for number in range(50):
        await database.write(
            lambda session, number=number: session.connection().execute(
                text(f"UPDATE lives SET epoch = 'life {number}'")
            )
        )
        asked = [database.read(asking("SELECT epoch FROM lives")) for _ in range(6)]
        assert set(await asyncio.gather(*asked)) == {f"life {number}"}


async def test_nobody_waits_longer_than_was_promised(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, tasks = await occupied(database)
    short = Patience(0.01, store_module.Late)
    monkeypatch.setattr(database, "_patience", short)
    with pytest.raises(DatabaseUnavailable, match="did not answer in time"):
        await database.read(asking("SELECT 1"))
    over.set()
    await asyncio.gather(*tasks)


async def test_somebody_who_left_does_not_spoil_the_look_of_the_others(database: Database) -> None:
    over, tasks = await occupied(database)
    asked = [asyncio.create_task(database.read(asking(f"SELECT {number}"))) for number in range(4)]
    await asyncio.sleep(0)
    asked[1].cancel()
    await asyncio.sleep(0)
    over.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [answer for answer in answers if isinstance(answer, int)] == [0, 2, 3]
    await asyncio.gather(*tasks)
