"""Questions that are alike are answered by one look; each gets its own answer, and nobody else's mistake."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from sqlmodel import Session, text

from tidings.database import Alike, Database, DatabaseUnavailable
from tidings.database.readers import LARGEST_LOOK

pytestmark = pytest.mark.anyio

IS_NEGATIVE = "a number below nought"
UNLUCKY = 1313


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


class Doubling:
    """Doubles numbers, by the database; what is negative is refused, and UNLUCKY breaks the whole look."""

    def __init__(self) -> None:
        self.looks: list[list[int]] = []

    def look(self, session: Session, numbers: Sequence[int]) -> list[int | Exception]:
        self.looks.append(list(numbers))
        broken = "nothing" if UNLUCKY in numbers else "2"
        factor = session.connection().execute(text(f"SELECT {broken}")).scalar_one()
        return [ValueError(IS_NEGATIVE) if number < 0 else number * factor for number in numbers]

    async def all(self, database: Database, numbers: Sequence[int]) -> list[int | BaseException]:
        asked = [database.read(Alike(self.look, number)) for number in numbers]
        return await asyncio.gather(*asked, return_exceptions=True)


async def test_those_who_ask_at_the_same_moment_are_answered_by_one_look(database: Database) -> None:
    doubling = Doubling()
    assert await doubling.all(database, range(20)) == [2 * number for number in range(20)]
    assert doubling.looks == [list(range(20))]


async def test_one_look_answers_so_many_and_no_more(database: Database) -> None:
    doubling, many = Doubling(), range(3 * LARGEST_LOOK + 1)
    assert await doubling.all(database, many) == [2 * number for number in many]
    assert sorted(len(numbers) for numbers in doubling.looks) == [1, *[LARGEST_LOOK] * 3]


async def test_questions_of_another_kind_are_answered_beside_them(database: Database) -> None:
    doubling, other = Doubling(), Doubling()
    mine, others, plain = await asyncio.gather(
        doubling.all(database, [1, 2]), other.all(database, [3, 4]), database.read(lambda _: "plain")
    )
    assert (mine, others, plain) == ([2, 4], [6, 8], "plain")
    assert (doubling.looks, other.looks) == ([[1, 2]], [[3, 4]])


async def test_who_is_refused_is_refused_alone(database: Database) -> None:
    doubling = Doubling()
    first, refused, last = await doubling.all(database, [1, -1, 3])
    assert (first, str(refused), last) == (2, IS_NEGATIVE, 6)
    assert len(doubling.looks) == 1


async def test_a_look_that_breaks_is_repeated_for_each_by_itself(database: Database) -> None:
    doubling = Doubling()
    first, broken, last = await doubling.all(database, [1, UNLUCKY, 3])
    assert (first, last) == (2, 6)
    assert isinstance(broken, Exception)
    assert not isinstance(broken, DatabaseUnavailable)
    assert doubling.looks == [[1, UNLUCKY, 3], [1], [UNLUCKY], [3]]


async def test_a_database_that_is_away_is_asked_once_and_not_for_each(database: Database) -> None:
    looks: list[int] = []

    def look(_session: Session, numbers: Sequence[int]) -> list[int | Exception]:
        looks.append(len(numbers))
        raise DatabaseUnavailable("away")

    asked = [database.read(Alike(look, number)) for number in range(5)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(answer, DatabaseUnavailable) for answer in answers)
    assert looks == [5]


async def test_nobody_is_asked_about_who_waits_no_more(database: Database) -> None:
    doubling = Doubling()
    asked = [asyncio.create_task(database.read(Alike(doubling.look, number))) for number in range(3)]
    await asyncio.sleep(0)
    asked[0].cancel()
    assert await asyncio.gather(*asked[1:]) == [2, 4]
    assert doubling.looks == [[1, 2]]


def test_a_question_can_be_asked_without_a_loop(database_url: str) -> None:
    database, doubling = Database(database_url), Doubling()
    assert database.read_now(Alike(doubling.look, 4)) == 8
    with pytest.raises(ValueError, match=IS_NEGATIVE):
        database.read_now(Alike(doubling.look, -4))
    database.close_now()
