"""The places of a person in several processes, on a real Redis: five in all, whatever happens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.running import RedisServer
from tidings.neighbours import Line, Place, SharedPlaces
from tidings.neighbours import places as module

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Process:
    """One process, as far as the places go."""

    def __init__(self, url: str, name: str, *, evict: bool = False) -> None:
        self.name = name
        self.line = Line(url)
        self.left: list[tuple[str, bool]] = []
        self.places = SharedPlaces(self.line, name, 5, evict, self._leave)
        self.tasks = [
            asyncio.create_task(self.line.listen(lambda: "tidings", lambda _: None, self.places.back)),
            asyncio.create_task(self.places.keep()),
        ]

    def _leave(self, user_id: str, connection: str, replaced: bool) -> None:
        self.left.append((connection, replaced))

    async def take(self, number: int, session: str = "s", replaces: str | None = None) -> bool:
        since = NOON + timedelta(seconds=number)
        place = Place("alice", f"{self.name}{number}", session, since, "192.0.2.1")
        return await self.places.take(place, replaces)

    async def names(self) -> list[str]:
        return [place.id for place in await self.places.of_user("alice")]

    async def end(self) -> None:
        """End as a crash does: without a word."""
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)
        await self.line.close()


Begin = Callable[..., Awaitable[Process]]


async def until(true: Callable[[], Awaitable[bool]], within_s: float = 5) -> None:
    async with asyncio.timeout(within_s):
        while not await true():  # noqa: ASYNC110  # what is waited for knows nothing of events
            await asyncio.sleep(0.02)


async def up(*processes: Process) -> None:
    async def all_up() -> bool:
        return all(process.line.up for process in processes)

    await until(all_up)


@pytest.fixture
async def begin(redis: RedisServer) -> AsyncIterator[Begin]:
    running: list[Process] = []

    async def begin(name: str, *, evict: bool = False) -> Process:
        running.append(Process(redis.url, name, evict=evict))
        await up(running[-1])
        return running[-1]

    yield begin
    for process in running:
        await process.end()


async def test_thirty_at_once_from_three_processes_are_five(begin: Begin) -> None:
    processes = [await begin(name) for name in "abc"]
    taken = await asyncio.gather(*(each.take(number) for each in processes for number in range(10)))
    assert sum(taken) == 5
    assert len(await processes[0].names()) == 5


async def test_a_place_given_back_in_one_process_is_free_in_another(begin: Begin) -> None:
    a, b = await begin("a"), await begin("b")
    assert all([await a.take(number) for number in range(5)])
    assert not await b.take(5)
    a.places.free("alice", "a2")
    assert await b.take(6)
    assert await b.names() == ["a0", "a1", "a3", "a4", "b6"]


async def test_a_browser_that_comes_back_elsewhere_takes_its_own_place(begin: Begin) -> None:
    a, b = await begin("a"), await begin("b")
    assert all([await a.take(number) for number in range(5)])
    assert not await b.take(5, session="another", replaces="a3"), "not somebody else's"
    assert await b.take(5, replaces="a3")
    assert b.left == [("a3", True)]
    assert await b.names() == ["a0", "a1", "a2", "a4", "b5"]


async def test_where_that_is_the_policy_the_oldest_leaves_wherever_it_is(begin: Begin) -> None:
    a, b = await begin("a", evict=True), await begin("b", evict=True)
    assert all([await a.take(number) for number in range(5)])
    assert await b.take(5)
    assert b.left == [("a0", False)]


async def test_a_crash_frees_its_places(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEASE_S", 2)
    a, b = await begin("a"), await begin("b")
    await a.places.back()  # with the short lease, however long b took to come up
    assert all([await a.take(number) for number in range(5)])
    assert not await b.take(5)
    await a.end()
    await until(lambda: b.take(5), within_s=10)


async def test_a_process_that_ends_in_good_order_frees_its_places_at_once(begin: Begin) -> None:
    a, b = await begin("a"), await begin("b")
    assert all([await a.take(number) for number in range(5)])
    await a.places.leave_all()
    assert await b.take(5)


@pytest.mark.faults
async def test_without_redis_each_counts_its_own_and_afterwards_the_newest_leave(
    begin: Begin, redis: RedisServer
) -> None:
    a, b = await begin("a"), await begin("b")
    assert all([await a.take(number) for number in range(3)])
    redis.kill()

    async def away() -> bool:
        return not (a.line.up or b.line.up)

    await until(away)
    assert all([await b.take(number) for number in range(3, 7)]), "nobody is locked out"
    redis.start()

    async def reconciled() -> bool:
        left = {name for name, _ in (*a.left, *b.left)}
        return a.line.up and b.line.up and left == {"b5", "b6"}

    await until(reconciled)
    assert await a.names() == ["a0", "a1", "a2", "b3", "b4"]
    assert not await a.take(9)


@pytest.mark.faults
async def test_a_place_given_back_while_redis_was_away_is_free_afterwards(
    begin: Begin, redis: RedisServer
) -> None:
    a, b = await begin("a"), await begin("b")
    assert all([await a.take(number) for number in range(5)])
    redis.pause()

    async def away() -> bool:
        return not a.line.up

    await until(away)
    a.places.free("alice", "a0")
    await asyncio.sleep(0.1)
    redis.resume()
    await up(a, b)
    await until(lambda: b.take(7))
    assert await b.names() == ["a1", "a2", "a3", "a4", "b7"]


async def test_what_got_lost_on_the_way_is_put_right(begin: Begin, redis: RedisServer) -> None:
    a = await begin("a")
    assert all([await a.take(number) for number in range(2)])
    redis.ask("DEL", "tidings:places:alice")
    assert await a.names() == []
    await a.places.back()
    assert await a.names() == ["a0", "a1"]


async def test_a_redis_that_was_emptied_while_it_ran_is_filled_again_at_the_next_renewal(
    begin: Begin, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing tells us that it was; a process that was frozen for longer than its lease has lost as much."""
    monkeypatch.setattr(module, "RENEW_S", 0.2)
    monkeypatch.setattr(module, "RECONCILE_EVERY", 10_000)
    one, two = await begin("a"), await begin("b")
    await up(one, two)
    assert [await one.take(number) for number in range(5)] == [True] * 5
    redis.ask("FLUSHALL")

    async def all_are_back() -> bool:
        return len(await two.names()) == 5

    await until(all_are_back)
    assert not await two.take(6)
