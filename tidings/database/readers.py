"""The readers: a few threads that look into the database; questions that wait together share a look.

No business rule may come in here: a question is a function of a session. Called by store.py.

Asking another thread costs 100 µs and opening a view 50 more, where most answers take 20: after a restart
thousands ask at once. Nobody waits to be shared: a question goes alone as long as a reader is free.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from tidings.database.engine import READERS
from tidings.database.failures import FAILURES, DatabaseUnavailable, meaning
from tidings.database.footing import lost

LARGEST_LOOK = 32

Question = tuple[Callable[[Session], Any], "asyncio.Future[Any]"]
Answer = tuple[Any, Exception | None]


class Readers:
    """Belongs to one event loop; only the looks themselves happen in threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="tidings-reader")
        self._waiting: deque[Question] = deque()
        self._free = READERS

    def ask(self, work: Callable[[Session], Any]) -> "asyncio.Future[Any]":
        """Let `work` look at a view that is not older than this call."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((work, future))
        self._send(loop)
        return future

    def look_now(self, works: list[Callable[[Session], Any]]) -> list[Answer]:
        """Look in this thread. One view for all, and what one of them fails at is its own."""
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                return [_answer(session, work) for work in works]
        except Exception as failure:  # noqa: BLE001  # leaving a broken view; each question hears of it
            return [(None, _told(failure))] * len(works)

    def close(self) -> None:
        """Finish what is being looked at, and let the threads go. Blocks."""
        self._pool.shutdown(wait=True)

    def _send(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting and self._waiting[0][1].done():  # nobody waits for these any more
            self._waiting.popleft()
        while self._waiting and self._free:
            share = min(LARGEST_LOOK, -(-len(self._waiting) // self._free))
            batch = [self._waiting.popleft() for _ in range(share)]
            self._free -= 1
            self._pool.submit(self._look, loop, batch)

    def _look(self, loop: asyncio.AbstractEventLoop, batch: list[Question]) -> None:
        answers = self.look_now([work for work, _ in batch])
        loop.call_soon_threadsafe(self._seen, loop, batch, answers)

    def _seen(self, loop: asyncio.AbstractEventLoop, batch: list[Question], answers: list[Answer]) -> None:
        self._free += 1
        self._send(loop)
        for (_, future), (value, failure) in zip(batch, answers, strict=True):
            if future.done():  # nobody waits any more
                continue
            if failure is None:
                future.set_result(value)
            else:
                future.set_exception(failure)


def _answer(session: Session, work: Callable[[Session], Any]) -> Answer:
    try:
        value = work(session)
        if session.identity_map:
            session.expunge_all()  # rows leave the session: two who asked for the same must not share them
    except Exception as failure:  # noqa: BLE001  # it belongs to who asked
        session.rollback()  # on PostgreSQL nothing else could be asked in this view
        lost(session)
        return None, _told(failure)
    return value, None


def _told(failure: Exception) -> Exception:
    """Return what the one who asked hears."""
    told: Exception = failure
    if isinstance(failure, PoolTimeout):
        told = DatabaseUnavailable("The database is busy.")
    elif isinstance(failure, FAILURES):
        told = meaning(failure)
    if told is not failure:
        told.__cause__ = failure
    return told
