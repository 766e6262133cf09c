"""The sign-in throttle: guessers wait, owners do not."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from limits.aio.storage import memory

from tidings.accounts.throttle import Throttle, TooManyFailures

pytestmark = pytest.mark.anyio


class Wall:
    """The wall clock that the library looks at."""

    def __init__(self) -> None:
        self.now_s = time.time()

    def time(self) -> float:
        return self.now_s


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    wall = Wall()
    monkeypatch.setattr(memory, "time", wall)
    monkeypatch.setattr("tidings.accounts.throttle.time", SimpleNamespace(time=wall.time))
    return wall


async def fail(throttle: Throttle, account: str = "alice", address: str = "192.0.2.1") -> None:
    async with throttle.attempt(account, address) as attempt:
        await attempt.failed()


async def refused(throttle: Throttle, account: str = "alice", address: str = "192.0.2.1") -> int:
    with pytest.raises(TooManyFailures) as failures:
        async with throttle.attempt(account, address):
            pass
    return failures.value.retry_after_s


async def test_the_sixth_attempt_after_five_failures_waits(wall: Wall) -> None:
    throttle = Throttle()
    for _ in range(5):
        await fail(throttle)
    assert await refused(throttle) == 900
    wall.now_s += 600
    assert await refused(throttle) == 300


async def test_after_a_quarter_of_an_hour_there_is_another_chance(wall: Wall) -> None:
    throttle = Throttle()
    for _ in range(5):
        await fail(throttle)
        wall.now_s += 10
    wall.now_s += 851
    await fail(throttle)
    assert await refused(throttle) == 9, "the window moves: the next of the five leaves it in nine seconds"


async def test_the_owner_comes_in_from_another_address(wall: Wall) -> None:
    throttle = Throttle()
    for _ in range(5):
        await fail(throttle, address="192.0.2.66")
    await refused(throttle, address="192.0.2.66")
    async with throttle.attempt("alice", "192.0.2.1") as attempt:
        await attempt.succeeded()


async def test_another_account_from_the_same_address_is_not_held_up(wall: Wall) -> None:
    throttle = Throttle()
    for _ in range(5):
        await fail(throttle)
    async with throttle.attempt("bob", "192.0.2.1"):
        pass


async def test_other_spellings_are_the_same_account(wall: Wall) -> None:
    throttle = Throttle()
    for name in ("alice", "Alice", "ALICE", "\uff41lice", "aLICE"):
        await fail(throttle, name)
    await refused(throttle)


async def test_success_forgives_earlier_failures_of_that_account(wall: Wall) -> None:
    throttle = Throttle()
    for _ in range(4):
        await fail(throttle)
    async with throttle.attempt("alice", "192.0.2.1") as attempt:
        await attempt.succeeded()
    for _ in range(5):
        await fail(throttle)
    await refused(throttle)


async def test_one_address_may_be_wrong_fifty_times_over_all_accounts(wall: Wall) -> None:
    throttle = Throttle()
    for number in range(50):
        await fail(throttle, f"user{number}")
    assert await refused(throttle, "somebody-else") == 900
    async with throttle.attempt("somebody-else", "192.0.2.2"):
        pass


async def test_success_does_not_forgive_the_address(wall: Wall) -> None:
    throttle = Throttle()
    for number in range(50):
        await fail(throttle, f"user{number}")
        if number == 25:
            async with throttle.attempt("mallory", "192.0.2.1") as attempt:
                await attempt.succeeded()
    await refused(throttle, "somebody-else")


async def test_people_who_know_their_password_are_never_counted(wall: Wall) -> None:
    throttle = Throttle()
    for _ in range(200):
        async with throttle.attempt("alice", "192.0.2.1") as attempt:
            await attempt.succeeded()


async def test_a_household_with_many_ipv6_addresses_is_one_address(wall: Wall) -> None:
    throttle = Throttle()
    for number in range(5):
        await fail(throttle, address=f"2001:db8::{number:x}")
    await refused(throttle, address="2001:db8::ffff")
    async with throttle.attempt("alice", "2001:db8:0:1::1"):
        pass


async def test_a_hundred_guesses_at_once_are_still_five(wall: Wall) -> None:
    throttle, checked = Throttle(), 0

    async def guess() -> None:
        nonlocal checked
        async with throttle.attempt("alice", "192.0.2.1") as attempt:
            checked += 1
            await asyncio.sleep(0)
            await attempt.failed()

    outcomes = await asyncio.gather(*(guess() for _ in range(100)), return_exceptions=True)
    assert checked == 5
    assert sum(isinstance(outcome, TooManyFailures) for outcome in outcomes) == 95


async def test_one_address_never_takes_more_than_two_hashing_turns(wall: Wall) -> None:
    throttle, at_once, most = Throttle(), 0, 0

    async def guess(name: str) -> None:
        nonlocal at_once, most
        async with throttle.attempt(name, "192.0.2.1"):
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            at_once -= 1

    await asyncio.gather(*(guess(f"user{number}") for number in range(20)))
    assert most == 2


async def test_a_check_that_breaks_gives_its_turn_back(wall: Wall) -> None:
    throttle = Throttle()
    for _ in range(3):
        with pytest.raises(RuntimeError):
            async with throttle.attempt("alice", "192.0.2.1"):
                raise RuntimeError("the database went away")
    await asyncio.wait_for(fail(throttle), 1)


async def test_turns_that_nobody_waits_for_leave_nothing_behind(wall: Wall) -> None:
    throttle = Throttle()
    for number in range(50):
        async with throttle.attempt(f"user{number}", f"192.0.2.{number}"):
            pass
    assert len(throttle._turns) == 0  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("account", ["", "\0", "\ud800", "x" * 1024, "a/b", "*"])
async def test_any_text_can_be_counted(wall: Wall, account: str) -> None:
    throttle = Throttle()
    for _ in range(5):
        await fail(throttle, account, "unknown")
    await refused(throttle, account, "unknown")
