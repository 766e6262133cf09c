"""Two processes' ends of the street on a real Redis: heard at once, and again after every loss."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable

import pytest

from tests.faults.partition import cut_line
from tests.running import RedisServer
from tidings.neighbours import Line, Ring, Street
from tidings.neighbours.line import RedisAway

pytestmark = pytest.mark.anyio

CHANNEL = "tidings:test"


class House:
    """One process, as far as the street sees it."""

    def __init__(self, url: str) -> None:
        self.street = Street(Line(url))
        self.rings: list[Ring] = []
        self.returns = 0
        self._tasks = [
            asyncio.create_task(self.street.speak(lambda: CHANNEL)),
            asyncio.create_task(self.street.listen(lambda: CHANNEL, self.rings.append, self._back)),
        ]

    async def _back(self) -> None:
        self.returns += 1

    async def until(self, true: Callable[[], object], within_s: float = 5) -> None:
        async with asyncio.timeout(within_s):
            while not true():  # noqa: ASYNC110  # what is waited for knows nothing of events
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        await self.street.line.close()


@pytest.fixture
async def houses(redis: RedisServer) -> AsyncIterator[list[House]]:
    both = [House(redis.url), House(redis.url)]
    for house in both:
        await house.until(lambda house=house: house.street.line.up)
    yield both
    for house in both:
        await house.close()


async def test_a_ring_reaches_the_others_and_not_oneself(houses: list[House]) -> None:
    one, two = houses
    one.street.changed(["alice"])
    one.street.ended(["s"])
    one.street.said("alice", {"type": "custom_message", "data": 1})
    await two.until(lambda: two.rings)
    [ring] = two.rings
    assert (ring.people, ring.ended) == (["alice"], ["s"])
    assert ring.said == [("alice", {"type": "custom_message", "data": 1})]
    await asyncio.sleep(0.05)
    assert one.rings == []


@pytest.mark.faults
async def test_a_redis_that_was_killed_and_is_empty_is_listened_to_again(
    houses: list[House], redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = houses
    with caplog.at_level(logging.INFO, "tidings.neighbours"):
        redis.kill()
        await two.until(lambda: not (one.street.line.up or two.street.line.up))
        one.street.changed(["lost"])
        await asyncio.sleep(1)
        redis.start()
        await two.until(lambda: one.street.line.up and two.street.line.up)
    assert (one.returns, two.returns) == (2, 2)
    one.street.changed(["alice"])
    await two.until(lambda: two.rings)
    assert two.rings[-1].people == ["alice"]
    said = [record.getMessage() for record in caplog.records]
    assert len([line for line in said if "does not answer" in line]) == 2, "once a change, not an attempt"
    assert len([line for line in said if "answers again" in line]) == 2


@pytest.mark.faults
async def test_a_redis_that_is_stopped_in_its_tracks_is_noticed_and_found_again(
    houses: list[House], redis: RedisServer
) -> None:
    one, two = houses
    redis.pause()
    await two.until(lambda: not (one.street.line.up or two.street.line.up), within_s=6)
    began = time.monotonic()
    with pytest.raises(RedisAway):
        await one.street.line.call(lambda client: client.ping())
    assert time.monotonic() - began < 0.25, "nobody waits for a Redis that is known to be away"
    redis.resume()
    await two.until(lambda: one.street.line.up and two.street.line.up, within_s=6)
    one.street.changed(["alice"])
    await two.until(lambda: two.rings)


@pytest.mark.faults
async def test_a_call_to_a_stopped_redis_is_given_up_before_anybody_notices(
    houses: list[House], redis: RedisServer
) -> None:
    redis.pause()
    began = time.monotonic()
    with pytest.raises(RedisAway):
        await houses[0].street.line.call(lambda client: client.ping())
    assert time.monotonic() - began < 2, "the line itself is given up after 2.5 s"
    redis.resume()


async def test_garbage_on_the_channel_is_overlooked_and_mentioned_once(
    houses: list[House], redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = houses
    for garbage in ("not json", "\x80\x04\x95", '{"origin": 1}'):
        redis.ask("PUBLISH", CHANNEL, garbage)
    one.street.changed(["alice"])
    await two.until(lambda: two.rings)
    assert two.street.refused == 3
    assert len([line for line in caplog.messages if "overlooked" in line]) == 2, "once a process"


@pytest.mark.faults
@pytest.mark.parametrize("cut", [{"there": False}, {"back": False}, {}], ids=["back", "there", "both"])
async def test_a_line_that_is_cut_without_a_word_is_noticed_also_when_others_are_still_heard(
    houses: list[House], redis: RedisServer, cut: dict[str, bool]
) -> None:
    with cut_line(redis.port) as line:
        far = House(f"redis://127.0.0.1:{line.port}/0")
        await far.until(lambda: far.street.line.up)
        talking = asyncio.create_task(_talks(houses[0]))
        line.cut(**cut)
        await far.until(lambda: not far.street.line.up, within_s=8)
        line.heal()
        await far.until(lambda: far.street.line.up, within_s=8)
        heard = len(far.rings)
        await far.until(lambda: len(far.rings) > heard)
        far.street.changed(["bob"])
        await houses[1].until(lambda: any("bob" in ring.people for ring in houses[1].rings))
        talking.cancel()
        await far.close()


async def _talks(house: House) -> None:
    while True:
        house.street.changed(["alice"])
        await asyncio.sleep(0.1)
