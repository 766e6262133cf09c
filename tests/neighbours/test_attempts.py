"""Sign-in failures in several processes, counted together; and allowances that several processes spend."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.running import RedisServer, wait_until
from tidings.accounts.throttle import Throttle, TooManyFailures
from tidings.neighbours import Line, SharedAttempts
from tidings.rate import Allowances

pytestmark = pytest.mark.anyio


class Process:
    """One process, as far as sign-ins go."""

    def __init__(self, url: str) -> None:
        self.line = Line(url)
        self.throttle = Throttle(SharedAttempts(self.line, lambda: "tidings"))
        self.task = asyncio.create_task(self.line.listen(lambda: "tidings", lambda _: None, self._back))

    async def _back(self) -> None:
        """Nothing is to be said again."""

    async def fail(self, times: int, account: str = "alice") -> None:
        for _ in range(times):
            async with self.throttle.attempt(account, "192.0.2.1") as attempt:
                await attempt.failed()

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task})
        await self.line.close()


@pytest.fixture
async def processes(redis: RedisServer) -> AsyncIterator[list[Process]]:
    both = [Process(redis.url), Process(redis.url)]
    for process in both:
        await asyncio.to_thread(wait_until, lambda process=process: process.line.up, 5, "the line")
    yield both
    for process in both:
        await process.end()


async def test_five_failures_in_two_processes_are_five(processes: list[Process]) -> None:
    one, two = processes
    await one.fail(3)
    await two.fail(2)
    for process in processes:
        with pytest.raises(TooManyFailures) as refused:
            await process.fail(1)
        assert 800 < refused.value.retry_after_s <= 900
    await one.fail(1, account="bob")


async def test_who_knows_the_password_is_forgiven_everywhere(processes: list[Process]) -> None:
    one, two = processes
    await one.fail(4)
    async with two.throttle.attempt("alice", "192.0.2.1") as attempt:
        await attempt.succeeded()
    await two.fail(4)


@pytest.mark.faults
async def test_without_redis_each_process_goes_on_counting(
    processes: list[Process], redis: RedisServer
) -> None:
    one, two = processes
    await one.fail(3)
    redis.kill()
    await asyncio.to_thread(wait_until, lambda: not one.line.up, 5, "the loss")
    await one.fail(2)
    with pytest.raises(TooManyFailures):
        await one.fail(1)
    await two.fail(1)
    redis.start()
    await asyncio.to_thread(wait_until, lambda: one.line.up, 5, "the return")
    with pytest.raises(TooManyFailures):
        await one.fail(1)


def test_what_others_took_is_missing_here_and_is_refilled_at_the_common_rate() -> None:
    here, there = Allowances(), Allowances()
    assert here.wait("key", rate=10, now=0, amount=10) == 0
    assert there.wait("key", rate=10, now=0, amount=10) == 0
    for name, amount in there.spent().items():
        here.owe(name, amount, now=0)
    assert here.wait("key", rate=10, now=0, amount=1) == pytest.approx(0.1)
    assert here.wait("key", rate=10, now=0.1, amount=1) == 0
    assert here.spent() == {"key": 11}
    assert here.spent() == {}


def test_a_debt_is_never_more_than_one_burst() -> None:
    here = Allowances()
    here.wait("key", rate=10, now=0, amount=1)
    here.owe("key", 1e9, now=0)
    assert here.wait("key", rate=10, now=2.1, amount=1) == 0
    assert here.owe("unknown", 5, now=0) is None
