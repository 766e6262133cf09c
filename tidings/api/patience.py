"""Patience: what looking a sender up took is no longer there for the commit; together they are five seconds.

No SQL may come in here. Called by doors.py, which looks people up, and by sending.py, which commits.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from starlette.requests import HTTPConnection

from tidings.clock import Clock
from tidings.database.failures import Late
from tidings.database.transaction import SHARED_S
from tidings.database.writer import GIVE_UP_S

T = TypeVar("T")

LOOKED_S = "tidings.looked_s"
NOTICED_S = 0.1  # who was found sooner has all the patience that the database gives each of its jobs
LAST_S = SHARED_S + 0.5  # what a commit may still take when this work of it is done


class TooLate(Exception):
    """So much time has passed that nothing may be committed any more."""


async def looked_up(connection: HTTPConnection, clock: Clock, answer: Awaitable[T]) -> T:
    """Wait for an answer about somebody, and note how long it took."""
    began = clock.monotonic()
    found = await answer
    connection.scope[LOOKED_S] = _looked_s(connection) + clock.monotonic() - began
    return found


def left_s(connection: HTTPConnection) -> float | None:
    """Return how long a commit may take; None when there is nothing to take off."""
    looked_s = _looked_s(connection)
    return None if looked_s < NOTICED_S else GIVE_UP_S - looked_s


async def in_time(seconds: float, commit: Callable[[float], Coroutine[Any, Any, T]]) -> T:
    """Wait so long for a commit and no longer; it is told until when its work may end, else it is `TooLate`.

    Raises `DatabaseUnavailable`: who hears of that tries again, and what is late must not be kept. The commit
    is left alone, not cancelled: it will fail by itself.
    """
    if seconds < LAST_S:
        raise Late
    committing = asyncio.create_task(commit(time.monotonic() + seconds - LAST_S))
    committing.add_done_callback(_heard)
    done, _ = await asyncio.wait({committing}, timeout=seconds)
    if not done:
        raise Late
    try:
        return committing.result()
    except TooLate:
        raise Late from None


def _heard(committing: "asyncio.Task[Any]") -> None:
    """Take note of a failure that nobody waits for any more, or asyncio would log it."""
    if not committing.cancelled():
        committing.exception()


def _looked_s(connection: HTTPConnection) -> float:
    return connection.scope.get(LOOKED_S, 0.0)
