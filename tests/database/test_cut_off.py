"""PostgreSQL cut off without a word: nobody waits for ever, the loop not at all, and it heals by itself."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import make_url

from tests.database.conftest import count_notes, do, note
from tests.faults.partition import CutLine, cut_line
from tidings.database import Database, DatabaseUnavailable
from tidings.database.failures import Late

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.faults,
    pytest.mark.parametrize("engine", ["postgresql"]),
]

BLOCKED_S, HEALED_S, REFUSED_S = 0.2, 10, 7
LOOK_S = 0.005


class Pauses:
    """When something that wakes up all the time could not."""

    def __init__(self) -> None:
        self.pauses: list[tuple[float, float]] = []
        self._woke = time.monotonic()

    def wake(self) -> None:
        now = time.monotonic()
        if now - self._woke > 2 * LOOK_S:
            self.pauses.append((self._woke + LOOK_S, now))
        self._woke = now

    def longest_without(self, other: "Pauses") -> float:
        """Return the longest pause, less what paused the other as well: that was the machine."""
        return max((end - begin - other.covers(begin, end) for begin, end in self.pauses), default=0.0)

    def covers(self, begin: float, end: float) -> float:
        return sum(max(0.0, min(end, its) - max(begin, at)) for at, its in self.pauses)


class Watch:
    """Compares the loop with a thread beside it: a blocked loop pauses alone, on a busy machine both do."""

    def __init__(self) -> None:
        self.loop, self.thread = Pauses(), Pauses()
        self._ended = threading.Event()
        self._beside = threading.Thread(target=self._look_beside, daemon=True)
        self._beside.start()
        self._looking = asyncio.create_task(self._look())

    def blocked_s(self) -> float:
        self._ended.set()
        self._beside.join()
        self._looking.cancel()
        return self.loop.longest_without(self.thread)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self.loop.wake()

    def _look_beside(self) -> None:
        while not self._ended.is_set():
            time.sleep(LOOK_S)
            self.thread.wake()


@pytest.fixture
def line(database_url: str) -> Iterator[CutLine]:
    with cut_line(make_url(database_url).port or 5432) as line:
        yield line


@pytest.fixture
async def database(database_url: str, line: CutLine) -> AsyncIterator[Database]:
    url = make_url(database_url).set(host="127.0.0.1", port=line.port)
    database = Database(url.render_as_string(hide_password=False))
    await database.write(do("CREATE TABLE notes (said TEXT)"))
    yield database
    line.heal()
    await database.close()


@pytest.mark.parametrize("cut", [{"there": False}, {"back": False}, {}], ids=["back", "there", "both"])
async def test_whoever_asks_is_refused_in_time_and_the_loop_goes_on(
    database: Database, line: CutLine, cut: dict[str, bool]
) -> None:
    await database.write(note("before"))
    watch, began = Watch(), time.monotonic()
    line.cut(**cut)
    asked = [database.write(note("lost")), database.read(count_notes), database.read(count_notes)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers[:1]] == [Late]
    assert all(isinstance(answer, DatabaseUnavailable) for answer in answers)
    assert time.monotonic() - began < REFUSED_S
    line.heal()
    async with asyncio.timeout(HEALED_S):
        while not await _is_written(database, "after"):  # noqa: ASYNC110  # a cut line knows nothing of events
            await asyncio.sleep(0.1)
    assert watch.blocked_s() < BLOCKED_S
    assert await database.read(count_notes) >= 2


async def _is_written(database: Database, said: str) -> bool:
    try:
        await database.write(note(said))
    except DatabaseUnavailable:
        return False
    return True
