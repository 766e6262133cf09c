"""Nobody waits longer than was promised, and nothing is kept of what was answered in time."""

import asyncio
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from tidings.database.patience import Patience

pytestmark = pytest.mark.anyio

SHORT_S = 0.02


class Over(Exception):
    pass


class Answer:
    """What somebody waited for."""


@pytest.fixture
def promised() -> Callable[[Patience], "asyncio.Future[Any]"]:
    def make(patience: Patience) -> "asyncio.Future[Any]":
        future = asyncio.get_running_loop().create_future()
        patience.watch(future)
        return future

    return make


async def test_all_who_wait_too_long_are_given_up(promised: Callable[[Patience], Any]) -> None:
    patience = Patience(SHORT_S, Over)
    results = await asyncio.gather(*[promised(patience) for _ in range(3)], return_exceptions=True)
    assert [type(result) for result in results] == [Over] * 3


async def test_who_comes_later_is_given_up_later_and_not_forgotten(
    promised: Callable[[Patience], Any],
) -> None:
    patience = Patience(SHORT_S, Over)
    early, later = promised(patience), list[Any]()
    asyncio.get_running_loop().call_later(SHORT_S / 2, lambda: later.append(promised(patience)))
    with pytest.raises(Over):
        await early
    assert not later[0].done()
    with pytest.raises(Over):
        await later[0]
    with pytest.raises(Over):
        await promised(patience)  # the timer is set again after all were gone


async def test_who_was_answered_keeps_the_answer(promised: Callable[[Patience], Any]) -> None:
    patience = Patience(SHORT_S, Over)
    answered, left, late = promised(patience), promised(patience), promised(patience)
    answered.set_result(1)
    left.cancel()
    with pytest.raises(Over):
        await late
    assert answered.result() == 1
    assert left.cancelled()


async def test_an_answer_is_kept_no_longer_than_until_the_next_one_waits(
    promised: Callable[[Patience], Any],
) -> None:
    patience = Patience(60, Over)
    future, answer = promised(patience), Answer()
    future.set_result(answer)
    await future
    kept = weakref.ref(answer)
    del future, answer
    promised(patience)
    assert kept() is None
