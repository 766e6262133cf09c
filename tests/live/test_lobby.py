"""The lobby: nobody waits for longer than is of use, and a turn is never lost. Time is given to it."""

import asyncio
from collections.abc import Callable

import pytest

from tests.live.site import Site
from tidings.accounts.tables import User
from tidings.live.lobby import ALONE, BACK_FROM_MS, BACK_UNTIL_MS, LONGEST_WAIT_S, Crowded, Lobby

pytestmark = pytest.mark.anyio

NOW = 1000.0


def asking(lobby: Lobby, at: float = NOW) -> "asyncio.Task[None]":
    return asyncio.create_task(lobby.enter(at))


async def turns() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  # who lets them in knows nothing of events
            await asyncio.sleep(0)


async def test_whoever_comes_into_an_empty_lobby_does_not_wait() -> None:
    lobby = Lobby(at_once=2)
    for _ in range(2):
        await lobby.enter(NOW)
    third = asking(lobby)
    await turns()
    assert (third.done(), lobby.waiting) == (False, 1)
    lobby.leave()
    await third


async def test_a_crowd_is_let_in_together() -> None:
    lobby, moments = Lobby(at_once=20), list[float]()
    loop = asyncio.get_running_loop()

    async def come() -> None:
        await lobby.enter(NOW)
        moments.append(loop.time())

    crowd = [asyncio.create_task(come()) for _ in range(30)]
    await turns()
    assert len(moments) == ALONE  # so few were let in as they came
    await until(lambda: len(moments) == 20)
    assert (len(moments), lobby.waiting) == (20, 10)
    lobby.leave()
    await until(lambda: lobby.waiting == 9)
    for _ in range(20):
        lobby.leave()
    await asyncio.gather(*crowd)


async def test_who_came_first_is_let_in_first() -> None:
    lobby, order = Lobby(at_once=1), list[int]()
    await lobby.enter(NOW)

    async def come(number: int) -> None:
        await lobby.enter(NOW + number)
        order.append(number)
        lobby.leave()

    people = [asyncio.create_task(come(number)) for number in range(5)]
    await turns()
    lobby.leave()
    await asyncio.gather(*people)
    assert order == [0, 1, 2, 3, 4]


async def test_after_three_seconds_one_is_asked_to_come_back_later() -> None:
    lobby = Lobby(at_once=1)
    await lobby.enter(NOW)
    early, late = asking(lobby), asking(lobby, NOW + 2)
    await turns()
    lobby.tick(NOW + LONGEST_WAIT_S - 0.01)
    await turns()
    assert not early.done()
    lobby.tick(NOW + LONGEST_WAIT_S)
    with pytest.raises(Crowded) as crowded:
        await early
    assert BACK_FROM_MS <= crowded.value.retry_after_ms <= BACK_UNTIL_MS
    assert not late.done()
    lobby.leave()
    await late


async def test_a_turn_of_somebody_who_has_left_goes_to_the_next() -> None:
    lobby = Lobby(at_once=1)
    await lobby.enter(NOW)
    gone, given, stays = asking(lobby), asking(lobby), asking(lobby)
    await turns()
    gone.cancel()
    await turns()
    lobby.leave()
    given.cancel()  # the turn is theirs already, and they have not heard of it
    await stays
    assert lobby.waiting == 0
    lobby.leave()
    await lobby.enter(NOW)


async def test_a_crowded_server_says_when_to_come_back_and_lets_the_others_in(
    site: Site, alice: User
) -> None:
    lobby = site.hub.lobby = Lobby(at_once=1)
    await lobby.enter(site.clock.monotonic())  # somebody who takes long
    token = await site.token(alice)
    early = await site.enter(token)
    await site.until(lambda: lobby.waiting == 1)
    await site.seconds_pass(2)
    late = await site.enter(token)
    await site.until(lambda: lobby.waiting == 2)
    await site.seconds_pass(1.25)
    code, said = await early.ending()
    assert (code, said[-1]["reason"]) == (1013, "overloaded")
    assert BACK_FROM_MS <= said[-1]["retry_after_ms"] <= BACK_UNTIL_MS
    lobby.leave()
    assert (await late.hear())["type"] == "auth_ok"


async def test_nobody_is_looked_for_who_has_hung_up(wired: Site, alice: User) -> None:
    lobby = wired.hub.lobby = Lobby(at_once=1)
    await lobby.enter(wired.clock.monotonic())
    gone = await wired.enter(await wired.token(alice))
    await wired.until(lambda: lobby.waiting == 1)
    gone.socket.transport.abort()
    await wired.until(lambda: not wired.hub.wheel._place)  # pyright: ignore[reportPrivateUsage]
    lobby.leave()
    await wired.arrive(alice)
    assert not wired.hub.tally.closes
