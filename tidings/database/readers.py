"""The readers: a few threads that look into the database; questions that wait together share a look.

No business rule may come in here: a question is a function of a session. Called by store.py.

Asking another thread costs 100 µs and opening a view 50 more, where most answers take 20: after a restart
thousands ask at once. Nobody waits to be shared: what is asked in one turn of the loop goes as soon as a
reader is free. Questions that are alike become one (alike.py).
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from tidings.database.alike import Alike
from tidings.database.engine import READERS
from tidings.database.failures import FAILURES, DatabaseUnavailable, WorkTooLong, meaning
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
        if not self._waiting:
            loop.call_soon(self._send, loop)  # with all that is asked in this turn
        self._waiting.append((work, future))
        return future

    def look_now(self, works: list[Callable[[Session], Any]]) -> list[Answer]:
        """Look in this thread. One view for all, and what one of them fails at is its own."""
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                return _answer_all(session, works)
        except Exception as failure:  # noqa: BLE001  # leaving a broken view; each question hears of it
            return [(None, _told(failure))] * len(works)

    def close(self) -> None:
        """Finish what is being looked at, and let the threads go. Blocks."""
        self._pool.shutdown(wait=True)

    def _send(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting and self._waiting[0][1].done():  # nobody waits for these any more
            self._waiting.popleft()
        while self._waiting and self._free:
            batch = self._next()
            self._free -= 1
            self._pool.submit(self._look, loop, batch)

    def _next(self) -> list[Question]:
        """Take what the next free reader answers: those that are alike, or a fair share of the others."""
        kind = _kind(self._waiting[0])
        some = [each for each in self._waiting if _kind(each) == kind]
        share = -(-len(some) // self._free) if kind is None else len(some)
        batch = some[: min(share, LARGEST_LOOK)]
        taken = {id(each) for each in batch}
        self._waiting = deque(each for each in self._waiting if id(each) not in taken)
        return batch

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


def _kind(question: Question) -> Any:
    """Name what it is asked together with; None for what is like no other."""
    work = question[0]
    return cast(Alike[Any, Any], work).look if isinstance(work, Alike) else None


def _answer_all(session: Session, works: list[Callable[[Session], Any]]) -> list[Answer]:
    """Answer those that are alike together, and whoever is then without an answer alone."""
    are_alike = len(works) > 1 and isinstance(works[0], Alike)  # all or none of a batch
    answers = _answer_alike(session, cast(list[Alike[Any, Any]], works)) if are_alike else []
    return answers if len(answers) == len(works) else [_answer(session, work) for work in works]


def _answer_alike(session: Session, alike: list[Alike[Any, Any]]) -> list[Answer]:
    """Return all answers, or none: what fails may belong to one of them, who has to be found."""
    try:
        found = alike[0].look(session, [each.question for each in alike])
    except Exception as failure:  # noqa: BLE001  # it is told, or raised again for the one it belongs to
        _leave(session)
        told = _told(failure)
        away = isinstance(told, DatabaseUnavailable) and not isinstance(told, WorkTooLong)
        return [(None, told)] * len(alike) if away else []  # who is away is not asked thirty times more
    return [(None, each) if isinstance(each, Exception) else (each, None) for each in found]


def _leave(session: Session) -> None:
    """End a broken view: on PostgreSQL nothing else could be asked in it."""
    session.rollback()
    lost(session)


def _answer(session: Session, work: Callable[[Session], Any]) -> Answer:
    try:
        value = work(session)
        if session.identity_map:
            session.expunge_all()  # rows leave the session: two who asked for the same must not share them
    except Exception as failure:  # noqa: BLE001  # it belongs to who asked
        _leave(session)
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
