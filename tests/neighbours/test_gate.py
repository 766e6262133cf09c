"""What an address may do at the doors of several processes together, on a real Redis."""

# pyright: reportPrivateUsage=false

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.running import RedisServer, wait_until
from tidings.neighbours import Bounds, Gate, Line, gate, places
from tidings.neighbours.places import SharedPlaces

pytestmark = pytest.mark.anyio

SOMEWHERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


class Process:
    """One process, as far as its door goes."""

    def __init__(self, url: str, name: str, bounds: Bounds) -> None:
        self.line = Line(url)
        self.gate = Gate(self.line, name, bounds, lambda: "tidings")
        self.places = SharedPlaces(self.line, name, 5, False, lambda _user, _connection, _back: None)
        self.tasks = [
            asyncio.create_task(self.line.listen(lambda: "tidings", lambda _: None, self._back)),
            asyncio.create_task(self.places.keep()),
            asyncio.create_task(self.gate.keep()),
        ]

    async def _back(self) -> None:
        await self.places.back()
        self.gate.back()

    async def enter(self, times: int, address: str = SOMEWHERE) -> int:
        """Return how many of so many at once were let in."""
        return (await asyncio.gather(*(self.gate.enter(address) for _ in range(times)))).count(0)

    async def end(self) -> None:
        """End as a crash does: without a word."""
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)
        await self.line.close()


Begin = Callable[..., Awaitable[Process]]


@pytest.fixture
async def begin(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Begin]:
    monkeypatch.setattr(gate, "ANSWERED_WITHIN_S", 5)  # a busy machine is no Redis that is away
    running: list[Process] = []

    async def begin(name: str, pending: int = 50, upgrades: int = 600) -> Process:
        running.append(Process(redis.url, name, Bounds(pending, upgrades)))
        await asyncio.to_thread(wait_until, lambda: running[-1].line.up, 5, "the line")
        return running[-1]

    yield begin
    for process in running:
        await process.end()


async def test_sixty_at_once_at_each_of_two_processes_are_fifty(begin: Begin) -> None:
    a, b = await begin("a"), await begin("b")
    entered = await asyncio.gather(a.enter(60), b.enter(60))
    assert sum(entered) == 50
    assert await a.enter(1, ELSEWHERE) == 1, "others do not mind"


async def test_who_leaves_at_one_makes_room_at_the_other(begin: Begin) -> None:
    a, b = await begin("a", pending=2), await begin("b", pending=2)
    assert await a.enter(2) == 2
    assert await b.enter(1) == 0
    a.gate.left(SOMEWHERE)
    assert await b.enter(1) == 1, "the second look comes after a has told"


async def test_handshakes_a_minute_are_those_of_all_processes(begin: Begin) -> None:
    a, b = await begin("a", pending=0, upgrades=60), await begin("b", pending=0, upgrades=60)
    entered = await asyncio.gather(a.enter(60), b.enter(60))
    assert 60 <= sum(entered) <= 62, "one more comes each second"
    wait_s = await b.gate.enter(SOMEWHERE)
    assert 0 < wait_s <= 1
    await asyncio.sleep(wait_s)
    assert await a.enter(1) == 1


async def test_a_crash_frees_what_it_held(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LEASE_S", 1)
    a, b = await begin("a"), await begin("b")
    await a.places.back()  # with the short lease, however long b took to come up
    assert await a.enter(50) == 50
    assert await b.enter(1) == 0
    await a.end()
    await asyncio.sleep(1.1)
    assert await b.enter(1) == 1


async def test_a_visitor_who_goes_while_redis_is_asked_leaves_no_trace(begin: Begin) -> None:
    a, b = await begin("a", pending=1), await begin("b", pending=1)
    going = [asyncio.create_task(a.gate.enter(SOMEWHERE)) for _ in range(20)]
    await asyncio.sleep(0)
    for each in going:
        each.cancel()
    await asyncio.wait(going)
    assert await b.enter(1) == 1


async def test_a_thousand_at_once_cost_a_few_questions(begin: Begin, redis: RedisServer) -> None:
    a = await begin("a", pending=0, upgrades=600)
    before = a.line.tally.answers.times
    addresses = [f"10.0.{number // 256}.{number % 256}" for number in range(1000)]
    assert sum(await asyncio.gather(*(a.enter(1, address) for address in addresses))) == 1000
    assert a.line.tally.answers.times - before <= 1000 / gate.AT_ONCE + 3


@pytest.mark.faults
async def test_without_redis_nobody_is_locked_out_and_afterwards_the_bound_is_common_again(
    begin: Begin, redis: RedisServer
) -> None:
    a, b = await begin("a"), await begin("b")
    assert await a.enter(50) == 50
    redis.kill()
    await asyncio.to_thread(wait_until, lambda: not (a.line.up or b.line.up), 5, "the loss")
    assert await b.enter(10) == 10, "the own count decides: here nobody has been before"
    redis.start()
    await asyncio.to_thread(wait_until, lambda: a.line.up and b.line.up, 5, "the return")
    await asyncio.sleep(0.3)
    assert await b.enter(1) == 0
    for _ in range(11):
        a.gate.left(SOMEWHERE)
    assert await b.enter(1) == 1


@pytest.mark.faults
async def test_a_redis_that_answers_late_delays_one_visitor_a_moment_and_the_next_not_at_all(
    begin: Begin, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = await begin("a")
    assert await a.enter(1) == 1
    monkeypatch.setattr(gate, "ANSWERED_WITHIN_S", 0.25)
    redis.pause()
    began = time.monotonic()
    assert await a.enter(5) == 5
    waited_s = time.monotonic() - began
    assert 0.2 < waited_s < 2
    began = time.monotonic()
    assert await a.enter(5) == 5
    assert time.monotonic() - began < 0.2
    redis.resume()
