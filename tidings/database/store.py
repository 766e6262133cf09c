"""`Database`: what the rooms see. Reading and writing are functions of a session, run off the event loop.

No SQL may come in here. Called by the doors (async) and by the command line (`read_now`, `write_now`).
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from sqlmodel import Session

from tidings.database import doorbell
from tidings.database.engine import open_engine
from tidings.database.failures import FAILURES, DatabaseUnavailable, Late
from tidings.database.lead import Lead
from tidings.database.patience import Patience
from tidings.database.readers import Readers
from tidings.database.tally import DatabaseTally, kind_of
from tidings.database.transaction import PATIENCE_S, Transactor
from tidings.database.writer import GIVE_UP_S, Writer

T = TypeVar("T")


class Database:
    """One database, two ways in: any number of reads of one moment each, and one line of writes.

    Args:
        url: `sqlite:///path` or `postgresql://…`.
        on_foreign_change: called on the loop when another process has committed something.

    `writing` is the engine of the one writing connection; only tests look at it.
    """

    def __init__(self, url: str, on_foreign_change: Callable[[], None] = lambda: None) -> None:
        self.url = url
        self.on_foreign_change = on_foreign_change
        self.tally = DatabaseTally()
        self._origin = secrets.token_hex(8)
        self._reading = open_engine(url, writing=False)
        self.writing = open_engine(url, writing=True)
        self._readers = Readers(self._reading)
        self._patience = Patience(GIVE_UP_S, Late)
        self.lead = Lead(url)
        self._writer: Writer | None = None
        self._bell: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.writing.dialect.name

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on a read-only view of one moment. Raises `DatabaseUnavailable`."""
        self._check_open()
        began = time.monotonic()
        answer = self._readers.ask(work)
        self._patience.watch(answer)
        try:
            value = await answer
        except DatabaseUnavailable as failure:
            self.tally.reads.failed("late" if isinstance(failure, Late) else kind_of(failure))
            raise
        self.tally.reads.answered(time.monotonic() - began)
        return value

    @property
    def waiting(self) -> int:
        """How many writes wait for their turn."""
        return self._writer.waiting() if self._writer else 0

    def is_writing(self) -> bool:
        """Tell whether a commit is on its way."""
        return self._writer is not None and self._writer.is_writing()

    async def write(self, work: Callable[[Session], T], then: Callable[[T], None] | None = None) -> T:
        """Run `work` and commit; return after the commit. Raises `DatabaseUnavailable`.

        Writes that wait together share a commit, and `work` may run again: no effects besides the database.
        `then` gets the result on the event loop, in commit order, even when the caller was cancelled.
        """
        return await self.start().submit(work, then)

    def start(self) -> Writer:
        """Start the writer and the doorbell; called by itself at the first write."""
        self._check_open()
        if self._writer is None:
            self._writer = Writer(Transactor(self.writing, self._origin), self._ring, self.tally)
            if self.dialect == "postgresql":
                self._bell = asyncio.create_task(doorbell.listen(self.url, self._origin, self._ring))
        return self._writer

    def read_now(self, work: Callable[[Session], T]) -> T:
        """`read` for code without an event loop."""
        value, failure = self._readers.look_now([work])[0]
        if failure is not None:
            raise failure
        return value

    def write_now(self, work: Callable[[Session], T]) -> T:
        """`write` for code without an event loop, in a process whose writer is not started."""
        transactor = Transactor(self.writing, self._origin)
        try:
            value, failure = transactor.run([work], time.monotonic() + PATIENCE_S)[0]
        finally:
            transactor.close()
        if failure is not None:
            raise failure
        return value

    async def close(self) -> None:
        """Finish what is queued, then let go of every connection. Nothing is read or written after."""
        self._closed = True
        await self.lead.let_go()
        if self._bell is not None:
            self._bell.cancel()
            await asyncio.wait({self._bell})
        if self._writer is not None:
            await asyncio.to_thread(self._writer.stop)
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """`close` for code without an event loop."""
        self._closed = True
        self._readers.close()
        for engine in (self._reading, self.writing):
            with suppress(*FAILURES):  # a server that is gone closes its end by itself
                engine.dispose()

    def _ring(self) -> None:
        self.on_foreign_change()

    def _check_open(self) -> None:
        if self._closed:
            raise DatabaseUnavailable("The database is closed.")
